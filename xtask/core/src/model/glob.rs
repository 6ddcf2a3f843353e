//! Globs over repository paths and branch names: `*` within a component, `**` across, `?`, `{a,b}`.

/// Whether a glob matches a whole path.
pub fn matches(glob: &str, path: &str) -> bool {
    fast_glob::glob_match(glob, path)
}

/// Whether any of the globs matches.
pub fn any<'a>(globs: impl IntoIterator<Item = &'a String>, path: &str) -> bool {
    globs.into_iter().any(|glob| matches(glob, path))
}

/// The folder below which all lies that a glob can match, and whether the glob is a plain path.
pub fn folder(glob: &str) -> (&str, bool) {
    let plain = glob.find(['*', '?', '[', '{', '\\', '!']);
    let slash = glob[..plain.unwrap_or(glob.len())].rfind('/');
    (slash.map_or("", |slash| &glob[..slash]), plain.is_none())
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

    #[test]
    fn the_folder_above_the_first_wildcard() {
        assert_eq!(folder("docs/api/**"), ("docs/api", false));
        assert_eq!(folder("docs/a*/x"), ("docs", false));
        assert_eq!(folder("docs/openapi.json"), ("docs", true));
        assert_eq!(folder("**/*.json"), ("", false));
    }
}
