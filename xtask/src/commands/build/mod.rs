//! `build`: every artifact of a release, once, from a clean checkout of its commit; or one part of them, and the
//! parts of several machines joined.

mod join;
mod part;
mod ready;
mod shown;
mod whole;

use std::path::PathBuf;

use crate::app::{App, Exit, Refusal};
use crate::artifact;
use crate::build::jobs::{Job, jobs};
use crate::build::{self, Finished, Order};
use crate::cli::Build;
use crate::io::exclusive::Exclusive;
use crate::io::files;
use crate::load::{self, CONFIG, ConfigText};
use crate::model::artifact::{Artifacts, FORMAT};
use crate::model::config::Group;
use crate::model::form::Form;
use crate::model::names::{CommitId, Name, TagName};
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::tree::Tree as _;
use crate::model::version::Version;
use crate::plan::agreement;
use crate::tool::ambient::Ambient;
use crate::tool::git::Repository;
use crate::workspace::Workspace;

/// What is built for one group.
struct Wanted {
    group: Name,
    version: Version,
    jobs: Vec<Job>,
}

/// What all groups of one run have in common.
struct Making {
    repository: Repository,
    commit: CommitId,
    tag: Option<TagName>,
    ambient: Ambient,
}

impl Making {
    fn order(&self, python: PathBuf, label: &'static str) -> Order<'_> {
        let (repository, commit, ambient) = (&self.repository, &self.commit, self.ambient.clone());
        Order { repository, commit, ambient, python, label }
    }

    fn artifacts(&self, wanted: &Wanted, artifacts: Vec<crate::model::artifact::Artifact>) -> Artifacts {
        Artifacts {
            format: FORMAT,
            group: wanted.group.clone(),
            version: wanted.version.to_string(),
            commit: self.commit.clone(),
            tag: self.tag.clone(),
            epoch: self.ambient.epoch,
            artifacts,
        }
    }

    fn release<'a>(&'a self, wanted: &'a Wanted, version: &'a str) -> artifact::join::Release<'a> {
        let (group, commit, tag) = (&wanted.group, &self.commit, self.tag.as_ref());
        artifact::join::Release { group, version, commit, epoch: self.ambient.epoch, tag }
    }

    /// The disk failed.
    fn unusable(&self, error: &std::io::Error) -> Problem {
        let above = self.repository.root.join("target/windlass");
        Problem::new(Code::W0735, format!("{}: {error}", above.display()))
    }

    fn begun(&self, app: &mut App<'_>, what: &str) {
        let commit = self.commit.short();
        app.progress(&format!("Building {what} of commit {commit}, as git has it\n"));
    }
}

pub fn run(app: &mut App<'_>, args: &Build) -> Result<Exit, Refusal> {
    let repository = app.repository()?;
    let tag = args.tag.as_deref().map(tag_name).transpose()?;
    let part = part::asked(args)?;
    let commit = commit(&repository, tag.as_ref())?;
    let workspace = workspace(app, &repository, &commit)?;
    let wanted = wanted(&workspace, args, tag.as_ref())?;
    let hidden = workspace.config.targets.iter().flat_map(|target| {
        [&target.credentials.user, &target.credentials.token].into_iter().flatten().cloned()
    });
    let ambient = Ambient { epoch: repository.commit_time(&commit)?, hidden: hidden.collect() };
    let making = Making { repository, commit, tag, ambient };

    let above = making.repository.root.join("target/windlass");
    files::create_folder(&above).map_err(|error| making.unusable(&error))?;
    let waiting = || app.progress("Another windlass is building; waiting for it\n");
    let _lock = Exclusive::wait(&above.join(".lock"), waiting).map_err(|error| making.unusable(&error))?;

    let mut results = Vec::new();
    for one in wanted {
        results.push(match &part {
            _ if args.join => join::run(app, &making, &one)?,
            Some(part) => part::run(app, &making, one, part, args.twice)?,
            None => whole::run(app, &making, &one, args)?,
        });
    }
    if app.json() {
        app.result_json(&serde_json::json!({ "builds": results }));
    }
    Ok(Exit::Done)
}

/// Builds a group's jobs into a folder, and says of each when it is done.
fn built(
    app: &mut App<'_>,
    order: &Order<'_>,
    jobs: &[Job],
    staging: &std::path::Path,
) -> Result<Vec<Finished>, Refusal> {
    let mut say = |end: &Finished| {
        app.progress(&format!("  built {} in {}\n", end.label, crate::report::build::seconds(end.took)));
    };
    build::run(order, jobs, staging, &mut say).map_err(Refusal::refused)
}

fn tag_name(text: &str) -> Result<TagName, Refusal> {
    TagName::parse(text)
        .map_err(|why| Refusal::usage(Problem::new(Code::W0109, format!("`{text}` is no tag: it {why}"))))
}

fn commit(repository: &Repository, tag: Option<&TagName>) -> Result<CommitId, Refusal> {
    let revision = tag.map_or("HEAD".to_owned(), TagName::full);
    let found = repository.commit(&revision)?;
    found.ok_or_else(|| {
        match tag {
            Some(tag) => {
                Problem::new(Code::W0414, format!("there is no tag `{tag}` here")).run("git fetch --tags")
            }
            None => Problem::new(Code::W0201, "this repository has no commit yet"),
        }
        .into()
    })
}

/// The repository as the commit has it, judged by the config that it holds, unless one was named.
pub(super) fn workspace(
    app: &App<'_>,
    repository: &Repository,
    commit: &CommitId,
) -> Result<Workspace, Refusal> {
    let tree = repository.commit_tree(commit)?;
    let source = match &app.global.config {
        None => tree.read(&RepoPath::parse(CONFIG).unwrap_or_default())?,
        Some(_) => None,
    };
    let text = match source {
        Some(source) => ConfigText { name: CONFIG.to_owned(), text: source.text.clone() },
        None => app.config_text(repository)?,
    };
    let mut config = load::config(&text, tree.entries()).map_err(Refusal::config)?;
    config.targets.retain(|target| !app.env.skip.contains(&target.label()));
    Ok(load::workspace(&tree, config, &text))
}

/// What is to be built, every problem at once.
fn wanted(workspace: &Workspace, args: &Build, tag: Option<&TagName>) -> Result<Vec<Wanted>, Refusal> {
    let mean = |group: &Group, tag: &TagName| {
        group.tags.iter().find_map(|rule| rule.name.extract(tag.as_str(), Form::SEMVER))
    };
    let config = &workspace.config;
    let mut problems = Problems::new();
    let names = match tag {
        Some(tag) => {
            problems.extend(agreement::of_tag(workspace, tag.as_str()));
            let of_tag = config.groups.iter().find(|group| mean(group, tag).is_some());
            let name = of_tag.map(|group| group.name.clone());
            if let (Some(name), Some(other)) =
                (&name, args.group.iter().find(|one| name.as_ref().is_some_and(|name| *one != name.as_str())))
            {
                let what = format!("`{tag}` is a tag of the group `{name}`, not of `{other}`");
                return Err(Refusal::usage(Problem::new(Code::W0109, what)));
            }
            name.into_iter().collect()
        }
        None => super::groups(config, &args.group)?,
    };
    let mut wanted = Vec::new();
    for group in names.iter().filter_map(|name| config.group(name)) {
        let Some(version) = tag.and_then(|tag| mean(group, tag)).or_else(|| workspace.current(group)) else {
            let what = format!("no file of the group `{}` holds its version", group.name);
            problems.push(Problem::new(Code::W0313, what).help("name the tag that says it: --tag TAG"));
            continue;
        };
        problems.extend(agreement::disagreements(workspace, group, version, &[]));
        match jobs(workspace, group, version) {
            Ok(jobs) => wanted.push(Wanted { group: group.name.clone(), version, jobs }),
            Err(more) => problems.extend(more),
        }
    }
    problems.sort();
    problems.dedup();
    if problems.is_empty() { Ok(wanted) } else { Err(Refusal::refused(problems)) }
}
