//! Publishing as a reconciliation, without effects: what should stand at the registries, in which order
//! it is put there, what is decided when they answer.

pub mod classify;
pub mod desired;
pub mod floating;
pub mod gate;
pub mod graph;
pub mod pace;
pub mod verdict;

pub use desired::{Desired, Upload};
pub use graph::Graph;
