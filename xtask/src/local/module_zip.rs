//! A Go module's zip and its hash.
//!
//! Source of the rules: the Go Modules Reference, "Module zip files", and the documentation of golang.org/x/mod's
//! packages `zip` and `sumdb/dirhash`. Attributes (`export-ignore`, `export-subst`) are not looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::model::digest::{sha256, sha256_base64};
use crate::model::path::RepoPath;
use crate::model::tree::Mode;

/// The files of the module in `folder`, each with its path in the module: regular files, without modules further
/// down, without vendored packages. A module in a subfolder without a LICENSE takes the repository's.
pub fn selected(files: &BTreeMap<RepoPath, Mode>, folder: &RepoPath) -> Vec<(RepoPath, String)> {
    let nested: BTreeSet<RepoPath> = files
        .keys()
        .filter(|path| path.name() == "go.mod")
        .filter_map(RepoPath::parent)
        .filter(|parent| parent != folder && parent.below(folder).is_some())
        .collect();
    let belongs = |path: &RepoPath| !path.ancestors().any(|above| nested.contains(&above));
    let regular = |mode: &Mode| matches!(mode, Mode::File | Mode::Executable);
    let mut chosen: Vec<(RepoPath, String)> = files
        .iter()
        .filter(|(path, mode)| regular(mode) && belongs(path))
        .filter_map(|(path, _)| Some((path.clone(), path.below(folder)?.to_owned())))
        .filter(|(_, below)| !is_vendored(below))
        .collect();
    let license = RepoPath::default().child("LICENSE");
    if !folder.is_root()
        && !chosen.iter().any(|(_, below)| below == "LICENSE")
        && files.get(&license).is_some_and(regular)
    {
        chosen.push((license, "LICENSE".into()));
    }
    chosen.sort_by(|a, b| a.1.cmp(&b.1));
    chosen
}

/// Whether a file lies in a vendored package. Files directly in a `vendor` folder at the top belong to the module;
/// further down the go command counts from the path's start, which the hashes of published modules depend on.
fn is_vendored(path: &str) -> bool {
    const DEEPER: &str = "/vendor/";
    let from = match path.strip_prefix("vendor/") {
        Some(rest) => return rest.contains('/'),
        None if path.contains(DEEPER) => DEEPER.len(),
        None => return false,
    };
    path.as_bytes()[from..].contains(&b'/')
}

/// The zip: every path below `MODULE@VERSION/`, stored as it is.
///
/// # Errors
/// When a path is too long for a zip, or the whole too large.
pub fn zip(module: &str, version: &str, files: &[(String, Vec<u8>)]) -> io::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (path, bytes) in files {
        archive.start_file(format!("{module}@{version}/{path}"), options).map_err(io::Error::other)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish().map_err(io::Error::other)?.into_inner())
}

/// The module's hash as `go.sum` has it: `h1:` and base64.
pub fn hash(module: &str, version: &str, files: &[(String, Vec<u8>)]) -> String {
    let named: BTreeMap<String, &[u8]> =
        files.iter().map(|(path, bytes)| (format!("{module}@{version}/{path}"), bytes.as_slice())).collect();
    let lines: String = named.iter().map(|(path, bytes)| format!("{}  {path}\n", sha256(bytes))).collect();
    format!("h1:{}", sha256_base64(lines.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(folder: &str, paths: &[&str]) -> String {
        let mut files: BTreeMap<RepoPath, Mode> =
            paths.iter().map(|path| (RepoPath::parse(path).unwrap(), Mode::File)).collect();
        files.insert(RepoPath::parse("client/link").unwrap(), Mode::Symlink);
        files.insert(RepoPath::parse("client/sub").unwrap(), Mode::Submodule);
        let chosen = selected(&files, &RepoPath::parse(folder).unwrap());
        chosen.into_iter().map(|(path, below)| format!("{path}={below}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn takes_the_module_and_nothing_else() {
        let paths = [
            "LICENSE",
            "README.md",
            "client/go.mod",
            "client/a.go",
            "client/deep/b.go",
            "client/nested/go.mod",
            "client/nested/c.go",
            "client/nested/deeper/d.go",
            "client/vendor/modules.txt",
            "client/vendor/example.org/e.go",
            "client/deep/vendor/example.org/f.go",
            "clients/g.go",
        ];
        assert_eq!(
            chosen("client", &paths),
            "LICENSE=LICENSE client/a.go=a.go client/deep/b.go=deep/b.go client/go.mod=go.mod \
             client/vendor/modules.txt=vendor/modules.txt"
        );
    }

    #[test]
    fn a_license_of_its_own_stays() {
        let paths = ["LICENSE", "client/LICENSE", "client/go.mod"];
        assert_eq!(chosen("client", &paths), "client/LICENSE=LICENSE client/go.mod=go.mod");
        assert_eq!(chosen("", &["LICENSE", "go.mod", "x/go.mod"]), "LICENSE=LICENSE go.mod=go.mod");
    }
}
