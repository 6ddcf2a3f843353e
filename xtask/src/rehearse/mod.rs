//! A rehearsal: a whole release in clones, with registries on loopback. The commands run as users run them, each
//! in a process of its own, in surroundings that lead nowhere else.

pub mod ground;
pub mod judge;
pub mod needs;
pub mod registries;
pub mod stage;
pub mod surroundings;
