//! The environment variables that windlass listens to, and the search for programs.

use std::path::{Path, PathBuf};

use crate::model::hook::Release;

/// The variables, read once at the start.
#[derive(Clone, Debug, Default)]
pub struct Env {
    /// `WINDLASS_YES`: set and not `0`, the plan is confirmed as with `--yes`.
    pub yes: bool,
    /// `SOURCE_DATE_EPOCH`: the release date in Unix seconds (reproducible-builds.org).
    pub source_date_epoch: Option<String>,
    /// `NO_COLOR`: set and not empty, nothing is coloured (no-color.org).
    pub no_color: bool,
    /// `TERM=dumb`: no colour either.
    pub dumb: bool,
    /// Whether the locale can show more than ASCII (`LC_ALL`, `LC_CTYPE`, `LANG`).
    pub unicode: bool,
    /// Whether `GIT_AUTHOR_*` gives the author an identity of its own.
    pub own_author: bool,
    /// The branch that a CI run is for: `GITHUB_HEAD_REF`, `CI_MERGE_REQUEST_SOURCE_BRANCH_NAME`.
    pub branch: Option<String>,
    /// The merge request's labels: `CI_MERGE_REQUEST_LABELS`, comma-separated (GitLab's documentation).
    pub labels: Vec<String>,
    /// `GITHUB_ACTIONS=true`: this is a step of a workflow (GitHub Docs, "Variables reference").
    pub github: bool,
    /// The folder from which CI names files: `GITHUB_WORKSPACE`, `CI_PROJECT_DIR`.
    pub workspace: Option<PathBuf>,
    /// `WINDLASS_TOOLS`: the folder of the programs that a rehearsal needs, relative to the current one.
    pub tools: Option<PathBuf>,
    /// `WINDLASS_KILL_AFTER`: for the fault tests, the count of effects after which the
    /// process kills itself.
    pub kill_after: Option<u32>,
    /// `WINDLASS_LOCAL_SKIP`: targets that a rehearsal leaves out, comma-separated: `web/image`.
    pub skip: Vec<String>,
    /// `WINDLASS_LOCAL_WHEELS`: set in a rehearsal, whose one machine need not build every expected wheel.
    pub any_wheels: bool,
    /// `WINDLASS_LOCAL_PATIENCE`: how many seconds a rehearsal waits for an index to show what was uploaded.
    pub patience: Option<u64>,
    /// `WINDLASS_REHEARSAL`: this is a stage of a rehearsal. Believed only where the remote is a folder.
    pub rehearsal: bool,
    /// `WINDLASS_CALL_LIMIT`: how many seconds one call of a registry's client may take.
    pub call_limit: Option<u64>,
}

impl Env {
    pub fn read() -> Env {
        let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let locale = text("LC_ALL").or_else(|| text("LC_CTYPE")).or_else(|| text("LANG"));
        Env {
            yes: text("WINDLASS_YES").is_some_and(|value| value != "0"),
            source_date_epoch: text("SOURCE_DATE_EPOCH"),
            no_color: text("NO_COLOR").is_some(),
            dumb: text("TERM").is_some_and(|value| value == "dumb"),
            unicode: locale.is_none_or(|locale| {
                let locale = locale.to_ascii_lowercase();
                locale.contains("utf-8") || locale.contains("utf8")
            }),
            own_author: ["NAME", "EMAIL", "DATE"]
                .iter()
                .any(|part| text(&format!("GIT_AUTHOR_{part}")).is_some()),
            branch: text("GITHUB_HEAD_REF").or_else(|| text("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME")),
            labels: text("CI_MERGE_REQUEST_LABELS")
                .map(|labels| labels.split(',').map(|label| label.trim().to_owned()).collect())
                .unwrap_or_default(),
            github: text("GITHUB_ACTIONS").is_some_and(|value| value == "true"),
            workspace: text("GITHUB_WORKSPACE").or_else(|| text("CI_PROJECT_DIR")).map(PathBuf::from),
            tools: text("WINDLASS_TOOLS").map(PathBuf::from),
            kill_after: text("WINDLASS_KILL_AFTER").and_then(|value| value.parse().ok()),
            skip: text("WINDLASS_LOCAL_SKIP")
                .map(|labels| labels.split(',').map(str::to_owned).collect())
                .unwrap_or_default(),
            any_wheels: text("WINDLASS_LOCAL_WHEELS").is_some(),
            patience: text("WINDLASS_LOCAL_PATIENCE").and_then(|value| value.parse().ok()),
            rehearsal: text("WINDLASS_REHEARSAL").is_some_and(|value| value != "0"),
            call_limit: text("WINDLASS_CALL_LIMIT").and_then(|value| value.parse().ok()),
        }
    }
}

/// Every variable that is text, for the clients that are started with them.
pub fn variables() -> std::collections::BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// The path of the program that runs; none where the system does not tell it in UTF-8.
pub fn own_program() -> Option<String> {
    std::env::current_exe().ok()?.into_os_string().into_string().ok()
}

/// The release in which a hook runs; none outside of one.
pub fn release() -> Option<Release> {
    let text = |name: &str| std::env::var(format!("WINDLASS_{name}")).ok();
    Some(Release {
        version: text("VERSION")?,
        version_pep440: text("VERSION_PEP440")?,
        previous_version: text("PREVIOUS_VERSION")?,
        tag: text("TAG")?,
        group: text("GROUP")?,
    })
}

/// A `PATH` in which a folder comes first; none where it can't be written down as one.
pub fn path_with(folder: &Path, rest: &str) -> Option<String> {
    let all = std::iter::once(folder.to_owned()).chain(std::env::split_paths(rest));
    std::env::join_paths(all).ok()?.into_string().ok()
}

/// Where a program is: by its path (relative to `dir`) when it holds a `/`, else on `PATH`.
pub fn find_program(program: &str, dir: &Path) -> Option<PathBuf> {
    if program.contains('/') {
        return Some(dir.join(program)).filter(|path| path.is_file());
    }
    let path = std::env::var_os("PATH")?;
    let mut names = vec![program.to_owned(), program_file(program)];
    names.dedup();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut places = folders.iter().flat_map(|folder| names.iter().map(|name| folder.join(name)));
    places.find(|path| path.is_file())
}

/// The file name of a program on this system.
pub fn program_file(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

/// The folder that relative paths of the command line start from.
pub fn current_dir() -> std::io::Result<PathBuf> {
    std::env::current_dir()
}

/// This program's own file, to start it again in another role.
///
/// # Errors
/// The system's.
pub fn current_exe() -> std::io::Result<PathBuf> {
    std::env::current_exe()
}

/// A variable that the config names, such as a password's.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The word after the program's own name.
pub fn first_argument() -> Option<String> {
    std::env::args_os().nth(1)?.into_string().ok()
}

/// Every word of the command line, the program's own name first.
pub fn arguments() -> Vec<std::ffi::OsString> {
    std::env::args_os().collect()
}
