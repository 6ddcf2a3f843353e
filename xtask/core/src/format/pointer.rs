//! The way back: from a string's bytes to the key that leads there.

use super::node::{Kind, Node};
use super::text::{Scalar, Text};
use super::{json, toml};

/// The JSON pointer (RFC 6901) of the string whose bytes hold an offset of the file, and its token; of
/// JSON and TOML, none in a text of another format or a malformed one.
pub fn pointer_to(text: &Text<'_>, offset: usize) -> Option<(String, Scalar)> {
    match super::of(text.path)?.name {
        "JSON" => search(json::parse(text).ok()?.root(), offset),
        "TOML" => search(toml::parse(text).ok()?.root(), offset),
        _ => None,
    }
}

fn search<'a>(root: impl Node<'a>, offset: usize) -> Option<(String, Scalar)> {
    let mut left = vec![(root, String::new())];
    while let Some((node, pointer)) = left.pop() {
        match node.kind() {
            Kind::Table => {
                let members = node.members().ok()?.into_iter();
                left.extend(members.map(|(key, next)| {
                    let key = key.replace('~', "~0").replace('/', "~1");
                    (next, format!("{pointer}/{key}"))
                }));
            }
            Kind::List => {
                let items = node.items().ok()?.into_iter().enumerate();
                left.extend(items.map(|(index, next)| (next, format!("{pointer}/{index}"))));
            }
            _ => {
                let scalar = node.scalar().filter(|scalar| scalar.span.contains(&offset));
                if let Some(scalar) = scalar {
                    return Some((pointer, scalar));
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Key, Look, of};
    use crate::model::path::RepoPath;
    use crate::model::tree::Source;

    #[test]
    fn a_pointer_leads_back_to_its_string() {
        for (path, text) in [
            (
                "a.json",
                "\u{feff}{\"a\": {\"@x/b~c\": [\"0.0.1\", {\"d.e\": \"0.1.0\"}]}, \"f\": \"0.1.0-a\"}",
            ),
            ("a.toml", "[a.\"@x/b~c\"]\nd = [\"0.0.1\", { \"e f\" = \"0.1.0\" }]\n"),
        ] {
            let source = Source { path: RepoPath::parse(path).unwrap(), text: text.into() };
            let body = Text::new(&source);
            let (pointer, scalar) = pointer_to(&body, text.find("0.1.0").unwrap() + 2).unwrap();
            let looks = (of(&source.path).unwrap().look)(&body, &[Key::parse(&pointer).unwrap()]).unwrap();
            assert_eq!(looks, [Look::Found(scalar.clone())], "{pointer}");
            assert_eq!(scalar.text, "0.1.0");
            assert_eq!(pointer_to(&body, text.find('[').unwrap_or_default()), None);
        }
    }
}
