//! The stage `outcome`.
