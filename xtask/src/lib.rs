//! windlass: the release engine of a polyglot monorepo.
//!
//! The house, from the front door inwards:
//!
//! | room | what happens there |
//! |---|---|
//! | `xtask` | the front door, for this program and for other repositories' own |
//! | `cli`, `app`, `commands` | what can be typed; one run; which stages a command runs in which order |
//! | `load`, `observe` | read the files; look at git, the remote, the clock |
//! | `config`, `format`, `ecosystem`, `changelog` | pure: texts into places, sections and rules |
//! | `requirement` | pure: which versions of a sibling a requirement admits |
//! | `resolve`, `plan` | pure: the next version, and everything a release will do, as data |
//! | `publish` | pure: what should stand at the registries, in which order it is put there, the verdict |
//! | `mention` | pure: versions of ours in texts, and manifests, that nobody declared |
//! | `contract` | pure: an OpenAPI document, and whether an answer keeps it |
//! | `smoke` | boots the product, seeds it, calls every operation, takes it down |
//! | `registry` | look, upload, point a floating tag: one file a kind of registry |
//! | `reconcile` | publishing with effects: look, upload what is missing, confirm, let floating tags follow |
//! | `artifact` | pure: archives, digests and metadata of what is built |
//! | `verify` | the clean room: what was published, installed as a user would, and checked |
//! | `entry` | pure: what a release's entry at its forge should be, and what is left to do |
//! | `forge` | GitHub and GitLab behind one trait: CI, milestones, release entries |
//! | `gate` | what must hold before a release is cut and before it is published, one file a gate |
//! | `pipeline` | pure: what CI would start for a ref, and the pipeline that the config asks for |
//! | `execute` | every effect, in one order, with a journal |
//! | `local`, `fault` | real registries on loopback for rehearsals; a proxy before them that brings faults |
//! | `rehearse` | the ground of a rehearsal, its surroundings, its stages |
//! | `build` | builds every artifact once, from clean checkouts |
//! | `report`, `explain` | what people and programs see |
//! | `tool`, `io` | the only rooms that start programs or touch the system |
//! | `model`, `workspace` | the nouns |
//!
//! `ARCHITECTURE.md` beside this crate says why.

pub mod app;
pub mod artifact;
pub mod build;
pub mod changelog;
pub mod cli;
pub mod commands;
pub mod config;
pub mod contract;
pub mod ecosystem;
pub mod entry;
pub mod execute;
pub mod explain;
pub mod fault;
pub mod forge;
pub mod format;
pub mod gate;
pub mod io;
pub mod load;
pub mod local;
pub mod mention;
pub mod model;
pub mod observe;
pub mod pipeline;
pub mod plan;
pub mod publish;
pub mod reconcile;
pub mod registry;
pub mod rehearse;
pub mod report;
pub mod requirement;
pub mod resolve;
pub mod smoke;
pub mod tool;
pub mod verify;
pub mod workspace;
pub mod xtask;

pub use model::hook::Release;
pub use xtask::{Xtask, xtask};
