//! The actions that GitHub's workflows use, all of GitHub's own organisation, and their versions.

use std::fmt;

/// One action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    Checkout,
    Cache,
    Upload,
    Download,
    Python,
}

impl Action {
    pub const ALL: [Action; 5] =
        [Action::Checkout, Action::Cache, Action::Upload, Action::Download, Action::Python];

    /// Its name in the organisation `actions`.
    pub fn name(self) -> &'static str {
        match self {
            Action::Checkout => "checkout",
            Action::Cache => "cache",
            Action::Upload => "upload-artifact",
            Action::Download => "download-artifact",
            Action::Python => "setup-python",
        }
    }

    /// The major version that is used where the config names none.
    pub fn usual(self) -> &'static str {
        match self {
            Action::Cache | Action::Upload => "v4",
            Action::Checkout | Action::Download => "v5",
            Action::Python => "v6",
        }
    }
}

/// A version: `v5`, or a commit with what it is called, `<40 digits> # v5.0.1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionVersion {
    /// A tag, a branch or a commit.
    pub reference: String,
    pub comment: Option<String>,
}

impl ActionVersion {
    /// Reads a version.
    ///
    /// # Errors
    /// Says what is wrong with it, as the end of a sentence.
    pub fn parse(text: &str) -> Result<ActionVersion, String> {
        let (reference, comment) = match text.split_once(" #") {
            Some((reference, comment)) => (reference, Some(comment.trim())),
            None => (text, None),
        };
        let reference = reference.trim_end();
        let allowed = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
        if !reference.starts_with(|c: char| c.is_ascii_alphanumeric()) || !reference.chars().all(allowed) {
            return Err("is no tag, branch or commit".into());
        }
        let plain = |text: &str| text.chars().all(|c| c == ' ' || c.is_ascii_graphic());
        if comment.is_some_and(|text| text.is_empty() || !plain(text)) {
            return Err("has no plain text behind its `#`".into());
        }
        Ok(ActionVersion { reference: reference.to_owned(), comment: comment.map(str::to_owned) })
    }
}

impl fmt::Display for ActionVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.comment {
            Some(comment) => write!(f, "{} # {comment}", self.reference),
            None => f.write_str(&self.reference),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_a_plain_reference_with_a_comment_at_most() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        for text in ["v5", "v5.0.1", "releases/v5", commit, &format!("{commit} # v5.0.1")] {
            assert_eq!(ActionVersion::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "-v5", "v5 v6", "v5#1", "v5 #", "v5 # a\nb", "${{ x }}", "v5 # é", "# v5", "v5: x"]
        {
            assert!(ActionVersion::parse(text).is_err(), "{text}");
        }
    }
}
