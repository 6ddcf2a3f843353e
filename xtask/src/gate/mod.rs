//! The gates, one file each: what must hold before a release is cut and before it is published.
