//! `.helmignore`: which files of a folder are not in its chart (helm.sh/docs, "The .helmignore file").

/// The rules of a chart's folder, the one that always holds included: `templates/.?*`.
#[derive(Clone, Debug)]
pub struct Helmignore {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    pattern: String,
    negated: bool,
    folders_only: bool,
    /// Compared with the whole path from the chart's folder; else with the last part.
    whole: bool,
}

impl Helmignore {
    /// # Errors
    /// `**`, which helm does not know, as the end of a sentence that starts with the file.
    pub fn parse(text: &str) -> Result<Helmignore, String> {
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        let said = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let rules = said.chain(["templates/.?*"]).map(rule).collect::<Result<_, _>>()?;
        Ok(Helmignore { rules })
    }

    /// Whether a file or folder is left out; nothing below a folder that is left out is asked for.
    pub fn ignores(&self, path: &str, is_folder: bool) -> bool {
        for rule in &self.rules {
            let subject = if rule.whole { path } else { path.rsplit('/').next().unwrap_or(path) };
            let matches = matches(rule.pattern.as_bytes(), subject.as_bytes());
            let wrong_kind = rule.folders_only && !is_folder;
            // helm's own reading of `!`: whatever a negated rule does not name is left out.
            if rule.negated && (wrong_kind || !matches) {
                return true;
            }
            if !rule.negated && !wrong_kind && matches {
                return true;
            }
        }
        false
    }
}

fn rule(line: &str) -> Result<Rule, String> {
    if line.contains("**") {
        return Err(format!("has the rule `{line}`; helm knows no `**`"));
    }
    let (negated, rest) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
    let (folders_only, rest) = rest.strip_suffix('/').map_or((false, rest), |rest| (true, rest));
    let (whole, pattern) = rest.strip_prefix('/').map_or((rest.contains('/'), rest), |rest| (true, rest));
    Ok(Rule { pattern: pattern.to_owned(), negated, folders_only, whole })
}

/// Shell patterns as Go's `path.Match` reads them: `*` and `?` stay within a part, `[a-z]`, `\` quotes.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => {
            let part = text.iter().position(|byte| *byte == b'/').unwrap_or(text.len());
            (0..=part).any(|taken| matches(rest, &text[taken..]))
        }
        Some((b'?', rest)) => match text.first() {
            Some(byte) if *byte != b'/' => {
                // One character, not one byte.
                let next = 1 + text[1..].iter().take_while(|byte| **byte & 0xc0 == 0x80).count();
                matches(rest, &text[next..])
            }
            _ => false,
        },
        Some((b'[', rest)) => {
            let Some(end) = rest.iter().skip(1).position(|byte| *byte == b']').map(|at| at + 1) else {
                return false;
            };
            let (set, after) = (&rest[..end], &rest[end + 1..]);
            match text.split_first() {
                Some((byte, others)) if *byte != b'/' => in_set(set, *byte) && matches(after, others),
                _ => false,
            }
        }
        Some((b'\\', rest)) if !rest.is_empty() => {
            text.first() == rest.first() && matches(&rest[1..], &text[1..])
        }
        Some((byte, rest)) => text.first() == Some(byte) && matches(rest, &text[1..]),
    }
}

fn in_set(set: &[u8], byte: u8) -> bool {
    let (negated, mut set) = set.strip_prefix(b"^").map_or((false, set), |set| (true, set));
    let mut found = false;
    while let Some(first) = set.first() {
        if let [from, b'-', to, ..] = set {
            found |= (*from..=*to).contains(&byte);
            set = &set[3..];
        } else {
            found |= *first == byte;
            set = &set[1..];
        }
    }
    found != negated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_helms_reading() {
        let rules =
            Helmignore::parse("# comment\n\n*.bak\n/only-here\ntests/\nci/*.yaml\n[a-c]?.txt\n").unwrap();
        let table = [
            ("values.yaml", false, false),
            ("x.bak", false, true),
            ("deep/x.bak", false, true),
            ("only-here", false, true),
            ("deep/only-here", false, false),
            ("tests", true, true),
            ("tests", false, false),
            ("deep/tests", true, true),
            ("ci/a.yaml", false, true),
            ("ci/deep/a.yaml", false, false),
            ("b1.txt", false, true),
            ("d1.txt", false, false),
            ("templates/.hidden", false, true),
            ("templates/a.yaml", false, false),
            (".helmignore", false, false),
        ];
        for (path, is_folder, ignored) in table {
            assert_eq!(rules.ignores(path, is_folder), ignored, "{path}");
        }
    }

    #[test]
    fn a_negated_rule_leaves_out_all_others() {
        let rules = Helmignore::parse("!keep.txt").unwrap();
        assert!(rules.ignores("other.txt", false));
        assert!(!rules.ignores("keep.txt", false));
    }

    #[test]
    fn refuses_what_helm_refuses() {
        assert!(Helmignore::parse("a/**/b").unwrap_err().contains("`a/**/b`"));
    }
}
