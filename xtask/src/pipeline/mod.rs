//! CI pipelines, pure: what a forge would start for a ref, and the pipeline that a config asks for.

pub mod audit;
