//! Values that the contract itself gives: examples, defaults, constants.

use serde_json::{Map, Value};

use super::{Contract, Operation, Parameter, Payload, resolve};

/// The first body of an operation for which the contract has an example, and its media type.
pub fn body(contract: &Contract, operation: &Operation) -> Option<(Payload, Value)> {
    operation.bodies.iter().find_map(|payload| {
        let value = of_holder(&contract.document, &payload.pointer)?;
        Some((payload.clone(), value))
    })
}

/// A parameter's example.
pub fn parameter(contract: &Contract, parameter: &Parameter) -> Option<Value> {
    of_holder(&contract.document, &parameter.pointer)
}

/// Of a media type or parameter object: `example`, the first of `examples`, or the schema's.
fn of_holder(document: &Value, pointer: &str) -> Option<Value> {
    let (holder, pointer) = resolve(document, pointer).ok()?;
    if let Some(example) = holder.get("example") {
        return Some(example.clone());
    }
    if let Some(Value::Object(examples)) = holder.get("examples")
        && let Some(name) = examples.keys().next()
    {
        let at = format!("{pointer}/examples/{}", super::token(name));
        return resolve(document, &at).ok()?.0.get("value").cloned();
    }
    of_schema(document, &format!("{pointer}/schema"), 0)
}

/// What a schema itself says: example, constant, default, first choice; of an object the required
/// members and those that say something.
fn of_schema(document: &Value, pointer: &str, depth: usize) -> Option<Value> {
    if depth > 16 {
        return None;
    }
    let (schema, pointer) = resolve(document, pointer).ok()?;
    let said = schema
        .get("example")
        .or_else(|| schema.pointer("/examples/0"))
        .or_else(|| schema.get("const"))
        .or_else(|| schema.get("default"))
        .or_else(|| schema.pointer("/enum/0"));
    if let Some(value) = said {
        return Some(value.clone());
    }
    if let Some(Value::Array(parts)) = schema.get("allOf") {
        let mut whole = Map::new();
        for index in 0..parts.len() {
            whole.extend(
                of_schema(document, &format!("{pointer}/allOf/{index}"), depth + 1)?.as_object()?.clone(),
            );
        }
        return Some(Value::Object(whole));
    }
    let Some(Value::Object(properties)) = schema.get("properties") else { return None };
    let required = |name: &str| {
        let names = schema.get("required").and_then(Value::as_array);
        names.is_some_and(|names| names.iter().any(|known| known.as_str() == Some(name)))
    };
    let mut object = Map::new();
    for name in properties.keys() {
        let at = format!("{pointer}/properties/{}", super::token(name));
        match of_schema(document, &at, depth + 1) {
            Some(value) => drop(object.insert(name.clone(), value)),
            None if required(name) => return None,
            None => {}
        }
    }
    (!object.is_empty()).then_some(Value::Object(object))
}
