//! The list of what was built, as the release's entry at its forge offers it: for whoever built nothing here.

use super::chosen::Chosen;
use crate::app::App;
use crate::artifact::list;
use crate::forge::call::Client;
use crate::forge::patience::Patience;
use crate::forge::published;
use crate::forge::site::{Around, site};
use crate::forge::trouble;
use crate::io::env;
use crate::model::artifact::Artifacts;
use crate::model::problem::{Code, Problem};
use crate::report::problem::Gravity;

/// What `forge-release` uploaded; none where there is no forge, no entry, or no such list. Why it can't be had is told.
pub(super) fn at_forge(app: &mut App<'_>, chosen: &Chosen) -> Option<Artifacts> {
    if app.env.rehearsal {
        return None;
    }
    match fetched(app, chosen) {
        Ok(found) => found,
        Err(problem) => {
            let said = app.problems(&[problem], Gravity::Warning);
            app.progress_always(&said);
            None
        }
    }
}

fn fetched(app: &App<'_>, chosen: &Chosen) -> Result<Option<Artifacts>, Problem> {
    let Some(tag) = &chosen.tag else { return Ok(None) };
    let config = &chosen.workspace.config;
    let git = chosen.repository.config()?;
    let (variables, remote) = (env::variables(), git.remote_address(&config.release.remote));
    let Some(site) = site(config.forge.as_ref(), Around { env: &variables, remote })? else {
        return Ok(None);
    };
    let (kind, project) = (site.kind, site.project.clone());
    let client = Client::new(site, Patience::within(app.env.call_limit, app.env.patience));
    let bytes = published::asset(&client, &chosen.group, chosen.version, tag, list::FILE)
        .map_err(|trouble| trouble::problem(kind, &project, &trouble, "what was built"))?;
    let Some(bytes) = bytes else { return Ok(None) };
    let listed = list::read(list::FILE, &String::from_utf8_lossy(&bytes))?;
    let of =
        |what: String| Problem::new(Code::W0762, format!("{} of {kind} {project} is of {what}", list::FILE));
    if listed.group != chosen.group || listed.version != chosen.version.to_string() {
        return Err(of(format!("{} {}", listed.group, listed.version)));
    }
    match chosen.repository.commit(tag.as_str())? {
        Some(commit) if commit == listed.commit => Ok(Some(listed)),
        _ => Err(of(format!("the commit {}, and the tag {tag} names another", listed.commit.short()))),
    }
}
