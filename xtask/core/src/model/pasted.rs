//! Parts of rules as they are pasted into the config.

use super::path::RepoPath;

/// A file as a rule of a package writes it: from the package's folder.
pub fn from(folder: &RepoPath, file: &RepoPath) -> String {
    let up = folder.ancestors().position(|up| up.is_root() || file.below(&up).is_some()).unwrap_or(0);
    let shared = folder.ancestors().nth(up).unwrap_or_default();
    format!("{}{}", "../".repeat(up), file.below(&shared).unwrap_or(file.as_str()))
}

/// A string of TOML, literal where that spares escapes.
pub fn quoted(text: &str) -> String {
    let plain = !text.chars().any(char::is_control);
    if plain && text.contains(['"', '\\']) && !text.contains('\'') {
        return format!("'{text}'");
    }
    let escape = |c: char| match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_writes_its_file_from_the_packages_folder() {
        let path = |text: &str| RepoPath::parse(text).unwrap();
        assert_eq!(from(&path("packages/api"), &path("packages/api/src/a.py")), "src/a.py");
        assert_eq!(from(&path("packages/api"), &path("packages/web/a.ts")), "../web/a.ts");
        assert_eq!(from(&path("packages/api"), &path("README.md")), "../../README.md");
        assert_eq!(from(&path("."), &path("docs/a.md")), "docs/a.md");
    }

    #[test]
    fn strings_are_toml() {
        assert_eq!(quoted("go@v{version}"), "\"go@v{version}\"");
        assert_eq!(quoted("v = \"{version}\""), "'v = \"{version}\"'");
        assert_eq!(quoted("a\n\"'"), "\"a\\n\\\"'\"");
    }
}
