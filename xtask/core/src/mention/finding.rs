//! Findings: sightings that are versions of ours, and what is said of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Tagged;
use super::advice::{self, Rule, Wanted};
use super::ignored::{self, Used};
use super::looked;
use super::names::Names;
use super::series::{Age, Series};
use super::sight::{self, Evidence, Sighting, Site, Spelled};
use super::token;
use crate::format::Text;
use crate::model::config::{Group, Package};
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::tree::Source;
use crate::model::version::Version;
use crate::workspace::Workspace;

/// Knows the names and versions of all packages.
pub struct Judge<'a> {
    workspace: &'a Workspace,
    /// The spans of the places and requirements in each file, those of places with their package.
    spans: BTreeMap<&'a RepoPath, Vec<Spot<'a>>>,
    names: Names<'a>,
    series: BTreeMap<&'a Name, Series>,
    /// The package that speaks for each group where only a version was seen; the default group's first.
    speakers: Vec<&'a Package>,
}

/// The bytes of a place, with its package and form, or of a requirement.
type Spot<'a> = (&'a Range<usize>, Option<(&'a Name, Form)>);

/// What the config or an ecosystem accounts for: a place with its group and form, or a requirement.
type Declared<'a> = (Range<usize>, Option<(&'a Name, Form)>);

/// A version of ours in a text.
struct Finding<'a> {
    span: Range<usize>,
    start: usize,
    line: usize,
    age: Age,
    package: &'a Package,
    group: &'a Group,
    current: Version,
    is_badge: bool,
    in_manifest: bool,
    /// The path that its Go module has by now.
    moved: Option<&'a str>,
}

impl<'a> Judge<'a> {
    pub fn new(workspace: &'a Workspace, tagged: &Tagged<'_>, home: Option<&str>) -> Judge<'a> {
        let config = &workspace.config;
        let of = |group: &'a Group| Some((&group.name, Series::of(workspace, group, tagged(&group.name))?));
        let mut groups: Vec<&Group> = config.groups.iter().collect();
        groups.sort_by_key(|group| !group.default);
        let speaker = |group: &&Group| config.package(group.base.as_ref().or(group.packages.first())?);
        let places = workspace.places.iter();
        let places = places.map(|place| (&place.file, (&place.span, Some((&place.package, place.form)))));
        let required = workspace.requirements.iter().map(|required| (&required.file, (&required.span, None)));
        let mut spans: BTreeMap<&RepoPath, Vec<Spot<'_>>> = BTreeMap::new();
        places.chain(required).for_each(|(file, span)| spans.entry(file).or_default().push(span));
        Judge {
            workspace,
            spans,
            names: Names::new(workspace, home),
            series: config.groups.iter().filter_map(of).collect(),
            speakers: groups.iter().filter_map(speaker).collect(),
        }
    }

    /// What nobody declared in one text (`W0320`, `W0321`).
    pub fn look(&self, source: &Source, site: Site<'a>, used: &mut Used) -> Problems {
        let text = Text::new(source);
        let body = looked::before_tests(&source.path, text.body);
        let sightings = token::tokens(body).filter_map(|token| sight::see(&self.names, site, body, token));
        let sightings = sightings.inspect(|one| {
            ignored::note(self.workspace, &source.path, line_of(body, one.token.start), used);
        });
        let mut findings: Vec<Finding<'_>> =
            sightings.filter_map(|sighting| self.judge(&text, &sighting, site.is_manifest)).collect();
        if findings.is_empty() {
            return Problems::new();
        }
        let versions: BTreeSet<&str> =
            findings.iter().filter(|one| one.is_badge).map(|one| &text.body[one.span.clone()]).collect();
        if versions.len() > 1 {
            // A list of versions is history.
            findings.retain(|finding| !finding.is_badge || matches!(finding.age, Age::Current(_)));
        }
        let declared = self.declared(&text, source);
        findings.retain(|one| {
            !declared.iter().any(|(span, _)| one.span.start < span.end && span.start < one.span.end)
        });
        findings.retain(|one| !self.is_meant(&text, one));
        self.told(&text, &findings, &declared)
    }

    /// The spans of the file's places and requirements, from the start of the body, with what moves
    /// them.
    fn declared(&self, text: &Text<'_>, source: &Source) -> Vec<Declared<'a>> {
        let shift = text.scalar(0..0).span.start;
        let here = self.spans.get(&source.path).into_iter().flatten();
        let group =
            |(package, form): (&Name, Form)| Some((&self.workspace.config.group_of(package)?.name, form));
        here.map(|(span, package)| (span.start - shift..span.end - shift, package.and_then(group))).collect()
    }

    /// A sighting as a finding, if its version is one of ours.
    fn judge(&self, text: &Text<'_>, sighting: &Sighting<'a>, in_manifest: bool) -> Option<Finding<'a>> {
        let token = sighting.token;
        let seen = &text.body[token.start..token.end];
        let packages = if sighting.packages.is_empty() { &self.speakers } else { &sighting.packages };
        let of = |package: &&'a Package| {
            let group = self.workspace.config.group_of(&package.name)?;
            let series = self.series.get(&group.name)?;
            let own = advice::own_form(self.workspace, package);
            let form = match sighting.spelled {
                Spelled::Own => own,
                Spelled::Image => advice::image_form(self.workspace, package),
                Spelled::Tag => self.names.tags.form(&group.name).unwrap_or(own),
                Spelled::As(form) => form,
            };
            let age = series.age(seen, form)?;
            let proven = match (age, sighting.evidence) {
                (Age::Current(_), Evidence::Named | Evidence::Near | Evidence::Spoken)
                | (Age::Older { .. }, Evidence::Named) => true,
                (Age::Older { known, .. }, Evidence::Near) => known,
                (Age::Older { .. }, Evidence::Spoken) => false,
                (Age::Current(_), Evidence::Alone) => token.staged,
                (Age::Older { known, .. }, Evidence::Alone) => token.staged && known,
            };
            proven.then_some((age, *package, group, series.current))
        };
        let rank = |(age, ..): &(Age, &Package, &Group, Version)| matches!(age, Age::Older { .. });
        let (age, package, group, current) = packages.iter().filter_map(of).min_by_key(rank)?;
        Some(Finding {
            span: token.start..token.end,
            start: sighting.start,
            line: text.line(token.start),
            age,
            package,
            group,
            current,
            is_badge: sighting.is_badge,
            in_manifest,
            moved: sighting.moved,
        })
    }

    /// Whether the config says that a mention is meant as it is.
    fn is_meant(&self, text: &Text<'_>, finding: &Finding<'_>) -> bool {
        let line = line_of(text.body, finding.span.start);
        self.workspace.config.ignore.mentions.iter().any(|rule| rule.covers(text.path.as_str(), line))
    }

    /// One problem for each rule and age: what a rule finds is said once.
    fn told(&self, text: &Text<'_>, findings: &[Finding<'a>], declared: &[Declared<'a>]) -> Problems {
        let mut problems = Problems::new();
        let mut said: BTreeSet<usize> = BTreeSet::new();
        let mut shown: Vec<Rule> = Vec::new();
        // Those first whose rules find the most, so that no rule finds what another has.
        let reach = |finding: &&Finding<'a>| {
            let rule = self.rule(text, finding, findings, declared, &[]);
            Reverse(rule.map_or(0, |rule| rule.spans.len()))
        };
        let mut order: Vec<&Finding<'a>> = findings.iter().collect();
        order.sort_by_cached_key(reach);
        for finding in order {
            if said.contains(&finding.span.start) {
                continue;
            }
            let earlier = shown.iter().find(|rule| rule.spans.contains(&finding.span)).cloned();
            let again = earlier.is_some();
            let rule = earlier.or_else(|| self.rule(text, finding, findings, declared, &shown));
            let reached = |other: &Finding<'_>| {
                other.span == finding.span
                    || rule.as_ref().is_some_and(|rule| rule.spans.contains(&other.span))
            };
            let (others, stale): (Vec<&Finding<'_>>, _) = findings
                .iter()
                .filter(|other| reached(other))
                .partition(|other| code(other.age) == code(finding.age));
            said.extend(others.iter().map(|other| other.span.start));
            let lines = |found: &[&Finding<'_>]| found.iter().map(|one| one.line).collect::<Vec<_>>();
            let first = others.first().copied().unwrap_or(finding);
            let told = Told { rule: rule.as_ref(), again, lines: lines(&others), apart: lines(&stale) };
            problems.push(problem(text, first, &told));
            shown.extend(rule.filter(|_| !again));
        }
        problems
    }

    fn rule(
        &self,
        text: &Text<'_>,
        finding: &Finding<'_>,
        findings: &[Finding<'_>],
        declared: &[Declared<'a>],
        shown: &[Rule],
    ) -> Option<Rule> {
        if finding.moved.is_some() {
            return None;
        }
        let own = advice::own_form(self.workspace, finding.package);
        let form = finding.age.form();
        let same = own == form;
        let wanted = Wanted {
            span: finding.span.clone(),
            start: finding.start,
            form: (!same).then_some(form),
            package: finding.package,
        };
        if finding.in_manifest
            && let Some(rule) = advice::key(text, &wanted, own)
        {
            return Some(rule);
        }
        let fine = |span: &Range<usize>| {
            let another = || {
                findings.iter().any(|other| {
                    other.span == *span && other.group.name == finding.group.name && other.age.form() == form
                })
            };
            let place = (span.clone(), Some((&finding.group.name, form)));
            declared.contains(&place) || another() && !shown.iter().any(|rule| rule.spans.contains(span))
        };
        let moves = |range: Range<usize>| {
            let touches = |span: &Range<usize>| span.start < range.end && range.start < span.end;
            declared.iter().any(|(span, _)| touches(span))
                || findings.iter().any(|other| touches(&other.span))
                || token::tokens(&text.body[range.clone()])
                    .any(|token| self.is_version(&text.body[range.clone()][token.start..token.end]))
        };
        advice::rule(text, &wanted, own, fine, moves).or_else(|| advice::key(text, &wanted, own))
    }

    /// Whether a text is the version that a group has, or one that it is known to have had.
    fn is_version(&self, text: &str) -> bool {
        let age = |series: &Series| series.age(text, Form::SEMVER);
        let is_ours = |age| matches!(age, Age::Current(_) | Age::Older { known: true, .. });
        self.series.values().filter_map(age).any(is_ours)
    }
}

/// What one problem says of its rule.
struct Told<'t> {
    rule: Option<&'t Rule>,
    /// Whether an earlier problem showed the rule.
    again: bool,
    /// The lines of all that the problem speaks of.
    lines: Vec<usize>,
    /// Lines that the rule finds and another problem speaks of.
    apart: Vec<usize>,
}

fn code(age: Age) -> Code {
    match age {
        Age::Current(_) => Code::W0320,
        Age::Older { .. } => Code::W0321,
    }
}

fn line_of(body: &str, at: usize) -> &str {
    let start = body[..at].rfind('\n').map_or(0, |feed| feed + 1);
    body[start..].lines().next().unwrap_or_default()
}

fn problem(text: &Text<'_>, finding: &Finding<'_>, told: &Told<'_>) -> Problem {
    let Finding { group, package, current, .. } = finding;
    let shown = excerpt(line_of(text.body, finding.span.start), finding, text);
    let more = match told.lines.as_slice() {
        [] | [_] => String::new(),
        [_, others @ ..] => format!(" (also {})", lines(others)),
    };
    let declare = format!("declare it, in `places` of [packages.{}]:", package.name);
    let problem = match finding.age {
        Age::Current(_) => Problem::new(
            Code::W0320,
            format!("`{shown}`{more} says the version of {}, and nobody declared it", group.name),
        )
        .why("the next release would leave it behind")
        .help(finding.moved.map_or(declare, |path| mended(path, *current))),
        Age::Older { form, .. } => {
            Problem::new(Code::W0321, format!("`{shown}`{more} is older than {} at {current}", group.name))
                .help(match finding.moved {
                    Some(path) => mended(path, *current),
                    None => format!("set it to {}, and {declare}", form.render(*current)),
                })
        }
    };
    let problem = problem.at_line(text.path, finding.line);
    let problem = match told.rule {
        None if finding.moved.is_some() => problem,
        Some(_) if told.again => problem.help("(the rule shown for this file already finds it)"),
        Some(rule) => problem.help(format!("  {}", rule.text)),
        None => problem.help(format!("  {{ file = …, pattern = … }} or key = … for `{shown}`")),
    };
    match finding.age {
        Age::Current(_) if told.apart.is_empty() || told.again => problem,
        Age::Current(_) => problem.help(format!("that finds {} too, to be mended first", lines(&told.apart))),
        Age::Older { .. } => problem.help("or say why it stays, in `mentions` of [ignore]"),
    }
}

/// `line 2`, `lines 2, 5`.
fn lines(numbers: &[usize]) -> String {
    let shown: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    format!("line{} {}", if numbers.len() == 1 { "" } else { "s" }, shown.join(", "))
}

/// What to write where a Go module's earlier path stands ("Go Modules Reference", "Major version
/// suffixes"): a rule would keep a text that no go command takes.
fn mended(path: &str, current: Version) -> String {
    format!("write `{path}@v{current}` there, then check again for the rule that keeps it")
}

/// The line as far as it is short, else what stands next to the version.
fn excerpt(line: &str, finding: &Finding<'_>, text: &Text<'_>) -> String {
    const WIDEST: usize = 60;
    let line = line.trim();
    if line.chars().count() <= WIDEST {
        return line.to_owned();
    }
    let from = finding.start.min(finding.span.start);
    text.body[from..finding.span.end].lines().last().unwrap_or_default().trim().to_owned()
}
