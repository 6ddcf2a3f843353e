//! GitHub's filter patterns for branches and tags ("Workflow syntax for GitHub Actions", filter pattern cheat
//! sheet): `*` within a path's part, `**` across parts, `?` and `+` after a character or a set, `[...]`, `!` before
//! a pattern takes out again what earlier ones let in.

use regex::Regex;

use super::answer::Answer;

/// Whether a list of patterns lets a name in; the last pattern that matches decides.
pub fn admits(patterns: &[&str], name: &str) -> Answer {
    let mut answer = Answer::No;
    for pattern in patterns {
        let (negated, plain) = match pattern.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, *pattern),
        };
        match matches(plain, name) {
            Some(true) => answer = Answer::of(!negated),
            Some(false) => {}
            None => {
                answer = Answer::unknown(format!("`{pattern}` is no filter pattern that GitHub documents"))
            }
        }
    }
    answer
}

/// Whether a pattern matches a whole name; none for a pattern that is malformed.
fn matches(pattern: &str, name: &str) -> Option<bool> {
    let regex = Regex::new(&format!("^(?:{})$", translated(pattern)?)).ok()?;
    Some(regex.is_match(name))
}

/// The pattern as a regular expression.
fn translated(pattern: &str) -> Option<String> {
    let mut out = String::new();
    let mut letters = pattern.chars().peekable();
    // Whether `?` and `+` have something before them to repeat.
    let mut atom = false;
    while let Some(letter) = letters.next() {
        match letter {
            '*' => {
                let across = letters.peek() == Some(&'*');
                if across {
                    letters.next();
                }
                out.push_str(if across { "(?s:.*)" } else { "[^/]*" });
                atom = false;
            }
            '?' | '+' if atom => {
                out.push(letter);
                atom = false;
            }
            '?' | '+' => return None,
            '[' => {
                let mut set = String::new();
                loop {
                    match letters.next()? {
                        ']' if !set.is_empty() => break,
                        '^' | '!' if set.is_empty() => return None,
                        c @ (']' | '[' | '&' | '~' | '^' | '\\') => {
                            set.push('\\');
                            set.push(c);
                        }
                        c => set.push(c),
                    }
                }
                out.push_str(&format!("[{set}]"));
                atom = true;
            }
            '\\' => {
                out.push_str(&regex::escape(&letters.next()?.to_string()));
                atom = true;
            }
            c => {
                out.push_str(&regex::escape(&c.to_string()));
                atom = true;
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns_match_as_documented() {
        let table = [
            ("*", "main", true),
            ("*", "releases/1", false),
            ("**", "releases/1/x", true),
            ("feature/*", "feature/a", true),
            ("feature/*", "feature/a/b", false),
            ("feature/**", "feature/a/b", true),
            ("*feature", "my-feature", true),
            ("v2*", "v2.0", true),
            ("v2*", "v3", false),
            ("v[12].[0-9]+.[0-9]+", "v1.10.1", true),
            ("v[12].[0-9]+.[0-9]+", "v3.0.0", false),
            ("v[12].[0-9]+.[0-9]+", "v1.10.1-rc.1", false),
            ("v?1", "1", true),
            ("packages/client-go/v*", "packages/client-go/v0.1.0", true),
            ("v*", "packages/client-go/v0.1.0", false),
            ("v1.0", "v1x0", false),
        ];
        for (pattern, name, expected) in table {
            assert_eq!(admits(&[pattern], name), Answer::of(expected), "{pattern} {name}");
        }
    }

    #[test]
    fn order_matters() {
        assert_eq!(admits(&["v*", "!v*-*"], "v1-rc"), Answer::No);
        assert_eq!(admits(&["!v*-*", "v*"], "v1-rc"), Answer::Yes);
        assert_eq!(admits(&["v*", "!v*-*", "v*-rc"], "v1-rc"), Answer::Yes);
        assert_eq!(admits(&[], "v1"), Answer::No);
        assert!(matches!(admits(&["+x"], "x"), Answer::Unknown(_)));
        assert!(matches!(admits(&["[x"], "x"), Answer::Unknown(_)));
    }

    proptest! {
        #[test]
        fn any_pattern_has_an_answer(pattern in "\\PC{0,20}", odd in "[-*?+!\\[\\]\\\\a-c/^&~]{0,12}", name in "\\PC{0,12}") {
            admits(&[&pattern, &odd], &name);
        }

        #[test]
        fn a_plain_name_matches_itself_alone(name in "[a-z0-9./-]{1,12}", other in "[a-z0-9./-]{1,12}") {
            prop_assert_eq!(admits(&[&name], &other), Answer::of(name == other));
        }
    }
}
