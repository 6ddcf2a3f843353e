//! Repositories that are only read: bare ones too, which have no work tree to be located by.

use std::collections::BTreeMap;
use std::path::Path;

use super::Repository;
use super::query::{parse_entries, parse_refs};
use crate::model::names::CommitId;
use crate::model::path::RepoPath;
use crate::model::tree::Mode;
use crate::tool::call::Call;
use crate::tool::failure::Failure;

impl Repository {
    /// A repository, bare or not, whose tags and commits are to be read.
    ///
    /// # Errors
    /// When there is none.
    pub fn to_read(dir: &Path) -> Result<Repository, Failure> {
        let args =
            ["rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir", "--show-object-format"];
        let text = Call::git(dir, &args).read_only().text()?;
        let lines: Vec<&str> = text.lines().collect();
        let [git_dir, common_dir, object_format] = lines.as_slice() else {
            let words = ["git".to_owned(), "rev-parse".to_owned()];
            return Err(Failure::new(&words, dir, "an answer that is not understood", &text));
        };
        Ok(Repository {
            root: dir.to_owned(),
            git_dir: git_dir.into(),
            common_dir: common_dir.into(),
            object_format: (*object_format).to_owned(),
            shallow: false,
            plain: false,
        })
    }

    /// Every tag with the commit that it names, lightweight or annotated.
    ///
    /// # Errors
    /// When git fails.
    pub fn tagged_commits(&self) -> Result<Vec<(String, CommitId)>, Failure> {
        let refs = parse_refs(&super::query::start_refs(&self.root)?.wait()?);
        Ok(refs.tags.into_iter().map(|(name, tag)| (name, tag.commit)).collect())
    }

    /// A commit's files with their modes. Names that can't be released (no UTF-8, control characters) stay out.
    ///
    /// # Errors
    /// When git fails.
    pub fn files_of(&self, commit: &CommitId) -> Result<BTreeMap<RepoPath, Mode>, Failure> {
        let listing =
            self.call(&["ls-tree", "-r", "-z", "--full-tree", commit.as_str()]).read_only().run()?;
        Ok(parse_entries(&listing).0)
    }

    /// Files as of commits, in the order asked; none where a commit has no such file. One git for all of them.
    ///
    /// # Errors
    /// When git fails, or answers what is not understood.
    pub fn blobs(&self, files: &[(&CommitId, &RepoPath)]) -> Result<Vec<Option<Vec<u8>>>, Failure> {
        let asked: String = files.iter().map(|(commit, path)| format!("{commit}:{path}\n")).collect();
        let answer = self.call(&["cat-file", "--batch"]).read_only().stdin(asked).run()?;
        read_batch(&answer, files.len()).ok_or_else(|| {
            let words = ["git", "cat-file", "--batch"].map(String::from);
            Failure::new(&words, &self.root, "an answer that is not understood", "")
        })
    }

    /// When a commit was made, in seconds since 1970.
    ///
    /// # Errors
    /// When git fails.
    pub fn committed_at(&self, commit: &CommitId) -> Result<i64, Failure> {
        let args = ["show", "--no-patch", "--no-show-signature", "--format=%ct", commit.as_str(), "--"];
        let text = self.call(&args).read_only().text()?;
        Ok(text.trim().parse().unwrap_or(0))
    }
}

/// Reads `git cat-file --batch`: `ID TYPE SIZE`, the bytes, a line feed; or a line that ends with `missing`.
fn read_batch(mut answer: &[u8], count: usize) -> Option<Vec<Option<Vec<u8>>>> {
    let mut blobs = Vec::with_capacity(count);
    for _ in 0..count {
        let end = answer.iter().position(|byte| *byte == b'\n')?;
        let header = std::str::from_utf8(&answer[..end]).ok()?;
        answer = &answer[end + 1..];
        if header.ends_with(" missing") {
            blobs.push(None);
            continue;
        }
        let size: usize = header.rsplit(' ').next()?.parse().ok()?;
        let is_blob = header.split(' ').nth(1) == Some("blob");
        blobs.push(is_blob.then(|| answer.get(..size).map(<[u8]>::to_vec)).flatten());
        answer = answer.get(size + 1..)?;
    }
    Some(blobs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_batch_with_gaps() {
        let id = "0".repeat(40);
        let answer = format!("{id} blob 3\na\nb\nHEAD:x missing\n{id} tree 2\n??\n{id} blob 0\n\n");
        let read = read_batch(answer.as_bytes(), 4).unwrap();
        assert_eq!(read, [Some(b"a\nb".to_vec()), None, None, Some(Vec::new())]);
        assert_eq!(read_batch(answer.as_bytes(), 5), None);
        assert_eq!(read_batch(b"0 blob 9\nshort", 1), None);
    }
}
