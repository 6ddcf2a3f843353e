//! One run of the program: options, environment, where to print. Commands get it and nothing else.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use crate::cli::{Color, Format, Global};
use crate::execute::{Journal, Stop};
use crate::io::env::{Env, current_dir};
use crate::io::files;
use crate::io::terminal;
use crate::load::{self, CONFIG, ConfigText};
use crate::model::config::Config;
use crate::model::hook::OwnHook;
use crate::model::problem::{Code, Problem, Problems};
use crate::observe::{Glance, Ground, Question, worktree};
use crate::report::annotations::{self, Noted};
use crate::report::problem::{Gravity, problems};
use crate::report::style::Style;
use crate::tool::failure::Failure;
use crate::tool::git::Repository;
use crate::tool::git::locate::Place;

/// Where a text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Results: standard output.
    Result,
    /// Progress, questions and refusals: standard error.
    Progress,
}

/// The exit codes, which are an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// Refused or failed before any lasting effect.
    Refused = 1,
    /// Wrong usage or config.
    Usage = 2,
    /// Stopped part-way; `--resume` goes on.
    Resumable = 3,
    /// A conflict that needs a person or a new version.
    Conflict = 4,
    /// Somebody stopped it (128 and SIGINT, as shells count).
    Interrupted = 130,
}

impl Exit {
    /// The stack of a smoke test never came up.
    pub const NEVER_UP: Exit = Exit::Resumable;
}

/// Why a command ends without its result.
#[derive(Debug)]
pub struct Refusal {
    pub exit: Exit,
    pub problems: Problems,
}

impl Refusal {
    pub fn usage(problem: Problem) -> Refusal {
        Refusal { exit: Exit::Usage, problems: vec![problem] }
    }

    pub fn config(problems: Problems) -> Refusal {
        Refusal { exit: Exit::Usage, problems }
    }

    pub fn refused(problems: Problems) -> Refusal {
        Refusal { exit: Exit::Refused, problems }
    }
}

/// What is wrong with the config or the command is usage; all else is a refusal.
impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Refusal {
        let usage = problem.code.name().starts_with("W01");
        Refusal { exit: if usage { Exit::Usage } else { Exit::Refused }, problems: vec![problem] }
    }
}

impl From<crate::tool::failure::Failure> for Refusal {
    fn from(failure: crate::tool::failure::Failure) -> Refusal {
        Problem::from(failure).into()
    }
}

impl From<Stop> for Refusal {
    fn from(stop: Stop) -> Refusal {
        match stop {
            Stop::Undone(problems) => Refusal { exit: Exit::Refused, problems },
            Stop::Resumable(problems) => Refusal { exit: Exit::Resumable, problems },
            Stop::Conflict(problems) => Refusal { exit: Exit::Conflict, problems },
        }
    }
}

/// One run.
pub struct App<'a> {
    pub global: Global,
    pub env: Env,
    pub style: Style,
    pub print: &'a mut dyn FnMut(Channel, &str),
    /// The hooks of the repository's own `xtask`, behind those of its config.
    pub own_hooks: Vec<OwnHook>,
    /// Every problem that was met, for CI.
    noted: Vec<Noted>,
    /// Whether something was printed that a refusal has to stand apart from.
    shown: bool,
    /// The repository's root, once it is found.
    root: OnceCell<PathBuf>,
}

/// An opened repository with its config.
pub struct Session {
    pub repository: Repository,
    pub ground: Ground,
    pub config: Config,
    pub text: ConfigText,
}

impl<'a> App<'a> {
    pub fn new(global: Global, env: Env, print: &'a mut dyn FnMut(Channel, &str)) -> App<'a> {
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !env.no_color && !env.dumb && terminal::stdout_is_terminal(),
        };
        let width = terminal::width().unwrap_or(80);
        let style = Style { color: color && global.format == Format::Text, unicode: env.unicode, width };
        let (noted, root) = (Vec::new(), OnceCell::new());
        App { global, env, style, print, own_hooks: Vec::new(), noted, shown: false, root }
    }

    /// Prints a result.
    pub fn result(&mut self, text: &str) {
        self.shown = true;
        (self.print)(Channel::Result, text);
    }

    /// Prints progress, unless `--quiet`.
    pub fn progress(&mut self, text: &str) {
        if !self.global.quiet {
            self.shown = true;
            (self.print)(Channel::Progress, text);
        }
    }

    /// Prints progress in words, which JSON lines leave no place for: the result says the same.
    pub fn remark(&mut self, text: &str) {
        if !self.json() {
            self.progress(text);
        }
    }

    /// Prints what must be seen, on the channel of progress, even with `--quiet`.
    pub fn progress_always(&mut self, text: &str) {
        (self.print)(Channel::Progress, text);
    }

    pub fn json(&self) -> bool {
        self.global.format == Format::Json
    }

    /// Prints a value as JSON, one document.
    pub fn result_json(&mut self, value: &impl serde::Serialize) {
        let text =
            serde_json::to_string_pretty(value).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"));
        self.result(&format!("{text}\n"));
    }

    /// Prints why a command ended without its result.
    pub fn refusal(&mut self, refusal: &Refusal) {
        if self.json() {
            self.note(&refusal.problems, Gravity::Error);
            let value = serde_json::json!({ "exit": refusal.exit as u8, "problems": refusal.problems });
            self.result_json(&value);
        } else {
            let text = self.problems(&refusal.problems, Gravity::Error);
            let gap = if self.shown { "\n" } else { "" };
            (self.print)(Channel::Progress, &format!("{gap}{text}"));
        }
    }

    /// Takes note of problems for CI; who prints them is another matter.
    pub fn note(&mut self, problems: &[Problem], gravity: Gravity) {
        let new = problems.iter().map(|problem| (gravity, problem.clone()));
        for one in new {
            if !self.noted.contains(&one) {
                self.noted.push(one);
            }
        }
    }

    /// Problems as people read them, noted for CI too.
    pub fn problems(&mut self, found: &[Problem], gravity: Gravity) -> String {
        self.note(found, gravity);
        let text = problems(found, gravity, self.style);
        if self.env.github { annotations::inert(&text) } else { text }
    }

    /// Tells CI of every problem that was met: GitHub by its log, GitLab by the report that was asked for.
    ///
    /// # Errors
    /// `W0746`.
    pub fn annotate(&mut self) -> Result<(), Problem> {
        let below = |root: &PathBuf| {
            files::below(root, self.env.workspace.as_deref()?).filter(|path| !path.is_empty())
        };
        let folder = self.root.get().and_then(below).map_or(String::new(), |path| format!("{path}/"));
        if self.env.github {
            let text = annotations::github(&self.noted, &folder);
            (self.print)(Channel::Progress, &text);
        }
        let Some(path) = &self.global.code_quality else { return Ok(()) };
        let text = annotations::code_quality(&self.noted, &folder, CONFIG);
        files::write_named(path, text.as_bytes())
            .map_err(|error| Problem::new(Code::W0746, format!("{}: {error}", path.display())))
    }

    /// Says that results could not be printed whole (`W0112`); true, so that nobody takes the rest for all.
    pub fn output_is_lost(&mut self, error: &std::io::Error) -> bool {
        let problem = Problem::new(Code::W0112, format!("standard output: {error}"))
            .why("whoever reads it would take a part for all")
            .help("make room where it goes; what the command did besides printing is done");
        let text = self.problems(&[problem], Gravity::Error);
        self.progress_always(&text);
        true
    }

    /// The folder that the command is about.
    fn folder(&self) -> Result<PathBuf, Problem> {
        let here = current_dir().map_err(|error| {
            Problem::new(Code::W0201, format!("the current folder can't be read: {error}"))
        })?;
        Ok(self.global.repo.as_ref().map_or(here.clone(), |dir| here.join(dir)))
    }

    /// Finds the repository.
    ///
    /// # Errors
    /// `W0201`.
    pub fn repository(&self) -> Result<Repository, Refusal> {
        let repository = Repository::locate(&self.folder()?)?;
        let _ = self.root.set(repository.root.clone());
        Ok(repository)
    }

    /// Reads the config of the work tree, or the one that was named.
    ///
    /// # Errors
    /// `W0101`, `W0306`.
    pub fn config_text(&self, repository: &Repository) -> Result<ConfigText, Problem> {
        let named = self.global.config.as_deref().map(absolute).transpose()?;
        worktree::config_text(&repository.root, named.as_deref())
    }

    /// Finds the repository, reads the config and starts the questions to git.
    ///
    /// # Errors
    /// Every problem of the config at once (exit code 2); an interrupted or a running release (`W0207`).
    pub fn open(&mut self, questions: &[Question]) -> Result<Session, Refusal> {
        let folder = self.folder()?;
        let place = Place::of(&folder);
        // Where there is no repository, or no git, locating it says so best.
        let lost = |failure: Failure| match Repository::locate(&folder) {
            Ok(_) => Refusal::from(failure),
            Err(problem) => problem.into(),
        };
        let glance = Glance::start(&folder, &place, questions).map_err(lost)?;
        let (config, glance) = glance.config().map_err(lost)?;
        let repository = place.repository(&folder, &config)?;
        let _ = self.root.set(repository.root.clone());
        if let Some(notice) = Journal::notice(&repository) {
            return Err(Refusal { exit: Exit::Resumable, problems: vec![notice] });
        }
        let text = self.config_text(&repository);
        let ground = glance.ground(&folder, &repository, config).map_err(lost)?;
        let text = text.map_err(Refusal::usage)?;
        let mut config = load::config(&text, &ground.entries).map_err(Refusal::config)?;
        config.targets.retain(|target| !self.env.skip.contains(&target.label()));
        config.hooks.extend(load::own_hooks(&self.own_hooks).map_err(Refusal::config)?);
        Ok(Session { repository, ground, config, text })
    }
}

/// A path of the command line, from the folder in which it was typed.
fn absolute(path: &Path) -> Result<PathBuf, Problem> {
    let here =
        current_dir().map_err(|error| Problem::new(Code::W0101, format!("{}: {error}", path.display())))?;
    Ok(here.join(path))
}
