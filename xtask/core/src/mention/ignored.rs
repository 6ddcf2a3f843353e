//! `[ignore]`: which of its entries are of use, and which say why they are there.

use std::collections::BTreeSet;

use crate::model::config::IgnoreRule;
use crate::model::glob;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};
use crate::workspace::Workspace;

/// The entries of `mentions`, by their place in the config, on whose lines something was seen. Versions
/// are not asked: an entry that is needed after the next release only is of use by then.
pub type Used = BTreeSet<usize>;

/// Whether entries known to be of use cover a whole file, so that looking into it tells nothing new.
pub fn whole(workspace: &Workspace, path: &RepoPath, used: &Used) -> bool {
    let mentions = &workspace.config.ignore.mentions;
    used.iter().any(|at| mentions[*at].text.is_none() && mentions[*at].covers(path.as_str(), ""))
}

/// Takes down the entries that cover a line of a file.
pub fn note(workspace: &Workspace, path: &RepoPath, line: &str, used: &mut Used) {
    let rules = workspace.config.ignore.mentions.iter().enumerate();
    used.extend(rules.filter(|(_, rule)| rule.covers(path.as_str(), line)).map(|(at, _)| at));
}

/// Every entry without a reason (`W0326`) or of no use (`W0327`): globs that no tracked file has, mentions
/// of which none was seen.
pub fn hints(workspace: &Workspace, used: &Used) -> Problems {
    let config = &workspace.config;
    let mut problems = Problems::new();
    let mut tell = |key: &str, shown: &str, line: usize, reason: Option<&String>, is_used: bool| {
        let problem = |code, what: String| Problem::new(code, what).at_file(&config.file, Some(line));
        if reason.is_none() {
            let what = format!("`{shown}` in `{key}` of [ignore] does not say why");
            let help = "add `reason = \"…\"` to the entry, or take the entry out";
            problems.push(problem(Code::W0326, what).help(help));
        }
        if !is_used {
            let what = format!("`{shown}` in `{key}` of [ignore] silences nothing");
            problems.push(problem(Code::W0327, what).help("take the entry out"));
        }
    };
    for (key, rules) in [("places", &config.ignore.places), ("fragments", &config.ignore.fragments)] {
        for rule in rules {
            tell(key, &rule.glob, rule.line, rule.reason.as_ref(), matches(workspace, rule));
        }
    }
    for (at, rule) in config.ignore.mentions.iter().enumerate() {
        let shown = rule.text.as_ref().or(rule.glob.as_ref()).map_or("", String::as_str);
        tell("mentions", shown, rule.line, rule.reason.as_ref(), used.contains(&at));
    }
    problems.sort();
    problems
}

fn matches(workspace: &Workspace, rule: &IgnoreRule) -> bool {
    workspace.entries.keys().any(|path| glob::matches(&rule.glob, path.as_str()))
}
