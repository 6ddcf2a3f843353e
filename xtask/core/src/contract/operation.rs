//! The operations of a document.

use std::collections::BTreeMap;

use serde_json::Value;

use super::link::{self, Link};
use super::media::Media;
use super::{resolve, token};
use crate::model::method::Method;

/// One method of one path.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The `operationId`, or `GET /path` where there is none.
    pub id: String,
    pub method: Method,
    /// `/projects/{project_id}`, with the path of the document's first server before it.
    pub path: String,
    pub parameters: Vec<Parameter>,
    /// Bodies it takes, in the order of the document.
    pub bodies: Vec<Payload>,
    pub body_required: bool,
    /// By status: `200`, `2XX`, `default`.
    pub answers: BTreeMap<String, Vec<Payload>>,
    pub links: Vec<Link>,
    /// Alternatives, each with the schemes that it needs together; an empty one needs none.
    pub security: Vec<Vec<String>>,
}

/// A media type and where the document describes its content.
#[derive(Clone, Debug)]
pub struct Payload {
    pub media: Media,
    /// The pointer to the media type object.
    pub pointer: String,
}

#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    pub place: Place,
    pub required: bool,
    /// The pointer to the parameter object.
    pub pointer: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Path,
    Query,
    Header,
    Cookie,
}

/// How a token is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `Authorization: Bearer`, also for OAuth 2 and OpenID Connect.
    Bearer,
    Basic,
    Key(Place, String),
    /// Mutual TLS and what else cannot be sent.
    Other(String),
}

impl Operation {
    /// `GET /projects`.
    pub fn route(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether a call without a token must be refused.
    pub fn is_protected(&self) -> bool {
        !self.security.is_empty() && self.security.iter().all(|needed| !needed.is_empty())
    }

    /// The documented answer for a status: by itself, by its range, by default.
    pub fn answer(&self, status: u16) -> Option<(&str, &[Payload])> {
        let range = format!("{}XX", status / 100);
        let keys = [status.to_string(), range.clone(), range.to_lowercase(), "default".to_owned()];
        let known = |key: &String| self.answers.get_key_value(key.as_str());
        keys.iter().find_map(known).map(|(key, payloads)| (key.as_str(), payloads.as_slice()))
    }

    /// The names of the path's parameters in its order.
    pub fn path_names(&self) -> Vec<&str> {
        names_in(&self.path)
    }
}

/// The names in the braces of a path.
pub fn names_in(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect()
}

pub fn schemes(document: &Value) -> Result<BTreeMap<String, Scheme>, String> {
    let Some(Value::Object(table)) = document.pointer("/components/securitySchemes") else {
        return Ok(BTreeMap::new());
    };
    let scheme = |name: &String| {
        let (value, _) = resolve(document, &format!("/components/securitySchemes/{}", token(name)))?;
        let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
        let scheme = match (text("type"), text("scheme").to_ascii_lowercase().as_str()) {
            ("http", "bearer") | ("oauth2" | "openIdConnect", _) => Scheme::Bearer,
            ("http", "basic") => Scheme::Basic,
            ("apiKey", _) => match place(text("in")) {
                Some(place) => Scheme::Key(place, text("name").to_owned()),
                None => Scheme::Other("apiKey".into()),
            },
            (other, _) => Scheme::Other(other.to_owned()),
        };
        Ok((name.clone(), scheme))
    };
    table.keys().map(scheme).collect()
}

fn place(text: &str) -> Option<Place> {
    match text {
        "path" => Some(Place::Path),
        "query" => Some(Place::Query),
        "header" => Some(Place::Header),
        "cookie" => Some(Place::Cookie),
        _ => None,
    }
}

pub fn operations(document: &Value) -> Result<Vec<Operation>, String> {
    let Some(Value::Object(paths)) = document.get("paths") else { return Err("has no `paths`".into()) };
    let base = server_path(document);
    let mut operations: Vec<Operation> = Vec::new();
    for path in paths.keys() {
        let (item, at) = resolve(document, &format!("/paths/{}", token(path)))?;
        let Value::Object(members) = item else { return Err(format!("has no operations at `{path}`")) };
        for method in members.keys().filter_map(|key| Method::from_name(key).filter(|_| is_lower(key))) {
            let at_method = format!("{at}/{}", method.name().to_ascii_lowercase());
            let operation = operation(document, &base, path, method, &at, &at_method)
                .map_err(|why| format!("{why} (`{method} {path}`)"))?;
            if operations.iter().any(|known| known.id == operation.id) {
                return Err(format!("has the operationId `{}` twice", operation.id));
            }
            operations.push(operation);
        }
    }
    Ok(operations)
}

fn is_lower(key: &str) -> bool {
    key.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The path of the first server: `/api/v1`, or nothing.
fn server_path(document: &Value) -> String {
    let url = document.pointer("/servers/0/url").and_then(Value::as_str).unwrap_or_default();
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => url,
    };
    let path = path.trim_end_matches('/');
    // A path with variables of its own is the deployment's business.
    if path.contains('{') || (!path.is_empty() && !path.starts_with('/')) {
        String::new()
    } else {
        path.to_owned()
    }
}

fn operation(
    document: &Value,
    base: &str,
    path: &str,
    method: Method,
    item: &str,
    at: &str,
) -> Result<Operation, String> {
    let value = document.pointer(at).ok_or("is missing")?;
    let id = value.get("operationId").and_then(Value::as_str);
    let mut parameters = parameters(document, &format!("{at}/parameters"))?;
    for shared in self::parameters(document, &format!("{item}/parameters"))? {
        if !parameters.iter().any(|own| own.name == shared.name && own.place == shared.place) {
            parameters.push(shared);
        }
    }
    for name in names_in(path) {
        if !parameters.iter().any(|known| known.place == Place::Path && known.name == name) {
            return Err(format!("does not describe the path parameter `{name}`"));
        }
    }
    let mut answers = BTreeMap::new();
    let mut links = Vec::new();
    if let Some(Value::Object(responses)) = value.get("responses") {
        for status in responses.keys() {
            let (_, response) = resolve(document, &format!("{at}/responses/{}", token(status)))?;
            links.extend(link::of(document, &response, id.unwrap_or_default())?);
            answers.insert(status.clone(), payloads(document, &response));
        }
    }
    let (bodies, body_required) = match value.get("requestBody") {
        None => (Vec::new(), false),
        Some(_) => {
            let (body, body_at) = resolve(document, &format!("{at}/requestBody"))?;
            let required = body.get("required").and_then(Value::as_bool).unwrap_or(false);
            (payloads(document, &body_at), required)
        }
    };
    let security =
        value.get("security").or_else(|| document.get("security")).map(alternatives).unwrap_or_default();
    Ok(Operation {
        id: id.map_or_else(|| format!("{method} {path}"), str::to_owned),
        method,
        path: format!("{base}{path}"),
        parameters,
        bodies,
        body_required,
        answers,
        links,
        security,
    })
}

fn parameters(document: &Value, at: &str) -> Result<Vec<Parameter>, String> {
    let Some(Value::Array(list)) = document.pointer(at) else { return Ok(Vec::new()) };
    let parameter = |index: usize| {
        let (value, pointer) = resolve(document, &format!("{at}/{index}"))?;
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        let place = text("in").and_then(place).ok_or("has a parameter without a place")?;
        let name = text("name").ok_or("has a parameter without a name")?.to_owned();
        let required =
            place == Place::Path || value.get("required").and_then(Value::as_bool).unwrap_or(false);
        Ok(Parameter { name, place, required, pointer })
    };
    (0..list.len()).map(parameter).collect()
}

fn payloads(document: &Value, at: &str) -> Vec<Payload> {
    let Some(Value::Object(content)) = document.pointer(&format!("{at}/content")) else { return Vec::new() };
    let payload = |media: &String| Payload {
        media: Media(media.clone()),
        pointer: format!("{at}/content/{}", token(media)),
    };
    content.keys().map(payload).collect()
}

fn alternatives(security: &Value) -> Vec<Vec<String>> {
    let names = |needed: &Value| needed.as_object().map(|table| table.keys().cloned().collect());
    security.as_array().into_iter().flatten().filter_map(names).collect()
}
