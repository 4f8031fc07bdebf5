//! The check from outside: faults as data, sound plans, properties.

mod errors;
mod pages;
mod plans;
mod project;
mod properties;
