//! Lists come in pages; the next one is named by the `Link` header (RFC 8288) on both forges
//! (GitHub: "Using pagination in the REST API"; GitLab: "REST API", "Pagination").

use serde_json::Value;

use super::call::Client;
use crate::model::forge::Trouble;
use crate::model::url::Url;

/// More pages than this are no list that anybody reads to its end: with a hundred items each, ten thousand items.
const MOST: usize = 100;

/// Every item of a list, all pages. `items` finds them in a page, which must have them.
///
/// # Errors
/// Any page's trouble: half a list is none.
pub fn all(
    client: &Client,
    path: &str,
    items: &dyn Fn(&Value) -> Option<&Vec<Value>>,
) -> Result<Vec<Value>, Trouble> {
    let mut found = Vec::new();
    let mut seen = Vec::new();
    let mut url = client.url(path)?;
    for _ in 0..MOST {
        let answer = client.get_at(&url)?;
        let next = answer.head.header("link").and_then(next).map(str::to_owned);
        let page = answer.ok()?;
        let page = items(&page).ok_or_else(|| odd(path, "the page holds no list"))?;
        found.extend(page.iter().cloned());
        let Some(next) = next else { return Ok(found) };
        seen.push(url.to_string());
        url = Url::parse(&next).map_err(|why| odd(path, &format!("the next page's address {why}")))?;
        if seen.contains(&url.to_string()) {
            return Err(odd(path, "the pages lead in a circle"));
        }
    }
    Err(odd(path, &format!("more than {MOST} pages")))
}

/// The items of a page that is a list itself.
pub fn plain(page: &Value) -> Option<&Vec<Value>> {
    page.as_array()
}

/// The target of `rel="next"`.
fn next(header: &str) -> Option<&str> {
    let mut rest = header;
    loop {
        let (target, after) = rest[rest.find('<')? + 1..].split_once('>')?;
        let parameters = after.split('<').next().unwrap_or_default();
        let is_next = parameters.split([';', ',']).map(str::trim).any(|parameter| {
            let value = parameter.strip_prefix("rel=").unwrap_or_default().trim_matches('"');
            value.split(' ').any(|relation| relation == "next")
        });
        if is_next {
            return Some(target);
        }
        rest = after;
    }
}

fn odd(path: &str, why: &str) -> Trouble {
    Trouble::Unknown { why: format!("GET {}: {why}", path.split('?').next().unwrap_or_default()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_next_page() {
        let github = "<https://api.example.org/repositories/1/issues?page=3>; rel=\"next\", \
                      <https://api.example.org/repositories/1/issues?page=9>; rel=\"last\"";
        assert_eq!(next(github), Some("https://api.example.org/repositories/1/issues?page=3"));
        let gitlab = "<https://e.org/a?page=1>; rel=\"prev\", <https://e.org/a?page=3>; rel=\"next\"";
        assert_eq!(next(gitlab), Some("https://e.org/a?page=3"));
        assert_eq!(next("<https://e.org/?a=1,2;3>; rel=next; title=\"x\""), Some("https://e.org/?a=1,2;3"));
        for none in ["", "<a>; rel=\"prev\"", "<a>; rel=\"nextish\"", "next", "<a", "<a>; title=\"next\""] {
            assert_eq!(next(none), None, "{none}");
        }
    }
}
