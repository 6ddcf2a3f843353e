//! JSON or YAML into one tree.

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Number, Value};

/// Reads a document: JSON where it starts with `{`, else YAML 1.2 (its first document).
///
/// # Errors
/// Says where it is malformed.
pub fn read(text: &str) -> Result<Value, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| format!("is no JSON: {error}"));
    }
    yaml(text)
}

/// A list or table whose end has not come; a table waits for a key, or for the value of one.
enum Open {
    List(Vec<Value>),
    Table(Map<String, Value>, Option<String>),
}

/// As deep as JSON is read.
const DEEPEST: usize = 128;

fn yaml(text: &str) -> Result<Value, String> {
    // The scanner takes a NUL for the end of the text.
    if text.contains('\0') {
        return Err("holds a NUL character".into());
    }
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) =
            event.map_err(|error| format!("is no YAML: line {}: {}", error.marker().line(), error.info()))?;
        let line = span.start.line();
        if open.len() > DEEPEST {
            return Err(format!("is nested too deeply in line {line}"));
        }
        let value = match event {
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open::Table(Map::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(items)) => Value::Array(items),
                Some(Open::Table(table, _)) => Value::Object(table),
                None => return Err(format!("is no YAML: line {line}")),
            },
            Event::Scalar(text, ScalarStyle::Plain, ..) => plain(&text),
            Event::Scalar(text, ..) => Value::from(text.into_owned()),
            Event::Alias(_) => return Err(format!("holds an alias in line {line}, which is not followed")),
            Event::DocumentEnd => break,
            _ => continue,
        };
        match open.last_mut() {
            None => return Ok(value),
            Some(Open::List(items)) => items.push(value),
            Some(Open::Table(table, key)) => match key.take() {
                Some(name) => drop(table.insert(name, value)),
                None => *key = Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
            },
        }
    }
    Ok(Value::Null)
}

/// A plain scalar (YAML 1.2.2, 10.3.2: the core schema).
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::from(text), Value::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
        return None;
    }
    let whole = text.strip_prefix('+').unwrap_or(text).parse::<i64>().ok().map(Number::from);
    let digits = text.contains(|c: char| c.is_ascii_digit());
    let allowed = text.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    whole.or_else(|| text.parse().ok().filter(|_| digits && allowed).and_then(Number::from_f64))
}
