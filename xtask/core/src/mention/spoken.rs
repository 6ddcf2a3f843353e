//! Versions of ours that prose speaks of, and the labels of badges.

use super::looked::Language;
use super::sight::{Evidence, Sighting, View};

/// Words before a name that make a version one of a history: it stays when the next is released.
const HISTORY: [&str; 22] = [
    "since",
    "before",
    "until",
    "till",
    "after",
    "from",
    "than",
    "in",
    "to",
    "with",
    "added",
    "introduced",
    "removed",
    "deprecated",
    "changed",
    "by",
    "of",
    "was",
    "as",
    "on",
    "through",
    "version",
];

impl<'a> View<'_, 'a> {
    /// `name 1.2.3`, `name (v1.2.3)` in prose, by a registry's name of ours.
    pub fn spoken(&self) -> Option<Sighting<'a>> {
        let text = self.head.strip_suffix('(').unwrap_or(self.head);
        let rest = text.trim_end();
        let goes_on = ["->", "→", "–", "to "].iter().any(|sign| self.tail.trim_start().starts_with(sign));
        if self.site.language != Language::Prose || rest.len() == text.len() || goes_on {
            return None;
        }
        let named = self.names.at_end(rest.trim_end_matches(['`', '*'])).filter(|named| named.strong)?;
        let before = self.head[..named.start].trim_end_matches(['`', '*']);
        let word = before.split_whitespace().next_back().unwrap_or_default().to_ascii_lowercase();
        let tells =
            before.trim_start().starts_with('#') || HISTORY.contains(&word.as_str()) || before.ends_with('-');
        if tells { None } else { self.named(named, Evidence::Spoken) }
    }
}

/// Whether a badge's label, `release-` of `badge/release-1.2.3-green`, says that a version follows.
pub fn is_label(label: &str) -> bool {
    const LABELS: [&str; 16] = [
        "version", "release", "latest", "stable", "current", "v", "tag", "pypi", "npm", "crates", "io",
        "maven", "central", "docker", "helm", "chart",
    ];
    let Some(label) = label.strip_suffix('-') else { return false };
    let label = label.replace("%20", " ").to_ascii_lowercase();
    let mut words =
        label.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    words.peek().is_some() && words.all(|word| LABELS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::is_label;

    #[test]
    fn labels_say_that_a_version_follows() {
        for label in ["release-", "pypi-", "v-", "crates.io-", "latest%20release-", "PyPI_version-"] {
            assert!(is_label(label), "{label}");
        }
        for label in ["python-", "-", "go%20version-", "coverage-", "release"] {
            assert!(!is_label(label), "{label}");
        }
    }
}
