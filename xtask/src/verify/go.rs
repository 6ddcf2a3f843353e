//! go, in a module of its own: `go get`, then the sum that it wrote down.

use super::{Room, Setback, setback, wrong};
use crate::io::files;
use crate::model::artifact::ArtifactKind;

pub fn install(room: &Room<'_>) -> Result<&'static str, Setback> {
    let built = room.artifact(ArtifactKind::Module).ok_or_else(|| wrong("nothing was built for go"))?;
    let (name, version) = (&built.coordinate.name, &built.coordinate.version);
    let mut clients = room.clients.clone();
    let path = |name: &str| room.folder.join(name).display().to_string();
    for (key, value) in [
        ("GOPATH", path("go")),
        ("GOMODCACHE", path("go-modules")),
        ("GOCACHE", path("go-cache")),
        ("GOFLAGS", "-modcacherw".into()),
        ("GOWORK", "off".into()),
    ] {
        clients.put(key, value);
    }
    room.write("go.mod", "module clean-room\n")?;
    let _ = files::remove(&room.folder.join("go.sum"));
    let wanted = format!("{name}@{version}");
    let done = clients.run("go", &["get", &wanted], &room.folder);
    done.map_err(|failure| setback("go", &failure, &["SECURITY ERROR"]))?;
    let sums = files::read(&room.folder.join("go.sum")).ok().flatten().unwrap_or_default();
    if let Some(ours) = &built.registry_digest {
        let line = format!("{name} {version} {ours}");
        if !String::from_utf8_lossy(&sums).lines().any(|sum| sum == line) {
            return Err(wrong(format!("go.sum does not hold `{line}`")));
        }
    }
    room.check(None)?;
    Ok("go")
}
