//! The door for other repositories: their `xtask` of ten lines.

use std::cell::Cell;
use std::io::ErrorKind;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::app::{App, Channel, Exit};
use crate::cli::{self, Cli};
use crate::commands;
use crate::io::env::{self, Env, first_argument};
use crate::model::hook::{OWN, OwnHook, Release};
use crate::tool::watchdog;

/// A task of the adopter's own: its arguments in, success or a message out.
type Run = fn(&[String]) -> Result<(), String>;

/// A hook of the adopter's own: the release in, success or a message out.
type Hooked = fn(&Release) -> Result<(), String>;

/// windlass with an adopter's own tasks beside its commands, and hooks beside those of the config.
#[derive(Default)]
#[must_use = "nothing happens before `run`"]
pub struct Xtask {
    tasks: Vec<(&'static str, &'static str, Run)>,
    hooks: Vec<(OwnHook, Hooked)>,
}

/// Starts an adopter's `xtask`.
///
/// ```no_run
/// fn seed(args: &[String]) -> Result<(), String> {
///     println!("seeding {args:?}");
///     Ok(())
/// }
///
/// fn export(release: &windlass::Release) -> Result<(), String> {
///     std::fs::write("docs/version.txt", &release.version).map_err(|error| error.to_string())
/// }
///
/// fn main() -> std::process::ExitCode {
///     windlass::xtask()
///         .task("seed", "Seed the demo project", seed)
///         .hook("edit", "export", &["docs/version.txt"], export)
///         .run()
/// }
/// ```
pub fn xtask() -> Xtask {
    Xtask::default()
}

impl Xtask {
    /// Adds a task: its name on the command line, a line of help, what it does.
    pub fn task(mut self, name: &'static str, about: &'static str, run: Run) -> Xtask {
        self.tasks.push((name, about, run));
        self
    }

    /// Adds a hook: after which step of a release it runs (`"edit"`: the edits are written, the commit is
    /// not made), its name, globs from the root of what it may change, what it does.
    ///
    /// It runs behind the hooks of the config and by their rules: in a process of its own, in the
    /// repository's root; what it changes and did not declare, or a message, takes the release back.
    pub fn hook(
        mut self,
        after: &'static str,
        name: &'static str,
        changes: &'static [&'static str],
        run: Hooked,
    ) -> Xtask {
        self.hooks.push((OwnHook { after, name, changes }, run));
        self
    }

    /// Runs what the program's own arguments ask for.
    #[must_use]
    pub fn run(self) -> ExitCode {
        if let Some(done) = role(first_argument().as_deref()) {
            return done;
        }
        let mut command = Cli::command();
        for (name, about, _) in &self.tasks {
            let rest = clap::Arg::new("args").num_args(0..).trailing_var_arg(true).allow_hyphen_values(true);
            command = command.subcommand(clap::Command::new(*name).about(*about).arg(rest));
        }
        if !self.hooks.is_empty() {
            let names = self.hooks.iter().map(|(hook, _)| hook.name);
            let name = clap::Arg::new("name").required(true).value_parser(names.collect::<Vec<_>>());
            command = command.subcommand(clap::Command::new(OWN[2]).hide(true).arg(name));
        }
        let words = cli::pins::spelled_out(&command, env::arguments());
        let matches = match command.try_get_matches_from(words) {
            Ok(matches) => matches,
            Err(said) => return told(&said),
        };
        match matches.subcommand().and_then(|(name, args)| self.own(name, args)) {
            Some(Ok(())) => return ExitCode::SUCCESS,
            Some(Err(message)) => {
                let _ = print(Channel::Progress, &format!("{message}\n"));
                return ExitCode::FAILURE;
            }
            None => {}
        }
        let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        let lost = Cell::new(None);
        let mut print = |channel, text: &str| {
            if let (Err(error), Channel::Result) = (print(channel, text), channel) {
                lost.set(Some(lost.take().unwrap_or(error)));
            }
        };
        let mut app = App::new(cli.global, Env::read(), &mut print);
        app.own_hooks = self.hooks.iter().map(|(hook, _)| *hook).collect();
        let exit = commands::run(&mut app, &cli.command);
        let lost = lost.take().is_some_and(|error| app.output_is_lost(&error));
        ExitCode::from(if lost && exit == Exit::Done { Exit::Refused } else { exit } as u8)
    }

    /// What a task or a hook of the adopter's says; none where the command is one of windlass.
    fn own(&self, name: &str, args: &clap::ArgMatches) -> Option<Result<(), String>> {
        if let Some((_, _, run)) = self.tasks.iter().find(|(task, _, _)| *task == name) {
            let args: Vec<String> = args.get_many::<String>("args").into_iter().flatten().cloned().collect();
            return Some(run(&args));
        }
        if name != OWN[2] {
            return None;
        }
        let asked = args.get_one::<String>("name")?;
        let (_, run) = self.hooks.iter().find(|(hook, _)| hook.name == asked)?;
        let release = env::release().ok_or_else(|| format!("the hook `{asked}` runs within a release"));
        Some(release.and_then(|release| run(&release)))
    }
}

/// What this program does when it started itself again: not a command, so not on the command line.
fn role(word: Option<&str>) -> Option<ExitCode> {
    let input = &mut std::io::stdin().lock();
    match word {
        Some(watchdog::WATCHDOG) => watchdog::watch(input),
        Some(watchdog::CLEANER) => watchdog::clean(input),
        _ => return None,
    }
    Some(ExitCode::SUCCESS)
}

/// Help, the version or what is wrong with the words, which clap prints.
fn told(said: &clap::Error) -> ExitCode {
    let lost = said.print().is_err_and(|error| error.kind() != ErrorKind::BrokenPipe);
    let exit = said.exit_code();
    ExitCode::from(if lost && exit == 0 { Exit::Refused as u8 } else { u8::try_from(exit).unwrap_or(2) })
}

/// The only place that prints. A closed pipe (`| head`) ends the output, not the release.
///
/// # Errors
/// The system's, a closed pipe aside: a full disk keeps the text.
fn print(channel: Channel, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let printed = match channel {
        Channel::Result => {
            std::io::stdout().write_all(text.as_bytes()).and_then(|()| std::io::stdout().flush())
        }
        Channel::Progress => std::io::stderr().write_all(text.as_bytes()),
    };
    printed.or_else(|error| if error.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
}
