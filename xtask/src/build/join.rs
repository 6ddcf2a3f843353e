//! The parts of a build on disk: read, and put together file by file.

use std::io;
use std::path::Path;

use crate::artifact::join::{Release, Taken};
use crate::artifact::part::{self, Part};
use crate::artifact::{list, sums};
use crate::io::files as disk;
use crate::model::digest::Hashing;
use crate::model::names::PartName;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};

use super::store::Store;

/// Every part in a folder, in byte order of their names. What a killed build left beside them is no part.
///
/// # Errors
/// `W0740` for each that can't be used.
pub fn read(root: &Path, release: &Release<'_>) -> Result<Vec<Part>, Problems> {
    let folder = Store::parts(root, release.group.as_str(), release.version);
    let mut problems = Problems::new();
    let mut parts = Vec::new();
    for name in disk::folders_in(&folder).into_iter().filter(|name| !name.starts_with('.')) {
        match read_one(&folder.join(&name), &name) {
            Ok(part) => parts.push(part),
            Err(what) => problems.push(unusable(release, &name, &what)),
        }
    }
    if problems.is_empty() { Ok(parts) } else { Err(problems) }
}

fn read_one(folder: &Path, name: &str) -> Result<Part, String> {
    let text = |file: &str| -> Result<String, String> {
        let bytes = disk::read(&folder.join(file)).map_err(|error| format!("{file}: {error}"))?;
        String::from_utf8(bytes.ok_or_else(|| format!("it holds no {file}"))?)
            .map_err(|_| format!("its {file} is not UTF-8"))
    };
    let part = part::read(&text(list::FILE)?, &text(sums::FILE)?)?;
    match disk::links_below(folder).first() {
        Some(link) => Err(format!("{link} is a link; a part holds files")),
        None if part.name.as_str() != name => Err(format!("its list says that it is `{}`", part.name)),
        None => Ok(part),
    }
}

fn unusable(release: &Release<'_>, name: &str, what: &str) -> Problem {
    let problem = Problem::new(Code::W0740, format!("the part `{name}`: {what}"));
    match PartName::parse(name) {
        Ok(_) => problem.run(release.command(&format!("--part {name}"))),
        Err(_) => problem.help("take the folder away"),
    }
}

/// Copies what was taken into `staging`; each file is held to its digest on the way.
///
/// # Errors
/// `W0740` for each file that is missing or no longer as its digest says; `W0735` when the disk fails.
pub fn gather(
    root: &Path,
    release: &Release<'_>,
    files: &[Taken],
    parts: &[Part],
    staging: &Path,
) -> Result<(), Problems> {
    let folder = Store::parts(root, release.group.as_str(), release.version);
    let mut problems = Problems::new();
    for taken in files {
        let name = parts[taken.part].name.as_str();
        // Checked when the digests were read; said again where it counts.
        let Ok(path) = RepoPath::parse(&taken.path) else { continue };
        let to = staging.join(path.as_str());
        match copy(&folder.join(name).join(path.as_str()), &to) {
            Ok(Some(digest)) if digest == taken.sha256 => {}
            Ok(found) => {
                let said = if found.is_some() { "is not as its digest says" } else { "is missing" };
                problems.push(unusable(release, name, &format!("{path} {said}")));
            }
            Err(error) => return Err(vec![Problem::new(Code::W0735, format!("{}: {error}", to.display()))]),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Copies a file and gives the digest of what was copied; none when there is no such file.
fn copy(from: &Path, to: &Path) -> io::Result<Option<String>> {
    let mut from = match disk::open(from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    disk::create_folder(to.parent().unwrap_or(to))?;
    let mut to = Hashing::new(disk::create_new(to)?);
    io::copy(&mut from, &mut to)?;
    let (_, digest, _) = to.finish();
    Ok(Some(digest))
}
