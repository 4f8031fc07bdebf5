//! What the check knows while it goes: the manifest's columns, the declared names and what they came down to.
//!
//! Takes shape in the order of `order`, so that whatever an expression names is known before it. Invariant: a name
//! that failed to check is `None` here; using it gives no further finding.

use std::collections::HashMap;

use super::missing::Loose;
use super::names::{Entry, Kind, Names};
use super::operand::Operand;
use super::wording::list;
use crate::diagnostics::codes::check::{UNKNOWN_NAME, UNKNOWN_VALUE, WRONG_KIND};
use crate::diagnostics::{Diagnostic, Sources, Span, did_you_mean, nearest};
use crate::plan::{ArmId, Condition, Number, Partition};
use crate::syntax::ast;
use crate::workspace::manifest::Manifest;
use crate::workspace::schema::{Column, ColumnId, Schema};

pub(super) struct Known<'a> {
    pub manifest: &'a Manifest,
    pub sources: &'a Sources,
    pub names: Names<'a>,
    columns: HashMap<&'a str, ColumnId>,
    rep_columns: HashMap<&'a str, ColumnId>,
    /// GeoJSON paths, sorted; the place is the shape's number.
    pub shapes: Vec<(&'a str, Span)>,
    pub lets: Vec<Option<Operand>>,
    pub weights: Vec<Option<KnownWeight>>,
    pub segments: Vec<Option<KnownSegment>>,
    pub dimensions: Vec<KnownDimension<'a>>,
}

pub(super) struct KnownWeight {
    pub number: Number,
    /// Nodes of the expression, those of other weights in it included.
    pub size: usize,
    pub depth: usize,
    pub shares: bool,
}

pub(super) struct KnownSegment {
    pub condition: Condition,
    pub loose: Vec<Loose>,
    pub guarded: Vec<ColumnId>,
}

/// The arms of a dimension are known even where its patterns are wrong.
#[derive(Default)]
pub(super) struct KnownDimension<'a> {
    pub name: &'a str,
    pub arms: Vec<&'a ast::DimensionArm>,
    pub numbers: HashMap<&'a str, u32>,
    pub partition: Option<Partition>,
    pub missing: Option<u32>,
    pub otherwise: Option<u32>,
    pub loose: Vec<Loose>,
    /// Columns whose absence an arm takes.
    pub guarded: Vec<ColumnId>,
}

/// Whose columns an expression speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    Accounts,
    Reps,
    /// Fixed values only.
    None,
}

pub(super) enum Resolved {
    Column(ColumnId),
    Term(Entry),
}

impl<'a> Known<'a> {
    pub fn new(manifest: &'a Manifest, sources: &'a Sources, names: Names<'a>, shapes: Vec<(&'a str, Span)>) -> Self {
        let index = |schema: &'a Schema| schema.iter().map(|(id, c)| (c.name.as_str(), id)).collect();
        Self {
            columns: index(&manifest.accounts.schema),
            rep_columns: manifest.reps.as_ref().map(|r| index(&r.schema)).unwrap_or_default(),
            manifest,
            sources,
            names,
            shapes,
            lets: Vec::new(),
            weights: Vec::new(),
            segments: Vec::new(),
            dimensions: Vec::new(),
        }
    }

    /// What a name in an expression stands for. A dimension comes last, since a column may share its name.
    pub fn resolve(&self, name: &str, table: Table) -> Option<Resolved> {
        let term = self.names.terms.get(name).copied();
        let column = self.column_of(name, table);
        match (term, column) {
            (Some(term), Some(column)) if term.kind == Kind::Dimension || table == Table::Reps => {
                Some(if term.kind == Kind::Let { Resolved::Term(term) } else { Resolved::Column(column) })
            }
            (Some(term), _) => Some(Resolved::Term(term)),
            (None, column) => column.map(Resolved::Column),
        }
    }

    pub fn column_of(&self, name: &str, table: Table) -> Option<ColumnId> {
        match table {
            Table::Accounts => self.columns.get(name).copied(),
            Table::Reps => self.rep_columns.get(name).copied(),
            Table::None => None,
        }
    }

    /// # Panics
    ///
    /// When the table has no columns: a bug of the caller.
    pub fn column(&self, id: ColumnId, table: Table) -> &'a Column {
        match (table, &self.manifest.reps) {
            (Table::Reps, Some(reps)) => reps.schema.column(id),
            _ => self.manifest.accounts.schema.column(id),
        }
    }

    pub fn term(&self, name: &str, kind: Kind) -> Option<u32> {
        self.names.terms.get(name).filter(|e| e.kind == kind).map(|e| e.index)
    }

    pub fn place(&self, name: &str, kind: Kind) -> Option<u32> {
        self.names.places.get(name).filter(|e| e.kind == kind).map(|e| e.index)
    }

    /// The arm of a dimension, or what to say of a value that it does not have.
    pub fn arm(&self, dimension: u32, value: &ast::Name) -> Result<ArmId, Box<Diagnostic>> {
        let known = &self.dimensions[dimension as usize];
        if let Some(arm) = known.numbers.get(value.text.as_str()) {
            return Ok(ArmId(*arm));
        }
        let names = || known.arms.iter().map(|a| a.name.text.as_str());
        let message = format!("dimension `{}` has no value `{}`", known.name, value.text);
        let all = format!("its values are {}", list(&names().map(|n| format!("`{n}`")).collect::<Vec<_>>(), "and"));
        let unknown = Diagnostic::error(UNKNOWN_VALUE, message).label(value.span, "unknown value").help(all);
        Err(Box::new(unknown.maybe_help(did_you_mean(&value.text, names()))))
    }

    pub fn shape(&self, path: &str) -> Option<u32> {
        self.shapes.binary_search_by(|(p, _)| (*p).cmp(path)).ok().map(|i| i as u32)
    }

    /// Says that a name is not one of the kinds that may stand there: it is of another kind, or misspelt, or unknown.
    pub fn not_found(&self, name: &ast::Name, wanted: &[Kind], table: Table) -> Diagnostic {
        let wanted_words = words(wanted);
        let columns = table != Table::Reps;
        if let Some(entry) = self.names.terms.get(name.text.as_str()).or(self.names.places.get(name.text.as_str())) {
            let message = format!("`{}` is a {}, not a {wanted_words}", name.text, entry.kind.word());
            return Diagnostic::error(WRONG_KIND, message)
                .label(name.span, format!("a {wanted_words} is due here"))
                .label(entry.span, format!("declared as a {}", entry.kind.word()));
        }
        if let Some(id) = self.columns.get(name.text.as_str()).filter(|_| columns) {
            let message = format!("`{}` is a column, not a {wanted_words}", name.text);
            return Diagnostic::error(WRONG_KIND, message)
                .label(name.span, format!("a {wanted_words} is due here"))
                .label(self.column(*id, Table::Accounts).span, "declared as a column");
        }
        let unknown = Diagnostic::error(UNKNOWN_NAME, format!("no {wanted_words} is called `{}`", name.text));
        unknown.label(name.span, "unknown name").maybe_help(self.suggestion(&name.text, wanted, table))
    }

    /// ``did you mean the column `region`?``
    pub fn suggestion(&self, word: &str, wanted: &[Kind], table: Table) -> Option<String> {
        let of_entry = |(name, entry): (&&'a str, &Entry)| wanted.contains(&entry.kind).then_some((*name, entry.kind));
        let columns = if table == Table::Reps { &self.rep_columns } else { &self.columns };
        let columns = columns.keys().filter(|_| wanted.contains(&Kind::Column)).map(|n| (*n, Kind::Column));
        let terms = self.names.terms.iter().filter_map(of_entry);
        let candidates: HashMap<&str, Kind> =
            self.names.places.iter().filter_map(of_entry).chain(terms).chain(columns).collect();
        let best = nearest(word, candidates.keys().copied())?;
        let owner = if table == Table::Reps && candidates[best] == Kind::Column { "reps' " } else { "" };
        Some(format!("did you mean the {owner}{} `{best}`?", candidates[best].word()))
    }
}

/// `column, let or weight`
pub(super) fn words(kinds: &[Kind]) -> String {
    list(&kinds.iter().map(|k| k.word()).collect::<Vec<_>>(), "or")
}
