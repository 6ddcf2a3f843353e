use super::*;

fn env(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn rules(text: &str) -> Option<ForgeRules> {
    let mut rules = ForgeRules::default();
    for (key, value) in text.split_whitespace().filter_map(|pair| pair.split_once('=')) {
        match key {
            "kind" => rules.kind = ForgeKind::ALL.into_iter().find(|kind| kind.name() == value),
            "api" => rules.api = Some(Url::parse(value).unwrap()),
            "project" => rules.project = Some(value.to_owned()),
            "token" => rules.token = Some(value.to_owned()),
            other => panic!("{other}"),
        }
    }
    Some(rules)
}

/// `github https://… o/r GITHUB_TOKEN`, with `-` for no token; `none`; or what is refused.
fn found(rules: Option<&ForgeRules>, pairs: &[(&str, &str)], remote: Option<&str>) -> String {
    let env = env(pairs);
    match site(rules, Around { env: &env, remote }) {
        Ok(None) => "none".into(),
        Ok(Some(site)) => {
            let token = site.token.as_ref().map_or("-", |token| token.variable.as_str());
            format!("{} {} {} {token}", site.kind.name(), site.api, site.project)
        }
        Err(problem) => format!("{}: {} | {}", problem.code, problem.what, problem.help.join(" ")),
    }
}

const ACTIONS: [(&str, &str); 4] = [
    ("GITHUB_ACTIONS", "true"),
    ("GITHUB_API_URL", "https://api.github.com"),
    ("GITHUB_REPOSITORY", "team/app"),
    ("GITHUB_TOKEN", "canary-a"),
];
const JOB: [(&str, &str); 4] = [
    ("GITLAB_CI", "true"),
    ("CI_API_V4_URL", "https://git.example.org/api/v4"),
    ("CI_PROJECT_PATH", "group/sub/app"),
    ("CI_JOB_TOKEN", "canary-b"),
];
const SSH: Option<&str> = Some("git@github.com:team/app.git");

#[test]
fn without_a_table_and_a_ci_there_is_none() {
    assert_eq!(found(None, &[("GITHUB_TOKEN", "canary-a")], SSH), "none");
    assert_eq!(found(None, &[("GITHUB_ACTIONS", "false")], SSH), "none");
}

#[test]
fn a_ci_says_it_by_its_variables() {
    assert_eq!(found(None, &ACTIONS, None), "github https://api.github.com/ team/app GITHUB_TOKEN");
    assert_eq!(found(None, &JOB, None), "gitlab https://git.example.org/api/v4 group/sub/app CI_JOB_TOKEN");
    let both = [&JOB[..], &[("GITLAB_TOKEN", "canary-c")]].concat();
    assert!(found(None, &both, None).ends_with(" GITLAB_TOKEN"));
}

#[test]
fn the_remote_says_it_for_the_public_forges() {
    let empty = rules("");
    let say = |remote| {
        found(empty.as_ref(), &[("GH_TOKEN", "canary-a"), ("GITLAB_TOKEN", "canary-b")], Some(remote))
    };
    assert_eq!(say("git@github.com:team/app.git"), "github https://api.github.com/ team/app GH_TOKEN");
    assert_eq!(
        say("https://gitlab.com/group/sub/app.git"),
        "gitlab https://gitlab.com/api/v4 group/sub/app GITLAB_TOKEN"
    );
    assert_eq!(
        say("https://git.example.org/team/app"),
        "W0800: nothing says the forge's `kind`: the remote is at git.example.org | under [forge] write \
         kind = \"github\" or kind = \"gitlab\""
    );
    assert!(say("/srv/app.git").contains("`kind`: the remote's address names no host"));
    assert!(say("https://user:hidden@git.example.org/a/b").contains("git.example.org |"));
    assert!(!say("https://user:hidden@git.example.org/a/b").contains("hidden"));
}

#[test]
fn a_server_of_ones_own_needs_kind_and_api() {
    let say = |text: &str, remote| found(rules(text).as_ref(), &[("GITLAB_TOKEN", "canary-b")], remote);
    let remote = Some("ssh://git@git.example.org:2222/group/app.git");
    assert_eq!(
        say("kind=gitlab", remote),
        "W0800: nothing says the forge's `api`: the remote is at git.example.org | under [forge] write \
         api = \"https://gitlab.example.org/api/v4\""
    );
    let own = "kind=gitlab api=https://git.example.org/api/v4";
    assert_eq!(say(own, remote), "gitlab https://git.example.org/api/v4 group/app GITLAB_TOKEN");
    // The remote of one server says nothing of another one's projects.
    assert!(say(own, SSH).starts_with("W0800: nothing says the forge's `project`"));
    assert!(say(own, None).starts_with("W0800: nothing says the forge's `project`"));
    let whole = format!("{own} project=other/app");
    assert_eq!(say(&whole, SSH), "gitlab https://git.example.org/api/v4 other/app GITLAB_TOKEN");
    assert!(
        say("kind=github api=https://e.org project=a/b/c", None).contains("GitHub has no groups in groups")
    );
    assert!(say("kind=github api=http://e.org project=a/b", None).contains("is not encrypted"));
    assert!(
        say("kind=github api=http://127.0.0.1:1 project=a/b", None).starts_with("github http://127.0.0.1:1/")
    );
}

#[test]
fn a_cis_token_stays_with_its_forge() {
    let gitlab = rules("kind=gitlab api=https://other.example.org/api/v4 project=a/b");
    assert_eq!(found(gitlab.as_ref(), &JOB, None), "gitlab https://other.example.org/api/v4 a/b -");
    let github = rules("kind=github api=https://other.example.org/api/v3 project=a/b");
    assert_eq!(found(github.as_ref(), &ACTIONS, None), "github https://other.example.org/api/v3 a/b -");
    assert_eq!(found(github.as_ref(), &JOB, None), "github https://other.example.org/api/v3 a/b -");
    // Named, it goes where the config says.
    let named = rules("kind=github api=https://other.example.org/api/v3 project=a/b token=GITHUB_TOKEN");
    assert!(found(named.as_ref(), &ACTIONS, None).ends_with(" GITHUB_TOKEN"));
    // Without a project the CI's own is another forge's.
    let open = rules("kind=github api=https://other.example.org/api/v3");
    assert!(found(open.as_ref(), &ACTIONS, None).starts_with("W0800: nothing says the forge's `project`"));
}

#[test]
fn what_the_config_says_wins() {
    let said = rules("project=upstream/app token=MINE");
    let env = [&ACTIONS[..], &[("MINE", "canary-d")]].concat();
    assert_eq!(found(said.as_ref(), &env, None), "github https://api.github.com/ upstream/app MINE");
    assert_eq!(found(said.as_ref(), &ACTIONS, None), "github https://api.github.com/ upstream/app -");
    let broken = [("GITHUB_ACTIONS", "true"), ("GITHUB_API_URL", "api"), ("GITHUB_REPOSITORY", "a/b")];
    assert!(found(None, &broken, None).starts_with("W0800: GITHUB_API_URL is `api`, which"));
}

#[test]
fn tokens_travel_as_each_forge_wants_them() {
    let sent = |text: &str, pairs: &[(&str, &str)]| {
        let env = env(pairs);
        let token =
            site(rules(text).as_ref(), Around { env: &env, remote: None }).unwrap().unwrap().token.unwrap();
        format!("{}: {}", token.header(), token.value().expose())
    };
    assert_eq!(sent("", &ACTIONS), "authorization: Bearer canary-a");
    assert_eq!(sent("", &JOB), "job-token: canary-b");
    assert_eq!(
        sent("token=MINE", &[&JOB[..], &[("MINE", "canary-c\n")]].concat()),
        "private-token: canary-c"
    );
}

#[test]
fn the_public_github_takes_uploads_at_another_host() {
    let origins = |api: &str| {
        let rules = rules(&format!("kind=github project=a/b api={api}"));
        site(rules.as_ref(), Around { env: &BTreeMap::new(), remote: None }).unwrap().unwrap().origins()
    };
    assert_eq!(
        origins("https://api.github.com"),
        ["https://api.github.com:443", "https://uploads.github.com:443"]
    );
    assert_eq!(origins("https://github.example.org/api/v3"), ["https://github.example.org:443"]);
}
