//! `forge-release` against fakes of both forges: whole, interrupted at every request, refused, in conflict.

#[path = "support/forge/mod.rs"]
mod forge;
#[path = "forge_release/mod.rs"]
mod forge_release;
mod support;
