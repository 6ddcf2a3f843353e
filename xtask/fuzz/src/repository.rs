//! A repository of three packages, one file of which is the input.

use std::sync::LazyLock;

use windlass_core::config::{self, Surroundings};
use windlass_core::ecosystem::{self, Scan};
use windlass_core::format::Scalar;
use windlass_core::model::config::Config;
use windlass_core::model::tree::MemoryTree;

use crate::{edited, next, source, stands};

const CONFIG: &str = "[packages.app]\npath = \"app\"\nimages = [\"ghcr.io/example/app\"]\n\
    [packages.lib]\npath = \"lib\"\n[packages.mod]\npath = \"mod\"\n";

const FILES: &[(&str, &str)] = &[
    ("app/package.json", "{\"name\": \"app\", \"version\": \"0.1.0\"}"),
    ("lib/Cargo.toml", "[package]\nname = \"lib\"\nversion = \"0.1.0\"\n"),
    ("lib/pyproject.toml", "[project]\nname = \"lib\"\nversion = \"0.1.0\"\n"),
    ("lib/package.json", "{\"name\": \"lib\", \"version\": \"0.1.0\"}"),
    (
        "lib/pom.xml",
        "<project><groupId>g</groupId><artifactId>lib</artifactId><version>0.1.0</version></project>",
    ),
    ("mod/go.mod", "module example.org/mod\n"),
];

/// What the input may be.
const INPUTS: &[&str] = &[
    "app/package.json",
    "app/package-lock.json",
    "app/npm-shrinkwrap.json",
    "app/pnpm-lock.yaml",
    "app/yarn.lock",
    "app/pyproject.toml",
    "lib/uv.lock",
    "lib/poetry.lock",
    "app/Cargo.toml",
    "lib/Cargo.lock",
    "app/pom.xml",
    "app/Chart.yaml",
    "mod/values.yaml",
    "app/CITATION.cff",
    "app/openapi.yaml",
    "mod/go.mod",
];

/// The first letter names the file, the rest is its text.
pub fn scan(input: &str) {
    let Some(letter) = input.chars().next() else { return };
    let text = &input[letter.len_utf8()..];
    let at = (letter as usize).wrapping_sub('a' as usize);
    let Some(file) = INPUTS.get(at) else { return };
    let mut files: Vec<(&str, &str)> = FILES.iter().copied().filter(|(path, _)| path != file).collect();
    files.push((file, text));
    files.push(("mod/Chart.yaml", "name: mod\nversion: 0.1.0\n"));
    let read = look(&files);
    for place in &read.places {
        let (_, text) = files.iter().find(|(path, _)| *path == place.file.as_str()).expect("the file");
        let found = Scalar { span: place.span.clone(), line: place.line, text: place.text.clone() };
        stands(&source(place.file.as_str(), text), &found);
    }
    if !read.problems.is_empty() {
        return;
    }
    let after: Vec<(&str, String)> =
        files.iter().map(|(path, text)| (*path, released(path, text, &read))).collect();
    let again = look(&after.iter().map(|(path, text)| (*path, text.as_str())).collect::<Vec<_>>());
    assert_eq!(again.problems, []);
    let shown = |read: &Scan| -> Vec<_> {
        read.places.iter().map(|place| (place.file.clone(), place.node.clone(), place.line)).collect()
    };
    assert_eq!(shown(&again), shown(&read));
    assert!(again.places.iter().all(|place| place.text == place.form.render(next())));
}

fn look(files: &[(&str, &str)]) -> Scan {
    static READ: LazyLock<Config> = LazyLock::new(|| {
        config::read("windlass.toml", CONFIG, &Surroundings { exists: &|_| true }).expect("a config")
    });
    ecosystem::scan(&MemoryTree::new(files.iter().copied()), &READ)
}

fn released(path: &str, text: &str, read: &Scan) -> String {
    let here = read.places.iter().filter(|place| place.file.as_str() == path);
    let changes: Vec<_> = here
        .map(|place| {
            let found = Scalar { span: place.span.clone(), line: place.line, text: place.text.clone() };
            (found, place.form.render(next()))
        })
        .collect();
    edited(&source(path, text), &changes)
}
