//! The stage `data`.
