//! What people and programs see. Gives texts; `main`'s screen prints them.

pub mod diff;
pub mod outcome;
pub mod plan;
pub mod problem;
pub mod publication;
pub mod style;
