//! What the test programs share: scratch repositories, programs run in them, transcripts.

#![allow(dead_code)]

pub mod sandbox;
pub mod transcript;
