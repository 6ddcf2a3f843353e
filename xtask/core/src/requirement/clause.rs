//! One comparator of Cargo, npm or Helm: `>=0.1.0`, `^1.2`, `1.2.x`.
//!
//! The three agree on what operators and partial versions mean ([the Cargo Book, "Specifying
//! Dependencies"](https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html);
//! node-semver's README, "Ranges"; Helm's library, Masterminds/semver, "Checking Version
//! Constraints"), so the `semver` crate decides for all. They differ in what a version without an
//! operator means.

use semver::{BuildMetadata, Comparator, Op, Prerelease, VersionReq};

use crate::model::version::Version;

/// A comparator and how it is spelled.
#[derive(Clone, Debug)]
pub(super) struct Clause {
    /// The operator, blanks and a `v`, as they are.
    head: String,
    /// How many numbers are spelled.
    precision: usize,
    /// What stands for the numbers left open: `.x`, `*`.
    tail: String,
    /// None for `*` alone, which asks for nothing.
    comparator: Option<Comparator>,
}

impl Clause {
    /// Reads a comparator; `bare` is the meaning of one without an operator.
    pub(super) fn read(text: &str, bare: Op) -> Result<Clause, String> {
        let rest = text.trim_start_matches(['^', '~', '<', '>', '=']);
        let operator = &text[..text.len() - rest.len()];
        let rest = rest.trim_start();
        let rest = rest.strip_prefix('v').unwrap_or(rest);
        let head = text[..text.len() - rest.len()].to_owned();
        let op = match operator {
            "" => bare,
            "=" => Op::Exact,
            "^" => Op::Caret,
            "~" => Op::Tilde,
            ">" => Op::Greater,
            ">=" => Op::GreaterEq,
            "<" => Op::Less,
            "<=" => Op::LessEq,
            _ => return Err(format!("has the unknown operator `{operator}`")),
        };
        if rest.contains('+') {
            return Err("names build metadata, which no range compares".into());
        }
        let (core, pre) = rest.split_once('-').unwrap_or((rest, ""));
        let open = core.split('.').position(|part| matches!(part, "x" | "X" | "*"));
        let parts: Vec<&str> = core.split('.').collect();
        let precision = open.unwrap_or(parts.len());
        let numbers = parts[..precision].iter().map(|part| number(part)).collect::<Option<Vec<u64>>>();
        let wild = parts[precision..].iter().all(|part| matches!(*part, "x" | "X" | "*"));
        let numbers = numbers.filter(|_| wild && parts.len() <= 3);
        let numbers = numbers.ok_or_else(|| format!("holds `{}`, which is no range", text.trim()))?;
        let tail = core[parts[..precision].join(".").len()..].to_owned();
        let pre = Prerelease::new(pre).map_err(|error| format!("has a malformed pre-release: {error}"))?;
        if !pre.is_empty() && precision < 3 {
            return Err(format!("holds `{}`: a pre-release needs three numbers", text.trim()));
        }
        let comparator = match numbers.as_slice() {
            [] if matches!(op, Op::Less | Op::Greater) => {
                return Err(format!("holds `{}`, which admits nothing", text.trim()));
            }
            [] => None,
            [major, rest @ ..] => Some(Comparator {
                op: if open.is_some() && operator.is_empty() { Op::Exact } else { op },
                major: *major,
                minor: rest.first().copied(),
                patch: rest.get(1).copied(),
                pre,
            }),
        };
        Ok(Clause { head, precision, tail, comparator })
    }

    pub(super) fn comparator(&self) -> Option<&Comparator> {
        self.comparator.as_ref()
    }

    /// The comparator, changed where the version's order falls outside; none where it does not.
    pub(super) fn moved(&self, version: Version) -> Result<Option<String>, String> {
        let Some(comparator) = &self.comparator else { return Ok(None) };
        let inside =
            VersionReq { comparators: vec![comparator.clone(), floor(version)] }.matches(&semver_of(version));
        // A bound below a final version also means to keep its pre-releases out.
        let series = comparator.op == Op::Less && comparator.pre.is_empty() && !self.is_above(version);
        match comparator.op {
            Op::Less if series || !inside => self.counted_up(version).map(Some),
            _ if inside => Ok(None),
            Op::Greater => Err(format!("asks for more than {}", self.spelled(self.numbers(), ""))),
            _ => self.at(version).map(Some),
        }
    }

    /// The comparator as a lower bound that names the version; none if it is no lower bound.
    pub(super) fn raised(&self, version: Version) -> Option<String> {
        let comparator = self.comparator.as_ref()?;
        let lower = matches!(comparator.op, Op::GreaterEq | Op::Caret | Op::Tilde);
        (lower && self.tail.is_empty()).then(|| format!("{}{version}", self.head))
    }

    /// With the version's numbers, as many as were there; a pre-release needs all of them.
    fn at(&self, version: Version) -> Result<String, String> {
        let exact = self.comparator.as_ref().is_some_and(|comparator| comparator.op == Op::Exact);
        match version.is_stable() {
            true => Ok(self.spelled(numbers(version), "")),
            false if self.tail.is_empty() && (self.precision == 3 || !exact) => {
                Ok(format!("{}{version}", self.head))
            }
            false => Err(format!("leaves numbers open, and such a range admits no pre-release ({version})")),
        }
    }

    /// `<`: the number that it counts by, counted up to just above the version.
    fn counted_up(&self, version: Version) -> Result<String, String> {
        let old = self.numbers();
        let by = old.iter().rposition(|number| *number != 0).unwrap_or(0);
        let mut new = numbers(version);
        new[by] = new[by].checked_add(1).ok_or("has no larger number")?;
        new[by + 1..].fill(0);
        let pre = self.comparator.as_ref().map_or("", |comparator| comparator.pre.as_str());
        Ok(self.spelled(new, pre))
    }

    fn spelled(&self, numbers: [u64; 3], pre: &str) -> String {
        let numbers: Vec<_> = numbers[..self.precision].iter().map(u64::to_string).collect();
        let dash = if pre.is_empty() { "" } else { "-" };
        format!("{}{}{}{dash}{pre}", self.head, numbers.join("."), self.tail)
    }

    fn numbers(&self) -> [u64; 3] {
        self.comparator
            .as_ref()
            .map_or([0; 3], |one| [one.major, one.minor.unwrap_or(0), one.patch.unwrap_or(0)])
    }

    fn is_above(&self, version: Version) -> bool {
        self.numbers() > numbers(version)
    }
}

/// A number without leading zeros.
fn number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain)
}

fn numbers(version: Version) -> [u64; 3] {
    [version.major, version.minor, version.patch]
}

pub(super) fn semver_of(version: Version) -> semver::Version {
    let Version { major, minor, patch, .. } = version;
    let spelled = version.to_string();
    let pre = spelled.split_once('-').and_then(|(_, pre)| Prerelease::new(pre).ok());
    semver::Version { major, minor, patch, pre: pre.unwrap_or_default(), build: BuildMetadata::EMPTY }
}

/// A comparator that every pre-release of the version's numbers meets. Beside it a range compares
/// by order alone, for the rule about pre-releases asks for one comparator that names them.
pub(super) fn floor(version: Version) -> Comparator {
    Comparator {
        op: Op::GreaterEq,
        major: version.major,
        minor: Some(version.minor),
        patch: Some(version.patch),
        pre: Prerelease::new("0").unwrap_or_default(),
    }
}
