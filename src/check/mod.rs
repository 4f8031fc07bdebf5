//! The stage `check`.
