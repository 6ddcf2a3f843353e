//! Pins: which releases of other repositories are built on, and what asking for another one changes.
//!
//! A pin's places are none of ours: they are compared with each other only, and move by `--pin` alone.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Step;
use crate::changelog::fragment::{self, Fragment};
use crate::model::config::ChangelogRules;
use crate::model::edit::Edit;
use crate::model::facts::Facts;
use crate::model::form::Form;
use crate::model::path::RepoPath;
use crate::model::pin::{Pin, PinPlace, PinRequest, Pinned, Upstream, UpstreamTags};
use crate::model::plan::PinPlan;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::request::Request;
use crate::model::sighting::Sighting;
use crate::model::version::Version;
use crate::workspace::Workspace;

/// What the pins asked for change.
#[derive(Debug, Default)]
pub(super) struct Moves<'a> {
    pub edits: BTreeMap<RepoPath, Vec<Edit>>,
    pub steps: Vec<PinPlan>,
    pub lines: Vec<Line<'a>>,
    pub problems: Problems,
    pub warnings: Problems,
}

/// What a changelog says of a pin.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub pin: &'a Pin,
    pub note: Fragment,
}

impl Line<'_> {
    /// Whether a changelog tells of it in this release.
    pub(super) fn concerns(&self, rules: &ChangelogRules, steps: &[Step<'_>]) -> bool {
        let mut released = steps.iter().map(|step| &step.group.name);
        released.any(|group| rules.groups.contains(group) && self.pin.groups.contains(group))
    }

    /// The line has to wait, and the changelog has no section in which notes wait.
    pub(super) fn homeless(&self, rules: &ChangelogRules) -> Problem {
        Problem::new(
            Code::W0888,
            format!("{} says nothing of `{}` until the final release", rules.file, self.note.body),
        )
        .at(&rules.file)
        .why("it keeps no unreleased section, and this pre-release dates none")
        .run(format!("cargo xtask changelog new {} \"{}\"", self.note.kind, self.note.body))
    }
}

/// Fragments with the lines about pins behind them.
pub(super) fn with_lines<'a>(
    fragments: &'a [Fragment],
    lines: impl Iterator<Item = &'a Line<'a>>,
) -> Cow<'a, [Fragment]> {
    let lines: Vec<Fragment> = lines.map(|line| line.note.clone()).collect();
    if lines.is_empty() { fragments.into() } else { fragments.iter().cloned().chain(lines).collect() }
}

/// What the request's pins change, and what forbids it.
pub(super) fn of_request<'a>(workspace: &'a Workspace, facts: &Facts, request: &Request) -> Moves<'a> {
    let mut moves = Moves::default();
    for (pin, pinned) in workspace.config.pins.iter().zip(&workspace.pins) {
        if request.bump.is_release() && request.groups.iter().any(|group| pin.groups.contains(group)) {
            moves.problems.extend(disagreements(pin, pinned));
        }
    }
    for asked in &request.pins {
        let known = workspace.config.pins.iter().zip(&workspace.pins).find(|(pin, _)| pin.name == asked.name);
        match known.and_then(|(pin, pinned)| Some((pin, pinned, pin.version_of(asked.tag.as_str())?))) {
            Some((pin, pinned, next)) => moves.add(workspace, facts, request, (pin, pinned), (asked, next)),
            // The command has refused it; a saved plan may be older than the config.
            None => moves.problems.push(Problem::new(Code::W0880, format!("there is no pin for `{asked}`"))),
        }
    }
    moves
}

impl<'a> Moves<'a> {
    fn add(
        &mut self,
        workspace: &Workspace,
        facts: &Facts,
        request: &Request,
        (pin, pinned): (&'a Pin, &Pinned),
        (asked, next): (&PinRequest, Version),
    ) {
        self.problems.extend(not_moved_by(pin, request));
        if let Some(upstream) = facts.upstreams.get(&pin.name) {
            self.look(pin, asked, upstream);
        }
        let Some(current) = current(pin, pinned) else { return };
        let before = pin.tag_of(current);
        if next < current {
            self.problems.push(
                Problem::new(
                    Code::W0883,
                    format!("{} is at {before}; {} would go backwards", pin.name, asked.tag),
                )
                .why("who updates would lose what the newer release brought")
                .help("name a release that is not older; or leave `--pin` out to build on what stands here"),
            );
            return;
        }
        for place in &pinned.places {
            let new = place.render(pin, next);
            if new != place.text {
                self.edits.entry(place.file.clone()).or_default().push(edit(pin, place, new));
            }
        }
        self.steps.push(PinPlan {
            name: pin.name.clone(),
            repository: pin.repository.to_string(),
            current: before.clone(),
            next: asked.tag.to_string(),
        });
        if next != current {
            let note = |version: Version| {
                pin.note.render(version, Form::SEMVER, |value| match value {
                    "name" => pin.name.to_string(),
                    "previous" => before.clone(),
                    _ => pin.tag_of(version),
                })
            };
            let at = RepoPath::parse(&workspace.config.file).unwrap_or_default();
            match fragment::of_text(&at, &pin.kind, note(next)) {
                // What an earlier pre-release said of the pin is no longer true.
                Ok(line) => {
                    let note = Fragment { overtakes: Some(note(current)), ..line };
                    self.lines.push(Line { pin, note });
                }
                Err(problems) => self.problems.extend(problems),
            }
        }
    }

    /// Whether the upstream has the tag, and what stands at its registries.
    fn look(&mut self, pin: &Pin, asked: &PinRequest, upstream: &Upstream) {
        let (repository, tag) = (&pin.repository, &asked.tag);
        match &upstream.tags {
            UpstreamTags::Seen(tags) if tags.contains(tag.as_str()) => {}
            UpstreamTags::Seen(tags) => {
                let newest = tags.iter().filter_map(|tag| pin.version_of(tag)).max();
                let problem = Problem::new(Code::W0881, format!("{repository} has no tag {tag}"))
                    .why(format!("nobody could build what builds on {} {tag}", pin.name));
                self.problems.push(match newest {
                    Some(newest) => problem.help(format!("its newest release is {}", pin.tag_of(newest))),
                    None => problem.help(format!("it has no tag of the shape {}", pin.tag)),
                });
            }
            UpstreamTags::Offline => self.warnings.push(
                Problem::new(Code::W0882, format!("{repository} was not asked whether it has {tag}"))
                    .why("`--offline` was said"),
            ),
            UpstreamTags::Unreachable(why) => self.problems.push(
                Problem::new(Code::W0882, format!("{repository} does not answer"))
                    .why(why.clone())
                    .help("to pin without asking it: --offline (the plan records it)"),
            ),
        }
        for (coordinate, sighting) in &upstream.targets {
            let what = match sighting {
                Sighting::Absent => format!("{coordinate} is not there"),
                Sighting::Unknown { .. } => format!("{coordinate}: its registry does not say"),
                _ => continue,
            };
            let problem = Problem::new(Code::W0886, what);
            let problem = match sighting {
                Sighting::Unknown { why } => problem.why(why.clone()),
                _ => problem.why(format!("{} {tag} is not published as a whole", pin.name)),
            };
            self.problems.push(
                problem.help("in the upstream repository:").run(format!("cargo xtask status --tag {tag}")),
            );
        }
    }
}

fn edit(pin: &Pin, place: &PinPlace, new: String) -> Edit {
    Edit {
        start: place.span.start,
        end: place.span.end,
        old: place.text.clone(),
        new,
        node: format!("{}: {}", pin.name, place.node),
        dates: Vec::new(),
    }
}

/// A pin moves only with a release of one of its groups.
fn not_moved_by(pin: &Pin, request: &Request) -> Option<Problem> {
    let groups = pin.groups.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if !request.bump.is_release() {
        return Some(
            Problem::new(
                Code::W0887,
                format!("`{}` releases nothing, and a pin moves with a release", request.bump),
            )
            .help(format!("name a bump: cargo xtask release minor --pin {}=TAG", pin.name)),
        );
    }
    (!request.groups.iter().any(|group| pin.groups.contains(group))).then(|| {
        let released = request.groups.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        Problem::new(Code::W0887, format!("{released} does not move the pin `{}`; {groups} does", pin.name))
            .why("its line stands in their changelogs")
            .help(format!("or let it: `groups` under [pins.{}]", pin.name))
    })
}

/// The version that a pin's places hold; none when none holds a whole one.
pub fn current(pin: &Pin, pinned: &Pinned) -> Option<Version> {
    pinned.places.iter().find_map(|place| place.whole(pin))
}

/// A pin's places that say another release than the first that says a whole one.
pub fn disagreements(pin: &Pin, pinned: &Pinned) -> Problems {
    let base = pinned.places.iter().find_map(|place| Some((place, place.whole(pin)?)));
    let Some((base, version)) = base else {
        // Places that could not be read are told of by themselves.
        return pinned
            .places
            .first()
            .map(|place| {
                Problem::new(Code::W0884, format!("no place of the pin `{}` holds a whole version", pin.name))
                    .at_line(&place.file, place.line)
                    .why("whether a tag goes forward could not be told")
                    .help(format!("declare one that does: `places` under [pins.{}]", pin.name))
            })
            .into_iter()
            .collect();
    };
    let disagrees = |place: &&PinPlace| place.text != place.render(pin, version);
    pinned
        .places
        .iter()
        .filter(disagrees)
        .map(|place| {
            let expected = place.render(pin, version);
            Problem::new(Code::W0884, format!("{} holds {}, expected {expected}", place.node, place.text))
                .at_line(&place.file, place.line)
                .why(format!("{} is at {} ({}:{})", pin.name, pin.tag_of(version), base.file, base.line))
                .help("write the same release in both")
        })
        .collect()
}

/// Final releases that would build on a pre-release: refused, or only told where the jump is meant
/// (`--force-version`). The pins asked for count, and those that stay.
pub(super) fn unfinished(
    workspace: &Workspace,
    request: &Request,
    steps: &[Step<'_>],
) -> (Problems, Problems) {
    let mut problems = Problems::new();
    for (pin, pinned) in workspace.config.pins.iter().zip(&workspace.pins) {
        let asked = request.pins.iter().find(|asked| asked.name == pin.name);
        let version = match asked {
            Some(asked) => pin.version_of(asked.tag.as_str()),
            None => current(pin, pinned),
        };
        let Some(version) = version.filter(|version| !version.is_stable() && request.bump.is_release())
        else {
            continue;
        };
        let finals =
            steps.iter().filter(|step| step.next.is_stable() && pin.groups.contains(&step.group.name));
        problems.extend(finals.map(|step| {
            let what = format!(
                "{} {} would build on {} {}",
                step.group.name,
                step.next,
                pin.name,
                pin.tag_of(version)
            );
            Problem::new(Code::W0885, what)
                .why("a final version promises that what it is made of stays; a pre-release promises nothing")
                .help(format!("wait for {}, or release a pre-release here", pin.tag_of(version.core())))
                .help("when it is meant: --force-version")
        }));
    }
    if request.force_version { (Problems::new(), problems) } else { (problems, Problems::new()) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::config::{Surroundings, read};
    use crate::load;
    use crate::model::date::Date;
    use crate::model::edit::apply;
    use crate::model::facts::{Remote, Signing};
    use crate::model::names::CommitId;
    use crate::model::request::Bump;
    use crate::model::tree::MemoryTree;
    use crate::model::version::{Stage, Suffix};

    const CONFIG: &str = "[packages.app]\n[pins.oss]\nrepository = \"../oss\"\nplaces = [\
        { file = \"a.env\", pattern = \"TAG={tag}\" }, { file = \"b.json\", key = \"python\", form = \"pep440\" }]\n";

    fn files(version: Version) -> [(&'static str, String); 3] {
        [
            ("a.env", format!("# x\nTAG=v{version}\n")),
            ("b.json", format!("{{\"python\": \"{}\"}}", Form::PEP440.render(version))),
            ("package.json", "{\"version\": \"1.0.0\"}".to_owned()),
        ]
    }

    fn workspace(files: &[(&'static str, String)]) -> Workspace {
        let config = read("windlass.toml", CONFIG, &Surroundings { exists: &|_| false }).unwrap();
        let tree = MemoryTree::new(files.iter().map(|(path, text)| (*path, text.as_str())));
        let text = load::ConfigText { name: "windlass.toml".into(), text: CONFIG.into() };
        load::workspace(&tree, config, &text)
    }

    fn facts(tags: &[String]) -> Facts {
        let tags: BTreeSet<String> = tags.iter().cloned().collect();
        let upstream = Upstream { tags: UpstreamTags::Seen(tags), targets: Vec::new() };
        Facts {
            head: CommitId::parse(&"0".repeat(40)).unwrap(),
            branch: None,
            shallow: false,
            changes: Vec::new(),
            untracked: Vec::new(),
            odd_names: Vec::new(),
            tags: BTreeMap::new(),
            merged: None,
            branches: BTreeMap::new(),
            remote: Remote::Offline,
            date: Date::from_unix(0),
            missing: Vec::new(),
            locks: Vec::new(),
            signing: Signing::default(),
            upstreams: BTreeMap::from([(crate::model::names::Name::parse("oss").unwrap(), upstream)]),
        }
    }

    fn request(workspace: &Workspace, tag: &str) -> Request {
        Request {
            bump: Bump::Auto,
            groups: workspace.config.groups.iter().map(|group| group.name.clone()).collect(),
            prepare: false,
            summary: None,
            force_version: false,
            offline: false,
            pins: vec![PinRequest::parse(&format!("oss={tag}")).unwrap()],
        }
    }

    fn version() -> impl Strategy<Value = Version> {
        (0u64..3, 0u64..3, 0u64..3, 0u64..3).prop_map(|(major, minor, patch, rc)| {
            let version = Version::new(major, minor, patch);
            if rc == 0 { version } else { version.with(Suffix::Pre(Stage::Rc, rc)) }
        })
    }

    proptest! {
        /// Forward, every place and nothing else follows; backwards nothing does; the same again is no step.
        #[test]
        fn a_pin_only_goes_forward(old in version(), new in version(), there in any::<bool>()) {
            let before = files(old);
            let workspace = workspace(&before);
            prop_assert_eq!(&workspace.problems, &vec![]);
            let tag = format!("v{new}");
            let facts = facts(&[if there { tag.clone() } else { "v9.9.9".into() }]);
            let moves = of_request(&workspace, &facts, &request(&workspace, &tag));
            let codes: Vec<Code> = moves.problems.iter().map(|problem| problem.code).collect();
            prop_assert_eq!(codes.contains(&Code::W0883), new < old);
            prop_assert_eq!(codes.contains(&Code::W0881), !there);
            prop_assert_eq!(codes.len(), usize::from(new < old) + usize::from(!there));
            prop_assert_eq!(moves.lines.len(), usize::from(new > old));
            prop_assert_eq!(moves.steps.len(), usize::from(new >= old));
            let after: Vec<(&str, String)> = before
                .iter()
                .map(|(path, text)| {
                    let edits = moves.edits.get(&RepoPath::parse(path).unwrap());
                    (*path, apply(text, edits.map_or(&[][..], Vec::as_slice)).unwrap())
                })
                .collect();
            prop_assert_eq!(after, files(old.max(new)).to_vec());
        }
    }
}
