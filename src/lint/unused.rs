//! Names that nothing speaks of.

use std::collections::HashMap;

use crate::diagnostics::codes::lint::UNUSED_ITEM;
use crate::diagnostics::{Diagnostic, Sources};
use crate::syntax::ast::{File, ItemKind, Name};
use crate::syntax::words_of;

/// `let`s, dimensions and segments whose name stands nowhere but where it is declared. A word that stands for something
/// else elsewhere counts as a use: what is told is always so.
pub(super) fn items(files: &[File], sources: &Sources) -> Vec<Diagnostic> {
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for word in files.iter().flat_map(|file| words_of(&sources.get(file.id).text)) {
        *uses.entry(word).or_default() += 1;
    }
    let declared = files.iter().flat_map(|file| &file.items).filter_map(|item| match &item.kind {
        ItemKind::Let(item) => Some(("let", &item.name)),
        ItemKind::Dimension(item) => Some(("dimension", &item.name)),
        ItemKind::Segment(item) => Some(("segment", &item.name)),
        _ => None,
    });
    let unused = declared.filter(|(_, name)| uses.get(name.text.as_str()).copied() == Some(1));
    unused.map(|(kind, name)| told(kind, name)).collect()
}

fn told(kind: &str, name: &Name) -> Diagnostic {
    Diagnostic::warning(UNUSED_ITEM, format!("nothing speaks of {kind} `{}`", name.text))
        .label(name.span, "only here")
        .help("use it or delete it: git keeps what was")
}
