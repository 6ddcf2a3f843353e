
# cargo's own completion calls this for `cargo xtask …`.
_cargo-xtask() {
    words[1]=windlass
    service=windlass
    _windlass "$@"
}
