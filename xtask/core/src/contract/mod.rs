//! The OpenAPI contract, 3.0 or 3.1, JSON or YAML: its operations, and whether an answer keeps it.

mod dialect;
mod document;
mod example;
pub mod fill;
mod judge;
mod link;
mod media;
mod operation;
pub mod order;
#[cfg(test)]
mod tests;

pub use document::read;
pub use example::{body, parameter};
pub use judge::{Judge, Verdict};
pub use link::Link;
pub use media::{Media, essence};
pub use operation::{Operation, Parameter, Payload, Place, Scheme};

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::method::Method;

/// A contract.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The document, its schemas in the spelling of JSON Schema 2020-12.
    pub document: Value,
    /// In the order of paths and methods.
    pub operations: Vec<Operation>,
    /// Security schemes by name.
    pub schemes: BTreeMap<String, Scheme>,
}

impl Contract {
    /// Reads a document.
    ///
    /// # Errors
    /// Says what is wrong with it and where.
    pub fn of(mut document: Value) -> Result<Contract, String> {
        let version = document.get("openapi").and_then(Value::as_str).unwrap_or_default().to_owned();
        if version.starts_with("3.0.") {
            dialect::translate(&mut document);
        } else if !version.starts_with("3.1.") {
            return Err(format!("is OpenAPI `{version}`; read are 3.0 and 3.1"));
        }
        let schemes = operation::schemes(&document)?;
        let operations = operation::operations(&document)?;
        if operations.is_empty() {
            return Err("has no operation".into());
        }
        Ok(Contract { document, operations, schemes })
    }

    /// Method and path of every operation.
    pub fn routes(&self) -> BTreeSet<(String, Method)> {
        self.operations.iter().map(|operation| (operation.path.clone(), operation.method)).collect()
    }

    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }
}

/// What stands at a JSON pointer, `$ref`s followed, and its own pointer.
///
/// # Errors
/// When there is nothing, a reference leads out of the document or in a circle.
fn resolve<'a>(document: &'a Value, pointer: &str) -> Result<(&'a Value, String), String> {
    let mut pointer = pointer.to_owned();
    for _ in 0..32 {
        let value =
            document.pointer(&pointer).ok_or_else(|| format!("refers to `#{pointer}`, which is missing"))?;
        match value.get("$ref").and_then(Value::as_str) {
            None => return Ok((value, pointer)),
            Some(reference) => {
                let Some(target) = reference.strip_prefix('#') else {
                    return Err(format!(
                        "refers to `{reference}`; only references inside of the file are followed"
                    ));
                };
                pointer = target.replace("%7B", "{").replace("%7D", "}");
            }
        }
    }
    Err(format!("refers in a circle at `#{pointer}`"))
}

/// A key as a JSON pointer holds it (RFC 6901, 3).
fn token(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
