//! The nearest known name to a misspelt one.

/// The known name that a text most likely means: at most a third of its letters (at least one)
/// left out, added, changed, or swapped with their neighbour. The first of several equally near.
pub fn nearest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = |name: &str| {
        let allowed = (name.chars().count().max(text.chars().count()) / 3).max(1);
        let distance = distance(text, name);
        (distance <= allowed).then_some(distance)
    };
    known
        .into_iter()
        .filter_map(|name| Some((near(name)?, name)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// A line of advice: the nearest name, or every known one.
pub fn advice(text: &str, noun: &str, known: &[&str]) -> String {
    match nearest(text, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None if known.is_empty() => format!("there is no {noun} here"),
        None => format!("the {noun}s here are {}", listed(known)),
    }
}

/// `` `a`, `b` ``.
pub fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The number of single-letter edits between two texts, a swap of neighbours being one
/// (optimal string alignment distance).
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().flat_map(char::to_lowercase).collect();
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).collect();
    let mut before = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        for (a, b, edits) in [
            ("", "abc", 3),
            ("tag", "tags", 1),
            ("brnach", "branch", 1),
            ("kitten", "sitting", 3),
            ("a", "a", 0),
        ] {
            assert_eq!(distance(a, b), edits, "{a} {b}");
            assert_eq!(distance(b, a), edits, "{b} {a}");
        }
    }

    #[test]
    fn finds_the_name_that_was_meant_or_none() {
        let known = ["remote", "branches", "commit"];
        assert_eq!(nearest("branch", known), Some("branches"));
        assert_eq!(nearest("Remote", known), Some("remote"));
        assert_eq!(nearest("tags", known), None);
        assert_eq!(advice("comit", "key", &known), "did you mean `commit`?");
        assert_eq!(advice("tags", "key", &known), "the keys here are `remote`, `branches`, `commit`");
    }
}
