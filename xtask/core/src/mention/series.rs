//! What a group's versions were and are: the measure of every mention.

use std::collections::BTreeSet;

use crate::changelog::dated::dated;
use crate::model::config::Group;
use crate::model::form::{Form, Spelling};
use crate::model::version::Version;
use crate::workspace::Workspace;

/// The versions of one group.
#[derive(Debug)]
pub struct Series {
    /// What its manifests hold; where it lives in tags alone, the newest.
    pub current: Version,
    /// Those that a tag or a changelog names, below the current one.
    older: BTreeSet<Version>,
}

/// How old a mentioned version is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    /// The current one, in this form.
    Current(Form),
    /// An older one, in this form; whether it is known to have been ours.
    Older { form: Form, known: bool },
}

impl Age {
    /// The form in which the version is spelled.
    pub fn form(self) -> Form {
        let (Age::Current(form) | Age::Older { form, .. }) = self;
        form
    }
}

impl Series {
    /// A group's series, unless nothing tells where it stands; `tagged` are the versions of its tags.
    pub fn of(workspace: &Workspace, group: &Group, tagged: &[Version]) -> Option<Series> {
        let tagged = tagged.iter().copied();
        let current = workspace.current(group).or_else(|| tagged.clone().max())?;
        let mut older: BTreeSet<Version> = tagged.collect();
        for changelog in &workspace.changelogs {
            let Some(source) =
                changelog.source.as_ref().filter(|_| changelog.rules.groups.contains(&group.name))
            else {
                continue;
            };
            let rules = &changelog.rules;
            older.extend(dated(source, rules).iter().filter_map(|one| one.of(rules, &group.name)));
        }
        older.retain(|version| *version < current);
        Some(Series { current, older })
    }

    /// The final version that users have while a pre-release or the next version is in the works:
    /// texts name it with good reason.
    fn released(&self) -> Option<Version> {
        let newest = || self.older.iter().rev().copied().find(|version| version.is_stable());
        if self.current.is_stable() { None } else { newest() }
    }

    /// How old a text is, read in `own` form, semver or PEP 440, or (where there are but two
    /// numbers) as X.Y; none when it is another version.
    pub fn age(&self, text: &str, own: Form) -> Option<Age> {
        if let Some(short) = MINOR.parse(text) {
            return self.age_of_minor(short);
        }
        let own = Form { v: false, ..own };
        let forms = [own, Form::SEMVER, Form::PEP440];
        if let Some(form) =
            forms.into_iter().find(|form| form.parse(text).is_some() && form.render(self.current) == text)
        {
            return Some(Age::Current(form));
        }
        let form = forms.into_iter().find(|form| form.parse(text).is_some())?;
        let version = form.parse(text)?;
        let drops = own.spelling == Spelling::Plain;
        let known = self.older.iter().any(|old| *old == version || drops && own.render(*old) == text);
        let is_older = version < if drops { self.current.core() } else { self.current };
        (is_older && self.released() != Some(version)).then_some(Age::Older { form, known })
    }

    fn age_of_minor(&self, short: Version) -> Option<Age> {
        let minor = |version: Version| (version.major, version.minor);
        if minor(short) == minor(self.current) {
            return Some(Age::Current(MINOR));
        }
        let released = self.released().map(minor) == Some(minor(short));
        let known = self.older.iter().any(|old| minor(*old) == minor(short));
        (short < self.current && known && !released).then_some(Age::Older { form: MINOR, known })
    }
}

const MINOR: Form = Form { spelling: Spelling::Minor, v: false };

#[cfg(test)]
mod tests {
    use super::*;

    fn ages(current: &str, older: &[&str], form: Form, texts: &[&str]) -> Vec<String> {
        let version = |text: &str| Version::parse(text).unwrap();
        let older = older.iter().map(|text| version(text)).collect();
        let series = Series { current: version(current), older };
        let show = |text: &&str| match series.age(text, form) {
            Some(Age::Current(form)) => form.to_string(),
            Some(Age::Older { known, .. }) => if known { "known" } else { "older" }.into(),
            None => "-".into(),
        };
        texts.iter().map(show).collect()
    }

    #[test]
    fn tells_the_current_from_the_older() {
        let older = ["1.2.4", "1.1.0"];
        let texts = ["1.2.5", "1.2.4", "1.0.0", "1.2.6", "1.2", "1.1", "1.0"];
        let told = ages("1.2.5", &older, Form::SEMVER, &texts);
        assert_eq!(told, ["semver", "known", "older", "-", "X.Y", "known", "-"]);
    }

    #[test]
    fn lets_the_newest_release_stand_beside_a_pre_release() {
        let older = ["0.3.0", "0.3.0-alpha.1"];
        let texts = ["0.4.0-beta.1", "0.4.0b1", "0.4.0", "0.3.0", "0.3.0a1", "0.2.0", "0.3"];
        let told = ages("0.4.0-beta.1", &older, Form::PEP440, &texts);
        assert_eq!(told, ["semver", "pep440", "-", "-", "known", "older", "-"]);
        assert_eq!(
            ages("0.4.0-beta.1", &older, Form::PLAIN, &["0.4.0", "0.3.0", "0.2.0"]),
            ["X.Y.Z", "-", "older"]
        );
    }
}
