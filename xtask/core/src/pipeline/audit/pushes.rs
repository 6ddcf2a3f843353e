//! How many refs a forge starts pipelines for in one push, and commit messages that stop it.

use crate::model::forge::ForgeKind;

/// The forges whose limits are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Forge {
    GitHub,
    GitLab,
}

impl Forge {
    pub fn name(self) -> &'static str {
        match self {
            Forge::GitHub => "GitHub",
            Forge::GitLab => "GitLab",
        }
    }
}

impl From<ForgeKind> for Forge {
    fn from(kind: ForgeKind) -> Forge {
        match kind {
            ForgeKind::Github => Forge::GitHub,
            ForgeKind::Gitlab => Forge::GitLab,
        }
    }
}

/// Why a push of these full refs would start too little; none when it is fine.
///
/// GitHub makes no event for tags when more than three are pushed at once ("Events that trigger workflows", push).
/// GitLab makes at most four pipelines a push ("GitLab application limits", number of pipelines per Git push).
pub fn too_many(forge: Forge, refs: &[String]) -> Option<String> {
    let tags = refs.iter().filter(|name| name.starts_with("refs/tags/")).count();
    match forge {
        Forge::GitHub if tags > 3 => {
            Some(format!("{tags} tags go in one push, and GitHub starts nothing for more than three"))
        }
        Forge::GitLab if refs.len() > 4 => {
            Some(format!("{} refs go in one push, and GitLab starts at most four pipelines", refs.len()))
        }
        _ => None,
    }
}

/// The words in a commit's message for which a forge starts nothing.
///
/// GitHub: "Skipping workflow runs", also by a trailer. GitLab: "CI/CD pipelines", skip a pipeline (in any case of
/// letters).
pub fn skipped_by(forge: Forge, message: &str) -> Option<&'static str> {
    const TRAILER: &str = "skip-checks: true";
    let trailers = message.trim_end().rsplit("\n\n").next().unwrap_or_default();
    let asks = |line: &str| line.trim().to_lowercase().replace(' ', "") == "skip-checks:true";
    if forge == Forge::GitHub && trailers.lines().any(asks) {
        return Some(TRAILER);
    }
    let (words, message): (&[&str], String) = match forge {
        Forge::GitHub => {
            (&["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"], message.to_owned())
        }
        Forge::GitLab => (&["[skip ci]", "[ci skip]"], message.to_lowercase()),
    };
    words.iter().find(|word| message.contains(**word)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_as_the_forges_do() {
        let refs = |tags: usize, branch: bool| -> Vec<String> {
            let tags = (0..tags).map(|n| format!("refs/tags/v{n}"));
            tags.chain(branch.then(|| "refs/heads/main".to_owned())).collect()
        };
        for (tags, branch, github, gitlab) in
            [(3, true, false, false), (4, false, true, false), (4, true, true, true), (0, true, false, false)]
        {
            assert_eq!(too_many(Forge::GitHub, &refs(tags, branch)).is_some(), github, "{tags}");
            assert_eq!(too_many(Forge::GitLab, &refs(tags, branch)).is_some(), gitlab, "{tags}");
        }
        assert_eq!(skipped_by(Forge::GitHub, "chore: 1.0.0 [skip ci]"), Some("[skip ci]"));
        assert_eq!(skipped_by(Forge::GitLab, "chore: 1.0.0 [CI skip]"), Some("[ci skip]"));
        assert_eq!(skipped_by(Forge::GitHub, "chore: 1.0.0"), None);
        for (message, github) in [
            ("chore: 1.0.0\n\n\nskip-checks: true\n", true),
            ("chore: 1.0.0\n\nReviewed-by: x\nskip-checks:true", true),
            ("chore: skip-checks: true", false),
            ("chore: 1.0.0\n\nskip-checks: true\n\nMore.", false),
            ("chore: 1.0.0\n\nskip-checks: false", false),
        ] {
            let word = github.then_some("skip-checks: true");
            assert_eq!(skipped_by(Forge::GitHub, message), word, "{message:?}");
            assert_eq!(skipped_by(Forge::GitLab, message), None, "{message:?}");
        }
    }
}
