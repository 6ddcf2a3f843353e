//! A job: what it is given, what it runs, what it hands over.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::ci::declared;
use super::ground::{Ground, Way};
use crate::support::sandbox::copy_tree;

/// What a push starts, read from its file.
#[derive(Clone, Debug, Default)]
pub struct Job {
    pub name: String,
    /// The tag that was pushed.
    pub tag: String,
    pub needs: Vec<String>,
    pub steps: Vec<Step>,
    pub env: BTreeMap<String, String>,
    /// Whether it may show who it is: to an index of Python packages, to npm's registry.
    pub identity: bool,
}

#[derive(Clone, Debug)]
pub enum Step {
    Run(String),
    /// Takes what the needed jobs declared as artifacts (under a name), and lays it below a folder.
    Take {
        name: Option<String>,
        below: String,
    },
    /// Hands these paths over; `cut` folders of each path are left out of it.
    Give {
        name: Option<String>,
        path: String,
        cut: usize,
    },
}

/// How it went.
pub struct Run {
    /// A folder with what it handed over; a folder for each name where artifacts have one.
    pub artifacts: PathBuf,
    pub said: Vec<u8>,
    pub took: Duration,
}

const UNNAMED: &str = "artifacts";

impl Job {
    /// Runs it in a clone of its own.
    pub fn run(&self, ground: &Ground, needed: &[&Run]) -> Run {
        let began = Instant::now();
        let room = ground.room(&format!("{}-{}", self.name, self.tag.replace('/', "-")));
        let work = ground.checkout(&room, &self.tag);
        let artifacts = room.join("handed-over");
        let mut said = Vec::new();
        for step in &self.steps {
            match step {
                Step::Run(line) => {
                    let mut bash = ground.bash(&room, &work, self, way(line));
                    bash.args(["-e", "-o", "pipefail", "-c", line]).stdin(Stdio::null());
                    let output = bash.output().expect("bash");
                    let text = [output.stdout, output.stderr].concat();
                    let shown = String::from_utf8_lossy(&text).into_owned();
                    assert!(output.status.success(), "{} ({}): {line}\n{shown}", self.name, self.tag);
                    said.extend(text);
                }
                Step::Take { name, below } => {
                    for run in needed {
                        let from = run.artifacts.join(name.as_deref().unwrap_or(UNNAMED));
                        copy_tree_if_there(&from, &work.join(below));
                    }
                }
                Step::Give { name, path, cut } => {
                    let found = declared(&work, path);
                    assert!(!found.is_empty(), "{}: there is nothing at {path}", self.name);
                    for path in found {
                        let to = path.split('/').skip(*cut).collect::<Vec<_>>().join("/");
                        let to = artifacts.join(name.as_deref().unwrap_or(UNNAMED)).join(to);
                        copy_tree(&work.join(path), &to);
                    }
                }
            }
        }
        // The clone is gone: the next job can have nothing of it but what was handed over.
        std::fs::remove_dir_all(&work).expect("the job's clone");
        Run { artifacts, said, took: began.elapsed() }
    }
}

/// A build takes third-party packages from where this machine does; all else meets the release's registries.
fn way(line: &str) -> Way {
    if line.starts_with("cargo xtask build") { Way::ThirdParties } else { Way::Registries }
}

fn copy_tree_if_there(from: &Path, to: &Path) {
    if from.is_dir() {
        copy_tree(from, to);
    }
}
