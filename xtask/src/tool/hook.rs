//! A hook: a program of the repository's own, run with the new version in its environment.

use std::path::Path;

use crate::io::lock::ReleaseLock;
use crate::model::plan::HookPlan;
use crate::tool::call::Call;
use crate::tool::failure::Failure;

/// Runs a hook to its end and gives what its exit code means, when it is not plain success.
///
/// # Errors
/// When it can't be started or ends with a code that its `fine` table does not list.
pub fn run(hook: &HookPlan, root: &Path, lock: Option<&ReleaseLock>) -> Result<Option<String>, Failure> {
    let mut call = Call::program(hook.run.clone(), &root.join(hook.dir.as_str())).holding(lock);
    for (name, value) in &hook.env {
        call = call.env(name, value);
    }
    match call.run() {
        Ok(_) => Ok(None),
        Err(failure) => {
            let meaning = failure.code.and_then(|code| hook.fine.get(&code)).cloned();
            meaning.map(Some).ok_or(failure)
        }
    }
}
