//! `completions` and `man`: what the command line's own definition says, for shells and for man.

use crate::app::{App, Exit, Refusal};
use crate::cli::{Cli, Completions, bump, completions};
use clap::CommandFactory as _;

/// The name that the manual page gives.
const BINARY: &str = "windlass";

/// Prints the completions of a shell.
pub fn completions(app: &mut App<'_>, args: &Completions) -> Result<Exit, Refusal> {
    app.result(&completions::script(args.shell));
    Ok(Exit::Done)
}

/// Prints the manual page, subcommands included, in roff.
pub fn man(app: &mut App<'_>) -> Result<Exit, Refusal> {
    let command = Cli::command().bin_name(BINARY).name(BINARY);
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(command.clone());
    // Writing into memory does not fail.
    let _ = man.render(&mut page);
    for sub in command.get_subcommands() {
        let title = format!("{BINARY} {}", sub.get_name()).to_uppercase();
        page.extend_from_slice(format!(".SH \"{title}\"\n").as_bytes());
        let man = clap_mangen::Man::new(sub.clone());
        let _ = man.render_description_section(&mut page);
        if sub.get_name() == "release" {
            let list = bump::list().replace('-', "\\-");
            page.extend_from_slice(format!(".SH BUMPS\n.nf\n{list}.fi\n").as_bytes());
        }
        let _ = man.render_options_section(&mut page);
        if sub.has_subcommands() {
            let _ = man.render_subcommands_section(&mut page);
        }
    }
    app.result(&String::from_utf8_lossy(&page));
    Ok(Exit::Done)
}
