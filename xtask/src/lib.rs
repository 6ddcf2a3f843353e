//! windlass: the release engine of a polyglot monorepo.

pub mod changelog;
pub mod model;
