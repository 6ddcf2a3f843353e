//! Completions: what clap_complete writes for `windlass`, and what lets a shell use it for `cargo xtask`.

use std::fmt::Write as _;

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;

use super::Cli;

/// The installed binary.
const BINARY: &str = "windlass";

/// The script for a shell. In bash, zsh and fish it completes `windlass` and `cargo xtask`, elsewhere `windlass`.
pub fn script(shell: Shell) -> String {
    let mut command = Cli::command().name(BINARY).bin_name(BINARY);
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, BINARY, &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    match shell {
        Shell::Bash => script.push_str(include_str!("completions/cargo.bash")),
        Shell::Zsh => script.push_str(include_str!("completions/cargo.zsh")),
        Shell::Fish => {
            script.push_str(&words_for_fish(&command));
            script.push_str(include_str!("completions/cargo.fish"));
        }
        _ => {}
    }
    script
}

/// clap_complete 4.6 writes options and subcommands for fish, and no words that may stand alone.
fn words_for_fish(command: &Command) -> String {
    let mut out = String::new();
    for command in command.get_subcommands() {
        of_command(&mut out, command, &format!("__fish_windlass_using_subcommand {}", command.get_name()));
        for sub in command.get_subcommands() {
            let condition = format!(
                "__fish_windlass_using_subcommand {}; and __fish_seen_subcommand_from {}",
                command.get_name(),
                sub.get_name()
            );
            of_command(&mut out, sub, &condition);
        }
    }
    out
}

fn of_command(out: &mut String, command: &Command, condition: &str) {
    let subs: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    let unless = if subs.is_empty() {
        String::new()
    } else {
        format!("; and not __fish_seen_subcommand_from {}", subs.join(" "))
    };
    for value in command.get_positionals().flat_map(|arg| arg.get_possible_values()) {
        let help = value.get_help().map(ToString::to_string).unwrap_or_default().replace('\'', "\\'");
        let name = value.get_name();
        let _ = writeln!(out, "complete -c {BINARY} -n \"{condition}{unless}\" -f -a \"{name}\" -d '{help}'");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::bump;

    #[test]
    fn every_bump_is_offered_and_cargo_s_command_completed() {
        for (shell, of_cargo) in [
            (Shell::Bash, "complete -F _windlass_cargo"),
            (Shell::Zsh, "_cargo-xtask()"),
            (Shell::Fish, "complete -c cargo"),
        ] {
            let script = script(shell);
            for (word, _) in bump::WORDS {
                assert!(script.contains(word), "{shell} {word}");
            }
            assert!(script.contains(of_cargo), "{shell}");
        }
    }
}
