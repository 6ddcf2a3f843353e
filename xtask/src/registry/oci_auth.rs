//! How an OCI registry lets people in: Basic, or a token from the place that its 401 names
//! (Docker Registry HTTP API, "Token Authentication").

use std::collections::BTreeMap;

use crate::io::files;
use crate::model::secret::Secret;
use crate::model::url::Url;
use crate::registry::world::Login;
use crate::tool::clients::Clients;

/// What a `WWW-Authenticate` header asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    Basic,
    /// Ask there for a token, with these as the query.
    Bearer {
        realm: String,
        query: Vec<(String, String)>,
    },
}

/// Reads a challenge (RFC 9110, 11.6.1; RFC 6750, 3).
pub fn challenge(header: &str) -> Option<Challenge> {
    let (scheme, rest) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
    if scheme.eq_ignore_ascii_case("basic") {
        return Some(Challenge::Basic);
    }
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let mut fields = parameters(rest);
    let realm = fields.remove("realm")?;
    let query =
        ["service", "scope"].iter().filter_map(|name| Some(((*name).to_owned(), fields.remove(*name)?)));
    Some(Challenge::Bearer { realm, query: query.collect() })
}

/// `a="b,c",d=e`.
fn parameters(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([' ', ',']).to_ascii_lowercase();
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_once(',').unwrap_or((after, "")),
        };
        found.insert(name, value.to_owned());
        rest = after;
    }
    found
}

/// Whether a password may travel there: encrypted, or within this machine.
pub fn is_safe(realm: &Url) -> bool {
    realm.origin().starts_with("https://") || realm.is_loopback()
}

/// What `docker login` has kept for a host, in `$DOCKER_CONFIG/config.json`. Credential helpers are programs of
/// the user's own choice and are not run.
pub fn docker_login(clients: &Clients, host: &str) -> Option<Login> {
    let folder = match clients.get("DOCKER_CONFIG") {
        Some(folder) => std::path::PathBuf::from(folder),
        None => {
            std::path::Path::new(clients.get("HOME").or_else(|| clients.get("USERPROFILE"))?).join(".docker")
        }
    };
    let bytes = files::read_at_most(&folder.join("config.json"), 1 << 20).ok()??;
    let config: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    login_of(&config, host)
}

fn login_of(config: &serde_json::Value, host: &str) -> Option<Login> {
    use base64::Engine as _;
    let pair = config["auths"][host]["auth"].as_str()?;
    let pair = base64::engine::general_purpose::STANDARD.decode(pair).ok()?;
    let pair = String::from_utf8(pair).ok()?;
    let (user, secret) = pair.split_once(':')?;
    Some(Login { user: user.to_owned(), secret: Secret::new(secret) })
}

/// What `docker login` would keep for a host, as the text of a `config.json`. It holds the secret.
pub fn kept_login(host: &str, login: &Login) -> Secret {
    use base64::Engine as _;
    let pair = format!("{}:{}", login.user, login.secret.reveal());
    let pair = base64::engine::general_purpose::STANDARD.encode(pair);
    Secret::new(serde_json::json!({ "auths": { host: { "auth": pair } } }).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_challenges() {
        let header = r#"Bearer realm="https://auth.example.org/token",service="reg.example.org",scope="repository:a/b:pull,push""#;
        let query = [("service", "reg.example.org"), ("scope", "repository:a/b:pull,push")];
        let query = query.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let realm = "https://auth.example.org/token".to_owned();
        assert_eq!(challenge(header), Some(Challenge::Bearer { realm, query }));
        assert_eq!(challenge("Basic realm=\"x\""), Some(Challenge::Basic));
        assert_eq!(challenge("Bearer service=x"), None);
        assert_eq!(challenge("Negotiate"), None);
    }

    #[test]
    fn reads_what_docker_login_keeps() {
        let config = serde_json::json!({ "auths": { "127.0.0.1:5000": { "auth": "YWRhOnB3OjE=" } } });
        let login = login_of(&config, "127.0.0.1:5000").unwrap();
        assert_eq!((login.user.as_str(), login.secret.reveal()), ("ada", "pw:1"));
        assert!(login_of(&config, "127.0.0.1:5001").is_none());
        let kept = kept_login("127.0.0.1:5001", &login);
        let login = login_of(&serde_json::from_str(kept.reveal()).unwrap(), "127.0.0.1:5001").unwrap();
        assert_eq!((login.user.as_str(), login.secret.reveal()), ("ada", "pw:1"));
    }

    #[test]
    fn no_password_travels_in_the_clear() {
        let safe = |text: &str| is_safe(&Url::parse(text).unwrap());
        assert!(safe("https://example.org/token") && safe("http://127.0.0.1:1/token"));
        assert!(!safe("http://example.org/token"));
    }
}
