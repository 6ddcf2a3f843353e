fn main() -> std::process::ExitCode {
    windlass::xtask().run()
}
