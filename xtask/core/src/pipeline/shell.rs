//! A job's command as a line of a POSIX shell, which is all that the forges' files can hold.

/// A word of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word<'a> {
    /// Stands for itself, whatever is in it.
    Plain(&'a str),
    /// The value of an environment variable, as one word.
    Variable(&'a str),
    /// A program whose name ends with such a value: `"python$PYTHON"`.
    Program(&'a str, &'a str),
}

/// The line: a plain word is quoted where a shell would see more than a word in it.
pub fn line(words: &[Word]) -> String {
    let words = words.iter().map(|word| match word {
        Word::Plain(text) => quoted(text),
        Word::Variable(name) => format!("\"${name}\""),
        Word::Program(start, name) => format!("\"{start}${name}\""),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A line of plain words.
pub fn plain(words: &[String]) -> String {
    line(&words.iter().map(|word| Word::Plain(word)).collect::<Vec<_>>())
}

fn quoted(text: &str) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "_./:=@%+,-".contains(c);
    if !text.is_empty() && text.chars().all(harmless) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words() {
        let words = ["cargo", "test", "it's $HERE", "", "a b;c", "--x=y/z.1@2"].map(str::to_owned);
        assert_eq!(plain(&words), "cargo test 'it'\\''s $HERE' '' 'a b;c' --x=y/z.1@2");
        assert_eq!(line(&[Word::Plain("echo"), Word::Variable("TAG")]), "echo \"$TAG\"");
    }
}
