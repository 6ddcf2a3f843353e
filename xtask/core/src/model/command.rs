//! A command as people paste it into a shell.

/// The words as a shell line: quoted where a shell would read more than the word.
pub fn paste(words: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+^{}".contains(c);
    let quote = |word: &String| {
        if !word.is_empty() && word.chars().all(plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    };
    words.iter().map(quote).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn can_be_pasted() {
        let words = ["git", "tag", "-m", "it's ready", ""].map(String::from);
        assert_eq!(paste(&words), "git tag -m 'it'\\''s ready' ''");
    }
}
