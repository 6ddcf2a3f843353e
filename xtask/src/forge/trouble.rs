//! Why a forge did not tell, as a problem with its code and the next command.

use crate::model::forge::{ForgeKind, Trouble};
use crate::model::problem::{Code, Problem};

/// The problem of a trouble; `what` was to be found out: `whether CI is green`.
pub fn problem(kind: ForgeKind, project: &str, trouble: &Trouble, what: &str) -> Problem {
    let forge = format!("{kind} {project}");
    let problem =
        |code: Code, does: &str| Problem::new(code, format!("{forge} {does} {what}: {}", trouble.why()));
    match trouble {
        Trouble::Credentials { .. } => {
            problem(Code::W0801, "does not take the token that asks").help(token(kind))
        }
        Trouble::Denied { .. } => problem(Code::W0802, "does not let this token see").help(token(kind)),
        Trouble::Limited { .. } => {
            problem(Code::W0803, "asks to wait before it tells").help("run the command again later")
        }
        Trouble::Unknown { .. } => {
            problem(Code::W0804, "did not tell").help("look at the forge's status page, then run it again")
        }
    }
}

fn token(kind: ForgeKind) -> String {
    let rights = match kind {
        ForgeKind::Github => "read access to actions, contents, issues and pull requests",
        ForgeKind::Gitlab => "the scope read_api; a job's own token may not read pipelines and issues",
    };
    format!("give its variable a token with {rights}")
}
