//! Ranges of Cargo, npm and Helm: alternatives of comparators that must all hold.

use semver::VersionReq;

use super::clause::{Clause, floor, semver_of};
use crate::model::version::Version;

/// A range, with its separators as they are.
#[derive(Debug)]
pub(super) struct Range<'a> {
    /// At least one; where several, any of them may hold.
    pub sets: Vec<Set<'a>>,
    pub pre_releases: PreReleases,
}

/// Which pre-releases a set of comparators looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PreReleases {
    /// Those of numbers that a comparator names with a pre-release (the `semver` crate's and
    /// node-semver's rule).
    OfSameNumbers,
    /// As above, but `*` alone takes all: npm never asks what a sibling's version is then
    /// (arborist, `dep-valid.js`).
    OrAny,
    /// All, once any comparator of the set names one (Masterminds/semver from 3.4 on; PEP 440).
    OnceNamed,
}

/// Comparators that must all hold.
#[derive(Debug)]
pub(super) struct Set<'a> {
    /// The text between the `||` on both sides.
    pub text: &'a str,
    /// Each with its place in `text`.
    pub clauses: Vec<(std::ops::Range<usize>, Clause)>,
    /// Whether the two are npm's `A - B`, whose text is not that of its comparators.
    pub hyphen: bool,
}

impl Range<'_> {
    pub(super) fn admits(&self, version: Version) -> Result<bool, String> {
        Ok(self.sets.iter().any(|set| set.admits(version, self.pre_releases)))
    }

    /// The range, changed as little as lets it admit the version.
    pub(super) fn moved(&self, version: Version) -> Result<String, String> {
        let last = self.sets.last().ok_or("is empty")?;
        let moved = last.moved(version, self.pre_releases)?;
        let before = &self.sets[..self.sets.len() - 1];
        if before.is_empty() {
            return Ok(moved);
        }
        let mut all: Vec<&str> = self.sets.iter().map(|set| set.text).collect();
        let last_text = all.pop().unwrap_or_default();
        // The blanks after a `||` are the next set's, those before it the last one's.
        let gap = before.last().map_or("", |set| &set.text[set.text.trim_end().len()..]);
        let closed = format!("{}{gap}", last_text.trim_end());
        all.push(&closed);
        all.push(&moved);
        Ok(all.join("||"))
    }
}

impl Set<'_> {
    fn admits(&self, version: Version, pre_releases: PreReleases) -> bool {
        let mut comparators: Vec<_> =
            self.clauses.iter().filter_map(|(_, clause)| clause.comparator().cloned()).collect();
        let named = comparators.iter().any(|one| !one.pre.is_empty());
        let open = match pre_releases {
            PreReleases::OfSameNumbers => false,
            PreReleases::OrAny => comparators.is_empty(),
            PreReleases::OnceNamed => named,
        };
        if open {
            comparators.push(floor(version));
        }
        VersionReq { comparators }.matches(&semver_of(version))
    }

    fn moved(&self, version: Version, pre_releases: PreReleases) -> Result<String, String> {
        if self.hyphen {
            return Err("is a hyphen range; write it as `>=A <=B`".into());
        }
        let mut texts = self
            .clauses
            .iter()
            .map(|(at, clause)| Ok((at.clone(), clause.moved(version)?)))
            .collect::<Result<Vec<_>, String>>()?;
        // A clause that was set to a pre-release names it already.
        let named = texts.iter().any(|(_, new)| new.as_ref().is_some_and(|new| names(new, version)));
        let open = match pre_releases {
            PreReleases::OnceNamed => {
                self.clauses.iter().any(|(_, one)| one.comparator().is_some_and(|one| !one.pre.is_empty()))
            }
            _ => self.admits(version, pre_releases),
        };
        if !version.is_stable() && !named && !open {
            let lower = self.clauses.iter().zip(&mut texts).find_map(|((_, clause), slot)| {
                let raised = clause.raised(version)?;
                Some((slot, raised))
            });
            let (slot, raised) = lower.ok_or_else(|| no_lower_bound(version))?;
            slot.1 = Some(raised);
        }
        let mut text = self.text.to_owned();
        for (at, new) in texts.into_iter().rev() {
            if let Some(new) = new {
                text.replace_range(at, &new);
            }
        }
        Ok(text)
    }
}

fn names(text: &str, version: Version) -> bool {
    text.ends_with(&version.to_string())
}

/// Why a pre-release can't be let in.
pub(super) fn no_lower_bound(version: Version) -> String {
    format!("admits no pre-release, and has no lower bound that could name {version}")
}
