//! The parameters of operations: configured, linked, created, listed, or the contract's examples.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Run, pool};
use crate::contract::fill::{items, split_last, text_of, value_in};
use crate::contract::order::{Stage, stage};
use crate::contract::{Contract, Operation, Parameter, parameter};
use crate::model::method::Method;

/// The values of a path's parameters by name.
pub(super) type Values = BTreeMap<String, String>;

/// How many items of a list are looked into for one that has parts.
const TRIED: usize = 5;

/// What calls have brought to light.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// What was created: the path of the collection, its own parameters, the answer.
    pub created: Vec<(String, Values, Value)>,
    /// Answers by operation, the latest.
    pub answers: BTreeMap<String, Value>,
    /// Lists by their filled-in path.
    lists: BTreeMap<String, Vec<Value>>,
}

impl Run<'_> {
    /// Values for all path parameters of an operation.
    ///
    /// # Errors
    /// Why a parameter cannot be filled.
    pub(super) fn path_values(
        &mut self,
        contract: &Contract,
        operation: &Operation,
        seen: &mut Seen,
    ) -> Result<Values, String> {
        let changes = matches!(stage(operation), Stage::Change | Stage::Remove);
        self.fill(contract, operation, &operation.path, changes, seen)?.into_iter().next().ok_or_else(|| {
            let name = operation.path_names().last().copied().unwrap_or_default().to_owned();
            format!("`{{{name}}}` cannot be filled")
        })
    }

    /// Every way to fill a path that was found, best first.
    fn fill(
        &mut self,
        contract: &Contract,
        operation: &Operation,
        path: &str,
        changes: bool,
        seen: &mut Seen,
    ) -> Result<Vec<Values>, String> {
        let Some((collection, name, _)) = split_last(path) else { return Ok(vec![Values::new()]) };
        if let Some(value) = self.said(contract, operation, name, seen) {
            let outer = self.fill(contract, operation, collection, changes, seen)?;
            return Ok(with(outer, name, &value));
        }
        // What the test made itself is changed and removed, not what the seed brought.
        if changes && path == operation.path {
            let made = seen.created.iter().rev().filter(|(at, _, _)| at == collection);
            let made = made
                .filter_map(|(_, outer, item)| Some(with(vec![outer.clone()], name, &value_in(item, name)?)));
            let made: Vec<Values> = made.flatten().collect();
            if !made.is_empty() {
                return Ok(made);
            }
        }
        let outer = self.fill(contract, operation, collection, false, seen)?;
        let lists = lists_of(contract, collection);
        let mut filled = Vec::new();
        let mut why = format!("no operation lists what `{{{name}}}` stands for");
        for list in lists {
            let ways = if list.path == collection {
                outer.clone()
            } else {
                self.fill(contract, list, &list.path, false, seen)?
            };
            for way in ways.into_iter().take(TRIED) {
                let found = self.listed(list, &way, seen);
                why = format!("`{}` lists nothing, so `{{{name}}}` cannot be filled", list.route());
                for value in found.iter().filter_map(|item| value_in(item, name)).take(TRIED) {
                    // The list's own parents, where the path has the same.
                    let outer = if list.path == collection { vec![way.clone()] } else { outer.clone() };
                    filled.extend(with(outer, name, &value));
                }
            }
        }
        if filled.is_empty() {
            let made = seen.created.iter().rev().filter(|(at, _, _)| at == collection);
            filled = made
                .filter_map(|(_, outer, item)| Some(with(vec![outer.clone()], name, &value_in(item, name)?)))
                .flatten()
                .collect();
        }
        if filled.is_empty()
            && let Some(value) = example(contract, operation, name)
        {
            filled = with(outer, name, &value);
        }
        if filled.is_empty() { Err(why) } else { Ok(filled) }
    }

    /// What the config or a link says of a parameter.
    fn said(&self, contract: &Contract, operation: &Operation, name: &str, seen: &Seen) -> Option<String> {
        let rules = self.job.rules.contract.as_ref()?;
        let own = rules.operations.get(&operation.id).and_then(|rule| rule.values.get(name));
        if let Some(shape) = own.or_else(|| rules.values.get(name)) {
            return text_of(&self.words.shape(shape));
        }
        let links = contract.operations.iter().flat_map(|operation| &operation.links);
        let mut links = links.filter(|link| link.to == operation.id && link.parameter == name);
        links.find_map(|link| text_of(seen.answers.get(&link.from)?.pointer(&link.pointer)?))
    }

    /// The items of a list, asked for once.
    fn listed(&mut self, list: &Operation, values: &Values, seen: &mut Seen) -> Vec<Value> {
        let path = super::calls::filled(&list.path, values);
        if let Some(known) = seen.lists.get(&path) {
            return known.clone();
        }
        let request = self.base_request(list, &path).ok().map(|request| self.with_token(list, request));
        let answer = request.and_then(|request| pool::one(&self.client, request, &self.interrupt));
        let body = answer.and_then(|(answer, _)| answer.ok()).filter(|answer| answer.head.status == 200);
        let body: Value =
            body.and_then(|answer| serde_json::from_slice(&answer.body).ok()).unwrap_or_default();
        let found = items(&body).to_vec();
        seen.lists.insert(path, found.clone());
        found
    }

    /// A parameter outside of the path: configured, or the contract's example where it is required.
    pub(super) fn other_value(
        &self,
        contract: &Contract,
        operation: &Operation,
        asked: &Parameter,
        seen: &Seen,
    ) -> Result<Option<String>, String> {
        let said = self.said(contract, operation, &asked.name, seen);
        let example = || parameter(contract, asked).as_ref().and_then(text_of);
        match said.or_else(|| example().filter(|_| asked.required)) {
            None if asked.required => Err(format!("the required parameter `{}` has no value", asked.name)),
            value => Ok(value),
        }
    }
}

/// The operations that may list what stands in a collection: at its own path, then at any path
/// that ends in the same word.
fn lists_of<'a>(contract: &'a Contract, collection: &str) -> Vec<&'a Operation> {
    let word = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let reads = contract.operations.iter().filter(|operation| operation.method == Method::Get);
    let (own, other): (Vec<_>, Vec<_>) = reads
        .filter(|operation| !operation.path.ends_with('}') && word(&operation.path) == word(collection))
        .partition(|operation| operation.path == collection);
    if own.is_empty() { other } else { own }
}

fn example(contract: &Contract, operation: &Operation, name: &str) -> Option<String> {
    let known = operation.parameters.iter().find(|known| known.name == name)?;
    parameter(contract, known).as_ref().and_then(text_of)
}

fn with(ways: Vec<Values>, name: &str, value: &str) -> Vec<Values> {
    let add = |mut values: Values| {
        values.insert(name.to_owned(), value.to_owned());
        values
    };
    ways.into_iter().map(add).collect()
}
