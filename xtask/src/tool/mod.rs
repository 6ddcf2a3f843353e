//! Every external program, one room each, called with typed arguments and never through a shell.
//!
//! Short questions asked one after the other go through `xshell`; what runs side by side, is fed
//! through a pipe or must be supervised goes through `duct`.

pub mod ambient;
pub mod call;
pub mod cargo;
pub mod clients;
pub mod compose;
pub mod docker;
pub mod failure;
pub mod git;
pub mod hook;
pub mod npm;
pub mod python;
pub mod server;
pub mod supervised;
pub mod toolbox;
pub mod watchdog;
