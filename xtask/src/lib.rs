//! windlass: the release engine of a polyglot monorepo.

pub mod config;
pub mod explain;
pub mod io;
pub mod load;
pub mod ecosystem;
pub mod format;
pub mod model;
pub mod resolve;
pub mod tool;
