//! windlass: the release engine of a polyglot monorepo.

pub mod config;
pub mod explain;
pub mod io;
pub mod load;
pub mod model;
pub mod resolve;
pub mod tool;
