//! windlass: the release engine of a polyglot monorepo.
//!
//! What is decided, without effects, is `windlass_core`, whose rooms are found here by their own names. What is done:
//!
//! | room | what happens there |
//! |---|---|
//! | `xtask` | the front door, for this program and for other repositories' own |
//! | `app`, `commands` | one run; which stages a command runs in which order |
//! | `observe` | looks at the work tree, git, the remote, the clock |
//! | `execute` | every effect of a release, in one order, with a journal |
//! | `gate` | what must hold before a release is cut and before it is published, one file a gate |
//! | `build` | builds every artifact once, from clean checkouts |
//! | `registry` | look, upload, point a floating tag: one file a kind of registry |
//! | `reconcile` | publishing: look, upload what is missing, confirm, let floating tags follow |
//! | `verify` | the clean room: what was published, installed as a user would, and checked |
//! | `forge` | GitHub and GitLab behind one trait: CI, milestones, release entries |
//! | `smoke` | boots the product, seeds it, calls every operation, takes it down |
//! | `local`, `fault` | real registries on loopback for rehearsals; a proxy before them that brings faults |
//! | `rehearse` | the ground of a rehearsal, its surroundings, its stages |
//! | `tool`, `io` | the only rooms that start programs or touch the system |
//!
//! `ARCHITECTURE.md` beside this crate says why.

pub mod app;
pub mod build;
pub mod commands;
pub mod execute;
pub mod fault;
pub mod forge;
pub mod gate;
pub mod io;
pub mod local;
pub mod observe;
pub mod reconcile;
pub mod registry;
pub mod rehearse;
pub mod smoke;
pub mod tool;
pub mod verify;
pub mod xtask;

pub use windlass_core::model::hook::Release;
pub use windlass_core::{
    artifact, changelog, cli, config, contract, ecosystem, entry, explain, format, load, mention, model,
    pipeline, plan, publish, report, requirement, resolve, workspace,
};
pub use xtask::{Xtask, xtask};
