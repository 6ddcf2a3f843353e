//! Tokens: what in a text looks like a version, found by its first dot between two digits.

/// A version in a text; offsets count from the text's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// The first digit.
    pub start: usize,
    pub end: usize,
    /// Whether a `v` stands before it.
    pub v: bool,
    /// Whether it has three numbers, not two.
    pub whole: bool,
    /// Whether a stage or a development suffix follows the numbers.
    pub staged: bool,
    /// Whether a word goes on behind it: `1.2.3-alpine`, `1.2.3.tgz`, `1.2.3_amd64`.
    pub open: bool,
}

/// Every token of a text. A number with four parts, one glued to a word and one with build
/// metadata are none: `10.0.0.1`, `1.2.3x`, `1.2.3+5`.
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0 }
}

pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let bytes = self.text.as_bytes();
        loop {
            let dot = self.at + self.text.get(self.at..)?.find('.')?;
            self.at = dot + 1;
            if !(dot > 0 && bytes[dot - 1].is_ascii_digit() && digit(bytes, dot + 1)) {
                continue;
            }
            let start = dot - bytes[..dot].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
            let (token, end) = read(bytes, start, dot);
            self.at = end;
            if token.is_some() {
                return token;
            }
        }
    }
}

fn digit(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(u8::is_ascii_digit)
}

/// Whether a byte is part of a word; of other scripts' letters too.
fn letter(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
}

fn digits(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// The token at `start` and where to look on.
fn read(bytes: &[u8], start: usize, dot: usize) -> (Option<Token>, usize) {
    let v = start > 0 && matches!(bytes[start - 1], b'v' | b'V');
    let before = (start - usize::from(v)).checked_sub(1).map(|at| bytes[at]);
    let mut end = digits(bytes, dot + 1);
    let whole = bytes.get(end) == Some(&b'.') && digit(bytes, end + 1);
    if whole {
        end = digits(bytes, end + 1);
    }
    let numbers = end;
    if whole {
        end = suffix(bytes, end);
    }
    let inside = before.is_some_and(|byte| letter(Some(&byte)) || byte == b'.');
    let next = bytes.get(end);
    let joined = matches!(next, Some(b'.' | b'-' | b'_' | b'+')) && letter(bytes.get(end + 1));
    let longer = letter(next)
        || next == Some(&b'.') && bytes.get(end + 1) == Some(&b'*')
        || joined && (matches!(next, Some(b'+')) || next == Some(&b'.') && (!whole || digit(bytes, end + 1)));
    let token = Token { start, end, v, whole, staged: end > numbers, open: joined };
    ((!inside && !longer).then_some(token), end)
}

/// The end of the stage behind the numbers, in semver's or PEP 440's spelling; else `at`.
fn suffix(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    for stage in ["-alpha.", "-beta.", "-rc.", "a", "b", "rc"] {
        if rest.starts_with(stage.as_bytes()) && digit(bytes, at + stage.len()) {
            return digits(bytes, at + stage.len());
        }
    }
    let development = ["-SNAPSHOT", "-dev.0", "-dev", ".dev0"];
    let found = development.iter().find(|suffix| rest.starts_with(suffix.as_bytes()));
    at + found.map_or(0, |suffix| suffix.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let show = |token: Token| {
            let marks = [(token.v, "v"), (!token.whole, "2"), (token.staged, "s"), (token.open, "o")];
            let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
            format!(
                "{}{}",
                &text[token.start..token.end],
                if marks.is_empty() { marks } else { format!(":{marks}") }
            )
        };
        tokens(text).map(show).collect()
    }

    #[test]
    fn reads_every_spelling() {
        assert_eq!(found("a@1.2.3, v1.2.3; 1.2"), ["1.2.3", "1.2.3:v", "1.2:2"]);
        assert_eq!(found("0.4.0-beta.1 0.4.0b1 0.4.0.dev0"), ["0.4.0-beta.1:s", "0.4.0b1:s", "0.4.0.dev0:s"]);
        assert_eq!(found("x-1.2.3.tgz x_1.2.3_amd64 x:1.2.3-alpine"), ["1.2.3:o", "1.2.3:o", "1.2.3:o"]);
        assert_eq!(found("It is 1.2.3. \u{e9}"), ["1.2.3"]);
    }

    #[test]
    fn leaves_other_numbers_alone() {
        assert!(
            found("10.0.0.1 1.2.3x x1.2.3 1.2.3+5 1.2.x 1.2.* .1.2.3 a.1.2 \u{e9}1.2.3 1.2.3\u{e9} 5. .5")
                .is_empty()
        );
    }
}
