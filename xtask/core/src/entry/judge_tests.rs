//! A table of what can be found, and a model that follows the steps to their end.

use proptest::prelude::*;

use super::*;
use crate::model::entry::Content;
use crate::model::names::{CommitId, Name, TagName};
use crate::model::version::Version;

fn asset(name: &str) -> Asset {
    let sha256 = crate::model::digest::sha256(name.as_bytes());
    Asset { name: name.into(), size: 5, sha256, content: Content::Text(name.into()) }
}

fn entry() -> Entry {
    Entry {
        group: Name::parse("suite").unwrap(),
        version: Version::new(1, 2, 3),
        tag: TagName::parse("v1.2.3").unwrap(),
        commit: CommitId::parse(&"c".repeat(40)).unwrap(),
        title: "v1.2.3".into(),
        notes: "### Added\n\n- A thing.\n".into(),
        prerelease: false,
        latest: true,
        assets: vec![asset("SHA256SUMS"), asset("a.whl"), asset("b.tgz")],
    }
}

fn stored(name: &str, state: impl Fn(String) -> State) -> Stored {
    Stored { id: format!("id of {name}"), name: name.into(), state: state(asset(name).sha256) }
}

fn whole(name: &str) -> Stored {
    stored(name, |sha256| State::Whole { sha256 })
}

fn found() -> Found {
    let entry = entry();
    Found {
        id: "7".into(),
        draft: false,
        title: Some(entry.title),
        notes: Some(entry.notes),
        prerelease: Some(false),
        latest: Some(true),
        immutable: false,
        commit: None,
        page: None,
        uploads: None,
        assets: ["SHA256SUMS", "a.whl", "b.tgz"].map(whole).into(),
    }
}

fn draft(assets: &[&str]) -> Found {
    Found { draft: true, latest: None, assets: assets.iter().map(|name| whole(name)).collect(), ..found() }
}

/// The steps in short, or in what it differs.
fn judged(forge: ForgeKind, found: Vec<Found>) -> Result<String, String> {
    let look = Look { entries: found, others: Vec::new() };
    let short = |step: &Step| match step {
        Step::Draft => "draft".to_owned(),
        Step::Discard { asset } => format!("discard {asset}"),
        Step::Upload { asset, .. } => format!("upload {asset}"),
        Step::Link { asset } => format!("link {asset}"),
        Step::Publish => "publish".to_owned(),
        Step::Latest => "latest".to_owned(),
    };
    match judge(&entry(), &look, forge) {
        Ok(steps) => Ok(steps.iter().map(short).collect::<Vec<_>>().join(", ")),
        Err(differences) => Err(differences.into_iter().map(|one| one.of).collect::<Vec<_>>().join(", ")),
    }
}

#[test]
fn github() {
    let with = |change: &dyn Fn(&mut Found)| {
        let mut found = found();
        change(&mut found);
        found
    };
    let unfinished = |mut found: Found| {
        found.assets[1] = stored("a.whl", |_| State::Unfinished);
        found
    };
    let all = "upload SHA256SUMS, upload a.whl, upload b.tgz";
    let ok = |text: &str| Ok(text.to_owned());
    let no = |text: &str| Err(text.to_owned());
    for (state, found, expected) in [
        ("absent", vec![], ok(&format!("draft, {all}, publish"))),
        ("an empty draft", vec![draft(&[])], ok(&format!("{all}, publish"))),
        ("a draft with some", vec![draft(&["a.whl"])], ok("upload SHA256SUMS, upload b.tgz, publish")),
        ("a draft with all", vec![draft(&["b.tgz", "SHA256SUMS", "a.whl"])], ok("publish")),
        (
            "an unfinished upload in a draft",
            vec![unfinished(draft(&["SHA256SUMS", "a.whl", "b.tgz"]))],
            ok("discard a.whl, upload a.whl, publish"),
        ),
        ("whole", vec![found()], ok("")),
        ("whole, frozen", vec![with(&|one| one.immutable = true)], ok("")),
        ("another is the latest", vec![with(&|one| one.latest = Some(false))], ok("latest")),
        (
            "line ends of its own",
            vec![with(&|one| one.notes = Some("### Added\r\n\r\n- A thing.".into()))],
            ok(""),
        ),
        ("one is missing", vec![with(&|one| _ = one.assets.pop())], ok("upload b.tgz")),
        ("an unfinished upload, published", vec![unfinished(found())], no("asset a.whl")),
        (
            "one is missing, frozen",
            vec![with(&|one| {
                one.assets.pop();
                one.immutable = true;
            })],
            no("asset b.tgz"),
        ),
        ("another title", vec![with(&|one| one.title = Some("1.2.3".into()))], no("title")),
        ("other notes", vec![with(&|one| one.notes = Some(String::new()))], no("notes")),
        ("a pre-release", vec![with(&|one| one.prerelease = Some(true))], no("kind")),
        (
            "another commit",
            vec![with(&|one| one.commit = Some(CommitId::parse(&"d".repeat(40)).unwrap()))],
            no("commit"),
        ),
        (
            "other bytes",
            vec![with(&|one| one.assets[2].state = State::Whole { sha256: "0".repeat(64) })],
            no("asset b.tgz"),
        ),
        ("a stranger", vec![with(&|one| one.assets.push(whole("other")))], no("asset other")),
        ("a stranger in a draft", vec![draft(&["other"])], no("asset other")),
        ("one several times", vec![with(&|one| one.assets.push(whole("a.whl")))], no("asset a.whl")),
        ("several", vec![found(), draft(&[])], no("number of entries")),
    ] {
        assert_eq!(judged(ForgeKind::Github, found), expected, "{state}");
    }
}

#[test]
fn gitlab() {
    let unlinked = |name: &str| stored(name, |sha256| State::Unlinked { sha256 });
    let files = |names: &[&str]| Found {
        title: None,
        notes: None,
        prerelease: None,
        assets: names.iter().map(|name| unlinked(name)).collect(),
        ..draft(&[])
    };
    let entry = |assets: Vec<Stored>| Found { prerelease: None, latest: None, assets, ..found() };
    for (state, found, expected) in [
        ("absent", vec![], Ok("upload SHA256SUMS, upload a.whl, upload b.tgz, publish")),
        ("files", vec![files(&["a.whl"])], Ok("upload SHA256SUMS, upload b.tgz, publish")),
        ("all files", vec![files(&["a.whl", "b.tgz", "SHA256SUMS"])], Ok("publish")),
        (
            "lacks a link and a file with its link",
            vec![entry(vec![whole("a.whl"), unlinked("b.tgz")])],
            Ok("upload SHA256SUMS, link SHA256SUMS, link b.tgz"),
        ),
        ("whole", vec![entry(found().assets)], Ok("")),
        (
            "a link to somewhere else",
            vec![entry(vec![stored("a.whl", |_| State::Elsewhere {
                url: "https://example.org/a.whl".into(),
            })])],
            Err("asset a.whl"),
        ),
    ] {
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(judged(ForgeKind::Gitlab, found), expected, "{state}");
    }
}

/// A forge that does one step.
fn follow(look: &mut Look, step: &Step, forge: ForgeKind) {
    let entry = entry();
    if look.entries.is_empty() {
        let said = forge == ForgeKind::Github;
        let of = |text: String| said.then_some(text);
        look.entries.push(Found {
            title: of(entry.title.clone()),
            notes: of(entry.notes.clone()),
            prerelease: said.then_some(false),
            ..draft(&[])
        });
    }
    let found = &mut look.entries[0];
    match step {
        Step::Draft => {}
        Step::Discard { asset } => {
            assert!(found.draft, "removed from a published entry");
            found.assets.retain(|stored| stored.name != *asset);
        }
        Step::Upload { asset, .. } => {
            assert!(!found.assets.iter().any(|stored| stored.name == *asset), "uploaded twice");
            found.assets.push(match forge {
                ForgeKind::Github => whole(asset),
                ForgeKind::Gitlab => stored(asset, |sha256| State::Unlinked { sha256 }),
            });
        }
        Step::Link { asset } => found.assets.retain_mut(|stored| {
            if stored.name == *asset {
                *stored = whole(asset);
            }
            true
        }),
        Step::Publish => {
            found.draft = false;
            found.latest = (forge == ForgeKind::Github).then_some(true);
            found.assets = found.assets.iter().map(|stored| whole(&stored.name)).collect();
        }
        Step::Latest => found.latest = Some(true),
    }
}

proptest! {
    /// Stopped after any number of steps, with any uploads left unfinished: the rest of the steps makes it whole.
    #[test]
    fn leads_from_anywhere_to_the_whole(
        gitlab in any::<bool>(),
        stops in prop::collection::vec(0usize..8, 0..6),
        broken in prop::collection::vec(0usize..3, 0..3),
    ) {
        let forge = if gitlab { ForgeKind::Gitlab } else { ForgeKind::Github };
        let mut look = Look::default();
        for stop in stops {
            let steps = judge(&entry(), &look, forge).unwrap();
            for step in steps.iter().take(stop) {
                follow(&mut look, step, forge);
            }
            let draft = look.entries.first_mut().filter(|found| found.draft && !gitlab);
            if let Some(found) = draft {
                for stored in broken.iter().filter_map(|at| found.assets.get(*at).cloned()).collect::<Vec<_>>() {
                    found.assets.retain(|one| one.name != stored.name);
                    found.assets.push(Stored { state: State::Unfinished, ..stored });
                }
            }
        }
        let mut rounds = 0;
        loop {
            let steps = judge(&entry(), &look, forge).unwrap();
            if steps.is_empty() {
                break;
            }
            let count = batch(&steps);
            prop_assert!(count > 0 && rounds < 6, "{steps:?}");
            for step in &steps[..count] {
                follow(&mut look, step, forge);
            }
            rounds += 1;
        }
        let found = &look.entries[0];
        prop_assert!(!found.draft && found.assets.len() == 3);
    }
}
