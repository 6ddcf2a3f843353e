//! A GitLab file with what it includes from the repository, and its jobs with what they extend ("CI/CD YAML
//! syntax reference": `include`, `extends`, `!reference`).

use std::collections::BTreeMap;
use std::rc::Rc;

use super::document::{self, Node, Value};

/// How far includes, extends and references may lead (GitLab: 11 levels of `extends`, 10 of `!reference`).
const FURTHEST: usize = 11;
const MOST_FILES: usize = 150;
/// Members of a file that are no jobs.
const GLOBAL: [&str; 12] = [
    "default",
    "include",
    "stages",
    "types",
    "variables",
    "workflow",
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
    "spec",
];

/// The whole configuration, as far as the repository holds it.
pub struct Merged {
    root: Rc<Node>,
    /// What was not looked into, for people: `include: template Jobs/Build.gitlab-ci.yml`.
    pub beyond: Vec<String>,
    /// The members that an included file brought: the line of the `include`, and the file.
    brought: BTreeMap<String, (usize, String)>,
}

/// A job with all that it extends, or why that is not known.
pub type Found = Result<Rc<Node>, String>;

/// Reads a file's text by its path from the repository's root; none where there is no such file.
pub type Read<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Merged {
    /// # Errors
    /// The line and why the file can't be read.
    pub fn read(text: &str, others: Read<'_>) -> Result<Merged, (usize, String)> {
        let mut beyond = Vec::new();
        let mut files = 0;
        let mut brought = BTreeMap::new();
        let root = file(text, others, 0, &mut files, &mut beyond, &mut brought)?;
        Ok(Merged { root, beyond, brought })
    }

    /// Where a member stands, for people: its line; of what was included the line of that, and the file, to stand
    /// before what is said.
    pub fn stands(&self, name: &str) -> (usize, String) {
        match self.brought.get(name) {
            Some((line, file)) => (*line, format!("in {file} ")),
            None => (self.root.get(name).map_or(1, |node| node.line), String::new()),
        }
    }

    /// What was not looked into, as a sentence without a final stop.
    pub fn unseen(&self) -> String {
        format!("the file uses {}, which is not looked into", self.beyond.join(", "))
    }

    pub fn get(&self, key: &str) -> Option<Rc<Node>> {
        self.settled(self.root.get(key)?, 0)
    }

    /// The jobs, templates (`.name`) left out, with all that they extend.
    pub fn jobs(&self) -> Vec<(String, Found)> {
        self.own().map(|(name, node)| (name.clone(), self.extended(node, 0))).collect()
    }

    /// The members that must be jobs.
    fn own(&self) -> impl Iterator<Item = &(String, Rc<Node>)> {
        let global = |name: &str| GLOBAL.contains(&name);
        self.root.pairs().iter().filter(move |(name, _)| !name.starts_with('.') && !global(name))
    }

    /// A job's value with its references followed.
    pub fn value(&self, job: &Node, key: &str) -> Result<Option<Rc<Node>>, String> {
        let Some(node) = job.get(key) else { return Ok(None) };
        self.settled(node, 0).map(Some).ok_or_else(|| format!("a `!reference` in `{key}` leads nowhere"))
    }

    fn extended(&self, job: &Rc<Node>, depth: usize) -> Result<Rc<Node>, String> {
        let Some(parents) = job.get("extends") else { return Ok(job.clone()) };
        let names = parents.texts().ok_or("`extends` is no list of names")?;
        if depth >= FURTHEST {
            return Err("`extends` goes further than GitLab follows it".to_owned());
        }
        let mut whole: Option<Rc<Node>> = None;
        for name in names {
            let parent =
                self.root.get(name).ok_or_else(|| format!("`extends: {name}` is not in the repository"))?;
            let parent = self.extended(parent, depth + 1)?;
            whole = Some(whole.map_or(parent.clone(), |whole| over(&whole, &parent, 0)));
        }
        Ok(whole.map_or_else(|| job.clone(), |whole| over(&whole, job, 0)))
    }

    /// The node with every `!reference` in it replaced; a list in a list is laid out flat, as GitLab does.
    fn settled(&self, node: &Rc<Node>, depth: usize) -> Option<Rc<Node>> {
        if depth > FURTHEST * 3 {
            return None;
        }
        Some(match &node.value {
            Value::Reference(path) => {
                let mut found = &self.root;
                for key in path {
                    found = found.get(key)?;
                }
                self.settled(found, depth + 3)?
            }
            Value::List(items) => {
                let mut flat = Vec::new();
                for item in items {
                    let settled = self.settled(item, depth + 1)?;
                    match &settled.value {
                        Value::List(inside) => flat.extend(inside.iter().cloned()),
                        _ => flat.push(settled),
                    }
                }
                Rc::new(Node::list(node.line, flat))
            }
            Value::Table(pairs) => {
                let pairs: Option<Vec<_>> = pairs
                    .iter()
                    .map(|(key, value)| Some((key.clone(), self.settled(value, depth + 1)?)))
                    .collect();
                Rc::new(Node::table(node.line, pairs?))
            }
            _ => node.clone(),
        })
    }
}

/// One file with those that it includes below it.
fn file(
    text: &str,
    others: Read<'_>,
    depth: usize,
    files: &mut usize,
    beyond: &mut Vec<String>,
    brought: &mut BTreeMap<String, (usize, String)>,
) -> Result<Rc<Node>, (usize, String)> {
    *files += 1;
    if depth > FURTHEST || *files > MOST_FILES {
        return Err((1, "includes go further than can be followed".to_owned()));
    }
    let documents = document::read(text)?;
    // Of two documents the first is the header of a file with inputs.
    let root = match documents.as_slice() {
        [] => return Ok(Rc::new(Node::table(1, Vec::new()))),
        [root] => root.clone(),
        [head, root] if head.get("spec").is_some() => root.clone(),
        _ => return Err((1, "it holds several documents".to_owned())),
    };
    if !matches!(root.value, Value::Table(_) | Value::Null) {
        return Err((root.line, "it is no table".to_owned()));
    }
    if text.contains("$[[") {
        beyond.push("inputs (`$[[ … ]]`)".to_owned());
    }
    let entries: Vec<Rc<Node>> = match root.get("include") {
        None => Vec::new(),
        Some(node) => match &node.value {
            Value::List(items) => items.clone(),
            _ => vec![node.clone()],
        },
    };
    let mut whole: Option<Rc<Node>> = None;
    for entry in entries {
        let local = entry.text().or_else(|| entry.get("local").and_then(|path| path.text()));
        let local = local.filter(|path| !path.contains("://") && !path.contains(['*', '$']));
        let Some(path) = local.filter(|_| entry.get("rules").is_none()) else {
            beyond.push(format!("`include` {}", shown(&entry)));
            continue;
        };
        let path = path.trim_start_matches('/');
        let text = others(path)
            .ok_or_else(|| (entry.line, format!("it includes {path}, and there is no such file")))?;
        let included = file(&text, others, depth + 1, files, beyond, &mut BTreeMap::new())
            .map_err(|(line, why)| (entry.line, format!("in {path}, line {line}: {why}")))?;
        let names = included.pairs().iter().filter(|(name, _)| root.get(name).is_none());
        brought.extend(names.map(|(name, _)| (name.clone(), (entry.line, path.to_owned()))));
        whole = Some(whole.map_or(included.clone(), |whole| over(&whole, &included, 0)));
    }
    Ok(whole.map_or_else(|| root.clone(), |whole| over(&whole, &root, 0)))
}

/// An `include` for people.
fn shown(entry: &Node) -> String {
    let kinds = ["local", "project", "remote", "template", "component"];
    let of = |kind: &&str| Some(format!("{kind} {}", entry.get(kind)?.text()?));
    entry
        .text()
        .map(str::to_owned)
        .or_else(|| kinds.iter().find_map(of))
        .unwrap_or_else(|| "of another kind".into())
}

/// The members of `top` over those of `base`: tables are merged, all else is replaced.
fn over(base: &Rc<Node>, top: &Rc<Node>, depth: usize) -> Rc<Node> {
    let tables = matches!((&base.value, &top.value), (Value::Table(_), Value::Table(_)));
    if !tables || depth > 100 {
        return top.clone();
    }
    let mut pairs = base.pairs().to_vec();
    for (key, node) in top.pairs() {
        match pairs.iter_mut().find(|(known, _)| known == key) {
            Some((_, there)) => *there = over(there, node, depth + 1),
            None => pairs.push((key.clone(), node.clone())),
        }
    }
    Rc::new(Node::table(top.line, pairs))
}
