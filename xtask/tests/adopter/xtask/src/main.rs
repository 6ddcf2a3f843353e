fn main() -> std::process::ExitCode {
    windlass::xtask()
        .task("seed", "Seed the demo project", seed)
        .hook("edit", "export", &["docs/*.json"], export)
        .run()
}

fn seed(args: &[String]) -> Result<(), String> {
    let [_, ..] = args else { return Err("nothing to seed".into()) };
    println!("seeding {}", args.join(" "));
    Ok(())
}

fn export(release: &windlass::Release) -> Result<(), String> {
    let windlass::Release { version, version_pep440, previous_version, tag, group } = release;
    println!("exporting");
    if std::fs::exists("docs/broken").unwrap_or(true) {
        std::fs::write("docs/stray.txt", version).map_err(|error| error.to_string())?;
    }
    if std::fs::exists("docs/refused").unwrap_or(true) {
        return Err("the contract can't be exported".into());
    }
    let text = format!("{version} {version_pep440} {previous_version} {tag} {group}\n");
    std::fs::write("docs/contract.json", text).map_err(|error| error.to_string())
}
