//! The files of a new project.
//!
//! Takes the project's name, gives paths and bytes: the templates of the folder `starter/` and a small sample. Deliberately
//! absent: the file system; the command line writes them.

use std::io;

use super::{Format, Sample, Settings, account_schema, write};

const MANIFEST: &str = include_str!("starter/terrac.toml");
const PLAN: &str = include_str!("starter/plan.terr");
const README: &str = include_str!("starter/README.md");
const IGNORED: &str = include_str!("starter/gitignore");

/// What the starter's accounts and reps are made of.
pub const SETTINGS: Settings =
    Settings { seed: 1, accounts: 300, reps: 9, places: 400, world: super::World::Us, missing: 0.05 };

/// Every file of the project, its path relative to the project folder and with `/` between.
///
/// # Errors
///
/// Only if a table of the sample cannot be written to memory.
pub fn files(name: &str) -> io::Result<Vec<(&'static str, Vec<u8>)>> {
    let filled = |template: &str| template.replace("{{name}}", &plain(name)).into_bytes();
    let sample = Sample::new(SETTINGS);
    let mut accounts = Vec::new();
    write(Format::Csv, &account_schema(), sample.blocks(), |block| sample.account_block(block), &mut accounts, |_| {})?;
    let table = |batch: arrow_array::RecordBatch| {
        let mut bytes = Vec::new();
        write(Format::Csv, &batch.schema(), 1, |_| batch.clone(), &mut bytes, |_| {}).map(|()| bytes)
    };
    Ok(vec![
        ("terrac.toml", filled(MANIFEST)),
        ("plan.terr", filled(PLAN)),
        ("README.md", filled(README)),
        (".gitignore", filled(IGNORED)),
        ("data/accounts.csv", accounts),
        ("data/reps.csv", table(sample.reps())?),
        ("data/places.csv", table(sample.places())?),
    ])
}

/// A folder's name as a project's: letters, digits, `-`, `_` and `.` stay, everything else becomes `-`.
fn plain(name: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = name.chars().map(kept).collect();
    if name.is_empty() { "territories".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_to_fill_in() {
        for (path, bytes) in files("a \"b\"\\c").unwrap() {
            let text = String::from_utf8(bytes).unwrap();
            assert!(!text.contains("{{"), "{path}");
            assert!(path != "terrac.toml" || text.contains("name = \"a--b--c\""));
        }
    }
}
