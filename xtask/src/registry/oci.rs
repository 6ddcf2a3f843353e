//! A client of the OCI Distribution Specification: manifests, blobs, tags. Plain HTTP is spoken with this
//! machine alone.

mod blob;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::io::http::{Body, Client, Fault, Request, Response, time_for};
use crate::model::digest::{Hashing, sha256};
use crate::model::method::Method;
use crate::model::oci::{OciName, check_tag};
use crate::model::secret::{Secret, percent_encoded};
use crate::model::sighting::{Access, Class, Trouble};
use crate::model::url::Url;
use crate::publish::classify::of_status;
use crate::registry::oci_auth::{Challenge, challenge, is_safe};
use crate::registry::world::Login;
use blob::{Beginning, SAID};
pub use blob::{Blob, Content, Descriptor};

/// Every kind of manifest. A registry that is not told that we read them all converts to an older kind and
/// reports the digest of that.
pub const MANIFESTS: [&str; 4] = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
];

/// How many pages of tags are read before the list is called endless.
const PAGES: usize = 1000;

/// One repository in a registry.
pub struct Oci<'a> {
    http: &'a Client,
    name: OciName,
    base: Url,
    limit: Duration,
    login: Option<Login>,
    /// How to be let in, once a 401 has said so, by scope.
    entry: Mutex<BTreeMap<&'static str, Entry>>,
}

#[derive(Clone)]
enum Entry {
    Basic,
    Bearer(Secret),
}

/// Why there is no usable answer.
#[derive(Debug)]
pub enum Wrong {
    /// None at all.
    Fault(Fault),
    /// One with this status.
    Status { status: u16, after: Option<u64>, said: String },
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Wrong::Fault(fault) => fault.fmt(f),
            Wrong::Status { said, .. } => f.write_str(said),
        }
    }
}

impl From<Wrong> for Trouble {
    fn from(wrong: Wrong) -> Trouble {
        match wrong {
            Wrong::Fault(fault) => Trouble::new(Class::Retry { after: None }, fault.to_string()),
            Wrong::Status { status, after, said } => of_status(status, after, said),
        }
    }
}

impl<'a> Oci<'a> {
    /// # Errors
    /// Says why the name's host can't be asked.
    pub fn new(
        http: &'a Client,
        name: &OciName,
        login: Option<Login>,
        limit: Duration,
    ) -> Result<Oci<'a>, String> {
        let secure = Url::parse(&format!("https://{}", name.host()))?;
        let base =
            if secure.is_loopback() { Url::parse(&format!("http://{}", name.host()))? } else { secure };
        Ok(Oci { http, name: name.clone(), base, limit, login, entry: Mutex::new(BTreeMap::new()) })
    }

    /// Whether it is spoken to without encryption: on this machine alone.
    pub fn is_plain(&self) -> bool {
        self.base.origin().starts_with("http://")
    }

    /// The digest that a tag or digest leads to; none when the registry has no such manifest.
    ///
    /// # Errors
    /// When the registry did not say.
    pub fn digest(&self, reference: &str) -> Result<Option<String>, Wrong> {
        let answer =
            self.send(|| Ok(accepting(self.at(Method::Head, &format!("manifests/{reference}"))?)), false)?;
        match answer.head.status {
            200 => match answer.head.header("docker-content-digest") {
                Some(digest) => Ok(Some(digest.to_owned())),
                // The header is not asked of registries: the bytes themselves say it.
                None => Ok(self.manifest(reference)?.map(|(_, bytes)| format!("sha256:{}", sha256(&bytes)))),
            },
            404 => Ok(None),
            _ => Err(wrong(&answer)),
        }
    }

    /// A manifest's media type and bytes.
    ///
    /// # Errors
    /// When the registry did not say.
    pub fn manifest(&self, reference: &str) -> Result<Option<(String, Vec<u8>)>, Wrong> {
        let answer =
            self.send(|| Ok(accepting(self.at(Method::Get, &format!("manifests/{reference}"))?)), false)?;
        match answer.head.status {
            200 => Ok(Some((answer.head.header("content-type").unwrap_or_default().to_owned(), answer.body))),
            404 => Ok(None),
            _ => Err(wrong(&answer)),
        }
    }

    /// Fetches a blob whole, and checks it against its digest. None of its bytes is kept: a layer may be of any size.
    ///
    /// # Errors
    /// When the registry did not give these bytes, or gave more of them.
    pub fn read_blob(&self, blob: &Descriptor) -> Result<(), Wrong> {
        let make = || {
            let request = self.at(Method::Get, &format!("blobs/{}", blob.digest))?;
            Ok(request.limit(self.limit + time_for(blob.size)).most(blob.size.max(SAID)))
        };
        let read = |request: &Request| {
            let mut bytes = Hashing::new(Beginning::default());
            let head = self.http.receive(request, &mut bytes)?;
            let (said, sha256, _) = bytes.finish();
            Ok((Response { head, body: said.into_bytes() }, sha256))
        };
        let (answer, sha256) = self.exchange(make, false, read, |(answer, _)| answer)?;
        match answer.head.status {
            200 if format!("sha256:{sha256}") == blob.digest => Ok(()),
            200 => Err(unreadable(&format!("a blob whose bytes are sha256:{sha256}"))),
            _ => Err(wrong(&answer)),
        }
    }

    /// Every tag of the repository; none when the registry has never heard of it.
    ///
    /// # Errors
    /// When the registry did not say.
    pub fn tags(&self) -> Result<Vec<String>, Wrong> {
        let mut tags = Vec::new();
        let mut page = self.at(Method::Get, "tags/list")?.url;
        for _ in 0..PAGES {
            let answer = self.send(|| Ok(self.to(Method::Get, &page)), false)?;
            match answer.head.status {
                200 => {}
                404 => return Ok(tags),
                _ => return Err(wrong(&answer)),
            }
            let list: serde_json::Value =
                serde_json::from_slice(&answer.body).map_err(|_| unreadable("its list of tags"))?;
            let names = list["tags"].as_array().into_iter().flatten();
            tags.extend(names.filter_map(|tag| tag.as_str().map(str::to_owned)));
            match answer.head.header("link").and_then(next_page) {
                Some(next) => page = self.follow(next)?,
                None => return Ok(tags),
            }
        }
        Err(unreadable("its list of tags, which has no end"))
    }

    /// Whether the registry would take an upload: one is begun, and given up.
    pub fn access(&self) -> Access {
        let who = self.login.as_ref().map(|login| login.user.clone());
        let answer = match self.send(|| self.at(Method::Post, "blobs/uploads/"), true) {
            Ok(answer) => answer,
            Err(wrong) => return Access::Unknown { why: wrong.to_string() },
        };
        match answer.head.status {
            202 => {
                if let Some(place) = answer.head.header("location").and_then(|place| self.follow(place).ok())
                {
                    let _ = self.send(|| Ok(self.to(Method::Delete, &place)), true);
                }
                Access::May { who, untold: None }
            }
            401 if self.login.is_none() => Access::Missing { set: Vec::new() },
            401 | 403 => Access::Denied { why: wrong(&answer).to_string() },
            404 | 405 => Access::CannotTell { why: wrong(&answer).to_string() },
            _ => Access::Unknown { why: wrong(&answer).to_string() },
        }
    }

    /// Uploads a blob unless it is there.
    ///
    /// # Errors
    /// When the registry did not take it.
    pub fn push_blob(&self, blob: &Blob) -> Result<(), Wrong> {
        let Descriptor { digest, size } = &blob.descriptor;
        let there = self.send(|| self.at(Method::Head, &format!("blobs/{digest}")), true)?;
        match there.head.status {
            200 => return Ok(()),
            404 => {}
            _ => return Err(wrong(&there)),
        }
        let begun = self.send(|| self.at(Method::Post, "blobs/uploads/"), true)?;
        if begun.head.status != 202 {
            return Err(wrong(&begun));
        }
        let place = begun.head.header("location").ok_or_else(|| unreadable("where to upload to"))?;
        let join = if place.contains('?') { '&' } else { '?' };
        let place = self.follow(&format!("{place}{join}digest={}", percent_encoded(digest)))?;
        let put = || {
            let body = match &blob.content {
                Content::File(path) => Body::File(path.clone()),
                Content::Bytes(bytes) => Body::Bytes(bytes.clone()),
            };
            let request = self.to(Method::Put, &place).limit(self.limit + time_for(*size));
            Ok(request.header("content-type", "application/octet-stream").body(body))
        };
        let answer = self.send(put, true)?;
        if answer.head.status == 201 { Ok(()) } else { Err(wrong(&answer)) }
    }

    /// Puts a manifest under a tag (or its own digest). What a tag named before is not asked: the caller has
    /// looked.
    ///
    /// # Errors
    /// When the registry did not take it.
    pub fn push_manifest(&self, reference: &str, media_type: &str, bytes: &[u8]) -> Result<(), Wrong> {
        let put = || {
            let request = self.at(Method::Put, &format!("manifests/{reference}"))?;
            Ok(request.header("content-type", media_type).body(Body::Bytes(bytes.to_vec())))
        };
        let answer = self.send(put, true)?;
        if matches!(answer.head.status, 200 | 201) { Ok(()) } else { Err(wrong(&answer)) }
    }

    fn at(&self, method: Method, below: &str) -> Result<Request, Wrong> {
        let reference = below.strip_prefix("manifests/").unwrap_or("latest");
        if !reference.starts_with("sha256:") && check_tag(reference).is_err() {
            return Err(unreadable(&format!("`{reference}`, which is no tag")));
        }
        let url = self.base.below(&format!("v2/{}/{below}", self.name.path()));
        Ok(self.to(method, &url.map_err(|why| unreadable(&why))?))
    }

    fn to(&self, method: Method, url: &Url) -> Request {
        Request::new(method, url.clone()).limit(self.limit)
    }

    /// A place that the registry names: at its own address, or absolute.
    fn follow(&self, place: &str) -> Result<Url, Wrong> {
        let url = if place.starts_with('/') { self.base.below(place) } else { Url::parse(place) };
        let url = url.map_err(|why| unreadable(&format!("`{place}`, which {why}")))?;
        if is_safe(&url) { Ok(url) } else { Err(unreadable(&format!("`{place}`, which is not encrypted"))) }
    }

    fn send(&self, make: impl Fn() -> Result<Request, Wrong>, write: bool) -> Result<Response, Wrong> {
        self.exchange(make, write, |request| self.http.send(request), |answer| answer)
    }

    /// Makes a call; on a 401 goes where it points and calls once more.
    fn exchange<T>(
        &self,
        make: impl Fn() -> Result<Request, Wrong>,
        write: bool,
        call: impl Fn(&Request) -> Result<T, Fault>,
        answer: impl Fn(&T) -> &Response,
    ) -> Result<T, Wrong> {
        let scope = if write { "push" } else { "pull" };
        let known = self.entry.lock().unwrap_or_else(PoisonError::into_inner).get(scope).cloned();
        let first = call(&self.entered(make()?, known.as_ref())).map_err(Wrong::Fault)?;
        if answer(&first).head.status != 401 {
            return Ok(first);
        }
        let asked = answer(&first).head.header("www-authenticate").and_then(challenge);
        let entry = match asked {
            Some(Challenge::Basic) if self.login.is_some() => Entry::Basic,
            Some(Challenge::Bearer { realm, query }) => match self.token(&realm, &query)? {
                Some(token) => Entry::Bearer(token),
                None => return Ok(first),
            },
            _ => return Ok(first),
        };
        self.entry.lock().unwrap_or_else(PoisonError::into_inner).insert(scope, entry.clone());
        call(&self.entered(make()?, Some(&entry))).map_err(Wrong::Fault)
    }

    /// A request with what lets it in.
    fn entered(&self, request: Request, entry: Option<&Entry>) -> Request {
        // A redirect's or an upload's place may be another host: it gets no credentials of this one.
        let here = request.url.origin() == self.base.origin();
        match (entry, &self.login) {
            (Some(Entry::Bearer(token)), _) if here => request.bearer(token),
            (Some(Entry::Basic), Some(login)) if here => request.basic(&login.user, &login.secret),
            _ => request,
        }
    }

    fn token(&self, realm: &str, query: &[(String, String)]) -> Result<Option<Secret>, Wrong> {
        let pairs = query.iter().map(|(name, value)| format!("{name}={}", percent_encoded(value)));
        let join = if realm.contains('?') { "&" } else { "?" };
        let place = format!("{realm}{join}{}", pairs.collect::<Vec<_>>().join("&"));
        let url = Url::parse(&place).map_err(|why| unreadable(&format!("`{realm}`, which {why}")))?;
        let mut request = Request::new(Method::Get, url.clone()).limit(self.limit);
        if let Some(login) = self.login.as_ref().filter(|_| is_safe(&url)) {
            request = request.basic(&login.user, &login.secret);
        }
        let answer = self.http.send(&request).map_err(Wrong::Fault)?;
        match answer.head.status {
            200 => {
                let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                Ok(body["token"].as_str().or_else(|| body["access_token"].as_str()).map(Secret::new))
            }
            401 | 403 => Ok(None),
            _ => Err(wrong(&answer)),
        }
    }
}

fn accepting(request: Request) -> Request {
    MANIFESTS.iter().fold(request, |request, kind| request.header("accept", *kind))
}

fn unreadable(what: &str) -> Wrong {
    Wrong::Status {
        status: 0,
        after: None,
        said: format!("the registry answered what cannot be read: {what}"),
    }
}

/// A status with the registry's own words: `{"errors":[{"code":..,"message":..}]}`.
fn wrong(answer: &Response) -> Wrong {
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let errors = body["errors"].as_array().into_iter().flatten();
    let words = errors
        .filter_map(|error| Some(format!("{}: {}", error["code"].as_str()?, error["message"].as_str()?)));
    let words: Vec<String> = words.collect();
    let status = answer.head.status;
    let said = if words.is_empty() {
        format!("status {status}")
    } else {
        format!("status {status}, {}", words.join("; "))
    };
    let after = answer.head.header("retry-after").and_then(|text| text.trim().parse().ok());
    Wrong::Status { status, after, said }
}

/// The target of `<…>; rel="next"` (RFC 8288).
fn next_page(link: &str) -> Option<&str> {
    let (target, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
    rest.contains("next").then_some(target)
}

#[cfg(test)]
mod tests;
