//! In which order operations are called: what makes things before what reads them, what removes
//! them last.

use super::Operation;
use crate::model::method::Method;

/// Operations that are called one after the other, or side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// POST to a collection, the outermost first.
    Create,
    /// What only reads, side by side.
    Read,
    /// What changes one thing.
    Change,
    /// The innermost first, so that nothing is removed before its parts.
    Remove,
}

/// The stage of an operation.
pub fn stage(operation: &Operation) -> Stage {
    match operation.method {
        Method::Delete => Stage::Remove,
        Method::Post if !operation.path.ends_with('}') => Stage::Create,
        Method::Post | Method::Put | Method::Patch => Stage::Change,
        Method::Get | Method::Head | Method::Options | Method::Trace => Stage::Read,
    }
}

/// The operations stage by stage, each with its index in the contract.
pub fn stages(operations: &[Operation]) -> Vec<(Stage, Vec<&Operation>)> {
    let mut stages: Vec<(Stage, Vec<&Operation>)> =
        [Stage::Create, Stage::Read, Stage::Change, Stage::Remove].map(|stage| (stage, Vec::new())).into();
    for operation in operations {
        let own = stage(operation);
        if let Some((_, list)) = stages.iter_mut().find(|(stage, _)| *stage == own) {
            list.push(operation);
        }
    }
    let depth = |operation: &&Operation| operation.path_names().len();
    for (stage, list) in &mut stages {
        match stage {
            Stage::Remove => list.sort_by_key(|operation| std::cmp::Reverse(depth(operation))),
            _ => list.sort_by_key(depth),
        }
    }
    stages
}
