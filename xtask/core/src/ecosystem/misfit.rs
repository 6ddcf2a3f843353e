//! A text that is no version in the form of its place, and the line of the config that mends it.

use crate::format::{self, Key, Look, Text, lines};
use crate::model::config::{Config, Package};
use crate::model::form::Form;
use crate::model::pasted;
use crate::model::place::{Origin, Place};
use crate::model::problem::{Code, Problem};
use crate::model::template::Template;
use crate::model::tree::{Source, Tree};

/// The problem of one place; `beside` are the texts of its package's places that follow the same form
/// (`W0312`).
pub(super) fn problem(tree: &dyn Tree, config: &Config, place: &Place, beside: &[String]) -> Problem {
    let Place { node, text, form, .. } = place;
    let problem =
        Problem::new(Code::W0312, format!("`{node}` holds `{text}`, which is no version in the form {form}"))
            .at_line(&place.file, place.line);
    let named = |name: String| Form::from_name(&name);
    let mut forms = std::iter::once(Form { v: !form.v, ..*form }).chain(Form::names().filter_map(named));
    let Some(fitting) = forms.find(|form| form.parse(text).is_some()) else {
        return problem.help("Write a version there, or list the file under `ignore.places`.");
    };
    match (&place.origin, config.package(&place.package)) {
        (Origin::Declared { line }, _) => problem
            .help(format!("Write `form = \"{fitting}\"` in the place's rule ({}:{line}).", config.file)),
        // The package's form is that of the others, too.
        (_, Some(package)) if beside.iter().any(|text| fitting.parse(text).is_none()) => {
            let source = tree.read(&place.file).ok().flatten();
            let rule = source.and_then(|source| rule(&source, package, place, fitting));
            let rule =
                rule.unwrap_or_else(|| format!("{{ file = …, key or pattern = …, form = \"{fitting}\" }}"));
            problem
                .help(format!("Say so of this place alone, in `places` of `[packages.{}]`:", place.package))
                .help(format!("  {rule}"))
        }
        _ => problem.help(format!("Write `form = \"{fitting}\"` in `[packages.{}]`.", place.package)),
    }
}

/// The rule that finds a place: by its key where its format knows one, else by its line.
fn rule(source: &Source, package: &Package, place: &Place, form: Form) -> Option<String> {
    let text = Text::new(source);
    let file = pasted::quoted(&pasted::from(&package.path, &place.file));
    let key = Key::parse(&place.node)
        .ok()
        .zip(format::of(&place.file))
        .and_then(|(key, format)| (format.look)(&text, &[key]).ok()?.into_iter().next());
    if matches!(key, Some(Look::Found(scalar)) if scalar.span == place.span) {
        let key = pasted::quoted(&place.node);
        return Some(format!("{{ file = {file}, key = {key}, form = \"{form}\" }}"));
    }
    let start = source.text[..place.span.start].rfind('\n').map_or(0, |feed| feed + 1);
    let before = source.text[start..place.span.start].trim_start_matches('\u{feff}').trim_start();
    let after = source.text[place.span.end..].lines().next()?.trim_end();
    let pattern = format!("{before}{{version}}{after}");
    let found = lines::find(&text, Template::pattern(&pattern).ok()?.parts(), form);
    let [versions] = found.as_slice() else { return None };
    let fits = matches!(versions.as_slice(), [(scalar, _)] if scalar.span == place.span);
    let pattern = pasted::quoted(&pattern);
    fits.then(|| format!("{{ file = {file}, pattern = {pattern}, form = \"{form}\" }}"))
}
