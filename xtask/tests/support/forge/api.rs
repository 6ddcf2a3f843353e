//! What an API gets and gives, and what both forges do alike.

use std::collections::BTreeMap;

use serde_json::Value;

/// A request that was let in.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    /// The path's parts below the API's base, `%XX` undone: `repos`, `team`, `app`.
    pub path: Vec<String>,
    pub query: BTreeMap<String, String>,
    pub fields: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// `http://127.0.0.1:PORT/base`, for addresses in answers.
    pub base: String,
    /// The path and query as they were sent.
    pub target: String,
}

impl Asked {
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    pub fn parts(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub fields: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(status: u16, value: &Value) -> Reply {
        let kind = ("Content-Type".to_owned(), "application/json; charset=utf-8".to_owned());
        Reply { status, fields: vec![kind], body: value.to_string().into_bytes() }
    }

    pub fn empty(status: u16) -> Reply {
        Reply { status, fields: Vec::new(), body: Vec::new() }
    }

    pub fn field(mut self, name: &str, value: impl Into<String>) -> Reply {
        self.fields.push((name.into(), value.into()));
        self
    }
}

/// A forge's API over its state.
pub trait Api: Send + 'static {
    /// The path below which it lies: `/api/v3`.
    const BASE: &'static str;

    fn answer(&mut self, asked: &Asked) -> Reply;

    /// The answer to a request without the right token.
    fn stranger(&self) -> Reply;
}

/// One page of a list, with the `Link` header that both forges send. No page is longer than `longest`, whatever was
/// asked for: lists of tests are short. `wrapped` makes the page's JSON.
pub fn page(asked: &Asked, items: &[Value], longest: usize, wrapped: impl Fn(Vec<Value>) -> Value) -> Reply {
    let number = |name: &str| asked.query(name).and_then(|text| text.parse::<usize>().ok());
    let size = number("per_page").unwrap_or(30).clamp(1, longest);
    let at = number("page").unwrap_or(1).max(1);
    let last = items.len().div_ceil(size).max(1);
    let here: Vec<Value> = items.iter().skip((at - 1) * size).take(size).cloned().collect();
    let link = |to: usize, relation: &str| {
        let kept = asked.target.split_once('?').map_or("", |(_, query)| query).split('&');
        let kept: Vec<&str> = kept.filter(|pair| !pair.is_empty() && !pair.starts_with("page=")).collect();
        let path = asked.path.iter().map(|part| encoded(part)).collect::<Vec<_>>().join("/");
        format!("<{}/{path}?{}&page={to}>; rel=\"{relation}\"", asked.base, kept.join("&"))
    };
    let mut links = Vec::new();
    if at > 1 {
        links.push(link(at - 1, "prev"));
    }
    if at < last {
        links.push(link(at + 1, "next"));
    }
    links.extend([link(1, "first"), link(last, "last")]);
    Reply::json(200, &wrapped(here)).field("Link", links.join(", "))
}

fn encoded(part: &str) -> String {
    windlass::model::secret::percent_encoded(part)
}

/// A recorded object with some of its fields set.
pub fn with(recorded: &str, fields: Value) -> Value {
    let mut value: Value = serde_json::from_str(recorded).expect("a recording is JSON");
    let object = value.as_object_mut().expect("a recording is an object");
    for (key, field) in fields.as_object().expect("fields") {
        assert!(object.contains_key(key) || key == "pull_request", "the recording has no `{key}`");
        object.insert(key.clone(), field.clone());
    }
    value
}
