//! The stage `sample`.
