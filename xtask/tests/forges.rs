//! What is asked of GitHub and GitLab, against fakes of both in this process: every read, every fault, no waiting.

#[path = "forges/client.rs"]
mod client;
#[path = "support/forge/mod.rs"]
mod fakes;
#[path = "forges/faults.rs"]
mod faults;
#[path = "forges/reads.rs"]
mod reads;
#[path = "forges/world.rs"]
mod world;
