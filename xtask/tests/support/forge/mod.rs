//! Fakes of both forges' APIs on 127.0.0.1: state as data, answers in the documented shapes.
//!
//! [`server`] is the frame: it takes connections, notes every request, checks the token, brings faults. An [`api`]
//! answers; one file each, and what is asked for in a group of endpoints in a file of its own.

#![allow(dead_code)]

pub mod api;
pub mod github;
pub mod github_releases;
pub mod gitlab;
pub mod gitlab_releases;
pub mod server;
