//! What people and programs see. Gives texts; `main`'s screen prints them.

pub mod annotations;
pub mod build;
pub mod diff;
pub mod entry;
pub mod gates;
pub mod hotfix;
pub mod junit;
pub mod outcome;
pub mod plan;
pub mod problem;
pub mod publication;
pub mod rehearsal;
pub mod smoke;
pub mod style;
