//! Fakes of both forges' APIs on 127.0.0.1: state as data, answers in the documented shapes.
pub mod api;
pub mod github_releases;
pub mod gitlab_releases;
pub mod server;
