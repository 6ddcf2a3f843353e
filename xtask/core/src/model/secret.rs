//! A value that nobody may read: a password, a token.

use std::fmt;

/// What stands where a secret would.
pub const MASK: &str = "***";

/// A secret. It has no `Display`, its `Debug` is masked, and it is written down nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The value itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// As the room of publications names them.
impl Secret {
    pub fn reveal(&self) -> &str {
        self.expose()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text with every occurrence of the secret masked.
    pub fn mask(&self, text: &str) -> String {
        if self.0.is_empty() { text.to_owned() } else { text.replace(&self.0, MASK) }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Takes known secrets out of texts that are about to be shown.
#[derive(Clone, Debug, Default)]
pub struct Mask {
    secrets: Vec<Secret>,
}

impl Mask {
    /// Shorter ones would mask half of any text, and protect nothing.
    const SHORTEST: usize = 4;

    /// Masks this secret too, also as JSON and URLs spell it.
    pub fn add(&mut self, secret: &Secret) {
        let text = secret.expose();
        let json = serde_json::Value::from(text).to_string();
        for spelled in [text.to_owned(), json.trim_matches('"').to_owned(), percent_encoded(text)] {
            let spelled = Secret(spelled);
            if spelled.0.len() >= Mask::SHORTEST && !self.secrets.contains(&spelled) {
                self.secrets.push(spelled);
            }
        }
        // A secret that holds another one goes first.
        self.secrets.sort_by_key(|secret| std::cmp::Reverse(secret.0.len()));
    }

    /// Masks what HTTP's Basic authentication makes of user and password (RFC 7617) as well.
    pub fn add_pair(&mut self, user: &str, password: &Secret) {
        self.add(password);
        self.add(&Secret(base64(format!("{user}:{}", password.expose()).as_bytes())));
    }

    /// The text with `***` in place of every secret.
    pub fn cover(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(&secret.0, "***"))
    }
}

/// Base64 with padding (RFC 4648, 4).
pub fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// A text as a URL's path segment or query value holds it (RFC 3986, 2.3: unreserved characters stay).
pub fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_masked_wherever_it_stands() {
        let mut mask = Mask::default();
        mask.add(&Secret::new("pa\"ss word"));
        mask.add(&Secret::new("pa\"ss word and more"));
        mask.add(&Secret::new("abc"));
        let text = "a pa\"ss word and more, {\"p\":\"pa\\\"ss word\"}, ?p=pa%22ss%20word, abc";
        assert_eq!(mask.cover(text), "a ***, {\"p\":\"***\"}, ?p=***, abc");
        assert_eq!(format!("{:?}", Secret::new("hidden")), "***");
        mask.add_pair("ada", &Secret::new("hidden"));
        assert_eq!(mask.cover("Authorization: Basic YWRhOmhpZGRlbg=="), "Authorization: Basic ***");
    }
}
