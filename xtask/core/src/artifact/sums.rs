//! `SHA256SUMS`, as `sha256sum --check` reads it (GNU coreutils manual, "cksum output modes").

/// The file's name in the folder of what was built.
pub const FILE: &str = "SHA256SUMS";

/// One line a file, in byte order of the paths: digest, two blanks, path.
pub fn render<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut lines: Vec<(&str, &str)> = files.into_iter().collect();
    lines.sort_unstable();
    lines.dedup();
    lines.into_iter().map(|(path, digest)| format!("{digest}  {path}\n")).collect()
}

/// The paths with their digests; none when a line is not one.
pub fn read(text: &str) -> Option<Vec<(&str, &str)>> {
    text.lines()
        .map(|line| {
            line.split_once("  ")
                .filter(|(digest, _)| digest.len() == 64)
                .map(|(digest, path)| (path, digest))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_writes() {
        let (a, b) = ("a".repeat(64), "b".repeat(64));
        let text = render([("z.whl", a.as_str()), ("api.oci/index.json", b.as_str())]);
        assert_eq!(text, format!("{b}  api.oci/index.json\n{a}  z.whl\n"));
        assert_eq!(read(&text), Some(vec![("api.oci/index.json", b.as_str()), ("z.whl", a.as_str())]));
        assert_eq!(read("x  y\n"), None);
    }
}
