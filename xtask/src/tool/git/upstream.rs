//! Another repository's tags.

use std::collections::BTreeSet;

use super::Repository;
use super::query::remote_refs;
use crate::model::address::Address;
use crate::tool::call::Running;
use crate::tool::failure::Failure;

impl Repository {
    /// Asks another repository for its tags; a path is one from this work tree's root.
    ///
    /// # Errors
    /// When git can't be started.
    pub fn start_upstream(&self, address: &Address) -> Result<Running, Failure> {
        // A path travels whole: git takes a bare word for the name of a remote.
        let address = match address {
            Address::Path(path) => self.root.join(path).display().to_string(),
            Address::Url(url) => url.clone(),
        };
        self.call(&["ls-remote", "--tags", "--refs", "--", &address]).supervised().start()
    }
}

/// Waits for the names of another repository's tags.
///
/// # Errors
/// When it can't be reached in time.
pub fn upstream_tags(running: Running) -> Result<BTreeSet<String>, Failure> {
    Ok(remote_refs(running)?.tags.into_keys().collect())
}
