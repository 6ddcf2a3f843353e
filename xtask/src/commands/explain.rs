//! `explain`: the page of a problem's code, offline.

use crate::app::{App, Exit, Refusal};
use crate::cli::Explain;
use crate::explain::page;
use crate::model::problem::{Code, Problem};

pub fn run(app: &mut App<'_>, args: &Explain) -> Result<Exit, Refusal> {
    let Some(name) = &args.code else {
        if app.json() {
            let codes: Vec<_> = Code::ALL
                .iter()
                .map(|code| serde_json::json!({ "code": code, "title": code.title() }))
                .collect();
            app.result_json(&serde_json::json!({ "codes": codes }));
            return Ok(Exit::Done);
        }
        let list: String = Code::ALL.iter().map(|code| format!("{}  {}\n", code, code.title())).collect();
        app.result(&list);
        return Ok(Exit::Done);
    };
    let code = Code::from_name(name).ok_or_else(|| {
        Refusal::usage(
            Problem::new(Code::W0109, format!("`{name}` is no code"))
                .run("cargo xtask explain   (lists them all)"),
        )
    })?;
    if app.json() {
        let page = serde_json::json!({ "code": code, "title": code.title(), "page": page(code) });
        app.result_json(&page);
    } else {
        app.result(page(code));
    }
    Ok(Exit::Done)
}
