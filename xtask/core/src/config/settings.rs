//! Every resolved key of a config with its value in TOML's spelling and where it came from.

use crate::model::config::{
    ChangelogRules, Config, Find, Group, Hook, IgnoreMention, IgnoreRule, Kind, Links, Package, PlaceRule,
    Setting, TagKind, TagRule,
};
use crate::model::names::Name;
use crate::model::target::Target;
use crate::model::template::Template;

use super::changelogs::{BODIES, ROTATES};
use super::groups::FLOWS;
use super::kinds::{self, LEVELS};
use super::packages::DATES;
use super::places::AFTERS;
use super::reader::{Lines, bare, join};
use super::release::POLICIES;
use super::tags::{KINDS, PUSHES};
use super::target_rules::FITS;
use super::targets::RELEASES;

/// The settings of a config, table by table; `lines` says where the file has each key.
/// A key without a value, such as a group's `base` that nobody names, is left out.
pub(super) fn of(config: &Config, lines: &Lines) -> Vec<Setting> {
    let mut list = Listing { lines, settings: Vec::new() };
    let release = &config.release;
    list.set("release", "remote", quoted(release.remote.as_str()));
    list.set("release", "branches", texts(&release.branches));
    list.set("release", "commit", quoted(&release.commit.to_string()));
    list.set("release", "requirements", word(&POLICIES, release.requirements));
    config.groups.iter().for_each(|group| list.group(group));
    config.packages.iter().for_each(|package| list.package(package));
    config.changelogs.iter().for_each(|changelog| list.changelog(changelog));
    let groups: Vec<Name> = config.groups.iter().map(|group| group.name.clone()).collect();
    for (index, hook) in config.hooks.iter().enumerate() {
        list.hook(&format!("hooks[{index}]"), hook, &groups);
    }
    for (index, target) in config.targets.iter().enumerate() {
        list.target(&format!("targets[{index}]"), target);
    }
    list.set("ignore", "places", array(config.ignore.places.iter().map(ignored)));
    list.set("ignore", "fragments", array(config.ignore.fragments.iter().map(ignored)));
    list.set("ignore", "mentions", array(config.ignore.mentions.iter().map(meant)));
    if !config.rehearse.setup.is_empty() {
        list.set("rehearse", "setup", super::rehearse::shown(&config.rehearse));
    }
    for (table, key, value) in config.ci.iter().flat_map(super::ci::shown) {
        list.set(&table, key, value);
    }
    for (key, value) in config.forge.iter().flat_map(super::forge::shown) {
        list.set("forge", key, value);
    }
    let others = config.pins.iter().flat_map(super::pins::shown);
    let others = others.chain(config.downstream.iter().flat_map(super::downstream::shown));
    for (table, key, value) in others.chain(super::gates::shown(&config.gates)) {
        list.set(&table, key, value);
    }
    for (table, key, value) in config.smoke.iter().flat_map(super::smoke::shown::of) {
        list.set(&table, key, value);
    }
    list.settings
}

struct Listing<'a> {
    lines: &'a Lines,
    settings: Vec<Setting>,
}

impl Listing<'_> {
    fn set(&mut self, table: &str, key: &str, value: String) {
        let key = join(table, key);
        let line = self.lines.get(&key).copied();
        self.settings.push(Setting { key, value, line });
    }

    fn group(&mut self, group: &Group) {
        let table = join("groups", group.name.as_str());
        self.set(&table, "packages", names(&group.packages));
        self.set(&table, "default", group.default.to_string());
        if let Some(base) = &group.base {
            self.set(&table, "base", quoted(base.as_str()));
        }
        self.set(&table, "flow", word(&FLOWS, group.flow));
        if let Some(level) = group.development {
            self.set(&table, "development", quoted(level.name()));
        }
        if let Some(policy) = group.requirements {
            self.set(&table, "requirements", word(&POLICIES, policy));
        }
        if let Some(milestone) = &group.milestone {
            self.set(&table, "milestone", quoted(&milestone.to_string()));
        }
        for (index, tag) in group.tags.iter().enumerate() {
            self.tag(&format!("{table}.tags[{index}]"), tag);
        }
    }

    fn tag(&mut self, table: &str, tag: &TagRule) {
        self.set(table, "name", quoted(&tag.name.to_string()));
        self.set(table, "kind", word(&KINDS, tag.kind));
        if tag.kind == TagKind::Annotated {
            self.set(table, "message", quoted(&tag.message.to_string()));
        }
        self.set(table, "push", word(&PUSHES, tag.push_first));
    }

    fn package(&mut self, package: &Package) {
        let table = join("packages", package.name.as_str());
        self.set(&table, "path", quoted(&package.path.to_string()));
        if let Some(form) = package.form {
            self.set(&table, "form", quoted(&form.to_string()));
        }
        if let Some(policy) = package.requirements {
            self.set(&table, "requirements", word(&POLICIES, policy));
        }
        if package.places.is_empty() {
            self.set(&table, "places", array([]));
        }
        self.set(&table, "images", texts(&package.images));
        self.set(&table, "dates", word(&DATES, package.dates));
        for (index, place) in package.places.iter().enumerate() {
            self.place(&format!("{table}.places[{index}]"), package, place);
        }
    }

    fn place(&mut self, table: &str, package: &Package, place: &PlaceRule) {
        let up = || "../".repeat(package.path.components().count());
        let file =
            place.file.below(&package.path).map_or_else(|| format!("{}{}", up(), place.file), str::to_owned);
        self.set(table, "file", quoted(&file));
        match &place.find {
            Find::Key(key) => self.set(table, "key", quoted(key)),
            Find::Pattern { pattern, count } => {
                self.set(table, "pattern", quoted(&pattern.to_string()));
                self.set(table, "count", count.to_string());
            }
        }
        if let Some(form) = place.form {
            self.set(table, "form", quoted(&form.to_string()));
        }
        self.set(table, "after", word(&AFTERS, place.after));
    }

    fn changelog(&mut self, changelog: &ChangelogRules) {
        let table = join("changelogs", changelog.name.as_str());
        let fragments =
            changelog.fragments.as_ref().map_or_else(|| false.to_string(), |path| quoted(&path.to_string()));
        let links = match &changelog.links {
            Links::Off => false.to_string(),
            Links::Continue => true.to_string(),
            Links::Template(template) => quoted(&template.to_string()),
        };
        self.set(&table, "file", quoted(&changelog.file.to_string()));
        self.set(&table, "fragments", fragments);
        self.set(&table, "groups", names(&changelog.groups));
        self.set(&table, "kinds", array(changelog.kinds.iter().map(kind)));
        self.set(&table, "heading", quoted(&changelog.heading.to_string()));
        self.set(&table, "rotate", word(&ROTATES, changelog.rotate));
        self.set(&table, "links", links);
        self.set(&table, "placeholder", quoted(changelog.placeholder.as_deref().unwrap_or_default()));
        self.set(&table, "body", word(&BODIES, changelog.body));
        self.set(&table, "unreleased", changelog.unreleased.to_string());
        self.set(&table, "zero_major", word(&LEVELS, changelog.zero_major));
        let exempt = join(&table, "exempt");
        self.set(&exempt, "branches", texts(&changelog.exempt_branches));
        self.set(&exempt, "labels", texts(&changelog.exempt_labels));
    }

    fn hook(&mut self, table: &str, hook: &Hook, groups: &[Name]) {
        let env = hook.env.iter().map(|(name, value)| (bare(name), quoted(&value.to_string())));
        let fine = hook.fine.iter().map(|(code, meaning)| (code.to_string(), quoted(meaning)));
        self.set(table, "name", quoted(&hook.name));
        self.set(table, "after", quoted("edit"));
        self.set(table, "run", array(hook.run.iter().map(|argument| quoted(&argument.to_string()))));
        self.set(table, "dir", quoted(&hook.dir.to_string()));
        self.set(table, "env", inline(env));
        self.set(table, "changes", texts(&hook.changes));
        self.set(table, "groups", names(if hook.groups.is_empty() { groups } else { &hook.groups }));
        self.set(table, "fine", inline(fine));
    }

    /// Keys of other kinds are left out.
    fn target(&mut self, table: &str, target: &Target) {
        let fits =
            |key: &str| FITS.iter().any(|(known, kinds)| *known == key && kinds.contains(&target.kind));
        let templates = |texts: &[Template]| array(texts.iter().map(|text| quoted(&text.to_string())));
        self.set(table, "package", quoted(target.package.as_str()));
        self.set(table, "kind", quoted(target.kind.name()));
        if let Some(name) = &target.name {
            self.set(table, "name", quoted(name.as_str()));
        }
        if let Some(registry) = &target.registry {
            self.set(table, "registry", quoted(registry.as_str()));
        }
        if fits("tags") {
            self.set(table, "tags", templates(&target.tags));
        }
        if fits("prerelease_tag") {
            self.set(table, "prerelease_tag", quoted(&target.prerelease_tag));
        }
        self.set(table, "releases", word(&RELEASES, target.releases));
        self.set(table, "required", target.required.to_string());
        let credentials = &target.credentials;
        if credentials.token.is_some() {
            let pairs = [("user", &credentials.user), ("token", &credentials.token)];
            let said = pairs.into_iter().filter_map(|(key, value)| Some((key, quoted(value.as_ref()?))));
            self.set(table, "credentials", inline(said));
        }
        if fits("private") {
            self.set(table, "private", target.private.to_string());
        }
        self.set(table, "after", names(&target.after));
        self.set(table, "before", array(target.build.before.iter().map(|run| templates(run))));
        if let Some(image) = &target.build.image {
            let args = image.args.iter().map(|(name, value)| (bare(name), quoted(&value.to_string())));
            self.set(table, "dockerfile", quoted(&image.dockerfile.to_string()));
            self.set(table, "context", quoted(&image.context.to_string()));
            self.set(table, "args", inline(args));
        }
        if fits("files") {
            self.set(table, "files", texts(&target.build.files));
        }
        if fits("wheels") {
            self.set(table, "wheels", texts(&target.build.wheels));
        }
        if !target.check.is_empty() {
            self.set(table, "check", templates(&target.check));
        }
    }
}

/// A kind as short as its meaning allows.
fn kind(kind: &Kind) -> String {
    if kinds::by_name_alone(&kind.name).as_ref() == Some(kind) {
        return quoted(&kind.name);
    }
    let level = word(&LEVELS, kind.level);
    inline([("name", quoted(&kind.name)), ("title", quoted(&kind.title)), ("level", level)])
}

fn ignored(rule: &IgnoreRule) -> String {
    match &rule.reason {
        None => quoted(&rule.glob),
        Some(reason) => inline([("glob", quoted(&rule.glob)), ("reason", quoted(reason))]),
    }
}

fn meant(rule: &IgnoreMention) -> String {
    let pairs = [("glob", &rule.glob), ("text", &rule.text), ("reason", &rule.reason)];
    inline(pairs.into_iter().filter_map(|(key, value)| Some((key, quoted(value.as_ref()?)))))
}

/// The word that a config writes for a value.
pub(super) fn word<T: PartialEq + Copy>(words: &[(&str, T)], value: T) -> String {
    quoted(words.iter().find(|(_, known)| *known == value).map_or("", |(word, _)| word))
}

pub(super) fn names(names: &[Name]) -> String {
    array(names.iter().map(|name| quoted(name.as_str())))
}

pub(super) fn texts(texts: &[String]) -> String {
    array(texts.iter().map(|text| quoted(text)))
}

pub(super) fn array(values: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", values.into_iter().collect::<Vec<_>>().join(", "))
}

pub(super) fn inline<K: std::fmt::Display>(pairs: impl IntoIterator<Item = (K, String)>) -> String {
    let pairs: Vec<String> = pairs.into_iter().map(|(key, value)| format!("{key} = {value}")).collect();
    if pairs.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", pairs.join(", ")) }
}

/// A basic string of TOML.
pub(super) fn quoted(text: &str) -> String {
    let mut string = String::from('"');
    for c in text.chars() {
        match c {
            '"' => string.push_str("\\\""),
            '\\' => string.push_str("\\\\"),
            '\n' => string.push_str("\\n"),
            '\t' => string.push_str("\\t"),
            c if c.is_control() => string.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => string.push(c),
        }
    }
    string.push('"');
    string
}
