//! A Go module's zip and its hash, as the go command makes them from a repository (the Go Modules Reference,
//! "Module zip files"; golang.org/x/mod/zip and golang.org/x/mod/sumdb/dirhash describe the rules).

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use crate::model::digest::{sha256, sha256_base64};

/// All files together, go.mod alone, LICENSE alone.
const LARGEST: (usize, usize, usize) = (500 << 20, 16 << 20, 16 << 20);

/// A module to be zipped.
#[derive(Debug)]
pub struct Module<'a> {
    /// `example.org/mono/client`.
    pub path: &'a str,
    /// `v1.2.3`.
    pub version: &'a str,
    /// The regular files of the module's folder as git tracks them, by path from there. Links are left out.
    pub files: &'a BTreeMap<String, Vec<u8>>,
    /// The LICENSE at the repository's root, which a module in a folder gets when it has none.
    pub license: Option<&'a [u8]>,
}

impl Module<'_> {
    /// The zip's files by their path in it.
    ///
    /// # Errors
    /// Why the go command would refuse the module, as the end of a sentence that starts with it.
    pub fn contents(&self) -> Result<BTreeMap<String, &[u8]>, String> {
        let manifest = self.files.get("go.mod").ok_or("has no go.mod")?;
        let new_rules = go_version(manifest) >= (1, 24);
        let nested: Vec<&str> = self
            .files
            .keys()
            .filter_map(|path| path.rsplit_once('/'))
            .filter(|(_, name)| name.eq_ignore_ascii_case("go.mod"))
            .map(|(folder, _)| folder)
            .collect();
        let is_nested = |path: &str| {
            nested.iter().any(|folder| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
        };
        let mut inside: BTreeMap<String, &[u8]> = BTreeMap::new();
        let mut folded: BTreeMap<String, &str> = BTreeMap::new();
        for (path, bytes) in self.files {
            if is_vendored(path, new_rules) || is_nested(path) || path == ".hg_archival.txt" {
                continue;
            }
            check_path(path)?;
            if path != "go.mod" && path.eq_ignore_ascii_case("go.mod") {
                return Err(format!("has a {path}; go.mod is written in lower case"));
            }
            // Two names that differ in case alone are one file on some machines.
            for prefix in path.match_indices('/').map(|(at, _)| &path[..at]).chain([path.as_str()]) {
                let other = folded.entry(prefix.to_lowercase()).or_insert(prefix);
                if *other != prefix {
                    return Err(format!("has {other} and {prefix}, which differ in case alone"));
                }
            }
            inside.insert(path.clone(), bytes);
        }
        if let (Some(license), false) = (self.license, inside.contains_key("LICENSE")) {
            inside.insert("LICENSE".into(), license);
        }
        let size = |path: &str| inside.get(path).map_or(0, |bytes| bytes.len());
        let all: usize = inside.values().map(|bytes| bytes.len()).sum();
        if all > LARGEST.0 || size("go.mod") > LARGEST.1 || size("LICENSE") > LARGEST.2 {
            return Err("is larger than the go command allows".into());
        }
        let prefix = format!("{}@{}", self.path, self.version);
        Ok(inside.into_iter().map(|(path, bytes)| (format!("{prefix}/{path}"), bytes)).collect())
    }
}

/// The zip of these files, with no times in it; stored, since nothing is uploaded.
///
/// # Errors
/// As the zip format has them.
pub fn zip(contents: &BTreeMap<String, &[u8]>) -> Result<Vec<u8>, String> {
    let written = || -> Result<Vec<u8>, zip::result::ZipError> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o644);
        for (path, bytes) in contents {
            zip.start_file(path.as_str(), options)?;
            zip.write_all(bytes)?;
        }
        Ok(zip.finish()?.into_inner())
    };
    written().map_err(|error| format!("can't be zipped: {error}"))
}

/// `h1:`, then the SHA-256 in base64 of the list of all files with their own SHA-256 (dirhash, "Hash1").
pub fn hash(contents: &BTreeMap<String, &[u8]>) -> String {
    let list: String = contents.iter().map(|(path, bytes)| format!("{}  {path}\n", sha256(bytes))).collect();
    format!("h1:{}", sha256_base64(list.as_bytes()))
}

/// The major and minor number of the `go` line; 1.16 where none stands, as the go command assumes.
fn go_version(manifest: &[u8]) -> (u32, u32) {
    let text = String::from_utf8_lossy(manifest);
    let said = text.lines().find_map(|line| line.trim().strip_prefix("go ").map(str::trim));
    let mut numbers =
        said.unwrap_or("1.16").split(['.', 'r', 'b', ' ', '/']).map_while(|part| part.parse().ok());
    (numbers.next().unwrap_or(1), numbers.next().unwrap_or(0))
}

/// Packages below a vendor folder, as each rule has it: before Go 1.24 files directly in a nested vendor
/// folder counted too (golang.org/issue/37397), and sums depend on it.
fn is_vendored(path: &str, new_rules: bool) -> bool {
    const NESTED: &str = "/vendor/";
    if new_rules && path == "vendor/modules.txt" {
        return true;
    }
    let rest = match (path.strip_prefix("vendor/"), path.find(NESTED)) {
        (Some(rest), _) => rest,
        (None, Some(at)) if new_rules => &path[at + NESTED.len()..],
        (None, Some(_)) => return path.bytes().skip(NESTED.len()).any(|byte| byte == b'/'),
        (None, None) => return false,
    };
    rest.contains('/')
}

/// The names that a module's files may have (golang.org/x/mod/module, "CheckFilePath").
fn check_path(path: &str) -> Result<(), String> {
    const PUNCTUATION: &str = "!#$%&()+,-.=@[]^_{}~ ";
    const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
    let allowed =
        |c: char| c.is_ascii_alphanumeric() || PUNCTUATION.contains(c) || !c.is_ascii() && c.is_alphabetic();
    for part in path.split('/') {
        let short = part.split('.').next().unwrap_or_default().to_ascii_lowercase();
        let numbered = ["com", "lpt"].iter().any(|device| {
            short.strip_prefix(device).is_some_and(|number| matches!(number.as_bytes(), [b'1'..=b'9']))
        });
        if part.is_empty() || part.ends_with('.') || !part.chars().all(allowed) {
            return Err(format!("has the file {path}, whose name the go command refuses"));
        }
        if DEVICES.contains(&short.as_str()) || numbered {
            return Err(format!("has the file {path}, whose name is a device on Windows"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(go: &str, paths: &[&str]) -> Result<Vec<String>, String> {
        let manifest = format!("module example.org/m\n\ngo {go}\n");
        let mut files: BTreeMap<String, Vec<u8>> =
            paths.iter().map(|path| ((*path).to_owned(), b"x".to_vec())).collect();
        files.insert("go.mod".into(), manifest.into_bytes());
        let module =
            Module { path: "example.org/m", version: "v1.0.0", files: &files, license: Some(b"MIT") };
        let inside = module.contents()?;
        let short = |path: &String| path.strip_prefix("example.org/m@v1.0.0/").unwrap().to_owned();
        Ok(inside.keys().map(short).collect())
    }

    #[test]
    fn chooses_as_the_go_command_does() {
        let paths = ["a.go", "vendor/modules.txt", "vendor/x/y.go", "sub/go.mod", "sub/b.go", "subs/c.go"];
        assert_eq!(
            contents("1.23", &paths).unwrap(),
            ["LICENSE", "a.go", "go.mod", "subs/c.go", "vendor/modules.txt"]
        );
        assert_eq!(contents("1.24", &paths).unwrap(), ["LICENSE", "a.go", "go.mod", "subs/c.go"]);
        // The old rule counts eight bytes from the start of the path.
        let nested = ["pkg/vendor/vendor.go", "pkg/vendor/a/b.go"];
        assert_eq!(contents("1.22", &nested).unwrap(), ["LICENSE", "go.mod"]);
        assert_eq!(contents("1.24.1", &nested).unwrap(), ["LICENSE", "go.mod", "pkg/vendor/vendor.go"]);
    }

    #[test]
    fn refuses_what_the_go_command_refuses() {
        for (path, why) in [
            ("a*.go", "whose name the go command refuses"),
            ("a'b.go", "whose name the go command refuses"),
            ("dir./b.go", "whose name the go command refuses"),
            ("aux.go", "is a device"),
            ("Go.mod", "lower case"),
        ] {
            assert!(contents("1.24", &[path]).unwrap_err().contains(why), "{path}");
        }
        assert!(contents("1.24", &["A/x.go", "a/y.go"]).unwrap_err().contains("differ in case"));
    }

    #[test]
    fn hashes_as_dirhash_does() {
        // sha256sum abc def | sha256sum, in base64.
        let contents = BTreeMap::from([
            ("abc".to_owned(), b"data for abc".as_slice()),
            ("def".to_owned(), b"data for def".as_slice()),
        ]);
        assert_eq!(hash(&contents), "h1:XlhtRI30IXmT42IaG36suXW924CcEWe9v1QSN2uLYig=");
        assert_eq!(zip(&contents).unwrap(), zip(&contents).unwrap());
    }
}
