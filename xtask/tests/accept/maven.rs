//! Apache Maven reads all projects of a build and resolves their parents before it does anything.

use super::room::Room;

const VALIDATE: &str = "mvn --offline --quiet --batch-mode validate";

#[test]
fn takes_projects_as_they_were_written() {
    let mut room = Room::new("maven");
    room.begin();
    room.release("alpha");
    room.release("release");
    room.passes("", VALIDATE);
    assert_eq!(room.changes(), DROPPED);
    room.release("next");
    room.passes("", VALIDATE);
    assert_eq!(room.changes(), OPENED);
    // The control.
    room.replace("core/pom.xml", "0.2.0-SNAPSHOT", "0.1.0");
    room.refuses("", VALIDATE, "'parent.relativePath' points at wrong local POM");
}

/// Written by hand.
const DROPPED: &[&str] = &[
    r#"app/pom.xml: /children/4/children/0/text "0.1.0-alpha.1" -> "0.1.0""#,
    r#"core/pom.xml: /children/1/children/2/text "0.1.0-alpha.1" -> "0.1.0""#,
    r#"pom.xml: /children/3/text "0.1.0-alpha.1" -> "0.1.0""#,
];

/// Written by hand.
const OPENED: &[&str] = &[
    r#"app/pom.xml: /children/4/children/0/text "0.1.0" -> "0.2.0-SNAPSHOT""#,
    r#"core/pom.xml: /children/1/children/2/text "0.1.0" -> "0.2.0-SNAPSHOT""#,
    r#"pom.xml: /children/3/text "0.1.0" -> "0.2.0-SNAPSHOT""#,
];
