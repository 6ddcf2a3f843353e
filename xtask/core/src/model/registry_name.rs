//! The names that package registries take, each kind by its own rules.

use super::oci::OciName;
use super::target::{TargetKind, TargetName};

/// Reads a target's name by its kind's rules.
///
/// # Errors
/// Says why the text is refused, as the end of a sentence that starts with it.
pub fn parse(kind: TargetKind, text: &str) -> Result<TargetName, String> {
    let check = match kind {
        TargetKind::Image | TargetKind::Helm => return OciName::parse(text).map(TargetName::Oci),
        TargetKind::Pypi => check_pypi,
        TargetKind::Npm => check_npm,
        TargetKind::Crates => check_crate,
        TargetKind::Go => check_module,
        TargetKind::Files => return Err("is a name, and plain files have none".into()),
    };
    check(text)?;
    Ok(TargetName::Package(text.to_owned()))
}

/// A name as an index compares it (PEP 503, "Normalized Names"): `Tideplan_API` is `tideplan-api`.
pub fn normalised_pypi(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if text.ends_with('-') => {}
            '-' | '_' | '.' => text.push('-'),
            c => text.push(c.to_ascii_lowercase()),
        }
    }
    text
}

fn odd(text: &str, known: impl Fn(char) -> bool, allowed: &str) -> Result<(), String> {
    match text.chars().find(|c| !known(*c)) {
        _ if text.is_empty() => Err("is empty".into()),
        Some(c) => Err(format!("holds {c:?}; {allowed} are allowed")),
        None => Ok(()),
    }
}

/// Core metadata specification, "Name".
fn check_pypi(text: &str) -> Result<(), String> {
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    odd(text, known, "letters, digits, `-`, `_` and `.`")?;
    let edge = |c: char| c.is_ascii_alphanumeric();
    if text.starts_with(edge) && text.ends_with(edge) {
        Ok(())
    } else {
        Err("must start and end with a letter or a digit".into())
    }
}

/// npm's documentation of package.json, "name": lower case, at most 214 characters, a scope before a slash.
fn check_npm(text: &str) -> Result<(), String> {
    let name = match text.strip_prefix('@').map(|rest| rest.split_once('/')) {
        None => text,
        Some(Some((scope, name))) => {
            npm_part(scope)?;
            name
        }
        Some(None) => return Err("is a scope without a name; write `@scope/name`".into()),
    };
    npm_part(name)?;
    if text.len() > 214 { Err("is longer than 214 characters".into()) } else { Ok(()) }
}

fn npm_part(text: &str) -> Result<(), String> {
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.' | '~');
    odd(text, known, "lower-case letters, digits, `-`, `_`, `.` and `~`")?;
    if text.starts_with(['.', '_', '-']) {
        return Err("has a part that starts with `.`, `_` or `-`".into());
    }
    Ok(())
}

/// The Cargo Book, "The `name` field", and what its registry adds: a letter first, at most 64 characters.
fn check_crate(text: &str) -> Result<(), String> {
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    odd(text, known, "letters, digits, `-` and `_`")?;
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Err("must start with a letter".into());
    }
    if text.len() > 64 { Err("is longer than 64 characters".into()) } else { Ok(()) }
}

/// The Go Modules Reference, "Module paths": a first part with a dot in lower case.
fn check_module(text: &str) -> Result<(), String> {
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '/');
    odd(text, known, "letters, digits, `-`, `.`, `_`, `~` and `/`")?;
    let first = text.split('/').next().unwrap_or_default();
    let host = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    if !first.contains('.') || first.starts_with('-') || !first.chars().all(host) {
        return Err("does not start with a host in lower case, such as `example.org`".into());
    }
    if text.split('/').any(|part| part.is_empty() || part.starts_with('.') || part.ends_with('.')) {
        return Err("has a part that is empty or starts or ends with `.`".into());
    }
    Ok(())
}

/// A dist-tag of npm. npm refuses one that reads as a range of versions, since `npm install name@tag`
/// could then not tell them apart (`npm help dist-tag`, "Caveats").
///
/// # Errors
/// Says why the text is refused, as the end of a sentence that starts with it.
pub fn check_dist_tag(text: &str) -> Result<(), String> {
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    odd(text, known, "letters, digits, `-`, `_` and `.`")?;
    if reads_as_range(text) {
        return Err("reads as a range of versions, which npm refuses as a dist-tag".into());
    }
    Ok(())
}

/// `1`, `v1.2`, `1.x`, `X`, `1.2.3-rc.1`: at most three parts, each a number or an `x`, the last with
/// a suffix (npm's grammar of ranges, "partial").
fn reads_as_range(text: &str) -> bool {
    let mut parts = text.trim_start_matches('v').splitn(3, '.');
    let is_part = |part: &str| {
        matches!(part, "x" | "X") || !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())
    };
    let last = |part: &str| is_part(part.split_once('-').map_or(part, |(number, _)| number));
    match (parts.next(), parts.next(), parts.next()) {
        (Some(major), None, _) => is_part(major),
        (Some(major), Some(minor), None) => is_part(major) && is_part(minor),
        (Some(major), Some(minor), Some(patch)) => is_part(major) && is_part(minor) && last(patch),
        (None, ..) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_registries_take() {
        let table: [(TargetKind, &[&str], &[&str]); 4] = [
            (TargetKind::Pypi, &["tideplan-api", "A", "a.b_c"], &["", "-a", "a-", "a b", "@a/b"]),
            (
                TargetKind::Npm,
                &["client", "@tideplan/client", "a.b~c"],
                &["", "Client", "@tideplan", "@/x", "@a/", "a/b", ".a", "_a", "@a/_b"],
            ),
            (TargetKind::Crates, &["windlass", "a_b-c"], &["", "1a", "a.b", "@a/b", "_a"]),
            (
                TargetKind::Go,
                &["example.org/a", "gitlab.example.org/A/b.git/v2"],
                &["", "a/b", "Example.org/a", "example.org//a", "example.org/.a", "example.org/a b"],
            ),
        ];
        for (kind, good, bad) in table {
            good.iter().for_each(|text| assert!(parse(kind, text).is_ok(), "{kind} {text}"));
            bad.iter().for_each(|text| assert!(parse(kind, text).is_err(), "{kind} {text:?}"));
        }
    }

    #[test]
    fn dist_tags_are_no_ranges() {
        for good in ["latest", "next", "beta-2", "release-1.2", "vnext", "1-2", "x1", "1.2.3.4", "1.two"] {
            assert_eq!(check_dist_tag(good), Ok(()), "{good}");
        }
        for bad in
            ["", "1", "v1", "v1.2", "1.x", "X", "1.2.3", "1.2.3-rc.1", "1.2.x", "^1", "a b", "a/b", "*"]
        {
            assert!(check_dist_tag(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn normalises_as_an_index_does() {
        for name in ["tide-plan-api", "Tide__plan.-API", "TIDE.PLAN_API"] {
            assert_eq!(normalised_pypi(name), "tide-plan-api");
        }
    }
}
