//! The stable codes of problems. A code is never given a second meaning.

use std::fmt;

macro_rules! codes {
    ($($code:ident $title:literal)*) => {
        /// A problem's code; `cargo xtask explain CODE` prints its page.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum Code { $(#[doc = $title] $code),* }

        impl Code {
            pub const ALL: &[Code] = &[$(Code::$code),*];

            /// `W0101`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$code => stringify!($code)),* }
            }

            /// The problem in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Code::$code => $title),* }
            }
        }
    };
}

codes! {
    // The config: exit code 2.
    W0101 "there is no config"
    W0102 "the config is not TOML"
    W0103 "the config has an unknown key"
    W0104 "a config value is not usable"
    W0105 "the config names something that does not exist"
    W0106 "the config lacks a key"
    W0107 "the config says two things at once"
    W0108 "a path leaves the repository"
    W0109 "the command does not fit this repository"
    W0112 "the output is not whole"

    // The repository.
    W0201 "this is not a git repository with a commit"
    W0202 "the work tree is not clean"
    W0203 "releases are not cut from this branch"
    W0204 "the branch is not level with the remote"
    W0205 "the remote cannot be reached"
    W0206 "the tag already exists"
    W0207 "an interrupted release was found"
    W0208 "a program is missing"
    W0209 "a program failed"
    W0210 "a fragment is not tracked by git"
    W0211 "git does not know who you are"
    W0212 "the clone is shallow or without tags"
    W0213 "HEAD is detached"
    W0214 "the release branch already exists"
    W0215 "another git process holds a lock"
    W0216 "the commit is not on the remote's branch"
    W0217 "git does not trust the repository"
    W0220 "a release was never pushed"

    // Versions and places.
    W0301 "a place disagrees with its group"
    W0302 "a declared place was not found"
    W0303 "a pattern matches the wrong number of times"
    W0304 "a file is missing or unreadable"
    W0305 "a file is malformed"
    W0306 "a file is not UTF-8"
    W0307 "a path goes through a link or a submodule"
    W0308 "a file is not tracked by git"
    W0309 "a lock file has drifted"
    W0310 "a lock file's format is not known"
    W0311 "a key stands twice"
    W0312 "a text is not a version"
    W0313 "a package has no version anywhere"
    W0314 "the tag does not mean this version"
    W0315 "a version carries a development suffix"
    W0316 "a Go module's path does not fit its folder"
    W0317 "two edits touch the same bytes"
    W0318 "a requirement on a sibling cannot be brought along"
    W0319 "a requirement does not admit its sibling"
    W0320 "a version nobody declared"
    W0321 "a mention of an older version of ours"
    W0322 "a manifest that belongs to no package"
    W0325 "a pattern that the release itself would lose"
    W0326 "an entry of [ignore] without a reason"
    W0327 "an entry of [ignore] that silences nothing"
    W0330 "a digest beside a version of ours"
    W0331 "a text names a Go module by the path that it leaves"

    // Changelogs and fragments.
    W0401 "there is nothing to release"
    W0402 "a fragment's kind is unknown"
    W0403 "a fragment is empty"
    W0404 "a fragment is not UTF-8"
    W0405 "a fragment holds a heading"
    W0406 "a stray fragment"
    W0407 "two fragments say the same"
    W0408 "the changelog dates a version that has no tag"
    W0409 "the changelog has no unreleased section"
    W0410 "the changelog is missing"
    W0411 "the changelog has no such section"
    W0412 "this branch adds no fragment"
    W0413 "a fragment's file name is malformed"
    W0414 "the base to compare with was not found"
    W0415 "the summary is only the placeholder"
    W0416 "a category heading stands several times"
    W0417 "a fragment leaves a block open"

    // The version asked for.
    W0501 "the version does not go forward"
    W0502 "the stage does not go forward"
    W0503 "the bump would skip the version being prepared"
    W0504 "there is no pre-release to finish"
    W0505 "the jump is unusual"
    W0506 "the version is not above the newest tag"
    W0507 "the version asked for is not one"
    W0508 "the notes do not decide the bump"
    W0509 "the manifests hold a version that has no tag"
    W0510 "the flow is another one"
    W0511 "one version for several groups"
    W0512 "nobody confirmed the plan"
    W0513 "the group holds no development versions"
    W0514 "the version is not released yet"

    // Plans, hooks and their execution.
    W0601 "the plan file cannot be used"
    W0602 "the plan is stale"
    W0603 "a hook failed"
    W0604 "a hook changed what it did not declare"
    W0605 "a hook's program is missing"
    W0606 "a file changed during the release"
    W0607 "a ref was moved by someone else"
    W0608 "a lock file may belong to another process"
    W0609 "the push did not arrive"
    W0610 "the release is public and cannot be aborted"
    W0611 "there is no interrupted release"
    W0612 "the plan would be saved into the work tree"

    // The smoke test.
    W0701 "a port is already taken"
    W0702 "a service does not become ready"
    W0703 "a service does not run"
    W0704 "another version runs"
    W0705 "the stack cannot be set up"
    W0706 "the seed failed"
    W0707 "the login failed"
    W0708 "the contract cannot be used"
    W0709 "an operation breaks its contract"
    W0710 "a response hangs"
    W0711 "a protected operation is open"
    W0712 "the service's routes are not the contract's"
    W0713 "a check failed"
    W0714 "too few operations are covered"
    W0715 "the compose stack failed"
    W0716 "the smoke test cannot run"

    // Registries on this machine, for rehearsals.
    W0717 "a program that installs the tools is missing"
    W0718 "the tools cannot be installed"
    W0719 "a local registry did not start"
    W0720 "a local registry refuses its own credentials"
    W0721 "a fault is not one"

    // Targets and builds.
    W0730 "a target's coordinate drops the stage"
    W0731 "a target's key does not fit its kind"
    W0732 "the list of artifacts cannot be used"
    W0733 "a target does not fit its package"
    W0734 "what was built says another name or version"
    W0735 "a build failed"
    W0736 "two builds differ"
    W0737 "no container engine answers"
    W0738 "the build left nothing to publish"
    W0739 "there is nothing to build"
    W0740 "a part of the build cannot be used"
    W0741 "a part of the build is of another release"
    W0742 "two parts of the build differ"
    W0743 "the parts do not make the whole"
    W0744 "an expected wheel is missing"
    W0745 "a wheel that nobody expects"
    W0746 "the code-quality report cannot be written"

    // Publishing.
    W0750 "packages wait for each other"
    W0751 "there is nothing built for a target"
    W0752 "a target's name at its registry is not known"
    W0753 "a registry did not answer"
    W0754 "other bytes stand under this version"
    W0755 "credentials are missing"
    W0756 "a registry refuses these credentials"
    W0757 "what was built has changed"
    W0758 "a dependency is not published"
    W0759 "an upload failed"
    W0760 "an upload was not seen at its registry"
    W0761 "a floating tag did not move"
    W0762 "the artifacts are not this release's"
    W0763 "the release to publish is not clear"
    W0764 "a clean installation failed"
    W0765 "another publication is running"
    W0766 "a Go module's tag is not on the remote"
    W0780 "a rehearsal lacks a program"
    W0781 "a step of the rehearsal failed"
    W0782 "the rehearsed fault did not end as it should"
    W0783 "the rehearsal has no ground to stand on"
    W0784 "the record of a rehearsal can't be used"

    // The forge.
    W0800 "it is not clear which forge to ask"
    W0801 "the forge does not take the token"
    W0802 "the forge lets this token see nothing"
    W0803 "the forge asks to wait"
    W0804 "the forge did not tell"
    W0805 "CI did not succeed for the commit"
    W0806 "CI has not ended for the commit"
    W0807 "CI did not run for the commit"
    W0808 "the milestone is not complete"
    W0809 "there is no such milestone"

    // The release's entry at its forge.
    W0810 "no forge is known for the release entry"
    W0811 "the forge's tag is not the release's"
    W0812 "the release is not complete at its registries"
    W0813 "another release entry stands there"
    W0814 "a release entry can't hold this"
    W0815 "the forge did not take a step"
    W0816 "the release entry was not seen whole"

    // Gates.
    W0820 "a gate is skipped without a reason"
    W0821 "there is no such gate"
    W0822 "this gate cannot be skipped"
    W0823 "a gate broke off"
    W0824 "a release's tag is not as it should be"
    W0825 "a chart asks for an image that nobody publishes"
    W0826 "the expected user is not known to be logged in"
    W0827 "a program has another version"
    W0828 "the plan was not rehearsed"
    W0829 "a gate of your own does not pass"
    W0830 "a Go module's path is not its repository's"

    // CI pipelines.
    W0860 "a generated pipeline has drifted"
    W0861 "a pipeline file was not generated"
    W0862 "CI would not start for a tag"
    W0863 "whether CI starts for a tag is not known"
    W0864 "a pipeline file is malformed"
    W0865 "the forge starts nothing for this push"
    W0866 "git does not track a pipeline file"
    W0867 "one job would need the secrets of several environments"
    W0870 "a tag starts another's pipeline"

    // Pins, downstream repositories, fixes of released versions.
    W0880 "a pin that was asked for is none"
    W0881 "the tag is not upstream"
    W0882 "the upstream did not answer"
    W0883 "the pin would go backwards"
    W0884 "a pin's places disagree"
    W0885 "a final release would build on a pre-release"
    W0886 "the upstream's release is not complete"
    W0887 "this release does not move the pin"
    W0888 "a pin's line has no place in the changelog"
    W0890 "the tag to fix is none of ours"
    W0891 "the tag to fix is not as the remote has it"
    W0892 "the branch of the fix exists"
    W0893 "no release is cut from the fix's branch"
    W0894 "the series has a newer patch"
}

impl Code {
    /// Reads `W0101` (or `w0101`).
    pub fn from_name(name: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.name().eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
