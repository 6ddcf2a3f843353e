//! The config's own checks.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Shape, Step};
use crate::model::method::Method;
use crate::model::template::Template;

/// One entry of `checks`.
#[derive(Clone, Debug)]
pub struct Check {
    pub name: String,
    pub deed: Deed,
    /// What its JSON must hold.
    pub json: Vec<Condition>,
    /// What its text must hold.
    pub text: Vec<Template>,
    /// Values kept for later checks, by name: where they stand in the JSON.
    pub save: BTreeMap<String, String>,
    /// How often it is tried again before it fails.
    pub retries: usize,
    /// Run before the contract's operations, so that these can use what it saves.
    pub first: bool,
    /// Whether it is run against a stack elsewhere; if nobody says, when it only reads.
    pub remote: Option<bool>,
}

impl Check {
    /// Whether a stack elsewhere may be checked so. A command may write, so it must be said.
    pub fn is_for_remote(&self) -> bool {
        self.remote.unwrap_or_else(|| matches!(&self.deed, Deed::Ask { ask, .. } if !ask.method.writes()))
    }
}

/// What a check does.
#[derive(Clone, Debug)]
pub enum Deed {
    Ask { ask: Ask, status: u16 },
    Run(Step),
}

/// A request.
#[derive(Clone, Debug)]
pub struct Ask {
    pub method: Method,
    /// A path at the base service, or a whole URL.
    pub url: Template,
    pub headers: BTreeMap<String, Template>,
    pub body: Option<Shape>,
    /// Sends the body as a form instead of as JSON.
    pub form: bool,
    /// Sends the login's token along.
    pub login: bool,
}

/// What must hold of a value inside of JSON.
#[derive(Clone, Debug)]
pub struct Condition {
    /// A JSON pointer (RFC 6901); empty for the whole.
    pub pointer: String,
    pub comparison: Comparison,
}

#[derive(Clone, Debug)]
pub enum Comparison {
    Equals(Shape),
    Differs(Shape),
    AtLeast(f64),
    AtMost(f64),
    /// A part of a text, or an entry of a list.
    Contains(Shape),
    /// Letters of a text, entries of a list or of an object.
    Length(usize),
    Exists(bool),
}

impl Comparison {
    /// Compares; `shape` fills in templates.
    ///
    /// # Errors
    /// Says what was seen instead.
    pub fn holds(
        &self,
        pointer: &str,
        document: &Value,
        shape: impl Fn(&Shape) -> Value,
    ) -> Result<(), String> {
        let seen = document.pointer(pointer);
        if let Comparison::Exists(wanted) = self {
            return match (seen, wanted) {
                (None, true) => Err(format!("`{pointer}` is missing")),
                (Some(value), false) => Err(format!("`{pointer}` is {}, and should be absent", short(value))),
                _ => Ok(()),
            };
        }
        let Some(seen) = seen else { return Err(format!("`{pointer}` is missing")) };
        let wrong = |wanted: String| Err(format!("`{pointer}` is {}, expected {wanted}", short(seen)));
        match self {
            Comparison::Exists(_) => Ok(()),
            Comparison::Equals(value) => {
                let value = shape(value);
                if same(seen, &value) { Ok(()) } else { wrong(short(&value)) }
            }
            Comparison::Differs(value) => {
                let value = shape(value);
                if same(seen, &value) { wrong(format!("anything but {}", short(&value))) } else { Ok(()) }
            }
            Comparison::AtLeast(least) => match seen.as_f64() {
                Some(number) if number >= *least => Ok(()),
                _ => wrong(format!("at least {least}")),
            },
            Comparison::AtMost(most) => match seen.as_f64() {
                Some(number) if number <= *most => Ok(()),
                _ => wrong(format!("at most {most}")),
            },
            Comparison::Contains(value) => {
                let value = shape(value);
                let found = match (seen, &value) {
                    (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
                    (Value::Array(items), part) => items.iter().any(|item| same(item, part)),
                    (Value::Object(object), Value::String(key)) => object.contains_key(key),
                    _ => false,
                };
                if found { Ok(()) } else { wrong(format!("something that contains {}", short(&value))) }
            }
            Comparison::Length(wanted) => {
                let length = match seen {
                    Value::String(text) => text.chars().count(),
                    Value::Array(items) => items.len(),
                    Value::Object(object) => object.len(),
                    _ => return wrong(format!("something of length {wanted}")),
                };
                if length == *wanted { Ok(()) } else { wrong(format!("length {wanted}, not {length}")) }
            }
        }
    }
}

/// Equal as JSON is: `1` and `1.0` are one number.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

/// A value's start, for people.
pub fn short(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}\u{2026}", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn compares() {
        let document = json!({ "total": 6, "list": ["a", {"b": 1}], "text": "a word" });
        let says = |pointer: &str, comparison: Comparison| {
            comparison.holds(pointer, &document, Value::clone).err().unwrap_or_default()
        };
        assert_eq!(says("/total", Comparison::Equals(json!(6.0))), "");
        assert_eq!(says("/total", Comparison::Equals(json!("6"))), "`/total` is 6, expected \"6\"");
        assert_eq!(says("/total", Comparison::Differs(json!(6))), "`/total` is 6, expected anything but 6");
        assert_eq!(says("/total", Comparison::AtLeast(6.0)), "");
        assert_eq!(says("/total", Comparison::AtMost(5.5)), "`/total` is 6, expected at most 5.5");
        assert_eq!(says("/text", Comparison::AtLeast(1.0)), "`/text` is \"a word\", expected at least 1");
        assert_eq!(says("/list", Comparison::Contains(json!({"b": 1}))), "");
        assert_eq!(says("/text", Comparison::Contains(json!("word"))), "");
        assert!(says("/list", Comparison::Contains(json!("b"))).contains("contains \"b\""));
        assert_eq!(says("/list", Comparison::Length(2)), "");
        assert!(says("/list", Comparison::Length(3)).contains("length 3, not 2"));
        assert_eq!(says("/none", Comparison::Exists(true)), "`/none` is missing");
        assert_eq!(says("/none", Comparison::Exists(false)), "");
        assert_eq!(says("", Comparison::Exists(false)).split(" is ").next(), Some("``"));
        assert_eq!(says("/none", Comparison::Length(1)), "`/none` is missing");
    }
}
