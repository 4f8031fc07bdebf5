//! A diff as the comment of a pull request, within the size that GitHub takes.
//!
//! Takes a diff, gives Markdown that begins with a hidden marker, by which a later run finds its own comment again. First
//! comes the summary, then what the plan expects, causes, territories before and after, the largest changes, a map, a folded
//! list per rep and the plan's own text. What does not fit is left out in the order of `detail::steps`; the summary, the
//! verdicts and the pointer to everything else always stay. No HTML stands in it but the marker and the folds.

mod detail;
mod parts;

use detail::Detail;
use parts::Parts;

use super::escape::{In, code, prose};
use super::tally::{hands, largest};
use crate::diff::Diff;

/// What GitHub takes as the body of a comment.
pub const MAX_BYTES: usize = 65_535;

/// What the comment is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The project's name: a repository with several has a comment for each.
    pub project: String,
    /// Where the whole diff is kept: an address or a name.
    pub artefact: Option<String>,
    /// The comment has no more bytes, but for the least that is always said.
    pub max_bytes: usize,
    /// What else was tried, told under the summary.
    pub checks: Vec<Check>,
}

/// Something that was tried beside the diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub name: String,
    pub passed: bool,
    /// How it ended, in a few words.
    pub said: String,
    /// The first findings, a line each.
    pub findings: Vec<String>,
}

/// The first line of the comment on a project: no two projects share it, and no name can end it early.
pub fn marker(project: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | ' ') { c } else { '_' };
    let mut name: String = project.chars().map(plain).take(100).collect();
    while name.contains("--") {
        name = name.replace("--", "-");
    }
    format!("<!-- terrac diff: {} -->", name.trim_matches(['-', ' ']))
}

/// The comment where there is no diff; `title` is what it is about, and `why` says why there is none.
pub fn without_diff(title: &str, why: &str, options: &Options) -> String {
    let mut text = format!("{}\n### {}: no diff\n\n", marker(&options.project), code(title, In::Line));
    text.push_str(&format!("{}\n", prose(why, In::Line)));
    parts::checks(&options.checks, 3, &mut text);
    text
}

/// The comment.
pub fn markdown(diff: &Diff, options: &Options) -> String {
    let full = Detail::FULL;
    let by_rep = hands(diff);
    let placed = (0..diff.moves.len()).filter(|row| diff.moves.get(*row).position.is_some());
    let parts = Parts {
        diff,
        options,
        largest: largest(diff, 0..diff.moves.len(), full.largest),
        mapped: largest(diff, placed, full.mapped),
        of_rep: by_rep
            .iter()
            .map(|(rep, hands)| {
                let rows = |rows: &[usize]| largest(diff, rows.iter().copied(), full.rows);
                (*rep, (rows(&hands.gained), rows(&hands.lost)))
            })
            .collect(),
    };
    let mut text = String::new();
    for (left_out, detail) in detail::steps() {
        text = parts.draw(&detail, &left_out);
        if text.len() <= options.max_bytes {
            break;
        }
    }
    text
}
