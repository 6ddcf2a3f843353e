//! One release with what the gates before its publication look at.

use super::chosen::Chosen;
use crate::app::{App, Refusal, Session};
use crate::cli::Preflight;
use crate::commands::gates::{self, Ground, Matter};
use crate::ecosystem::rendered::Asked;
use crate::gate::{Judged, Subject};
use crate::load::{self, CONFIG, ConfigText};
use crate::model::facts::{Facts, TagFact};
use crate::model::gate::{Skip, Stage};
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};
use crate::model::tree::Tree;
use crate::observe::{self, Look, Question};
use crate::tool::git::query::GitConfig;
use crate::workspace::Workspace;

/// A release, the remote, and the tree of its tag.
pub struct Observed {
    pub chosen: Chosen,
    pub git: GitConfig,
    pub facts: Facts,
    /// The tag's commit, where it is not what is checked out.
    pub released: Option<Workspace>,
    pub images: Result<Asked, Problem>,
}

impl Observed {
    /// Finds the release as [`Chosen::find`], and asks the remote.
    ///
    /// # Errors
    /// As [`Chosen::find`]; git's.
    pub fn find(app: &mut App<'_>, tag: Option<&str>, offline: bool) -> Result<Observed, Refusal> {
        let Session { repository, ground, config, text } = app.open(&[Question::Status, Question::Refs])?;
        let tree = ground.tree(&repository.root);
        let look = Look { offline, date: None, source_date_epoch: app.env.source_date_epoch.clone() };
        let asked = observe::ask(&repository, &config, &ground, &look)?;
        let workspace = load::workspace(&tree, config, &text);
        let (facts, git) = observe::facts(&repository, &workspace.config, ground, &look, asked)?;
        let tags: Vec<String> = facts.tags.keys().cloned().collect();
        let chosen = Chosen::of(repository, workspace, tags, tag)?;
        let groups = std::slice::from_ref(&chosen.group);
        let elsewhere =
            tag_of(&chosen, &facts).filter(|tag| tag.commit != facts.head || !facts.changes.is_empty());
        let (released, images) = match elsewhere {
            None => (None, gates::images(&tree, &chosen.workspace.config, groups)),
            Some(tag) => {
                let tree = chosen.repository.commit_tree(&tag.commit)?;
                // The commit is judged by the config that it holds, unless one was named.
                let own = tree.read(&RepoPath::parse(CONFIG).unwrap_or_default())?;
                let (config, text) = match (&app.global.config, own) {
                    (None, Some(source)) => {
                        let text = ConfigText { name: CONFIG.to_owned(), text: source.text.clone() };
                        (load::config(&text, tree.entries()).map_err(Refusal::config)?, text)
                    }
                    _ => (chosen.workspace.config.clone(), text),
                };
                let images = gates::images(&tree, &config, groups);
                (Some(load::workspace(&tree, config, &text)), images)
            }
        };
        Ok(Observed { chosen, git, facts, released, images })
    }

    /// The release as the gates see it.
    pub fn subject(&self) -> Subject {
        let commit = tag_of(&self.chosen, &self.facts).map_or(&self.facts.head, |tag| &tag.commit);
        Subject {
            group: self.chosen.group.clone(),
            version: Some(self.chosen.version),
            tag: self.chosen.tag.clone(),
            commit: commit.clone(),
        }
    }

    pub fn ground<'a>(&'a self, skips: &'a [Skip], offline: bool) -> Ground<'a> {
        Ground {
            repository: &self.chosen.repository,
            git: &self.git,
            workspace: &self.chosen.workspace,
            facts: &self.facts,
            images: &self.images,
            skips,
            offline,
            commands: true,
        }
    }
}

fn tag_of<'a>(chosen: &Chosen, facts: &'a Facts) -> Option<&'a TagFact> {
    facts.tags.get(chosen.tag.as_ref()?.as_str())
}

/// Lets the gates before a publication look; nothing needs to be built.
pub fn preflight(app: &mut App<'_>, args: &Preflight) -> Result<(Subject, Judged), Refusal> {
    let observed = Observed::find(app, args.tag.as_deref(), args.offline)?;
    let skips = gates::skips(&observed.chosen.workspace.config, Stage::Publish, &args.skips)?;
    let subject = observed.subject();
    if let Some(tag) = subject.tag.as_ref().filter(|tag| !observed.facts.tags.contains_key(tag.as_str())) {
        let remote = &observed.chosen.workspace.config.release.remote;
        let what = format!("there is no tag {tag} here");
        return Err(Refusal::refused(vec![
            Problem::new(Code::W0763, what).run(format!("git fetch {remote} --tags")),
        ]));
    }
    let subjects = [subject.clone()];
    let matter = Matter {
        released: observed.released.as_ref(),
        wait: args.waits.wait,
        ..Matter::new(Stage::Publish, &subjects)
    };
    let judged = gates::judge(&app.env, &observed.ground(&skips, args.offline), &matter);
    Ok((subject, judged))
}
