//! `tools install`: the programs that a rehearsal needs, in a private folder.

use crate::app::{App, Exit, Refusal};
use crate::io::env::current_dir;
use crate::local::toolbox::{Tool, Toolbox};
use crate::model::problem::{Code, Problem};

/// The toolbox of a repository: the folder that `WINDLASS_TOOLS` names, else `target/windlass/tools`, which git
/// ignores.
///
/// # Errors
/// `W0201` where there is no repository.
pub fn toolbox(app: &App<'_>) -> Result<Toolbox, Refusal> {
    let folder = match &app.env.tools {
        Some(folder) => {
            let here = current_dir().map_err(|error| Problem::new(Code::W0718, error.to_string()))?;
            here.join(folder)
        }
        None => app.repository()?.root.join("target/windlass/tools"),
    };
    Ok(Toolbox::open(folder))
}

/// Installs what is missing, and says where everything lies.
pub fn install(app: &mut App<'_>) -> Result<Exit, Refusal> {
    let toolbox = toolbox(app)?;
    toolbox.install(&Tool::ALL, &mut |text| app.progress(text)).map_err(Refusal::refused)?;
    if app.json() {
        app.result_json(&serde_json::json!({ "tools": toolbox.root() }));
    } else {
        let lines: String = Tool::ALL.iter().map(|tool| format!("  {}\n", tool.holds())).collect();
        app.result(&format!("Installed in {}\n{lines}", toolbox.root().display()));
    }
    Ok(Exit::Done)
}
