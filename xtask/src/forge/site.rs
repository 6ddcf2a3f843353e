//! Which forge, where its API is, which project, which token.
//!
//! `[forge]` says it; what it leaves out the CI's own variables say (GitHub: "Default environment variables";
//! GitLab: "Predefined CI/CD variables"), else the remote's address.

use std::collections::BTreeMap;

use super::remote::{Remote, remote};
use crate::model::forge::{ForgeKind, ForgeRules, check_project};
use crate::model::problem::{Code, Problem};
use crate::model::secret::{Secret, percent_encoded};
use crate::model::url::Url;

/// One repository on one forge, and how it is asked.
#[derive(Clone, Debug)]
pub struct Site {
    pub kind: ForgeKind,
    /// The API's base, without a slash at its end.
    pub api: Url,
    /// `owner/name`.
    pub project: String,
    pub token: Option<Token>,
    /// Which variables would hold the token, for people: `GITHUB_TOKEN or GH_TOKEN`.
    pub wanted: String,
    /// GitHub: the one workflow that counts.
    pub workflow: Option<String>,
}

/// A token and the variable that held it.
#[derive(Clone, Debug)]
pub struct Token {
    pub variable: String,
    pub secret: Secret,
    sent: Sent,
}

/// How a token is sent.
#[derive(Clone, Copy, Debug)]
enum Sent {
    /// GitHub: "Authenticating to the REST API".
    Bearer,
    /// GitLab: "REST API authentication", personal, project and group tokens.
    Private,
    /// GitLab: "CI/CD job token".
    Job,
}

impl Token {
    pub(super) fn header(&self) -> &'static str {
        match self.sent {
            Sent::Bearer => "authorization",
            Sent::Private => "private-token",
            Sent::Job => "job-token",
        }
    }

    pub(super) fn value(&self) -> Secret {
        match self.sent {
            Sent::Bearer => Secret::new(format!("Bearer {}", self.secret.expose())),
            Sent::Private | Sent::Job => self.secret.clone(),
        }
    }
}

impl Site {
    /// Where the token may go: the API's origin, and for the public GitHub that of its uploads.
    pub fn origins(&self) -> Vec<String> {
        let mut origins = vec![self.api.origin()];
        if self.kind == ForgeKind::Github && self.api.host() == "api.github.com" {
            origins.push("https://uploads.github.com:443".into());
        }
        origins
    }

    /// The path of the project below the API's base: `/repos/o/r`, `/projects/group%2Fsub%2Fname`.
    pub fn path(&self) -> String {
        match self.kind {
            ForgeKind::Github => {
                let parts: Vec<String> = self.project.split('/').map(percent_encoded).collect();
                format!("/repos/{}", parts.join("/"))
            }
            ForgeKind::Gitlab => format!("/projects/{}", percent_encoded(&self.project)),
        }
    }
}

/// What is known besides `[forge]`.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// The environment's variables.
    pub env: &'a BTreeMap<String, String>,
    /// The address of the remote that releases are pushed to, as git's configuration has it.
    pub remote: Option<&'a str>,
}

impl Around<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The forge whose CI this runs in.
    fn ci(&self) -> Option<ForgeKind> {
        let is = |name: &str| self.get(name) == Some("true");
        match () {
            () if is("GITHUB_ACTIONS") => Some(ForgeKind::Github),
            () if is("GITLAB_CI") => Some(ForgeKind::Gitlab),
            () => None,
        }
    }
}

/// The variables of a CI that say where its API is and which project runs.
fn variables(kind: ForgeKind) -> (&'static str, &'static str) {
    match kind {
        ForgeKind::Github => ("GITHUB_API_URL", "GITHUB_REPOSITORY"),
        ForgeKind::Gitlab => ("CI_API_V4_URL", "CI_PROJECT_PATH"),
    }
}

/// The forge to ask; none without `[forge]` and outside of a forge's CI.
///
/// # Errors
/// `W0800`, when something is left open or is unusable.
pub fn site(rules: Option<&ForgeRules>, around: Around<'_>) -> Result<Option<Site>, Problem> {
    let ci = around.ci();
    if rules.is_none() && ci.is_none() {
        return Ok(None);
    }
    let rules = rules.cloned().unwrap_or_default();
    let remote = around.remote.and_then(remote);
    let public = remote.as_ref().and_then(Remote::public);
    let kind = rules.kind.or(ci).or(public.map(|(kind, _)| kind));
    let kind = kind.ok_or_else(|| open_end("kind", &["github", "gitlab"], remote.as_ref()))?;
    let (api_variable, project_variable) = variables(kind);
    let own = |name: &str| around.get(name).filter(|_| ci == Some(kind));

    let said = match (&rules.api, own(api_variable)) {
        (Some(api), _) => Some(api.clone()),
        (None, Some(text)) => Some(Url::parse(text).map_err(|why| unusable(api_variable, text, &why))?),
        (None, None) => public.filter(|(known, _)| *known == kind).and_then(|(_, api)| Url::parse(api).ok()),
    };
    let api = said.ok_or_else(|| open_end("api", &[example(kind)], remote.as_ref()))?;
    if !api.is_private() {
        return Err(unusable(
            "forge.api",
            &api.to_string(),
            "is not encrypted, and a token would be sent there",
        )
        .help("write `https://`"));
    }

    let here = own(api_variable).and_then(|text| Url::parse(text).ok());
    let here = here.is_some_and(|here| here.origin() == api.origin());
    let by_remote = remote.as_ref().filter(|remote| remote.is_at(&api)).map(|remote| remote.path.as_str());
    let named = rules.project.as_deref().or(own(project_variable).filter(|_| here)).or(by_remote);
    let project = named.ok_or_else(|| open_end("project", &["owner/name"], remote.as_ref()))?.to_owned();
    check_project(kind, &project).map_err(|why| unusable("the forge's project", &project, &why))?;

    let (token, wanted) = token(kind, rules.token.as_deref(), around, ci, here);
    Ok(Some(Site { kind, api, project, token, wanted, workflow: rules.workflow }))
}

/// The token, and which variables it is looked for in. A CI's own token is meant for that CI's forge: to another
/// address it goes only when `[forge]` names its variable.
fn token(
    kind: ForgeKind,
    named: Option<&str>,
    around: Around<'_>,
    ci: Option<ForgeKind>,
    here: bool,
) -> (Option<Token>, String) {
    let names: Vec<&str> = match (named, kind) {
        (Some(name), _) => vec![name],
        (None, ForgeKind::Github) if ci == Some(ForgeKind::Github) && !here => vec!["GH_TOKEN"],
        (None, ForgeKind::Github) => vec!["GITHUB_TOKEN", "GH_TOKEN"],
        (None, ForgeKind::Gitlab) if here => vec!["GITLAB_TOKEN", "CI_JOB_TOKEN"],
        (None, ForgeKind::Gitlab) => vec!["GITLAB_TOKEN"],
    };
    let found = names.iter().find_map(|name| Some((*name, around.get(name)?)));
    let token = found.map(|(name, value)| {
        let sent = match (kind, name) {
            (ForgeKind::Github, _) => Sent::Bearer,
            (ForgeKind::Gitlab, "CI_JOB_TOKEN") => Sent::Job,
            (ForgeKind::Gitlab, _) => Sent::Private,
        };
        Token { variable: name.to_owned(), secret: Secret::new(value.trim()), sent }
    });
    (token, names.join(" or "))
}

fn example(kind: ForgeKind) -> &'static str {
    match kind {
        ForgeKind::Github => "https://github.example.org/api/v3",
        ForgeKind::Gitlab => "https://gitlab.example.org/api/v4",
    }
}

fn open_end(key: &str, examples: &[&str], remote: Option<&Remote>) -> Problem {
    let seen = match remote {
        Some(remote) => format!("the remote is at {}", remote.host),
        None => "the remote's address names no host".to_owned(),
    };
    let examples: Vec<String> = examples.iter().map(|example| format!("{key} = \"{example}\"")).collect();
    Problem::new(Code::W0800, format!("nothing says the forge's `{key}`: {seen}"))
        .help(format!("under [forge] write {}", examples.join(" or ")))
}

fn unusable(what: &str, text: &str, why: &str) -> Problem {
    Problem::new(Code::W0800, format!("{what} is `{text}`, which {why}"))
}

#[cfg(test)]
#[path = "site_tests.rs"]
mod tests;
