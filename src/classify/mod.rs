//! The stage `classify`.
