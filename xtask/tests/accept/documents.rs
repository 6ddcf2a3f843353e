//! Each file that a release writes is the same document to its own parser, the version's nodes
//! excepted: the same keys in the same order, the same types.

use super::room::Room;

#[test]
fn differ_in_versions_alone() {
    let mut room = Room::new("documents");
    room.begin();
    room.release("minor alpha --date 2026-06-15");
    assert_eq!(room.changes(), ALPHA);
    room.release("release --date 2026-06-16");
    assert_eq!(room.changes(), FINAL);
    // The control: what another version, another type, another shape looks like.
    room.replace("deploy.yaml", "\"0.1.0\"", "\"0.2.0\"");
    room.replace("openapi.yaml", "  version: 0.2.0", "  version: 0.2");
    assert_eq!(room.changes()[2..][..1], [r#"deploy.yaml: /0/x-defaults/labels/version "0.1.0" -> "0.2.0""#]);
    assert!(room.changes().contains(&r#"openapi.yaml: /0/info/version "0.2.0-alpha.1" -> 0.2"#.to_owned()));
}

/// Written by hand.
const ALPHA: &[&str] = &[
    r#"CITATION.cff: /0/version "0.1.0" -> "0.2.0a1""#,
    r#"CITATION.cff: /0/date-released "2026-01-31" -> "2026-06-15""#,
    r#"deploy.yaml: /0/services/api/labels/version "0.1.0" -> "0.2.0a1""#,
    r#"deploy.yaml: /0/services/api/image "ghcr.io/example/api:0.1.0" -> "ghcr.io/example/api:0.2.0a1""#,
    r#"deploy.yaml: /0/services/api/command "serve --image example/api:0.1.0 --version 0.1.0" -> "serve --image example/api:0.2.0a1 --version 0.1.0""#,
    r#"layout.xml: /children/1/children/0/text " 0.1.0 " -> " 0.2.0a1 ""#,
    r#"openapi.yaml: /0/info/version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"pyproject.toml: /project/version "0.1.0" -> "0.2.0a1""#,
    r#"server.json: /packages/0/version "0.1.0" -> "0.2.0a1""#,
    r#"settings.toml: /tool/api/version "0.1.0" -> "0.2.0a1""#,
];

/// Written by hand.
const FINAL: &[&str] = &[
    r#"CITATION.cff: /0/version "0.2.0a1" -> "0.2.0""#,
    r#"CITATION.cff: /0/date-released "2026-06-15" -> "2026-06-16""#,
    r#"deploy.yaml: /0/services/api/labels/version "0.2.0a1" -> "0.2.0""#,
    r#"deploy.yaml: /0/services/api/image "ghcr.io/example/api:0.2.0a1" -> "ghcr.io/example/api:0.2.0""#,
    r#"deploy.yaml: /0/services/api/command "serve --image example/api:0.2.0a1 --version 0.1.0" -> "serve --image example/api:0.2.0 --version 0.1.0""#,
    r#"layout.xml: /children/1/children/0/text " 0.2.0a1 " -> " 0.2.0 ""#,
    r#"openapi.yaml: /0/info/version "0.2.0-alpha.1" -> "0.2.0""#,
    r#"pyproject.toml: /project/version "0.2.0a1" -> "0.2.0""#,
    r#"server.json: /packages/0/version "0.2.0a1" -> "0.2.0""#,
    r#"settings.toml: /tool/api/version "0.2.0a1" -> "0.2.0""#,
];
