//! What `[smoke]` says, checked: the stack, its seed, the login, the contract, the checks.

pub mod check;
pub mod contract;
pub mod outcome;

use std::collections::BTreeMap;

use serde_json::Value;

use super::form::Form;
use super::names::Name;
use super::path::RepoPath;
use super::template::Template;

pub use check::{Ask, Check, Comparison, Condition, Deed};
pub use contract::{ContractRule, OperationRule};

/// The whole table.
#[derive(Clone, Debug)]
pub struct Smoke {
    /// Whose version must run; none for the default group's.
    pub group: Option<Name>,
    pub stack: StackKind,
    /// The service that paths without a host are asked of.
    pub base: Name,
    /// Run before the boot, in this order.
    pub setup: Vec<Step>,
    pub services: Vec<Service>,
    pub compose: Option<Compose>,
    /// Run once the stack is ready, in this order.
    pub seed: Vec<Seed>,
    pub secrets: Vec<SecretRule>,
    pub login: Option<Login>,
    pub version: Option<VersionRule>,
    pub contract: Option<ContractRule>,
    pub checks: Vec<Check>,
    /// Seconds that one call may take.
    pub call_limit: usize,
    /// How many calls run side by side.
    pub parallel: usize,
    /// What the texts may hold besides the version: `port:api`, `secret:password`.
    pub placeholders: Vec<String>,
}

impl Smoke {
    pub fn service(&self, name: &Name) -> Option<&Service> {
        self.services.iter().find(|service| service.name == *name)
    }
}

/// How the product is booted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StackKind {
    /// The services' own commands, each on a free port.
    Process,
    /// `docker compose`, under a project name of its own.
    Compose,
}

impl StackKind {
    pub fn name(self) -> &'static str {
        match self {
            StackKind::Process => "process",
            StackKind::Compose => "compose",
        }
    }
}

/// A program with its arguments, folder, environment and patience.
#[derive(Clone, Debug)]
pub struct Step {
    pub run: Vec<Template>,
    pub dir: RepoPath,
    pub env: BTreeMap<String, Template>,
    /// Seconds.
    pub limit: usize,
}

/// `[smoke.services.NAME]`.
#[derive(Clone, Debug)]
pub struct Service {
    pub name: Name,
    /// What the process stack starts; the compose stack has its own file.
    pub start: Option<Step>,
    /// A port that cannot be chosen freely.
    pub port: Option<u16>,
    /// The path that answers 2xx once it is ready.
    pub ready: String,
    /// Seconds until it must be ready.
    pub limit: usize,
}

/// `[smoke.compose]`.
#[derive(Clone, Debug)]
pub struct Compose {
    pub file: RepoPath,
    /// Run before the boot, after the setup of all stacks.
    pub setup: Vec<Step>,
    /// Whether `up` builds the images.
    pub build: bool,
    /// For the file's own variables: `API_PORT = "{port:api}"`.
    pub env: BTreeMap<String, Template>,
    /// Seconds until `up` must be done, builds and pulls included.
    pub limit: usize,
}

/// One entry of `seed`: a command beside the process stack, one inside of a compose service, or both.
#[derive(Clone, Debug)]
pub struct Seed {
    pub run: Option<Step>,
    /// The service and the command run in it.
    pub exec: Option<(Name, Vec<Template>)>,
    /// Seconds.
    pub limit: usize,
}

/// A secret: the environment variable that holds it, and what stands in for an unset one.
#[derive(Clone, Debug)]
pub struct SecretRule {
    pub name: Name,
    pub env: String,
    pub default: Option<String>,
}

/// How a token is got.
#[derive(Clone, Debug)]
pub struct Login {
    pub ask: Ask,
    /// Where the token stands in the answer.
    pub pointer: String,
}

/// Where the running version is told.
#[derive(Clone, Debug)]
pub struct VersionRule {
    pub url: Template,
    pub pointer: String,
    /// In which form; none for that of the package whose service answers.
    pub form: Option<Form>,
}

/// A JSON value whose texts are templates, as a request's body.
pub type Shape = Value;
