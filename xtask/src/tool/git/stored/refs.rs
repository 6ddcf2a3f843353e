//! Tags and branches of a repository that keeps its refs in files (gitrepository-layout(5), git-pack-refs(1)).

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use flate2::read::ZlibDecoder;

use crate::model::facts::TagFact;
use crate::model::names::{Branch, CommitId, TagName};
use crate::tool::git::query::Refs;

/// The most that is read of a tag object: its first two lines say what it leads to.
const HEAD_OF_TAG: u64 = 512;

/// A ref's value, and what it leads to where that is known.
struct Value {
    id: String,
    /// The object behind a tag object; `Some(None)` where the ref holds no tag object.
    peeled: Option<Option<String>>,
}

/// The refs below `refs/tags` and `refs/heads`, ids having so many digits; none where something else than
/// plain files and ids stands there.
pub(super) fn read(common: &Path, digits: usize) -> Option<Refs> {
    // Loose ones first: what is packed meanwhile leaves its file only after it stands in `packed-refs`.
    let mut loose = BTreeMap::new();
    for folder in ["refs/heads", "refs/tags"] {
        walk(common, folder, digits, &mut loose)?;
    }
    if !is_empty(&common.join("refs/replace")) {
        return None;
    }
    let mut values = packed(common, digits)?;
    values.extend(loose.into_iter().map(|(name, id)| (name, Value { id, peeled: None })));
    let mut refs = Refs::default();
    for (name, value) in values {
        let object = CommitId::parse(&value.id).ok()?;
        if let Some(branch) = name.strip_prefix("refs/heads/") {
            Branch::parse(branch).ok()?;
            refs.branches.insert(branch.to_owned(), object);
        } else if let Some(tag) = name.strip_prefix("refs/tags/") {
            TagName::parse(tag).ok()?;
            let peeled = match value.peeled {
                Some(peeled) => peeled,
                None => behind(common, &value.id)?,
            };
            let annotated = peeled.is_some();
            let commit = peeled.map_or_else(|| Some(object.clone()), |id| CommitId::parse(&id).ok())?;
            refs.tags.insert(tag.to_owned(), TagFact { object, commit, annotated });
        }
    }
    Some(refs)
}

/// The loose refs below a folder, which may be missing.
fn walk(common: &Path, folder: &str, digits: usize, found: &mut BTreeMap<String, String>) -> Option<()> {
    let entries = match fs::read_dir(common.join(folder)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Some(()),
        Err(_) => return None,
    };
    for entry in entries {
        let entry = entry.ok()?;
        let name = entry.file_name();
        // What is not ASCII may be spelled otherwise on disk (core.precomposeUnicode).
        let name = name.to_str().filter(|name| name.is_ascii())?;
        if name.starts_with('.') || name.ends_with(".lock") {
            continue;
        }
        let path = format!("{folder}/{name}");
        let kind = entry.file_type().ok()?;
        if kind.is_dir() {
            walk(common, &path, digits, found)?;
        } else if kind.is_file() {
            match fs::read_to_string(entry.path()) {
                Ok(text) => found.insert(path, id(text.strip_suffix('\n')?, digits)?),
                // Deleted or packed since.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
                Err(_) => return None,
            };
        } else {
            return None;
        }
    }
    Some(())
}

/// The packed refs; only a file that git has written with what all of its tags lead to.
fn packed(common: &Path, digits: usize) -> Option<BTreeMap<String, Value>> {
    let mut values: BTreeMap<String, Value> = BTreeMap::new();
    let text = match fs::read_to_string(common.join("packed-refs")) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Some(values),
        Err(_) => return None,
    };
    let (traits, lines) = text.split_once('\n')?;
    if !traits.strip_prefix("# pack-refs with:")?.split(' ').any(|word| word == "fully-peeled") {
        return None;
    }
    // git refuses a last line that does not end, and takes a carriage return for a part of the name.
    let lines = if lines.is_empty() { "" } else { lines.strip_suffix('\n')? };
    let mut last = None;
    for line in lines.split('\n').filter(|_| !lines.is_empty()) {
        if let Some(peeled) = line.strip_prefix('^') {
            let value: &mut Value = values.get_mut(&last.take()?)?;
            value.peeled = Some(Some(id(peeled, digits)?));
            continue;
        }
        let (id_text, name) = line.split_once(' ')?;
        if name.starts_with("refs/replace/") {
            return None;
        }
        values.insert(name.to_owned(), Value { id: id(id_text, digits)?, peeled: Some(None) });
        last = Some(name.to_owned());
    }
    Some(values)
}

/// What a loose object leads to when it is a tag, `None` within when it is none; none where git knows better: the
/// object is in a pack, or a tag of a tag.
fn behind(common: &Path, id_text: &str) -> Option<Option<String>> {
    let (folder, file) = id_text.split_at_checked(2)?;
    let file = fs::File::open(common.join("objects").join(folder).join(file)).ok()?;
    let mut head = Vec::new();
    ZlibDecoder::new(file).take(HEAD_OF_TAG).read_to_end(&mut head).ok()?;
    let nul = head.iter().position(|byte| *byte == 0)?;
    let kind = head[..nul].split(|byte| *byte == b' ').next()?;
    if kind != b"tag" {
        return Some(None);
    }
    let body = String::from_utf8_lossy(&head[nul + 1..]);
    let mut lines = body.lines();
    let object = lines.next()?.strip_prefix("object ")?;
    (lines.next()? == "type commit").then(|| Some(Some(id(object, id_text.len())?)))?
}

/// An object's id in full; the one of zeros is nobody's, and git takes a ref that holds it for broken.
fn id(text: &str, digits: usize) -> Option<String> {
    let is_id = text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (is_id && text.bytes().any(|byte| byte != b'0')).then(|| text.to_owned())
}

/// Whether a folder is known to hold nothing.
fn is_empty(folder: &Path) -> bool {
    match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}
