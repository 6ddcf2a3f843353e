//! `build`: every artifact of a release, once, from a clean checkout of its commit.

use std::path::PathBuf;
use std::time::Duration;

use crate::app::{App, Exit, Refusal};
use crate::artifact::list;
use crate::build::jobs::{Job, jobs};
use crate::build::store::Store;
use crate::build::{self, Finished, Order};
use crate::cli::Build;
use crate::io::env::find_program;
use crate::io::exclusive::Exclusive;
use crate::io::files;
use crate::io::scratch::Scratch;
use crate::load::{self, CONFIG, ConfigText};
use crate::local::toolbox::Tool;
use crate::model::artifact::{Artifacts, FORMAT};
use crate::model::config::Group;
use crate::model::form::Form;
use crate::model::names::{CommitId, Name, TagName};
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::target::TargetKind;
use crate::model::tree::Tree as _;
use crate::model::version::Version;
use crate::plan::agreement;
use crate::report;
use crate::tool::ambient::Ambient;
use crate::tool::git::Repository;
use crate::tool::{docker, python};
use crate::workspace::Workspace;

/// What is built for one group.
struct Wanted {
    group: Name,
    version: Version,
    jobs: Vec<Job>,
}

pub fn run(app: &mut App<'_>, args: &Build) -> Result<Exit, Refusal> {
    let repository = app.repository()?;
    let tag = args.tag.as_deref().map(tag_name).transpose()?;
    let commit = commit(&repository, tag.as_ref())?;
    let workspace = workspace(app, &repository, &commit)?;
    let wanted = wanted(&workspace, args, tag.as_ref())?;
    let hidden = workspace.config.targets.iter().flat_map(|target| {
        [&target.credentials.user, &target.credentials.token].into_iter().flatten().cloned()
    });
    let ambient = Ambient { epoch: repository.commit_time(&commit)?, hidden: hidden.collect() };

    let above = repository.root.join("target/windlass");
    let unusable = |error: std::io::Error| Problem::new(Code::W0735, format!("{}: {error}", above.display()));
    files::create_folder(&above).map_err(unusable)?;
    let waiting = || app.progress("Another windlass is building; waiting for it\n");
    let _lock = Exclusive::wait(&above.join(".lock"), waiting).map_err(unusable)?;

    let mut results = Vec::new();
    for one in &wanted {
        let store = Store::of(&repository.root, one.group.as_str(), &one.version.to_string());
        if let Some(whole) =
            store.whole().filter(|whole| !args.again && !args.twice && is_same(whole, one, &commit))
        {
            app.progress("Nothing to do: this commit is built, and every byte is as its digest says\n");
            results.push(shown(app, &repository, &store, &whole, &[]));
            continue;
        }
        let head = "Building {} of commit {}, as git has it; the work tree is not looked at\n";
        let name = format!("{} {}", one.group, one.version);
        app.progress(&head.replacen("{}", &name, 1).replacen("{}", commit.short(), 1));
        let python = ready(app, &repository, &one.jobs)?;
        let order = Order {
            repository: &repository,
            commit: &commit,
            ambient: ambient.clone(),
            python,
            label: "build",
        };
        store.begin().map_err(unusable)?;
        let ends = built(app, &order, one, &store).inspect_err(|_| store.abandon())?;
        let artifacts = Artifacts {
            format: FORMAT,
            group: one.group.clone(),
            version: one.version.to_string(),
            commit: commit.clone(),
            tag: tag.clone(),
            epoch: ambient.epoch,
            artifacts: build::artifacts(&ends),
        };
        if args.twice {
            compare(app, &order, one, &artifacts).inspect_err(|_| store.abandon())?;
        }
        let sums: Vec<(String, String)> =
            ends.iter().flat_map(|end| &end.stored).flat_map(|stored| stored.files.clone()).collect();
        store.finish(&artifacts, &sums).map_err(unusable)?;
        results.push(shown(app, &repository, &store, &artifacts, &ends));
    }
    if app.json() {
        app.result_json(&serde_json::json!({ "builds": results }));
    }
    Ok(Exit::Done)
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

/// Whether an earlier build is of the same commit, and of the same targets.
fn is_same(whole: &Artifacts, wanted: &Wanted, commit: &CommitId) -> bool {
    let held = |job: &Job| {
        let ours =
            || whole.artifacts.iter().filter(|one| one.package == job.package && one.target == job.kind);
        match job.kind {
            TargetKind::Files => ours().next().is_some(),
            _ => job.coordinates.iter().all(|wanted| ours().any(|one| one.coordinate == *wanted)),
        }
    };
    let known = |package: &Name, kind: TargetKind| {
        wanted.jobs.iter().any(|job| job.package == *package && job.kind == kind)
    };
    whole.commit == *commit
        && whole.group == wanted.group
        && wanted.jobs.iter().all(held)
        && whole.artifacts.iter().all(|one| known(&one.package, one.target))
}

/// Looks for every program that the jobs need, and gives a Python that has `build`.
fn ready(app: &mut App<'_>, repository: &Repository, jobs: &[Job]) -> Result<PathBuf, Refusal> {
    let root = &repository.root;
    let has = |kind: TargetKind| jobs.iter().any(|job| job.kind == kind);
    let mut problems = Problems::new();
    for (kind, program) in [(TargetKind::Npm, "npm"), (TargetKind::Crates, "cargo")] {
        if has(kind) && find_program(program, root).is_none() {
            let what = format!("{program} is not on the PATH; it builds targets of kind `{kind}`");
            problems.push(Problem::new(Code::W0208, what));
        }
    }
    if has(TargetKind::Image)
        && let Err(failure) = docker::engine(root)
    {
        let problem = failure.problem(Code::W0737, "no container engine answers");
        let start = match () {
            () if root.join("scripts/docker").is_file() => "scripts/docker",
            () if cfg!(target_os = "macos") => "open -a Docker",
            () => "sudo systemctl start docker",
        };
        problems.push(problem.run(start));
    }
    if !problems.is_empty() {
        return Err(Refusal::refused(problems));
    }
    if !has(TargetKind::Pypi) {
        return Ok(PathBuf::new());
    }
    let toolbox = super::tools::toolbox(app)?;
    let own = find_program("python3", root).filter(|python| python::has_build(python, root));
    match own {
        Some(own) if !toolbox.has(Tool::Python) => Ok(own),
        _ => {
            toolbox.install(&[Tool::Python], &mut |text| app.progress(text)).map_err(Refusal::refused)?;
            Ok(toolbox.python("python"))
        }
    }
}

fn built(
    app: &mut App<'_>,
    order: &Order<'_>,
    wanted: &Wanted,
    store: &Store,
) -> Result<Vec<Finished>, Refusal> {
    let mut say = |end: &Finished| {
        app.progress(&format!("  built {} in {}\n", end.label, report::build::seconds(end.took)));
    };
    build::run(order, &wanted.jobs, &store.staging, &mut say).map_err(Refusal::refused)
}

/// Builds once more, elsewhere, and compares.
fn compare(app: &mut App<'_>, order: &Order<'_>, wanted: &Wanted, first: &Artifacts) -> Result<(), Refusal> {
    app.progress("Building once more, in another folder\n");
    let unusable = |error: std::io::Error| Problem::new(Code::W0735, error.to_string());
    let scratch = Scratch::new("second-artifacts").map_err(unusable)?;
    let store = Store { folder: scratch.path().join("whole"), staging: scratch.path().join("staging") };
    files::create_folder(&store.staging).map_err(unusable)?;
    let order = Order {
        repository: order.repository,
        commit: order.commit,
        ambient: order.ambient.clone(),
        python: order.python.clone(),
        label: "the-second-of-two-builds",
    };
    let ends = built(app, &order, wanted, &store)?;
    let differences = build::differences(&first.artifacts, &build::artifacts(&ends));
    if differences.is_empty() {
        app.progress("Both builds gave the same bytes\n");
        return Ok(());
    }
    let count = differences.len();
    let what = format!("{count} of {} artifacts came out differently", first.artifacts.len());
    let problem = Problem::new(Code::W0736, what).why("something of the machine or the moment is in them");
    let problem = differences.into_iter().fold(problem, Problem::help);
    Err(Refusal::refused(vec![problem]))
}

/// Prints what lies there; as JSON it is collected.
fn shown(
    app: &mut App<'_>,
    repository: &Repository,
    store: &Store,
    artifacts: &Artifacts,
    ends: &[Finished],
) -> serde_json::Value {
    let folder = store.folder.strip_prefix(&repository.root).unwrap_or(&store.folder).display().to_string();
    let took = |path: &str| -> Option<Duration> {
        let made = |end: &&Finished| {
            end.stored.iter().flat_map(|stored| &stored.artifacts).any(|artifact| artifact.path == path)
        };
        ends.iter().find(made).map(|end| end.took)
    };
    if app.json() {
        let seconds: std::collections::BTreeMap<&str, f64> =
            ends.iter().map(|end| (end.label.as_str(), end.took.as_secs_f64())).collect();
        return serde_json::json!({
            "folder": folder,
            "list": format!("{folder}/{}", list::FILE),
            "built": !ends.is_empty(),
            "seconds": seconds,
            "artifacts": artifacts,
        });
    }
    let text = report::build::built(artifacts, &folder, &took, app.style);
    app.result(&text);
    serde_json::Value::Null
}
