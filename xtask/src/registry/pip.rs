//! The index that pip is set to, and its pages (PEP 503; as JSON: PEP 691).

use std::path::Path;

use crate::io::http::{Client, Request};
use crate::model::method::Method;
use crate::model::registry_name::normalised_pypi;
use crate::model::secret::Secret;
use crate::model::url::Url;
use crate::registry::world::Login;
use crate::tool::clients::Clients;

/// An index, as pip's own configuration names it.
#[derive(Clone, Debug)]
pub struct Index {
    pub base: Url,
    pub login: Option<Login>,
}

/// One file of a project's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub sha256: Option<String>,
}

/// The index that pip would install from, in pip's own order: environment, configuration files, its default.
///
/// # Errors
/// Why pip does not say it.
pub fn index(clients: &Clients, dir: &Path) -> Result<Index, String> {
    if let Some(url) = clients.get("PIP_INDEX_URL") {
        return read(url);
    }
    let said = |args: &[&str]| {
        let words: Vec<&str> =
            ["-m", "pip", "--disable-pip-version-check"].iter().chain(args).copied().collect();
        let output = clients.run("python3", &words, dir).map_err(|failure| failure.problem_text())?;
        Ok::<String, String>(String::from_utf8_lossy(&output).into_owned())
    };
    let config = said(&["config", "list"])?;
    for section in ["download", "install", "global"] {
        let key = format!("{section}.index-url=");
        if let Some(value) = config.lines().find_map(|line| line.strip_prefix(&key)) {
            return read(value.trim_matches(['\'', '"']));
        }
    }
    let help = said(&["download", "--help"])?;
    read(default_of(&help).ok_or("pip's help does not name its default index")?.as_str())
}

/// `--index-url <url>  Base URL of the Python Package Index (default URL).`, wrapped anywhere between words.
fn default_of(help: &str) -> Option<String> {
    let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, rest) = words.split_once("--index-url <url>")?;
    let (_, rest) = rest.split_once("(default ")?;
    rest.split_once(')').map(|(url, _)| url.to_owned())
}

fn read(text: &str) -> Result<Index, String> {
    let (scheme, rest) =
        text.split_once("://").ok_or_else(|| format!("pip's index `{text}` is no address"))?;
    let (user, place) = match rest.split_once('/').unwrap_or((rest, "")).0.rsplit_once('@') {
        Some((user, _)) => (Some(user.to_owned()), &rest[user.len() + 1..]),
        None => (None, rest),
    };
    let login = user.map(|pair| {
        let (user, password) = pair.split_once(':').unwrap_or((pair.as_str(), ""));
        Login { user: user.to_owned(), secret: Secret::new(password) }
    });
    let base = Url::parse(&format!("{scheme}://{place}")).map_err(|why| format!("pip's index {why}"))?;
    Ok(Index { base, login })
}

impl Index {
    /// A project's files; none when the index has never heard of it.
    ///
    /// # Errors
    /// When the index did not say.
    pub fn files(
        &self,
        http: &Client,
        project: &str,
        clients: &Clients,
    ) -> Result<Option<Vec<File>>, String> {
        let url = self.base.below(&format!("{}/", normalised_pypi(project)))?;
        let kinds = "application/vnd.pypi.simple.v1+json, text/html;q=0.1";
        let request =
            Request::new(Method::Get, url).header("accept", kinds).header("cache-control", "no-cache");
        let request = match &self.login {
            Some(login) => request.basic(&login.user, &login.secret),
            None => request,
        };
        let answer = http.send(&request.limit(clients.limit)).map_err(|fault| fault.to_string())?;
        let text = String::from_utf8_lossy(&answer.body);
        match answer.head.status {
            200 if answer.head.header("content-type").is_some_and(|kind| kind.contains("json")) => {
                json(&text).map(Some)
            }
            200 => Ok(Some(html(&text))),
            404 => Ok(None),
            status => Err(format!("the index answered with status {status}")),
        }
    }
}

fn json(text: &str) -> Result<Vec<File>, String> {
    let page: serde_json::Value =
        serde_json::from_str(text).map_err(|error| format!("the index's page: {error}"))?;
    let files = page["files"].as_array().ok_or("the index's page lists no files")?;
    let file = |file: &serde_json::Value| {
        let sha256 = file["hashes"]["sha256"].as_str().map(str::to_owned);
        Some(File { name: file["filename"].as_str()?.to_owned(), sha256 })
    };
    Ok(files.iter().filter_map(file).collect())
}

/// Links as PEP 503 wants them: the file's name is the link's text, its digest the link's fragment.
fn html(text: &str) -> Vec<File> {
    let link = |part: &str| {
        let (attributes, rest) = part.split_once('>')?;
        let (_, href) = attributes.split_once("href=")?;
        let quote = href.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let href = href[1..].split(quote).next()?;
        let sha256 = href
            .split_once("#sha256=")
            .map(|(_, hash)| hash.split('&').next().unwrap_or_default().to_owned());
        Some(File { name: rest.split('<').next()?.trim().to_owned(), sha256 })
    };
    text.split("<a ").skip(1).filter_map(link).collect()
}

/// The version that a file of a project is of: wheels by the binary distribution format, sources by PEP 625 (and
/// what came before it).
pub fn version_of(file: &str, project: &str) -> Option<String> {
    if let Some(wheel) = file.strip_suffix(".whl") {
        return wheel.split('-').nth(1).map(str::to_owned);
    }
    let stem = [".tar.gz", ".zip", ".tar.bz2"].iter().find_map(|ending| file.strip_suffix(ending))?;
    let mut cuts = stem.rmatch_indices('-').map(|(at, _)| at);
    let cut = cuts.find(|at| normalised_pypi(&stem[..*at]) == normalised_pypi(project))?;
    Some(stem[cut + 1..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_pages_of_both_kinds() {
        let page = r#"{"files":[{"filename":"a-1.0.tar.gz","hashes":{"sha256":"ab"}},{"filename":"b","hashes":{}}]}"#;
        let file =
            |name: &str, hash: Option<&str>| File { name: name.into(), sha256: hash.map(str::to_owned) };
        assert_eq!(json(page).unwrap(), [file("a-1.0.tar.gz", Some("ab")), file("b", None)]);
        let page = "<html><a href=\"../x/a-1.0.tar.gz#sha256=ab\" data-requires-python='&gt;=3'>a-1.0.tar.gz</a><br>\n\
            <a rel='x' href='b.whl'> b.whl </a><a name=c>c</a>";
        assert_eq!(html(page), [file("a-1.0.tar.gz", Some("ab")), file("b.whl", None)]);
        assert!(json("{}").is_err());
    }

    #[test]
    fn reads_the_index_that_pip_names() {
        let index = read("http://ada:pw@127.0.0.1:3141/ada/dev/+simple/").unwrap();
        assert_eq!(index.base.to_string(), "http://127.0.0.1:3141/ada/dev/+simple/");
        let login = index.login.unwrap();
        assert_eq!((login.user.as_str(), login.secret.reveal()), ("ada", "pw"));
        assert!(read("nowhere").is_err());
        let help = "  -i, --index-url <url>       Base URL of the Python Package Index (default\n     https://index.example.org/simple). This should";
        assert_eq!(default_of(help).unwrap(), "https://index.example.org/simple");
    }

    #[test]
    fn reads_versions_of_file_names() {
        let table = [
            ("tideplan_api-0.2.0a1-py3-none-any.whl", Some("0.2.0a1")),
            ("tideplan_api-0.2.0a1.tar.gz", Some("0.2.0a1")),
            ("tideplan-api-0.2.0.zip", Some("0.2.0")),
            ("other-0.2.0.tar.gz", None),
            ("tideplan_api.txt", None),
        ];
        for (file, version) in table {
            assert_eq!(version_of(file, "Tideplan.API").as_deref(), version, "{file}");
        }
    }
}
