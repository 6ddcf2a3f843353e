//! What the placeholders stand for.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::Job;
use crate::io::env::variable;
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::secret::{Mask, Secret};
use crate::model::smoke::Shape;
use crate::model::template::{Part, Template};
use crate::model::url::Url;
use crate::model::version::Version;

/// The values, by placeholder.
pub struct Words {
    version: Version,
    form: Form,
    allowed: Vec<String>,
    data: String,
    pub ports: BTreeMap<Name, u16>,
    remote: Option<Url>,
    base: Name,
    secrets: BTreeMap<String, Secret>,
    pub saved: BTreeMap<String, Value>,
}

impl Words {
    /// Reads the secrets from the environment; those that stand there are masked from here on.
    /// A default stands in the config for everybody to read, and is not.
    pub fn new(job: &Job<'_>, folder: &Path, mask: &mut Mask) -> Words {
        let mut secrets = BTreeMap::new();
        for rule in &job.rules.secrets {
            let given = variable(&rule.env).map(Secret::new);
            given.iter().for_each(|secret| mask.add(secret));
            let secret = given.or_else(|| rule.default.as_ref().map(Secret::new));
            secrets.insert(rule.name.to_string(), secret.unwrap_or_else(|| Secret::new("")));
        }
        Words {
            version: job.version,
            form: job.form,
            allowed: job.rules.placeholders.clone(),
            data: folder.join("data").display().to_string(),
            ports: BTreeMap::new(),
            remote: job.remote.clone(),
            base: job.rules.base.clone(),
            secrets,
            saved: BTreeMap::new(),
        }
    }

    /// The address of a service; a remote stack has one for all.
    pub fn url(&self, service: &Name) -> String {
        match &self.remote {
            Some(url) => url.to_string().trim_end_matches('/').to_owned(),
            None => format!("http://127.0.0.1:{}", self.port(service)),
        }
    }

    pub fn base_url(&self) -> String {
        self.url(&self.base)
    }

    fn port(&self, service: &Name) -> u16 {
        let remote = || self.remote.as_ref().map(Url::port);
        self.ports.get(service).copied().or_else(remote).unwrap_or_default()
    }

    /// A text's value for the base service.
    pub fn text(&self, template: &Template) -> String {
        self.text_of(template, &self.base)
    }

    /// A text's value; `{port}` and `{url}` are the service's own.
    pub fn text_of(&self, template: &Template, service: &Name) -> String {
        template.render(self.version, self.form, |name| self.value(name, service))
    }

    fn value(&self, name: &str, own: &Name) -> String {
        let service = |name: &str| Name::parse(name).unwrap_or_else(|_| own.clone());
        match name.split_once(':') {
            None if name == "port" => self.port(own).to_string(),
            None if name == "url" => self.url(own),
            None => self.data.clone(),
            Some(("port", name)) => self.port(&service(name)).to_string(),
            Some(("url", name)) => self.url(&service(name)),
            Some(("secret", name)) => self.secrets.get(name).map_or("", |secret| secret.expose()).to_owned(),
            Some((_, name)) => self.saved.get(name).map_or_else(String::new, plain),
        }
    }

    /// JSON with its texts filled in. A text that is one saved value is that value, number or not.
    pub fn shape(&self, shape: &Shape) -> Value {
        match shape {
            Value::String(text) => {
                let allowed: Vec<&str> = self.allowed.iter().map(String::as_str).collect();
                let Ok(template) = Template::parse(text, &allowed) else { return shape.clone() };
                if let [Part::Value(name)] = template.parts()
                    && let Some(value) = name.strip_prefix("saved:").and_then(|name| self.saved.get(name))
                {
                    return value.clone();
                }
                Value::from(self.text(&template))
            }
            Value::Array(items) => items.iter().map(|item| self.shape(item)).collect(),
            Value::Object(table) => {
                Value::Object(table.iter().map(|(key, value)| (key.clone(), self.shape(value))).collect())
            }
            other => other.clone(),
        }
    }
}

/// A value inside of a text: texts without their quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
