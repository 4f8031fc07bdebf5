//! The stage `workspace`.
