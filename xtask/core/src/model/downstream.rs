//! Downstream repositories: what is to be done there after a release here.

use super::address::Address;
use super::names::Name;
use super::request::Bump;
use super::target::Releases;
use super::template::Template;

/// `[downstream.NAME]`: a repository that builds on this one's releases.
#[derive(Clone, Debug)]
pub struct Downstream {
    pub name: Name,
    pub repository: Address,
    pub follow: Follow,
    /// Which releases are followed.
    pub releases: Releases,
    /// The groups whose releases are followed.
    pub groups: Vec<Name>,
    pub line: usize,
}

/// The command that follows a release.
#[derive(Clone, Debug)]
pub enum Follow {
    /// `cargo xtask release BUMP --pin PIN=TAG`; without a bump the word that was released here.
    Pin { pin: Name, bump: Option<Bump> },
    /// Another program and its arguments; may hold `{tag}`, `{bump}` and the version.
    Command(Vec<Template>),
}
