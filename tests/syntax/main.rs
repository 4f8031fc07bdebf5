//! The parser from outside: valid plans, broken plans, bounds and properties.

mod bounds;
mod broken;
mod properties;
mod reference;
mod valid;

/// The text of a file of the repository.
fn read(path: &str) -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the file can be read")
}
