//! The command line: what can be typed, turned once into what the commands take.

mod artifacts;
pub mod bump;
pub mod completions;
mod details;
mod gates;
pub mod pins;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use artifacts::{Build, Publish, Rehearse, Status, Verify};
pub use details::Details;
pub use gates::{For, Preflight, Skips, Waits};

/// The release engine of a polyglot monorepo.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    version,
    max_term_width = 80,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options that every command takes.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// Drive the repository that holds this folder
    #[arg(short = 'C', long = "repo", value_name = "DIR", global = true)]
    pub repo: Option<PathBuf>,
    /// Read this config instead of windlass.toml at the repository's root
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// How results are printed
    #[arg(long, value_enum, default_value_t = Format::Text, global = true, hide_possible_values = false)]
    pub format: Format,
    /// Print results only, no progress
    #[arg(long, global = true)]
    pub quiet: bool,
    /// Write the problems as a GitLab code-quality report too
    #[arg(long, value_name = "FILE", global = true)]
    pub code_quality: Option<PathBuf>,
    /// When to colour
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true)]
    pub color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Plan a release, show it, and cut it once confirmed
    Release(Box<Release>),
    /// Start the fix of a released version on a branch of its own
    Hotfix(Hotfix),
    /// Boot the product fresh, seed it, and call every operation of its contract
    ReleaseSmoke(ReleaseSmoke),
    /// Move the fragments into [Unreleased]
    AssembleChangelog(Assemble),
    /// Add, check or show notes
    #[command(subcommand)]
    Changelog(ChangelogCommand),
    /// Check that every place agrees with its group's version
    Check(Check),
    /// Look at every gate before a release or a publication, and change nothing
    Preflight(Preflight),
    /// Build every artifact of a release once, from a clean checkout
    Build(Build),
    /// Bring a built release to its registries, each artifact once
    Publish(Publish),
    /// Ask the registries what stands there of a release
    Status(Status),
    /// Install what was published into clean rooms, as users would, and check it
    Verify(Verify),
    /// Make the release's entry at the forge, last: notes, assets with their digests, published and read back
    ForgeRelease(ForgeRelease),
    /// Carry out a whole release in a throw-away clone, with real registries on this machine
    Rehearse(Rehearse),
    /// Write CI's pipelines from the config, and check those that are there
    #[command(subcommand)]
    Ci(CiCommand),
    /// Print the page of a problem's code
    Explain(Explain),
    /// Show the config
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print the completions of a shell
    Completions(Completions),
    /// Print the manual page
    Man,
    /// Install the programs that a rehearsal needs
    #[command(subcommand)]
    Tools(ToolsCommand),
}

/// What can be asked for is listed by `bump`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    help_template = bump::template(),
    override_usage = "cargo xtask release <patch|minor|major> [alpha|beta|rc] [OPTIONS]\n       \
    cargo xtask release <alpha|beta|rc|release|auto|X.Y.Z[-STAGE.N]> [OPTIONS]\n       \
    cargo xtask release <after-publish|next> [OPTIONS]\n       \
    cargo xtask release --plan FILE [OPTIONS]\n       \
    cargo xtask release --resume [--push] | --abort\n       \
    cargo xtask release tag [OPTIONS]"
)]
pub struct Release {
    #[command(subcommand)]
    pub tag: Option<ReleaseCommand>,
    /// One of the bumps above
    #[arg(value_name = "BUMP", value_parser = bump::Words::All, hide_possible_values = true)]
    pub bump: Vec<String>,
    /// The group to release (repeatable); without it the default group
    #[arg(long, value_name = "NAME")]
    pub group: Vec<String>,
    /// Show the plan and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Show the real diff of every file
    #[arg(long)]
    pub diff: bool,
    /// Save the plan to a file
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Apply a saved plan
    #[arg(long, value_name = "FILE", conflicts_with_all = ["bump", "group", "pin", "prepare", "summary", "date", "force_version"])]
    pub plan: Option<PathBuf>,
    /// Make a branch to be reviewed instead of tags
    #[arg(long)]
    pub prepare: bool,
    /// Do not ask (also WINDLASS_YES=1)
    #[arg(long)]
    pub yes: bool,
    /// The release date, YYYY-MM-DD [default: SOURCE_DATE_EPOCH, else today in UTC]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// Push branch and tags, and see them on the remote
    #[arg(long)]
    pub push: bool,
    /// Do not ask the remote; the plan records it
    #[arg(long)]
    pub offline: bool,
    #[command(flatten)]
    pub details: Details,
    #[command(flatten)]
    pub skips: Skips,
    /// Finish an interrupted release
    #[arg(long, conflicts_with_all = ["bump", "pin", "plan", "abort", "dry_run"])]
    pub resume: bool,
    /// Undo an interrupted release
    #[arg(long, conflicts_with_all = ["bump", "pin", "plan", "dry_run", "push"])]
    pub abort: bool,
}

#[derive(Debug, Subcommand)]
pub enum ReleaseCommand {
    /// Tag a merged release: the second half of the reviewed flow
    Tag(Tag),
}

/// The branch is made at the tag and checked out; what comes next is printed.
#[derive(Debug, Args)]
pub struct Hotfix {
    /// The release to fix, by one of its tags
    #[arg(value_name = "TAG")]
    pub tag: String,
    /// What the branch is called: fix/NAME [default: fix/VERSION]
    #[arg(long, value_name = "NAME", conflicts_with = "maintenance")]
    pub name: Option<String>,
    /// Make the branch of the release's series, release/X.Y, on which its patches are released
    #[arg(long)]
    pub maintenance: bool,
    /// Do not ask the remote for branches and tags
    #[arg(long)]
    pub offline: bool,
}

#[derive(Debug, Args)]
pub struct ReleaseSmoke {
    /// How to boot it [default: the config's]
    #[arg(long, value_enum, conflicts_with = "base_url")]
    pub stack: Option<StackName>,
    /// Test a stack that runs elsewhere; nothing is booted, and only what reads is called
    #[arg(long, value_name = "URL", conflicts_with = "keep")]
    pub base_url: Option<String>,
    /// Seed the stack that runs elsewhere
    #[arg(long, requires = "base_url")]
    pub seed_remote: bool,
    /// The version that must run [default: the manifests']
    #[arg(long, value_name = "VERSION")]
    pub expect_version: Option<String>,
    /// Do not run the setup commands
    #[arg(long)]
    pub no_setup: bool,
    /// Leave the stack running
    #[arg(long)]
    pub keep: bool,
    /// Write the findings as JUnit XML too
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StackName {
    /// The services' own commands, on free ports
    Process,
    /// docker compose, under a project name of its own
    Compose,
}

#[derive(Debug, Args)]
pub struct Tag {
    /// The commit to tag [default: the tip of the remote's main branch]
    #[arg(long, value_name = "SHA")]
    pub commit: Option<String>,
    /// The group to tag (repeatable); without it the default group
    #[arg(long, value_name = "NAME")]
    pub group: Vec<String>,
    /// Show the plan and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask (also WINDLASS_YES=1)
    #[arg(long)]
    pub yes: bool,
    /// Push the tags, and see them on the remote
    #[arg(long)]
    pub push: bool,
    /// Do not ask the remote; the plan records it
    #[arg(long)]
    pub offline: bool,
    #[command(flatten)]
    pub skips: Skips,
}

#[derive(Debug, Args)]
pub struct Assemble {
    /// Show the diff and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Subcommand)]
pub enum ChangelogCommand {
    /// Add a fragment under a name that nobody else uses
    New(ChangelogNew),
    /// Check that this branch adds a fragment
    Check(ChangelogCheck),
    /// Print the notes of a version, or those pending
    Show(ChangelogShow),
}

#[derive(Debug, Args)]
pub struct ChangelogNew {
    /// The category, such as added or fixed
    pub kind: String,
    /// The note [default: standard input]
    pub text: Option<String>,
    /// Whose changelog, where there are several
    #[arg(long, value_name = "NAME")]
    pub changelog: Option<String>,
}

#[derive(Debug, Args)]
pub struct ChangelogCheck {
    /// The branch to compare with [default: the remote's main branch]
    #[arg(long, value_name = "REF")]
    pub base: Option<String>,
    /// A label of the merge request (repeatable); some need no fragment
    #[arg(long, value_name = "LABEL")]
    pub label: Vec<String>,
}

#[derive(Debug, Args)]
pub struct ChangelogShow {
    /// The version [default: what the next release would say]
    pub version: Option<String>,
    /// Whose version, where several groups have it
    #[arg(long, value_name = "NAME", requires = "version")]
    pub group: Option<String>,
    /// Whose changelog, where there are several
    #[arg(long, value_name = "NAME")]
    pub changelog: Option<String>,
}

#[derive(Debug, Args)]
pub struct Check {
    /// Check also that this tag means the version that stands here
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
    /// Refuse what else is only a warning: versions and manifests that nobody declared, stale mentions
    #[arg(long)]
    pub strict: bool,
}

/// What is there already is compared and completed, never overwritten; the same command finishes what was interrupted.
#[derive(Debug, Args)]
pub struct ForgeRelease {
    /// The release, by one of its tags [default: the newest of the default group]
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
    /// Ask everything, make nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct Explain {
    /// A problem's code, such as W0203 [default: a list of all]
    pub code: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the resolved config and where each value came from
    Show,
    /// Print the JSON Schema of windlass.toml
    Schema,
}

#[derive(Debug, Subcommand)]
pub enum CiCommand {
    /// Write a forge's pipeline files
    Generate(CiGenerate),
    /// Check that generated files are as the config says, and that every tag would start a pipeline
    Check,
}

#[derive(Debug, Args)]
pub struct CiGenerate {
    /// The forge
    #[arg(value_enum)]
    pub forge: ForgeName,
    /// Print the files and write nothing
    #[arg(long)]
    pub print: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ForgeName {
    /// Workflows in .github/workflows
    Github,
    /// .gitlab-ci.yml
    Gitlab,
}

#[derive(Debug, Subcommand)]
pub enum ToolsCommand {
    /// Install local registries and Python's build tools into a private folder
    Install,
}

#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    pub shell: clap_complete::Shell,
}
