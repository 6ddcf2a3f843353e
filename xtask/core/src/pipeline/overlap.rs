//! Tags that start, beside a workflow of their own, one that is meant for others: GitHub's patterns know no
//! alternatives, so `v1.2.3-*` of one group lets in `v1.2.3-lib` of another.

use std::collections::{BTreeMap, BTreeSet};

use super::admission::Wanted;
use super::audit::deciding;
use super::file::is_generated;
use super::tags::filters;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};

/// A warning for each pattern that lets in tags which have a pattern of their own in another workflow.
pub fn warnings(workflows: &[(&RepoPath, &str)], wanted: &[Wanted]) -> Problems {
    // Each pattern with the tags for which it decides, and what they come from.
    let mut patterns: BTreeMap<(&RepoPath, usize, String), Vec<&Wanted>> = BTreeMap::new();
    for (path, text) in workflows {
        for one in wanted {
            if let Some((line, pattern)) = deciding(text, &one.tag) {
                patterns.entry((path, line, pattern)).or_default().push(one);
            }
        }
    }
    let kinds = |all: &[&Wanted]| -> BTreeSet<(String, String)> {
        all.iter().map(|one| (one.group.to_string(), one.template.to_string())).collect()
    };
    let alone = |path: &RepoPath, one: &Wanted| {
        patterns.iter().any(|((other, ..), all)| {
            *other != path && kinds(all).len() == 1 && all.iter().any(|tag| tag.tag == one.tag)
        })
    };
    let mut found = Problems::new();
    for ((path, line, pattern), all) in &patterns {
        if kinds(all).len() < 2 {
            continue;
        }
        let strange: Vec<&Wanted> = all.iter().copied().filter(|one| alone(path, one)).collect();
        let own = all.iter().any(|one| !strange.iter().any(|other| other.template == one.template));
        let Some(first) = strange.first().filter(|_| own) else { continue };
        let names: Vec<String> = strange.iter().map(|one| format!("`{}`", one.tag)).collect();
        let s = if names.len() == 1 { ("", "s") } else { ("s", "") };
        let what = format!("the tag{} {} start{} {path} too: `{pattern}`", s.0, names.join(", "), s.1);
        let problem = Problem::new(Code::W0870, what)
            .at_line(path, *line)
            .why("a workflow of their own is started by them as well");
        let text = workflows.iter().find(|(other, _)| other == path).map_or("", |(_, text)| *text);
        found.push(if is_generated(text) {
            problem.help("give the groups tags that begin differently, such as `lib-v{version}`")
        } else {
            let taken_out = filters(&first.template).into_iter().map(|one| format!("  - '!{one}'"));
            taken_out.fold(problem.help("take them out again, behind that pattern:"), Problem::help)
        });
    }
    found
}
