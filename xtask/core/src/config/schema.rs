//! The JSON Schema of the config (draft 2020-12), for editors that complete and check TOML by one.

use serde_json::Value;

/// The schema, descriptions and defaults included.
pub fn schema() -> Value {
    serde_json::from_str(include_str!("windlass.schema.json")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::config::{Surroundings, read};
    use crate::model::problem::Code;

    /// A config with a key that no table knows, and where the schema describes that table.
    const TABLES: [(&str, &str); 45] = [
        ("zzzzzzzz = 1", ""),
        ("[release]\nzzzzzzzz = 1", "/$defs/release"),
        ("[groups.g]\npackages = [\"a\"]\nzzzzzzzz = 1", "/$defs/group"),
        ("[groups.g]\npackages = [\"a\"]\ntags = [{ name = \"v{version}\", zzzzzzzz = 1 }]", "/$defs/tag"),
        ("[packages.a]\nzzzzzzzz = 1", "/$defs/package"),
        ("[packages.a]\nplaces = [{ file = \"x\", key = \"y\", zzzzzzzz = 1 }]", "/$defs/place"),
        ("[changelogs.c]\nfile = \"C.md\"\nzzzzzzzz = 1", "/$defs/changelog"),
        ("[changelogs.c]\nfile = \"C.md\"\nexempt = { zzzzzzzz = 1 }", "/$defs/exempt"),
        ("[changelogs.c]\nfile = \"C.md\"\nkinds = [{ name = \"added\", zzzzzzzz = 1 }]", "/$defs/kind"),
        ("[[hooks]]\nrun = [\"x\"]\nzzzzzzzz = 1", "/$defs/hook"),
        ("[[targets]]\npackage = \"a\"\nkind = \"go\"\nzzzzzzzz = 1", "/$defs/target"),
        (
            "[[targets]]\npackage = \"a\"\nkind = \"npm\"\ncredentials = { token = \"T\", zzzzzzzz = 1 }",
            "/$defs/credentials",
        ),
        ("[ignore]\nzzzzzzzz = 1", "/$defs/ignore"),
        ("[ignore]\nplaces = [{ glob = \"x\", zzzzzzzz = 1 }]", "/$defs/ignored/oneOf/1"),
        ("[ignore]\nmentions = [{ glob = \"x\", zzzzzzzz = 1 }]", "/$defs/mention/oneOf/1"),
        ("[rehearse]\nzzzzzzzz = 1", "/$defs/rehearse"),
        ("[forge]\nzzzzzzzz = 1", "/$defs/forge"),
        ("[rehearse]\nsetup = [{ run = [\"x\"], zzzzzzzz = 1 }]", "/$defs/preparation"),
        ("[ci]\nzzzzzzzz = 1", "/$defs/ci"),
        ("[ci]\nsetup = [{ run = [\"x\"], zzzzzzzz = 1 }]", "/$defs/ci_setup"),
        ("[ci]\naudiences = { zzzzzzzz = \"x\" }", "/$defs/audiences"),
        ("[ci]\nactions = { zzzzzzzz = \"x\" }", "/$defs/ci_actions"),
        ("[[ci.builds]]\nzzzzzzzz = 1", "/$defs/ci_build"),
        ("[pins.p]\nrepository = \"../p\"\nzzzzzzzz = 1", "/$defs/pin"),
        (
            "[pins.p]\nrepository = \"../p\"\nplaces = [{ file = \"x\", key = \"y\", zzzzzzzz = 1 }]",
            "/$defs/pinned",
        ),
        (
            "[pins.p]\nrepository = \"../p\"\ntargets = [{ kind = \"go\", name = \"a.b/c\", zzzzzzzz = 1 }]",
            "/$defs/standing",
        ),
        ("[downstream.d]\nrepository = \"../d\"\npin = \"p\"\nzzzzzzzz = 1", "/$defs/downstream"),
        ("[gates]\nzzzzzzzz = 1", "/$defs/gates"),
        ("[gates.credentials]\nzzzzzzzz = 1", "/$defs/gateCredentials"),
        ("[gates.rehearsal]\nzzzzzzzz = 1", "/$defs/gateRehearsal"),
        ("[gates.ci-green]\nzzzzzzzz = 1", "/$defs/gateCi"),
        ("[[gates.own]]\nname = \"x\"\nrun = [\"x\"]\nzzzzzzzz = 1", "/$defs/ownGate"),
        ("[smoke]\nzzzzzzzz = 1", "/$defs/smoke"),
        ("[smoke]\nsetup = [{ run = [\"x\"], zzzzzzzz = 1 }]", "/$defs/step"),
        ("[smoke.services.a]\nzzzzzzzz = 1", "/$defs/service"),
        ("[smoke.compose]\nfile = \"x\"\nzzzzzzzz = 1", "/$defs/compose"),
        ("[[smoke.seed]]\nrun = [\"x\"]\nzzzzzzzz = 1", "/$defs/seed"),
        ("[smoke.secrets.s]\nenv = \"S\"\nzzzzzzzz = 1", "/$defs/secret"),
        ("[smoke.login]\nurl = \"/\"\nzzzzzzzz = 1", "/$defs/login"),
        ("[smoke.version]\nurl = \"/\"\nzzzzzzzz = 1", "/$defs/running"),
        ("[smoke.contract]\nfile = \"x\"\nzzzzzzzz = 1", "/$defs/contract"),
        ("[smoke.contract.operations.o]\nzzzzzzzz = 1", "/$defs/operation"),
        ("[[smoke.checks]]\nname = \"x\"\nzzzzzzzz = 1", "/$defs/try"),
        ("[[smoke.checks]]\nname = \"x\"\njson = [{ zzzzzzzz = 1 }]", "/$defs/condition"),
        ("[smoke]\nseed = [{ exec = [\"x\"], zzzzzzzz = 1 }]", "/$defs/seed"),
    ];

    /// The keys that reading names when it meets an unknown one: all that it knows there.
    fn known(text: &str) -> BTreeSet<String> {
        let package = if text.contains("[packages.a]") { "" } else { "\n[packages.a]\npath = \"a\"" };
        let around = Surroundings { exists: &|_| false };
        let problems =
            read("windlass.toml", &format!("{text}{package}"), &around).expect_err("an unknown key");
        let problem = problems.iter().find(|problem| problem.code == Code::W0103).expect("W0103");
        let listed = problem.help.join(" ");
        listed.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn describes_exactly_the_keys_that_are_read() {
        let schema = schema();
        for (text, at) in TABLES {
            let table = schema.pointer(at).unwrap_or_else(|| panic!("{at}"));
            let described: BTreeSet<String> =
                table["properties"].as_object().expect("properties").keys().cloned().collect();
            assert_eq!(described, known(text), "{at}");
        }
    }

    /// The keys below a value that nothing describes, where they stand or where they lead.
    fn undescribed(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        let described = |one: &Value| {
            let led = one["$ref"].as_str().and_then(|to| schema.pointer(to.trim_start_matches('#')));
            one["description"].is_string() || led.is_some_and(|led| led["description"].is_string())
        };
        for (key, one) in value["properties"].as_object().into_iter().flatten() {
            if !described(one) {
                found.push(format!("{at}/{key}"));
            }
        }
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(key, one)| undescribed(schema, one, &format!("{at}/{key}"), found));
            }
            Value::Array(items) => items.iter().for_each(|one| undescribed(schema, one, at, found)),
            _ => {}
        }
    }

    #[test]
    fn every_key_is_described() {
        let schema = schema();
        let mut found = Vec::new();
        undescribed(&schema, &schema, "", &mut found);
        assert!(found.is_empty(), "{found:#?}");
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let schema = schema();
        let text = schema.to_string();
        let references: Vec<&str> =
            text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(references.len() > 10);
        assert!(references.iter().all(|at| schema.pointer(at).is_some()), "{references:?}");
    }
}
