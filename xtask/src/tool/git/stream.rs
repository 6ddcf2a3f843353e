//! The stream that fast-import reads: blobs, the commit, annotated tags.

use super::objects::{Change, Content, Identities, Objects, TagText};
use crate::model::names::CommitId;
use crate::model::path::RepoPath;

/// Marks below are blobs'.
pub(super) const COMMIT_MARK: usize = 1_000_000_000;

/// A folder that is removed whole.
pub(super) struct Emptied {
    pub folder: RepoPath,
    /// The commands that set again what stays in it.
    pub kept: Vec<u8>,
}

/// The stream that git-fast-import documents under "INPUT FORMAT".
pub(super) fn of<'a>(
    objects: &Objects<'_>,
    message: &str,
    emptied: &[Emptied],
    tags: impl Iterator<Item = &'a TagText>,
) -> Vec<u8> {
    let mut out = Vec::new();
    for (mark, change) in objects.changes.iter().enumerate() {
        if let Content::Bytes { bytes, .. } = &change.content {
            out.extend_from_slice(format!("blob\nmark :{}\n", mark + 1).as_bytes());
            data(&mut out, bytes);
        }
    }
    let Identities { author, committer } = objects.identities;
    out.extend_from_slice(
        format!("commit refs/heads/release\nmark :{COMMIT_MARK}\nauthor {author}\ncommitter {committer}\n")
            .as_bytes(),
    );
    data(&mut out, message.as_bytes());
    out.extend_from_slice(format!("from {}\n", objects.base).as_bytes());
    for Emptied { folder, kept } in emptied {
        out.extend_from_slice(b"D ");
        quote(&mut out, folder.as_str().as_bytes());
        out.push(b'\n');
        out.extend_from_slice(kept);
    }
    let gone = |change: &Change| {
        let folder = change.path.parent();
        matches!(change.content, Content::Deleted)
            && emptied.iter().any(|one| folder.as_ref() == Some(&one.folder))
    };
    for (mark, change) in objects.changes.iter().enumerate().filter(|(_, change)| !gone(change)) {
        let mode = |executable: bool| if executable { "100755" } else { "100644" };
        let line = match &change.content {
            Content::Bytes { executable, .. } => format!("M {} :{} ", mode(*executable), mark + 1),
            Content::Blob { id, executable } => format!("M {} {id} ", mode(*executable)),
            Content::Deleted => "D ".to_owned(),
        };
        out.extend_from_slice(line.as_bytes());
        quote(&mut out, change.path.as_str().as_bytes());
        out.push(b'\n');
    }
    out.push(b'\n');
    self::tags(&mut out, &format!(":{COMMIT_MARK}"), tags, objects.identities);
    out
}

pub(super) fn tags<'a>(
    out: &mut Vec<u8>,
    from: &str,
    tags: impl Iterator<Item = &'a TagText>,
    identities: &Identities,
) {
    for (index, tag) in tags.enumerate() {
        let mark = COMMIT_MARK + 1 + index;
        let head = format!("tag {}\nmark :{mark}\nfrom {from}\ntagger {}\n", tag.name, identities.committer);
        out.extend_from_slice(head.as_bytes());
        data(out, tag.message.as_bytes());
    }
    out.extend_from_slice(b"done\n");
}

fn data(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(format!("data {}\n", bytes.len()).as_bytes());
    out.extend_from_slice(bytes);
    out.push(b'\n');
}

/// The command that sets what stands in the base at a path already.
pub(super) fn set(out: &mut Vec<u8>, mode: &str, id: &str, path: &[u8]) {
    out.extend_from_slice(format!("M {mode} {id} ").as_bytes());
    quote(out, path);
    out.push(b'\n');
}

/// A path may stand unquoted unless it starts with a quote or holds a line break.
fn quote(out: &mut Vec<u8>, path: &[u8]) {
    if !path.starts_with(b"\"") && !path.contains(&b'\n') {
        out.extend_from_slice(path);
        return;
    }
    out.push(b'"');
    for byte in path {
        match byte {
            b'\n' => out.extend_from_slice(b"\\n"),
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            byte => out.push(*byte),
        }
    }
    out.push(b'"');
}

pub(super) fn mark(line: &str) -> Option<(usize, CommitId)> {
    let (mark, id) = line.strip_prefix(':')?.split_once(' ')?;
    Some((mark.parse().ok()?, CommitId::parse(id).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_would_be_misread_are_quoted() {
        for (path, line) in [
            ("a b\"c", "M 100644 1f a b\"c\n"),
            ("\"a\\", "M 100644 1f \"\\\"a\\\\\"\n"),
            ("a\nb", "M 100644 1f \"a\\nb\"\n"),
        ] {
            let mut out = Vec::new();
            set(&mut out, "100644", "1f", path.as_bytes());
            assert_eq!(String::from_utf8(out).unwrap(), line);
        }
    }
}
