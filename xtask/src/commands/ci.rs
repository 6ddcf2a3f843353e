//! `ci generate`: the pipelines that the config asks for. `ci check`: those that are there.

use std::collections::BTreeMap;

use crate::app::{App, Exit, Refusal, Session};
use crate::cli::{CiGenerate, ForgeName};
use crate::io::files;
use crate::load;
use crate::model::command::paste;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::tree::Tree as _;
use crate::model::version::{Stage, Suffix, Version};
use crate::observe::Question;
use crate::observe::worktree::WorkTree;
use crate::pipeline;
use crate::pipeline::admission::{self, Judged, Wanted};
use crate::pipeline::audit::{Answer, Forge};
use crate::pipeline::file::{File, is_generated};
use crate::report::problem::Gravity;
use crate::workspace::Workspace;

/// The forge as `ci generate` names it.
fn word(forge: Forge) -> &'static str {
    match forge {
        Forge::GitHub => "github",
        Forge::GitLab => "gitlab",
    }
}

/// The repository with the files that git tracks.
fn open(app: &mut App<'_>) -> Result<(std::path::PathBuf, WorkTree, Workspace), Refusal> {
    let Session { repository, ground, config, text } = app.open(&[])?;
    let tree = ground.tree(&repository.root);
    let workspace = load::workspace(&tree, config, &text);
    Ok((repository.root, tree, workspace))
}

/// The files that the config asks for.
fn asked(workspace: &Workspace, forge: Forge) -> Result<Vec<File>, Problem> {
    let mut needs: pipeline::jobs::Needs = BTreeMap::new();
    for one in &workspace.requirements {
        let Some(package) = &one.package else { continue };
        needs.entry(package.clone()).or_default().insert(one.sibling.clone());
    }
    pipeline::generate(forge, &workspace.config, &needs)
}

pub fn generate(app: &mut App<'_>, args: &CiGenerate) -> Result<Exit, Refusal> {
    let (root, tree, workspace) = open(app)?;
    let forge = match args.forge {
        ForgeName::Github => Forge::GitHub,
        ForgeName::Gitlab => Forge::GitLab,
    };
    let wanted = asked(&workspace, forge)?;
    if args.print {
        return Ok(print(app, &wanted));
    }
    let mut problems = Problems::new();
    let mut paths = Vec::new();
    for file in &wanted {
        let path =
            RepoPath::parse(&file.path).map_err(|error| Problem::new(Code::W0108, error.to_string()))?;
        // A file that git does not track may lie there too; one behind a link is refused.
        if tree.contains(&path) {
            tree.read(&path)?;
        }
        let there = files::read(&root.join(path.as_str()));
        let there = there.map_err(|error| Problem::new(Code::W0304, error.to_string()).at(&path))?;
        if there.is_some_and(|bytes| !is_generated(&String::from_utf8_lossy(&bytes))) {
            problems.push(
                Problem::new(Code::W0861, format!("{path} was written by hand, and would be overwritten"))
                    .at(&path)
                    .run(format!("cargo xtask ci generate {} --print", word(forge)))
                    .help("shows what would be written; to have it, remove the file first"),
            );
        }
        paths.push(path);
    }
    if !problems.is_empty() {
        return Err(Refusal::refused(problems));
    }
    for (file, path) in wanted.iter().zip(&paths) {
        let full = root.join(path.as_str());
        let folder = full.parent().map_or(Ok(()), files::create_folder);
        let written = folder.and_then(|()| files::replace(&full, file.text.as_bytes()));
        written.map_err(|error| Problem::new(Code::W0304, error.to_string()).at(path))?;
    }
    if app.json() {
        app.result_json(&serde_json::json!({ "files": paths }));
    } else {
        let lines: String = paths.iter().map(|path| format!("{path}\n")).collect();
        app.result(&lines);
    }
    Ok(Exit::Done)
}

fn print(app: &mut App<'_>, wanted: &[File]) -> Exit {
    if app.json() {
        let files: Vec<_> =
            wanted.iter().map(|file| serde_json::json!({ "file": file.path, "text": file.text })).collect();
        app.result_json(&serde_json::json!({ "files": files }));
    } else if let [only] = wanted {
        app.result(&only.text);
    } else {
        let texts: Vec<String> =
            wanted.iter().map(|file| format!("# --- {}\n{}", file.path, file.text)).collect();
        app.result(&texts.join("\n"));
    }
    Exit::Done
}

pub fn check(app: &mut App<'_>) -> Result<Exit, Refusal> {
    let Session { repository, ground, config, text } = app.open(&[Question::Status])?;
    let tree = ground.tree(&repository.root);
    let workspace = load::workspace(&tree, config, &text);
    let lost = untracked(&ground.untracked()?);
    let there = admission::files(&tree)?;
    if there.is_empty() && lost.is_empty() {
        if app.json() {
            app.result_json(&shown(&[], &Judged::default(), &lost));
        } else {
            let text = "There is no pipeline file. To have one: cargo xtask ci generate github, or gitlab\n";
            app.result(text);
        }
        return Ok(Exit::Done);
    }
    let mut found = Problems::new();
    let mut checked = Vec::new();
    for forge in [Forge::GitHub, Forge::GitLab] {
        let own = there.iter().filter(|(of, _, text)| *of == forge && is_generated(text));
        let own: BTreeMap<&str, &str> = own.map(|(_, path, text)| (path.as_str(), text.as_str())).collect();
        if own.is_empty() {
            continue;
        }
        let wanted = asked(&workspace, forge)?;
        found.extend(drift(forge, &own, &wanted));
        checked.extend(own.keys().map(|path| (*path).to_owned()));
    }
    // What is only not tracked is there.
    found.retain(|problem| !lost.iter().any(|other| other.at == problem.at));
    found.extend(lost);
    let judged = admissions(&tree, &workspace)?;
    found.extend(judged.problems.clone());
    found.sort();
    found.dedup();
    let said = app.problems(&found, Gravity::Error);
    let noted = app.problems(&judged.warnings, Gravity::Warning);
    if app.json() {
        app.result_json(&shown(&checked, &judged, &found));
    } else {
        let said = if found.is_empty() { summary(&checked, &judged) } else { said };
        let parts = [said, noted].into_iter().filter(|part| !part.is_empty());
        app.result(&parts.collect::<Vec<_>>().join("\n"));
    }
    Ok(if found.is_empty() { Exit::Done } else { Exit::Refused })
}

/// Pipeline files that no commit will have.
fn untracked(paths: &[RepoPath]) -> Problems {
    let own = paths.iter().filter(|path| pipeline::audit::forge_of(path.as_str()).is_some());
    let lost = |path: &RepoPath| {
        let what = format!("{path} is a pipeline, and git does not track it");
        let add = format!("git add -- {}", paste(&[path.to_string()]));
        Problem::new(Code::W0866, what).at(path).why("a push would start nothing with it").run(add)
    };
    own.map(lost).collect()
}

/// What is there and what should be, file by file.
fn drift(forge: Forge, there: &BTreeMap<&str, &str>, wanted: &[File]) -> Problems {
    let again = format!("cargo xtask ci generate {}", word(forge));
    let of = |what: String, path: &str| Problem::new(Code::W0860, what).at_file(path, None).run(&again);
    let mut found = Problems::new();
    for file in wanted {
        match there.get(file.path.as_str()) {
            Some(text) if *text == file.text => {}
            Some(text) => {
                let same = text.lines().zip(file.text.lines()).take_while(|(a, b)| a == b).count();
                let mut problem = of(format!("{} is not what windlass.toml asks for", file.path), &file.path);
                problem.at = problem.at.map(|at| crate::model::problem::At { line: Some(same + 1), ..at });
                found.push(problem);
            }
            None => found.push(of(format!("{} is missing, or git does not track it", file.path), &file.path)),
        }
    }
    for path in there.keys().filter(|path| !wanted.iter().any(|file| file.path == **path)) {
        let what = format!("{path} was generated and is no longer asked for");
        found.push(Problem::new(Code::W0860, what).at_file(*path, None).run(format!("git rm -- {path}")));
    }
    found
}

/// Every group's tags of the version that stands here, final and as a pre-release.
fn admissions(tree: &WorkTree, workspace: &Workspace) -> Result<Judged, Problem> {
    let config = &workspace.config;
    let main = config.release.branches.first().map_or("main", String::as_str);
    if config.ci.as_ref().is_some_and(|ci| !ci.publish) {
        return Ok(Judged::default());
    }
    let only = config.forge.as_ref().and_then(|forge| forge.kind).map(Forge::from);
    let wanted = config.groups.iter().flat_map(|group| {
        let now = workspace.current(group).unwrap_or_else(|| Version::new(0, 1, 0));
        let version = Version::new(now.major, now.minor, now.patch);
        let pre = Wanted::of(group, version.with(Suffix::Pre(Stage::Rc, 1)));
        let spare = pre.into_iter().map(|one| Wanted { spare: true, ..one });
        Wanted::of(group, version).into_iter().chain(spare)
    });
    admission::judge(tree, &wanted.collect::<Vec<_>>(), main, only)
}

fn shown(generated: &[String], judged: &Judged, problems: &Problems) -> serde_json::Value {
    let tags: Vec<_> = judged.admissions.iter().map(tag).collect();
    let warnings = &judged.warnings;
    serde_json::json!({ "generated": generated, "tags": tags, "problems": problems, "warnings": warnings })
}

fn tag(one: &admission::Admission) -> serde_json::Value {
    let starts = match &one.starts {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Unknown(_) => "unknown",
    };
    serde_json::json!({
        "forge": word(one.forge), "group": one.group, "tag": one.tag, "starts": starts, "jobs": one.jobs,
    })
}

fn summary(generated: &[String], judged: &Judged) -> String {
    let mut text = String::new();
    for path in generated {
        text.push_str(&format!("{path} is what windlass.toml asks for\n"));
    }
    if text.is_empty() && judged.admissions.is_empty() {
        return "No pipeline file was generated, and no tag has to start anything.\n".to_owned();
    }
    let width = judged.admissions.iter().map(|one| one.tag.chars().count()).max().unwrap_or(0);
    for one in &judged.admissions {
        let jobs = match one.jobs.len() {
            0 => "no job".to_owned(),
            1 => "1 job".to_owned(),
            count => format!("{count} jobs"),
        };
        text.push_str(&format!("{:width$}  starts {jobs} at {}\n", one.tag, one.forge.name()));
    }
    text
}
