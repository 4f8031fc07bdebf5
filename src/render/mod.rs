//! The stage `render`.
