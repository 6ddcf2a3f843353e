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

/// The operations stage by stage.
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::contract::Contract;

    #[test]
    fn makes_before_it_reads_and_removes_last() {
        let id = json!([{ "name": "a", "in": "path" }]);
        let both = json!([{ "name": "a", "in": "path" }, { "name": "b", "in": "path" }]);
        let all = |parameters: &serde_json::Value| json!({ "parameters": parameters, "get": {}, "put": {}, "delete": {} });
        let document = json!({ "openapi": "3.1.0", "paths": {
            "/a/{a}/b/{b}": all(&both),
            "/a/{a}/b": { "parameters": id, "post": {}, "get": {} },
            "/a/{a}": all(&id),
            "/a": { "post": {}, "get": {} },
        } });
        let contract = Contract::of(document).unwrap();
        let order: Vec<String> = stages(&contract.operations)
            .into_iter()
            .flat_map(|(_, list)| list.into_iter().map(Operation::route))
            .collect();
        assert_eq!(
            order,
            [
                "POST /a",
                "POST /a/{a}/b",
                "GET /a",
                "GET /a/{a}",
                "GET /a/{a}/b",
                "GET /a/{a}/b/{b}",
                "PUT /a/{a}",
                "PUT /a/{a}/b/{b}",
                "DELETE /a/{a}/b/{b}",
                "DELETE /a/{a}",
            ]
        );
    }
}
