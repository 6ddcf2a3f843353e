//! Faults that a proxy brings between a client and a registry, as `TARGET:KIND[@N]` spells them.

use std::fmt;
use std::time::Duration;

use super::registry::RegistryKind;

/// One fault before one registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub target: RegistryKind,
    pub kind: FaultKind,
    /// The upload that meets it, from 1. Before a module proxy, which takes no uploads, the request.
    pub at: u32,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Connections are refused, from that upload on, until healed.
    Refuse,
    /// The connection ends when the upload's head has come; the registry sees nothing of it.
    DropBefore,
    /// The connection ends in the middle of the upload.
    DropDuring,
    /// The registry takes the upload, and its reply is lost.
    DropAfter,
    /// 429 with `Retry-After: 1`, once.
    RateLimit,
    /// 500 for this upload and the next attempt.
    Error500,
    /// 503 for this upload and the next attempt.
    Error503,
    /// No answer ever, from that upload on, until healed.
    Silent,
    /// 401, from that upload on, until healed.
    Unauthorized,
    /// 403, from that upload on, until healed.
    Forbidden,
    /// The index shows what was uploaded only later.
    Late(Delay),
    /// Other bytes already stand under the same version: a preparation of the registry, not the proxy's.
    Exists,
}

/// For how long an index looks as before an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    /// For so many looks at one page of it.
    Looks(u32),
    Time(Duration),
}

/// The kinds by name, each with whether it needs an upload.
const KINDS: [(&str, FaultKind, bool); 12] = [
    ("refuse", FaultKind::Refuse, false),
    ("drop-before", FaultKind::DropBefore, true),
    ("drop-during", FaultKind::DropDuring, true),
    ("drop-after", FaultKind::DropAfter, true),
    ("rate-limit", FaultKind::RateLimit, true),
    ("error-500", FaultKind::Error500, false),
    ("error-503", FaultKind::Error503, false),
    ("silent", FaultKind::Silent, false),
    ("unauthorized", FaultKind::Unauthorized, true),
    ("forbidden", FaultKind::Forbidden, true),
    ("late", FaultKind::Late(Delay::Looks(3)), false),
    ("exists", FaultKind::Exists, true),
];

impl FaultKind {
    /// As `--fault` writes it: `drop-after`.
    pub fn name(self) -> &'static str {
        let same = |kind: &FaultKind| std::mem::discriminant(kind) == std::mem::discriminant(&self);
        KINDS.iter().find(|(_, kind, _)| same(kind)).map_or("", |(name, _, _)| name)
    }

    /// Every kind by name, for help texts.
    pub fn names() -> impl Iterator<Item = &'static str> {
        KINDS.iter().map(|(name, _, _)| *name)
    }
}

impl Fault {
    /// Reads `pypi:drop-after@2`: the second upload's reply is lost. Without `@N` the first upload is meant.
    /// `late@N` shows the index as before for N looks, `late@500ms` for a time.
    ///
    /// # Errors
    /// Says what is wrong, with what would be right.
    pub fn parse(text: &str) -> Result<Fault, String> {
        let (target, rest) = text.split_once(':').ok_or_else(|| {
            format!("`{text}` lacks a `:`; a fault is written TARGET:KIND[@N], pypi:drop-after@2")
        })?;
        let target = RegistryKind::from_name(target).ok_or_else(|| {
            let known: Vec<_> = RegistryKind::ALL.iter().map(|kind| kind.name()).collect();
            format!("`{target}` is no registry to stand before; there are {}", known.join(", "))
        })?;
        let (name, number) = match rest.split_once('@') {
            Some((name, number)) => (name, Some(number)),
            None => (rest, None),
        };
        let (_, kind, uploads) = *KINDS.iter().find(|(known, _, _)| *known == name).ok_or_else(|| {
            format!(
                "`{name}` is no kind of fault; there are {}",
                FaultKind::names().collect::<Vec<_>>().join(", ")
            )
        })?;
        if uploads && target == RegistryKind::Go {
            return Err(format!("`{name}` meets uploads, and a module proxy takes none"));
        }
        let count = |number: &str| number.parse::<u32>().ok().filter(|number| (1..=1000).contains(number));
        let wrong = |number: &str| format!("`@{number}` is no count from 1 to 1000");
        match (kind, number) {
            (FaultKind::Late(_), Some(number)) => {
                let delay = match number.strip_suffix("ms") {
                    Some(time) => time
                        .parse()
                        .ok()
                        .filter(|time| *time <= 600_000)
                        .map(Duration::from_millis)
                        .map(Delay::Time),
                    None => count(number).map(Delay::Looks),
                };
                let delay = delay.ok_or_else(|| format!("{}, and no time such as 500ms", wrong(number)))?;
                Ok(Fault { target, kind: FaultKind::Late(delay), at: 1 })
            }
            (FaultKind::Exists, Some(_)) => {
                Err("`exists` takes no `@N`: the bytes stand there from the start".into())
            }
            (kind, Some(number)) => {
                Ok(Fault { target, kind, at: count(number).ok_or_else(|| wrong(number))? })
            }
            (kind, None) => Ok(Fault { target, kind, at: 1 }),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.target, self.kind.name())?;
        match self.kind {
            FaultKind::Late(Delay::Looks(looks)) => write!(f, "@{looks}"),
            FaultKind::Late(Delay::Time(time)) => write!(f, "@{}ms", time.as_millis()),
            _ if self.at > 1 => write!(f, "@{}", self.at),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in [
            "pypi:drop-after@2",
            "npm:refuse",
            "crates:late@5",
            "oci:late@500ms",
            "go:silent@3",
            "npm:exists",
            "oci:error-503",
        ] {
            assert_eq!(Fault::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Fault::parse("pypi:late").unwrap().to_string(), "pypi:late@3");
        let fault = Fault::parse("crates:drop-during").unwrap();
        assert_eq!(fault, Fault { target: RegistryKind::Crates, kind: FaultKind::DropDuring, at: 1 });
    }

    #[test]
    fn refuses_the_rest_with_what_is_right() {
        for (text, says) in [
            ("pypi", "TARGET:KIND"),
            ("maven:refuse", "pypi, npm, crates, oci, go"),
            ("pypi:explode", "drop-after"),
            ("pypi:refuse@0", "from 1"),
            ("pypi:refuse@x", "from 1"),
            ("pypi:late@ms", "500ms"),
            ("pypi:late@-1ms", "500ms"),
            ("go:drop-after", "takes none"),
            ("npm:exists@2", "no `@N`"),
        ] {
            let said = Fault::parse(text).unwrap_err();
            assert!(said.contains(says), "{text}: {said}");
        }
    }
}
