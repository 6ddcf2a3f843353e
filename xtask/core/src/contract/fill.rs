//! Where the values of path parameters come from: the items of a list, the answer to a creation.

use serde_json::Value;

/// A path cut before its last parameter: what lists such things, the parameter's name, what follows.
/// `/projects/{id}/tasks` is `/projects`, `id`, `/tasks`.
pub fn split_last(path: &str) -> Option<(&str, &str, &str)> {
    let open = path.rfind('{')?;
    let (name, rest) = path[open + 1..].split_once('}')?;
    Some((path[..open].trim_end_matches('/'), name, rest))
}

/// The items of a list's answer: the array itself, or the one array that an object holds
/// (`items`, `results` or `data` where there are several).
pub fn items(body: &Value) -> &[Value] {
    match body {
        Value::Array(items) => items,
        Value::Object(table) => {
            let named = ["items", "results", "data"].iter().find_map(|key| table.get(*key)?.as_array());
            let mut arrays = table.values().filter_map(Value::as_array);
            let only = arrays.next().filter(|_| arrays.next().is_none());
            named.or(only).map_or(&[], Vec::as_slice)
        }
        _ => &[],
    }
}

/// The value of a parameter in an item: its own name, the part of its name after the noun
/// (`project_id`, `projectId`: `id`), `id`; an item that is no object is the value itself.
pub fn value_in(item: &Value, parameter: &str) -> Option<String> {
    let Value::Object(table) = item else { return text_of(item) };
    let tail = parameter.rfind(|c: char| c == '_' || c == '-' || c.is_ascii_uppercase());
    let tail = tail.map(|at| parameter[at..].trim_start_matches(['_', '-']).to_ascii_lowercase());
    let keys = [Some(parameter.to_owned()), tail, Some("id".to_owned())];
    keys.into_iter().flatten().find_map(|key| text_of(table.get(&key)?))
}

/// A value as a path holds it.
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(switch) => Some(switch.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cuts_paths() {
        assert_eq!(split_last("/a/{x}/b/{y}/c"), Some(("/a/{x}/b", "y", "/c")));
        assert_eq!(split_last("/a/{x}"), Some(("/a", "x", "")));
        assert_eq!(split_last("/a"), None);
    }

    #[test]
    fn finds_items_and_values() {
        assert_eq!(items(&json!([1, 2])).len(), 2);
        assert_eq!(items(&json!({ "total": 1, "results": [1], "links": [] })).len(), 1);
        assert_eq!(items(&json!({ "rows": [1], "total": 1 })).len(), 1);
        assert!(items(&json!({ "a": [1], "b": [2] })).is_empty() && items(&json!("x")).is_empty());
        let item = json!({ "id": 7, "slug": "a", "task_id": "t", "n": null });
        for (parameter, value) in [
            ("task_id", Some("t")),
            ("project_id", Some("7")),
            ("projectSlug", Some("a")),
            ("slug", Some("a")),
            ("n", Some("7")),
        ] {
            assert_eq!(value_in(&item, parameter).as_deref(), value, "{parameter}");
        }
        assert_eq!(value_in(&json!("plain"), "x").as_deref(), Some("plain"));
        assert_eq!(value_in(&json!({ "a": {} }), "a"), None);
    }
}
