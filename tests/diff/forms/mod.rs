//! Every form of a diff, made from values that a test builds.

mod fixture;
mod harmless;
mod length;
mod number;
mod redaction;
mod shown;
mod tables;
mod views;
