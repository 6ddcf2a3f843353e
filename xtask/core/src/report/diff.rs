//! The real diff of a plan, as `git diff` would show it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use similar::{ChangeTag, TextDiff};

use super::style::Style;
use crate::model::edit;
use crate::model::path::RepoPath;
use crate::model::plan::Plan;
use crate::model::tree::Source;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// The unified diff of every planned file, then the fragments removed.
pub fn of_plan(
    plan: &Plan,
    sources: &BTreeMap<RepoPath, Arc<Source>>,
    fragments: &BTreeMap<RepoPath, String>,
    style: Style,
) -> String {
    let mut out = String::new();
    for file in &plan.files {
        let Some(source) = sources.get(&file.path) else { continue };
        let Ok(after) = edit::apply(&source.text, &file.edits) else { continue };
        out.push_str(&unified(file.path.as_str(), &source.text, &after, style));
    }
    for deletion in &plan.deletions {
        let Some(text) = fragments.get(&deletion.path) else { continue };
        let _ = writeln!(out, "{}", style.bold(&format!("--- a/{}\n+++ /dev/null", deletion.path)));
        let _ = writeln!(out, "{}", style.dim(&format!("@@ -1,{} +0,0 @@", text.lines().count())));
        for line in text.lines() {
            let _ = writeln!(out, "{}", style.red(&format!("-{line}")));
        }
    }
    out
}

/// One file's unified diff.
pub fn unified(path: &str, before: &str, after: &str, style: Style) -> String {
    let diff = TextDiff::from_lines(before, after);
    let mut out = String::new();
    let _ = writeln!(out, "{}", style.bold(&format!("--- a/{path}\n+++ b/{path}")));
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        let _ = writeln!(out, "{}", style.dim(&hunk.header().to_string()));
        for change in hunk.iter_changes() {
            let line = change.value().trim_end_matches('\n');
            let _ = match change.tag() {
                ChangeTag::Delete => writeln!(out, "{}", style.red(&format!("-{line}"))),
                ChangeTag::Insert => writeln!(out, "{}", style.green(&format!("+{line}"))),
                ChangeTag::Equal => writeln!(out, " {line}"),
            };
            if change.missing_newline() {
                out.push_str("\\ No newline at end of file\n");
            }
        }
    }
    out
}
