//! JSON (RFC 8259): nodes opened one level at a time, spans by their place in the text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Format, Kind, Node, Scalar, Text};
use crate::model::problem::Problem;

pub const FORMAT: Format = Format {
    name: "JSON",
    endings: &["json", "webmanifest"],
    look: |text, keys| {
        let document = parse(text)?;
        keys.iter().map(|key| key.look(document.root())).collect()
    },
};

/// A JSON text; of its root the members are known, all else is opened when it is asked for.
pub struct Document<'a> {
    text: &'a Text<'a>,
    raw: &'a str,
    members: Vec<Member<'a>>,
}

type Member<'a> = (Cow<'a, str>, &'a RawValue);

/// A node of a JSON text.
#[derive(Clone, Copy)]
pub struct Json<'a> {
    document: &'a Document<'a>,
    raw: &'a str,
}

/// Reads the whole text once.
///
/// # Errors
/// `W0305` with the line.
pub fn parse<'a>(text: &'a Text<'a>) -> Result<Document<'a>, Problem> {
    let raw = text.body.trim_matches([' ', '\t', '\r', '\n']);
    if raw.starts_with('{') {
        let members: Members<'a> = open(text, text.body)?;
        return Ok(Document { text, raw, members: members.0 });
    }
    let raw: &RawValue = open(text, text.body)?;
    Ok(Document { text, raw: raw.get(), members: Vec::new() })
}

impl Document<'_> {
    pub fn root(&self) -> Json<'_> {
        Json { document: self, raw: self.raw }
    }
}

fn open<'a, T: Deserialize<'a>>(text: &'a Text<'a>, raw: &'a str) -> Result<T, Problem> {
    serde_json::from_str(raw).map_err(|error| {
        let line = text.line(text.offset(raw)) + error.line().saturating_sub(1);
        let why = error.to_string();
        let why = why.split_once(" at line ").map_or(why.as_str(), |(why, _)| why);
        text.malformed(line, FORMAT.name, why)
    })
}

impl<'a> Json<'a> {
    fn child(self, raw: &'a RawValue) -> Json<'a> {
        Json { raw: raw.get(), ..self }
    }

    fn table(self) -> Result<Cow<'a, [Member<'a>]>, Problem> {
        if std::ptr::eq(self.raw, self.document.raw) {
            return Ok(Cow::Borrowed(&self.document.members));
        }
        match self.kind() {
            Kind::Table => open(self.text(), self.raw).map(|members: Members<'a>| Cow::Owned(members.0)),
            _ => Ok(Cow::Owned(Vec::new())),
        }
    }

    /// A number that is no fraction: `3` in `"lockfileVersion": 3`.
    pub fn integer(self) -> Option<u64> {
        self.raw.parse().ok()
    }

    /// Whether the node's text holds these bytes anywhere: a cheap look before a dear one.
    pub fn holds(self, bytes: &str) -> bool {
        self.raw.contains(bytes)
    }

    pub fn is_true(self) -> bool {
        self.raw == "true"
    }
}

impl<'a> Node<'a> for Json<'a> {
    fn text(self) -> &'a Text<'a> {
        self.document.text
    }

    fn kind(self) -> Kind {
        match self.raw.as_bytes().first() {
            Some(b'{') => Kind::Table,
            Some(b'[') => Kind::List,
            Some(b'"') => Kind::Text,
            Some(b't' | b'f') => Kind::Other("a boolean"),
            Some(b'n') => Kind::Other("null"),
            _ => Kind::Other("a number"),
        }
    }

    fn start(self) -> usize {
        self.text().offset(self.raw)
    }

    fn get(self, key: &str) -> Result<Option<Json<'a>>, Problem> {
        let mut found = None;
        for (name, raw) in self.table()?.iter() {
            if *name == key {
                let node = self.child(raw);
                if found.is_some() {
                    return Err(self.text().twice(node.line(), key));
                }
                found = Some(node);
            }
        }
        Ok(found)
    }

    fn members(self) -> Result<Vec<(Cow<'a, str>, Json<'a>)>, Problem> {
        let members: Vec<_> =
            self.table()?.iter().map(|(name, raw)| (name.clone(), self.child(raw))).collect();
        let mut seen = std::collections::BTreeSet::new();
        for (name, node) in &members {
            if !seen.insert(name) {
                return Err(self.text().twice(node.line(), name));
            }
        }
        Ok(members)
    }

    fn items(self) -> Result<Vec<Json<'a>>, Problem> {
        let items: Items<'a> = match self.kind() {
            Kind::List => open(self.text(), self.raw)?,
            _ => return Ok(Vec::new()),
        };
        Ok(items.0.into_iter().map(|raw| self.child(raw)).collect())
    }

    fn scalar(self) -> Option<Scalar> {
        let start = self.start();
        (self.kind() == Kind::Text).then(|| self.text().scalar(start + 1..start + self.raw.len() - 1))
    }

    fn value(self) -> Option<Cow<'a, str>> {
        let text: Option<Name<'a>> =
            (self.kind() == Kind::Text).then(|| serde_json::from_str(self.raw).ok())?;
        text.map(|text| text.0)
    }
}

/// An object's members in the order of the text, doubles included.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

struct Items<'a>(Vec<&'a RawValue>);

/// A string, borrowed when it holds no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((name, raw)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    members.push((name.0, raw));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

impl<'de> Deserialize<'de> for Items<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Array;
        impl<'de> Visitor<'de> for Array {
            type Value = Items<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Items<'de>, A::Error> {
                let mut items = Vec::new();
                while let Some(raw) = seq.next_element::<&'de RawValue>()? {
                    items.push(raw);
                }
                Ok(Items(items))
            }
        }
        deserializer.deserialize_seq(Array)
    }
}

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::prove::{all, refused};

    #[test]
    fn keeps_layout_and_endings() {
        for (text, key) in [
            ("{\"version\": \"0.1.0\"}", "version"),
            (
                "\u{feff}{\r\n\t\"name\": \"\u{e9}\u{1f600} 0.1.0\",\r\n\t\"version\"\t:\t\"0.1.0\"\r\n}\r\n",
                "version",
            ),
            (
                "{\"a\":{\"version\":\"9\"},\"packages\":[{\"x\":1},{\"version\":\"0.1.0\"}]}",
                "/packages/1/version",
            ),
            ("{\"packages\":{\"\":{\"version\":\"0.1.0\"}}}", "packages[\"\"].version"),
            ("{\"a/b\":{\"~\":\"0.1.0\"}}", "/a~1b/~0"),
            ("{\"v\\u0065rsion\": \"0.1.0\"}", "version"),
        ] {
            all("a.json", text, key);
        }
    }

    #[test]
    fn refuses_what_it_cannot_place() {
        assert_eq!(refused("a.json", "{\n\"a\": 1,\n\"b\": 2,\n\"a\": 3}", "a"), "W0311 a.json:4");
        assert_eq!(refused("a.json", "{\n\"a\": 1,\n}", "a"), "W0305 a.json:3");
        assert_eq!(refused("a.json", "", "a"), "W0305 a.json:1");
        assert_eq!(refused("a.json", "{\"version\": 1}", "version"), "a number, line 1");
        assert_eq!(refused("a.json", "{\"version\":\n null}", "version"), "null, line 2");
        assert_eq!(
            refused("a.json", "{\"info\":{\"vesion\":\"1\"}}", "/info/version"),
            "missing, nearest info.vesion"
        );
        assert_eq!(refused("a.json", "{\"a\":[\"x\"]}", "/a/1"), "missing");
        assert_eq!(refused("a.json", "{\"x\":{\"\\ud800\":\n1}}", "x.y"), "W0305 a.json:1");
    }

    #[test]
    fn deep_nesting_costs_no_stack() {
        refused("a.json", &"[".repeat(50_000), "a");
        refused("a.json", &format!("{}{}", "[".repeat(50_000), "]".repeat(50_000)), "a");
    }

    proptest! {
        #[test]
        fn an_edit_changes_only_its_span(
            noise in "[a-z\u{e9}\u{1f600}:,{} ]{0,12}",
            ending in prop_oneof![Just("\n"), Just("\r\n"), Just("")],
            mark in prop_oneof![Just(""), Just("\u{feff}")],
            gap in "[ \t]{0,3}",
        ) {
            let text = format!(
                "{mark}{{{ending}\"0{noise}\":{gap}\"0.1.0\",{ending}\"a\":{{\"x\":\"\\\"{noise}\",{ending}\
                 \"version\"{gap}:{gap}\"0.1.0\"{gap},\"last\":\"0.1.0\"}}{gap}}}{ending}",
            );
            all("a.json", &text, "a.version");
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[\\PC\n\r\t]{0,60}", json in "[ab{}\\[\\]\":,0-9 \n\\\\u\u{e9}]{0,40}") {
            refused("a.json", &text, "a.b[0]");
            refused("a.json", &json, "a.b[0]");
        }
    }
}
