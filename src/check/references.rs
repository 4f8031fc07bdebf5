//! Names in expressions: columns, and the terms that stand for something else.

use super::known::{Resolved, Table};
use super::missing::Loose;
use super::names::{Entry, Kind};
use super::operand::{DateOperand, Operand, PointOperand, TextOperand};
use super::typing::Typing;
use super::units::{self, Quantity};
use crate::diagnostics::codes::check::{NOT_CONSTANT, WRONG_KIND};
use crate::diagnostics::{Diagnostic, Span};
use crate::plan::{Condition, Number, NumberKind, Predicate};
use crate::syntax::ast;
use crate::workspace::schema::{ColumnId, ColumnType};

impl Typing<'_, '_> {
    pub fn name(&mut self, name: &ast::Name) -> Option<Operand> {
        match self.known.resolve(&name.text, self.table) {
            Some(Resolved::Column(column)) => Some(self.column(column, name.span)),
            Some(Resolved::Term(entry)) => match (entry.kind, self.table) {
                (Kind::Let, _) => {
                    let mut value = self.known.lets[entry.index as usize].clone()?;
                    if let Operand::Number(quantity) = &mut value {
                        quantity.number.span = name.span;
                    }
                    Some(value)
                }
                (Kind::Dimension, Table::Accounts) => {
                    let arms = &self.known.dimensions[entry.index as usize].arms;
                    let example = arms.first().map_or("VALUE", |a| &a.name.text);
                    self.found.push(
                        Diagnostic::error(WRONG_KIND, format!("dimension `{}` stands where a value is due", name.text))
                            .label(name.span, "a dimension has no value of its own")
                            .label(entry.span, "declared as a dimension")
                            .help(format!("ask for its arms: `{} is {example}`", name.text)),
                    );
                    None
                }
                (_, Table::Accounts) if entry.kind == Kind::Segment => self.segment(name).map(Operand::Condition),
                (_, Table::Accounts) => self.weight(entry.index, name).map(Operand::Number),
                (_, Table::Reps | Table::None) => {
                    self.foreign(name, entry);
                    None
                }
            },
            None => {
                self.unknown(name, self.kinds());
                None
            }
        }
    }

    /// What a name in an expression may stand for.
    pub fn kinds(&self) -> &'static [Kind] {
        match self.table {
            Table::Accounts => &[Kind::Column, Kind::Let, Kind::Weight, Kind::Segment],
            Table::Reps => &[Kind::Column, Kind::Let],
            Table::None => &[Kind::Let],
        }
    }

    /// Says that a name is not one of the kinds that may stand there.
    pub fn unknown(&mut self, name: &ast::Name, wanted: &[Kind]) {
        let of_accounts = self.known.column_of(&name.text, Table::Accounts);
        match (self.table, of_accounts) {
            (Table::None, Some(_)) => self.not_fixed(&format!("column `{}`", name.text), name.span),
            (Table::Reps, Some(column)) => {
                let at = self.known.column(column, Table::Accounts).span;
                let elsewhere = self.known.not_found(name, wanted, self.table).label(at, "a column of the accounts");
                self.found.push(elsewhere);
            }
            _ => self.found.push(self.known.not_found(name, wanted, self.table)),
        }
    }

    /// Says that a weight, segment or dimension stands where nothing is known of accounts.
    pub fn foreign(&mut self, name: &ast::Name, entry: Entry) {
        let word = entry.kind.word();
        if self.table == Table::None {
            return self.not_fixed(&format!("{word} `{}`", name.text), name.span);
        }
        self.found.push(
            Diagnostic::error(WRONG_KIND, format!("{word} `{}` speaks of accounts, not of reps", name.text))
                .label(name.span, "a column of the reps is due here")
                .label(entry.span, format!("declared as a {word}")),
        );
    }

    pub fn not_fixed(&mut self, what: &str, span: Span) {
        self.found.push(
            Diagnostic::error(NOT_CONSTANT, format!("{what} differs by account, and a fixed value is due"))
                .label(span, "not fixed")
                .help("write a number, a text, a date or the name of a `let`"),
        );
    }

    fn column(&mut self, id: ColumnId, span: Span) -> Operand {
        let column = self.known.column(id, self.table);
        let nullable = column.nullable() && !self.present.contains(&id);
        if nullable {
            self.open.push(Loose { column: id, span, place: self.place });
        }
        match column.kind {
            ColumnType::Text | ColumnType::Code | ColumnType::Id => {
                Operand::Text(TextOperand::Column { column: id, default: None, nullable })
            }
            ColumnType::Date => Operand::Date(DateOperand::Column { column: id, default: None, nullable }),
            ColumnType::Bool => {
                Operand::Condition(Condition::Test(Predicate::Flag { column: id, default: false }, span))
            }
            ColumnType::Point => Operand::Point(PointOperand::Column { column: id, nullable }),
            ColumnType::Int
            | ColumnType::Number
            | ColumnType::Money
            | ColumnType::Percent
            | ColumnType::Hours
            | ColumnType::Distance => {
                let unit = units::of_column(column.kind);
                let number = Number { kind: NumberKind::Column(id), unit, nullable, span };
                Operand::Number(Quantity { number, bare: false })
            }
        }
    }

    /// A weight by its name stands for its expression.
    fn weight(&mut self, index: u32, name: &ast::Name) -> Option<Quantity> {
        let weight = self.known.weights[index as usize].as_ref()?;
        if !self.grow(weight.size, weight.depth, name.span) {
            return None;
        }
        if weight.shares {
            self.shared = true;
            if !self.shares {
                self.share_misplaced(&format!("weight `{}` contains a share, and so", name.text), name.span);
                return None;
            }
        }
        let mut number = weight.number.clone();
        number.span = name.span;
        Some(Quantity { number, bare: false })
    }

    pub fn segment(&mut self, name: &ast::Name) -> Option<Condition> {
        let entry = self.known.names.terms.get(name.text.as_str()).copied();
        let Some(entry) = entry.filter(|e| e.kind == Kind::Segment) else {
            self.unknown(name, &[Kind::Segment]);
            return None;
        };
        if self.table != Table::Accounts {
            self.foreign(name, entry);
            return None;
        }
        let index = entry.index;
        let segment = self.known.segments[index as usize].as_ref()?;
        self.decided.extend(&segment.loose);
        self.guarded.extend(&segment.guarded);
        Some(Condition::Segment(index))
    }
}
