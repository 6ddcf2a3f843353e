//! The nouns of windlass, without effects: every other room speaks in these words.

pub mod artifact;
pub mod code;
pub mod command;
pub mod config;
pub mod date;
pub mod digest;
pub mod edit;
pub mod event;
pub mod facts;
pub mod form;
pub mod glob;
pub mod names;
pub mod oci;
pub mod path;
pub mod place;
pub mod plan;
pub mod problem;
pub mod registry_name;
pub mod request;
pub mod requirement;
pub mod secret;
pub mod target;
pub mod template;
pub mod tree;
pub mod version;
pub mod written;
