//! Fragments' file names: `<slug>.<kind>.md`.

use crate::model::config::Kind;

/// The slug and the kind of a fragment's file name; the kind is the last dot part before `.md`,
/// so that a slug may hold dots (`django-5.2.16.security.md`) and does not begin with one.
pub fn split(name: &str) -> Option<(&str, &str)> {
    let (slug, kind) = name.strip_suffix(".md")?.rsplit_once('.')?;
    let is_slug = !slug.is_empty() && !slug.starts_with('.');
    (is_slug && !kind.is_empty()).then_some((slug, kind))
}

/// Whether a file in a fragment folder is there for another purpose: `README.md`, and dotfiles that name none of the
/// kinds. `.fixed.md` is a fragment whose slug was forgotten; `.#1.fixed.md` is Emacs' lock of one that is being edited,
/// `._1.fixed.md` what macOS leaves beside one on foreign file systems.
pub fn is_no_fragment(name: &str, kinds: &[Kind]) -> bool {
    let is_beside_one = name.starts_with(".#") || name.starts_with("._");
    let names_a_kind = || {
        let kind = name.strip_suffix(".md").and_then(|rest| rest.rsplit_once('.'));
        kind.is_some_and(|(_, kind)| kinds.iter().any(|known| known.name.eq_ignore_ascii_case(kind)))
    };
    name.eq_ignore_ascii_case("README.md") || name.starts_with('.') && (is_beside_one || !names_a_kind())
}

/// A file name for a new fragment, made of the text's first words (ASCII letters and digits, lower case);
/// `-2`, `-3` and so on follow while the name is taken.
pub fn file_name(kind: &str, text: &str, taken: &dyn Fn(&str) -> bool) -> String {
    let slug = slug(text);
    let plain = format!("{slug}.{kind}.md");
    if !taken(&plain) {
        return plain;
    }
    let mut number = 2u64;
    loop {
        let name = format!("{slug}-{number}.{kind}.md");
        if !taken(&name) {
            return name;
        }
        number += 1;
    }
}

const SLUG_WORDS: usize = 6;
const SLUG_BYTES: usize = 48;

fn slug(text: &str) -> String {
    let mut slug = String::new();
    // Letters beyond ASCII go without parting a word.
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'').map(|word| {
        word.chars()
            .filter(char::is_ascii_alphanumeric)
            .take(SLUG_BYTES)
            .collect::<String>()
            .to_ascii_lowercase()
    });
    for word in words.filter(|word| !word.is_empty()).take(SLUG_WORDS) {
        if slug.len() + 1 + word.len() > SLUG_BYTES && !slug.is_empty() {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word);
    }
    // Windows keeps some names for devices, whatever follows their first dot.
    match slug.as_str() {
        "" => "note".into(),
        "con" | "prn" | "aux" | "nul" => format!("note-{slug}"),
        _ => slug,
    }
}

/// The known name that takes the fewest changed letters, when those are fewer than the letters that stay.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let (distance, nearest) = known
        .map(|known| (distance(&name, &known.to_lowercase()), known))
        .min_by_key(|(distance, _)| *distance)?;
    (2 * distance <= nearest.chars().count().max(2)).then_some(nearest)
}

/// How many letters to insert, remove or replace (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    // A file name holds at most 255 bytes, a longer text is nowhere near.
    for (line, a) in from.chars().take(256).enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::config::Level;

    #[test]
    fn the_kind_is_the_last_but_one_part() {
        for (name, parts) in [
            ("971.fixed.md", Some(("971", "fixed"))),
            ("django-5.2.16.security.md", Some(("django-5.2.16", "security"))),
            ("1749-link-clock-glyphs.added.md", Some(("1749-link-clock-glyphs", "added"))),
            ("fixed.md", None),
            (".fixed.md", None),
            ("..fixed.md", None),
            (".x.fixed.md", None),
            ("a..md", None),
            ("a.fixed.txt", None),
            ("a.fixed.MD", None),
            ("md", None),
        ] {
            assert_eq!(split(name), parts, "{name}");
        }
    }

    #[test]
    fn a_dotfile_that_names_a_kind_is_a_fragment_without_a_slug() {
        let kinds = [Kind { name: "fixed".into(), title: "Fixed".into(), level: Level::Patch }];
        for (name, is) in [
            ("README.md", true),
            ("readme.md", true),
            (".gitkeep", true),
            (".template.md", true),
            (".md", true),
            (".#1.fixed.md", true),
            ("._1.fixed.md", true),
            (".fixed.md", false),
            (".Fixed.md", false),
            ("..fixed.md", false),
            (".x.fixed.md", false),
            ("1.fixed.md", false),
            ("notes.txt", false),
        ] {
            assert_eq!(is_no_fragment(name, &kinds), is, "{name}");
        }
    }

    #[test]
    fn new_names_are_made_of_the_first_words() {
        let free = |_: &str| false;
        for (text, name) in [
            ("Plans survive a restart of the server now", "plans-survive-a-restart-of-the.added.md"),
            ("- **API:** `GET /plans` pages", "api-get-plans-pages.added.md"),
            ("Don't lose Größe", "dont-lose-gre.added.md"),
            ("日本語", "note.added.md"),
            ("nul", "note-nul.added.md"),
            ("", "note.added.md"),
        ] {
            assert_eq!(file_name("added", text, &free), name, "{text}");
        }
        let long = file_name("fixed", &"x".repeat(9000), &free);
        assert_eq!(long.len(), SLUG_BYTES + ".fixed.md".len());
        let taken = |name: &str| ["a.fixed.md", "a-2.fixed.md"].contains(&name);
        assert_eq!(file_name("fixed", "a", &taken), "a-3.fixed.md");
    }

    #[test]
    fn the_nearest_kind_is_near() {
        let kinds = ["added", "changed", "deprecated", "removed", "fixed", "security"];
        let near = |name: &str| nearest(name, kinds.into_iter());
        assert_eq!(near("fix"), Some("fixed"));
        assert_eq!(near("Fixed"), Some("fixed"));
        assert_eq!(near("change"), Some("changed"));
        assert_eq!(near("sceurity"), Some("security"));
        assert_eq!(near("xyzzy-and-more"), None);
    }
}
