//! Checked names: none can be read as an option by a program, none can break a ref or a line.

use std::borrow::Cow;
use std::fmt;

macro_rules! checked_name {
    ($(#[$doc:meta])* $name:ident, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// # Errors
            /// Says why the text is refused, as the end of a sentence that starts with it.
            pub fn parse(text: &str) -> Result<Self, String> {
                $check(text)?;
                Ok(Self(text.to_owned()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<'_, str>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

checked_name! {
    /// The name of a package, group, changelog or hook in the config: letters, digits, `-`, `_`, `.`.
    Name, check_name
}
checked_name! {
    /// The name of one part of a build, which is also its folder's: as [`Name`], and none that ends with `.`.
    PartName, check_part
}
checked_name! {
    /// A branch, without `refs/heads/`; the rules of `git check-ref-format`.
    Branch, check_ref
}
checked_name! {
    /// A tag, without `refs/tags/`; the rules of `git check-ref-format`.
    TagName, check_ref
}
checked_name! {
    /// A git remote's name.
    RemoteName, check_ref
}
checked_name! {
    /// A full object id in lower-case hexadecimal: 40 digits (SHA-1) or 64 (SHA-256).
    CommitId, check_id
}

impl CommitId {
    /// The first ten digits, for people.
    pub fn short(&self) -> &str {
        &self.0[..10]
    }
}

impl Branch {
    pub fn full(&self) -> String {
        format!("refs/heads/{self}")
    }
}

impl TagName {
    pub fn full(&self) -> String {
        format!("refs/tags/{self}")
    }
}

fn check_name(text: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if text.is_empty() {
        Err("is empty".into())
    } else if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        Err("must start with a letter or a digit".into())
    } else if let Some(bad) = text.chars().find(|c| !allowed(*c)) {
        Err(format!("holds {bad:?}; letters, digits, `-`, `_` and `.` are allowed"))
    } else {
        Ok(())
    }
}

fn check_part(text: &str) -> Result<(), String> {
    check_name(text)?;
    // Some file systems drop a final dot, and two parts would be one folder.
    if text.ends_with('.') { Err("ends with `.`".into()) } else { Ok(()) }
}

/// The rules that `git help check-ref-format` lists, and no leading `-`.
fn check_ref(text: &str) -> Result<(), String> {
    let forbidden = |c: char| c.is_control() || matches!(c, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\');
    if text.is_empty() || text == "@" {
        return Err("is no ref name".into());
    }
    if text.starts_with('-') {
        return Err("starts with `-`".into());
    }
    if let Some(bad) = text.chars().find(|c| forbidden(*c)) {
        return Err(format!("holds {bad:?}, which git refuses in a ref"));
    }
    if text.contains("..") || text.contains("@{") || text.ends_with('.') {
        return Err("holds `..` or `@{`, or ends with `.`, which git refuses in a ref".into());
    }
    if text.split('/').any(|part| part.is_empty() || part.starts_with('.') || part.ends_with(".lock")) {
        return Err("has a component that is empty, starts with `.` or ends with `.lock`".into());
    }
    Ok(())
}

fn check_id(text: &str) -> Result<(), String> {
    let hex = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if hex && (text.len() == 40 || text.len() == 64) { Ok(()) } else { Err("is no full object id".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_git_or_an_option_parser_would_trip_over() {
        for bad in
            ["", "-f", "a..b", "a b", "x.lock", "a//b", "/a", "a/", "@", "a@{1}", "a:b", "a\u{7}", ".a", "a."]
        {
            assert!(TagName::parse(bad).is_err(), "{bad:?}");
        }
        for good in ["v1.0.0", "packages/client-go/v0.2.0", "scheduler-v0.2.0a1", "release/0.2"] {
            assert!(TagName::parse(good).is_ok(), "{good:?}");
        }
        assert!(CommitId::parse("abc").is_err());
        assert!(CommitId::parse(&"a".repeat(40)).is_ok());
        assert!(Name::parse("-x").is_err());
        for bad in ["", ".", "..", "a/b", "-a", "a.", "a b", ".a.building"] {
            assert!(PartName::parse(bad).is_err(), "{bad:?}");
        }
        assert!(PartName::parse("linux-x86_64-cp3.11").is_ok());
    }
}
