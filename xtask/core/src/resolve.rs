//! Which version comes next. Pure: the manifests' version, the tags and the request decide.

use std::fmt;

use crate::model::config::Level;
use crate::model::problem::{Code, Problem};
use crate::model::request::Bump;
use crate::model::version::{Stage, Suffix, Version};

/// What is known of one group before its next version is chosen.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    pub group: &'a str,
    /// What a command needs to mean the group: nothing, or ` --group NAME`.
    pub option: &'a str,
    /// Whether it is released by review: `--prepare`, a merge, `release tag`.
    pub reviewed: bool,
    /// What the manifests hold.
    pub current: Version,
    /// The newest version with a tag, by semver order, and its tag.
    pub newest: Option<(Version, &'a str)>,
    /// Whether `current` has its tag.
    pub tagged: bool,
    /// What the pending notes call for, the rule for 0.x applied.
    pub notes: Option<Level>,
    /// The next release that its development versions are named after, if it has such versions.
    pub development: Option<Level>,
    /// Whether places wait for publications.
    pub waits: bool,
}

impl Standing<'_> {
    /// The command of another release of the group.
    fn command(&self, words: impl fmt::Display) -> String {
        let prepare = if self.reviewed { " --prepare" } else { "" };
        format!("cargo xtask release {words}{}{prepare}", self.option)
    }
}

/// The next version of a group.
///
/// The base is what the manifests hold; tags only bound it.
///
/// # Errors
/// One problem (`W05xx`) that names the choices left.
pub fn resolve(standing: &Standing<'_>, bump: Bump, force_version: bool) -> Result<Version, Problem> {
    let base = standing.current;
    let next = match bump {
        Bump::Level(level) => plain(standing, level, None)?,
        Bump::Auto => automatic(standing)?,
        Bump::Series(level, stage) => plain(standing, level, Some(stage))?,
        Bump::Stage(stage) => staged(standing, stage)?,
        Bump::Finish => finished(standing)?,
        Bump::Exact(version) => exact(standing, version, force_version)?,
        Bump::Next => development(standing)?,
        Bump::AfterPublish => return released(standing),
    };
    bounded(standing, base, next)
}

/// The numbers one level up. A development version's own numbers are still to come.
fn raise(base: Version, level: Level) -> Version {
    let core = match level {
        Level::Patch => Version::new(base.major, base.minor, base.patch + 1),
        Level::Minor => Version::new(base.major, base.minor + 1, 0),
        Level::Major => Version::new(base.major + 1, 0, 0),
    };
    let reaches = base.is_dev()
        && match level {
            Level::Patch => true,
            Level::Minor => base.patch == 0,
            Level::Major => base.patch == 0 && base.minor == 0,
        };
    if reaches { base.core() } else { core }
}

/// The next version of a level, final or the first of a stage.
fn plain(standing: &Standing<'_>, level: Level, stage: Option<Stage>) -> Result<Version, Problem> {
    let base = standing.current;
    let to = |next: Version| stage.map_or(next, |stage| next.with(Suffix::Pre(stage, 1)));
    if base.pre().is_none() {
        return Ok(to(raise(base, level)));
    }
    let core = base.core();
    let after = to(raise(core, level));
    Err(Problem::new(Code::W0503, format!("{} is at {base}, and {level} would skip {core}", standing.group))
        .why(format!("{core} is being prepared; a plain bump from a pre-release would never release it"))
        .help(format!("to finish it:           $ {}      ({core})", standing.command("release")))
        .help(format!("for another pre-release: $ {}", standing.command(stage_choices(base).join(" | "))))
        .help(format!(
            "to skip {core} on purpose: $ {}",
            standing.command(format!("{after} --force-version"))
        )))
}

/// Each stage that still goes forward.
fn stage_choices(base: Version) -> Vec<&'static str> {
    let at = base.pre().map(|(stage, _)| stage);
    Stage::ALL.into_iter().filter(|stage| Some(*stage) >= at).map(Stage::name).collect()
}

/// The bumps that go forward from here.
fn forward(standing: &Standing<'_>) -> String {
    let base = standing.current;
    match base.pre() {
        Some(_) => standing.command(format!("{} | release", stage_choices(base).join(" | "))),
        None => standing.command("patch | minor | major"),
    }
}

fn automatic(standing: &Standing<'_>) -> Result<Version, Problem> {
    let base = standing.current;
    if base.pre().is_some() {
        return Err(Problem::new(
            Code::W0508,
            format!("{} is at {base}: the notes cannot say which stage comes next", standing.group),
        )
        .run(standing.command(stage_choices(base).join(" | ")))
        .run(format!("{}   ({})", standing.command("release"), base.core())));
    }
    let level = standing.notes.ok_or_else(|| {
        Problem::new(
            Code::W0508,
            format!("{} has no pending notes: no fragment, nothing under [Unreleased]", standing.group),
        )
        .run("cargo xtask changelog new fixed \"what changed for users\"")
        .help(format!("or name the bump: $ {}", standing.command("patch")))
    })?;
    Ok(raise(base, level))
}

fn staged(standing: &Standing<'_>, stage: Stage) -> Result<Version, Problem> {
    let base = standing.current;
    match base.pre() {
        None if base.is_dev() => Ok(base.core().with(Suffix::Pre(stage, 1))),
        None => Ok(raise(base, Level::Minor).with(Suffix::Pre(stage, 1))),
        Some((at, number)) if at == stage => Ok(base.with(Suffix::Pre(stage, number + 1))),
        Some((at, _)) if at < stage => Ok(base.with(Suffix::Pre(stage, 1))),
        Some((at, _)) => Err(Problem::new(
            Code::W0502,
            format!("{} is at {base}; {stage} is a lower stage than {at}", standing.group),
        )
        .why("stages go alpha, beta, rc: registries and installers order them so")
        .run(standing.command(stage_choices(base).join(" | ")))
        .run(format!("{}   ({})", standing.command("release"), base.core()))),
    }
}

fn finished(standing: &Standing<'_>) -> Result<Version, Problem> {
    let base = standing.current;
    if base.is_stable() {
        return Err(Problem::new(
            Code::W0504,
            format!("{} is at {base}, which is no pre-release", standing.group),
        )
        .run(standing.command("patch | minor | major")));
    }
    Ok(base.core())
}

fn exact(standing: &Standing<'_>, version: Version, force: bool) -> Result<Version, Problem> {
    let base = standing.current;
    if version == base && !standing.tagged {
        return Ok(version);
    }
    if version == base {
        return Err(Problem::new(
            Code::W0501,
            format!("{} is at {base} already, and its tag exists", standing.group),
        )
        .run(forward(standing)));
    }
    if version < base {
        return Err(Problem::new(
            Code::W0501,
            format!("{} is at {base}; {version} would go backwards", standing.group),
        )
        .why("installers would never offer it as an update")
        .run(forward(standing)));
    }
    if !force && !is_usual(base, version) {
        let usual = Level::ALL.map(|level| raise(base.core(), level).to_string()).join(", ");
        return Err(Problem::new(Code::W0505, format!("{version} is an unusual jump from {base}"))
            .why(format!("the next versions from here are {usual} and their pre-releases; a typo can never be taken back"))
            .help("when it is meant:")
            .run(standing.command(format!("{version} --force-version"))));
    }
    Ok(version)
}

/// One step: the next patch, minor or major, final or its first pre-releases; or forward within a series.
fn is_usual(base: Version, next: Version) -> bool {
    let first = next.pre().is_none_or(|(_, number)| number <= 1);
    match base.pre() {
        Some((stage, number)) if next.core() == base.core() => match next.pre() {
            None => true,
            Some((to, count)) => (to == stage && count == number + 1) || (to > stage && count <= 1),
        },
        _ if base.is_dev() && next.core() == base.core() => first,
        Some(_) => false,
        None => first && Level::ALL.iter().any(|level| raise(base, *level) == next.core()),
    }
}

/// What stands between this release and the next.
fn development(standing: &Standing<'_>) -> Result<Version, Problem> {
    let level = standing.development.ok_or_else(|| {
        Problem::new(Code::W0513, format!("{} goes from release to release", standing.group)).help(format!(
            "to hold development versions: `development = \"patch\"` under [groups.{}]",
            standing.group
        ))
    })?;
    // Opened already, whatever comes next.
    if standing.current.is_dev() {
        return Ok(standing.current);
    }
    let base = released(standing)?;
    if !base.is_stable() {
        return Err(Problem::new(
            Code::W0514,
            format!("{} is at {base}, and its series is not finished", standing.group),
        )
        .why("a development version of the same numbers would go backwards")
        .run(standing.command("release")));
    }
    Ok(raise(base, level).with(Suffix::Dev))
}

/// The version that stands, once it is released.
fn released(standing: &Standing<'_>) -> Result<Version, Problem> {
    let base = standing.current;
    if standing.tagged && !base.is_dev() {
        return Ok(base);
    }
    if base.is_dev() {
        return Err(Problem::new(
            Code::W0514,
            format!("{} is at {base}, which is work in progress", standing.group),
        )
        .why("what waits for a publication follows a release")
        .run(standing.command("release")));
    }
    let first = match standing.reviewed {
        true => {
            format!("or tag what was merged first: $ cargo xtask release tag{} --push", standing.option)
        }
        false => format!("or release it first: $ {}", standing.command(base)),
    };
    Err(Problem::new(Code::W0514, format!("{} is at {base}, which has no tag", standing.group))
        .run("git fetch --tags")
        .help(first))
}

fn bounded(standing: &Standing<'_>, base: Version, next: Version) -> Result<Version, Problem> {
    let (newest, tag) = match standing.newest {
        Some((newest, tag)) if next <= newest => (newest, tag),
        _ => return Ok(next),
    };
    let problem = Problem::new(
        Code::W0506,
        format!("{next} is not above {newest}, the newest tag of {}", standing.group),
    )
    .why(format!("the manifests hold {base}; a tag is never moved and a version never used twice"))
    .help("bring what was released to this branch first:")
    .run(format!("git merge {tag}"));
    // What waits would be left more than one release behind.
    if standing.waits {
        return Err(problem);
    }
    let above = raise(newest.core(), Level::Patch);
    Err(problem.help("or name a version above it:").run(standing.command(format!("{above} --force-version"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(current: &str, newest: Option<&str>, bump: &str, force: bool) -> Result<String, Code> {
        let version = |text: &str| Version::parse(text).unwrap();
        let words: Vec<&str> = bump.split(' ').collect();
        let standing = Standing {
            group: "suite",
            option: "",
            reviewed: false,
            waits: false,
            current: version(current),
            newest: newest.map(|newest| (version(newest), "v0.0.0")),
            tagged: newest == Some(current),
            notes: Some(Level::Minor),
            development: Some(Level::Patch),
        };
        resolve(&standing, Bump::parse(&words).unwrap(), force)
            .map(|next| next.to_string())
            .map_err(|problem| problem.code)
    }

    #[test]
    fn goes_forward_as_the_table_says() {
        for (current, bump, expected) in [
            ("0.1.0", "patch", "0.1.1"),
            ("0.1.0", "minor", "0.2.0"),
            ("0.1.0", "major", "1.0.0"),
            ("0.1.0", "auto", "0.2.0"),
            ("0.1.0", "minor alpha", "0.2.0-alpha.1"),
            ("0.1.0", "patch rc", "0.1.1-rc.1"),
            ("0.1.0", "alpha", "0.2.0-alpha.1"),
            ("0.1.0", "rc", "0.2.0-rc.1"),
            ("0.2.0-alpha.1", "alpha", "0.2.0-alpha.2"),
            ("0.2.0-alpha.2", "beta", "0.2.0-beta.1"),
            ("0.2.0-beta.1", "rc", "0.2.0-rc.1"),
            ("0.2.0-alpha.9", "rc", "0.2.0-rc.1"),
            ("0.2.0-rc.1", "release", "0.2.0"),
            ("0.2.0-dev", "minor", "0.2.0"),
            ("0.2.0-dev", "release", "0.2.0"),
            ("0.2.1-dev", "minor", "0.3.0"),
            ("0.2.0-dev", "alpha", "0.2.0-alpha.1"),
            ("0.2.1-dev", "rc", "0.2.1-rc.1"),
            ("0.1.0", "0.1.1", "0.1.1"),
            ("0.1.0", "1.0.0-rc.1", "1.0.0-rc.1"),
            ("0.1.0", "0.1.0", "0.1.0"),
            ("0.2.0-alpha.1", "0.2.0-alpha.2", "0.2.0-alpha.2"),
        ] {
            assert_eq!(next(current, None, bump, false), Ok(expected.into()), "{current} {bump}");
        }
    }

    #[test]
    fn never_goes_backwards() {
        for (current, bump, code) in [
            ("0.2.0-alpha.1", "patch", Code::W0503),
            ("0.2.0-alpha.1", "minor", Code::W0503),
            ("0.2.0-alpha.1", "minor alpha", Code::W0503),
            ("0.2.0-alpha.1", "auto", Code::W0508),
            ("0.2.0-beta.1", "alpha", Code::W0502),
            ("0.2.0", "release", Code::W0504),
            ("0.2.0", "0.1.9", Code::W0501),
            ("0.2.0", "0.2.0-rc.1", Code::W0501),
            ("0.1.0", "0.3.0", Code::W0505),
            ("0.1.0", "1.2.3", Code::W0505),
            ("0.1.0", "0.2.0-alpha.2", Code::W0505),
            ("0.2.0-alpha.1", "0.2.0-alpha.3", Code::W0505),
            ("0.2.0-alpha.1", "0.3.0", Code::W0505),
        ] {
            assert_eq!(next(current, None, bump, false), Err(code), "{current} {bump}");
        }
        assert_eq!(next("0.2.0", Some("0.2.0"), "0.2.0", false), Err(Code::W0501));
    }

    #[test]
    fn force_allows_only_forward_jumps() {
        assert_eq!(next("0.1.0", None, "0.3.0", true), Ok("0.3.0".into()));
        assert_eq!(next("0.2.0-alpha.1", None, "0.3.0", true), Ok("0.3.0".into()));
        assert_eq!(next("0.2.0", None, "0.1.9", true), Err(Code::W0501));
    }

    #[test]
    fn what_follows_a_release_needs_it() {
        assert_eq!(next("0.2.0", Some("0.2.0"), "next", false), Ok("0.2.1-dev".into()));
        assert_eq!(next("0.2.0", Some("0.2.0"), "after-publish", false), Ok("0.2.0".into()));
        assert_eq!(next("0.2.0", Some("0.1.0"), "next", false), Err(Code::W0514));
        assert_eq!(next("0.2.0", Some("0.1.0"), "after-publish", false), Err(Code::W0514));
        assert_eq!(next("0.2.0-rc.1", Some("0.2.0-rc.1"), "next", false), Err(Code::W0514));
        assert_eq!(next("0.2.1-dev", Some("0.2.0"), "next", false), Ok("0.2.1-dev".into()));
        assert_eq!(next("0.2.1-dev", Some("0.2.0"), "after-publish", false), Err(Code::W0514));
    }

    #[test]
    fn tags_bound_the_base() {
        assert_eq!(next("0.1.0", Some("0.1.0"), "patch", false), Ok("0.1.1".into()));
        assert_eq!(next("0.1.0", Some("0.10.0"), "minor", false), Err(Code::W0506));
        assert_eq!(next("0.1.0", Some("0.2.0"), "minor", false), Err(Code::W0506));
    }
}
