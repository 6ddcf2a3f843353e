//! Colour with meaning, symbols the locale can show, and a width.

use std::fmt::Write as _;

/// How texts are dressed.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub color: bool,
    pub unicode: bool,
    /// Columns.
    pub width: usize,
}

impl Style {
    /// No colour, ASCII only, 80 columns.
    pub const PLAIN: Style = Style { color: false, unicode: false, width: 80 };

    fn paint(self, code: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Headings and what is new.
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// What is there only to look up.
    pub fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// What stops the release; lines removed.
    pub fn red(self, text: &str) -> String {
        self.paint("31", text)
    }

    /// What is done; lines added.
    pub fn green(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// What deserves a look.
    pub fn yellow(self, text: &str) -> String {
        self.paint("33", text)
    }

    pub fn arrow(self) -> &'static str {
        if self.unicode { "\u{2192}" } else { "->" }
    }

    /// Wraps a text at blanks, each line behind an indent, in 40 columns at least. Lines that start with `$ ` or a
    /// blank stay whole: commands are there to be pasted.
    pub fn wrap(self, text: &str, indent: &str) -> String {
        wrap(text, indent, self.width.max(40) - indent.len())
    }
}

/// Wraps a text at blanks as [`Style::wrap`] does, in `width` columns behind the indent.
pub fn wrap(text: &str, indent: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        if line.starts_with("$ ") || line.starts_with(' ') || line.chars().count() <= width {
            let _ = writeln!(out, "{indent}{line}");
            continue;
        }
        let mut row = String::new();
        for word in line.split(' ') {
            if !row.is_empty() && row.chars().count() + 1 + word.chars().count() > width {
                let _ = writeln!(out, "{indent}{row}");
                row.clear();
            }
            if !row.is_empty() {
                row.push(' ');
            }
            row.push_str(word);
        }
        let _ = writeln!(out, "{indent}{row}");
    }
    out
}

/// Pads to a number of columns (characters, not bytes).
pub fn pad(text: &str, columns: usize) -> String {
    let have = text.chars().count();
    format!("{text}{}", " ".repeat(columns.saturating_sub(have)))
}

/// The widest of some texts, in characters.
pub fn widest<'a>(texts: impl IntoIterator<Item = &'a str>) -> usize {
    texts.into_iter().map(|text| text.chars().count()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_prose_and_leaves_commands() {
        let style = Style { width: 40, ..Style::PLAIN };
        let text = "a release is cut from what everybody has, always\n$ git pull --ff-only origin main --a-very-long-option";
        assert_eq!(
            style.wrap(text, "  "),
            "  a release is cut from what everybody\n  has, always\n  $ git pull --ff-only origin main --a-very-long-option\n"
        );
    }
}
