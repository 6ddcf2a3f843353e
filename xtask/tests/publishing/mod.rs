//! What the publication tests are made of.

pub mod build;
pub mod faults;
pub mod floating;
pub mod kill;
pub mod logins;
pub mod optional;
pub mod order;
pub mod pinned;
pub mod private;
pub mod ran;
pub mod release;
pub mod rights;
pub mod scene;
pub mod states;
pub mod whole;
pub mod wrong_byte;
