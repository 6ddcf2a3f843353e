fn main() -> std::process::ExitCode {
    windlass::xtask().task("seed", "Seed the demo project", seed).run()
}

fn seed(args: &[String]) -> Result<(), String> {
    let [_, ..] = args else { return Err("nothing to seed".into()) };
    println!("seeding {}", args.join(" "));
    Ok(())
}
