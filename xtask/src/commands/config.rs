//! `config show`: the resolved config and where each value came from. `config schema`: its shape.

use crate::app::{App, Exit, Refusal};

pub fn show(app: &mut App<'_>) -> Result<Exit, Refusal> {
    let session = app.open(&[])?;
    if app.json() {
        let settings: Vec<_> = session
            .config
            .settings
            .iter()
            .map(|setting| serde_json::json!({ "key": setting.key, "value": setting.value, "line": setting.line }))
            .collect();
        app.result_json(&serde_json::json!({ "file": session.config.file, "settings": settings }));
    } else {
        app.result(&crate::config::show(&session.config));
    }
    Ok(Exit::Done)
}

/// Prints the JSON Schema of the config, for editors.
pub fn schema(app: &mut App<'_>) -> Result<Exit, Refusal> {
    app.result_json(&crate::config::schema::schema());
    Ok(Exit::Done)
}
