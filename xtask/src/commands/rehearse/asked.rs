//! What is to be rehearsed, checked before anything happens.

use std::collections::BTreeSet;

use crate::app::{App, Refusal};
use crate::cli::Rehearse;
use crate::commands::{build, groups, pins, release};
use crate::local::Wanted;
use crate::local::toolbox::Tool;
use crate::model::command::paste;
use crate::model::config::Flow;
use crate::model::fault::Fault;
use crate::model::names::{CommitId, Name};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::request::{Bump, Request};
use crate::model::target::{Target, TargetKind};
use crate::publish::desired;
use crate::rehearse::registries::{kind_of, wanted};
use crate::tool::git::Repository;
use crate::workspace::Workspace;

pub struct Asked {
    pub repository: Repository,
    pub commit: CommitId,
    pub workspace: Workspace,
    /// What is cut; its groups are those whose targets are published.
    pub request: Request,
    /// Labels of the targets that are left out.
    pub skip: Vec<String>,
    pub fault: Option<Fault>,
}

impl Asked {
    /// # Errors
    /// Exit code 2 for a bump, group, pin, target or fault that is none, and for a broken config.
    pub fn read(app: &mut App<'_>, args: &Rehearse) -> Result<Asked, Refusal> {
        let bump = Bump::parse(&args.bump).map_err(|error| Refusal::usage(release::bad_bump(&error)))?;
        let usage = |what: String| Refusal::usage(Problem::new(Code::W0109, what));
        let fault = args.fault.as_deref().map(Fault::parse).transpose();
        let fault = fault.map_err(|why| usage(format!("--fault: {why}")))?;
        let repository = app.repository()?;
        let commit = repository.commit("HEAD")?;
        let commit = commit.ok_or_else(|| Problem::new(Code::W0201, "this repository has no commit yet"))?;
        let workspace = build::workspace(app, &repository, &commit)?;
        let groups = groups(&workspace.config, &args.group)?;
        let reviewed =
            |name: &Name| workspace.config.group(name).is_some_and(|group| group.flow == Flow::Reviewed);
        let request = Request {
            bump,
            prepare: groups.iter().all(reviewed),
            groups,
            summary: args.details.summary.clone(),
            force_version: args.details.force_version,
            offline: false,
            pins: pins::asked(&workspace.config, &args.details.pin)?,
        };
        let mut asked = Asked { repository, commit, workspace, request, skip: Vec::new(), fault };
        let all: Vec<(String, Target)> =
            asked.targets().iter().map(|target| (target.label(), (*target).clone())).collect();
        let mut problems = Problems::new();
        let known = || all.iter().map(|(label, _)| label.as_str()).collect::<Vec<_>>().join(", ");
        for word in &args.skip {
            let met = all.iter().filter(|(_, target)| desired::names(target, word));
            let met: Vec<String> = met.map(|(label, _)| label.clone()).collect();
            if met.is_empty() {
                problems.push(
                    Problem::new(Code::W0109, format!("--skip `{word}` names no target")).help(known()),
                );
            }
            asked.skip.extend(met);
        }
        if let Some(fault) = fault
            && !asked.kinds().iter().any(|kind| kind_of(*kind) == fault.target)
        {
            let what = format!("--fault `{fault}`: no target is published to {}", fault.target);
            problems.push(Problem::new(Code::W0109, what).help(known()));
        }
        if problems.is_empty() { Ok(asked) } else { Err(Refusal::config(problems)) }
    }

    /// The targets of the groups but for those that are left out.
    pub fn targets(&self) -> Vec<&Target> {
        self.all_targets()
            .into_iter()
            .map(|(_, target)| target)
            .filter(|one| !self.skip.contains(&one.label()))
            .collect()
    }

    /// Every target of the groups with its group.
    pub fn all_targets(&self) -> Vec<(&Name, &Target)> {
        let of = |target: &Target| {
            let groups = self.request.groups.iter().filter_map(|name| self.workspace.config.group(name));
            groups.into_iter().find(|group| group.packages.contains(&target.package)).map(|group| &group.name)
        };
        self.workspace.config.targets.iter().filter_map(|target| Some((of(target)?, target))).collect()
    }

    /// The kinds of the targets, plain files left out.
    pub fn kinds(&self) -> Vec<TargetKind> {
        let kinds: BTreeSet<TargetKind> = self.targets().iter().map(|target| target.kind).collect();
        kinds.into_iter().filter(|kind| *kind != TargetKind::Files).collect()
    }

    /// The registries that must run.
    pub fn registries(&self, bare: &std::path::Path) -> Vec<Wanted> {
        let name = |target: &&Target| {
            let own = target.name.as_ref().map(ToString::to_string);
            own.or_else(|| {
                let mut manifests = self.workspace.manifests.iter();
                manifests.find(|one| one.package == target.package && one.ecosystem == "npm")?.name.clone()
            })
        };
        let targets = self.targets();
        let npm = targets.iter().filter(|target| target.kind == TargetKind::Npm);
        wanted(&self.kinds(), &npm.filter_map(name).collect::<Vec<_>>(), bare)
    }

    /// What the toolbox must hold.
    pub fn tools(&self) -> Vec<Tool> {
        self.registries(std::path::Path::new("")).iter().filter_map(Wanted::tool).collect()
    }

    /// Whether the smoke test is of one of the groups.
    pub fn smokes(&self) -> bool {
        let config = &self.workspace.config;
        let group = |rules: &crate::model::smoke::Smoke| {
            rules.group.clone().or_else(|| config.default_group().map(|group| group.name.clone()))
        };
        config.smoke.as_ref().and_then(group).is_some_and(|name| self.request.groups.contains(&name))
    }

    /// The command as it was typed, for advice.
    pub fn command(&self) -> String {
        let mut command = format!("cargo xtask rehearse {}", paste(&self.request.words()));
        for label in &self.skip {
            command.push_str(&format!(" --skip {label}"));
        }
        if let Some(fault) = self.fault {
            command.push_str(&format!(" --fault {fault}"));
        }
        command
    }
}
