//! What a build made, one line an artifact.

use std::fmt::Write as _;
use std::time::Duration;

use super::style::Style;
use crate::model::artifact::Artifacts;

/// The longest path that others are aligned with.
const WIDEST: usize = 44;

/// The artifacts of a release in a folder (as people name it), each with the time of the job that made it,
/// where it was made by this run.
pub fn built(
    artifacts: &Artifacts,
    folder: &str,
    took: &dyn Fn(&str) -> Option<Duration>,
    style: Style,
) -> String {
    let tag = artifacts.tag.as_ref().map_or(String::new(), |tag| format!("{tag}, "));
    let name = style.bold(&format!("{} {}", artifacts.group, artifacts.version));
    let mut out = format!("{name} ({tag}commit {})\n", artifacts.commit.short());
    let mut seen: Vec<&str> = Vec::new();
    let rows: Vec<_> = artifacts
        .artifacts
        .iter()
        .filter(|one| {
            let new = !seen.contains(&one.path.as_str());
            seen.push(&one.path);
            new
        })
        .collect();
    let widths = rows.iter().map(|one| one.path.chars().count()).filter(|width| *width <= WIDEST);
    let width = widths.max().unwrap_or(0);
    for one in rows {
        let time = took(&one.path).map_or(String::new(), seconds);
        let line = format!("  {:width$}  {:>8}  {}  {time:>7}", one.path, size(one.size), &one.sha256[..12]);
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let _ = writeln!(out, "in {folder}");
    out
}

/// `7.1 s`, `2 min 5 s`.
pub fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {} s", whole / 60, whole % 60)
    }
}

/// `512 B`, `12.3 kB`, `4.5 MB`.
fn size(bytes: u64) -> String {
    let scaled = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", scaled(1_000)),
        _ => format!("{} MB", scaled(1_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_short() {
        assert_eq!(
            [size(999), size(1_000), size(12_345), size(4_560_000)],
            ["999 B", "1.0 kB", "12.3 kB", "4.5 MB"]
        );
        assert_eq!(seconds(Duration::from_millis(7_140)), "7.1 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 5 s");
    }
}
