//! What a client's words say about an upload that the registry does not show.
//!
//! The registry's own digests decide; texts only choose between trying again and giving up, and one that
//! nobody foresaw is given up on.

use crate::model::sighting::{Class, Trouble};

/// By HTTP status (RFC 9110, 15; `Retry-After`: 10.2.3).
pub fn of_status(status: u16, retry_after: Option<u64>, said: impl Into<String>) -> Trouble {
    let class = match status {
        408 | 425 | 429 => Class::Retry { after: retry_after },
        500..=599 if status != 501 && status != 505 => Class::Retry { after: retry_after },
        400..=499 => Class::Refused,
        _ => Class::Broken,
    };
    Trouble::new(class, said)
}

/// Words of clients (twine, npm, cargo, docker, go), lower case, white space folded.
const REFUSED: &[&str] = &[
    "e401",
    "e402",
    "e403",
    "eneedauth",
    "eotp",
    "epublishconflict",
    "401 unauthorized",
    "403 forbidden",
    "400 bad request",
    "404 not found",
    "409 conflict",
    "e404",
    "invalidrepository",
    "unauthorized:",
    "no basic auth credentials",
    "you cannot publish over",
    "already exists",
    "not allowed to publish",
    "invaliddistribution",
    "must specify a tag",
];

const RETRY: &[&str] = &[
    "econnrefused",
    "econnreset",
    "etimedout",
    "eai_again",
    "enotfound",
    "socket hang up",
    "connection refused",
    "connection reset",
    "connection aborted",
    "remotedisconnected",
    "connectionreseterror",
    "broken pipe",
    "timed out",
    "timeout",
    "no answer in",
    "429",
    "too many requests",
    "e429",
    "e500",
    "e502",
    "e503",
    "e504",
    "500 internal server error",
    "502 bad gateway",
    "503 service unavailable",
    "504 gateway",
    "max retries exceeded",
    "name resolution",
    "temporarily",
    "connection closed",
    "empty reply",
    "eof occurred",
    "incompleteread",
];

/// By what a client printed.
pub fn of_words(said: &[String]) -> Trouble {
    // Some clients break their lines wherever they like.
    let text = said.join(" ").to_ascii_lowercase();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let class = if has(REFUSED) {
        Class::Refused
    } else if has(RETRY) {
        Class::Retry { after: None }
    } else {
        Class::Broken
    };
    Trouble { class, said: said.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts that the clients were seen to print.
    #[test]
    fn sorts_what_clients_were_seen_to_say() {
        const RETRY: Class = Class::Retry { after: None };
        let table: &[(&str, Class)] = &[
            ("ERROR HTTPError: 401 Unauthorized from http://127.0.0.1:1/", Class::Refused),
            ("HTTPError: 403 Forbidden", Class::Refused),
            ("HTTPError: 503 Service Unavailable from http://127.0.0.1:1/\n  Service Unavailable", RETRY),
            (
                "ConnectionError: ('Connection aborted.', RemoteDisconnected('Remote end closed\nconnection without response'))",
                RETRY,
            ),
            ("ConnectionResetError(104, 'Connection reset by peer')", RETRY),
            (
                "requests.exceptions.ConnectionError: HTTPConnectionPool: Max retries exceeded with url: /",
                RETRY,
            ),
            (
                "npm error code ENEEDAUTH\nnpm error need auth This command requires you to be logged in",
                Class::Refused,
            ),
            (
                "npm error code E403\nnpm error 403 Forbidden - PUT URL - user carol is not allowed to publish",
                Class::Refused,
            ),
            ("npm error code ECONNREFUSED", RETRY),
            ("npm error code ECONNRESET\nnpm error network reason: socket hang up", RETRY),
            ("npm error code E503", RETRY),
            ("npm error code E429", RETRY),
            ("`npm publish` ended with no answer in 300 s", RETRY),
            ("npm error You cannot publish over the previously published versions: 1.2.3.", Class::Refused),
            ("Segmentation fault", Class::Broken),
        ];
        for (text, class) in table {
            let said: Vec<String> = text.lines().map(str::to_owned).collect();
            assert_eq!(of_words(&said).class, *class, "{text}");
        }
    }

    #[test]
    fn sorts_statuses() {
        assert_eq!(of_status(429, Some(7), "").class, Class::Retry { after: Some(7) });
        assert_eq!(of_status(503, None, "").class, Class::Retry { after: None });
        for status in [400, 401, 403, 404, 409, 413, 422] {
            assert_eq!(of_status(status, None, "").class, Class::Refused, "{status}");
        }
        assert_eq!(of_status(302, None, "").class, Class::Broken);
    }
}
