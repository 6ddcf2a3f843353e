//! A Go module proxy over a repository's tags, in this process.
//!
//! Source of the rules: the Go Modules Reference, "GOPROXY protocol", "Mapping versions to commits", "Module paths".

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::json;

use super::{Reach, module_zip};
use crate::io::loopback::{Loopback, Request, Response};
use crate::model::client_env::ClientEnv;
use crate::model::date::Date;
use crate::model::names::CommitId;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};
use crate::tool::failure::Failure;
use crate::tool::git::Repository;
use crate::tool::toolbox as installer;

/// A running proxy. It looks at the tags anew for each request, so a tag that was just pushed is there.
#[derive(Debug)]
pub struct GoProxy {
    server: Loopback,
    /// What go asks next for modules that are not ours.
    others: String,
}

impl GoProxy {
    /// Starts a proxy for the modules of a repository, bare or not.
    ///
    /// # Errors
    /// `W0719`.
    pub fn start(repository: &Path, dir: &Path) -> Result<GoProxy, Problem> {
        const WHAT: &str = "the module proxy did not start";
        let repository =
            Repository::to_read(repository).map_err(|failure| failure.problem(Code::W0719, WHAT))?;
        let others = installer::go_proxies(dir).map_err(|failure| failure.problem(Code::W0719, WHAT))?;
        let catalogue = Catalogue { repository, modules: Mutex::default() };
        let server = Loopback::serve(move |request| catalogue.answer(request))
            .map_err(|error| Problem::new(Code::W0719, format!("{WHAT}: {error}")))?;
        Ok(GoProxy { server, others })
    }

    /// `127.0.0.1:PORT`.
    pub fn host(&self) -> String {
        self.server.host()
    }

    /// How go reaches it at a host: it first, then what go is configured to ask. The checksum database can't know
    /// a version that is not published, so it stays out. The module cache can be removed like any folder.
    pub fn reach(&self, host: &str) -> Reach {
        let url = format!("http://{host}");
        let install = ClientEnv::default()
            .plain("GOPROXY", format!("{url},{}", self.others))
            .plain("GOSUMDB", "off")
            .plain("GONOPROXY", "none")
            .plain("GOTOOLCHAIN", "local")
            .plain("GOFLAGS", "-modcacherw");
        Reach { index: url.clone(), url, publish: ClientEnv::default(), install }
    }
}

/// The modules of a repository.
#[derive(Debug)]
struct Catalogue {
    repository: Repository,
    /// The module path that a commit's `go.mod` in a folder states. Commits do not change, so neither does this.
    modules: Mutex<BTreeMap<(CommitId, RepoPath), Option<String>>>,
}

/// A version of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Version {
    number: semver::Version,
    commit: CommitId,
    folder: RepoPath,
}

impl Version {
    fn name(&self) -> String {
        format!("v{}", self.number)
    }
}

impl Catalogue {
    fn answer(&self, request: &Request) -> Response {
        let Some((module, asked)) = parse(&request.path) else { return Response::text(404, "not found\n") };
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            return Response::text(405, "a module proxy is only read\n");
        }
        match self.found(&module, &asked) {
            Ok(Some(response)) => response,
            Ok(None) => Response::text(404, format!("not found: {module} {asked}\n")),
            Err(what) => Response::text(500, format!("{what}\n")),
        }
    }

    /// What is asked for of a module; none where there is no such thing.
    fn found(&self, module: &str, asked: &str) -> Result<Option<Response>, String> {
        let versions = self.versions(module).map_err(|failure| failure.said.join("\n"))?;
        if asked == "list" {
            let list: String = versions.iter().map(|version| format!("{}\n", version.name())).collect();
            return Ok((!versions.is_empty()).then(|| Response::text(200, list)));
        }
        if asked == "@latest" {
            let finals = versions.iter().rfind(|version| version.number.pre.is_empty());
            return finals.or(versions.last()).map(|version| self.info(version)).transpose();
        }
        let Some((name, ending)) = asked.rsplit_once('.') else { return Ok(None) };
        let Some(version) = versions.iter().find(|version| version.name() == name) else { return Ok(None) };
        match ending {
            "info" => self.info(version).map(Some),
            "mod" => {
                let path = version.folder.child("go.mod");
                let blobs = self.repository.blobs(&[(&version.commit, &path)]);
                let bytes = blobs.map_err(|failure| failure.said.join("\n"))?.pop().flatten();
                Ok(bytes.map(|bytes| Response::new(200, "text/plain; charset=utf-8", bytes)))
            }
            "zip" => {
                let files = self.files(version).map_err(|failure| failure.said.join("\n"))?;
                let bytes =
                    module_zip::zip(module, name, &files).map_err(|error: io::Error| error.to_string())?;
                Ok(Some(Response::new(200, "application/zip", bytes)))
            }
            _ => Ok(None),
        }
    }

    fn info(&self, version: &Version) -> Result<Response, String> {
        let seconds =
            self.repository.committed_at(&version.commit).map_err(|failure| failure.said.join("\n"))?;
        Ok(Response::json(200, &json!({ "Version": version.name(), "Time": rfc3339(seconds) })))
    }

    fn files(&self, version: &Version) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let chosen = module_zip::selected(&self.repository.files_of(&version.commit)?, &version.folder);
        let asked: Vec<_> = chosen.iter().map(|(path, _)| (&version.commit, path)).collect();
        let blobs = self.repository.blobs(&asked)?;
        let named = chosen.iter().zip(blobs);
        Ok(named.filter_map(|((_, below), bytes)| Some((below.clone(), bytes?))).collect())
    }

    /// A module's versions in ascending order.
    fn versions(&self, module: &str) -> Result<Vec<Version>, Failure> {
        let tags = self.repository.tagged_commits()?;
        let candidates: Vec<Version> =
            tags.iter().flat_map(|(tag, commit)| candidates(tag, commit)).collect();
        let mut modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        let key = |version: &Version| (version.commit.clone(), version.folder.clone());
        let unread: Vec<&Version> =
            candidates.iter().filter(|version| !modules.contains_key(&key(version))).collect();
        let paths: Vec<RepoPath> = unread.iter().map(|version| version.folder.child("go.mod")).collect();
        let asked: Vec<_> =
            unread.iter().zip(&paths).map(|(version, path)| (&version.commit, path)).collect();
        if !asked.is_empty() {
            let texts = self.repository.blobs(&asked)?;
            for (version, text) in unread.iter().zip(texts) {
                let module = text.and_then(|text| stated(&String::from_utf8_lossy(&text)));
                modules.insert(key(version), module);
            }
        }
        let is_it = |version: &Version| {
            let stated = modules.get(&key(version)).and_then(Option::as_deref);
            stated == Some(module)
                && major_suffix(module) == (version.number.major > 1).then_some(version.number.major)
        };
        let mut versions: Vec<Version> =
            candidates.iter().filter(|version| is_it(version)).cloned().collect();
        versions.sort_by(|a, b| a.number.cmp(&b.number));
        versions.dedup_by(|a, b| a.number == b.number);
        Ok(versions)
    }
}

/// Where the module of a tag may lie: in the folder that the tag names, and from v2 on also in `vN` below it.
fn candidates(tag: &str, commit: &CommitId) -> Vec<Version> {
    let (folder, version) = tag.rsplit_once('/').unwrap_or(("", tag));
    let number = version.strip_prefix('v').and_then(|number| semver::Version::parse(number).ok());
    let (Some(number), Ok(folder)) =
        (number.filter(|number| number.build.is_empty()), RepoPath::parse(folder))
    else {
        return Vec::new();
    };
    let mut folders = vec![folder.clone()];
    if number.major > 1 {
        folders.push(folder.child(&format!("v{}", number.major)));
    }
    let version = |folder| Version { number: number.clone(), commit: commit.clone(), folder };
    folders.into_iter().map(version).collect()
}

/// The major version that a module path ends with: 2 of `example.org/a/v2`.
fn major_suffix(module: &str) -> Option<u64> {
    let number = module.rsplit_once("/v")?.1;
    number.parse().ok().filter(|major| *major > 1 && !number.starts_with('0'))
}

/// The path of the `module` line of a go.mod.
fn stated(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let mut words = line.split("//").next().unwrap_or_default().split_whitespace();
        let path = (words.next() == Some("module")).then(|| words.next())??;
        Some(path.trim_matches(['"', '`']).to_owned())
    })
}

/// A request's module and what is asked of it: `list`, `v1.2.3.info`, `@latest`.
fn parse(path: &str) -> Option<(String, String)> {
    let path = path.strip_prefix('/')?;
    let (module, asked) = match path.strip_suffix("/@latest") {
        Some(module) => (module, "@latest"),
        None => path.split_once("/@v/")?,
    };
    Some((unescaped(module)?, unescaped(asked)?))
}

/// Undoes the escaping of capitals: `!a` is `A`.
fn unescaped(text: &str) -> Option<String> {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '!' => plain.push(chars.next().filter(char::is_ascii_lowercase)?.to_ascii_uppercase()),
            c if c.is_ascii_uppercase() => return None,
            c => plain.push(c),
        }
    }
    Some(plain)
}

fn rfc3339(seconds: i64) -> String {
    let time = seconds.rem_euclid(86400);
    format!("{}T{:02}:{:02}:{:02}Z", Date::from_unix(seconds), time / 3600, time / 60 % 60, time % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_requests() {
        for (path, read) in [
            ("/example.org/!ada/x/@v/list", Some(("example.org/Ada/x", "list"))),
            ("/example.org/x/@latest", Some(("example.org/x", "@latest"))),
            ("/example.org/x/@v/v1.0.0-!r!c.1.zip", Some(("example.org/x", "v1.0.0-RC.1.zip"))),
            ("/example.org/Ada/@v/list", None),
            ("/example.org/x!", None),
            ("/", None),
        ] {
            assert_eq!(parse(path), read.map(|(m, a)| (m.to_owned(), a.to_owned())), "{path}");
        }
    }

    #[test]
    fn a_tag_names_a_folder_and_a_version() {
        let commit = CommitId::parse(&"a".repeat(40)).unwrap();
        let folders = |tag| {
            let all: Vec<_> = candidates(tag, &commit).iter().map(|one| one.folder.to_string()).collect();
            all.join(" ")
        };
        for (tag, expected) in [
            ("v1.2.3", "."),
            ("clients/go/v1.2.3", "clients/go"),
            ("clients/go/v2.0.0-rc.1", "clients/go clients/go/v2"),
            ("v1.2", ""),
            ("v1.2.3+build", ""),
            ("scheduler-v1.2.3", ""),
        ] {
            assert_eq!(folders(tag), expected, "{tag}");
        }
    }

    #[test]
    fn reads_module_paths() {
        assert_eq!(stated("// a\nmodule example.org/a // b\n").as_deref(), Some("example.org/a"));
        assert_eq!(stated("module \"example.org/a\"\n").as_deref(), Some("example.org/a"));
        assert_eq!(stated("go 1.22\n"), None);
        for (module, major) in
            [("a/v2", Some(2)), ("a/v1", None), ("a/v02", None), ("a/vx", None), ("a", None)]
        {
            assert_eq!(major_suffix(module), major, "{module}");
        }
        assert_eq!(rfc3339(1_782_864_061), "2026-07-01T00:01:01Z");
    }
}
