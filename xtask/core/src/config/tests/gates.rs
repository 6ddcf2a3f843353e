//! `[gates]`: what need not be said, and each refusal.

use super::{config, refused};
use crate::model::gate::Stage;
use crate::model::gate_rules::Meaning;

const APP: &str = "[packages.app]\npath = \"app\"\n[[targets]]\npackage = \"app\"\nkind = \"npm\"\n";

/// A config of one package and target on lines 1 to 5, then `rest` from line 6.
fn one(rest: &str) -> Vec<String> {
    refused(&format!("{APP}{rest}"))
}

#[test]
fn nothing_need_be_said() {
    let gates = config(APP).gates;
    assert_eq!(gates.credentials.at, [Stage::Publish]);
    assert!(gates.tools.is_empty() && gates.own.is_empty() && !gates.rehearsal);
}

#[test]
fn a_gate_of_ones_own_needs_name_and_command() {
    let gates = config("[packages.a]\npath = \"a\"\n[[gates.own]]\nname = \"x\"\nrun = [\"true\"]\n").gates;
    let [own] = gates.own.as_slice() else { panic!("{:?}", gates.own) };
    assert_eq!((own.name.as_str(), own.limit, own.stages.as_slice()), ("own/x", 600, &[Stage::Release][..]));
    assert_eq!(own.meanings.get(&0), Some(&Meaning::Pass));
    assert_eq!(
        one("[[gates.own]]\n"),
        [
            "W0106:6 an entry of `gates.own` has no `name` | how tables and --skip-gate name it, such as: name = \"licences\"",
            "W0106:6 an entry of `gates.own` has no `run` | the program and each argument, such as: run = [\"scripts/check-licences\"]",
        ]
    );
}

#[test]
fn single_refusals() {
    let own = |rest: &str| one(&format!("[[gates.own]]\nname = \"x\"\nrun = [\"x\"]\n{rest}"));
    assert_eq!(
        own("[[gates.own]]\nname = \"x\"\nrun = [\"y\"]"),
        ["W0107:9 two entries of `gates.own` are named `x` | give each a name of its own"]
    );
    assert_eq!(
        own("stages = [\"never\"]"),
        [
            "W0104:9 an entry of `gates.own.stages` is the string `\"never\"` | allowed: `\"release\"`, `\"publish\"`"
        ]
    );
    assert_eq!(
        own("meanings = { 256 = \"off\" }"),
        [
            "W0104:9 `[gates.own.meanings]` has `256`, which is no exit code | allowed: a number from 0 to 255, such as `2 = \"off\"`"
        ]
    );
    assert_eq!(
        own("meanings = { 2 = \"fine\" }"),
        [
            "W0104:9 `gates.own.meanings.2` is the string `\"fine\"` | allowed: `\"pass\"`, `\"fail\"`, `\"unknown\"`, `\"off\"`"
        ]
    );
    assert_eq!(
        one("[gates.tools]\nnpm = \"ten\""),
        [
            "W0104:7 `gates.tools.npm` is `ten`, which is no range (unexpected character 't' while parsing major version number) | allowed: a range of versions, such as `>=10, <12`"
        ]
    );
    assert_eq!(
        one("[gates.tools]\n\"../npm\" = \"1\""),
        [
            "W0104:7 `[gates.tools]` names `../npm`, which is no program | allowed: a program's name, without its folder"
        ]
    );
    assert_eq!(
        one("[gates.credentials]\nwho = { npn = \"ada\" }"),
        ["W0105:7 `[gates.credentials.who]` names `npn`, which is no target | did you mean `npm`?"]
    );
    assert_eq!(
        one("[gates.rehearsal]\nrequired = \"yes\""),
        ["W0104:7 `gates.rehearsal.required` is the string `\"yes\"` | allowed: `true` or `false`"]
    );
    assert_eq!(
        one("[gates.credential]\nat = [\"release\"]"),
        ["W0103:6 `[gates]` has the unknown key `credential` | did you mean `credentials`?"]
    );
}
