//! Prints a config as it was understood: a config again, with a comment for where each value is from.

use std::fmt::Write;

use crate::model::config::{Config, Setting};

/// Values that end beyond this column push their comment along.
const WIDEST: usize = 56;

/// Every setting of the config, grouped by table, one `key = value` a line, followed by
/// `# windlass.toml:12` or `# default`. The text is a config that means the same.
pub fn show(config: &Config) -> String {
    let width = config.settings.iter().map(|setting| said(setting).chars().count());
    let column = width.filter(|width| *width <= WIDEST).max().unwrap_or(0);
    let mut text = String::new();
    let mut open = "";
    for setting in &config.settings {
        let table = table(setting);
        if table != open {
            let gap = if text.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{gap}{}", header(table));
            open = table;
        }
        let origin = match setting.line {
            Some(line) => format!("{}:{line}", config.file),
            None => "default".to_owned(),
        };
        let _ = writeln!(text, "{:column$}  # {origin}", said(setting));
    }
    text
}

/// `groups.platform` of `groups.platform.flow`; our own keys hold no dot.
fn table(setting: &Setting) -> &str {
    setting.key.rsplit_once('.').map_or("", |(table, _)| table)
}

fn said(setting: &Setting) -> String {
    let key = setting.key.rsplit_once('.').map_or(setting.key.as_str(), |(_, key)| key);
    format!("{key} = {}", setting.value)
}

/// `[groups.platform]`, and `[[hooks]]` for `hooks[0]`.
fn header(table: &str) -> String {
    match table.strip_suffix(']').and_then(|table| table.rsplit_once('[')) {
        Some((list, _)) => format!("[[{list}]]"),
        None => format!("[{table}]"),
    }
}
