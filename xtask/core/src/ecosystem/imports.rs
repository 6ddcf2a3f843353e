//! The import declarations of a Go file (The Go Programming Language Specification, "Import
//! declarations"): they stand between the package clause and everything else, so that strings and
//! comments that look like imports are none.

use std::ops::Range;

/// An import path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The bytes of the path in the text, quotes excluded.
    pub range: Range<usize>,
    /// Whether it is written with escapes, so that the bytes are not the path.
    pub escaped: bool,
}

/// The imports of a file in the order of the text.
///
/// # Errors
/// The offset at which the text stops being the head of a Go file.
pub fn imports(body: &str) -> Result<Vec<Import>, usize> {
    let mut tokens = Tokens { body, at: 0 };
    let mut found = Vec::new();
    match (tokens.next()?, tokens.next()?) {
        (Token::Word("package"), Token::Word(_)) => {}
        _ => return Err(0),
    }
    loop {
        match tokens.next()? {
            Token::Mark(';') => {}
            Token::Word("import") => match tokens.next()? {
                Token::Mark('(') => loop {
                    match tokens.next()? {
                        Token::Mark(')') => break,
                        Token::Mark(';') => {}
                        first => found.push(tokens.spec(first)?),
                    }
                },
                first => found.push(tokens.spec(first)?),
            },
            _ => return Ok(found),
        }
    }
}

enum Token<'a> {
    Word(&'a str),
    Text(Import),
    Mark(char),
    End,
}

struct Tokens<'a> {
    body: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    /// An import's path after its name, if it has one.
    fn spec(&mut self, first: Token<'a>) -> Result<Import, usize> {
        let path = match first {
            Token::Word(_) | Token::Mark('.') => self.next()?,
            other => other,
        };
        match path {
            Token::Text(import) => Ok(import),
            _ => Err(self.at),
        }
    }

    fn next(&mut self) -> Result<Token<'a>, usize> {
        self.skip()?;
        let start = self.at;
        let rest = &self.body[start..];
        let Some(first) = rest.chars().next() else { return Ok(Token::End) };
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        match first {
            '"' => self.quoted(),
            '`' => {
                let end = rest[1..].find('`').ok_or(start)?;
                self.at = start + end + 2;
                Ok(Token::Text(Import { range: start + 1..start + 1 + end, escaped: false }))
            }
            _ if is_word(first) => {
                let len = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                self.at = start + len;
                Ok(Token::Word(&rest[..len]))
            }
            _ => {
                self.at = start + first.len_utf8();
                Ok(Token::Mark(first))
            }
        }
    }

    fn quoted(&mut self) -> Result<Token<'a>, usize> {
        let start = self.at;
        let mut escaped = false;
        let mut bytes = self.body.bytes().enumerate().skip(start + 1);
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'"' => {
                    self.at = at + 1;
                    return Ok(Token::Text(Import { range: start + 1..at, escaped }));
                }
                b'\n' => break,
                b'\\' => {
                    escaped = true;
                    bytes.next();
                }
                _ => {}
            }
        }
        Err(start)
    }

    /// Passes white space and comments.
    fn skip(&mut self) -> Result<(), usize> {
        loop {
            let rest = self.body[self.at..].trim_start();
            self.at = self.body.len() - rest.len();
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if let Some(comment) = rest.strip_prefix("/*") {
                self.at += comment.find("*/").ok_or(self.at)? + 4;
            } else {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(body: &str) -> Result<Vec<&str>, usize> {
        imports(body).map(|found| found.into_iter().map(|import| &body[import.range]).collect())
    }

    #[test]
    fn reads_declarations_and_nothing_else() {
        let body = "// import \"no\"\r\n/* package no */ package main // import \"no\"\r\n\r\nimport \"a\"\r\n\
            import ( b \"b/c\"; . `d`\n\t_ \"e\" // \"no\"\n\t/* \"no\" */ \"f\"\n)\nimport \"C\";import é \"g\"\n\
            const x = `import \"no\"`\nimport \"late\"\n";
        assert_eq!(read(body), Ok(vec!["a", "b/c", "d", "e", "f", "C", "g"]));
        assert_eq!(read("package a"), Ok(vec![]));
        assert_eq!(read("package a\nimport ()\nfunc f() {}"), Ok(vec![]));
    }

    #[test]
    fn sees_escapes_and_what_is_no_go() {
        assert_eq!(imports("package a\nimport \"x\\x2fy\"").map(|found| found[0].escaped), Ok(true));
        for (body, at) in [
            ("", 0),
            ("x", 0),
            ("package a\nimport \"x\n\"", 17),
            ("package a\nimport `x", 17),
            ("package a /* ", 10),
            ("package a\nimport (x y)", 21),
        ] {
            assert_eq!(read(body), Err(at), "{body}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(rest in "[a-b\"`/*\\\\().; \n\u{e9}]{0,40}") {
            let _ = read(&format!("package a\nimport {rest}"));
            let _ = read(&rest);
        }

        #[test]
        fn a_path_is_read_wherever_comments_stand(
            comments in proptest::collection::vec("(/\\*[a-z\"\n ]{0,8}\\*/|//[a-z\" ]{0,8}\n|[ \t]){0,3}", 4),
            quote in prop_oneof![Just('"'), Just('`')],
        ) {
            let [a, b, c, d] = [0, 1, 2, 3].map(|at| &comments[at]);
            let body = format!("{a}package main\n{b}import {c}({d} x {quote}a/b{quote}{b}\n{c})\n{a}");
            prop_assert_eq!(read(&body), Ok(vec!["a/b"]));
        }
    }
}
