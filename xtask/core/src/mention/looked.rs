//! Which files are looked into.
//!
//! Not looked into: what tools write or others wrote (lock files, generated, vendored, minified
//! and built files), what tells history (changelogs, fragments, release notes, guides for
//! upgrading), tests (they spell versions on purpose, and one that pins the real version says
//! so by failing), binary files and files over 1 MiB.

use crate::model::path::RepoPath;

/// Larger files are not texts that people keep.
pub const LARGEST: u64 = 1 << 20;

const FOLDERS: [&str; 35] = [
    "node_modules",
    "bower_components",
    "vendor",
    "vendored",
    "third_party",
    "third-party",
    "dist",
    "build",
    "target",
    "site-packages",
    ".venv",
    "venv",
    "generated",
    "__generated__",
    "tests",
    "test",
    "__tests__",
    "spec",
    "specs",
    "testdata",
    "test-data",
    "test_data",
    "fixtures",
    "__fixtures__",
    "snapshots",
    "__snapshots__",
    "changelog",
    "changelogs",
    "changelog.d",
    "changes",
    "newsfragments",
    ".changeset",
    "releases",
    "release-notes",
    "release_notes",
];

const HISTORY: [&str; 12] = [
    "changelog",
    "changes",
    "history",
    "news",
    "releases",
    "release_notes",
    "release-notes",
    "releasenotes",
    "upgrading",
    "upgrade",
    "migrating",
    "migration",
];

const LOCKS: [&str; 7] = [
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "bun.lockb",
    "go.sum",
    "go.work.sum",
    "gradle.lockfile",
];

const ENDINGS: [&str; 44] = [
    "lock", "sum", "map", "snap", "svg", "png", "jpg", "jpeg", "gif", "ico", "webp", "avif", "bmp", "tiff",
    "pdf", "zip", "gz", "tgz", "bz2", "xz", "zst", "7z", "tar", "whl", "jar", "class", "wasm", "so", "a",
    "o", "dll", "exe", "bin", "ttf", "otf", "woff", "woff2", "eot", "mp3", "mp4", "mov", "sqlite", "pyc",
    "parquet",
];

/// Whether a file may be looked into, by its path below the folder of its package (whose own
/// name is the package's business).
pub fn by_path(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let lower = name.to_ascii_lowercase();
    let (stem, ending) = lower
        .split_once('.')
        .map_or((lower.as_str(), ""), |(stem, rest)| (stem, rest.rsplit('.').next().unwrap_or(rest)));
    let minified = lower.contains(".min.") || lower.contains(".bundle.");
    let test = stem.starts_with("test_")
        || stem == "tests"
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || lower.contains(".test.")
        || lower.contains(".spec.");
    !(folders.split('/').any(|folder| FOLDERS.contains(&folder.to_ascii_lowercase().as_str()))
        || HISTORY.contains(&stem)
        || LOCKS.contains(&lower.as_str())
        || ENDINGS.contains(&ending)
        || minified
        || test)
}

/// Whether a text is one that people write: not binary by git's rule (a NUL among the first
/// 8,000 bytes), not marked as generated near its top.
pub fn by_text(text: &str) -> bool {
    let head = &text.as_bytes()[..text.len().min(8_000)];
    let top = head.split(|byte| *byte == b'\n').take(5);
    !head.contains(&0)
        && !top.into_iter().any(|line| holds(line, b"@generated") || holds(line, b"DO NOT EDIT"))
}

fn holds(line: &[u8], word: &[u8]) -> bool {
    line.windows(word.len()).any(|window| window == word)
}

/// What a file is written in, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// A programming language: constants.
    Code,
    /// Prose with markup: badges, no constants but those that stand out.
    Prose,
    /// Pages, which hold both.
    Page,
    /// All else: keys and values.
    Data,
}

impl Language {
    /// Whether a text is quoted in it.
    pub fn quotes(self) -> bool {
        matches!(self, Language::Code | Language::Page)
    }
}

/// The part of a text before its tests: those at a Rust file's end spell versions on purpose.
pub fn before_tests<'t>(path: &RepoPath, body: &'t str) -> &'t str {
    let end = if path.name().ends_with(".rs") { body.find("#[cfg(test)]") } else { None };
    &body[..end.unwrap_or(body.len())]
}

pub fn language(path: &RepoPath) -> Language {
    let ending = path.name().rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending.to_ascii_lowercase().as_str() {
        "md" | "markdown" | "rst" | "adoc" | "txt" | "mdx" => Language::Prose,
        "html" | "htm" | "jsx" | "tsx" | "vue" | "svelte" | "astro" => Language::Page,
        "py" | "pyi" | "js" | "mjs" | "cjs" | "ts" | "mts" | "go" | "rs" | "rb" | "java" | "kt" | "kts"
        | "c" | "h" | "cc" | "cpp" | "hpp" | "cs" | "swift" | "php" | "ex" | "exs" | "lua" | "dart"
        | "scala" | "sh" => Language::Code,
        _ => Language::Data,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_into_what_people_write() {
        for path in ["README.md", "docs/sdks.md", "src/a/__init__.py", ".github/workflows/ci.yml", "Makefile"]
        {
            assert!(by_path(path), "{path}");
        }
        for path in [
            "node_modules/a/index.js",
            "a/vendor/b.go",
            "CHANGELOG.md",
            "docs/UPGRADING.md",
            "a/uv.lock",
            "yarn.lock",
            "a/package-lock.json",
            "a.min.js",
            "logo.PNG",
            "tests/a.py",
            "a/test_a.py",
            "client_test.go",
            "src/a_tests.rs",
            "src/a/tests.rs",
            "a.test.ts",
            "changelog.d/1.fixed.md",
            "docs/releases/1.2.md",
        ] {
            assert!(!by_path(path), "{path}");
        }
        assert!(!by_text("a\0b"));
        assert!(!by_text("// Code generated by x. DO NOT EDIT.\n"));
        assert!(by_text("\u{feff}# \u{e9}\n"));
    }
}
