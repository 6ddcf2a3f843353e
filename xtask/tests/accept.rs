//! What a release writes is taken by the tools themselves, which find nothing left to bring up to
//! date. One repository an ecosystem, below `accept/repositories`; each is released as a
//! pre-release, finally, and across a major version. Each tool is also shown a repository in which
//! one place was left behind: it must refuse that, or its word would be worth nothing.

mod support;

mod accept {
    mod cargo;
    mod documents;
    mod go;
    mod helm;
    mod maven;
    mod npm;
    mod poetry;
    mod room;
    mod uv;
}
