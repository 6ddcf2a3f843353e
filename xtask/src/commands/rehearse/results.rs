//! What the stages said, gathered for the table and the record.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::Value;

use super::asked::Asked;
use super::course::{ByTarget, millis};
use crate::model::artifact::Artifacts;
use crate::model::plan::Plan;
use crate::model::publication::Event;
use crate::model::rehearsal::{FORMAT, Record, SmokeResult, TargetResult, Verdict};

pub(super) struct Results {
    pub record: Record,
    /// Milliseconds of confirmed uploads; heard while a stage runs.
    uploads: RefCell<ByTarget<u64>>,
}

impl Results {
    pub fn new(asked: &Asked) -> Results {
        let mut targets: Vec<TargetResult> = Vec::new();
        for (group, target) in asked.all_targets() {
            let label = target.label();
            if targets.iter().any(|one| one.target == label) {
                continue;
            }
            targets.push(TargetResult {
                skipped: asked.skip.contains(&label).then(|| "--skip".to_owned()),
                target: label,
                group: group.clone(),
                digests: BTreeMap::new(),
                built_millis: None,
                published: 0,
                published_millis: None,
                verified: None,
                verified_millis: None,
            });
        }
        let record = Record {
            format: FORMAT,
            plan: String::new(),
            base: asked.commit.clone(),
            groups: Vec::new(),
            targets,
            smoke: None,
            fault: None,
            verdict: if asked.skip.is_empty() { Verdict::Passed } else { Verdict::Incomplete },
            tools: BTreeMap::from([("windlass".to_owned(), env!("CARGO_PKG_VERSION").to_owned())]),
            began: 0,
            millis: 0,
            problems: Vec::new(),
        };
        Results { record, uploads: RefCell::default() }
    }

    pub fn planned(&mut self, plan: &Plan) {
        self.record.plan.clone_from(&plan.id);
    }

    pub fn built(&mut self, list: &Artifacts, seconds: &Value) {
        for one in &mut self.record.targets {
            let ours =
                list.artifacts.iter().filter(|own| format!("{}/{}", own.package, own.target) == one.target);
            one.digests.extend(ours.map(|own| (own.path.clone(), own.sha256.clone())));
            if let Some(time) = millis(&seconds[&one.target]) {
                one.built_millis = Some(time);
            }
        }
    }

    /// Something that happened while it was published.
    pub fn hear(&self, event: &Event) {
        if let Event::Confirmed { target, millis, uploaded: true, .. } = event {
            *self.uploads.borrow_mut().entry(target.clone()).or_default() += millis;
        }
    }

    /// What `status` printed.
    pub fn stands(&mut self, status: &Value) {
        let rows: Vec<&Value> = status["artifacts"].as_array().into_iter().flatten().collect();
        for one in &mut self.record.targets {
            let equal =
                rows.iter().filter(|row| row["target"] == one.target.as_str() && row["state"] == "equal");
            one.published += equal.count();
            one.published_millis = self.uploads.borrow().get(&one.target).copied().or(one.published_millis);
        }
        for row in status["skipped"].as_array().into_iter().flatten() {
            let one = self.record.targets.iter_mut().find(|one| row["target"] == one.target.as_str());
            if let (Some(one), Some(why)) = (one, row["why"].as_str()) {
                one.skipped = Some(why.to_owned());
            }
        }
    }

    /// What `verify` printed.
    pub fn verified(&mut self, verify: &Value) {
        for row in verify["targets"].as_array().into_iter().flatten() {
            let one = self.record.targets.iter_mut().find(|one| row["target"] == one.target.as_str());
            if let Some(one) = one {
                one.verified = row["by"].as_str().map(str::to_owned);
                one.verified_millis = row["millis"].as_u64();
            }
        }
    }

    /// What `release-smoke` printed.
    pub fn smoked(&mut self, smoke: &Value) {
        let items: Vec<&Value> = smoke["items"].as_array().into_iter().flatten().collect();
        let count = |result: &str| items.iter().filter(|item| item["result"] == result).count();
        self.record.smoke = Some(SmokeResult {
            passed: count("passed"),
            failed: count("failed"),
            skipped: count("skipped"),
            millis: smoke["ms"].as_f64().map_or(0, |time| time.round() as u64),
        });
    }

    pub fn record(self) -> Record {
        self.record
    }
}
