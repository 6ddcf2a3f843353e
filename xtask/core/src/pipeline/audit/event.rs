//! What happens at the forge: a push of one tag, or of a branch.

/// A ref that was pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    pub kind: RefKind,
    /// `v1.2.3`, without `refs/tags/`.
    pub name: String,
    /// The branch that the forge calls the default one.
    pub default_branch: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefKind {
    Branch,
    Tag,
}

impl Pushed {
    pub fn tag(name: &str, default_branch: &str) -> Pushed {
        Pushed { kind: RefKind::Tag, name: name.to_owned(), default_branch: default_branch.to_owned() }
    }

    pub fn branch(name: &str, default_branch: &str) -> Pushed {
        Pushed { kind: RefKind::Branch, name: name.to_owned(), default_branch: default_branch.to_owned() }
    }

    /// `refs/tags/v1.2.3`.
    pub fn full(&self) -> String {
        match self.kind {
            RefKind::Branch => format!("refs/heads/{}", self.name),
            RefKind::Tag => format!("refs/tags/{}", self.name),
        }
    }
}
