//! What the publication tests are made of.

pub mod build;
pub mod faults;
pub mod floating;
pub mod kill;
pub mod pinned;
pub mod release;
pub mod scene;
pub mod whole;
