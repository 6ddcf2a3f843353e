//! What the registries' tests are made of.

pub mod client;
pub mod faults;
pub mod lifecycle;
pub mod scene;
pub mod teardown;
