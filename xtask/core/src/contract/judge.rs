//! Whether an answer keeps the contract.

use std::collections::{BTreeMap, BTreeSet};

use boon::{Compiler, Draft, SchemaIndex, Schemas, ValidationError};
use serde_json::Value;

use super::media::Media;
use super::operation::Payload;
use super::{Contract, Operation, essence, resolve};
use crate::model::method::Method;

/// What an answer is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A documented success whose body keeps a schema that says something.
    Covered,
    /// Nothing wrong, and nothing shown: why it does not count.
    Thin(String),
    /// What is wrong.
    Broken(Vec<String>),
}

/// The schemas of all answers, compiled once.
pub struct Judge {
    schemas: Schemas,
    /// By the media type object's pointer; an error says why its schema cannot be used.
    compiled: BTreeMap<String, Result<SchemaIndex, String>>,
    /// Those of `compiled` whose schema admits anything.
    empty: BTreeSet<String>,
}

/// A name for the document that nobody can look up (RFC 6761, 6.4).
const DOCUMENT: &str = "http://contract.invalid/openapi";

/// Nothing is loaded from outside of the document.
struct Nothing;

impl boon::UrlLoader for Nothing {
    fn load(&self, url: &str) -> Result<Value, Box<dyn std::error::Error>> {
        Err(format!("`{url}` is outside of the contract").into())
    }
}

/// How many faults of one body are told.
const TOLD: usize = 4;

impl Judge {
    pub fn new(contract: &Contract) -> Judge {
        let mut compiler = Compiler::new();
        compiler.set_default_draft(Draft::V2020_12);
        compiler.enable_format_assertions();
        compiler.use_loader(Box::new(Nothing));
        let added =
            compiler.add_resource(DOCUMENT, contract.document.clone()).map_err(|error| error.to_string());
        let mut judge = Judge { schemas: Schemas::new(), compiled: BTreeMap::new(), empty: BTreeSet::new() };
        let answers = contract.operations.iter().flat_map(|operation| operation.answers.values().flatten());
        for payload in answers {
            let pointer = format!("{}/schema", payload.pointer);
            if admits_anything(&contract.document, &pointer) {
                judge.empty.insert(payload.pointer.clone());
                continue;
            }
            let location = format!("{DOCUMENT}#{}", escaped(&pointer));
            let index = added.clone().and_then(|()| {
                compiler.compile(&location, &mut judge.schemas).map_err(|error| format!("{error:#}"))
            });
            judge.compiled.insert(payload.pointer.clone(), index);
        }
        judge
    }

    /// Judges an answer to an operation that was called as it should be.
    pub fn verdict(
        &self,
        operation: &Operation,
        status: u16,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Verdict {
        let documented = || operation.answers.keys().cloned().collect::<Vec<_>>().join(", ");
        let Some((key, payloads)) = operation.answer(status) else {
            return Verdict::Broken(vec![format!("answered {status}; documented: {}", documented())]);
        };
        if !(200..400).contains(&status) {
            return Verdict::Broken(vec![format!("answered {status}, which is documented but no success")]);
        }
        if payloads.is_empty() || operation.method == Method::Head {
            return bare(operation, status, body);
        }
        let Some(content_type) = content_type else {
            return Verdict::Broken(vec!["answered without a content type".into()]);
        };
        let Some(payload) = payloads.iter().find(|payload| payload.media.admits(content_type)) else {
            let media: Vec<&str> = payloads.iter().map(|payload| payload.media.0.as_str()).collect();
            let seen = essence(content_type);
            return Verdict::Broken(vec![format!("answered as `{seen}`; documented: {}", media.join(", "))]);
        };
        match self.faults(payload, content_type, body) {
            Err(faults) => Verdict::Broken(faults),
            Ok(()) if self.empty.contains(&payload.pointer) => {
                Verdict::Thin(format!("the contract has no schema for {status}'s body"))
            }
            Ok(()) if key == "default" => Verdict::Thin(format!("{status} is documented as `default` only")),
            Ok(()) => Verdict::Covered,
        }
    }

    fn faults(&self, payload: &Payload, content_type: &str, body: &[u8]) -> Result<(), Vec<String>> {
        let value = if Media::is_json(content_type) {
            serde_json::from_slice(body).map_err(|error| vec![format!("the body is no JSON: {error}")])?
        } else {
            Value::from(String::from_utf8_lossy(body).into_owned())
        };
        match self.compiled.get(&payload.pointer) {
            None => Ok(()),
            Some(Err(why)) => Err(vec![format!("the contract's schema cannot be used: {why}")]),
            Some(Ok(index)) => self.schemas.validate(&value, *index).map_err(|error| {
                let mut faults = Vec::new();
                leaves(&error, &mut faults);
                let more = faults.len().saturating_sub(TOLD);
                faults.truncate(TOLD);
                if more > 0 {
                    faults.push(format!("and {more} more"));
                }
                faults
            }),
        }
    }
}

/// An answer that has no body by its method, or for which none is documented.
fn bare(operation: &Operation, status: u16, body: &[u8]) -> Verdict {
    let never = matches!(status, 204 | 205 | 304) || operation.method == Method::Head;
    match (never, body.is_empty()) {
        (true, true) => Verdict::Covered,
        (true, false) => Verdict::Broken(vec![format!("answered {status} with a body")]),
        (false, true) if (300..400).contains(&status) => Verdict::Covered,
        (false, _) => Verdict::Thin(format!("the contract describes no body for {status}")),
    }
}

fn leaves(error: &ValidationError, faults: &mut Vec<String>) {
    if error.causes.is_empty() {
        let at = error.instance_location.to_string();
        let at = if at.is_empty() { "the body".to_owned() } else { format!("`{at}`") };
        let fault = format!("{at}: {}", error.kind);
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }
    error.causes.iter().for_each(|cause| leaves(cause, faults));
}

/// Words of a schema that say nothing of the value.
const WORDS: [&str; 12] = [
    "title",
    "description",
    "example",
    "examples",
    "default",
    "deprecated",
    "readOnly",
    "writeOnly",
    "$comment",
    "externalDocs",
    "xml",
    "nullable",
];

/// Whether a schema is missing, empty, or says no more than that there is an object or a list.
fn admits_anything(document: &Value, pointer: &str) -> bool {
    let Ok((schema, _)) = resolve(document, pointer) else { return document.pointer(pointer).is_none() };
    let Value::Object(table) = schema else { return *schema != Value::Bool(false) };
    let says = |key: &str, value: &Value| match (key, value) {
        _ if WORDS.contains(&key) || key.starts_with("x-") => false,
        ("type", Value::String(kind)) => kind != "object" && kind != "array",
        ("additionalProperties" | "items" | "unevaluatedProperties", Value::Bool(allowed)) => !allowed,
        ("properties", Value::Object(inner)) => !inner.is_empty(),
        (_, Value::Object(inner)) => !inner.is_empty(),
        (_, Value::Array(inner)) => !inner.is_empty(),
        _ => true,
    };
    !table.iter().any(|(key, value)| says(key, value))
}

/// A JSON pointer as an URL's fragment holds it.
fn escaped(pointer: &str) -> String {
    let mut out = String::new();
    for byte in pointer.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
