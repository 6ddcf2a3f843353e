//! What an npm registry says of who may publish a package: npm's own questions (`npm-access`, `npm-org`).
//!
//! The public registry answers them, many others do not. A no needs two answers that agree; whatever was not
//! answered stays untold.

use serde_json::Value;

/// What is known of somebody's right to publish a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rights {
    May,
    /// The registry says that they may not.
    Not(String),
    /// It does not say.
    Untold(String),
}

/// Asks npm with these words, and gives the JSON that it prints.
pub type Ask<'a> = dyn Fn(&[&str]) -> Result<Value, String> + 'a;

/// Whether `who` may publish a name that the registry knows (`exists`), or that would be new there.
pub fn rights(name: &str, who: &str, exists: bool, ask: &Ask<'_>) -> Rights {
    let scope = name.strip_prefix('@').and_then(|name| name.split_once('/')).map(|(scope, _)| scope);
    match scope {
        _ if exists => of_package(name, who, ask),
        // A free name without a scope is anybody's, and everybody has the scope of their own name.
        None => Rights::May,
        Some(scope) if scope == who => Rights::May,
        Some(scope) => of_scope(scope, who, ask),
    }
}

/// Of a package that is there: its collaborators with what each may, and the packages that `who` has access to;
/// those that they may only read, as everybody, are left out of the second.
fn of_package(name: &str, who: &str, ask: &Ask<'_>) -> Rights {
    let writes = |word: &Option<String>| word.as_deref() == Some("read-write");
    let listed = ask(&["access", "list", "collaborators", "--json", "--", name]);
    match listed.and_then(|listed| word(&listed, who)) {
        Err(why) => return Rights::Untold(format!("whether {who} may publish {name}: {why}")),
        Ok(said) if writes(&said) => return Rights::May,
        Ok(_) => {}
    }
    let listed = ask(&["access", "list", "packages", "--json", "--", who]);
    match listed.and_then(|listed| word(&listed, name)) {
        Err(why) => Rights::Untold(format!("whether {who} may publish {name}: {why}")),
        Ok(said) if writes(&said) => Rights::May,
        Ok(Some(said)) => Rights::Not(format!("{who} has {said} access to {name}")),
        Ok(None) => Rights::Not(format!("{who} is no collaborator of {name}")),
    }
}

/// Of a scope that is somebody else's name: an organisation whose members, in whatever role, make packages.
fn of_scope(scope: &str, who: &str, ask: &Ask<'_>) -> Rights {
    match ask(&["org", "ls", "--json", "--", scope, who]).and_then(|members| word(&members, who)) {
        Err(why) => Rights::Untold(format!("whether {who} may publish under @{scope}: {why}")),
        Ok(Some(_)) => Rights::May,
        Ok(None) => Rights::Not(format!("{who} is no member of the organisation of @{scope}")),
    }
}

/// The word that a list of names and words has for a name.
fn word(listed: &Value, name: &str) -> Result<Option<String>, String> {
    let list = listed.as_object().ok_or("npm printed no list")?;
    Ok(list.get(name).and_then(Value::as_str).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use serde_json::json;

    use super::*;

    /// What `ada` may, where npm prints these for its questions; none is an answer with E404.
    fn judged(name: &str, exists: bool, printed: &[(&str, Value)]) -> (Rights, usize) {
        let asked = RefCell::new(0);
        let ask = |words: &[&str]| {
            *asked.borrow_mut() += 1;
            let line = words.join(" ");
            let known = printed.iter().find(|(start, _)| line.starts_with(start));
            known.map(|(_, value)| value.clone()).ok_or_else(|| "E404".to_owned())
        };
        let rights = rights(name, "ada", exists, &ask);
        (rights, asked.into_inner())
    }

    #[test]
    fn a_no_needs_two_answers() {
        let of = |word: &str| ("access list collaborators", json!({ "bob": "read-write", "ada": word }));
        let stranger = ("access list collaborators", json!({ "bob": "read-write" }));
        let mine =
            |word: &str| ("access list packages", json!({ "@suite/web": word, "@suite/api": "read-write" }));
        let none = ("access list packages", json!({ "@suite/api": "read-write" }));
        let not = |why: &str| Rights::Not(why.into());
        let untold = || Rights::Untold("whether ada may publish @suite/web: E404".into());
        let table = [
            (vec![of("read-write")], Rights::May, 1),
            (vec![stranger.clone(), mine("read-write")], Rights::May, 2),
            (vec![stranger.clone(), none.clone()], not("ada is no collaborator of @suite/web"), 2),
            (vec![of("read-only"), mine("read-only")], not("ada has read-only access to @suite/web"), 2),
            (vec![of("read-only")], untold(), 2),
            (vec![mine("read-write")], untold(), 1),
            (
                vec![("access list", json!(["ada"]))],
                Rights::Untold("whether ada may publish @suite/web: npm printed no list".into()),
                1,
            ),
        ];
        for (printed, rights, asked) in table {
            assert_eq!(judged("@suite/web", true, &printed), (rights, asked), "{printed:?}");
        }
    }

    #[test]
    fn a_new_name_is_its_scopes() {
        let member = ("org ls", json!({ "ada": "developer" }));
        let table = [
            ("web", vec![], Rights::May, 0),
            ("@ada/web", vec![], Rights::May, 0),
            ("@suite/web", vec![member], Rights::May, 1),
            (
                "@suite/web",
                vec![("org ls", json!({}))],
                Rights::Not("ada is no member of the organisation of @suite".into()),
                1,
            ),
            ("@suite/web", vec![], Rights::Untold("whether ada may publish under @suite: E404".into()), 1),
        ];
        for (name, printed, rights, asked) in table {
            assert_eq!(judged(name, false, &printed), (rights, asked), "{name} {printed:?}");
        }
    }
}
