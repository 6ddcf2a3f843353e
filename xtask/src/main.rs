fn main() -> std::process::ExitCode {
    windlass::main()
}
