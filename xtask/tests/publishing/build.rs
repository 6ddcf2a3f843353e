//! Small artifacts of every kind, and the list that names them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use windlass::artifact::archive::{Member, Order, pack};
use windlass::artifact::{chart, list, module, oci};
use windlass::model::artifact::{Artifact, ArtifactKind, Artifacts, Coordinate, FORMAT};
use windlass::model::digest::{sha256, sha512_base64};
use windlass::model::names::{CommitId, Name};
use windlass::model::target::TargetKind;

/// What is built, and for which names.
pub struct Build<'a> {
    pub folder: &'a Path,
    /// In semver's spelling.
    pub version: &'a str,
    /// Told apart from every other trial's.
    pub name: &'a str,
    pub oci_host: &'a str,
    /// Put into every artifact: other contents make other bytes.
    pub contents: &'a str,
    pub kinds: &'a [TargetKind],
}

const TIME: u64 = 1_782_864_000;

impl Build<'_> {
    /// Writes artifacts and list.
    pub fn write(&self, commit: &str, module_files: &BTreeMap<String, Vec<u8>>) {
        std::fs::create_dir_all(self.folder).expect("a folder");
        let mut artifacts = Vec::new();
        for kind in self.kinds {
            match kind {
                TargetKind::Pypi => artifacts.extend([self.sdist(), self.wheel()]),
                TargetKind::Npm => artifacts.push(self.npm()),
                TargetKind::Crates => artifacts.push(self.crate_file()),
                TargetKind::Image => artifacts.push(self.image()),
                TargetKind::Helm => artifacts.push(self.chart()),
                TargetKind::Go => artifacts.push(self.module(module_files)),
                TargetKind::Files => {}
            }
        }
        let list = Artifacts {
            format: FORMAT,
            group: Name::parse("suite").expect("a name"),
            version: self.version.into(),
            commit: CommitId::parse(commit).expect("a commit"),
            tag: None,
            epoch: TIME,
            artifacts,
        };
        std::fs::write(self.folder.join(list::FILE), list::render(&list)).expect("the list");
    }

    fn artifact(
        &self,
        target: TargetKind,
        kind: ArtifactKind,
        path: &str,
        bytes: &[u8],
        name: &str,
    ) -> Artifact {
        std::fs::write(self.folder.join(path), bytes).expect("an artifact");
        Artifact {
            package: Name::parse(package(target)).expect("a name"),
            target,
            kind,
            path: path.into(),
            size: bytes.len() as u64,
            sha256: sha256(bytes),
            coordinate: Coordinate { name: name.into(), version: self.version.into() },
            registry_digest: None,
        }
    }

    fn metadata(&self) -> String {
        format!(
            "Metadata-Version: 2.1\nName: {}\nVersion: {}\nSummary: {}\n",
            self.name, self.version, self.contents
        )
    }

    fn wheel(&self) -> Artifact {
        let stem = format!("{}-{}", self.name.replace('-', "_"), self.version);
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored)
            .last_modified_time(zip::DateTime::default());
        let module = format!("{}.py", self.name.replace('-', "_"));
        let record = format!(
            "{module},,\n{stem}.dist-info/METADATA,,\n{stem}.dist-info/WHEEL,,\n{stem}.dist-info/RECORD,,\n"
        );
        for (path, text) in [
            (module.clone(), format!("VERSION = {:?}\n", self.version)),
            (format!("{stem}.dist-info/METADATA"), self.metadata()),
            (
                format!("{stem}.dist-info/WHEEL"),
                "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n".into(),
            ),
            (format!("{stem}.dist-info/RECORD"), record),
        ] {
            zip.start_file(path, options).expect("a member");
            zip.write_all(text.as_bytes()).expect("a member");
        }
        let bytes = zip.finish().expect("a wheel").into_inner();
        let path = format!("{stem}-py3-none-any.whl");
        self.artifact(TargetKind::Pypi, ArtifactKind::Wheel, &path, &bytes, self.name)
    }

    fn sdist(&self) -> Artifact {
        let stem = format!("{}-{}", self.name.replace('-', "_"), self.version);
        let members = [
            Member::file(format!("{stem}/PKG-INFO"), self.metadata()),
            Member::file(format!("{stem}/pyproject.toml"), "[project]\n"),
        ];
        let bytes = pack(&members, TIME, Order::Kept).expect("an archive");
        self.artifact(TargetKind::Pypi, ArtifactKind::Sdist, &format!("{stem}.tar.gz"), &bytes, self.name)
    }

    fn npm(&self) -> Artifact {
        let name = npm_name(self.name);
        let manifest = serde_json::json!({ "name": name, "version": self.version, "description": self.contents, "main": "index.js" });
        let members = [
            Member::file("package/package.json", manifest.to_string()),
            Member::file("package/index.js", "module.exports = 1;\n"),
        ];
        let bytes = pack(&members, TIME, Order::Kept).expect("an archive");
        let path = format!("{}-{}.tgz", self.name, self.version);
        let mut artifact = self.artifact(TargetKind::Npm, ArtifactKind::Npm, &path, &bytes, &name);
        artifact.registry_digest = Some(format!("sha512-{}", sha512_base64(&bytes)));
        artifact
    }

    fn crate_file(&self) -> Artifact {
        let stem = format!("{}-{}", self.name, self.version);
        let manifest = format!(
            "[package]\nname = \"{}\"\nversion = \"{}\"\nedition = \"2021\"\ndescription = \"{}\"\nlicense = \"MIT\"\n\
            [[bin]]\nname = \"{}\"\npath = \"src/main.rs\"\n",
            self.name, self.version, self.contents, self.name
        );
        let members = [
            Member::file(format!("{stem}/Cargo.toml"), manifest),
            Member::file(
                format!("{stem}/src/main.rs"),
                "fn main() { println!(env!(\"CARGO_PKG_VERSION\")); }\n",
            ),
        ];
        let bytes = pack(&members, TIME, Order::Kept).expect("an archive");
        self.artifact(TargetKind::Crates, ArtifactKind::Crate, &format!("{stem}.crate"), &bytes, self.name)
    }

    fn image(&self) -> Artifact {
        let tar = pack(&[Member::file("hello", self.contents)], TIME, Order::Kept).expect("a layer");
        let diff_id = {
            use std::io::Read as _;
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(&tar[..]).read_to_end(&mut plain).expect("a layer");
            sha256(&plain)
        };
        let layer = oci::Layer { sha256: sha256(&tar), size: tar.len() as u64, diff_id };
        let config =
            serde_json::json!({ "architecture": "amd64", "os": "linux", "config": { "Cmd": ["/hello"] } });
        let layout =
            oci::layout(config.to_string().as_bytes(), std::slice::from_ref(&layer), self.version, TIME)
                .expect("a layout");
        let folder = self.folder.join("web.oci");
        std::fs::create_dir_all(folder.join("blobs/sha256")).expect("a folder");
        std::fs::write(folder.join(oci::blob(&layer.sha256)), &tar).expect("a blob");
        for (path, bytes) in &layout.files {
            std::fs::write(folder.join(path), bytes).expect("a file");
        }
        Artifact {
            package: Name::parse("web").expect("a name"),
            target: TargetKind::Image,
            kind: ArtifactKind::Image,
            path: "web.oci".into(),
            size: layout.size,
            sha256: layout.sha256.clone(),
            coordinate: Coordinate {
                name: format!("{}/{}/web", self.oci_host, self.name),
                version: self.version.into(),
            },
            registry_digest: Some(format!("sha256:{}", layout.sha256)),
        }
    }

    fn chart(&self) -> Artifact {
        let manifest = format!(
            "apiVersion: v2\nname: {}\nversion: {}\ndescription: {}\n",
            self.name, self.version, self.contents
        );
        let files = BTreeMap::from([
            ("Chart.yaml".to_owned(), manifest.into_bytes()),
            (
                "templates/a.yaml".to_owned(),
                b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n".to_vec(),
            ),
        ]);
        let bytes = chart::package(&files, TIME).expect("a chart");
        let path = format!("{}-{}.tgz.chart", self.name, self.version);
        let name = format!("{}/charts/{}", self.oci_host, self.name);
        self.artifact(TargetKind::Helm, ArtifactKind::Chart, &path, &bytes, &name)
    }

    fn module(&self, files: &BTreeMap<String, Vec<u8>>) -> Artifact {
        let (path, version) = (module_path(self.name), format!("v{}", self.version));
        let module = module::Module { path: &path, version: &version, files, license: None };
        let contents = module.contents().expect("a module");
        let bytes = module::zip(&contents).expect("a zip");
        let mut artifact = self.artifact(TargetKind::Go, ArtifactKind::Module, "module.zip", &bytes, &path);
        artifact.coordinate.version.clone_from(&version);
        artifact.registry_digest = Some(module::hash(&contents));
        artifact
    }
}

/// The package that a kind's artifacts are of.
pub fn package(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Pypi => "lib",
        TargetKind::Npm => "client",
        TargetKind::Crates => "tool",
        TargetKind::Image => "web",
        TargetKind::Helm => "chart",
        TargetKind::Go => "module",
        TargetKind::Files => "notes",
    }
}

pub fn npm_name(name: &str) -> String {
    format!("@windlass-probe/{name}")
}

pub fn module_path(name: &str) -> String {
    format!("example.test/{name}/module")
}
