//! Versions that a name beside them makes ours: keys of manifests, entries of XML, defaults of
//! variables.

use super::key;
use super::names::Named;
use super::sight::{Evidence, PAIRED, Sighting, Spelled, View};

/// The tools whose tables in pyproject.toml repeat the project's own version, and under which key.
const TOOLS: [(&str, &str); 5] = [
    ("commitizen", "version"),
    ("bumpversion", "current_version"),
    ("bumpver", "current_version"),
    ("briefcase", "version"),
    ("towncrier", "version"),
];

impl<'a> View<'_, 'a> {
    /// `name:${TAG:-1.2.3}`, the default of a shell's and Compose's variables.
    pub fn by_default(&self) -> Option<Sighting<'a>> {
        let before = self.head.strip_suffix('-')?;
        let before = before.strip_suffix(':').unwrap_or(before);
        let (before, variable) = before.rsplit_once("${")?;
        let plain = variable.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let rest = before.strip_suffix([':', '@']).filter(|_| plain && self.tail.starts_with('}'))?;
        let sighting = self.named(self.names.at_end(rest)?, Evidence::Named)?;
        Some(Sighting { spelled: Spelled::Image, ..sighting })
    }

    /// The line before a key, behind the tables that were closed on it: those tell of other things.
    pub fn opened(&self, start: usize) -> &str {
        let before = &self.head[..start];
        before.rfind('}').map_or(before, |closed| &before[closed + 1..])
    }

    /// The name that one of the two lines above, or the one below, ends with: as deep as this key, and
    /// of the same item of a list, the same table or object.
    pub fn neighbour(&self) -> Option<Named<'a>> {
        let depth = key::depth(self.head);
        let above = self.body[..self.line].lines().rev().take(2);
        let mut above: Vec<&str> = above.take_while(|line| !key::ends(line, depth)).collect();
        if let Some(first) = above.iter().position(|line| key::begins_item(line, depth)) {
            above.truncate(first + 1);
        }
        if key::begins_item(self.head, depth) {
            above.clear();
        }
        let below = self.body[self.token.end..].lines().skip(1).take(1);
        let below = below.filter(|line| !key::ends(line, depth) && !key::begins_item(line, depth));
        above.into_iter().chain(below).find_map(|line| {
            let (key, value) = line.split_once([':', '='])?;
            let name = key::inside(key).trim_end().trim_end_matches('"');
            let is_name = ["repository", "name", "image", "newName", "chart", "module"].contains(&name);
            if !is_name || key::depth(key) != depth {
                return None;
            }
            self.names.at_end(value.trim().trim_end_matches(',').trim_matches(['"', '\'']))
        })
    }

    /// A key of a manifest that its ecosystem does not account for: beside a registry's name of ours,
    /// or in the table that a tool has in pyproject.toml.
    pub fn known_in_manifest(&self, start: usize, word: &str) -> Option<Sighting<'a>> {
        if PAIRED.contains(&word) {
            let named = self.names.in_words(self.opened(start)).or_else(|| self.neighbour());
            if let Some(named) = named.filter(|named| named.strong) {
                return self.named(Named { start, ..named }, Evidence::Near);
            }
        }
        let owner = self.site.owner?;
        let table = self.body[..self.line].lines().rev().map(str::trim).find(|line| line.starts_with('['))?;
        let tool = table.strip_prefix("[tool.")?.strip_suffix(']')?;
        let known = TOOLS.contains(&(tool, word)) && self.head[..start].trim().is_empty();
        self.sighting(start, vec![owner], Evidence::Near).filter(|_| known)
    }

    /// `<version>1.2.3</version>` in one element with the `<artifactId>`, and its `<groupId>` if one
    /// stands there, of a package of ours.
    pub fn dependency(&self) -> Option<Sighting<'a>> {
        let before = self.head.trim_end().strip_suffix("<version>")?;
        if !self.tail.trim_start().starts_with("</version>") {
            return None;
        }
        let from = self.body[..self.line].rmatch_indices('\n').nth(ABOVE).map_or(0, |(at, _)| at + 1);
        let text = &self.body[from..self.line + before.len()];
        let opens = ["<dependency>", "<parent>", "<plugin>", "<extension>"];
        let element = opens.iter().filter_map(|tag| Some(text.rfind(tag)? + tag.len())).max()?;
        let from = from + element;
        let text = &text[element..];
        if opens.iter().any(|tag| text.contains(&tag.replace('<', "</"))) {
            return None;
        }
        let artifact = value(text, "artifactId")?;
        let named = match value(text, "groupId").filter(|group| !group.starts_with("${")) {
            Some(group) => self.names.exactly(&format!("{group}:{artifact}"))?,
            None => self.names.exactly(artifact)?,
        };
        let start = from + text.find("<artifactId>")?;
        Some(Sighting { start, ..self.named(named, Evidence::Near)? })
    }
}

/// How many lines above its version an entry may start.
const ABOVE: usize = 6;

/// The text of a plain element.
fn value<'t>(text: &'t str, tag: &str) -> Option<&'t str> {
    let (_, inside) = text.split_once(&format!("<{tag}>"))?;
    Some(inside.split_once("</")?.0.trim())
}

/// A key's text before YAML's anchor: of `tag: &t` `tag:`.
pub fn before_anchor(head: &str) -> &str {
    match head.rsplit_once([' ', '\t']) {
        Some((before, anchor)) if anchor.starts_with('&') => before.trim_end(),
        _ => head,
    }
}
