//! A hook: a program of the repository's own, run with the new version in its environment. One that its
//! `xtask` brings is this very program once more, so that the same holds of both: its output, its exit
//! code, what it may change, and that a release killed meanwhile is known to be running.

use std::path::Path;

use crate::io::env;
use crate::io::lock::ReleaseLock;
use crate::model::hook::OWN;
use crate::model::plan::HookPlan;
use crate::tool::call::Call;
use crate::tool::failure::Failure;

/// Runs a hook to its end and gives what its exit code means, when it is not plain success.
///
/// # Errors
/// When it can't be started or ends with a code that its `fine` table does not list.
pub fn run(hook: &HookPlan, root: &Path, lock: Option<&ReleaseLock>) -> Result<Option<String>, Failure> {
    let words = match hook.run.as_slice() {
        [a, b, c, rest @ ..] if [a, b, c].into_iter().eq(OWN) => {
            let program = env::own_program().unwrap_or_else(|| OWN[0].to_owned());
            [program, OWN[2].to_owned()].into_iter().chain(rest.iter().cloned()).collect()
        }
        _ => hook.run.clone(),
    };
    let mut call = Call::program(words, &root.join(hook.dir.as_str())).merged().holding(lock);
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
