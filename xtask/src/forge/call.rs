//! One client for both forges, over the one room that speaks HTTP.
//!
//! A status is an answer here as well: who asks knows what a 404 means. Calls that may be repeated (GET, PUT, DELETE:
//! RFC 9110, 9.2.2) are, after what passes by itself; a POST, a PATCH or an upload is sent once, and who sent it
//! looks again. The token goes to the forge's own origins, encrypted or within this machine, and nowhere else.

use std::io;
use std::time::Duration;

use serde_json::Value;

use super::patience::{Asked, Patience, asked, may_pass};
use super::site::Site;
use crate::io::clock;
use crate::io::http::{self, Body, Head, Header, Manner, Request, Response};
use crate::model::digest::Hashing;
use crate::model::forge::{ForgeKind, Trouble};
use crate::model::method::Method;
use crate::model::url::Url;

/// The longest answer of an API that is read: a page of a hundred issues with long texts stays far below.
const MOST: u64 = 32 << 20;
/// The longest asset that is fetched to compare it: GitHub's own limit for one.
const MOST_ASSET: u64 = 2 << 30;
/// How many redirects in a row are followed.
const REDIRECTS: usize = 3;
/// The longest of a server's own words that is repeated.
const WORDS: usize = 200;

/// A client of one forge.
#[derive(Debug)]
pub struct Client {
    http: http::Client,
    site: Site,
    patience: Patience,
}

/// An answer: its status, its headers, its JSON (null where there was no body, or an error's body is none).
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub head: Head,
    pub json: Value,
    /// What was asked: `GET /repos/o/r/milestones`.
    asked: String,
    /// The server's own words, shortened, secrets masked.
    said: String,
    /// Whether a token was sent, and which variable holds one.
    token: Result<String, String>,
}

impl Client {
    pub fn new(site: Site, patience: Patience) -> Client {
        let manner = Manner { connect: Duration::from_secs(10), most: MOST, redirects: 0, again: false };
        Client { http: http::Client::new(manner), site, patience }
    }

    /// Waits as between two tries; false when somebody asks to stop meanwhile.
    pub fn pause(&self, time: Duration) -> bool {
        (self.patience.wait)(time)
    }

    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Asks for a path below the API's base (`/repos/o/r/milestones?state=all`). Repeated, redirects within the
    /// forge followed.
    ///
    /// # Errors
    /// When there is no answer, or only one that asks to wait too long.
    pub fn get(&self, path: &str) -> Result<Answer, Trouble> {
        self.get_at(&self.url(path)?)
    }

    /// As [`Client::get`], at a whole address, such as the next page's. It must be the forge's own.
    ///
    /// # Errors
    /// As [`Client::get`], and for another origin.
    pub fn get_at(&self, url: &Url) -> Result<Answer, Trouble> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            let answer = self.exchange(self.request(Method::Get, &url)?, true)?;
            match moved(&answer.head) {
                Some(to) => url = leads(&url, to).map_err(|why| unknown(format!("a redirect {why}")))?,
                None => return Ok(answer),
            }
        }
        Err(unknown(format!("{} redirects too often", url.origin())))
    }

    /// Sends JSON by PUT; repeated.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn put(&self, path: &str, body: &Value) -> Result<Answer, Trouble> {
        self.exchange(json(self.request(Method::Put, &self.url(path)?)?, body), true)
    }

    /// DELETE; repeated, so a 404 may mean that the first try arrived.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn delete(&self, path: &str) -> Result<Answer, Trouble> {
        self.exchange(self.request(Method::Delete, &self.url(path)?)?, true)
    }

    /// Sends JSON by POST, once. After an error or a 5xx nobody knows whether it was carried out: look again.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn post(&self, path: &str, body: &Value) -> Result<Answer, Trouble> {
        self.exchange(json(self.request(Method::Post, &self.url(path)?)?, body), false)
    }

    /// Sends JSON by PATCH, once; as [`Client::post`].
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn patch(&self, path: &str, body: &Value) -> Result<Answer, Trouble> {
        self.exchange(json(self.request(Method::Patch, &self.url(path)?)?, body), false)
    }

    /// Sends bytes, once, to a whole address that the forge named or that lies below [`Client::url`].
    ///
    /// # Errors
    /// As [`Client::get`], and for another origin.
    pub fn upload(&self, method: Method, url: &Url, body: Body, limit: Duration) -> Result<Answer, Trouble> {
        let request = self.request(method, url)?.header("content-type", "application/octet-stream");
        self.exchange(request.body(body).limit(limit), false)
    }

    /// The limit of a call that moves so many bytes.
    pub fn limit(&self, bytes: u64) -> Duration {
        self.patience.limit + http::time_for(bytes)
    }

    /// The SHA-256 of an asset's bytes, none of which is kept.
    ///
    /// # Errors
    /// When the bytes did not come whole.
    pub fn digest(&self, url: &Url, limit: Duration) -> Result<String, Trouble> {
        let bytes = self.fetch(url, limit, MOST_ASSET, || Hashing::new(io::sink()))?;
        Ok(bytes.finish().1)
    }

    /// An asset's bytes; a list of some kind, no more than an answer of the API may be.
    ///
    /// # Errors
    /// When the bytes did not come whole.
    pub fn bytes(&self, url: &Url) -> Result<Vec<u8>, Trouble> {
        self.fetch(url, self.patience.limit, MOST, Vec::new)
    }

    /// Fetches an asset. A redirect to where the forge stores them is followed without the token.
    fn fetch<W: io::Write>(
        &self,
        url: &Url,
        limit: Duration,
        most: u64,
        into: impl Fn() -> W,
    ) -> Result<W, Trouble> {
        let mut request = self.request(Method::Get, url)?.limit(limit).most(most);
        request.headers.retain(|(name, _)| name != "accept");
        request = request.header("accept", "application/octet-stream");
        for _ in 0..=REDIRECTS {
            let mut bytes = into();
            let head = self.http.receive(&request, &mut bytes);
            let head = head.map_err(|fault| unknown(format!("GET {}: {fault}", request.url.origin())))?;
            match (moved(&head), head.status) {
                (Some(to), _) => {
                    let to = leads(&request.url, to);
                    let to = to.map_err(|why| unknown(format!("the asset's redirect {why}")))?;
                    if !to.is_private() {
                        return Err(unknown(format!("the asset lies at {}, not encrypted", to.origin())));
                    }
                    request = Request::new(Method::Get, to).limit(limit).most(most);
                }
                (None, 200) => return Ok(bytes),
                (None, status) => return Err(unknown(format!("the asset's address answers with {status}"))),
            }
        }
        Err(unknown("the asset's address redirects too often".into()))
    }

    /// A path below the API's base.
    ///
    /// # Errors
    /// When that is no address.
    pub fn url(&self, path: &str) -> Result<Url, Trouble> {
        let url = self.site.api.below(path.trim_start_matches('/'));
        url.map_err(|why| unknown(format!("the path `{path}` {why}")))
    }

    /// A request with the token and what the forge's documentation asks for, to one of its own origins.
    fn request(&self, method: Method, url: &Url) -> Result<Request, Trouble> {
        let own = self.site.origins();
        if !own.contains(&url.origin()) {
            let why = format!("{} is not the forge's own address ({})", url.origin(), own.join(", "));
            return Err(unknown(why));
        }
        let mut request = Request::new(method, url.clone()).limit(self.patience.limit);
        request = match self.site.kind {
            ForgeKind::Github => request
                .header("accept", "application/vnd.github+json")
                .header("x-github-api-version", "2022-11-28"),
            ForgeKind::Gitlab => request.header("accept", "application/json"),
        };
        if let Some(token) = &self.site.token {
            request.headers.push((token.header().into(), Header::Hidden(token.value())));
        }
        Ok(request)
    }

    fn exchange(&self, request: Request, repeat: bool) -> Result<Answer, Trouble> {
        let what = format!("{} {}", request.method, request.url.path().split('?').next().unwrap_or_default());
        let tries = if repeat { self.patience.tries.max(1) } else { 1 };
        let mut pause = self.patience.pause;
        for left in (0..tries).rev() {
            let sent = self.http.send(&request);
            let wait = match &sent {
                Ok(response) => match asked(&response.head, &said(response), clock::now()) {
                    Asked::Nothing => return self.answer(response, what),
                    Asked::Again(after) => after.unwrap_or(pause),
                    Asked::Wait(time) if left == 0 || time > self.patience.longest => {
                        let why = format!("{what}: a rate limit, over in {} s", time.as_secs());
                        return Err(Trouble::Limited { why });
                    }
                    Asked::Wait(time) => time,
                },
                Err(fault) if may_pass(fault) => pause,
                Err(fault) => return Err(unknown(format!("{what}: {fault}"))),
            };
            if left == 0 || wait > self.patience.longest {
                return match sent {
                    Ok(response) => self.answer(&response, what),
                    Err(fault) => Err(unknown(format!("{what}: {fault}"))),
                };
            }
            if !(self.patience.wait)(wait) {
                return Err(unknown(format!("{what}: stopped while waiting")));
            }
            pause = pause.saturating_mul(2);
        }
        Err(unknown(what))
    }

    fn answer(&self, response: &Response, asked: String) -> Result<Answer, Trouble> {
        let status = response.head.status;
        let json = match serde_json::from_slice(&response.body) {
            Ok(json) => json,
            Err(_) if response.body.is_empty() || !(200..300).contains(&status) => Value::Null,
            Err(error) => {
                let why = format!("{asked}: status {status} with a body that is no JSON ({error})");
                return Err(unknown(why));
            }
        };
        let mask = |text: String| match &self.site.token {
            Some(token) => token.secret.mask(&text),
            None => text,
        };
        let said = mask(said(response));
        let token = match &self.site.token {
            Some(token) => Ok(token.variable.clone()),
            None => Err(self.site.wanted.clone()),
        };
        Ok(Answer { status, head: response.head.clone(), json, asked, said, token })
    }
}

impl Answer {
    /// The JSON of a success; anything else as the trouble that it is.
    ///
    /// # Errors
    /// 401: credentials; 403 and 404: denied, or hidden from this token; all else is unknown.
    pub fn ok(self) -> Result<Value, Trouble> {
        if (200..300).contains(&self.status) { Ok(self.json) } else { Err(self.trouble()) }
    }

    /// A status that is no success, in words.
    pub fn trouble(&self) -> Trouble {
        let said = if self.said.is_empty() { String::new() } else { format!(" ({})", self.said) };
        let seen = format!("{}: status {}{said}", self.asked, self.status);
        let why = match &self.token {
            Ok(variable) => format!("{seen}; the token is that of {variable}"),
            Err(wanted) => format!("{seen}; there is no token: {wanted} is not set"),
        };
        match self.status {
            401 => Trouble::Credentials { why },
            403 | 404 => Trouble::Denied { why },
            _ => Trouble::Unknown { why: seen },
        }
    }
}

/// Where an answer leads instead (RFC 9110, 15.4): GitHub answers so for what was renamed.
fn moved(head: &Head) -> Option<&str> {
    matches!(head.status, 301 | 302 | 307 | 308).then(|| head.header("location")).flatten()
}

/// A `Location`, relative to what was asked (RFC 3986, 4.2: whole addresses and absolute paths).
fn leads(from: &Url, to: &str) -> Result<Url, String> {
    if to.starts_with('/') && !to.starts_with("//") {
        Url::parse(&format!("{}{to}", from.origin()))
    } else {
        Url::parse(to)
    }
}

fn json(request: Request, body: &Value) -> Request {
    request.header("content-type", "application/json").body(Body::Bytes(body.to_string().into_bytes()))
}

/// A server's own words: `message` or `error` of its JSON, with the first of GitHub's `errors`.
fn said(response: &Response) -> String {
    let json: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let words = [&json["message"], &json["error_description"], &json["error"]].into_iter().find_map(text);
    let detail =
        json["errors"].get(0).and_then(|first| text(&first["message"]).or_else(|| text(&first["code"])));
    let said: Vec<String> = words.into_iter().chain(detail).collect();
    said.join(": ").chars().map(|c| if c.is_control() { ' ' } else { c }).take(WORDS).collect()
}

fn unknown(why: String) -> Trouble {
    Trouble::Unknown { why }
}
