use super::super::fragment::{read, strays};
use super::*;

fn files(list: &[(&str, &str)]) -> Vec<(RepoPath, Vec<u8>)> {
    list.iter().map(|(name, text)| (path(&format!("changelog.d/{name}")), text.as_bytes().to_vec())).collect()
}

#[test]
fn come_in_byte_order_without_their_last_newlines() {
    let (fragments, problems) = read(
        &rules(),
        files(&[
            ("971.fixed.md", "Nine.\n"),
            ("1044.fixed.md", "\u{feff}Ten.\r\nMore.\r\n\r\n"),
            ("django-5.2.16.security.md", "Django 5.2.16"),
            ("README.md", "# How to write fragments\n"),
            (".gitkeep", ""),
        ]),
    );
    assert_eq!(problems, []);
    let found: Vec<_> = fragments.iter().map(|f| (f.path.name(), &*f.kind, &*f.body)).collect();
    assert_eq!(
        found,
        [
            ("1044.fixed.md", "fixed", "Ten.\r\nMore."),
            ("971.fixed.md", "fixed", "Nine."),
            ("django-5.2.16.security.md", "security", "Django 5.2.16"),
        ]
    );
}

#[test]
fn are_refused_all_at_once_and_by_name() {
    let mut files = files(&[
        ("1.fix.md", "A fix."),
        ("2.md", "No kind."),
        ("3.fixed.txt", "No Markdown."),
        ("4.added.md", " \n\r\n\t"),
        ("5.added.md", "Text.\n\n### Added\n- x\n"),
        ("6.added.md", "Fine:\n```\n## no heading\n```\n"),
        ("7.added.md", "Open:\n```\ncode\n"),
        ("8.added.md", "Twice.\r\nYes."),
        ("9.changed.md", "\nTwice.\nYes. \n"),
    ]);
    files.push((path("changelog.d/latin.added.md"), b"ok\nGr\xfc\xdfe\n".to_vec()));
    let (fragments, problems) = read(&rules(), files);
    let kept: Vec<_> = fragments.iter().map(|fragment| fragment.path.name()).collect();
    assert_eq!(kept, ["6.added.md", "8.added.md", "9.changed.md"]);
    let shown: Vec<_> =
        problems.iter().map(|p| format!("{} {} {}", p.code, p.at.as_ref().unwrap(), p.what)).collect();
    assert_eq!(
        shown,
        [
            "W0402 changelog.d/1.fix.md `fix` is no kind of CHANGELOG.md",
            "W0413 changelog.d/2.md `2.md` is not named `<slug>.<kind>.md`",
            "W0413 changelog.d/3.fixed.txt `3.fixed.txt` is not named `<slug>.<kind>.md`",
            "W0403 changelog.d/4.added.md `4.added.md` says nothing",
            "W0405 changelog.d/5.added.md:3 `5.added.md` holds the heading `### Added`",
            "W0417 changelog.d/7.added.md:3 `7.added.md` ends inside a code block or comment",
            "W0404 changelog.d/latin.added.md:2 `latin.added.md` is not UTF-8",
            "W0407 changelog.d/9.changed.md `changelog.d/9.changed.md` says the same as `changelog.d/8.added.md`",
        ]
    );
    assert_eq!(
        problems[0].help,
        [
            "did you mean `fixed`?",
            "$ git mv changelog.d/1.fix.md changelog.d/1.fixed.md",
            "the kinds of CHANGELOG.md are added, changed, deprecated, removed, fixed, security",
        ]
    );
}

#[test]
fn one_file_may_have_two_faults() {
    let (_, problems) = read(&rules(), files(&[("1.misc.md", "## [0.1.0]\n")]));
    assert_eq!(codes(&problems), [Code::W0402, Code::W0405]);
}

#[test]
fn in_folders_that_no_changelog_names_are_strays() {
    let tool = ChangelogRules { fragments: Some(path("xtask/changelog.d")), ..rules() };
    let paths: Vec<_> = [
        "changelog.d/1.fixed.md",
        "changelog.d/README.md",
        "changelog.d/old/2.fixed.md",
        "packages/api/changelog.d/2268.fixed.md",
        "packages/api/changelog.d/README.md",
        "packages/api/changelog.d/notes.txt",
        "packages/web/changelog.d/2058.typo.md",
        "packages/web/docs/a.b.md",
        "xtask/changelog.d/3.added.md",
        "a.fixed.md",
    ]
    .map(path)
    .into();
    let none = |_: &RepoPath| false;
    let found = |rules: &[ChangelogRules], ignored: &dyn Fn(&RepoPath) -> bool| -> Vec<String> {
        let problems = strays(paths.iter(), rules, ignored);
        assert!(problems.iter().all(|problem| problem.code == Code::W0406));
        problems.into_iter().map(|problem| problem.at.unwrap().to_string()).collect()
    };
    let strays_of_both = [
        "changelog.d/old/2.fixed.md",
        "packages/api/changelog.d/2268.fixed.md",
        "packages/web/changelog.d/2058.typo.md",
    ];
    assert_eq!(found(&[rules(), tool], &none), strays_of_both);
    assert_eq!(
        found(&[rules()], &|path| path.as_str().contains("web")).last().unwrap(),
        "xtask/changelog.d/3.added.md"
    );
    assert_eq!(found(&[ChangelogRules { fragments: None, ..rules() }], &none), Vec::<String>::new());
    let one = strays([path("it's/changelog.d/2.fixed.md")].iter(), &[rules()], &none);
    assert_eq!(one[0].help[0], r"$ git mv './it'\''s/changelog.d/2.fixed.md' changelog.d/");
}
