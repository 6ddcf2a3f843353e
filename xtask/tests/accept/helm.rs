//! Helm: `dependency update` packs the chart from the folder, if its version fits what is required.

use super::room::Room;

const UPDATE: &str = "helm dependency update app --skip-refresh";
const TEMPLATE: &str = "helm template demo app";

#[test]
fn takes_charts_as_they_were_written() {
    let mut room = Room::new("helm");
    room.begin();
    for (words, version) in [("minor alpha", "0.2.0-alpha.1"), ("release", "0.2.0"), ("major", "1.0.0")] {
        room.release(words);
        room.passes("", UPDATE);
        room.passes("", "helm lint --strict app engine");
        let shown = room.passes("", TEMPLATE);
        let says = |line: &str| shown.lines().filter(|shown| shown.trim() == line).count();
        // The app's, and the engine's twice: a version of two components would be a number.
        assert_eq!(says(&format!("version: \"{version}\"")), 3, "{shown}");
        assert_eq!(says(&format!("image: \"ghcr.io/example/app:{version}\"")), 1, "{shown}");
        if words == "minor alpha" {
            assert_eq!(room.changes(), ALPHA);
        }
    }
    // The control.
    room.replace("app/Chart.yaml", "version: ~1.0.0", "version: ~0.2.0");
    room.refuses("", UPDATE, "engine");
    room.restore();
    room.replace("app/Chart.yaml", "version: 1.0.0 #", "version: 1.0.0.0 #");
    room.refuses("", "helm lint --strict app", "version");
}

/// Written by hand.
const ALPHA: &[&str] = &[
    r#"app/Chart.yaml: /0/version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"app/Chart.yaml: /0/appVersion "0.1.0" -> "0.2.0-alpha.1""#,
    r#"app/Chart.yaml: /0/dependencies/0/version "~0.1.0" -> "~0.2.0-alpha.1""#,
    r#"app/Chart.yaml: /0/dependencies/1/version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"app/values.yaml: /0/image/tag "0.1.0" -> "0.2.0-alpha.1""#,
    r#"engine/Chart.yaml: /0/version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"engine/Chart.yaml: /0/appVersion "0.1.0" -> "0.2.0-alpha.1""#,
];
