//! Which release is meant, what was built for it, and in which world.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::app::{App, Refusal, Session};
use crate::artifact::list;
use crate::commands::groups;
use crate::commands::tools::own_twine;
use crate::io::env;
use crate::io::files;
use crate::load;
use crate::model::artifact::{Artifact, Artifacts};
use crate::model::config::TagKind;
use crate::model::form::Form;
use crate::model::names::{Name, TagName};
use crate::model::problem::{Code, Problem};
use crate::model::target::{Target, TargetKind};
use crate::model::version::Version;
use crate::observe::Question;
use crate::plan::tag_versions;
use crate::publish::Desired;
use crate::publish::desired::{self, Given};
use crate::registry::World;
use crate::registry::world::CALL_LIMIT;
use crate::tool::clients::Clients;
use crate::tool::git::Repository;
use crate::workspace::Workspace;

/// One release as the commands take it.
pub struct Chosen {
    pub repository: Repository,
    pub workspace: Workspace,
    pub group: Name,
    pub version: Version,
    pub tag: Option<TagName>,
    /// `target/windlass/<group>-<version>`.
    pub folder: PathBuf,
    pub artifacts: Option<Artifacts>,
    /// Every tag of the repository, as it is here.
    pub tags: Vec<String>,
    needs: BTreeMap<Name, BTreeSet<Name>>,
}

impl Chosen {
    /// Finds the release that a tag names, or without one the newest of the default group.
    ///
    /// # Errors
    /// `W0763` when no release is meant, `W0762` when the artifacts list is none.
    pub fn find(app: &mut App<'_>, tag: Option<&str>) -> Result<Chosen, Refusal> {
        let Session { repository, ground, config, text } = app.open(&[Question::Refs])?;
        let tree = ground.tree(&repository.root);
        let workspace = load::workspace(&tree, config, &text);
        let tags = ground.tags()?;
        Chosen::of(repository, workspace, tags, tag)
    }

    pub(super) fn of(
        repository: Repository,
        workspace: Workspace,
        tags: Vec<String>,
        tag: Option<&str>,
    ) -> Result<Chosen, Refusal> {
        let (group, version, tag) = match tag {
            Some(tag) => named(&workspace, tag)?,
            None => newest(&workspace, &tags)?,
        };
        let folder = repository.root.join("target/windlass").join(format!("{group}-{version}"));
        let artifacts = read(&repository.root, &folder, &group, version)?;
        let mut needs: BTreeMap<Name, BTreeSet<Name>> = BTreeMap::new();
        for one in &workspace.requirements {
            let Some(package) = &one.package else { continue };
            needs.entry(package.clone()).or_default().insert(one.sibling.clone());
        }
        Ok(Chosen {
            repository,
            workspace,
            group,
            version,
            tag,
            folder,
            artifacts,
            tags: tags.to_vec(),
            needs,
        })
    }

    /// That the tag is here: else what stands at registries would be said of a release that nobody cut.
    ///
    /// # Errors
    /// `W0763`.
    pub fn is_tagged(&self) -> Result<(), Refusal> {
        match &self.tag {
            Some(tag) if !self.tags.iter().any(|known| known == tag.as_str()) => {
                let remote = &self.workspace.config.release.remote;
                Err(Refusal::refused(vec![
                    Problem::new(Code::W0763, format!("there is no tag {tag} here"))
                        .help("when it was cut elsewhere:")
                        .run(format!("git fetch {remote} tag {tag}")),
                ]))
            }
            _ => Ok(()),
        }
    }

    /// The folder of what was built, from the repository's root.
    pub fn built_in(&self) -> String {
        format!("target/windlass/{}-{}", self.group, self.version)
    }

    /// The targets of the group's packages.
    pub fn targets(&self) -> Vec<&Target> {
        let group = self.workspace.config.group(&self.group);
        let ours = |target: &&Target| group.is_some_and(|group| group.packages.contains(&target.package));
        self.workspace.config.targets.iter().filter(ours).collect()
    }

    /// What was built for a kind of registry of all packages that one requires, directly or not.
    pub fn required_by(&self, package: &Name, kind: TargetKind) -> Vec<&Artifact> {
        let mut found: BTreeSet<&Name> = BTreeSet::new();
        let mut queue = vec![package];
        while let Some(one) = queue.pop() {
            queue.extend(self.needs.get(one).into_iter().flatten().filter(|sibling| found.insert(sibling)));
        }
        found.remove(package);
        let all = self.artifacts.iter().flat_map(|list| &list.artifacts);
        all.filter(|one| one.target == kind && found.contains(&one.package)).collect()
    }

    pub fn form(&self, package: &Name) -> Form {
        self.workspace.config.package(package).and_then(|package| package.form).unwrap_or(Form::SEMVER)
    }

    /// # Errors
    /// As [`desired::desired`]; `W0109` for a word of `--only` that names no target.
    pub fn desired(&self, targets: &[&Target], only: &[String]) -> Result<Desired, Refusal> {
        if let Some(word) =
            only.iter().find(|word| !targets.iter().any(|target| desired::names(target, word)))
        {
            let known: BTreeSet<String> = targets.iter().map(|target| target.label()).collect();
            let known = known.into_iter().collect::<Vec<_>>().join(", ");
            return Err(Refusal::usage(
                Problem::new(Code::W0109, format!("--only `{word}` names no target of {}", self.group))
                    .help(known),
            ));
        }
        desired::desired(&Given {
            targets,
            only,
            version: self.version,
            artifacts: self.artifacts.as_ref(),
            form: &|package| self.form(package),
            name: &|target| self.workspace.registry_name(target),
            needs: &self.needs,
        })
        .map_err(Refusal::refused)
    }

    /// The world of this process: its environment, a scratch folder in git's own.
    ///
    /// # Errors
    /// The system's, for the scratch folder.
    pub fn world(&self, app: &App<'_>) -> Result<World, Refusal> {
        world(app, &self.repository)
    }

    /// Where a publication keeps its lock and its scratch folders.
    pub fn state(&self) -> PathBuf {
        state(&self.repository)
    }
}

fn state(repository: &Repository) -> PathBuf {
    repository.common_dir.join("windlass-publish")
}

/// The world of this process, for a repository: its environment, a scratch folder in git's own.
///
/// # Errors
/// The system's, for the scratch folder.
pub fn world(app: &App<'_>, repository: &Repository) -> Result<World, Refusal> {
    let limit = app.env.call_limit.map_or(CALL_LIMIT, Duration::from_secs);
    let scratch = state(repository).join(std::process::id().to_string());
    files::create_folder(&scratch).map_err(|error| {
        Refusal::from(Problem::new(Code::W0304, format!("{}: {error}", scratch.display())))
    })?;
    let clients = Clients::new(env::variables(), limit);
    let clients = match own_twine(&app.env, &repository.root) {
        Some(twine) => clients.with_program("twine", twine),
        None => clients,
    };
    let patience = app.env.patience.map_or(limit.min(CALL_LIMIT), Duration::from_secs);
    Ok(World { patience, ..World::new(clients, &repository.root, &scratch) })
}

fn named(workspace: &Workspace, tag: &str) -> Result<(Name, Version, Option<TagName>), Refusal> {
    let name = TagName::parse(tag)
        .map_err(|why| Refusal::usage(Problem::new(Code::W0763, format!("--tag `{tag}` {why}"))))?;
    let found = workspace.config.groups.iter().find_map(|group| {
        let version = group.tags.iter().find_map(|rule| rule.name.extract(tag, Form::SEMVER))?;
        Some((group.name.clone(), version))
    });
    let (group, version) = found
        .ok_or_else(|| Refusal::usage(Problem::new(Code::W0763, format!("the tag `{tag}` is no group's"))))?;
    Ok((group, version, Some(name)))
}

fn newest(workspace: &Workspace, tags: &[String]) -> Result<(Name, Version, Option<TagName>), Refusal> {
    let name = groups(&workspace.config, &[])?.remove(0);
    let group = workspace.config.group(&name);
    let newest = group.and_then(|group| {
        let version = *tag_versions(group, tags.iter().map(String::as_str)).last()?;
        // A lightweight tag is mostly a Go module's; the annotated one speaks for the release.
        let rule = group.tags.iter().find(|rule| rule.kind == TagKind::Annotated).or(group.tags.first())?;
        let tag = tags.iter().find(|tag| rule.name.extract(tag, Form::SEMVER) == Some(version));
        Some((version, tag.and_then(|tag| TagName::parse(tag).ok())))
    });
    let (version, tag) = newest.ok_or_else(|| {
        Refusal::refused(vec![
            Problem::new(Code::W0763, format!("no tag names a release of {name}"))
                .help("cut one first:")
                .run("cargo xtask release minor"),
        ])
    })?;
    Ok((name, version, tag))
}

/// The list that `build` wrote, if it is there.
fn read(root: &Path, folder: &Path, group: &Name, version: Version) -> Result<Option<Artifacts>, Refusal> {
    let path = folder.join(list::FILE);
    let broken = |why: String| {
        Refusal::refused(vec![
            Problem::new(Code::W0762, format!("{}: {why}", path.display())).run("cargo xtask build"),
        ])
    };
    let Some(bytes) = files::read(&path).map_err(|error| broken(error.to_string()))? else { return Ok(None) };
    let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
    let list = list::read(&name, &String::from_utf8_lossy(&bytes))?;
    if list.group != *group || list.version != version.to_string() {
        return Err(broken(format!("it is of {} {}, not of {group} {version}", list.group, list.version)));
    }
    Ok(Some(list))
}
