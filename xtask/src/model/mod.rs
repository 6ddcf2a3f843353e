//! The nouns of windlass, without effects: every other room speaks in these words.

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
pub mod hook;
pub mod method;
pub mod names;
pub mod path;
pub mod place;
pub mod plan;
pub mod problem;
pub mod request;
pub mod requirement;
pub mod secret;
pub mod smoke;
pub mod template;
pub mod tree;
pub mod url;
pub mod version;
pub mod written;
