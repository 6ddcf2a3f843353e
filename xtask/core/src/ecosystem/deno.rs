//! `deno.lock`, which is read but not edited. It repeats what each `package.json` of a workspace requires
//! (`npm:NAME@RANGE`), and the versions of packages that are linked (Deno, "Integrity checking and lock
//! files").

use super::{Ours, unknown_lock};
use crate::model::problem::Problem;
use crate::model::tree::Source;

const KINDS: [&str; 2] = ["npm", "jsr"];

/// The problem of a lock that a release would leave behind (`W0310`).
pub fn check(lock: &Source, ours: &Ours<'_>) -> Option<Problem> {
    let (body, _) = lock.body();
    let pinned = ours.all().find_map(|manifest| {
        let name = manifest.name.as_deref()?;
        let version = &manifest.places.first()?.text;
        repeats(body, name, version).then_some(name)
    })?;
    Some(unknown_lock(lock, &format!("requires `{pinned}` at its very version")))
}

/// Whether a lock repeats a requirement word for word.
pub fn repeats(body: &str, name: &str, range: &str) -> bool {
    KINDS.iter().any(|kind| body.contains(&format!("\"{kind}:{name}@{range}\"")))
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found};

    #[test]
    fn names_deno_locks_that_hold_a_version() {
        let of = |require: &str| {
            let lock = format!(
                "{{\"version\": \"4\", \"specifiers\": {{\"npm:x@0.1.0\": \"0.1.0\"}}, \"workspace\": {{\"members\": \
                 {{\"web\": {{\"packageJson\": {{\"dependencies\": [\"{require}\"]}}}}}}}}}}"
            );
            let files = [
                ("client/package.json", "{\"name\": \"@t/client\", \"version\": \"0.1.0\"}"),
                ("deno.lock", lock.as_str()),
                ("web/package.json", "{\"name\": \"web\", \"version\": \"0.1.0\"}"),
            ];
            found(&files, &config(&["web=web", "client=client"])).split_off(2).join(" ")
        };
        let named = "W0310 deno.lock: `deno.lock` requires `@t/client` at its very version";
        assert_eq!(of("npm:@t/client@0.1.0"), named);
        assert_eq!(of("jsr:@t/client@0.1.0"), named);
        assert_eq!(of("npm:@t/client@^0.1.0"), "");
        assert_eq!(of("npm:@t/client@0.1.0-rc.1"), "");
    }
}
