//! windlass: the release engine of a polyglot monorepo.
//!
//! The house, from the front door inwards:
//!
//! | room | what happens there |
//! |---|---|
//! | `cli`, `app`, `commands` | what can be typed; one run; which stages a command runs in which order |
//! | `load`, `observe` | read the files; look at git, the remote, the clock |
//! | `config`, `format`, `ecosystem`, `changelog` | pure: texts into places, sections and rules |
//! | `resolve`, `plan` | pure: the next version, and everything a release will do, as data |
//! | `execute` | every effect, in one order, with a journal |
//! | `report`, `explain` | what people and programs see |
//! | `tool`, `io` | the only rooms that start programs or touch the system |
//! | `model`, `workspace` | the nouns |
//!
//! `ARCHITECTURE.md` beside this crate says why.

pub mod app;
pub mod changelog;
pub mod cli;
pub mod commands;
pub mod config;
pub mod ecosystem;
pub mod execute;
pub mod explain;
pub mod format;
pub mod io;
pub mod load;
pub mod model;
pub mod observe;
pub mod plan;
pub mod report;
pub mod resolve;
pub mod tool;
pub mod workspace;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::app::{App, Channel};

/// Runs windlass with the program's own arguments, environment and terminal.
pub fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let mut print = |channel: Channel, text: &str| {
        // A closed pipe (`| head`) ends the output, not the release.
        let _ = match channel {
            Channel::Result => {
                std::io::stdout().write_all(text.as_bytes()).and_then(|()| std::io::stdout().flush())
            }
            Channel::Progress => std::io::stderr().write_all(text.as_bytes()),
        };
    };
    let mut app = App::new(cli.global, io::env::Env::read(), &mut print);
    ExitCode::from(commands::run(&mut app, &cli.command) as u8)
}
