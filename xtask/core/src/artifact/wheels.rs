//! The wheels that a release is said to have, held against those that were built.

use crate::model::glob;
use crate::model::problem::{Code, Problem, Problems};

/// `W0744` for each glob that no wheel fits, `W0745` for each wheel that fits no glob. `label` names the target;
/// `wheels` are file names. Without globs every set of wheels is fine.
pub fn unmet(label: &str, globs: &[String], wheels: &[&str]) -> Problems {
    if globs.is_empty() {
        return Problems::new();
    }
    let built = if wheels.is_empty() { "there is none".to_owned() } else { wheels.join(", ") };
    let missing = globs.iter().filter(|wanted| !wheels.iter().any(|wheel| glob::matches(wanted, wheel)));
    let missing = missing.map(|wanted| {
        Problem::new(Code::W0744, format!("{label}: no wheel is as `{wanted}` says"))
            .help(format!("built: {built}"))
            .help("build it where it can be built (cargo xtask build --part NAME), then join the parts:")
            .run("cargo xtask build --join")
    });
    let odd = wheels.iter().filter(|wheel| !glob::any(globs, wheel));
    let odd = odd.map(|wheel| {
        Problem::new(Code::W0745, format!("{label}: no glob of `wheels` names {wheel}"))
            .help("add one to the target's `wheels`, or keep the part from building it")
    });
    missing.chain(odd).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_glob_has_a_wheel_and_each_wheel_a_glob() {
        let (linux, mac) = ("*-cp311-*-manylinux*_x86_64.whl", "*-cp311-*-macosx_*.whl");
        let (one, two, plain) = (
            "a-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "a-1.0-cp311-cp311-macosx_11_0_arm64.whl",
            "a-1.0-cp311-cp311-linux_x86_64.whl",
        );
        let table: &[(&[&str], &[&str], &[Code])] = &[
            (&[], &[], &[]),
            (&[], &[plain], &[]),
            (&[linux], &[one], &[]),
            (&[linux, mac], &[one, two], &[]),
            (&[linux, mac], &[one], &[Code::W0744]),
            (&[linux], &[one, two], &[Code::W0745]),
            (&[linux], &[plain], &[Code::W0744, Code::W0745]),
            (&[linux], &[], &[Code::W0744]),
        ];
        for (globs, wheels, codes) in table {
            let globs: Vec<String> = globs.iter().map(|glob| (*glob).to_owned()).collect();
            let found: Vec<Code> = unmet("a/pypi", &globs, wheels).iter().map(|one| one.code).collect();
            assert_eq!(&found, codes, "{globs:?} {wheels:?}");
        }
    }
}
