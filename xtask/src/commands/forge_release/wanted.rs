//! What the entry should be: from what was built, and from the changelog as the release's commit has it.

use crate::app::{App, Refusal};
use crate::commands::build;
use crate::commands::publish::{Chosen, built_from_the_tag, command_for};
use crate::entry::{assets, notes, tag};
use crate::io::files;
use crate::model::entry::{Asset, Content, Entry};
use crate::model::forge::ForgeKind;
use crate::model::problem::{Code, Problem, Problems};
use crate::workspace::Workspace;

/// The entry, and the repository as the release's commit has it.
pub struct Wanted {
    pub entry: Entry,
    pub workspace: Workspace,
}

/// # Errors
/// `W0762`, `W0757` for what was built; `W0410`, `W0411` for the notes; `W0814` for what no entry can hold.
pub fn wanted(app: &App<'_>, chosen: &Chosen, forge: ForgeKind) -> Result<Wanted, Refusal> {
    let built = chosen.targets().iter().any(|target| target.takes(chosen.version));
    if built {
        built_from_the_tag(chosen)?;
    }
    let config = &chosen.workspace.config;
    let tag = config.group(&chosen.group).and_then(|group| tag(group, chosen.version)).ok_or_else(|| {
        Problem::new(Code::W0763, format!("{} has no tag for an entry to stand at", chosen.group))
    })?;
    let commit = chosen.repository.commit(&format!("{}^{{commit}}", tag.full()))?.ok_or_else(|| {
        Problem::new(Code::W0762, format!("there is no tag {tag} here")).run("git fetch --tags")
    })?;
    let artifacts = chosen.artifacts.as_ref().filter(|_| built);
    if let Some(list) = artifacts.filter(|list| list.commit != commit) {
        let what = format!("it was built from {}, and {tag} names {}", list.commit.short(), commit.short());
        let build = command_for("cargo xtask build", chosen);
        return Err(Problem::new(Code::W0762, what).run(build).into());
    }
    let assets = match artifacts {
        Some(list) => assets::assets(list, &chosen.folder).map_err(Refusal::refused)?,
        None => Vec::new(),
    };
    let changed: Problems = assets.iter().filter_map(|asset| changed(asset, chosen)).collect();
    if !changed.is_empty() {
        return Err(Refusal::refused(changed));
    }
    let workspace = build::workspace(app, &chosen.repository, &commit)?;
    let text = notes::of_changelogs(&workspace, &chosen.group, chosen.version).map_err(Refusal::refused)?;
    let notes = notes::with_images(&text, artifacts);
    notes::check(&notes, forge)?;
    let entry = Entry {
        group: chosen.group.clone(),
        version: chosen.version,
        title: tag.to_string(),
        tag,
        commit,
        notes,
        prerelease: !chosen.version.is_stable(),
        latest: false,
        assets,
    };
    Ok(Wanted { entry, workspace })
}

/// A file that is no longer what the list says.
fn changed(asset: &Asset, chosen: &Chosen) -> Option<Problem> {
    let Content::File(path) = &asset.content else { return None };
    let why = match files::sha256_of(path) {
        Ok(Some(now)) if now == asset.sha256 => return None,
        Ok(Some(now)) => format!("its SHA-256 is {now}, the list says {}", asset.sha256),
        Ok(None) => "it is missing".to_owned(),
        Err(error) => error.to_string(),
    };
    let build = command_for("cargo xtask build", chosen);
    Some(Problem::new(Code::W0757, format!("{}/{}: {why}", chosen.built_in(), asset.name)).run(build))
}
