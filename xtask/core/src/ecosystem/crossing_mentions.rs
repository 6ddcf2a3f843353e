//! Texts that name a Go module by the path that it leaves, and that no edit follows: linker flags (`-X`), protobuf's
//! `go_package`, a `go get` in a README. Whether each should follow is a person's to say.
//!
//! Addresses (`https://…/lib`), other modules below the path and other major versions of it are not meant.

use super::crossing::Spot;
use super::go::split_major;
use crate::format::Text;
use crate::model::config::Config;
use crate::model::glob;
use crate::model::path::RepoPath;
use crate::model::tree::{Mode, Tree};

/// Longer texts are nobody's to read.
const MOST: u64 = 1 << 20;

/// The lines of a file that name the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub file: RepoPath,
    pub lines: Vec<usize>,
}

/// Every text that names `from` outside of the spots; `nested` are the paths of modules below it.
pub(super) fn read(
    tree: &dyn Tree,
    config: &Config,
    from: &str,
    nested: &[String],
    spots: &[Spot],
) -> Vec<Named> {
    let mut found = Vec::new();
    for (path, mode) in tree.entries() {
        if !matches!(mode, Mode::File | Mode::Executable) || is_told(config, path) {
            continue;
        }
        let Some(source) = tree.glance(path, MOST).filter(|source| source.text.contains(from)) else {
            continue;
        };
        let text = Text::new(&source);
        let (body, shift) = source.body();
        let edited = |at: usize| {
            let here = |spot: &&Spot| spot.file == *path;
            spots.iter().filter(here).any(|spot| spot.span.start <= at && at < spot.span.end)
        };
        let at = body.match_indices(from).map(|(at, _)| at);
        let open = at.filter(|at| is_named(body, *at, from, nested) && !edited(at + shift));
        let mut lines: Vec<usize> = open.map(|at| text.line(at)).collect();
        lines.dedup();
        if !lines.is_empty() {
            found.push(Named { file: path.clone(), lines });
        }
    }
    found
}

/// Whether a file tells of the past, is read as a module file, or is left alone.
fn is_told(config: &Config, path: &RepoPath) -> bool {
    let past = config.changelogs.iter().any(|changelog| {
        changelog.file == *path
            || changelog.fragments.as_ref().is_some_and(|folder| path.below(folder).is_some())
    });
    past || matches!(path.name(), "go.mod" | "go.work" | "go.sum" | "go.work.sum")
        || path.components().any(|part| part == "vendor")
        || config.ignore.places.iter().any(|rule| glob::matches(&rule.glob, path.as_str()))
}

/// Whether the text at an offset is the module's path, or one of its packages'.
fn is_named(body: &str, at: usize, from: &str, nested: &[String]) -> bool {
    let of_path = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '~');
    let rest = &body[at + from.len()..];
    let goes_on = rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '~'));
    if body[..at].ends_with(of_path) || goes_on || rest.starts_with(".git") {
        return false;
    }
    let end = rest.find(|c| !of_path(c)).unwrap_or(rest.len());
    let whole = &body[at..at + from.len() + end];
    let below = |module: &String| {
        whole.strip_prefix(module.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let first = rest.strip_prefix('/').and_then(|rest| rest[..end - 1].split('/').next()).unwrap_or_default();
    let first = first.split('.').next().unwrap_or_default();
    !nested.iter().any(below) && split_major(&format!("x/{first}")).1.is_none()
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, ignore, package};
    use super::super::{Ecosystem, crossing, go::Go};
    use crate::model::tree::MemoryTree;
    use crate::model::version::Version;

    #[test]
    fn names_what_no_edit_follows() {
        let files = [
            ("go/go.mod", "module example.org/lib\n"),
            ("go/a.go", "package a // import \"example.org/lib\"\nimport \"example.org/lib/sub\"\n"),
            ("go/nested/go.mod", "module example.org/lib/nested\n"),
            (
                "Makefile",
                "a:\n\tgo build -ldflags '-X example.org/lib.Version=1 -X example.org/lib/sub.V=1'\n",
            ),
            ("a.proto", "\noption go_package = \"example.org/lib/gen;gen\";\n"),
            ("README.md", "go get example.org/lib@v1.4.0\n\nexample.org/lib\n"),
            (
                "other.md",
                "https://example.org/lib example.org/lib.git example.org/library example.org/lib-x\n",
            ),
            (
                "more.md",
                "example.org/lib/v2 example.org/lib/v3.X example.org/lib/nested/p my.example.org/lib\n",
            ),
            ("old/README.md", "example.org/lib\n"),
            ("vendor/x.md", "example.org/lib\n"),
        ];
        let mut config = config(&["lib=go"]);
        ignore(&mut config, "old/**");
        let tree = MemoryTree::new(files);
        let manifest = Go.manifest(&tree, &package("lib=go")).unwrap().unwrap();
        let crossing = crossing::read(&tree, &config, &manifest, Version::new(2, 0, 0)).unwrap();
        let named: Vec<_> =
            crossing.named.iter().map(|one| format!("{} {:?}", one.file, one.lines)).collect();
        assert_eq!(named, ["Makefile [2]", "README.md [1, 3]", "a.proto [2]", "go/a.go [1]"]);
    }
}
