//! Takes a table's keys one by one, remembers which were asked for, and refuses the rest.

use std::cell::RefCell;
use std::collections::BTreeMap;

use toml_edit::{Item, TableLike};

use crate::model::names::Name;
use crate::model::problem::{Code, Problem, Problems};

use super::entry::{Entry, Node, printable};
use super::nearest::{advice, nearest};
use super::values::Names;

/// Where the file says each key: `groups.platform.flow` to its line.
pub(super) type Lines = BTreeMap<String, usize>;

/// One config text and what reading it has turned up so far.
pub(super) struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    /// Where each line starts.
    starts: Vec<usize>,
    problems: RefCell<Problems>,
    lines: RefCell<Lines>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a str, text: &'a str) -> Reader<'a> {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Reader { file, text, starts, problems: RefCell::default(), lines: RefCell::default() }
    }

    pub(super) fn file(&self) -> &'a str {
        self.file
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// The line (from 1) of a byte offset.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    pub(super) fn report(&self, line: usize, problem: Problem) {
        self.problems.borrow_mut().push(problem.at_file(self.file, Some(line)));
    }

    /// Remembers where a key is said.
    pub(super) fn note(&self, path: String, line: usize) {
        self.lines.borrow_mut().insert(path, line);
    }

    pub(super) fn root(&'a self, table: &'a dyn TableLike) -> Section<'a> {
        Section::new(self, Some(table), String::new(), 1)
    }

    /// The problems by line, and where each key is said.
    pub(super) fn into_parts(self) -> (Problems, Lines) {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.at.as_ref().and_then(|at| at.line));
        (problems, self.lines.into_inner())
    }
}

/// One table being read. An absent table is read as an empty one, so that defaults apply.
pub(super) struct Section<'a> {
    reader: &'a Reader<'a>,
    table: Option<&'a dyn TableLike>,
    path: String,
    line: usize,
    asked: Vec<&'static str>,
    /// Required keys that are not there (or several of which one is required), with an example each.
    missing: Vec<(Vec<&'static str>, String)>,
}

impl<'a> Section<'a> {
    pub(super) fn new(
        reader: &'a Reader<'a>,
        table: Option<&'a dyn TableLike>,
        path: String,
        line: usize,
    ) -> Section<'a> {
        Section { reader, table, path, line, asked: Vec::new(), missing: Vec::new() }
    }

    pub(super) fn line(&self) -> usize {
        self.line
    }

    pub(super) fn reader(&self) -> &'a Reader<'a> {
        self.reader
    }

    /// Reports a problem of the table as a whole.
    pub(super) fn report(&self, problem: Problem) {
        self.reader.report(self.line, problem);
    }

    /// The table as people write it: `` `[groups.platform]` ``, `` an entry of `hooks` ``.
    pub(super) fn title(&self) -> String {
        match self.path.strip_suffix(']').and_then(|path| path.rsplit_once('[')) {
            _ if self.path.is_empty() => "the config".to_owned(),
            Some((list, _)) => format!("an entry of `{}`", plain(list)),
            None => format!("`[{}]`", plain(&self.path)),
        }
    }

    /// A key's value, if it is there.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Entry<'a>> {
        self.asked.push(key);
        self.entry(key)
    }

    /// A key's value read by `how`; none when it is absent or was refused.
    pub(super) fn get<T>(
        &mut self,
        key: &'static str,
        how: impl FnOnce(&Entry<'a>) -> Option<T>,
    ) -> Option<T> {
        self.take(key).and_then(|entry| how(&entry))
    }

    /// A key's value, which must be there.
    pub(super) fn require(&mut self, key: &'static str, example: impl Into<String>) -> Option<Entry<'a>> {
        let entry = self.take(key);
        if entry.is_none() {
            self.lacks(&[key], example);
        }
        entry
    }

    /// Whether a key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.is_some_and(|table| table.contains_key(key))
    }

    /// Notes that one of `keys` should be there, with an example of how it is written.
    pub(super) fn lacks(&mut self, keys: &[&'static str], example: impl Into<String>) {
        self.missing.push((keys.to_vec(), example.into()));
    }

    /// The table below a key; an empty one when it is absent or no table.
    pub(super) fn section(&mut self, key: &'static str) -> Section<'a> {
        let absent = Section::new(self.reader, None, join(&self.path, key), self.line);
        self.get(key, Entry::section).unwrap_or(absent)
    }

    /// The tables below a key by name, `[packages.api]`, `[packages.web]`, in the file's order.
    pub(super) fn named(
        &mut self,
        key: &'static str,
        noun: &'static str,
    ) -> (Vec<(Name, Section<'a>)>, Names) {
        let mut tables = Vec::new();
        let Some(parent) = self.get(key, Entry::section) else {
            let misspelt = self.keys().into_iter().any(|other| nearest(other, [key]).is_some());
            return (tables, if misspelt { Names::unknown(noun) } else { Names::new(noun, Vec::new()) });
        };
        let mut names = Vec::new();
        for (text, entry) in parent.pairs() {
            names.push(text.to_owned());
            match (Name::parse(text), entry.section()) {
                (Ok(name), Some(section)) => tables.push((name, section)),
                (Err(why), _) => {
                    let what = format!("the name `{}` in `[{key}]` {why}", printable(text));
                    self.reader.report(entry.line(), Problem::new(Code::W0104, what));
                }
                (Ok(_), None) => {}
            }
        }
        (tables, Names::new(noun, names))
    }

    /// Every key with its value, for a table whose keys are the user's own; nothing is left to refuse.
    pub(super) fn pairs(&self) -> Vec<(&'a str, Entry<'a>)> {
        let Some(table) = self.table else { return Vec::new() };
        table.iter().filter_map(|(key, _)| Some((key, self.entry(key)?))).collect()
    }

    /// Refuses the keys nobody asked for and names the required ones that are not there.
    /// A missing key that is only misspelt is said once.
    pub(super) fn finish(self) {
        let mut misspelt = Vec::new();
        for key in self.keys().into_iter().filter(|key| !self.asked.contains(key)) {
            misspelt.extend(nearest(key, self.asked.iter().copied()));
            let what = format!("{} has the unknown key `{}`", self.title(), printable(key));
            let line = self.entry(key).map_or(self.line, |entry| entry.line());
            let problem = Problem::new(Code::W0103, what).help(advice(key, "key", &self.asked));
            self.reader.report(line, problem);
        }
        for (keys, example) in &self.missing {
            if !keys.iter().any(|key| misspelt.contains(key)) {
                let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
                let what = format!("{} has no {}", self.title(), keys.join(" or "));
                let problem = example.lines().fold(Problem::new(Code::W0106, what), Problem::help);
                self.report(problem);
            }
        }
    }

    fn keys(&self) -> Vec<&'a str> {
        self.table.map_or_else(Vec::new, |table| table.iter().map(|(key, _)| key).collect())
    }

    fn entry(&self, key: &str) -> Option<Entry<'a>> {
        let (key, item) = self.table?.get_key_value(key)?;
        let node = match item {
            Item::None => return None,
            Item::Value(value) => Node::Value(value),
            Item::Table(table) => Node::Table(table),
            Item::ArrayOfTables(tables) => Node::Tables(tables),
        };
        let span = key.span().or_else(|| item.span());
        let line = span.map_or(self.line, |span| self.reader.line(span.start));
        let path = join(&self.path, key.get());
        self.reader.note(path.clone(), line);
        Some(Entry::new(self.reader, node, path, line))
    }
}

/// `groups.platform` and `flow` to `groups.platform.flow`; an unusual key is quoted.
pub(super) fn join(path: &str, key: &str) -> String {
    let key = bare(key);
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

/// A key in TOML's spelling: bare where that is allowed, else quoted.
pub(super) fn bare(key: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !key.is_empty() && key.chars().all(allowed) { key.to_owned() } else { super::settings::quoted(key) }
}

/// A path without the numbers of list entries, as people speak of it: `hooks.run`.
pub(super) fn plain(path: &str) -> String {
    let mut text = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('[') {
        text.push_str(before);
        rest = match after.split_once(']') {
            Some((number, after)) if number.bytes().all(|b| b.is_ascii_digit()) => after,
            _ => {
                text.push('[');
                after
            }
        };
    }
    text.push_str(rest);
    text
}
