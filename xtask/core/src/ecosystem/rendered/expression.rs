//! What a template's text comes to with the chart's own values, as far as that can be said without rendering:
//! paths below `.Values` and `.Chart`, texts, and the few functions that names of images are made with (the Go
//! package "text/template", Helm's "Template Function List").

use std::collections::BTreeMap;

/// What templates can name, by its path: `.Values.image.tag`. A path that is not there is empty, as in helm.
pub type Known = BTreeMap<String, String>;

/// The text with every `{{ ... }}` in it filled in; none where only helm can say.
pub fn filled(text: &str, known: &Known) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (inside, behind) = after.split_once("}}")?;
        out.push_str(before);
        let inside = inside.strip_prefix('-').unwrap_or(inside);
        let mut reader = Reader { words: words(inside.strip_suffix('-').unwrap_or(inside))?, at: 0, known };
        out.push_str(&reader.pipeline(0)?);
        if reader.at < reader.words.len() {
            return None;
        }
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Open,
    Close,
    Pipe,
    Text(String),
    Name(String),
}

/// The words of an action; none for what is spelled in a way that names of images have no need of.
fn words(action: &str) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut rest = action.trim_start();
    while let Some(first) = rest.chars().next() {
        let behind = &rest[first.len_utf8()..];
        let (word, after) = match first {
            '(' => (Word::Open, behind),
            ')' => (Word::Close, behind),
            '|' => (Word::Pipe, behind),
            '"' | '`' => {
                let (text, after) = behind.split_once(first)?;
                (Word::Text((!text.contains('\\')).then(|| text.to_owned())?), after)
            }
            _ => {
                let end =
                    rest.find(|c: char| c.is_whitespace() || "()|\"`".contains(c)).unwrap_or(rest.len());
                (Word::Name(rest[..end].to_owned()), &rest[end..])
            }
        };
        words.push(word);
        rest = after.trim_start();
    }
    Some(words)
}

/// Deeper nesting than this is nobody's name of an image.
const DEEPEST: usize = 16;

struct Reader<'a> {
    words: Vec<Word>,
    at: usize,
    known: &'a Known,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<Word> {
        let word = self.words.get(self.at).cloned();
        self.at += usize::from(word.is_some());
        word
    }

    /// Commands, each of which gets what the one before it came to as its last argument.
    fn pipeline(&mut self, depth: usize) -> Option<String> {
        let mut value = None;
        loop {
            let mut parts = Vec::new();
            let name = match self.words.get(self.at)? {
                Word::Name(name) if !name.starts_with(['.', '$']) => {
                    let name = name.clone();
                    self.at += 1;
                    Some(name)
                }
                _ => None,
            };
            while !matches!(self.words.get(self.at), None | Some(Word::Pipe | Word::Close)) {
                parts.push(self.operand(depth)?);
            }
            parts.extend(value.take());
            let done = match (name, parts.as_slice()) {
                (Some(name), parts) => call(&name, parts)?,
                (None, [one]) => one.clone(),
                _ => return None,
            };
            if self.words.get(self.at) != Some(&Word::Pipe) {
                return Some(done);
            }
            self.at += 1;
            value = Some(done);
        }
    }

    fn operand(&mut self, depth: usize) -> Option<String> {
        match self.next()? {
            Word::Text(text) => Some(text),
            Word::Open if depth < DEEPEST => {
                let value = self.pipeline(depth + 1)?;
                (self.next()? == Word::Close).then_some(value)
            }
            Word::Name(path) => {
                let path = path.strip_prefix('$').unwrap_or(&path);
                let ours = path.starts_with(".Values.") || path.starts_with(".Chart.");
                let table = format!("{path}.");
                let below =
                    self.known.range(table.clone()..).next().is_some_and(|(key, _)| key.starts_with(&table));
                (ours && !below).then(|| self.known.get(path).cloned().unwrap_or_default())
            }
            _ => None,
        }
    }
}

/// One function; none for any other.
fn call(name: &str, args: &[String]) -> Option<String> {
    let filled = |text: &&String| !text.is_empty();
    match (name, args) {
        ("default", [other, value]) => Some(if value.is_empty() { other } else { value }.clone()),
        ("coalesce", values) => Some(values.iter().find(filled).cloned().unwrap_or_default()),
        ("required", [_, value]) => Some(value.clone()),
        ("quote" | "squote" | "toString" | "trim", [value]) => Some(value.trim().to_owned()),
        ("trimPrefix", [start, value]) => {
            Some(value.strip_prefix(start.as_str()).unwrap_or(value).to_owned())
        }
        ("trimSuffix", [end, value]) => Some(value.strip_suffix(end.as_str()).unwrap_or(value).to_owned()),
        ("printf", [format, values @ ..]) => {
            let mut parts = format.split("%s");
            let mut out = parts.next()?.to_owned();
            let mut values = values.iter();
            for part in parts {
                out.push_str(values.next()?);
                out.push_str(part);
            }
            (values.next().is_none() && !out.contains('%')).then_some(out)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_in_what_the_chart_itself_says() {
        let known = [
            (".Values.image.repository", "o/api"),
            (".Values.image.tag", ""),
            (".Values.web.tag", "v2"),
            (".Chart.AppVersion", "0.4.0"),
        ];
        let known: Known =
            known.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let table = [
            ("o/api:1", Some("o/api:1")),
            (
                "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}",
                Some("o/api:0.4.0"),
            ),
            ("{{- .Values.image.repository -}}:v{{$.Chart.AppVersion}}", Some("o/api:v0.4.0")),
            ("o/web:{{ default .Chart.AppVersion .Values.web.tag }}", Some("o/web:v2")),
            (
                "{{ printf \"%s:%s\" .Values.image.repository (.Values.image.tag | default (printf \"v%s\" .Chart.AppVersion)) | quote }}",
                Some("o/api:v0.4.0"),
            ),
            ("o/web:{{ .Values.web.tag | trimPrefix \"v\" }}", Some("o/web:2")),
            ("o/web:{{ coalesce .Values.image.tag .Values.web.tag }}", Some("o/web:v2")),
            ("o/web:{{ .Values.web.none | default `x` }}", Some("o/web:x")),
            // Only helm can say.
            ("{{ include \"chart.image\" . }}", None),
            ("{{ $image.repository }}:1", None),
            ("{{ .Release.Name }}", None),
            ("{{ .Values.image }}", None),
            ("{{ .image }}:1", None),
            ("{{ printf \"%d\" .Values.web.tag }}", None),
            ("{{ printf \"%s:%s\" .Values.web.tag }}", None),
            ("{{ .Values.web.tag | ", None),
            ("{{ (.Values.web.tag }}", None),
            ("{{ .Values.web.tag) }}", None),
            ("{{ \"a\\\"b\" }}", None),
            ("{{ }}", None),
        ];
        for (text, expected) in table {
            assert_eq!(filled(text, &known).as_deref(), expected, "{text}");
        }
        let deep = format!("{{{{ {}.Chart.AppVersion{} }}}}", "(".repeat(5000), ")".repeat(5000));
        assert_eq!(filled(&deep, &known), None);
    }
}
