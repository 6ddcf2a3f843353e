//! The nouns of windlass, without effects: every other room speaks in these words.

pub mod code;
pub mod config;
pub mod date;
pub mod edit;
pub mod form;
pub mod glob;
pub mod names;
pub mod path;
pub mod place;
pub mod problem;
pub mod template;
pub mod tree;
pub mod version;
