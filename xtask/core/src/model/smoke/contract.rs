//! What the config says of the contract.

use std::collections::BTreeMap;

use super::Shape;
use crate::model::path::RepoPath;

/// `[smoke.contract]`.
#[derive(Clone, Debug)]
pub struct ContractRule {
    pub file: RepoPath,
    /// Where the running service shows its own contract; its routes must be the file's.
    pub url: Option<String>,
    /// The share of operations that must be covered, in percent.
    pub minimum: usize,
    /// Values of parameters by name.
    pub values: BTreeMap<String, Shape>,
    /// By `operationId`, or `GET /path` where there is none.
    pub operations: BTreeMap<String, OperationRule>,
}

/// `[smoke.contract.operations.ID]`.
#[derive(Clone, Debug, Default)]
pub struct OperationRule {
    pub body: Option<Shape>,
    pub values: BTreeMap<String, Shape>,
    /// Why it is not called.
    pub skip: Option<String>,
}
