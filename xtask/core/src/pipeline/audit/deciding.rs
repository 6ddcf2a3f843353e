//! Which pattern of a workflow's `on.push.tags` lets a tag in.

use super::answer::Answer;
use super::document;
use super::filter;

/// The last pattern that matches the tag, and its line; none where nothing lets it in, or no pattern is there.
pub fn deciding(text: &str, tag: &str) -> Option<(usize, String)> {
    let documents = document::read(text).ok()?;
    let [workflow] = documents.as_slice() else { return None };
    let tags = workflow.get("on")?.get("push")?.get("tags")?;
    let items = if tags.text().is_some() { std::slice::from_ref(tags) } else { tags.items() };
    let patterns: Vec<(usize, &str)> =
        items.iter().filter_map(|item| Some((item.line, item.text()?))).collect();
    let decides = |(_, pattern): &&(usize, &str)| {
        let plain = pattern.strip_prefix('!').unwrap_or(pattern);
        filter::admits(&[plain], tag) == Answer::Yes
    };
    let (line, pattern) = patterns.iter().rev().find(decides)?;
    (!pattern.starts_with('!')).then(|| (*line, (*pattern).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_match_decides() {
        let text = "on:\n  push:\n    tags:\n      - 'v*'\n      - '!v*-lib'\n      - 'v2-lib'\njobs: {}\n";
        let table =
            [("v1", Some((4, "v*"))), ("v1-lib", None), ("v2-lib", Some((6, "v2-lib"))), ("w1", None)];
        for (tag, expected) in table {
            let expected = expected.map(|(line, pattern)| (line, pattern.to_owned()));
            assert_eq!(deciding(text, tag), expected, "{tag}");
        }
        assert_eq!(deciding("on: {push: {tags: v*}}\n", "v1"), Some((1, "v*".to_owned())));
        assert_eq!(deciding("on: push\n", "v1"), None);
    }
}
