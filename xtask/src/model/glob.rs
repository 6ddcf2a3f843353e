//! Globs over repository paths and branch names: `*` within a component, `**` across, `?`, `{a,b}`.

/// Whether a glob matches a whole path.
pub fn matches(glob: &str, path: &str) -> bool {
    fast_glob::glob_match(glob, path)
}

/// Whether any of the globs matches.
pub fn any<'a>(globs: impl IntoIterator<Item = &'a String>, path: &str) -> bool {
    globs.into_iter().any(|glob| matches(glob, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stay_within_a_component() {
        assert!(matches("release/*", "release/0.1"));
        assert!(!matches("release/*", "release/0.1/x"));
        assert!(matches("docs/**", "docs/api/openapi.json"));
        assert!(matches("packages/*/uv.lock", "packages/api/uv.lock"));
        assert!(!matches("main", "maintenance"));
    }
}
