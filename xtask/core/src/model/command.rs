//! Commands as people paste them into a shell.

use super::plan::Push;

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

/// The push commands in order; between two of them the remote is asked for what went first.
pub fn push_commands(pushes: &[Push]) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, push) in pushes.iter().enumerate() {
        if let Some(before) = index.checked_sub(1).and_then(|before| pushes.get(before)) {
            let tags: Vec<&str> = before
                .refs
                .iter()
                .filter(|name| name.starts_with("refs/tags/"))
                .map(String::as_str)
                .collect();
            if !tags.is_empty() {
                lines.push(format!("git ls-remote --exit-code {} {}", before.remote, tags.join(" ")));
            }
        }
        let short = |name: &String| name.trim_start_matches("refs/heads/").to_owned();
        let refs = push.refs.iter().map(short).collect::<Vec<_>>().join(" ");
        lines.push(format!("git push --atomic {} {refs}", push.remote));
    }
    lines
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
