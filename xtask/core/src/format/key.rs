//! Keys into JSON, TOML and YAML: `/info/version`, `project.version`, `packages["a b"][0].version`.

use std::fmt;

use super::node::{Kind, Node};
use super::text::Scalar;
use crate::model::problem::Problem;

/// A path to one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// A table's member, or a list's item when it is a number.
    Name(String),
    /// A list's item, from 0.
    Index(usize),
}

/// What was found at a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    Found(Scalar),
    /// A node that is no string.
    Other {
        line: usize,
        noun: &'static str,
    },
    /// Nothing; with the most similar key beside where the way ended.
    Missing {
        nearest: Option<String>,
    },
}

impl Key {
    /// Reads a JSON pointer (RFC 6901, so it starts with `/`) or a dotted key, whose parts may
    /// be quoted (`"a.b"`, `'a.b'`) or stand in brackets (`[0]`, `["a.b"]`).
    ///
    /// # Errors
    /// Says what is wrong, as the end of a sentence that starts with the key.
    pub fn parse(text: &str) -> Result<Key, String> {
        match text.strip_prefix('/') {
            Some(pointer) => pointer.split('/').map(unescape).collect::<Result<_, _>>().map(Key),
            None => dotted(text).map(Key),
        }
    }

    /// The key made of these table members.
    pub fn of(names: &[&str]) -> Key {
        Key(names.iter().map(|name| Step::Name((*name).to_owned())).collect())
    }

    /// Looks the key up from a root.
    ///
    /// # Errors
    /// As [`Node::at`].
    pub fn look<'a>(&self, root: impl Node<'a>) -> Result<Look, Problem> {
        let mut node = root;
        for (depth, step) in self.0.iter().enumerate() {
            match down(node, step)? {
                Some(next) => node = next,
                None => return Ok(Look::Missing { nearest: nearest(node, step, &self.0[..depth])? }),
            }
        }
        Ok(match node.scalar() {
            Some(scalar) => Look::Found(scalar),
            None => Look::Other { line: node.line(), noun: node.kind().noun() },
        })
    }
}

/// RFC 6901, section 4: `~1` is `/`, `~0` is `~`.
fn unescape(token: &str) -> Result<Step, String> {
    let lone = token.replace("~0", "").replace("~1", "").contains('~');
    if lone {
        return Err("holds a lone `~`; a pointer writes it as `~0`".into());
    }
    Ok(Step::Name(token.replace("~1", "/").replace("~0", "~")))
}

fn dotted(text: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut rest = text;
    loop {
        let step;
        (step, rest) = part(rest)?;
        steps.push(step);
        while let Some(inside) = rest.strip_prefix('[') {
            let (step, after) = bracket(inside)?;
            steps.push(step);
            rest = after;
        }
        match rest.strip_prefix('.') {
            Some(after) => rest = after,
            None if rest.is_empty() => return Ok(steps),
            None => return Err(format!("goes on with `{rest}` where a dot belongs")),
        }
    }
}

fn part(text: &str) -> Result<(Step, &str), String> {
    if text.starts_with(['"', '\'']) {
        return quoted(text);
    }
    let (name, rest) = text.split_at(text.find(['.', '[']).unwrap_or(text.len()));
    if name.is_empty() { Err("has an empty part".into()) } else { Ok((Step::Name(name.to_owned()), rest)) }
}

fn quoted(text: &str) -> Result<(Step, &str), String> {
    let (quote, inside) = text.split_at(1);
    let (name, rest) = inside.split_once(quote).ok_or("has a quote that is not closed")?;
    Ok((Step::Name(name.to_owned()), rest))
}

fn bracket(inside: &str) -> Result<(Step, &str), String> {
    let (step, rest) = if inside.starts_with(['"', '\'']) {
        quoted(inside)?
    } else {
        let (number, rest) = inside.split_at(inside.find(']').unwrap_or(inside.len()));
        let index = number.parse().map_err(|_| format!("has `{number}` for an index"))?;
        (Step::Index(index), rest)
    };
    rest.strip_prefix(']').map(|rest| (step, rest)).ok_or_else(|| "has a bracket that is not closed".into())
}

fn down<'a, N: Node<'a>>(node: N, step: &Step) -> Result<Option<N>, Problem> {
    match (node.kind(), step) {
        (Kind::Table, Step::Name(name)) => node.get(name),
        (Kind::List, Step::Name(name)) => {
            Ok(name.parse().ok().and_then(|at: usize| node.items().ok()?.get(at).copied()))
        }
        (Kind::List, Step::Index(at)) => Ok(node.items()?.get(*at).copied()),
        _ => Ok(None),
    }
}

/// The most similar key that does exist beside where a step led nowhere.
fn nearest<'a>(node: impl Node<'a>, step: &Step, before: &[Step]) -> Result<Option<String>, Problem> {
    let Step::Name(name) = step else { return Ok(None) };
    let mut best = None;
    for (key, _) in node.members()? {
        let far = distance(name, &key);
        if far <= name.len().max(key.len()) / 2 && best.as_ref().is_none_or(|(least, _)| far < *least) {
            best = Some((far, key.into_owned()));
        }
    }
    Ok(best.map(|(_, key)| {
        let steps = before.iter().cloned().chain([Step::Name(key)]).collect();
        Key(steps).to_string()
    }))
}

/// The edit distance of Levenshtein.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.chars().enumerate() {
            let best = (diagonal + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], best);
        }
    }
    row.last().copied().unwrap_or(0)
}

/// Dotted, with brackets where a part is not plain.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(at) => write!(f, "[{at}]")?,
                Step::Name(name) if is_plain(name) => {
                    write!(f, "{}{name}", if depth == 0 { "" } else { "." })?;
                }
                Step::Name(name) if depth == 0 => write!(f, "\"{name}\"")?,
                Step::Name(name) => write!(f, "[\"{name}\"]")?,
            }
        }
        Ok(())
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '$'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_pointers_and_dotted_keys() {
        let shown = |text: &str| Key::parse(text).map(|key| key.to_string());
        assert_eq!(shown("/info/version"), Ok("info.version".into()));
        assert_eq!(shown("/packages/0/version"), Ok("packages.0.version".into()));
        assert_eq!(shown("/a~1b/~01"), Ok("\"a/b\"[\"~1\"]".into()));
        assert_eq!(shown("/"), Ok("\"\"".into()));
        assert_eq!(shown("project.version"), Ok("project.version".into()));
        assert_eq!(shown("tool.\"a.b\".'c d'[0].x"), Ok("tool[\"a.b\"][\"c d\"][0].x".into()));
        assert_eq!(shown("packages[\"\"].version"), Ok("packages[\"\"].version".into()));
        for bad in ["", "a..b", ".a", "a.", "a[", "a[x]", "a[\"x]", "\"a", "a[0]b", "/~", "/~2"] {
            assert!(Key::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_shown_reads_back() {
        for text in ["a.b", "packages[\"../client-ts\"].version", "x[3][4].y", "\"a b\".c"] {
            let key = Key::parse(text).unwrap();
            assert_eq!(Key::parse(&key.to_string()), Ok(key), "{text}");
        }
    }

    #[test]
    fn measures_distance() {
        assert_eq!(distance("version", "versoin"), 2);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
