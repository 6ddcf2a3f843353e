//! Go: module paths, imports and requirements of a workspace, and of each module by itself.

use super::room::Room;

#[test]
fn takes_modules_as_they_were_written() {
    let mut room = Room::new("go");
    room.begin();
    for words in ["minor alpha", "release", "major", "2.0.0"] {
        room.release(words);
        if words != "release" {
            accepts(&room);
        }
    }
    assert_eq!(room.changes(), CROSSED);
    // The control: an import, then a requirement, of the path before.
    room.replace(
        "client/client.go",
        "\"example.org/suite/client/v2/rows\"",
        "\"example.org/suite/client/rows\"",
    );
    room.refuses("client", "go vet ./...", "example.org/suite/client/rows");
    room.restore();
    room.replace("tools/go.mod", "require example.org/suite/client/v2", "require example.org/suite/client");
    room.refuses("tools", "go vet ./...", "go.mod");
    room.restore();
    room.replace("tools/go.mod", "client/v2 v2", "client/v2 v1");
    room.refuses("tools", "go list -m all", "v1");
}

fn accepts(room: &Room) {
    room.passes("client", "go vet ./...");
    room.passes("tools", "go vet ./...");
    room.passes("", "go list -m all");
    for line in ["go list -m all", "go vet ./...", "go mod tidy -diff"] {
        room.passes_with("tools", line, &[("GOWORK", "off")]);
    }
}

/// Written by hand.
const CROSSED: &[&str] = &[
    r#"app/package.json: /version "1.0.0" -> "2.0.0""#,
    r#"client/client.go: /line 4 "import \"example.org/suite/client/rows\"" -> "import \"example.org/suite/client/v2/rows\"""#,
    r#"client/go.mod: /line 1 "module example.org/suite/client" -> "module example.org/suite/client/v2""#,
    r#"tools/go.mod: /line 1 "module example.org/suite/tools" -> "module example.org/suite/tools/v2""#,
    r#"tools/go.mod: /line 5 "require example.org/suite/client v1.0.0" -> "require example.org/suite/client/v2 v2.0.0""#,
    r#"tools/go.mod: /line 7 "replace example.org/suite/client => ../client" -> "replace example.org/suite/client/v2 => ../client""#,
    r#"tools/main.go: /line 4 "\tclient \"example.org/suite/client\"" -> "\tclient \"example.org/suite/client/v2\"""#,
    r#"tools/main.go: /line 5 "\t. \"example.org/suite/client/rows\"" -> "\t. \"example.org/suite/client/v2/rows\"""#,
];
