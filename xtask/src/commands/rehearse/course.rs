//! The course of a rehearsal: cut, build, publish, status, verify, smoke.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::asked::Asked;
use super::results::Results;
use crate::app::{App, Exit, Refusal};
use crate::io::group::Group;
use crate::io::signals::Interrupt;
use crate::local::toolbox::Toolbox;
use crate::model::artifact::{Artifact, ArtifactKind, Artifacts};
use crate::model::config::TagKind;
use crate::model::plan::Plan;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::publication::Event;
use crate::model::registry::RegistryKind;
use crate::model::rehearsal::{Record, Rehearsed, Verdict};
use crate::model::secret::Mask;
use crate::rehearse::ground::Ground;
use crate::rehearse::needs;
use crate::rehearse::registries::Places;
use crate::rehearse::stage::{Ended, Stages};
use crate::rehearse::surroundings::Surroundings;
use crate::report;
use crate::tool::clients::Clients;
use crate::tool::docker;
use crate::tool::git::ground;
use crate::tool::watchdog::Watchdog;

/// How long an index on this machine may take to show what it was given.
const PATIENCE: &str = "20";

/// Why a course ended early.
pub(super) enum Stop {
    /// What was found is in the record.
    Failed(Exit),
    Broken(Problems),
    Interrupted,
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Stop {
        Stop::Broken(vec![problem])
    }
}

pub(super) struct Course<'a> {
    pub(super) asked: &'a Asked,
    ground: &'a Ground,
    toolbox: &'a Toolbox,
    interrupt: &'a Interrupt,
    group: Group,
    logs: std::path::PathBuf,
    all: Surroundings,
    places: Option<Places>,
    pub(super) artifacts: Vec<Artifacts>,
    pub(super) results: Results,
}

impl<'a> Course<'a> {
    pub fn new(
        asked: &'a Asked,
        ground: &'a Ground,
        toolbox: &'a Toolbox,
        interrupt: &'a Interrupt,
        group: Group,
    ) -> Result<Course<'a>, Refusal> {
        let caches = asked.repository.root.join("target/windlass/caches");
        let targets: Vec<_> = asked.all_targets().into_iter().map(|(_, target)| target).collect();
        let all = Surroundings::of_all(&targets, &caches, toolbox.root(), &asked.skip)?;
        let results = Results::new(asked);
        let (places, artifacts) = (None, Vec::new());
        let logs = ground.folder("logs")?;
        Ok(Course { asked, ground, toolbox, interrupt, group, logs, all, places, artifacts, results })
    }

    /// All of it. Registries start beside the cut and the build.
    pub fn run(&mut self, app: &mut App<'_>, watchdog: &mut Watchdog) -> Result<(), Stop> {
        self.setup(app)?;
        let wanted = self.asked.registries(&self.ground.bare);
        let (toolbox, fault, folder) = (self.toolbox, self.asked.fault, self.ground.folder("run")?);
        let (made, places) = std::thread::scope(|scope| {
            let starting = scope.spawn(|| Places::start(&wanted, toolbox, &folder, fault));
            let made = self.cut(app).and_then(|()| self.build(app));
            let lost = || vec![Problem::new(Code::W0719, "the registries' start ended without a word")];
            (made, starting.join().unwrap_or_else(|_| Err(lost())))
        });
        made?;
        let places = places.map_err(Stop::Broken)?;
        let pip = self.pip()?;
        let mut way = self.all.to_registries(&places, &self.asked.targets(), pip.as_deref())?;
        way = way.with("WINDLASS_LOCAL_PATIENCE", PATIENCE);
        if let Some(twine) = self.toolbox.python("twine").parent()
            && places.reach(RegistryKind::Pypi).is_some()
        {
            way = way.with_programs(twine);
        }
        self.places = Some(places);
        let images = self.pulled();
        if !images.is_empty() {
            watchdog.down(&docker::removal(std::path::Path::new("/"), &images));
        }
        match self.asked.fault {
            None => self.publish(app, &way)?,
            Some(fault) => self.publish_with(app, &way, fault)?,
        }
        self.status(app, &way)?;
        self.verify(app, &way)?;
        self.smoke(app)
    }

    /// Brings the machine what the config knows it needs, then looks for what is still missing.
    pub fn setup(&mut self, app: &mut App<'_>) -> Result<(), Stop> {
        self.ground.lay(&self.asked.repository, &self.asked.commit, &self.asked.workspace.config)?;
        let kinds = self.asked.kinds();
        for one in &self.asked.workspace.config.rehearse.setup {
            if !one.kinds.is_empty() && !one.kinds.iter().any(|kind| kinds.contains(kind)) {
                continue;
            }
            let words: Vec<String> = one.run.iter().map(ToString::to_string).collect();
            app.progress(&format!("\n{}\n", app.style.bold(&words.join(" "))));
            let mut say = |line: &str| app.progress(&format!("  {line}\n"));
            let none = Mask::default();
            let ended =
                self.stages().program("setup", words.clone(), &self.all.variables(), &none, &mut say)?;
            if ended.interrupted {
                return Err(Stop::Interrupted);
            }
            if ended.code != 0 {
                let what = format!("the setup `{}` ended with exit code {}", words.join(" "), ended.code);
                return Err(Problem::new(Code::W0781, what).why(ended.said.join("\n")).into());
            }
        }
        let lacking = needs::missing(&self.asked.targets(), &self.asked.repository.root);
        if !lacking.is_empty() {
            return Err(Stop::Broken(lacking));
        }
        let versions = needs::versions(&self.asked.targets(), &self.asked.repository.root);
        self.results.record.tools.extend(versions);
        let tools = self.asked.tools();
        self.toolbox.install(&tools, &mut |text| app.progress(text)).map_err(Stop::Broken)
    }

    fn stages(&self) -> Stages<'_> {
        Stages { work: &self.ground.work, logs: &self.logs, group: self.group, interrupt: self.interrupt }
    }

    /// Cuts the release. By review that is a branch, its merge, and the tags of what was merged.
    fn cut(&mut self, app: &mut App<'_>) -> Result<(), Stop> {
        let mut args = words(&["release"]);
        args.extend(self.asked.request.words());
        args.extend(self.asked.request.prepare.then(|| "--prepare".to_owned()));
        let mut plan = self.planned(app, "release", args)?;
        if self.asked.request.prepare {
            self.merge(&plan)?;
            let mut args = words(&["release", "tag"]);
            args.extend(self.asked.request.groups.iter().flat_map(|name| words(&["--group", name.as_str()])));
            plan = self.planned(app, "tag", args)?;
        }
        for group in &plan.groups {
            let mut tags = plan.tags.iter().filter(|tag| tag.group == group.name);
            let first = tags.clone().find(|tag| tag.kind == TagKind::Annotated).or_else(|| tags.next());
            let Some(tag) = first else {
                let what = format!("the group `{}` makes no tag; what is published needs one", group.name);
                return Err(Problem::new(Code::W0781, what).into());
            };
            let version = group.next.to_string();
            let (group, tag) = (group.name.clone(), tag.name.clone());
            self.results.record.groups.push(Rehearsed { group, version, tag, commit: None });
        }
        Ok(())
    }

    /// Runs a stage that carries a plan out, and gives the plan. The first one's id is the rehearsal's.
    fn planned(&mut self, app: &mut App<'_>, name: &str, mut args: Vec<String>) -> Result<Plan, Stop> {
        args.extend(words(&["--yes", "--push"]));
        let ended = self.stage(app, name, &args, &self.all)?;
        let plan: Option<Plan> =
            ended.documents.first().and_then(|document| serde_json::from_value(document.clone()).ok());
        if let Some(plan) = plan.as_ref().filter(|_| self.results.record.plan.is_empty()) {
            self.results.planned(plan);
        }
        self.passed(&ended, name)?;
        plan.ok_or_else(|| Problem::new(Code::W0781, format!("`{}` printed no plan", args.join(" "))).into())
    }

    /// What a forge does once somebody has read the branch.
    fn merge(&self, plan: &Plan) -> Result<(), Stop> {
        let prepared = plan.commit.as_ref().and_then(|commit| commit.branch.as_ref());
        let (Some(prepared), Some(into)) = (prepared, &plan.branch) else {
            let what = "`release --prepare` made no branch to merge";
            return Err(Problem::new(Code::W0781, what).into());
        };
        let remote = &self.asked.workspace.config.release.remote;
        ground::merge(&self.ground.work, remote, prepared, into)
            .map_err(|failure| failure.problem(Code::W0781, "the prepared branch could not be merged").into())
    }

    fn build(&mut self, app: &mut App<'_>) -> Result<(), Stop> {
        for index in 0..self.results.record.groups.len() {
            let one = self.results.record.groups[index].clone();
            let ended = self.stage(app, "build", &words(&["build", "--tag", one.tag.as_str()]), &self.all)?;
            self.passed(&ended, "build")?;
            for built in ended.result()["builds"].as_array().into_iter().flatten() {
                let list: Result<Artifacts, _> = serde_json::from_value(built["artifacts"].clone());
                let list =
                    list.map_err(|error| Problem::new(Code::W0781, format!("`build`'s list: {error}")))?;
                self.results.record.groups[index].commit = Some(list.commit.clone());
                self.results.built(&list, &built["seconds"]);
                self.artifacts.push(list);
            }
        }
        Ok(())
    }

    fn publish(&mut self, app: &mut App<'_>, way: &Surroundings) -> Result<(), Stop> {
        for one in self.results.record.groups.clone() {
            let ended = self.stage(app, "publish", &words(&["publish", "--tag", one.tag.as_str()]), way)?;
            if ended.code != 0 {
                // The table says how far it came.
                let _ = self.status(app, way);
                self.results.record.problems.clear();
            }
            self.passed(&ended, "publish")?;
        }
        Ok(())
    }

    fn status(&mut self, app: &mut App<'_>, way: &Surroundings) -> Result<(), Stop> {
        for one in self.results.record.groups.clone() {
            let ended = self.stage(app, "status", &words(&["status", "--tag", one.tag.as_str()]), way)?;
            self.results.stands(ended.result());
            self.passed(&ended, "status")?;
        }
        Ok(())
    }

    fn verify(&mut self, app: &mut App<'_>, way: &Surroundings) -> Result<(), Stop> {
        for one in self.results.record.groups.clone() {
            let ended = self.stage(app, "verify", &words(&["verify", "--tag", one.tag.as_str()]), way)?;
            self.results.verified(ended.result());
            self.passed(&ended, "verify")?;
        }
        Ok(())
    }

    /// A fault says nothing about the product, so it is not booted beside one.
    fn smoke(&mut self, app: &mut App<'_>) -> Result<(), Stop> {
        if !self.asked.smokes() || self.asked.fault.is_some() {
            return Ok(());
        }
        let ended = self.stage(app, "release-smoke", &words(&["release-smoke"]), &self.all)?;
        self.results.smoked(ended.result());
        self.passed(&ended, "release-smoke")
    }

    /// Runs a command in the clone, its words indented on the channel of progress.
    pub(super) fn stage(
        &self,
        app: &mut App<'_>,
        name: &str,
        args: &[String],
        env: &Surroundings,
    ) -> Result<Ended, Stop> {
        app.progress(&format!("\n{}\n", app.style.bold(&args.join(" "))));
        let stages = self.stages();
        let style = app.style;
        let results = &self.results;
        let mut say = |line: &str| {
            let event = serde_json::from_str::<Event>(line);
            if let Ok(event) = &event {
                results.hear(event);
            }
            let line = match event {
                Ok(event) => report::publication::line(&event, style),
                // Events of a release that are none of a publication.
                Err(_) if line.starts_with('{') => None,
                Err(_) => Some(format!("{line}\n")),
            };
            if let Some(line) = line.filter(|line| !line.trim().is_empty()) {
                app.progress(&format!("  {line}"));
            }
        };
        let ended = stages.run(name, args, &env.variables(), &env.mask, &mut say)?;
        if ended.interrupted {
            return Err(Stop::Interrupted);
        }
        app.progress(&format!("  {}\n", app.style.dim(&report::build::seconds(ended.took))));
        Ok(ended)
    }

    /// Notes why a stage failed.
    fn passed(&mut self, ended: &Ended, name: &str) -> Result<(), Stop> {
        if ended.code == 0 {
            return Ok(());
        }
        let found = ended.problems();
        let what = format!("`{name}` ended with exit code {}", ended.code);
        let mut problem = Problem::new(Code::W0781, what);
        if found.is_empty() {
            problem = problem.why(ended.said.join("\n"));
        }
        let problem = problem
            .help("mend what it says, commit, and rehearse again; to look into the clone and the logs:")
            .run(format!("{} --keep", self.asked.command()));
        self.results.record.problems.extend(found);
        self.results.record.problems.push(problem);
        Err(Stop::Failed(match ended.code {
            2 => Exit::Usage,
            4 => Exit::Conflict,
            _ => Exit::Refused,
        }))
    }

    pub(super) fn place(&self) -> Result<&Places, Stop> {
        self.places.as_ref().ok_or_else(|| Problem::new(Code::W0719, "no registries run").into())
    }

    /// The index that third-party Python packages come from, as pip is set to here.
    fn pip(&self) -> Result<Option<String>, Stop> {
        let wanted =
            self.asked.targets().iter().any(|one| one.kind == crate::model::target::TargetKind::Pypi);
        if !wanted {
            return Ok(None);
        }
        let clients = Clients::new(crate::io::env::variables(), Duration::from_secs(60));
        let index = crate::registry::pip::index(&clients, &self.asked.repository.root)
            .map_err(|why| Problem::new(Code::W0783, why))?;
        let text = index.base.to_string();
        Ok(Some(match &index.login {
            Some(login) => text.replacen("://", &format!("://{}:{}@", login.user, login.secret.reveal()), 1),
            None => text,
        }))
    }

    /// The names by which the engine pulls this release's images from the registry on loopback.
    pub fn pulled(&self) -> Vec<String> {
        let host = self.places.as_ref().and_then(|places| places.reach(RegistryKind::Oci));
        let Some(host) = host.map(|reach| reach.index.clone()) else { return Vec::new() };
        let images = self
            .artifacts
            .iter()
            .flat_map(|list| &list.artifacts)
            .filter(|one| one.kind == ArtifactKind::Image);
        let name = |one: &Artifact| {
            let path = one.coordinate.name.split_once('/').map(|(_, path)| path)?;
            Some(format!("{host}/{path}@{}", one.registry_digest.as_ref()?))
        };
        images.filter_map(name).collect()
    }

    /// Ends the registries, and gives the record with the exit code.
    pub fn end(self, went: Result<(), Stop>) -> (Record, Exit) {
        let Course { places, results, .. } = self;
        drop(places);
        let mut record = results.record();
        let exit = match went {
            Ok(()) => super::exit(record.verdict),
            Err(Stop::Interrupted) => Exit::Interrupted,
            Err(Stop::Failed(exit)) => {
                if record.verdict != Verdict::Conflict {
                    record.verdict = Verdict::Failed;
                }
                exit
            }
            Err(Stop::Broken(problems)) => {
                record.problems.extend(problems);
                record.verdict = Verdict::Failed;
                Exit::Refused
            }
        };
        (record, exit)
    }
}

pub(super) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// What a JSON number of seconds says in milliseconds.
pub(super) fn millis(seconds: &Value) -> Option<u64> {
    seconds.as_f64().map(|seconds| (seconds * 1e3).round() as u64)
}

/// By label.
pub(super) type ByTarget<T> = BTreeMap<String, T>;
