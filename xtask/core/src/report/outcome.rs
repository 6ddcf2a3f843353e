//! What was done, and the exact next commands.

use std::fmt::Write as _;

use super::style::Style;
use crate::model::command::{paste, push_commands};
use crate::model::plan::Plan;
use crate::model::request::Bump;
use crate::model::written::Written;

/// After a release: what stands, how to review it, how to push it (or that it is pushed).
pub fn released(plan: &Plan, written: &Written, pushed: bool, style: Style) -> String {
    let versions = plan
        .groups
        .iter()
        .map(|group| format!("{} {}", group.name, group.next))
        .collect::<Vec<_>>()
        .join(", ");
    let verb = match plan.request.bump {
        _ if plan.request.prepare => "Prepared",
        Bump::AfterPublish => "Brought along",
        Bump::Next => "Opened",
        _ => "Released",
    };
    let commit = match plan.commit.as_ref().and_then(|commit| commit.branch.as_ref()) {
        Some(branch) => format!("commit {} on {branch}", written.commit.short()),
        None => format!("on {}", written.commit.short()),
    };
    let tags = match plan.tags.len() {
        0 => String::new(),
        1 => ", 1 tag".to_owned(),
        count => format!(", {count} tags"),
    };
    let mut out = format!("{} {versions}: {commit}{tags}.\n", style.green(verb));
    let _ = writeln!(out, "\n{}", style.bold("Review"));
    if plan.commit.is_some() {
        let _ = writeln!(out, "  $ git show --stat {}", written.commit.short());
    }
    if let Some(tag) = plan.tags.first() {
        let _ = writeln!(out, "  $ git show --stat {}", tag.name);
    }
    if !plan.pushes.is_empty() && !pushed {
        out.push('\n');
        out.push_str(&unpushed(plan, style));
    }
    follow_ups(&mut out, plan, style);
    if plan.request.prepare {
        let branch = plan
            .commit
            .as_ref()
            .and_then(|commit| commit.branch.as_ref())
            .map(ToString::to_string)
            .unwrap_or_default();
        let _ = writeln!(out, "\n{}", style.bold("Then"));
        let and = if plan.request.bump.is_release() { ", and" } else { "" };
        let _ = writeln!(out, "  merge {branch} through review{and}");
        if plan.request.bump.is_release() {
            let groups: String = plan.groups.iter().map(|group| format!(" --group {}", group.name)).collect();
            let _ = writeln!(out, "  $ cargo xtask release tag{groups} --push");
        }
    }
    out
}

/// The commands that push what stands here.
pub fn unpushed(plan: &Plan, style: Style) -> String {
    let mut out = format!("{}\n", style.bold("Push"));
    for line in push_commands(&plan.pushes) {
        let _ = writeln!(out, "  $ {line}");
    }
    out
}

/// What is to be done downstream, once the release is out.
fn follow_ups(out: &mut String, plan: &Plan, style: Style) {
    if plan.downstream.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", style.bold("Downstream, once it is published"));
    for one in &plan.downstream {
        let run = paste(&one.run);
        if one.local {
            let folder = paste(std::slice::from_ref(&one.repository));
            let _ = writeln!(out, "  $ cd {folder} && {run}");
        } else {
            let _ = writeln!(out, "  in {} ({}):", one.name, one.repository);
            let _ = writeln!(out, "  $ {run}");
        }
    }
}
