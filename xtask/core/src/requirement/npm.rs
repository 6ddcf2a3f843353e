//! npm's ranges (node-semver's README, "Ranges") and Helm's (Masterminds/semver, "Checking Version
//! Constraints"): comparators joined by blanks, in Helm also by commas; alternatives by `||`. A
//! version without an operator is exact, a partial one leaves the rest open. A hyphen range, `A - B`, is
//! `>=A <=B`; it is read and never changed.

use semver::Op;

use super::clause::Clause;
use super::range::{PreReleases, Range, Set};

pub(super) fn read(text: &str) -> Result<Range<'_>, String> {
    range(text, &[' ', '\t'], PreReleases::OrAny)
}

pub(super) fn read_helm(text: &str) -> Result<Range<'_>, String> {
    range(text, &[' ', '\t', ','], PreReleases::OnceNamed)
}

fn range<'a>(text: &'a str, between: &[char], pre_releases: PreReleases) -> Result<Range<'a>, String> {
    let sets = text.split("||").map(|set| read_set(set, between)).collect::<Result<Vec<_>, _>>()?;
    Ok(Range { sets, pre_releases })
}

fn read_set<'a>(text: &'a str, between: &[char]) -> Result<Set<'a>, String> {
    let mut clauses = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start_matches(between).len();
        if blank > 0 {
            at += blank;
            continue;
        }
        // An operator may stand apart from its version: `>= 1.2`.
        let operator = rest.len() - rest.trim_start_matches(['^', '~', '<', '>', '=']).len();
        let gap = rest[operator..].len() - rest[operator..].trim_start_matches([' ', '\t']).len();
        let gap = if operator > 0 { gap } else { 0 };
        let body = &rest[operator + gap..];
        let end = operator + gap + body.find(between).unwrap_or(body.len());
        if &rest[..end] == "-" {
            return hyphen(text, at);
        }
        clauses.push((at..at + end, Clause::read(&rest[..end], Op::Exact)?));
        at += end;
    }
    Ok(Set { text, clauses, hyphen: false })
}

/// The whole set `A - B` (node-semver's README, "Hyphen Ranges"), its hyphen at `at`.
fn hyphen(text: &str, at: usize) -> Result<Set<'_>, String> {
    let (lower, upper) = (text[..at].trim(), text[at + 1..].trim());
    let one = |part: &str| !part.is_empty() && !part.contains([' ', '\t', ',', '<', '>', '=', '^', '~']);
    if !one(lower) || !one(upper) {
        return Err("is a hyphen range with more than two ends".into());
    }
    let clause = |operator, end| Clause::read(&format!("{operator}{end}"), Op::Exact);
    let clauses = vec![(0..at, clause(">=", lower)?), (at + 1..text.len(), clause("<=", upper)?)];
    Ok(Set { text, clauses, hyphen: true })
}
