//! The scan: every place of every package, found by format or declared.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::companion::{self, Known};
use super::outside::Outside;
use super::{ALL, Dependency, Ecosystem, Locked, Manifest, Ours, declared, misfit, unversioned};
use crate::model::config::Config;
use crate::model::glob;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::place::{DatePlace, Origin, Place, Role};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::requirement::{Hindrance, Requirement};
use crate::model::tree::Tree;

/// What a scan found.
#[derive(Debug)]
pub struct Scan {
    /// Sorted by file, then span; no span stands twice. One that packages share, such as an
    /// inherited version, stands here for the first of them and in the manifest of each.
    pub places: Vec<Place>,
    /// The dates beside versions, sorted by file, then span.
    pub dates: Vec<DatePlace>,
    pub manifests: Vec<Manifest>,
    /// What our packages require of each other, sorted as places are; none shares bytes with a place.
    pub requirements: Vec<Requirement>,
    pub problems: Problems,
}

/// Reads the manifests, lock files and contracts of all packages and what the config declares.
///
/// Files that match a glob of `ignore.places` are not looked into for places that nobody
/// declared. A declared place that is also found takes the form that is declared, and goes over to the
/// group that declares it where it was a mention of another.
pub fn scan(tree: &dyn Tree, config: &Config) -> Scan {
    let mut scanner = Scanner {
        tree,
        config,
        spots: BTreeMap::new(),
        dates: BTreeMap::new(),
        held: BTreeSet::new(),
        copies: Vec::new(),
        outside: Outside::new(tree, config),
        guests: Vec::new(),
        problems: Vec::new(),
    };
    let mut manifests = Vec::new();
    for ecosystem in ALL {
        manifests.extend(scanner.ecosystem(*ecosystem));
    }
    scanner.companions(&manifests);
    scanner.declared(&manifests);
    scanner.check_forms();
    scanner.settle(&mut manifests);
    scanner.check_versions(&manifests);
    let requirements = scanner.requirements(&manifests);
    let mut problems = scanner.problems;
    problems.sort();
    problems.dedup();
    let dates = scanner.dates.into_values().collect();
    Scan { places: scanner.spots.into_values().collect(), dates, manifests, requirements, problems }
}

/// A file and a span in it.
type Spot = (RepoPath, usize, usize);

struct Scanner<'a> {
    tree: &'a dyn Tree,
    config: &'a Config,
    spots: BTreeMap<Spot, Place>,
    dates: BTreeMap<Spot, DatePlace>,
    /// Packages that hold a version somewhere, or whose problems tell why that is not known.
    held: BTreeSet<Name>,
    /// Copies of requirements in lock files, by ecosystem.
    copies: Vec<(&'static str, Dependency)>,
    outside: Outside,
    /// Manifests outside of all packages that require ours.
    guests: Vec<Manifest>,
    problems: Problems,
}

impl Scanner<'_> {
    fn ignores(&self, path: &str) -> bool {
        self.config.ignore.places.iter().any(|rule| glob::matches(&rule.glob, path))
    }

    /// Takes problems over, except those of files that are ignored.
    fn report(&mut self, problems: Problems) {
        for problem in problems {
            if !problem.at.as_ref().is_some_and(|at| self.ignores(&at.file)) {
                self.problems.push(problem);
            }
        }
    }

    /// The manifests of one ecosystem; their places and those in their lock files are added.
    fn ecosystem(&mut self, ecosystem: &dyn Ecosystem) -> Vec<Manifest> {
        let mut manifests = Vec::new();
        let packages = &self.config.packages;
        for (package, read) in packages.iter().zip(ecosystem.manifests(self.tree, packages)) {
            match read {
                Ok(Some(mut manifest)) => {
                    manifest.places.retain(|place| !self.ignores(place.file.as_str()));
                    self.report(ecosystem.check(self.tree, self.config, &manifest));
                    manifests.push(manifest);
                }
                Ok(None) => {}
                Err(problems) => {
                    let before = self.problems.len();
                    self.report(problems);
                    if self.problems.len() > before {
                        self.held.insert(package.name.clone());
                    }
                }
            }
        }
        let ours = Ours::new(&manifests);
        let mut guests = self.outside.guests(ecosystem, self.tree, &ours);
        guests.retain(|guest| !self.ignores(guest.file.as_str()));
        self.locks(ecosystem, &manifests, &guests);
        self.guests.extend(guests);
        for manifest in &manifests {
            self.add(manifest.places.clone());
        }
        manifests
    }

    /// The lock files near to packages, and those anywhere that hold a package of ours by its folder.
    fn locks(&mut self, ecosystem: &dyn Ecosystem, manifests: &[Manifest], guests: &[Manifest]) {
        let ours = Ours::new(manifests).with_guests(guests);
        let mut near: BTreeSet<_> =
            manifests.iter().flat_map(|manifest| ecosystem.locks(self.tree, manifest)).collect();
        let mut far = self.outside.locks(ecosystem).to_vec();
        far.retain(|lock| !near.contains(lock) && !self.ignores(lock.as_str()));
        near.retain(|lock| !self.ignores(lock.as_str()));
        for lock in near {
            match self.tree.read(&lock) {
                Ok(Some(source)) => self.take(ecosystem, ecosystem.locked(&source, &ours)),
                Ok(None) => {}
                Err(problem) => self.report(vec![problem]),
            }
        }
        for lock in far {
            let Ok(Some(source)) = self.tree.read(&lock) else { continue };
            if let Some(ours) = ecosystem.held(self.tree, &source, &ours) {
                self.take(ecosystem, ecosystem.locked(&source, &ours));
            }
        }
    }

    fn take(&mut self, ecosystem: &dyn Ecosystem, locked: Result<Locked, Problems>) {
        match locked {
            Ok(locked) => {
                let copies = locked.dependencies.into_iter();
                self.copies.extend(copies.map(|copy| (ecosystem.name(), copy)));
                self.add(locked.places);
            }
            Err(problems) => self.report(problems),
        }
    }

    /// The files that repeat a version beside the manifests.
    fn companions(&mut self, manifests: &[Manifest]) {
        let known = Known::new(self.config, manifests);
        for companion in companion::ALL {
            for package in &self.config.packages {
                match companion.read(self.tree, package, &known) {
                    Ok(found) => {
                        let open = |file: &RepoPath| !self.ignores(file.as_str());
                        let places = found.places.into_iter().filter(|place| open(&place.file)).collect();
                        let dates: Vec<_> =
                            found.dates.into_iter().filter(|place| open(&place.file)).collect();
                        self.add(places);
                        for place in dates {
                            let spot = (place.file.clone(), place.span.start, place.span.end);
                            self.dates.entry(spot).or_insert(place);
                        }
                    }
                    Err(problem) => self.report(vec![problem]),
                }
            }
        }
    }

    fn declared(&mut self, manifests: &[Manifest]) {
        let known = Known::new(self.config, manifests);
        for package in &self.config.packages {
            let form = known.form(package);
            for rule in &package.places {
                match declared::places(self.tree, self.config, package, rule, form) {
                    Ok(places) => self.add(places),
                    Err(problem) => {
                        self.held.insert(package.name.clone());
                        self.problems.push(problem);
                    }
                }
            }
        }
    }

    fn add(&mut self, places: Vec<Place>) {
        for place in places {
            self.held.insert(place.package.clone());
            let spot = (place.file.clone(), place.span.start, place.span.end);
            match self.spots.entry(spot) {
                Entry::Vacant(entry) => {
                    entry.insert(place);
                }
                Entry::Occupied(mut entry) if is_disowned(self.config, entry.get(), &place) => {
                    entry.insert(place);
                }
                Entry::Occupied(mut entry) => {
                    self.problems.extend(clash(self.config, entry.get(), &place));
                    let known = entry.get_mut();
                    if matches!(place.origin, Origin::Declared { .. }) {
                        known.form = place.form;
                        known.origin = place.origin;
                    }
                }
            }
        }
    }

    /// A text that is no version in its place's form is a problem and no place (`W0312`).
    fn check_forms(&mut self) {
        let is_misfit = |place: &Place| place.form.parse(&place.text).is_none();
        for place in self.spots.values().filter(|place| is_misfit(place)) {
            let follows = |other: &&Place| {
                let by_format = matches!(other.origin, Origin::Ecosystem(_));
                by_format && other.package == place.package && other.form == place.form
            };
            let beside: Vec<String> =
                self.spots.values().filter(follows).map(|other| other.text.clone()).collect();
            self.problems.push(misfit::problem(self.tree, self.config, place, &beside));
        }
        self.spots.retain(|_, place| !is_misfit(place));
    }

    /// The manifests' places as they were settled.
    fn settle(&self, manifests: &mut [Manifest]) {
        for place_list in manifests.iter_mut().map(|manifest| &mut manifest.places) {
            place_list.retain_mut(|place| {
                let spot = (place.file.clone(), place.span.start, place.span.end);
                match self.spots.get(&spot) {
                    Some(settled) if is_disowned(self.config, place, settled) => false,
                    Some(settled) => {
                        place.form = settled.form;
                        place.origin = settled.origin.clone();
                        true
                    }
                    None => false,
                }
            });
        }
    }

    /// The dependencies of packages of ours on packages of ours.
    fn requirements(&self, manifests: &[Manifest]) -> Vec<Requirement> {
        let mut found: BTreeMap<Spot, Requirement> = BTreeMap::new();
        for ecosystem in ALL {
            let all = || manifests.iter().filter(|manifest| manifest.ecosystem == ecosystem.name());
            let ours = Ours::new(all());
            let mut add = |mut one: Requirement, hindrance: Option<Hindrance>| {
                if self.ignores(one.file.as_str()) || self.is_place(&one) {
                    return;
                }
                let hindrance = hindrance.filter(|one| !self.ignores(one.file.as_str()));
                one.hindrance = one.hindrance.or(hindrance);
                found.entry((one.file.clone(), one.span.start, one.span.end)).or_insert(one);
            };
            let guests = self.guests.iter().filter(|guest| guest.ecosystem == ecosystem.name());
            for manifest in all().chain(guests) {
                for dependency in &manifest.dependencies {
                    let Some(one) = dependency.on_sibling(&ours) else { continue };
                    add(one, ecosystem.hindrance(self.tree, manifest, dependency));
                }
            }
            let copies = self.copies.iter().filter(|(name, _)| *name == ecosystem.name());
            copies.filter_map(|(_, copy)| copy.on_sibling(&ours)).for_each(|one| add(one, None));
        }
        found.into_values().collect()
    }

    /// Whether a requirement shares bytes with a place, which then says what stands there.
    fn is_place(&self, one: &Requirement) -> bool {
        let (start, end) = (one.span.start, one.span.end.max(one.span.start + 1));
        let mut before = self.spots.range(..(one.file.clone(), end, 0));
        before.next_back().is_some_and(|((file, _, last), _)| *file == one.file && *last > start)
    }

    /// A package that holds no version anywhere and is no Go module (`W0313`).
    fn check_versions(&mut self, manifests: &[Manifest]) {
        let mut reasons: BTreeMap<&Name, Vec<&Manifest>> = BTreeMap::new();
        for manifest in manifests {
            reasons.entry(&manifest.package).or_default().push(manifest);
        }
        for package in &self.config.packages {
            let own = reasons.remove(&package.name).unwrap_or_default();
            if self.held.contains(&package.name) || own.iter().any(|manifest| manifest.ecosystem == "go") {
                continue;
            }
            let because =
                own.iter().find_map(|manifest| Some((&manifest.file, manifest.unversioned.as_deref()?)));
            self.problems.push(unversioned::problem(self.tree, self.config, package, because));
        }
    }
}

/// Whether a mention that was found by its format is declared as a place of another group: a chart's `appVersion` is
/// taken for the chart's own where nobody says more.
fn is_disowned(config: &Config, found: &Place, declared: &Place) -> bool {
    let group = |place: &Place| config.group_of(&place.package).map(|group| &group.name);
    let says_more = matches!(
        (&found.origin, found.role, &declared.origin),
        (Origin::Ecosystem(_), Role::Mention, Origin::Declared { .. })
    );
    says_more && group(found) != group(declared)
}

/// Two places on the same bytes agree unless they belong to different groups, or two rules
/// want different forms (`W0317`).
fn clash(config: &Config, first: &Place, second: &Place) -> Option<Problem> {
    let group =
        |place: &Place| config.group_of(&place.package).map_or(&place.package, |group| &group.name).clone();
    let apart = group(first) != group(second);
    let declared = |place: &Place| matches!(place.origin, Origin::Declared { .. });
    let twice = declared(first) && declared(second) && first.form != second.form;
    (apart || twice).then(|| {
        let what = match apart {
            true => format!(
                "`{}` in `{}` is a place of `{}` and of `{}`, which do not move together",
                first.node, first.file, first.package, second.package
            ),
            false => format!(
                "`{}` in `{}` is declared as {} and as {}",
                first.node, first.file, first.form, second.form
            ),
        };
        Problem::new(Code::W0317, what)
            .at_line(&first.file, first.line)
            .help("Put the packages into one group, or declare the place for one of them only.")
    })
}
