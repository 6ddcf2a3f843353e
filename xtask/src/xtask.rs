//! The door for other repositories: their `xtask` of ten lines.

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::app::{App, Channel};
use crate::cli::Cli;
use crate::commands;
use crate::io::env::{Env, first_argument};
use crate::tool::watchdog;

/// A task of the adopter's own: its arguments in, success or a message out.
type Run = fn(&[String]) -> Result<(), String>;

/// windlass with an adopter's own tasks beside its commands.
#[derive(Default)]
#[must_use = "nothing happens before `run`"]
pub struct Xtask {
    tasks: Vec<(&'static str, &'static str, Run)>,
}

/// Starts an adopter's `xtask`.
///
/// ```no_run
/// fn seed(args: &[String]) -> Result<(), String> {
///     println!("seeding {args:?}");
///     Ok(())
/// }
///
/// fn main() -> std::process::ExitCode {
///     windlass::xtask().task("seed", "Seed the demo project", seed).run()
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
        let matches = command.get_matches();
        let own = matches.subcommand().and_then(|(name, args)| {
            let (_, _, run) = self.tasks.iter().find(|(task, _, _)| *task == name)?;
            let args: Vec<String> = args.get_many::<String>("args").into_iter().flatten().cloned().collect();
            Some((*run)(&args))
        });
        match own {
            Some(Ok(())) => return ExitCode::SUCCESS,
            Some(Err(message)) => {
                print(Channel::Progress, &format!("{message}\n"));
                return ExitCode::FAILURE;
            }
            None => {}
        }
        let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        let mut print = print;
        let mut app = App::new(cli.global, Env::read(), &mut print);
        ExitCode::from(commands::run(&mut app, &cli.command) as u8)
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

/// The only place that prints. A closed pipe (`| head`) ends the output, not the release.
fn print(channel: Channel, text: &str) {
    use std::io::Write as _;
    let _ = match channel {
        Channel::Result => {
            std::io::stdout().write_all(text.as_bytes()).and_then(|()| std::io::stdout().flush())
        }
        Channel::Progress => std::io::stderr().write_all(text.as_bytes()),
    };
}
