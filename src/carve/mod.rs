//! The stage `carve`.
