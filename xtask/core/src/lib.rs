//! What windlass decides. Nothing here touches a file, a program, the network, the clock or the environment: what is
//! known of them comes in as values, and what is to be done goes out as one.
//!
//! | room | what happens there |
//! |---|---|
//! | `model`, `workspace` | the nouns |
//! | `cli` | what can be typed |
//! | `config`, `format`, `ecosystem`, `changelog` | texts into places, sections and rules |
//! | `load` | a tree and a config into what a release is planned from |
//! | `requirement` | which versions of a sibling a requirement admits |
//! | `resolve`, `plan` | the next version, and everything a release will do, as data |
//! | `mention` | versions of ours in texts, and manifests, that nobody declared |
//! | `contract` | an OpenAPI document, and whether an answer keeps it |
//! | `artifact` | archives, digests and metadata of what is built |
//! | `publish` | what should stand at the registries, in which order it is put there, the verdict |
//! | `entry` | what a release's entry at its forge should be, and what is left to do |
//! | `pipeline` | what CI would start for a ref, and the pipeline that the config asks for |
//! | `report`, `explain` | what people and programs see |
//!
//! This crate is part of `windlass`, which is made to be used; its own interface changes with it.

pub mod artifact;
pub mod changelog;
pub mod cli;
pub mod config;
pub mod contract;
pub mod ecosystem;
pub mod entry;
pub mod explain;
pub mod format;
pub mod load;
pub mod mention;
pub mod model;
pub mod pipeline;
pub mod plan;
pub mod publish;
pub mod report;
pub mod requirement;
pub mod resolve;
pub mod workspace;
