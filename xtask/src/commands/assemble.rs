//! `assemble-changelog`: the fragments move into `[Unreleased]`.

use std::collections::BTreeMap;
use std::path::Path;

use crate::app::{App, Exit, Refusal};
use crate::changelog::assemble::assemble;
use crate::changelog::fragment::{self, Fragment};
use crate::changelog::name;
use crate::cli::Assemble;
use crate::io::files;
use crate::load;
use crate::model::config::{ChangelogRules, Ignore};
use crate::model::edit::{self, Edit};
use crate::model::path::{RepoPath, spelled};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::tree::Tree;
use crate::observe::worktree::{WorkTree, link};
use crate::report;

/// One changelog's share.
struct Share {
    file: RepoPath,
    before: String,
    edits: Vec<Edit>,
    fragments: Vec<RepoPath>,
}

pub fn run(app: &mut App<'_>, args: &Assemble) -> Result<Exit, Refusal> {
    let session = app.open(&[])?;
    let root = &session.repository.root;
    let tree = session.ground.tree(root);
    let mut problems = load::strays(&tree, &session.config);
    let mut shares = Vec::new();
    for rules in &session.config.changelogs {
        match share(root, &tree, &session.config.ignore, rules) {
            Ok(share) => shares.extend(share),
            Err(more) => problems.extend(more),
        }
    }
    if !problems.is_empty() {
        problems.sort();
        return Err(Refusal::refused(problems));
    }
    let count: usize = shares.iter().map(|share| share.fragments.len()).sum();
    let files: BTreeMap<&RepoPath, usize> =
        shares.iter().map(|share| (&share.file, share.fragments.len())).collect();
    if app.json() {
        let files: Vec<_> = files
            .iter()
            .map(|(file, count)| serde_json::json!({ "file": file, "fragments": count }))
            .collect();
        app.result_json(&serde_json::json!({ "dry_run": args.dry_run, "changelogs": files }));
    }
    if count == 0 {
        app.remark("No fragments: nothing to do.\n");
    }
    for share in &shares {
        let after = edit::apply(&share.before, &share.edits)
            .map_err(|error| Problem::new(Code::W0317, error.to_string()).at(&share.file))?;
        if args.dry_run {
            if !app.json() {
                app.result(&report::diff::unified(share.file.as_str(), &share.before, &after, app.style));
                let gone: String = share.fragments.iter().map(|path| format!("remove {path}\n")).collect();
                app.result(&gone);
            }
            continue;
        }
        // The notes first: a kill in between leaves a fragment too many, never a note too few.
        write(root, share, &after)
            .map_err(|error| Problem::new(Code::W0304, error.to_string()).at(&share.file))?;
        if !app.json() {
            let noun = if share.fragments.len() == 1 { "fragment" } else { "fragments" };
            app.result(&format!("{}: {} {noun} into [Unreleased]\n", share.file, share.fragments.len()));
        }
    }
    Ok(Exit::Done)
}

fn write(root: &Path, share: &Share, after: &str) -> std::io::Result<()> {
    files::replace(&root.join(share.file.as_str()), after.as_bytes())?;
    share.fragments.iter().try_for_each(|path| files::remove(&root.join(path.as_str())))
}

fn share(
    root: &Path,
    tree: &WorkTree,
    ignore: &Ignore,
    rules: &ChangelogRules,
) -> Result<Option<Share>, Problems> {
    let (fragments, problems) = on_disk(root, ignore, rules);
    if !problems.is_empty() {
        return Err(problems);
    }
    if fragments.is_empty() {
        return Ok(None);
    }
    let source = tree.read(&rules.file).map_err(|problem| vec![problem])?.ok_or_else(|| {
        vec![
            Problem::new(Code::W0410, format!("{} is not in the repository", rules.file))
                .at(&rules.file)
                .help(format!("create {} with a `## [Unreleased]` heading and commit it", rules.file)),
        ]
    })?;
    let edits = assemble(&source, rules, &fragments)?;
    let fragments = fragments.into_iter().map(|fragment| fragment.path).collect();
    Ok(Some(Share { file: rules.file.clone(), before: source.text.clone(), edits, fragments }))
}

/// The changelog's fragment folder, if it has one.
///
/// # Errors
/// `W0307` where a link leads to it.
pub(super) fn folder<'a>(root: &Path, rules: &'a ChangelogRules) -> Result<Option<&'a RepoPath>, Problem> {
    let Some(folder) = &rules.fragments else { return Ok(None) };
    match link(root, folder) {
        Some(link) => Err(fragment::linked_folder(rules, folder, &link)),
        None => Ok(Some(folder)),
    }
}

/// The fragments in the folder, tracked by git or not.
pub(super) fn on_disk(root: &Path, ignore: &Ignore, rules: &ChangelogRules) -> (Vec<Fragment>, Problems) {
    let folder = match folder(root, rules) {
        Ok(Some(folder)) => folder,
        Ok(None) => return Default::default(),
        Err(problem) => return (Vec::new(), vec![problem]),
    };
    let mut read = Vec::new();
    let mut problems = Problems::new();
    let mut odd = Vec::new();
    for (path, is_link) in files::files_in(&root.join(folder.as_str())) {
        let name = path.file_name().unwrap_or_default();
        let inside = match name.to_str().and_then(|name| folder.join(name).ok()) {
            Some(inside) => inside,
            None => {
                odd.push(format!("{folder}/{}", spelled(name.as_encoded_bytes())));
                continue;
            }
        };
        if ignore.is_no_fragment(&inside) || name::is_no_fragment(inside.name(), &rules.kinds) {
            continue;
        }
        if is_link {
            problems.push(fragment::linked(&inside));
            continue;
        }
        match files::read(&path) {
            Ok(bytes) => read.extend(bytes.map(|bytes| (inside, bytes))),
            Err(error) => problems.push(Problem::new(Code::W0304, error.to_string()).at(&inside)),
        }
    }
    let (fragments, more) = fragment::read(rules, read);
    problems.extend(more);
    problems.extend(fragment::odd_names(rules, folder, &odd));
    problems.sort();
    (fragments, problems)
}
