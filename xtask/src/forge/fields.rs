//! Fields of a forge's JSON, fit to be shown.

use serde_json::Value;

use crate::model::forge::{Open, Trouble};

/// The longest title that is repeated.
const TITLE: usize = 120;

/// A text; control characters become blanks, so that nobody writes on our terminal.
pub(super) fn text(value: &Value, key: &str) -> Option<String> {
    let text = value[key].as_str()?;
    Some(text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect())
}

/// A text that the forge's documentation promises.
pub(super) fn promised(value: &Value, key: &str, of: &str) -> Result<String, Trouble> {
    text(value, key).ok_or_else(|| Trouble::Unknown { why: format!("{of} without `{key}`") })
}

/// A number that the forge's documentation promises.
pub(super) fn number(value: &Value, key: &str, of: &str) -> Result<u64, Trouble> {
    value[key].as_u64().ok_or_else(|| Trouble::Unknown { why: format!("{of} without `{key}`") })
}

/// An open issue or merge request; `sign` stands before its number.
pub(super) fn open(value: &Value, sign: char, number_key: &str, page_key: &str) -> Result<Open, Trouble> {
    let number = number(value, number_key, "an issue")?;
    let title = promised(value, "title", "an issue")?;
    let page = text(value, page_key).unwrap_or_default();
    Ok(Open { reference: format!("{sign}{number}"), title: title.chars().take(TITLE).collect(), page })
}
