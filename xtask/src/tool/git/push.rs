//! Pushes refs.

use super::Repository;
use super::query::{RemoteRefs, remote_refs};
use crate::io::lock::ReleaseLock;
use crate::model::names::RemoteName;
use crate::model::plan::Push;
use crate::tool::failure::Failure;

impl Repository {
    /// Pushes the refs of one batch, all or none. git runs the `pre-push` hook, if there is one.
    ///
    /// # Errors
    /// When the remote refuses any of them or can't be reached.
    pub fn push(&self, push: &Push, lock: Option<&ReleaseLock>) -> Result<(), Failure> {
        let refspecs = push.refs.iter().map(|name| format!("{name}:{name}"));
        let args: Vec<String> = ["push", "--atomic", "--porcelain", "--", push.remote.as_str()]
            .into_iter()
            .map(String::from)
            .chain(refspecs)
            .collect();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        self.call(&args).holding(lock).run().map(|_| ())
    }

    /// The remote's refs, asked now.
    ///
    /// # Errors
    /// When it can't be reached in time.
    pub fn remote_refs(&self, remote: &RemoteName) -> Result<RemoteRefs, Failure> {
        remote_refs(self.start_remote(remote)?)
    }

    /// Fetches a branch of the remote, so that its commits are known here.
    ///
    /// # Errors
    /// When it can't be reached.
    pub fn fetch(&self, remote: &RemoteName, branch: &str) -> Result<(), Failure> {
        let refspec = format!("refs/heads/{branch}:refs/remotes/{remote}/{branch}");
        self.call(&["fetch", "--quiet", "--no-tags", "--", remote.as_str(), &refspec]).run().map(|_| ())
    }
}
