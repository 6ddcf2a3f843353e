//! Helm charts: `Chart.yaml` in the package's folder.
//!
//! The chart's `version` is the manifest's; `appVersion` is a mention in the same form, with a
//! leading `v` when one stands there (any text is allowed in it). Quotes stay. The charts below
//! `charts/` are other people's and are never touched. A `Chart.lock` that holds a sibling would
//! drift and is named (`W0310`): its digest is Helm's own.

use super::{Ecosystem, Locked, Manifest, Ours, siblings, unknown_lock};
use crate::format::{Node, Text, yaml};
use crate::model::config::Package;
use crate::model::form::Form;
use crate::model::path::RepoPath;
use crate::model::place::Role;
use crate::model::problem::Problems;
use crate::model::tree::{Source, Tree};

pub struct Helm;

impl Ecosystem for Helm {
    fn name(&self) -> &'static str {
        "helm"
    }

    fn manifest(&self, tree: &dyn Tree, package: &Package) -> Result<Option<Manifest>, Problems> {
        let file = package.path.child("Chart.yaml");
        let Some(source) = tree.read(&file).map_err(|problem| vec![problem])? else { return Ok(None) };
        let mut manifest = Manifest::new(self.name(), package, file.clone());
        let form = package.form.unwrap_or(Form::SEMVER);
        let text = Text::new(&source);
        (|| {
            let document = yaml::parse(&text)?;
            let root = document.root();
            manifest.name = root.value_at(&["name"])?.map(Into::into);
            match root.get("version")? {
                Some(version) => {
                    manifest.add(&file, "version", version.token("version")?, form, Role::Manifest);
                }
                None => manifest.unversioned = Some("has no `version`".into()),
            }
            if let Some(app) = root.get("appVersion")? {
                let token = app.token("appVersion")?;
                let form = Form { v: token.text.starts_with('v'), ..form };
                manifest.add(&file, "appVersion", token, form, Role::Mention);
            }
            manifest.dependencies = siblings::helm::of_package(root, manifest.owner(&file))?;
            Ok(())
        })()
        .map_err(|problem| vec![problem])?;
        Ok(Some(manifest))
    }

    fn manifest_name(&self) -> &'static str {
        "Chart.yaml"
    }

    fn lock_names(&self) -> &'static [&'static str] {
        &["Chart.lock"]
    }

    fn locks(&self, tree: &dyn Tree, manifest: &Manifest) -> Vec<RepoPath> {
        let lock = manifest.folder.child("Chart.lock");
        if tree.contains(&lock) { vec![lock] } else { Vec::new() }
    }

    /// A Chart.lock holds the version of a chart from a folder, and a digest over all of it.
    fn locked(&self, lock: &Source, ours: &Ours<'_>) -> Result<Locked, Problems> {
        let folder = lock.path.parent().unwrap_or_default();
        let text = Text::new(lock);
        let sibling = yaml::parse(&text)
            .and_then(|document| siblings::helm::locked(document.root(), &folder, ours))
            .map_err(|problem| vec![problem])?;
        match sibling {
            Some(name) => {
                Err(vec![unknown_lock(lock, &format!("holds a copy of `{name}` with its version"))])
            }
            None => Ok(Locked::default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found};

    #[test]
    fn keeps_quotes_and_leaves_other_charts_alone() {
        let chart = "\u{feff}# \u{e9} 0.1.0\r\napiVersion: v2\r\nappVersion: \"0.1.0\" # app\r\nname: t\r\n\
            dependencies:\r\n  - name: valkey\r\n    version: 0.1.0\r\nversion: 0.1.0\r\nkubeVersion: '>=0.1.0'\r\n";
        let files = [
            ("packages/helm/Chart.yaml", chart),
            ("packages/helm/charts/valkey/Chart.yaml", "name: valkey\nversion: 0.1.0\n"),
            ("packages/helm/values.yaml", "version: 0.1.0\n"),
        ];
        assert_eq!(
            found(&files, &config(&["chart=packages/helm"])),
            [
                "chart packages/helm/Chart.yaml:3 appVersion = 0.1.0 (semver, Mention)",
                "chart packages/helm/Chart.yaml:8 version = 0.1.0 (semver, Manifest)",
            ]
        );
    }

    #[test]
    fn takes_the_packages_form() {
        let files = [("Chart.yaml", "version: 0.1.0\nappVersion: v0.1.0\n")];
        assert_eq!(
            found(&files, &config(&["chart=.:X.Y.Z"])),
            [
                "chart Chart.yaml:1 version = 0.1.0 (X.Y.Z, Manifest)",
                "chart Chart.yaml:2 appVersion = v0.1.0 (vX.Y.Z, Mention)",
            ]
        );
        let files = [("Chart.yaml", "version: 0.1.0-alpha.1\nappVersion: latest\n")];
        assert_eq!(
            found(&files, &config(&["chart=.:X.Y.Z"])),
            [
                "W0312 Chart.yaml:1: `version` holds `0.1.0-alpha.1`, which is no version in the form X.Y.Z",
                "W0312 Chart.yaml:2: `appVersion` holds `latest`, which is no version in the form X.Y.Z",
            ]
        );
    }

    #[test]
    fn refuses_what_it_cannot_edit() {
        let of = |text: &str| found(&[("Chart.yaml", text)], &config(&["chart=."]));
        assert_eq!(
            of("version: 0.1.0\nversion: 0.2.0\n"),
            ["W0311 Chart.yaml:2: the key `version` stands twice in one table of `Chart.yaml`"]
        );
        assert_eq!(
            of("version: &v 0.1.0\nappVersion: *v\n"),
            ["W0312 Chart.yaml:2: `appVersion` in `Chart.yaml` is an alias, not a string"]
        );
        assert_eq!(
            of("name: x\n"),
            ["W0313 windlass.toml:1: `chart` has no version anywhere: `Chart.yaml` has no `version`"]
        );
        assert!(of("a: b: c\n")[0].starts_with("W0305 Chart.yaml:1: `Chart.yaml` is not YAML: "));
    }
}
