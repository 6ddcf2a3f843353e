//! What `windlass.toml` says, checked: every name refers to something, every default is filled in.

use std::collections::BTreeMap;

use super::ci::CiRules;
use super::downstream::Downstream;
use super::forge::ForgeRules;
use super::form::Form;
use super::gate_rules::GateRules;
use super::glob;
use super::names::{Name, RemoteName};
use super::path::RepoPath;
use super::pin::Pin;
use super::requirement::Policy;
use super::smoke::Smoke;
use super::target::{Target, TargetKind};
use super::template::Template;

/// The whole config.
#[derive(Clone, Debug)]
pub struct Config {
    /// The config file as people name it: `windlass.toml`, or the path given by `--config`.
    pub file: String,
    pub release: ReleaseRules,
    /// In the order of the file.
    pub groups: Vec<Group>,
    pub packages: Vec<Package>,
    pub changelogs: Vec<ChangelogRules>,
    pub hooks: Vec<Hook>,
    /// Where artifacts are published, in the order of the file.
    pub targets: Vec<Target>,
    pub ignore: Ignore,
    /// How the product is booted and tried out, if it is.
    pub smoke: Option<Smoke>,
    pub rehearse: RehearseRules,
    pub gates: GateRules,
    /// What CI does; none where the config says nothing of it.
    pub ci: Option<CiRules>,
    /// The forge that is asked, if the config names one.
    pub forge: Option<ForgeRules>,
    /// Releases of other repositories that files of this one hold, in the order of the file.
    pub pins: Vec<Pin>,
    /// Repositories that build on this one, in the order of the file.
    pub downstream: Vec<Downstream>,
    /// Every resolved key in the order of the file's tables, for `config show`.
    pub settings: Vec<Setting>,
}

impl Config {
    pub fn group(&self, name: &Name) -> Option<&Group> {
        self.groups.iter().find(|group| group.name == *name)
    }

    pub fn package(&self, name: &Name) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == *name)
    }

    /// The group that moves a package; every package is in exactly one.
    pub fn group_of(&self, package: &Name) -> Option<&Group> {
        self.groups.iter().find(|group| group.packages.contains(package))
    }

    /// What is done with a package's requirements: as the package says, else its group, else all.
    pub fn policy(&self, package: &Name) -> Policy {
        let own = self.package(package).and_then(|package| package.requirements);
        let group = || self.group_of(package).and_then(|group| group.requirements);
        own.or_else(group).unwrap_or(self.release.requirements)
    }

    /// The group released when the command names none.
    pub fn default_group(&self) -> Option<&Group> {
        match self.groups.as_slice() {
            [only] => Some(only),
            groups => groups.iter().find(|group| group.default),
        }
    }
}

impl Config {
    /// What a command needs to mean a group: nothing for the default one, else ` --group NAME`.
    pub fn option_for(&self, group: &Group) -> String {
        match self.default_group() {
            Some(default) if default.name == group.name => String::new(),
            _ => format!(" --group {}", group.name),
        }
    }
}

/// One resolved key of the config and where its value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// `groups.platform.flow`.
    pub key: String,
    /// The value in TOML's spelling.
    pub value: String,
    /// The line in the file; none for a default.
    pub line: Option<usize>,
}

/// `[rehearse]`.
#[derive(Clone, Debug, Default)]
pub struct RehearseRules {
    /// Commands that bring the machine what a rehearsal needs, run in the clone.
    pub setup: Vec<Preparation>,
}

/// One command, for targets of some kinds.
#[derive(Clone, Debug)]
pub struct Preparation {
    /// Program and arguments.
    pub run: Vec<Template>,
    /// Run where a target of one of these is rehearsed; without any, always.
    pub kinds: Vec<TargetKind>,
}

/// `[release]`.
#[derive(Clone, Debug)]
pub struct ReleaseRules {
    /// `origin`.
    pub remote: RemoteName,
    /// Branches that releases are cut from, as globs; the first is the main branch.
    pub branches: Vec<String>,
    /// The commit's subject; `{version}` is the first group's.
    pub commit: Template,
    /// What is done with requirements on siblings where neither package nor group says.
    pub requirements: Policy,
}

impl ReleaseRules {
    /// Whether a branch maintains older versions: allowed, but not the main branch.
    pub fn is_maintenance(&self, branch: &str) -> bool {
        let main = self.branches.first().is_some_and(|main| main == branch);
        !main && glob::any(&self.branches, branch)
    }
}

/// Packages that move together.
#[derive(Clone, Debug)]
pub struct Group {
    pub name: Name,
    pub packages: Vec<Name>,
    pub default: bool,
    /// The package whose manifest holds the current version; else the first that holds one.
    pub base: Option<Name>,
    pub flow: Flow,
    /// Whether its manifests hold a development version between releases, and of which next release.
    pub development: Option<Level>,
    /// The tags a release makes, all on one commit; the first is the group's root tag.
    pub tags: Vec<TagRule>,
    /// What is done with its packages' requirements on siblings.
    pub requirements: Option<Policy>,
    /// The milestone that must be complete before it is released: `{major}.{minor}`.
    pub milestone: Option<Template>,
    /// Where the config says so; none for a group of one that nobody wrote down.
    pub line: Option<usize>,
}

/// How a release reaches the branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flow {
    /// Commit and tags together, on the allowed branch.
    Direct,
    /// A branch to be reviewed first; the tags on what the remote's branch holds afterwards.
    Reviewed,
}

/// One tag of a group.
#[derive(Clone, Debug)]
pub struct TagRule {
    /// `v{version}`, `scheduler-v{version:pep440}`.
    pub name: Template,
    pub kind: TagKind,
    /// An annotated tag's message; may hold `{tag}`, `{group}` and the version.
    pub message: Template,
    /// Pushed with the branch and seen on the remote before the other tags follow.
    pub push_first: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TagKind {
    Annotated,
    Lightweight,
}

/// A folder with a version.
#[derive(Clone, Debug)]
pub struct Package {
    pub name: Name,
    pub path: RepoPath,
    /// The manifest's form, where it is not its ecosystem's own.
    pub form: Option<Form>,
    /// What is done with its requirements on siblings.
    pub requirements: Option<Policy>,
    /// Places declared besides those found by format.
    pub places: Vec<PlaceRule>,
    /// The names under which its container images are pushed: `ghcr.io/example/api`.
    pub images: Vec<String>,
    /// Which releases set the date beside its version, as in CITATION.cff.
    pub dates: Dates,
    pub line: usize,
}

/// Which releases set the date that stands beside a version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dates {
    /// Every release: the date belongs to the version beside it.
    #[default]
    Every,
    /// Final versions only.
    Stable,
}

/// A declared place.
#[derive(Clone, Debug)]
pub struct PlaceRule {
    /// From the repository's root (the config writes it from the package's folder).
    pub file: RepoPath,
    pub find: Find,
    /// In which form; the key's or pattern's default is the package's, else semver.
    pub form: Option<Form>,
    pub after: After,
    pub line: usize,
}

/// When a declared place follows its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// In the release commit.
    Release,
    /// Only once the version is published (a pin to an image or a wheel): in a commit of its own.
    Publish,
}

/// How a declared place is found.
#[derive(Clone, Debug)]
pub enum Find {
    /// A JSON pointer (`/info/version`) or a dotted key (`project.version`) in JSON, TOML or YAML.
    Key(String),
    /// Text around `{version}`, which must match exactly `count` times.
    Pattern { pattern: Template, count: usize },
}

/// `[changelogs.NAME]`.
#[derive(Clone, Debug)]
pub struct ChangelogRules {
    pub name: Name,
    pub file: RepoPath,
    /// The folder of its fragments, if it has any.
    pub fragments: Option<RepoPath>,
    /// The groups whose releases it tells of; the first names its version.
    pub groups: Vec<Name>,
    /// Categories in the order in which they are written.
    pub kinds: Vec<Kind>,
    /// A dated section's heading: `## [{version}] - {date}`.
    pub heading: Template,
    pub rotate: Rotate,
    pub links: Links,
    /// The line under a fresh `[Unreleased]`.
    pub placeholder: Option<String>,
    pub body: Body,
    /// Whether the file keeps an unreleased section.
    pub unreleased: bool,
    /// Branches (globs) and labels that need no fragment.
    pub exempt_branches: Vec<String>,
    pub exempt_labels: Vec<String>,
    /// What a breaking note calls for below 1.0.0 in `release auto`.
    pub zero_major: Level,
    pub line: Option<usize>,
}

/// A category of notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The last-but-one dot part of a fragment's name: `added`.
    pub name: String,
    /// The heading: `Added`.
    pub title: String,
    /// What it calls for in `release auto`.
    pub level: Level,
}

/// The size of a bump, smallest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Patch,
    Minor,
    Major,
}

/// Which releases rotate `[Unreleased]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotate {
    /// Final versions only; notes accumulate over a pre-release series.
    Stable,
    /// Every release.
    Every,
}

/// The compare links at a changelog's foot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Links {
    Off,
    /// Continue the unreleased link that the file already has.
    Continue,
    /// Written from a template with `{previous}` and `{tag}` (`HEAD` for the unreleased link).
    Template(Template),
}

/// What becomes of a fragment's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// A plain paragraph becomes a list item.
    Items,
    /// Every byte as it is.
    Verbatim,
}

/// `[[hooks]]`: a program that runs after the edits and before the commit.
#[derive(Clone, Debug)]
pub struct Hook {
    pub name: String,
    /// Program and arguments, each a template of its own; never a shell line.
    pub run: Vec<Template>,
    pub dir: RepoPath,
    pub env: BTreeMap<String, Template>,
    /// What it may change, as globs from the root.
    pub changes: Vec<String>,
    /// The groups whose release runs it; empty for every release.
    pub groups: Vec<Name>,
    /// Exit codes besides 0 that are no failure, each with what it means.
    pub fine: BTreeMap<i32, String>,
    pub line: usize,
}

/// `[ignore]`: what is left alone, each with a reason where one is given.
#[derive(Clone, Debug, Default)]
pub struct Ignore {
    /// Globs of files whose places are not looked for.
    pub places: Vec<IgnoreRule>,
    /// Globs of files that look like fragments and are none.
    pub fragments: Vec<IgnoreRule>,
    /// Texts that `check` need not name, though a version of ours stands in them.
    pub mentions: Vec<IgnoreMention>,
}

impl Ignore {
    /// Whether a file that looks like a fragment is none.
    pub fn is_no_fragment(&self, path: &RepoPath) -> bool {
        self.fragments.iter().any(|rule| glob::matches(&rule.glob, path.as_str()))
    }
}

#[derive(Clone, Debug)]
pub struct IgnoreRule {
    pub glob: String,
    pub reason: Option<String>,
    pub line: usize,
}

/// Mentions in files, in lines that hold a text, or in such lines of such files.
#[derive(Clone, Debug)]
pub struct IgnoreMention {
    pub glob: Option<String>,
    /// At least one of glob and text is said.
    pub text: Option<String>,
    pub reason: Option<String>,
    pub line: usize,
}

impl IgnoreMention {
    /// Whether a mention on a line of a file is meant.
    pub fn covers(&self, file: &str, line: &str) -> bool {
        self.glob.as_ref().is_none_or(|glob| glob::matches(glob, file))
            && self.text.as_ref().is_none_or(|text| line.contains(text.as_str()))
    }
}
