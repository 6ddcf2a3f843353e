//! OpenAPI 3.0's dialect of schemas into JSON Schema 2020-12.
//!
//! 3.0 has `nullable`, a boolean `exclusiveMinimum`, and ignores what stands beside a `$ref`
//! (OpenAPI 3.0.3, "Schema Object", "Reference Object").

use serde_json::{Map, Value, json};

/// Translates every schema of a document in place.
pub fn translate(document: &mut Value) {
    for key in ["/components/schemas", "/components/responses", "/components/parameters", "/paths"] {
        if let Some(value) = document.pointer_mut(key) {
            walk(value, key.ends_with("schemas"));
        }
    }
    if let Some(value) = document.pointer_mut("/components/requestBodies") {
        walk(value, false);
    }
}

/// Finds the schemas below; `named` says that the members are schemas themselves.
fn walk(value: &mut Value, named: bool) {
    match value {
        Value::Object(table) => {
            for (key, value) in table {
                if named || key == "schema" {
                    schema(value);
                } else if key != "example" && key != "examples" {
                    walk(value, false);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, false)),
        _ => {}
    }
}

fn schema(value: &mut Value) {
    let Value::Object(table) = value else { return };
    if let Some(reference) = table.get("$ref").cloned() {
        *value = json!({ "$ref": reference });
        return;
    }
    for key in ["properties", "patternProperties"] {
        if let Some(Value::Object(inner)) = table.get_mut(key) {
            inner.values_mut().for_each(schema);
        }
    }
    for key in ["items", "additionalProperties", "not"] {
        table.get_mut(key).into_iter().for_each(schema);
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        if let Some(Value::Array(inner)) = table.get_mut(key) {
            inner.iter_mut().for_each(schema);
        }
    }
    for (flag, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if let Some(Value::Bool(exclusive)) = table.get(flag).cloned() {
            table.remove(flag);
            if exclusive && let Some(number) = table.remove(bound) {
                table.insert(flag.to_owned(), number);
            }
        }
    }
    if table.remove("nullable") == Some(Value::Bool(true)) {
        let inner = std::mem::take(table);
        *value = nullable(inner);
    }
}

/// A schema, or null.
fn nullable(mut inner: Map<String, Value>) -> Value {
    match inner.get("type").cloned() {
        Some(Value::String(kind)) if !inner.contains_key("enum") => {
            inner.insert("type".into(), json!([kind, "null"]));
            Value::Object(inner)
        }
        _ => json!({ "anyOf": [inner, { "type": "null" }] }),
    }
}
