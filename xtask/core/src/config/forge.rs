//! `[forge]`: which forge is asked, and a group's `milestone`.

use crate::model::forge::{ForgeKind, ForgeRules, check_project};
use crate::model::problem::{Code, Problem};
use crate::model::template::{Part, Template};
use crate::model::url::Url;

use super::entry::Entry;
use super::reader::Section;
use super::settings::{quoted, word};
use super::targets::{VARIABLE, check_variable};
use super::values::{line, placeholders};

const KINDS: [(&str, ForgeKind); 2] = [("github", ForgeKind::Github), ("gitlab", ForgeKind::Gitlab)];
const API: &str = "the base of the API, such as `https://gitlab.example.org/api/v4`";
const PROJECT: &str = "the project's path, such as `owner/name`";
const WORKFLOW: &str = "a workflow's file name, such as `ci.yml`";

/// None where the config has no such table.
pub(super) fn read(root: &mut Section) -> Option<ForgeRules> {
    let mut table = root.take("forge")?.section()?;
    let kind = table.get("kind", |value| value.one_of(&KINDS));
    let api = table.get("api", |value| value.checked(API, api));
    let project = table.get("project", |value| {
        // Without a kind both forms are fine; the forge that is found later checks again.
        let kind = kind.unwrap_or(ForgeKind::Gitlab);
        value.checked(PROJECT, |text| check_project(kind, text).map(|()| text.to_owned()))
    });
    let token = table.get("token", |value| value.checked(VARIABLE, check_variable));
    let has_workflow = table.has("workflow");
    let workflow = table.get("workflow", |value| value.checked(WORKFLOW, workflow));
    if has_workflow && kind == Some(ForgeKind::Gitlab) {
        let what = "`[forge]` is of kind `gitlab` and has a `workflow`";
        let help = "GitLab's pipeline is one: take `workflow` out";
        table.report(Problem::new(Code::W0107, what).help(help));
    }
    table.finish();
    Some(ForgeRules { kind, api, project, token, workflow })
}

/// A token is sent there.
fn api(text: &str) -> Result<Url, String> {
    let url = Url::parse(text)?;
    if !url.is_private() {
        return Err("is not encrypted; write `https://`".into());
    }
    if text.contains('?') {
        return Err("holds a query".into());
    }
    Ok(url)
}

fn workflow(text: &str) -> Result<String, String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
    if !text.chars().all(allowed) {
        Err("is a path; only the name of a file in `.github/workflows` is wanted".into())
    } else if text.strip_suffix(".yml").or(text.strip_suffix(".yaml")).is_none_or(str::is_empty) {
        Err("does not end with `.yml` or `.yaml`".into())
    } else {
        Ok(text.to_owned())
    }
}

/// The title of a version's milestone.
pub(super) fn milestone(value: &Entry) -> Option<Template> {
    value.checked(&placeholders(&[]), |text| {
        let title = line(text, &[])?;
        let moves = title.parts().iter().any(|part| !matches!(part, Part::Literal(_)));
        if moves { Ok(title) } else { Err("is the same for every version".into()) }
    })
}

/// The keys that are said, with their values in TOML's spelling.
pub(super) fn shown(rules: &ForgeRules) -> Vec<(&'static str, String)> {
    let keys = [
        ("kind", rules.kind.map(|kind| word(&KINDS, kind))),
        ("api", rules.api.as_ref().map(|api| quoted(&api.to_string()))),
        ("project", rules.project.as_deref().map(quoted)),
        ("token", rules.token.as_deref().map(quoted)),
        ("workflow", rules.workflow.as_deref().map(quoted)),
    ];
    keys.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}
