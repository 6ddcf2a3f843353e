//! The lines of `go.mod` and `go.work` (Go Modules Reference, "Lexical elements"): directives one
//! a line or in a block, words plain or quoted, `//` comments.

use crate::format::{Scalar, Text};

/// One directive: `require example.org/x v1.2.3`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// `module`, `require`; that of the block inside of one.
    pub verb: String,
    /// What follows, quotes excluded.
    pub words: Vec<Scalar>,
}

/// Every directive, in the order of the text. What is malformed is read as far as it goes.
pub fn directives(text: &Text<'_>) -> Vec<Directive> {
    let mut all = Vec::new();
    let mut block: Option<String> = None;
    for line in text.body.split('\n') {
        let mut words = words(text, line);
        let opens = words.last().is_some_and(|word| word.text == "(");
        match (&block, words.first().map(|word| word.text.as_str())) {
            (_, None) => {}
            (Some(_), Some(")")) => block = None,
            (Some(verb), _) => all.push(Directive { verb: verb.clone(), words }),
            (None, Some(verb)) if opens => block = Some(verb.to_owned()),
            (None, Some(_)) => {
                let verb = words.remove(0).text;
                all.push(Directive { verb, words });
            }
        }
    }
    all
}

fn words(text: &Text<'_>, line: &str) -> Vec<Scalar> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && !rest.starts_with("//") {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '`'));
        let (word, after) = match quote.and_then(|quote| Some((&rest[1..], rest[1..].find(quote)?))) {
            Some((inside, end)) => (&inside[..end], &inside[end + 1..]),
            None if rest.starts_with(['(', ')']) => rest.split_at(1),
            None => {
                let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')'));
                let end = end.unwrap_or(rest.len()).min(rest.find("//").unwrap_or(rest.len()));
                rest.split_at(end)
            }
        };
        let start = text.offset(word);
        words.push(text.scalar(start..start + word.len()));
        rest = after.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::path::RepoPath;
    use crate::model::tree::Source;

    fn read(text: &str) -> Vec<String> {
        let source = Source { path: RepoPath::parse("go.mod").unwrap(), text: text.into() };
        let text = Text::new(&source);
        directives(&text)
            .into_iter()
            .map(|directive| {
                let words = directive.words.iter().map(|word| {
                    assert_eq!(source.text[word.span.clone()], word.text);
                    format!(" {}@{}", word.text, word.line)
                });
                format!("{}{}", directive.verb, words.collect::<String>())
            })
            .collect()
    }

    #[test]
    fn reads_lines_and_blocks() {
        let text = "\u{feff}// module no\r\nmodule \"a/b\" // c\r\n\r\ngo 1.24\r\nrequire (\r\n\tx v1.2.3 // indirect\r\n\
            \t`y/v2` v2.0.0\r\n\r\n) // end\r\nreplace x v1.2.3=>../x\r\nreplace y => ../y//c";
        assert_eq!(
            read(text),
            [
                "module a/b@2",
                "go 1.24@4",
                "require x@6 v1.2.3@6",
                "require y/v2@7 v2.0.0@7",
                "replace x@10 v1.2.3=>../x@10",
                "replace y@11 =>@11 ../y@11"
            ]
        );
        assert_eq!(read("module (\n\n a/b // c\n)"), ["module a/b@3"]);
        assert_eq!(read("require("), [""; 0]);
        assert_eq!(read("module \"a"), ["module \"a@1"]);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[a-z()\"`/=> \t\r\n\u{e9}]{0,60}") {
            read(&text);
        }
    }
}
