//! `forge-release`: the release's entry at the forge, made last and read back.

mod stopped;
mod wanted;

use std::sync::Arc;

use super::publish::{Chosen, command_for, verdict_of};
use crate::app::{App, Exit, Refusal};
use crate::cli::ForgeRelease;
use crate::entry;
use crate::forge::call::Client;
use crate::forge::complete::{Ended, Hands, Survey, complete, survey};
use crate::forge::entries::{Entries, entries};
use crate::forge::patience::Patience;
use crate::forge::site::{Around, Site, site};
use crate::io::env;
use crate::model::entry::{Entry, Step};
use crate::model::problem::{Code, Problem};
use crate::publish::verdict::Verdict;
use crate::report;
use wanted::Wanted;

pub fn run(app: &mut App<'_>, args: &ForgeRelease) -> Result<Exit, Refusal> {
    let chosen = Chosen::find(app, args.tag.as_deref())?;
    let site = forge(app, &chosen)?;
    let Wanted { mut entry, workspace } = wanted::wanted(app, &chosen, site.kind)?;
    complete_at_registries(app, &chosen)?;

    let latest = |others: &[String]| {
        let tags = chosen.tags.iter().chain(others).map(String::as_str);
        let group = workspace.config.group(&chosen.group);
        group.is_some_and(|group| entry::latest(&workspace.config, group, chosen.version, tags))
    };
    let patience = Patience::within(app.env.call_limit, app.env.patience);
    let (wait, pause) = (patience.wait.clone(), patience.pause);
    let client = Arc::new(Client::new(site.clone(), patience));
    let entries = entries(client);
    if args.dry_run {
        let survey = survey(entries.as_ref(), &mut entry, &latest)
            .map_err(|stop| stopped::refusal(&stop, &site, &entry, &[], false))?;
        show_plan(app, &site, &entry, &survey);
        return Ok(Exit::Done);
    }
    let ended = {
        let (style, made) = (app.style, &entry.clone());
        let mut says = |step: &Step| app.progress(&report::entry::doing(step, made, style));
        let mut hands = Hands { latest: &latest, says: &mut says, waits: &|| wait(pause) };
        complete(entries.as_ref(), &mut entry, &mut hands)
    };
    if let Some(stop) = &ended.stop {
        return Err(stopped::refusal(stop, &site, &entry, &ended.made, ended.touched));
    }
    show_end(app, &site, &entry, entries.as_ref(), &ended);
    Ok(Exit::Done)
}

/// The forge, with a token: without one nothing is written, and drafts are not even seen.
fn forge(app: &App<'_>, chosen: &Chosen) -> Result<Site, Refusal> {
    let none = |why: &str| Refusal::refused(vec![Problem::new(Code::W0810, why)]);
    if app.env.rehearsal {
        return Err(none("this is a rehearsal, and a forge is not part of it"));
    }
    let config = &chosen.workspace.config;
    let git = chosen.repository.config()?;
    let remote = git.remote_address(&config.release.remote);
    let variables = env::variables();
    let site = site(config.forge.as_ref(), Around { env: &variables, remote })?;
    let site = site.ok_or_else(|| {
        let what = format!("{} has no [forge] table, and no forge's CI runs this", config.file);
        Refusal::refused(vec![Problem::new(Code::W0810, what).help("write a [forge] table into it")])
    })?;
    if site.token.is_none() {
        return Err(Refusal::refused(vec![stopped::no_token(&site)]));
    }
    Ok(site)
}

/// An entry announces what everybody can install: so everything required is at its registry.
fn complete_at_registries(app: &mut App<'_>, chosen: &Chosen) -> Result<(), Refusal> {
    let word = match verdict_of(app, chosen)? {
        Verdict::Complete => return Ok(()),
        Verdict::Unpublished => "nothing of it is published",
        Verdict::Partial => "a part of it is not published",
        Verdict::Unproven => "not all that stands there could be compared with what was built",
        Verdict::Unknown => "a registry did not say what stands there",
        Verdict::Conflict => "other bytes stand at a registry",
    };
    let problem = Problem::new(Code::W0812, format!("{} {}: {word}", chosen.group, chosen.version))
        .why("the entry is made last, when everything required stands at its registries")
        .run(command_for("cargo xtask status", chosen));
    Err(Refusal::refused(vec![problem]))
}

fn show_plan(app: &mut App<'_>, site: &Site, entry: &Entry, survey: &Survey) {
    if app.json() {
        let found = survey.look.entries.first();
        let value = report::entry::json(site.kind, &site.project, entry, found, &[], &survey.steps);
        app.result_json(&value);
        return;
    }
    let next = format!("cargo xtask forge-release --tag {}", entry.tag);
    let head = report::entry::head(site.kind, &site.project, entry, app.style);
    let text = report::entry::left(entry, &survey.steps, &next, app.style);
    app.result(&format!("{head}\n{text}"));
}

fn show_end(app: &mut App<'_>, site: &Site, entry: &Entry, entries: &dyn Entries, ended: &Ended) {
    if app.json() {
        let found = ended.found.as_ref();
        let value = report::entry::json(site.kind, &site.project, entry, found, &ended.made, &[]);
        app.result_json(&value);
        return;
    }
    let head = report::entry::head(site.kind, &site.project, entry, app.style);
    let page = ended.found.as_ref().and_then(|found| found.page.as_deref());
    let text = report::entry::stands(entries.kind(), entry, &ended.made, page, app.style);
    app.result(&format!("{head}\n{text}"));
}
