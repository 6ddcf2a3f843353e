//! Writes YAML: block style, two blanks a level, quotes only where a plain text would be read as something else.

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Yaml {
    Text(String),
    /// Written as it is: a number, `true`.
    Bare(String),
    List(Vec<Yaml>),
    /// A list on one line.
    Short(Vec<Yaml>),
    /// Lines, as they are; none is empty or starts with a blank.
    Lines(Vec<String>),
    Table(Table),
}

impl Yaml {
    pub fn text(text: impl Into<String>) -> Yaml {
        Yaml::Text(text.into())
    }

    pub fn number(number: usize) -> Yaml {
        Yaml::Bare(number.to_string())
    }

    pub fn switch(on: bool) -> Yaml {
        Yaml::Bare(on.to_string())
    }

    /// Texts on one line.
    pub fn short<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Yaml {
        Yaml::Short(texts.into_iter().map(Yaml::text).collect())
    }

    /// Texts, one a line.
    pub fn list<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Yaml {
        Yaml::List(texts.into_iter().map(Yaml::text).collect())
    }
}

/// Members in the order in which they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    members: Vec<Member>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Member {
    key: String,
    value: Yaml,
    /// Lines of comment above it.
    above: Vec<String>,
    /// Whether an empty line sets it off.
    apart: bool,
}

impl Table {
    pub fn new() -> Table {
        Table::default()
    }

    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: Yaml) -> Table {
        self.members.push(Member { key: key.into(), value, above: Vec::new(), apart: false });
        self
    }

    /// As [`Table::with`], where there is a value.
    #[must_use]
    pub fn maybe(self, key: &str, value: Option<Yaml>) -> Table {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Comments the last member.
    #[must_use]
    pub fn saying(mut self, comment: &str) -> Table {
        if let Some(last) = self.members.last_mut() {
            last.above = comment.lines().map(str::to_owned).collect();
        }
        self
    }

    /// Sets the last member off by an empty line.
    #[must_use]
    pub fn apart(mut self) -> Table {
        if let Some(last) = self.members.last_mut() {
            last.apart = true;
        }
        self
    }

    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

impl From<Table> for Yaml {
    fn from(table: Table) -> Yaml {
        Yaml::Table(table)
    }
}

/// A whole document under lines of comment.
pub fn document(head: &[String], table: &Table) -> String {
    let mut out: String = head.iter().map(|line| format!("# {line}\n")).collect();
    members(&mut out, table, 0);
    out
}

fn members(out: &mut String, table: &Table, depth: usize) {
    let indent = "  ".repeat(depth);
    for (index, member) in table.members.iter().enumerate() {
        if member.apart && (index > 0 || depth == 0) {
            out.push('\n');
        }
        for line in &member.above {
            out.push_str(&format!("{indent}# {line}\n"));
        }
        out.push_str(&format!("{indent}{}:", scalar(&member.key)));
        value(out, &member.value, depth);
    }
}

/// A member's value, after its colon.
fn value(out: &mut String, value: &Yaml, depth: usize) {
    match value {
        Yaml::Table(table) if !table.is_empty() => {
            out.push('\n');
            members(out, table, depth + 1);
        }
        Yaml::List(list) if !list.is_empty() => {
            out.push('\n');
            list.iter().for_each(|one| item(out, one, depth + 1));
        }
        Yaml::Lines(lines) => {
            let indent = "  ".repeat(depth + 1);
            out.push_str(" |\n");
            out.extend(lines.iter().map(|line| format!("{indent}{line}\n")));
        }
        other => out.push_str(&format!(" {}\n", inline(other))),
    }
}

fn item(out: &mut String, one: &Yaml, depth: usize) {
    let indent = "  ".repeat(depth);
    match one {
        Yaml::Table(table) if !table.is_empty() => {
            let mut inside = String::new();
            members(&mut inside, table, depth + 1);
            // The dash stands where the first member's indent ends; comments keep above it.
            let start = inside
                .lines()
                .take_while(|line| line.trim_start().starts_with('#'))
                .map(|line| line.len() + 1);
            let start = start.sum::<usize>();
            let (comments, rest) = inside.split_at(start);
            let comments = comments.lines().map(|line| format!("{indent}{}\n", line.trim_start()));
            out.extend(comments);
            out.push_str(&format!("{indent}- {}", rest.trim_start()));
        }
        other => out.push_str(&format!("{indent}- {}\n", inline(other))),
    }
}

fn inline(value: &Yaml) -> String {
    match value {
        Yaml::Text(text) => scalar(text),
        Yaml::Bare(text) => text.clone(),
        Yaml::Lines(lines) => double(&lines.join("\n")),
        Yaml::List(items) | Yaml::Short(items) => {
            format!("[{}]", items.iter().map(within).collect::<Vec<_>>().join(", "))
        }
        Yaml::Table(table) => {
            let pairs =
                table.members.iter().map(|one| format!("{}: {}", scalar(&one.key), within(&one.value)));
            if table.is_empty() {
                "{}".to_owned()
            } else {
                format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// A value within brackets, where commas and brackets end a plain text.
fn within(value: &Yaml) -> String {
    match value {
        Yaml::Text(text) if text.contains([',', '[', ']', '{', '}']) => single(text),
        other => inline(other),
    }
}

/// A text, plain where every reader of YAML 1.1 and 1.2 takes it for the same text.
fn scalar(text: &str) -> String {
    let words = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "~"];
    let first = text.chars().next();
    let opens = first.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '.' | '/' | '$' | '_' | '('));
    let odd = text.contains(": ")
        || text.contains(" #")
        || text.ends_with([':', ' '])
        || text
            .chars()
            .any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{85}'));
    let special = [".inf", ".nan"].contains(&text.to_lowercase().as_str());
    let numeric =
        special || text.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    // GitHub reads its own `on` as a key; nothing else may stand plain that YAML 1.1 reads as a switch.
    if text == "on" {
        return text.to_owned();
    }
    if opens && !odd && !numeric && !words.contains(&text.to_lowercase().as_str()) {
        text.to_owned()
    } else if text.chars().any(char::is_control) {
        double(text)
    } else {
        single(text)
    }
}

fn single(text: &str) -> String {
    if text.chars().any(char::is_control) { double(text) } else { format!("'{}'", text.replace('\'', "''")) }
}

fn double(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::format::Node as _;
    use crate::format::{Text, yaml};
    use crate::model::path::RepoPath;
    use crate::model::tree::Source;

    #[test]
    fn lays_out_as_people_write() {
        let step = Table::new()
            .with("name", Yaml::text("a: b"))
            .saying("Why.")
            .with("with", Table::new().with("k", Yaml::number(1)).into());
        let table = Table::new()
            .with("on", Table::new().with("push", Yaml::short(["x", "1.0", "a,b"])).into())
            .with("permissions", Table::new().into())
            .apart()
            .with("steps", Yaml::List(vec![step.into(), Yaml::text("it's")]))
            .saying("Two\nlines.");
        let text = "# Head.\non:\n  push: [x, '1.0', 'a,b']\n\npermissions: {}\n# Two\n# lines.\nsteps:\n  # Why.\n  - name: 'a: b'\n    with:\n      k: 1\n  - it's\n";
        assert_eq!(document(&["Head.".into()], &table), text);
    }

    proptest! {
        #[test]
        fn every_text_is_read_back(text in "\\PC{0,20}", odd in "[-~ \n\t:#'\"\\\\,\\[\\]{}&*!|>%@`a-c0-9.enoy]{0,14}") {
            for text in [text, odd] {
                let table = Table::new()
                    .with("a", Yaml::text(text.clone()))
                    .with("b", Yaml::short([text.clone()]))
                    .with("c", Yaml::list([text.clone()]));
                let source = Source { path: RepoPath::parse("x.yml").unwrap(), text: document(&[], &table) };
                let read = Text::new(&source);
                let parsed = yaml::parse(&read).unwrap();
                let at = |key: &str| parsed.root().get(key).unwrap().unwrap();
                prop_assert_eq!(at("a").value().unwrap(), &*text, "{}", source.text);
                prop_assert_eq!(at("b").items().unwrap()[0].value().unwrap(), &*text, "{}", source.text);
                prop_assert_eq!(at("c").items().unwrap()[0].value().unwrap(), &*text, "{}", source.text);
            }
        }
    }
}
