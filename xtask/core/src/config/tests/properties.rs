//! What holds for any text and for any misspelt key.

use proptest::prelude::*;

use super::two_monorepos::{GO_TAG_FIRST, THREE_TAGS};
use super::{config, reading, refused};

/// A config in which every table stands, each with a mark `#KEYS ‹keys›` where another key may be written.
const EVERY_TABLE: &str = include_str!("every_table.toml");

/// One slip of the pen: a letter left out, doubled, changed, or swapped with the next.
fn misspell(key: &str, slip: usize, at: usize) -> String {
    let mut letters: Vec<char> = key.chars().collect();
    let at = at % letters.len();
    match slip % 4 {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 => letters[at] = 'q',
        _ if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => letters.push('z'),
    }
    letters.into_iter().collect()
}

#[test]
fn the_config_of_every_table_is_fine() {
    config(EVERY_TABLE);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,80}") {
        let _ = reading(&text, true);
    }

    #[test]
    fn no_damage_makes_it_panic(at in 0usize..1600, len in 0usize..40, put in "[\\PC\n]{0,6}", other in any::<bool>()) {
        let mut text = if other { THREE_TAGS } else { GO_TAG_FIRST }.to_owned();
        let fit = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let range = fit(at)..fit(at + len);
        text.replace_range(range, &put);
        if let Err(problems) = reading(&text, true) {
            prop_assert!(!problems.is_empty());
            let lines = text.split('\n').count();
            for problem in problems {
                let line = problem.at.and_then(|at| at.line).unwrap_or(0);
                prop_assert!((1..=lines).contains(&line), "{} of {}", line, lines);
            }
        }
    }

    #[test]
    fn a_misspelt_key_is_named_rightly(table in 0usize..11, key in 0usize..12, slip in 0usize..4, at in 0usize..12) {
        let marks: Vec<&str> = EVERY_TABLE.lines().filter(|line| line.starts_with('#')).collect();
        let keys: Vec<&str> = marks[table % marks.len()][1..].split(' ').collect();
        let key = keys[key % keys.len()];
        let slipped = misspell(key, slip, at);
        prop_assume!(slipped != key && !keys.contains(&slipped.as_str()));
        let mark = marks[table % marks.len()];
        let text = EVERY_TABLE.replace(mark, &format!("{slipped} = 1"));
        let line = 1 + EVERY_TABLE.lines().position(|line| line == mark).unwrap();
        let problems = refused(&text);
        prop_assert_eq!(problems.len(), 1, "{:?}", problems);
        prop_assert!(problems[0].starts_with(&format!("W0103:{line} ")), "{}", problems[0]);
        prop_assert!(problems[0].ends_with(&format!("`{slipped}` | did you mean `{key}`?")), "{}", problems[0]);
    }
}
