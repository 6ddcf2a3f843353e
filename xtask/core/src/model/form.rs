//! The forms in which places spell a version.

use std::fmt;

use super::version::{Stage, Suffix, Version};

/// How the numbers and the stage are spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Spelling {
    /// `0.2.0-alpha.1`; semver 2.0.0.
    Semver,
    /// As semver, but the development suffix is `-SNAPSHOT` (Maven, "What is a SNAPSHOT version?").
    Maven,
    /// `0.2.0a1`; the normalised form of PEP 440.
    Pep440,
    /// `0.2.0`; the stage is dropped.
    Plain,
    /// `0.2`; patch and stage are dropped.
    Minor,
    /// `0`; only the major number.
    Major,
}

/// A spelling, with or without a leading `v`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Form {
    pub spelling: Spelling,
    pub v: bool,
}

impl Form {
    pub const SEMVER: Form = Form { spelling: Spelling::Semver, v: false };
    pub const MAVEN: Form = Form { spelling: Spelling::Maven, v: false };
    pub const PEP440: Form = Form { spelling: Spelling::Pep440, v: false };
    pub const PLAIN: Form = Form { spelling: Spelling::Plain, v: false };

    const NAMES: [(&'static str, Spelling); 6] = [
        ("semver", Spelling::Semver),
        ("pep440", Spelling::Pep440),
        ("X.Y.Z", Spelling::Plain),
        ("X.Y", Spelling::Minor),
        ("X", Spelling::Major),
        ("maven", Spelling::Maven),
    ];

    /// Every form's name as a config writes it: `semver`, `pep440`, `X.Y.Z`, `X.Y`, `X`,
    /// `maven`, and each again with a leading `v` (`vsemver`, `vX.Y`).
    pub fn names() -> impl Iterator<Item = String> {
        ["", "v"].into_iter().flat_map(|v| Form::NAMES.iter().map(move |(name, _)| format!("{v}{name}")))
    }

    /// Reads a form's name.
    pub fn from_name(name: &str) -> Option<Form> {
        let (v, rest) = match name.strip_prefix('v') {
            Some(rest) => (true, rest),
            None => (false, name),
        };
        let spelling = Form::NAMES.iter().find(|(known, _)| *known == rest)?.1;
        Some(Form { spelling, v })
    }

    /// Whether the form says all of a version, so that reading back gives the same version.
    pub fn is_whole(self) -> bool {
        matches!(self.spelling, Spelling::Semver | Spelling::Maven | Spelling::Pep440)
    }

    /// The version in this form.
    pub fn render(self, version: Version) -> String {
        let Version { major, minor, patch, suffix } = version;
        let v = if self.v { "v" } else { "" };
        match self.spelling {
            Spelling::Maven if version.is_dev() => format!("{v}{major}.{minor}.{patch}-SNAPSHOT"),
            Spelling::Semver | Spelling::Maven => format!("{v}{version}"),
            Spelling::Pep440 => match suffix {
                Suffix::None => format!("{v}{major}.{minor}.{patch}"),
                Suffix::Dev => format!("{v}{major}.{minor}.{patch}.dev0"),
                Suffix::Pre(stage, number) => format!("{v}{major}.{minor}.{patch}{}{number}", stage.pep440()),
            },
            Spelling::Plain => format!("{v}{major}.{minor}.{patch}"),
            Spelling::Minor => format!("{v}{major}.{minor}"),
            Spelling::Major => format!("{v}{major}"),
        }
    }

    /// Reads a text in this form; what the form drops comes back as zero and no suffix.
    pub fn parse(self, text: &str) -> Option<Version> {
        let text = if self.v { text.strip_prefix('v')? } else { text };
        let version = match self.spelling {
            Spelling::Semver => Version::parse(text).ok()?,
            Spelling::Maven => {
                let written = |version: &Version| version.is_dev() == text.ends_with("-SNAPSHOT");
                Version::parse(text).ok().filter(written)?
            }
            Spelling::Pep440 => parse_pep440(text)?,
            Spelling::Plain => Version::parse(text).ok().filter(|version| version.is_stable())?,
            Spelling::Minor => {
                Version::parse(&format!("{text}.0")).ok().filter(|version| version.is_stable())?
            }
            Spelling::Major => {
                Version::parse(&format!("{text}.0.0")).ok().filter(|version| version.is_stable())?
            }
        };
        Some(version)
    }
}

/// The normalised spelling only (PEP 440, "Normalization"): `1.2.3`, `1.2.3a1`, `1.2.3.dev0`.
fn parse_pep440(text: &str) -> Option<Version> {
    let digits_and_dots = |c: char| c.is_ascii_digit() || c == '.';
    let (core, suffix) = if let Some(core) = text.strip_suffix(".dev0") {
        (core, Suffix::Dev)
    } else if let Some(at) = text.find(|c: char| !digits_and_dots(c)) {
        let (core, pre) = text.split_at(at);
        let stage = Stage::ALL.into_iter().find(|stage| {
            pre.strip_prefix(stage.pep440())
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        })?;
        let number = &pre[stage.pep440().len()..];
        if number.len() > 1 && number.starts_with('0') {
            return None;
        }
        (core, Suffix::Pre(stage, number.parse().ok()?))
    } else {
        (text, Suffix::None)
    };
    let core = Version::parse(core).ok().filter(|version| version.is_stable())?;
    Some(core.with(suffix))
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name =
            Form::NAMES.iter().find(|(_, spelling)| *spelling == self.spelling).map_or("", |(name, _)| name);
        write!(f, "{}{name}", if self.v { "v" } else { "" })
    }
}

impl serde::Serialize for Form {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Form {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Form, D::Error> {
        let name = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        Form::from_name(&name).ok_or_else(|| serde::de::Error::custom(format!("`{name}` is no form")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn versions() -> impl Strategy<Value = Version> {
        let suffix = prop_oneof![
            Just(Suffix::None),
            Just(Suffix::Dev),
            (0usize..3, 0u64..2000).prop_map(|(stage, number)| Suffix::Pre(Stage::ALL[stage], number)),
        ];
        (0u64..3000, 0u64..3000, 0u64..3000, suffix).prop_map(|(major, minor, patch, suffix)| Version {
            major,
            minor,
            patch,
            suffix,
        })
    }

    proptest! {
        #[test]
        fn whole_forms_read_back(version in versions()) {
            for form in Form::names().map(|name| Form::from_name(&name).unwrap()) {
                let read = form.parse(&form.render(version)).unwrap();
                prop_assert_eq!(form.render(read), form.render(version));
                if form.is_whole() {
                    prop_assert_eq!(read, version);
                }
            }
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,12}") {
            for form in Form::names().map(|name| Form::from_name(&name).unwrap()) {
                let _ = form.parse(&text);
            }
        }
    }

    #[test]
    fn spells_one_version_in_every_form() {
        let version = Version::parse("0.2.0-alpha.1").unwrap();
        let spelled: Vec<_> =
            Form::names().map(|name| Form::from_name(&name).unwrap().render(version)).collect();
        assert_eq!(
            spelled,
            [
                "0.2.0-alpha.1",
                "0.2.0a1",
                "0.2.0",
                "0.2",
                "0",
                "0.2.0-alpha.1",
                "v0.2.0-alpha.1",
                "v0.2.0a1",
                "v0.2.0",
                "v0.2",
                "v0",
                "v0.2.0-alpha.1"
            ]
        );
    }

    #[test]
    fn names_read_back() {
        for name in Form::names() {
            assert_eq!(Form::from_name(&name).unwrap().to_string(), name);
        }
        assert_eq!(Form::from_name("semantic"), None);
    }
}
