//! `release --resume` and `release --abort`.

use super::release::{finished, watch};
use crate::app::{App, Exit, Refusal};
use crate::execute::{self, World};
use crate::model::event::Event;

pub fn resume(app: &mut App<'_>, push: bool) -> Result<Exit, Refusal> {
    let repository = app.repository()?;
    let config = repository.config()?;
    let env = app.env.clone();
    let (plan, written, pushed) = {
        let mut pushed = push;
        let mut watch = |event: &Event| {
            pushed |= matches!(event, Event::Verified { .. });
            watch(app, event);
        };
        let mut world =
            World { repository: &repository, config: &config, env: &env, watch: &mut watch, count: 0 };
        let (plan, written) = execute::resume(&mut world, push)?;
        (plan, written, pushed)
    };
    finished(app, &plan, &written, pushed);
    Ok(Exit::Done)
}

pub fn abort(app: &mut App<'_>) -> Result<Exit, Refusal> {
    let repository = app.repository()?;
    let config = repository.config()?;
    let env = app.env.clone();
    let (plan, stays) = {
        let mut watch = |event: &Event| watch(app, event);
        let mut world =
            World { repository: &repository, config: &config, env: &env, watch: &mut watch, count: 0 };
        execute::abort(&mut world)?
    };
    let versions = plan.groups.iter().map(|group| group.next.to_string()).collect::<Vec<_>>().join(", ");
    if !app.json() {
        let now = match (&plan.branch, stays) {
            (Some(branch), Some(commit)) => {
                format!("{branch} stays at {}, which is not the release's", commit.short())
            }
            _ => "the repository is as it was".to_owned(),
        };
        app.result(&format!("The release of {versions} was taken back; {now}.\n"));
    }
    Ok(Exit::Done)
}
