//! Cargo's version requirements (the Cargo Book, "Specifying Dependencies"): comparators joined
//! by commas, a bare version a caret. A pre-release is admitted by a comparator that names one of
//! the same numbers.

use semver::Op;

use super::clause::Clause;
use super::range::{PreReleases, Range, Set};

pub(super) fn read(text: &str) -> Result<Range<'_>, String> {
    let mut clauses = Vec::new();
    let mut at = 0;
    for part in text.split(',') {
        let trimmed = part.trim();
        let start = at + (part.len() - part.trim_start().len());
        clauses.push((start..start + trimmed.len(), Clause::read(trimmed, Op::Caret)?));
        at += part.len() + 1;
    }
    Ok(Range { sets: vec![Set { text, clauses, hyphen: false }], pre_releases: PreReleases::OfSameNumbers })
}
