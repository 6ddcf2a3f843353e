//! windlass: the release engine of a polyglot monorepo.

pub mod model;
