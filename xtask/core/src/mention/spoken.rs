//! Versions of ours that prose speaks of, and the labels of badges.

use super::looked::Language;
use super::names::Named;
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

/// Words before a name that make a short version one that is required.
const REQUIRED: [&str; 7] = ["requires", "require", "required", "needs", "need", "least", "minimum"];

/// What goes on behind a version that is required, or the first of some.
const GOES_ON: [&str; 9] = ["->", "→", "–", "to ", "+", "or ", "and ", "through ", ".x"];

/// Whether what stands before a name tells of a history.
pub fn tells(before: &str) -> bool {
    before.trim_start().starts_with('#')
        || HISTORY.contains(&last_word(before).as_str())
        || before.ends_with('-')
}

fn last_word(text: &str) -> String {
    text.split_whitespace().next_back().unwrap_or_default().to_ascii_lowercase()
}

impl<'a> View<'_, 'a> {
    /// `name 1.2.3`, `name (v1.2.3)`, `name v1.2` in prose, by a registry's name of ours.
    pub fn spoken(&self) -> Option<Sighting<'a>> {
        let text = self.head.strip_suffix('(').unwrap_or(self.head);
        let rest = text.trim_end();
        let after = self.tail.trim_start();
        let goes_on = GOES_ON[..4].iter().any(|sign| after.starts_with(sign));
        if self.site.language != Language::Prose || rest.len() == text.len() || goes_on {
            return None;
        }
        let named = self.names.at_end(rest.trim_end_matches(['`', '*'])).filter(|named| named.strong)?;
        let before = self.head[..named.start].trim_end_matches(['`', '*']);
        let word = last_word(before);
        let required = REQUIRED.contains(&word.trim_end_matches(':'))
            || GOES_ON[4..].iter().any(|sign| after.starts_with(sign));
        if tells(before) || !self.token.whole && (!self.token.v || required) {
            return None;
        }
        self.named(named, Evidence::Spoken)
    }

    /// `| name | 1.2.3 |`, the one row of a table that a name has: several are a history.
    pub fn row(&self) -> Option<Sighting<'a>> {
        let rest = self.head.trim_end().strip_suffix('|')?.trim_end();
        if self.site.language != Language::Prose || !self.tail.trim_start().starts_with('|') {
            return None;
        }
        let cell = |text: &str| text.trim_matches(['`', '*', ' ', '\t']).to_owned();
        let name = cell(rest.rsplit('|').next()?);
        let named = self.names.exactly(&name)?;
        let row = self.head.trim_start();
        let column = row.split('|').position(|text| cell(text) == name)?;
        let rows = |lines: &mut dyn Iterator<Item = &str>| {
            let mut table = lines.map(str::trim_start).take_while(|line| line.starts_with('|'));
            table.any(|line| line.split('|').nth(column).is_some_and(|text| cell(text) == name))
        };
        let (above, below) = (&self.body[..self.line], &self.body[self.token.end..]);
        if rows(&mut above.lines().rev()) || rows(&mut below.lines().skip(1)) {
            return None;
        }
        let start = rest.rfind(&name)?;
        self.named(Named { start, ..named }, Evidence::Spoken)
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
