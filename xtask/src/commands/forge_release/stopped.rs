//! Why no entry was made, or only a part of one: problems with the exit code that is true.

use crate::app::{Exit, Refusal};
use crate::forge::complete::Stop;
use crate::forge::site::Site;
use crate::model::entry::{Entry, Step};
use crate::model::forge::{ForgeKind, Trouble};
use crate::model::problem::{Code, Problem};
use crate::report::entry::words;

/// The refusal of a stop. Nothing that was made is lost: the same command goes on from there.
pub fn refusal(stop: &Stop, site: &Site, entry: &Entry, made: &[Step], touched: bool) -> Refusal {
    let forge = format!("{} {}", site.kind, site.project);
    let tag = &entry.tag;
    let again = format!("cargo xtask forge-release --tag {tag}");
    let mut exit = if touched { Exit::Resumable } else { Exit::Refused };
    let problem = match stop {
        Stop::Tag(None) => Problem::new(Code::W0811, format!("{forge} has no tag {tag}"))
            .why("a forge makes a missing tag by itself, at a commit of its own choice")
            .run(format!("git push origin {}", tag.full())),
        Stop::Tag(Some(commit)) => {
            exit = Exit::Conflict;
            let (theirs, ours) = (commit.short(), entry.commit.short());
            Problem::new(Code::W0811, format!("{tag} leads to {theirs} at {forge}, and {ours} was built"))
                .help("find out who moved it before anything else")
        }
        Stop::Other(differences) => {
            exit = Exit::Conflict;
            let lines: Vec<String> = differences
                .iter()
                .map(|one| format!("{}: {} here, {} there", one.of, shown(&one.ours), shown(&one.theirs)))
                .collect();
            Problem::new(Code::W0813, format!("{forge} has another entry of {tag}"))
                .why(lines.join("\n"))
                .help("nothing was overwritten; bring it into agreement on the forge, or delete it there:")
                .run(&again)
        }
        Stop::Asked(trouble) => told(trouble, site, &forge, "what stands there", Code::W0804).run(&again),
        Stop::Refused(step, trouble) => {
            let what = format!("to {}", words(step, entry));
            told(trouble, site, &forge, &what, Code::W0815).run(&again)
        }
        Stop::Unseen(steps) => {
            let left: Vec<String> = steps.iter().map(|step| words(step, entry)).collect();
            Problem::new(Code::W0816, format!("{forge} does not show what was made"))
                .why(format!("still to do by its word: {}", left.join(", ")))
                .run(&again)
        }
    };
    let problem = match made {
        [] => problem,
        made => {
            let made: Vec<String> = made.iter().map(|step| words(step, entry)).collect();
            problem.help(format!("made so far: {}", made.join(", ")))
        }
    };
    Refusal { exit, problems: vec![problem] }
}

/// No token, which nothing can be written without.
pub fn no_token(site: &Site) -> Problem {
    let what = format!("{} {} is asked to write, and {} is not set", site.kind, site.project, site.wanted);
    Problem::new(Code::W0801, what).help(rights(site))
}

fn told(trouble: &Trouble, site: &Site, forge: &str, what: &str, unknown: Code) -> Problem {
    let why = trouble.why();
    match trouble {
        Trouble::Credentials { .. } => {
            Problem::new(Code::W0801, format!("{forge}, asked {what}: {why}")).help(rights(site))
        }
        Trouble::Denied { .. } => {
            Problem::new(Code::W0802, format!("{forge}, asked {what}: {why}")).help(rights(site))
        }
        Trouble::Limited { .. } => Problem::new(Code::W0803, format!("{forge}, asked {what}: {why}")),
        Trouble::Unknown { .. } => Problem::new(unknown, format!("{forge}, asked {what}: {why}")),
    }
}

fn rights(site: &Site) -> String {
    let rights = match site.kind {
        ForgeKind::Github => "a token that may write contents",
        ForgeKind::Gitlab => "a token with the scope api and the role of a developer, or a job's own",
    };
    format!("set {} to {rights}", site.wanted)
}

/// A text in a line, not longer than a line.
fn shown(text: &str) -> String {
    const MOST: usize = 80;
    let line: String = text.lines().next().unwrap_or_default().chars().take(MOST).collect();
    match (text.is_empty(), line.len() < text.len()) {
        (true, _) => "none".into(),
        (_, true) => format!("`{line}…`"),
        _ => format!("`{line}`"),
    }
}
