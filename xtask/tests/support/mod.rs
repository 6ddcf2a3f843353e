//! What the test programs share: scratch repositories, programs run in them, transcripts.

#![allow(dead_code)]

pub mod canary;
pub mod deadline;
pub mod sandbox;
#[cfg(unix)]
pub mod shim;
pub mod transcript;
