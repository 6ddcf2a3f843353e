//! `tools install`: the programs that a rehearsal needs, in a private folder.

use std::path::{Path, PathBuf};

use crate::app::{App, Exit, Refusal};
use crate::io::env::{Env, current_dir, find_program};
use crate::local::toolbox::{Tool, Toolbox};
use crate::model::problem::{Code, Problem};

/// Where it is by default, from the repository's root.
const FOLDER: &str = "target/windlass/tools";

/// The toolbox of a repository: the folder that `WINDLASS_TOOLS` names, else `target/windlass/tools`, which git
/// ignores.
///
/// # Errors
/// `W0201` where there is no repository.
pub fn toolbox(app: &App<'_>) -> Result<Toolbox, Refusal> {
    match &app.env.tools {
        Some(folder) => {
            let here = current_dir().map_err(|error| Problem::new(Code::W0718, error.to_string()))?;
            Ok(Toolbox::open(here.join(folder)))
        }
        None => Ok(Toolbox::open(app.repository()?.root.join(FOLDER))),
    }
}

/// The toolbox's twine, for a machine that has none on its `PATH`; none where it is not installed.
pub(super) fn own_twine(env: &Env, root: &Path) -> Option<PathBuf> {
    if find_program("twine", root).is_some() {
        return None;
    }
    let folder = match &env.tools {
        Some(folder) => current_dir().ok()?.join(folder),
        None => root.join(FOLDER),
    };
    let toolbox = Toolbox::open(folder);
    toolbox.has(Tool::Python).then(|| toolbox.python("twine"))
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
