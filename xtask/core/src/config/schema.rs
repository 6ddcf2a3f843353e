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

    /// Texts that the config refuses and the schema can, too.
    const REFUSED: [&str; 22] = [
        "[packages.a]\npath = \"a\"\nplaces = [{ file = \"x\" }]",
        "[packages.a]\npath = \"a\"\nplaces = [{ file = \"x\", key = \"y\", pattern = \"{version}\" }]",
        "[packages.a]\npath = \"a\"\nplaces = [{ file = \"x\", key = \"y\", count = 2 }]",
        "[packages.a]\npath = \"a\"\nplaces = [{ file = \"x\", count = 2 }]",
        "[packages.\"a b\"]\npath = \"a\"",
        "[packages.-a]\npath = \"a\"",
        "[packages.\"\"]\npath = \"a\"",
        "[groups.\"g h\"]\npackages = [\"a\"]",
        "[changelogs.\"c d\"]\nfile = \"C.md\"",
        "[pins.\"p q\"]\nrepository = \"../p\"\nplaces = [{ file = \"x\", key = \"y\" }]",
        "[pins.p]\nrepository = \"../p\"\nplaces = [{ file = \"x\" }]",
        "[pins.p]\nrepository = \"../p\"\nplaces = [{ file = \"x\", key = \"y\", pattern = \"{tag}\" }]",
        "[[targets]]\npackage = \"a\"\nkind = \"image\"",
        "[[targets]]\npackage = \"a\"\nkind = \"helm\"",
        "[downstream.d]\nrepository = \"../d\"",
        "[downstream.d]\nrepository = \"../d\"\npin = \"p\"\ncommand = [\"x\"]",
        "[downstream.d]\nrepository = \"../d\"\nbump = \"minor\"\ncommand = [\"x\"]",
        "[ignore]\nplaces = [{ glob = \"x\", reason = \"\" }]",
        "[ignore]\nmentions = [{ text = \"x\", reason = \"\" }]",
        "[release]\ncommit = \"\"",
        "[release]\nremote = \"\"",
        "[ignore]\nmentions = [{ reason = \"x\" }]",
    ];

    /// Texts that are fine, beside those that are refused.
    const FINE: [&str; 6] = [
        "[packages.a]\npath = \"a\"\nplaces = [{ file = \"x\", pattern = \"{version}\", count = 2 }, { file = \"x\", key = \"y\" }]",
        "[packages.a-1_b]\npath = \"a\"",
        "[[targets]]\npackage = \"a\"\nkind = \"image\"\nname = \"ghcr.io/example/a\"",
        "[[targets]]\npackage = \"a\"\nkind = \"npm\"",
        "[downstream.d]\nrepository = \"../d\"\npin = \"p\"\nbump = \"minor\"",
        "[downstream.d]\nrepository = \"../d\"\ncommand = [\"x\"]",
    ];

    /// A table of TOML as JSON.
    fn json(table: &dyn toml_edit::TableLike) -> Value {
        let members = table.iter().map(|(key, item)| {
            let value = match (item.as_table_like(), item.as_array_of_tables(), item.as_value()) {
                (Some(table), ..) => json(table),
                (_, Some(tables), _) => tables.iter().map(|table| json(table)).collect(),
                (_, _, Some(one)) => value(one),
                _ => Value::Null,
            };
            (key.to_owned(), value)
        });
        Value::Object(members.collect())
    }

    fn value(one: &toml_edit::Value) -> Value {
        match one {
            toml_edit::Value::String(text) => text.value().as_str().into(),
            toml_edit::Value::Integer(number) => (*number.value()).into(),
            toml_edit::Value::Float(number) => (*number.value()).into(),
            toml_edit::Value::Boolean(is) => (*is.value()).into(),
            toml_edit::Value::Datetime(time) => time.to_string().into(),
            toml_edit::Value::Array(values) => values.iter().map(value).collect(),
            toml_edit::Value::InlineTable(table) => json(table),
        }
    }

    fn parsed(text: &str) -> Value {
        json(text.parse::<toml_edit::DocumentMut>().unwrap().as_table())
    }

    #[test]
    fn refuses_what_the_config_refuses() {
        let mut compiler = boon::Compiler::new();
        compiler.set_default_draft(boon::Draft::V2020_12);
        compiler.add_resource("https://127.0.0.1/config", schema()).unwrap();
        let mut schemas = boon::Schemas::new();
        let at = compiler.compile("https://127.0.0.1/config", &mut schemas).unwrap();
        let around = Surroundings { exists: &|_| true };
        let judged = |text: &str| {
            let package = if text.contains("[packages.") { "" } else { "\n[packages.a]\npath = \"a\"" };
            let text = format!("{text}{package}");
            let value = parsed(&text);
            (read("windlass.toml", &text, &around).is_ok(), schemas.validate(&value, at).is_ok())
        };
        for text in REFUSED {
            assert_eq!(judged(text), (false, false), "{text}");
        }
        for text in FINE {
            assert_eq!(judged(text), (true, true), "{text}");
        }
        for text in [include_str!("tests/everything.toml"), include_str!("tests/every_table.toml")] {
            let judged = schemas.validate(&parsed(text), at).map_err(|error| error.to_string());
            assert_eq!(judged, Ok(()));
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
