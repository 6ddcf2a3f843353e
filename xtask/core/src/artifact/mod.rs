//! Built bytes, without effects: archives with nothing of the machine in them, what package formats say
//! of themselves, digests as registries spell them, the list that a publication is held to.
//!
//! Readers and writers are given as [`std::io::Read`] and [`std::io::Write`]; nothing here opens a file.

pub mod archive;
pub mod chart;
pub mod helmignore;
pub mod join;
pub mod layer;
pub mod list;
pub mod metadata;
pub mod module;
pub mod oci;
pub mod part;
pub mod sums;
pub mod wheels;
