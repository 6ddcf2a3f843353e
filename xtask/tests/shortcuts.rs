//! Ways that are taken for speed lead where the plain way does: a folder that is removed whole from
//! a tree, a repository that is found without asking git, git's own files that are read.

#![cfg(unix)]

mod support;

mod shortcuts {
    mod emptied;
    mod layouts;
    mod stored;
    mod unusual;
}
