//! windlass: the release engine of a polyglot monorepo.

pub mod format;
pub mod model;
