//! What holds for every command.

use clap::CommandFactory as _;

use super::*;

/// A usage stays on its line.
#[test]
fn help_fits_eighty_columns() {
    let mut left = vec![Cli::command()];
    while let Some(mut command) = left.pop() {
        command.build();
        let text = command.render_long_help().to_string();
        for line in text.lines() {
            assert!(line.chars().count() <= 80 || line.contains("cargo xtask "), "{line}");
        }
        left.extend(command.get_subcommands().cloned());
    }
}
