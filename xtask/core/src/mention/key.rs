//! Keys and constants: where they stand in a line, and what their names say.

use crate::model::config::Package;

/// What a line says behind its indent, a list's dash and a quote.
pub fn inside(line: &str) -> &str {
    let text = line.trim_start();
    let text = text.strip_prefix("- ").unwrap_or(text).trim_start();
    text.strip_prefix('"').unwrap_or(text)
}

/// How deep a line's first key stands, a list's dash counted in.
pub fn depth(line: &str) -> usize {
    line.len() - inside(line).len() - usize::from(line.trim_start_matches([' ', '\t', '-']).starts_with('"'))
}

/// Whether a line begins the item of a list that has its keys at a depth.
pub fn begins_item(line: &str, of: usize) -> bool {
    line.trim_start().starts_with("- ") && depth(line) == of
}

/// Whether what has its keys at a depth does not reach over a line: a shallower one, a table's
/// heading, a document's end.
pub fn ends(line: &str, of: usize) -> bool {
    let text = line.trim();
    !text.is_empty() && (depth(line) < of || text.starts_with(['[', '}', '{']) || text == "---")
}

/// Whether a line is a comment by now, where constants are only talked of.
pub fn is_comment(head: &str) -> bool {
    let marks = ["//", "#", "*", "/*", "--", ";", "<!--"];
    marks.iter().any(|mark| head.trim_start().starts_with(mark))
        || head.contains(" // ")
        || head.contains(" # ")
}

pub fn in_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'@' | b'/' | b'-' | b'$')
}

/// The words of an identifier, in lower case: of `sdkVersion`, `SDK_VERSION` and `sdk-version`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() || c.is_ascii_uppercase() && lower {
            words.push(String::new());
        }
        lower = c.is_ascii_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_ascii_alphanumeric()) {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a constant's name says that it is the version of the package: `version` and words
/// that add nothing, or its own name.
pub fn is_version(name: &str, owner: &Package) -> bool {
    const IDLE: [&str; 17] = [
        "app",
        "application",
        "package",
        "pkg",
        "sdk",
        "client",
        "library",
        "lib",
        "project",
        "sonar",
        "product",
        "release",
        "current",
        "latest",
        "string",
        "full",
        "number",
    ];
    let own = words(owner.name.as_str());
    let words = words(name);
    words.iter().any(|word| word == "version")
        && words.iter().all(|word| word == "version" || IDLE.contains(&word.as_str()) || own.contains(word))
}

/// Whether a constant's name says that its value is some version.
pub fn speaks_of_versions(name: &str) -> bool {
    let words = words(name);
    words.iter().any(|word| matches!(word.as_str(), "version" | "release" | "tag"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart_into_words() {
        for name in ["sdkVersion", "SDK_VERSION", "sdk-version", "SdkVersion"] {
            assert_eq!(words(name), ["sdk", "version"]);
        }
        assert_eq!(words("__version__"), ["version"]);
        assert!(speaks_of_versions("LATEST_TAG") && !speaks_of_versions("staged"));
    }

    #[test]
    fn a_key_is_as_deep_as_its_first_letter() {
        assert_eq!(["a: 1", "  a: 1", "- a: 1", "  \"a\": 1"].map(depth), [0, 2, 2, 2]);
    }
}
