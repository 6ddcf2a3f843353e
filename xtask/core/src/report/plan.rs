//! A plan as people read it.

use std::fmt::Write as _;

use super::problem::{Gravity, problems};
use super::style::{Style, pad, widest};
use crate::model::command::paste;
use crate::model::config::{Flow, TagKind};
use crate::model::plan::{FilePlan, GroupPlan, Plan};
use crate::model::request::Bump;

/// Fragments named before the rest is counted.
const NAMED: usize = 6;

/// The whole plan: versions, files, fragments, hooks, commit, tags, pushes, warnings, unmet conditions.
pub fn plan(plan: &Plan, style: Style) -> String {
    let mut out = headline(plan, style);
    for group in &plan.groups {
        out.push('\n');
        out.push_str(&group_table(plan, group, style));
    }
    section(&mut out, "Pins", &pins(plan, style), style);
    section(&mut out, "Files", &files(plan, style), style);
    section(&mut out, &fragment_title(plan), &fragments(plan), style);
    section(&mut out, "Hooks", &hooks(plan), style);
    section(&mut out, "Commit", &commit(plan, style), style);
    section(&mut out, "Tags", &tags(plan, style), style);
    section(&mut out, "Push", &pushes(plan), style);
    out.push_str(&super::gates::skipped(&plan.skips, style));
    if !plan.warnings.is_empty() {
        out.push('\n');
        out.push_str(&problems(&plan.warnings, Gravity::Warning, style));
    }
    if !plan.unmet.is_empty() {
        out.push('\n');
        out.push_str(&problems(&plan.unmet, Gravity::Error, style));
        let count = match plan.unmet.len() {
            1 => "1 condition is not met".to_owned(),
            count => format!("{count} conditions are not met"),
        };
        let _ = writeln!(out, "\n{}; nothing was written.", style.red(&count));
    }
    out
}

fn headline(plan: &Plan, style: Style) -> String {
    let request = &plan.request;
    let mut left = format!("release {}", request.typed());
    if request.prepare {
        left.push_str(" --prepare");
    }
    if request.offline {
        left.push_str(" --offline");
    }
    let right = format!("plan {}", plan.short_id());
    let gap = style.width.min(80).saturating_sub(left.chars().count() + right.len()).max(2);
    format!("{}{}{}\n", style.bold(&left), " ".repeat(gap), style.dim(&right))
}

fn group_table(plan: &Plan, group: &GroupPlan, style: Style) -> String {
    let place = match &plan.branch {
        Some(branch) => format!("{branch} at {}", plan.base.short()),
        None if plan.commit.is_none() => format!("at {}", plan.base.short()),
        None => format!("detached at {}", plan.base.short()),
    };
    let flow = match group.flow {
        Flow::Direct => "direct",
        Flow::Reviewed => "reviewed",
    };
    let arrow = style.arrow();
    let step = match plan.request.bump {
        Bump::AfterPublish if plan.commit.is_some() => {
            format!("{}: what waited for its publication follows", group.next)
        }
        _ if group.current == group.next => format!("{} as it stands", group.next),
        _ => format!("{} {arrow} {}", group.current, group.next),
    };
    let mut out = format!(
        "{}  {}  {}\n",
        style.bold(group.name.as_str()),
        style.green(&step),
        style.dim(&format!("{flow}, {place}"))
    );
    let names = widest(group.packages.iter().map(|package| package.name.as_str()));
    let none = "(tag only)".to_owned();
    let currents =
        widest(group.packages.iter().map(|package| package.current.as_ref().unwrap_or(&none).as_str()));
    let nexts = widest(group.packages.iter().map(|package| package.next.as_str()));
    for package in &group.packages {
        let current = package.current.as_ref().unwrap_or(&none);
        // What stays where it is needs no arrow.
        let from = match group.current == group.next {
            true => String::new(),
            false => format!("{} {arrow} ", pad(current, currents)),
        };
        let _ = writeln!(
            out,
            "  {}  {from}{}  {}",
            pad(package.name.as_str(), names),
            pad(&package.next, nexts),
            style.dim(&package.path.to_string()),
        );
    }
    out
}

fn section(out: &mut String, title: &str, lines: &[String], style: Style) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", style.bold(title));
    for line in lines {
        let _ = writeln!(out, "  {line}");
    }
}

fn files(plan: &Plan, style: Style) -> Vec<String> {
    let width = widest(plan.files.iter().map(|file| file.path.as_str())).min(46);
    plan.files
        .iter()
        .map(|file| {
            let said = match plan.request.bump {
                Bump::AfterPublish => steps(file, style),
                _ => nodes(file),
            };
            format!("{}  {}", pad(file.path.as_str(), width), style.dim(&said))
        })
        .collect()
}

/// What the first node edited held and will hold, and how many more there are.
fn steps(file: &FilePlan, style: Style) -> String {
    let Some(first) = file.edits.first() else { return String::new() };
    let more = match file.edits.len() - 1 {
        0 => String::new(),
        more => format!(" +{more}"),
    };
    format!("{}  {} {} {}{more}", first.node, first.old, style.arrow(), first.new)
}

/// The nodes edited, as many as fit.
fn nodes(file: &FilePlan) -> String {
    let mut text = String::new();
    for (index, edit) in file.edits.iter().enumerate() {
        let more = file.edits.len() - index;
        if index > 0 && text.chars().count() + edit.node.chars().count() > 26 {
            let _ = write!(text, " +{more}");
            break;
        }
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(&edit.node);
    }
    text
}

fn pins(plan: &Plan, style: Style) -> Vec<String> {
    let width = widest(plan.pins.iter().map(|pin| pin.name.as_str()));
    let line = |pin: &crate::model::plan::PinPlan| {
        let step = if pin.current == pin.next {
            format!("{} as it stands", pin.next)
        } else {
            format!("{} {} {}", pin.current, style.arrow(), pin.next)
        };
        format!("{}  {}  {}", pad(pin.name.as_str(), width), style.green(&step), style.dim(&pin.repository))
    };
    plan.pins.iter().map(line).collect()
}

fn fragment_title(plan: &Plan) -> String {
    match plan.deletions.len() {
        1 => "1 fragment consumed".to_owned(),
        count => format!("{count} fragments consumed"),
    }
}

fn fragments(plan: &Plan) -> Vec<String> {
    let mut lines: Vec<String> =
        plan.deletions.iter().take(NAMED).map(|deletion| deletion.path.to_string()).collect();
    if plan.deletions.len() > NAMED {
        lines.push(format!("and {} more", plan.deletions.len() - NAMED));
    }
    lines
}

fn hooks(plan: &Plan) -> Vec<String> {
    plan.hooks
        .iter()
        .map(|hook| format!("{}  (changes {})", paste(&hook.run), hook.changes.join(", ")))
        .collect()
}

fn commit(plan: &Plan, style: Style) -> Vec<String> {
    let Some(commit) = &plan.commit else { return Vec::new() };
    let subject = commit.message.lines().next().unwrap_or_default();
    let branch = match (&commit.branch, commit.new_branch) {
        (Some(branch), true) => format!("on the new branch {branch}"),
        (Some(branch), false) => format!("on {branch}"),
        (None, _) => "on no branch".to_owned(),
    };
    let signed = if commit.signed { ", signed" } else { "" };
    vec![format!("{subject}  {}", style.dim(&format!("{branch}{signed}")))]
}

fn tags(plan: &Plan, style: Style) -> Vec<String> {
    let width = widest(plan.tags.iter().map(|tag| tag.name.as_str()));
    let line = |tag: &crate::model::plan::TagPlan| {
        let kind = match tag.kind {
            TagKind::Annotated => format!("annotated: {}", tag.message.lines().next().unwrap_or_default()),
            TagKind::Lightweight => "lightweight".to_owned(),
        };
        let signed = if tag.signed { ", signed" } else { "" };
        format!("{}  {}", pad(tag.name.as_str(), width), style.dim(&format!("{kind}{signed}")))
    };
    plan.tags.iter().map(line).collect()
}

fn pushes(plan: &Plan) -> Vec<String> {
    let short =
        |name: &String| name.trim_start_matches("refs/heads/").trim_start_matches("refs/tags/").to_owned();
    let line = |(index, push): (usize, &crate::model::plan::Push)| {
        format!(
            "{}. to {}: {}",
            index + 1,
            push.remote,
            push.refs.iter().map(short).collect::<Vec<_>>().join(", ")
        )
    };
    plan.pushes.iter().enumerate().map(line).collect()
}
