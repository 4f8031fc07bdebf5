//! The parser from outside: valid plans, broken plans, bounds and properties.

mod valid;
