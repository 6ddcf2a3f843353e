//! A generated file, and how it is told from one that a person wrote.

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// From the repository's root.
    pub path: String,
    pub text: String,
}

const MARK: &str = "# Generated from windlass.toml by `cargo xtask ci generate ";

/// The first lines of comment, without their `# `.
pub fn head(forge: &str) -> Vec<String> {
    let first = format!("Generated from windlass.toml by `cargo xtask ci generate {forge}`.");
    vec![first, "Do not edit it: change windlass.toml and generate it again.".to_owned()]
}

/// Whether a text was generated.
pub fn is_generated(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').starts_with(MARK)
}
