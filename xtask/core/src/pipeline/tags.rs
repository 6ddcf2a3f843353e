//! A tag template as patterns that a forge can match: what lets in every tag that a release makes, and no other.

use crate::model::config::{Group, TagKind, TagRule};
use crate::model::form::{Form, Spelling};
use crate::model::template::{Part, Template};
use crate::model::version::Stage;

const NUMBER: &str = "[0-9]+";

/// The tag whose pipeline builds and publishes: the first annotated one that is not pushed ahead of the others, so
/// that all of the release is at the forge when it begins; else the group's root tag.
pub fn leading(group: &Group) -> Option<&TagRule> {
    let late = |rule: &&TagRule| !rule.push_first;
    let annotated = |rule: &&TagRule| rule.kind == TagKind::Annotated;
    let tags = || group.tags.iter();
    tags().filter(late).find(annotated).or(tags().find(late)).or(group.tags.first())
}

/// GitHub's filter patterns: the final versions, then the pre-releases, a pattern a stage.
pub fn filters(tag: &Template) -> Vec<String> {
    let of = |stage: Option<Stage>| {
        let parts = tag.parts().iter().map(|part| match part {
            Part::Literal(text) => text.chars().map(filter_letter).collect(),
            Part::Version(form) => filter(form.unwrap_or(Form::SEMVER), stage),
            Part::Value(name) if number(name) => NUMBER.to_owned(),
            Part::Value(_) => "*".to_owned(),
        });
        parts.collect::<String>()
    };
    let mut all: Vec<String> = std::iter::once(None).chain(Stage::ALL.map(Some)).map(of).collect();
    all.dedup();
    all
}

fn filter_letter(letter: char) -> String {
    match letter {
        '*' | '?' | '+' | '[' | ']' | '\\' | '!' => format!("\\{letter}"),
        letter => letter.to_string(),
    }
}

fn filter(form: Form, stage: Option<Stage>) -> String {
    let v = if form.v { "v" } else { "" };
    let core = format!("{v}{NUMBER}.{NUMBER}.{NUMBER}");
    match (form.spelling, stage) {
        (Spelling::Semver | Spelling::Maven, Some(stage)) => format!("{core}-{}.{NUMBER}", stage.name()),
        (Spelling::Pep440, Some(stage)) => format!("{core}{}{NUMBER}", stage.pep440()),
        (Spelling::Semver | Spelling::Maven | Spelling::Pep440 | Spelling::Plain, _) => core,
        (Spelling::Minor, _) => format!("{v}{NUMBER}.{NUMBER}"),
        (Spelling::Major, _) => format!("{v}{NUMBER}"),
    }
}

/// A pattern for GitLab's `=~`, slashes included: `/^v[0-9]+\.[0-9]+\.[0-9]+(-(alpha|beta|rc)\.[0-9]+)?$/`.
pub fn pattern(tag: &Template) -> String {
    let parts = tag.parts().iter().map(|part| match part {
        Part::Literal(text) => text.chars().map(pattern_letter).collect(),
        Part::Version(form) => expression(form.unwrap_or(Form::SEMVER)),
        Part::Value(name) if number(name) => NUMBER.to_owned(),
        Part::Value(_) => ".*".to_owned(),
    });
    format!("/^{}$/", parts.collect::<String>())
}

/// A branch glob of the config as such a pattern.
pub fn branch_pattern(glob: &str) -> String {
    let mut out = String::new();
    let mut rest = glob;
    while let Some(letter) = rest.chars().next() {
        let (text, length) = match letter {
            '*' if rest.starts_with("**") => (".*".to_owned(), 2),
            '*' => ("[^\\/]*".to_owned(), 1),
            '?' => ("[^\\/]".to_owned(), 1),
            '{' => ("(".to_owned(), 1),
            '}' => (")".to_owned(), 1),
            ',' if out.contains('(') => ("|".to_owned(), 1),
            letter => (pattern_letter(letter), letter.len_utf8()),
        };
        out.push_str(&text);
        rest = &rest[length..];
    }
    format!("/^{out}$/")
}

fn pattern_letter(letter: char) -> String {
    match letter {
        '\\' | '/' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' => {
            format!("\\{letter}")
        }
        letter => letter.to_string(),
    }
}

fn expression(form: Form) -> String {
    let v = if form.v { "v" } else { "" };
    let core = format!("{v}{NUMBER}\\.{NUMBER}\\.{NUMBER}");
    let stages = |name: fn(Stage) -> &'static str| Stage::ALL.map(name).join("|");
    match form.spelling {
        Spelling::Semver | Spelling::Maven => format!("{core}(-({})\\.{NUMBER})?", stages(Stage::name)),
        Spelling::Pep440 => format!("{core}(({}){NUMBER})?", stages(Stage::pep440)),
        Spelling::Plain => core,
        Spelling::Minor => format!("{v}{NUMBER}\\.{NUMBER}"),
        Spelling::Major => format!("{v}{NUMBER}"),
    }
}

fn number(name: &str) -> bool {
    matches!(name, "major" | "minor" | "patch")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::audit::{Answer, Forge, Pushed, started};
    use super::*;
    use crate::model::version::{Suffix, Version};

    const TEMPLATES: [&str; 8] = [
        "v{version}",
        "v{version}-lib",
        "scheduler-v{version:pep440}",
        "packages/client-go/v{version}",
        "a+b[c]-{version:vsemver}",
        "x{version:X.Y}/{version:maven}",
        "{version:X.Y.Z}-of-{version}",
        "line-{major}.{minor}-{version:vpep440}",
    ];

    fn starts(forge: Forge, template: &Template, tag: &str) -> Answer {
        let text = match forge {
            Forge::GitHub => {
                let patterns: Vec<String> = filters(template).iter().map(|one| format!("'{one}'")).collect();
                format!(
                    "on: {{push: {{tags: [{}]}}}}\njobs: {{a: {{runs-on: x, steps: [{{run: x}}]}}}}\n",
                    patterns.join(", ")
                )
            }
            Forge::GitLab => format!(
                "workflow: {{rules: [{{if: '$CI_COMMIT_TAG =~ {}'}}]}}\na: {{script: [x]}}\n",
                pattern(template)
            ),
        };
        started(forge, &text, &Pushed::tag(tag, "main"), &|_| None).unwrap().any()
    }

    proptest! {
        #[test]
        fn every_tag_of_a_release_is_let_in_and_no_other(
            own in 0..TEMPLATES.len(),
            other in 0..TEMPLATES.len(),
            numbers in (0u64..200, 0u64..20, 0u64..20),
            stage in prop_oneof![Just(None), (0usize..3, 0u64..30).prop_map(Some)],
        ) {
            let mut version = Version::new(numbers.0, numbers.1, numbers.2);
            if let Some((stage, number)) = stage {
                version = version.with(Suffix::Pre(Stage::ALL[stage], number));
            }
            let [own, other] = [own, other].map(|at| Template::parse(TEMPLATES[at], &[]).unwrap());
            let tag = own.render(version, Form::SEMVER, |_| String::new());
            for forge in [Forge::GitHub, Forge::GitLab] {
                prop_assert_eq!(starts(forge, &own, &tag), Answer::Yes, "{} {}", own, tag);
                prop_assert_eq!(starts(forge, &other, &tag), Answer::of(own == other), "{} {}", other, tag);
            }
        }
    }

    #[test]
    fn a_branch_glob_is_anchored() {
        assert_eq!(branch_pattern("release/*"), "/^release\\/[^\\/]*$/");
        assert_eq!(branch_pattern("a.b/**"), "/^a\\.b\\/.*$/");
        assert_eq!(branch_pattern("release/{a,b*}"), "/^release\\/(a|b[^\\/]*)$/");
    }
}
