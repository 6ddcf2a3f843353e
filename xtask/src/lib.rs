//! windlass: the release engine of a polyglot monorepo.

pub mod ecosystem;
pub mod format;
pub mod model;
