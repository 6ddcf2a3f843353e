//! Whether the repository's own pipeline files start jobs for each tag that a release makes, in the pushes that it
//! makes.

use std::collections::BTreeSet;

use super::audit::{Answer, Forge, GITHUB, GITLAB, Pushed, forge_of, skipped_by, started, too_many};
use super::file::is_generated;
use super::overlap;
use super::tags::{filters, pattern};
use crate::model::config::Group;
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::template::Template;
use crate::model::tree::Tree;
use crate::model::version::Version;

/// A tag to be pushed.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub group: Name,
    pub tag: String,
    /// How the config writes it.
    pub template: Template,
    /// Whether a pipeline written by hand may leave it out: a pre-release that nobody has asked for yet.
    pub spare: bool,
}

impl Wanted {
    /// The tags of a group's release.
    pub fn of(group: &Group, version: Version) -> Vec<Wanted> {
        let tag = |template: &Template| template.render(version, Form::SEMVER, |_| group.name.to_string());
        let of = |template: &Template| Wanted {
            group: group.name.clone(),
            tag: tag(template),
            template: template.clone(),
            spare: false,
        };
        group.tags.iter().map(|rule| of(&rule.name)).collect()
    }
}

/// What starts for one tag at one forge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    pub forge: Forge,
    pub group: Name,
    pub tag: String,
    pub starts: Answer,
    /// The jobs that certainly start.
    pub jobs: Vec<String>,
    /// Why nothing does though a pipeline lets the tag in, as far as its file tells: file, line, reason.
    pub why: Option<(RepoPath, usize, String)>,
}

/// All that was found.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    pub admissions: Vec<Admission>,
    pub problems: Problems,
    /// What pipelines written by hand leave out, and may.
    pub warnings: Problems,
}

/// The pipeline files of a tree with their texts; none where there are none.
///
/// # Errors
/// As [`Tree::read`].
pub fn files(tree: &dyn Tree) -> Result<Vec<(Forge, RepoPath, String)>, Problem> {
    let mut found = Vec::new();
    for path in tree.entries().keys() {
        let Some(forge) = forge_of(path.as_str()) else { continue };
        if let Some(source) = tree.read(path)? {
            found.push((forge, path.clone(), source.body().0.to_owned()));
        }
    }
    Ok(found)
}

/// Judges the pipeline files of a tree for these tags.
///
/// `only` is the forge that the config names. Where files of both lie and those of one start nothing for any tag, the release is the other's.
///
/// # Errors
/// As [`files`].
pub fn judge(tree: &dyn Tree, wanted: &[Wanted], main: &str, only: Option<Forge>) -> Result<Judged, Problem> {
    let mut files = files(tree)?;
    files.retain(|(forge, ..)| only.is_none_or(|only| *forge == only));
    let others = |path: &str| {
        let path = RepoPath::parse(path).ok()?;
        Some(tree.read(&path).ok()??.body().0.to_owned())
    };
    let mut judged = Judged::default();
    let mut unread: BTreeSet<(RepoPath, usize, String)> = BTreeSet::new();
    for forge in [Forge::GitHub, Forge::GitLab] {
        let own: Vec<&(Forge, RepoPath, String)> = files.iter().filter(|(of, ..)| *of == forge).collect();
        for one in wanted.iter().filter(|_| !own.is_empty()) {
            let pushed = Pushed::tag(&one.tag, main);
            let mut starts = Answer::No;
            let mut jobs = Vec::new();
            let mut why = None;
            for (_, path, text) in &own {
                match started(forge, text, &pushed, &others) {
                    Ok(found) => {
                        starts = starts.or(found.any());
                        why = why.or(found.why.clone().map(|(line, why)| (path.clone(), line, why)));
                        jobs.extend(found.certain().map(str::to_owned));
                    }
                    Err((line, why)) => {
                        starts = starts.or(Answer::unknown(format!("{path} can't be read")));
                        unread.insert((path.clone(), line, why));
                    }
                }
            }
            let (group, tag) = (one.group.clone(), one.tag.clone());
            let why = why.filter(|_| starts == Answer::No);
            judged.admissions.push(Admission { forge, group, tag, starts, jobs, why });
        }
    }
    let starts_any = |forge: Forge, all: &[Admission]| {
        all.iter().any(|one| one.forge == forge && one.starts != Answer::No)
    };
    let all = judged.admissions.clone();
    let idle = |forge: Forge| {
        let other = if forge == Forge::GitHub { Forge::GitLab } else { Forge::GitHub };
        !starts_any(forge, &all) && starts_any(other, &all)
    };
    judged.admissions.retain(|one| !idle(one.forge));
    let mut broken = BTreeSet::new();
    for (path, line, why) in unread {
        broken.extend(forge_of(path.as_str()));
        judged.problems.push(
            Problem::new(Code::W0864, format!("{path} can't be read as a pipeline: {why}"))
                .at_line(&path, line),
        );
    }
    let workflows: Vec<(&RepoPath, &str)> = files
        .iter()
        .filter(|(forge, ..)| *forge == Forge::GitHub && !idle(Forge::GitHub))
        .map(|(_, path, text)| (path, text.as_str()))
        .collect();
    judged.warnings.extend(overlap::warnings(&workflows, wanted));
    for refused in refusals(&judged.admissions, wanted, &broken) {
        let generated = files.iter().any(|(of, _, text)| *of == refused.forge && is_generated(text));
        let to = if refused.spare && !generated { &mut judged.warnings } else { &mut judged.problems };
        to.push(refused.problem());
    }
    Ok(judged)
}

/// The tags of one rule that one forge does not let in, for one reason.
struct Refused<'a> {
    forge: Forge,
    template: &'a Template,
    starts: &'a Answer,
    why: &'a Option<(RepoPath, usize, String)>,
    tags: Vec<&'a str>,
    spare: bool,
}

/// What is refused, rule by rule. Of a forge whose files can't be read nothing is known but that.
fn refusals<'a>(all: &'a [Admission], wanted: &'a [Wanted], broken: &BTreeSet<Forge>) -> Vec<Refused<'a>> {
    let mut refusals: Vec<Refused> = Vec::new();
    for one in all.iter().filter(|one| one.starts != Answer::Yes && !broken.contains(&one.forge)) {
        let Some(wish) = wanted.iter().find(|wish| wish.tag == one.tag) else { continue };
        let same = |other: &&mut Refused| {
            other.forge == one.forge
                && *other.template == wish.template
                && *other.starts == one.starts
                && *other.why == one.why
        };
        match refusals.iter_mut().find(same) {
            Some(same) => {
                same.tags.push(&one.tag);
                same.spare &= wish.spare;
            }
            None => refusals.push(Refused {
                forge: one.forge,
                template: &wish.template,
                starts: &one.starts,
                why: &one.why,
                tags: vec![&one.tag],
                spare: wish.spare,
            }),
        }
    }
    refusals
}

impl Refused<'_> {
    fn problem(&self) -> Problem {
        let forge = self.forge.name();
        let s = if self.tags.len() == 1 { "" } else { "s" };
        let tags = format!("the tag{s} `{}`", self.tags.join("`, `"));
        if let Some((path, line, why)) = self.why {
            return Problem::new(Code::W0862, format!("{forge} would start no job for {tags}: {why}"))
                .at_line(path, *line)
                .why("the push would look like a success, and nothing would be published");
        }
        let problem = match self.starts {
            Answer::Unknown(why) => Problem::new(
                Code::W0863,
                format!("whether {forge} would start a job for {tags} is not known: {why}"),
            )
            .why("a push that starts nothing looks like a success"),
            _ => Problem::new(Code::W0862, format!("{forge} would start no job for {tags}"))
                .why("the push would look like a success, and nothing would be published"),
        };
        // Lines that begin with a blank are not wrapped: they are there to be copied.
        match self.forge {
            Forge::GitHub => {
                let problem =
                    problem.at_file(GITHUB, None).help("add to the list `on.push.tags` of a workflow:");
                let patterns = filters(self.template);
                patterns.iter().fold(problem, |problem, one| problem.help(format!("  - '{one}'")))
            }
            Forge::GitLab => problem
                .at_file(GITLAB, None)
                .help("add to `workflow: rules` and to the `rules` of a job:")
                .help(format!("  - if: $CI_COMMIT_TAG =~ {}", pattern(self.template))),
        }
    }
}

/// The message of the commit that is tagged.
#[derive(Clone, Copy, Debug)]
pub enum Message<'a> {
    /// Of the commit that the release makes.
    Planned(&'a str),
    /// Of one that is there.
    There(&'a str),
}

/// What is wrong with the pushes that a release makes, for a forge: full ref names, push by push, and the commit's
/// message.
pub fn pushes(forge: Forge, pushes: &[&[String]], message: Option<Message<'_>>) -> Problems {
    let mut problems = Problems::new();
    for why in pushes.iter().filter_map(|refs| too_many(forge, refs)) {
        problems.push(
            Problem::new(Code::W0865, why)
                .help("let some of the group's tags go ahead: push = \"first\"")
                .help("or make fewer tags"),
        );
    }
    let (text, help) = match message {
        None => return problems,
        Some(Message::Planned(text)) => (text, "take it out of `commit` under [release]"),
        Some(Message::There(text)) => (text, "merge a commit without it, and tag that one: --commit SHA"),
    };
    if let Some(word) = skipped_by(forge, text) {
        let what = format!("the commit's message holds `{word}`, for which {} starts nothing", forge.name());
        problems.push(Problem::new(Code::W0865, what).help(help));
    }
    problems
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::model::tree::{Mode, Source};

    struct Map(BTreeMap<RepoPath, Mode>, BTreeMap<RepoPath, String>);

    impl Tree for Map {
        fn entries(&self) -> &BTreeMap<RepoPath, Mode> {
            &self.0
        }
        fn read(&self, path: &RepoPath) -> Result<Option<Arc<Source>>, Problem> {
            Ok(self.1.get(path).map(|text| Arc::new(Source { path: path.clone(), text: text.clone() })))
        }
        fn bytes(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Problem> {
            Ok(self.1.get(path).map(|text| text.clone().into_bytes()))
        }
    }

    fn found(files: &[(&str, &str)], tags: &[&str]) -> Vec<String> {
        let texts: BTreeMap<RepoPath, String> =
            files.iter().map(|(path, text)| (RepoPath::parse(path).unwrap(), (*text).to_owned())).collect();
        let modes = texts.keys().map(|path| (path.clone(), Mode::File)).collect();
        let wanted = tags.iter().map(|tag| Wanted {
            group: Name::parse("g").unwrap(),
            tag: (*tag).to_owned(),
            template: Template::parse("v{version}", &[]).unwrap(),
            spare: tag.contains("-rc"),
        });
        let judged = judge(&Map(modes, texts), &wanted.collect::<Vec<_>>(), "main", None).unwrap();
        let said = |of: &str, one: &Problem| format!("{of}{} {}", one.code, one.what);
        let warnings = judged.warnings.iter().map(|one| said("warning ", one));
        judged.problems.iter().map(|one| said("", one)).chain(warnings).collect()
    }

    #[test]
    fn each_tag_must_start_a_job() {
        let gitlab = "a: {script: [x], rules: [{if: $CI_COMMIT_TAG =~ /^v/}]}\n";
        assert_eq!(found(&[], &["v1"]), [""; 0]);
        assert_eq!(found(&[(".gitlab-ci.yml", gitlab)], &["v1"]), [""; 0]);
        assert_eq!(
            found(&[(".gitlab-ci.yml", gitlab)], &["v1", "w1"]),
            ["W0862 GitLab would start no job for the tag `w1`"]
        );
        let broken = (".gitlab-ci.yml", "a: [");
        let github = (
            ".github/workflows/a.yml",
            "on: {push: {tags: ['v*']}}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
        );
        for files in [&[broken][..], &[broken, github]] {
            let said = found(files, &["v1", "v2"]);
            assert!(said.len() == 1 && said[0].starts_with("W0864 .gitlab-ci.yml"), "{said:?}");
        }
        let finals = "a: {script: [x], rules: [{if: '$CI_COMMIT_TAG =~ /^v[0-9]$/'}]}\n";
        let mark = "# Generated from windlass.toml by `cargo xtask ci generate gitlab`.\n";
        let what = "W0862 GitLab would start no job for the tag `v1-rc.1`";
        let tags = ["v1", "v1-rc.1"];
        assert_eq!(found(&[(".gitlab-ci.yml", finals)], &tags), [format!("warning {what}")]);
        assert_eq!(found(&[(".gitlab-ci.yml", &format!("{mark}{finals}"))], &tags), [what]);
        assert_eq!(
            found(&[(".gitlab-ci.yml", finals)], &["w1", "w1-rc.1"]),
            ["W0862 GitLab would start no job for the tags `w1`, `w1-rc.1`"]
        );
        let stale = "on: schedule\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n";
        let both = [(".gitlab-ci.yml", gitlab), (".github/workflows/stale.yml", stale)];
        assert_eq!(found(&both, &["v1"]), [""; 0]);
        assert_eq!(found(&both[1..], &["v1"]), ["W0862 GitHub would start no job for the tag `v1`"]);
        let unknown = "on: push\njobs: {a: {if: vars.X, runs-on: x, steps: [{run: x}]}}\n";
        assert!(found(&[(".github/workflows/a.yaml", unknown)], &["v1"])[0].starts_with("W0863"));
        assert_eq!(found(&[(".github/workflows/deep/a.yaml", unknown)], &["v1"]), [""; 0]);
    }

    #[test]
    fn pushes_that_start_nothing() {
        let refs: Vec<String> = (0..4).map(|n| format!("refs/tags/v{n}")).collect();
        assert_eq!(pushes(Forge::GitHub, &[&refs], None).len(), 1);
        assert_eq!(
            pushes(Forge::GitHub, &[&refs[..2], &refs[2..]], Some(Message::Planned("1.0 [skip ci]"))).len(),
            1
        );
        assert_eq!(pushes(Forge::GitLab, &[&refs], Some(Message::There("1.0"))).len(), 0);
    }
}
