//! Python's version specifiers ([PEP 440, "Version specifiers"](https://peps.python.org/pep-0440/#version-specifiers)):
//! comparisons joined by commas that must all hold.
//!
//! Pre-releases are looked at only where a specifier of the set names one ("Handling of
//! pre-releases"). `packaging.specifiers` counts the inclusive operators, newer releases of it also
//! `<` and `>`; what is said here holds for both. `<1` keeps the pre-releases of 1 out too
//! ("Exclusive ordered comparison").

use std::cmp::Ordering;
use std::ops::Range;

use super::python_version::PythonVersion;
use super::range::no_lower_bound;
use crate::model::form::Form;
use crate::model::version::Version;

/// Specifiers that must all hold.
#[derive(Debug)]
pub(super) struct Specifiers<'a> {
    text: &'a str,
    /// Each with its place in `text`.
    all: Vec<(Range<usize>, Specifier<'a>)>,
}

#[derive(Debug)]
struct Specifier<'a> {
    operator: Operator,
    /// The operator, blanks and a `v`, as they are.
    head: &'a str,
    version: PythonVersion,
    /// `.*` at its end.
    open: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Arbitrary,
    Equal,
    NotEqual,
    Compatible,
    AtLeast,
    AtMost,
    Above,
    Below,
}

/// The longest first where one starts another.
const OPERATORS: [(&str, Operator); 8] = [
    ("===", Operator::Arbitrary),
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("~=", Operator::Compatible),
    (">=", Operator::AtLeast),
    ("<=", Operator::AtMost),
    (">", Operator::Above),
    ("<", Operator::Below),
];

pub(super) fn read(text: &str) -> Result<Specifiers<'_>, String> {
    let mut all = Vec::new();
    let mut at = 0;
    for part in text.split(',') {
        let start = at + (part.len() - part.trim_start().len());
        let trimmed = part.trim();
        all.push((start..start + trimmed.len(), specifier(trimmed)?));
        at += part.len() + 1;
    }
    Ok(Specifiers { text, all })
}

fn specifier(text: &str) -> Result<Specifier<'_>, String> {
    let found = OPERATORS.iter().find(|(name, _)| text.starts_with(name));
    let (name, operator) = found.ok_or_else(|| format!("holds `{text}`, which is no version specifier"))?;
    let rest = text[name.len()..].trim_start();
    let rest = rest.strip_prefix(['v', 'V']).unwrap_or(rest);
    let head = &text[..text.len() - rest.len()];
    let (spelled, open) = rest.strip_suffix(".*").map_or((rest, false), |spelled| (spelled, true));
    let version = PythonVersion::read(spelled)
        .ok_or_else(|| format!("names `{rest}`, which is no version that a range is compared with"))?;
    let fits = match operator {
        Operator::Equal | Operator::NotEqual => !open || version.suffix.is_empty(),
        Operator::Compatible => !open && version.release.len() > 1,
        _ => !open,
    };
    if !fits {
        return Err(format!("holds `{text}`, which is no version specifier"));
    }
    Ok(Specifier { operator: *operator, head, version, open })
}

/// The pin on one version alone; `===` stays.
pub(super) fn pin(text: &str, version: Version) -> String {
    let operator = if text.starts_with("===") { "===" } else { "==" };
    format!("{operator}{}", Form::PEP440.render(version))
}

impl Specifiers<'_> {
    pub(super) fn admits(&self, version: Version) -> bool {
        let version = PythonVersion::from(version);
        let names_one = || self.all.iter().any(|(_, one)| one.names_a_pre_release());
        (!version.is_pre() || names_one()) && self.all.iter().all(|(_, one)| one.holds(&version))
    }

    /// The set, changed as little as lets it admit the version.
    pub(super) fn moved(&self, version: Version) -> Result<String, String> {
        let python = PythonVersion::from(version);
        let mut texts =
            self.all.iter().map(|(_, one)| one.moved(&python)).collect::<Result<Vec<_>, String>>()?;
        let names_one = self.all.iter().any(|(_, one)| one.names_a_pre_release())
            || texts.iter().flatten().any(|new| new.ends_with(&python.suffix));
        if python.is_pre() && !names_one {
            let mut lower = self.all.iter().zip(&mut texts);
            let (new, slot) = lower
                .find_map(|((_, one), slot)| Some((one.raised(&python)?, slot)))
                .ok_or_else(|| no_lower_bound(version))?;
            *slot = Some(new);
        }
        let mut text = self.text.to_owned();
        for ((at, _), new) in self.all.iter().zip(texts).rev() {
            if let Some(new) = new {
                text.replace_range(at.clone(), &new);
            }
        }
        Ok(text)
    }
}

impl Specifier<'_> {
    fn names_a_pre_release(&self) -> bool {
        let excludes = matches!(self.operator, Operator::NotEqual | Operator::Above | Operator::Below);
        !excludes && self.version.is_pre()
    }

    /// Whether the comparison holds, the rule about pre-releases aside.
    fn holds(&self, version: &PythonVersion) -> bool {
        let order = version.order(&self.version);
        let precision = self.version.release.len();
        let equal = match self.open {
            true => self.version.is_prefix_of(precision, version),
            false => order == Ordering::Equal,
        };
        match self.operator {
            // Text against text, without zeros filled in.
            Operator::Arbitrary => equal && precision == version.release.len(),
            Operator::Equal => equal,
            Operator::NotEqual => !equal,
            Operator::Compatible => {
                order != Ordering::Less && self.version.is_prefix_of(precision - 1, version)
            }
            Operator::AtLeast => order != Ordering::Less,
            Operator::AtMost => order != Ordering::Greater,
            Operator::Above => order == Ordering::Greater,
            Operator::Below => {
                let own_pre = version.is_pre() && !self.version.is_pre();
                order == Ordering::Less && !(own_pre && version.same_release(&self.version))
            }
        }
    }

    fn moved(&self, version: &PythonVersion) -> Result<Option<String>, String> {
        if self.holds(version) {
            return Ok(None);
        }
        let precision = self.version.release.len();
        let numbers = version.numbers(precision);
        let cut = version.release.get(precision..).is_some_and(|rest| rest.iter().any(|number| *number != 0));
        let all = || version.numbers(if cut { version.release.len() } else { precision });
        match self.operator {
            Operator::Above => Err(format!("asks for more than {}", self.spelled(&self.version.release, ""))),
            Operator::NotEqual => Err("excludes that version by name".into()),
            Operator::Equal if self.open && version.is_pre() => {
                Err("leaves numbers open, and such a specifier admits no pre-release".into())
            }
            Operator::Equal if self.open => Ok(Some(self.spelled(&numbers, ".*"))),
            Operator::Compatible => Ok(Some(self.spelled(&numbers, &version.suffix))),
            Operator::AtLeast if !version.is_pre() => Ok(Some(self.spelled(&numbers, ""))),
            Operator::Equal | Operator::AtMost | Operator::AtLeast => {
                Ok(Some(self.spelled(&all(), &version.suffix)))
            }
            Operator::Arbitrary => Ok(Some(self.spelled(&version.release, &version.suffix))),
            Operator::Below => {
                let old = &self.version.release;
                let by = old.iter().rposition(|number| *number != 0).unwrap_or(0);
                let mut new = numbers;
                new[by] = new[by].checked_add(1).ok_or("has no larger number")?;
                new[by + 1..].fill(0);
                Ok(Some(self.spelled(&new, &self.version.suffix)))
            }
        }
    }

    /// The specifier as a lower bound that names the version; none if it is no lower bound.
    fn raised(&self, version: &PythonVersion) -> Option<String> {
        match self.operator {
            Operator::AtLeast => Some(self.spelled(&version.release, &version.suffix)),
            Operator::Compatible => {
                let numbers = version.numbers(self.version.release.len());
                Some(self.spelled(&numbers, &version.suffix))
            }
            _ => None,
        }
    }

    fn spelled(&self, numbers: &[u64], suffix: &str) -> String {
        let numbers: Vec<_> = numbers.iter().map(u64::to_string).collect();
        format!("{}{}{suffix}", self.head, numbers.join("."))
    }
}
