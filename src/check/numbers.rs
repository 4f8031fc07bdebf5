//! Numeric expressions: arithmetic with units, functions and choices.

use super::known::Table;
use super::operand::{DateOperand, Operand, PointOperand};
use super::typing::Typing;
use super::units::{self, BARE, DISTANCE, HOURS, MONEY, Quantity};
use crate::diagnostics::codes::check::{
    MISPLACED_SHARE, OUT_OF_RANGE, TYPE_MISMATCH, UNIT_MISMATCH, UNKNOWN_FUNCTION, WRONG_ARGUMENTS,
};
use crate::diagnostics::{Diagnostic, Span, did_you_mean};
use crate::plan::{Condition, DateValue, Function, Number, NumberKind, Predicate, Unit};
use crate::syntax::ast::{ArithmeticOp, Expr, Name};
use crate::workspace::schema::ColumnId;

/// Functions by name, with how many arguments they take.
const FUNCTIONS: [(&str, Function, usize, usize); 7] = [
    ("min", Function::Min, 2, usize::MAX),
    ("max", Function::Max, 2, usize::MAX),
    ("clamp", Function::Clamp, 3, 3),
    ("log", Function::Log, 1, 1),
    ("sqrt", Function::Sqrt, 1, 1),
    ("round", Function::Round, 1, 1),
    ("abs", Function::Abs, 1, 1),
];

impl Typing<'_, '_> {
    pub fn negate(&mut self, value: &Expr, span: Span) -> Option<Quantity> {
        let Quantity { number, bare } = self.number(value)?;
        if let NumberKind::Literal(value) = number.kind {
            return Some(self.literal(-value, number.unit, bare, span));
        }
        let (unit, nullable) = (number.unit, number.nullable);
        Some(Quantity { number: Number { kind: NumberKind::Negate(Box::new(number)), unit, nullable, span }, bare })
    }

    pub fn arithmetic(&mut self, op: ArithmeticOp, left: &Expr, right: &Expr, span: Span) -> Option<Quantity> {
        let l = self.operand(left);
        let r = self.operand(right);
        self.combined(op, (l?, left), (r?, right), span)
    }

    fn combined(
        &mut self,
        op: ArithmeticOp,
        (l, left): (Operand, &Expr),
        (r, right): (Operand, &Expr),
        span: Span,
    ) -> Option<Quantity> {
        let (l, r) = match (l, r) {
            (Operand::Number(l), Operand::Number(r)) => (l, r),
            (Operand::Date(later), Operand::Date(earlier)) if op == ArithmeticOp::Subtract => {
                return Some(days(earlier, later, span));
            }
            (l, r) => {
                self.no_arithmetic(op, &l, left, &r, right);
                return None;
            }
        };
        // A percent of a bare amount is a bare amount.
        let bare = match op {
            ArithmeticOp::Multiply => (l.bare || r.bare) && l.number.unit == r.number.unit,
            ArithmeticOp::Divide => l.bare && r.number.unit == BARE,
            ArithmeticOp::Add | ArithmeticOp::Subtract => l.bare && r.bare,
        };
        let (l, r, unit) = match op {
            ArithmeticOp::Add | ArithmeticOp::Subtract => {
                self.unified(l, r, if op == ArithmeticOp::Add { "plus" } else { "minus" })?
            }
            ArithmeticOp::Multiply | ArithmeticOp::Divide => {
                if op == ArithmeticOp::Divide && r.literal() == Some(0.0) {
                    self.found.push(
                        Diagnostic::error(OUT_OF_RANGE, "division by nought").label(right.span, "this is nought"),
                    );
                    return None;
                }
                let sign = if op == ArithmeticOp::Multiply { 1 } else { -1 };
                let Some(unit) = units::times(l.number.unit, r.number.unit, sign) else {
                    self.found.push(Diagnostic::error(UNIT_MISMATCH, "the unit makes no sense").label(span, "here"));
                    return None;
                };
                (l, r, unit)
            }
        };
        let folded = match (l.literal(), r.literal()) {
            (Some(a), Some(b)) => Some(match op {
                ArithmeticOp::Add => a + b,
                ArithmeticOp::Subtract => a - b,
                ArithmeticOp::Multiply => a * b,
                ArithmeticOp::Divide => a / b,
            }),
            _ => None,
        };
        if let Some(value) = folded {
            if !value.is_finite() {
                self.found
                    .push(Diagnostic::error(OUT_OF_RANGE, "the number is too large").label(span, "beyond any number"));
                return None;
            }
            return Some(self.literal(value, unit, bare, span));
        }
        let nullable = l.number.nullable || r.number.nullable;
        let (l, r) = (Box::new(l.number), Box::new(r.number));
        let kind = match op {
            ArithmeticOp::Add => NumberKind::Add(l, r),
            ArithmeticOp::Subtract => NumberKind::Subtract(l, r),
            ArithmeticOp::Multiply => NumberKind::Multiply(l, r),
            ArithmeticOp::Divide => NumberKind::Divide(l, r),
        };
        Some(Quantity { number: Number { kind, unit, nullable, span }, bare: false })
    }

    fn no_arithmetic(&mut self, op: ArithmeticOp, l: &Operand, left: &Expr, r: &Operand, right: &Expr) {
        let word = match op {
            ArithmeticOp::Add => "added",
            ArithmeticOp::Subtract => "subtracted",
            ArithmeticOp::Multiply => "multiplied",
            ArithmeticOp::Divide => "divided",
        };
        let message = format!("{} and {} cannot be {word}", l.describe(), r.describe());
        let mut mismatch =
            Diagnostic::error(TYPE_MISMATCH, message).label(left.span, l.describe()).label(right.span, r.describe());
        if matches!(l, Operand::Condition(_)) || matches!(r, Operand::Condition(_)) {
            mismatch = mismatch.help("make a number of the condition: `if CONDITION then 1 else 0`");
        }
        self.found.push(mismatch);
    }

    /// Two numbers that meet, in their common unit; a finding that shows both when they have none.
    pub fn unified(&mut self, mut l: Quantity, mut r: Quantity, joint: &str) -> Option<(Quantity, Quantity, Unit)> {
        if let Some(unit) = units::meet(&mut l, &mut r) {
            return Some((l, r, unit));
        }
        let message = format!("{} {joint} {}", l.describe(), r.describe());
        let example = match (l.literal(), r.literal()) {
            (Some(value), _) if l.number.unit == BARE => units::example(value, r.number.unit),
            (_, Some(value)) if r.number.unit == BARE => units::example(value, l.number.unit),
            _ => None,
        };
        self.found.push(
            Diagnostic::error(UNIT_MISMATCH, message)
                .label(l.number.span, l.describe())
                .label(r.number.span, r.describe())
                .maybe_help(example),
        );
        None
    }

    /// `if` and `case`: the first arm that holds counts.
    pub fn choice(&mut self, arms: &[(&Expr, &Expr)], otherwise: &Expr, span: Span) -> Option<Quantity> {
        let before = self.present.len();
        let mut typed = Vec::new();
        for (condition, value) in arms {
            let shares = std::mem::replace(&mut self.shares, false);
            let condition = self.condition(condition);
            self.shares = shares;
            let (if_true, if_false) = condition.as_ref().map(present).unwrap_or_default();
            let mark = self.present.len();
            self.present.extend(if_true);
            let value = self.number(value);
            self.present.truncate(mark);
            // The arms below are only reached when this one does not hold.
            self.present.extend(if_false);
            typed.push((condition, value));
        }
        let otherwise = self.number(otherwise);
        self.present.truncate(before);
        let mut result = otherwise?;
        for (condition, value) in typed.into_iter().rev() {
            let (condition, value) = (condition?, value?);
            let (value, rest, unit) = self.unified(value, result, "or")?;
            let nullable = value.number.nullable || rest.number.nullable;
            let (then, otherwise) = (Box::new(value.number), Box::new(rest.number));
            let kind = NumberKind::If { condition: Box::new(condition), then, otherwise };
            result = Quantity { number: Number { kind, unit, nullable, span }, bare: value.bare && rest.bare };
        }
        Some(result)
    }

    pub fn call(&mut self, function: &Name, arguments: &[Expr], span: Span) -> Option<Quantity> {
        match function.text.as_str() {
            "share" => return self.share(function, arguments, span),
            "distance" => return self.distance(function, arguments, span),
            _ => {}
        }
        let Some((name, known, least, most)) = FUNCTIONS.iter().copied().find(|f| f.0 == function.text) else {
            let names = FUNCTIONS.iter().map(|f| f.0).chain(["share", "distance"]);
            self.found.push(
                Diagnostic::error(UNKNOWN_FUNCTION, format!("no function is called `{}`", function.text))
                    .label(function.span, "unknown function")
                    .help("the functions are min, max, clamp, log, sqrt, round, abs, share and distance")
                    .maybe_help(did_you_mean(&function.text, names)),
            );
            return None;
        };
        if arguments.len() < least || arguments.len() > most {
            let wanted = if most == usize::MAX { format!("{least} or more") } else { least.to_string() };
            self.argument_count(name, &wanted, arguments.len(), span);
            return None;
        }
        let typed: Vec<Option<Quantity>> = arguments.iter().map(|a| self.number(a)).collect();
        let mut typed = typed.into_iter().collect::<Option<Vec<_>>>()?;
        let unit = match known {
            Function::Min | Function::Max | Function::Clamp => {
                // Bare literals take the unit of whichever argument has one.
                for i in 1..typed.len() {
                    let (l, r, _) = self.unified(typed[0].clone(), typed[i].clone(), "beside")?;
                    (typed[0], typed[i]) = (l, r);
                }
                let unit = typed[0].number.unit;
                typed.iter_mut().for_each(|q| q.number.unit = unit);
                unit
            }
            Function::Round | Function::Abs => typed[0].number.unit,
            Function::Log | Function::Sqrt => self.scale_free(known, &typed[0], &arguments[0])?,
        };
        let bare = typed.iter().all(|q| q.bare);
        if let Some(values) = typed.iter().map(Quantity::literal).collect::<Option<Vec<f64>>>() {
            return self.folded(known, &values, unit, bare, span);
        }
        let nullable = typed.iter().any(|q| q.number.nullable);
        let arguments = typed.into_iter().map(|q| q.number).collect();
        Some(Quantity { number: Number { kind: NumberKind::Call(known, arguments), unit, nullable, span }, bare })
    }

    fn folded(&mut self, function: Function, values: &[f64], unit: Unit, bare: bool, span: Span) -> Option<Quantity> {
        let first = values[0];
        let value = match function {
            Function::Min => values.iter().copied().fold(first, f64::min),
            Function::Max => values.iter().copied().fold(first, f64::max),
            Function::Clamp => first.max(values[1]).min(values[2]),
            Function::Log => libm::log(first),
            Function::Sqrt => first.sqrt(),
            Function::Round => first.round(),
            Function::Abs => first.abs(),
        };
        if !value.is_finite() {
            self.found.push(Diagnostic::error(OUT_OF_RANGE, "the result is no number").label(span, "undefined"));
            return None;
        }
        Some(self.literal(value, unit, bare, span))
    }

    /// Logarithms and roots read an amount of money as its number; of hours and distances the scale would be hidden.
    fn scale_free(&mut self, function: Function, argument: &Quantity, at: &Expr) -> Option<Unit> {
        let unit = argument.number.unit;
        let even = [unit.money, unit.hours, unit.distance].iter().all(|e| e % 2 == 0);
        if function == Function::Sqrt && even {
            return Some(Unit { money: unit.money / 2, hours: unit.hours / 2, distance: unit.distance / 2 });
        }
        if unit == BARE || unit == MONEY {
            return Some(BARE);
        }
        let divisor = if unit == HOURS { "1 h" } else { "1 km" };
        self.found.push(
            Diagnostic::error(UNIT_MISMATCH, format!("a bare number is due, and this is {}", argument.describe()))
                .label(at.span, argument.describe())
                .help(format!("divide by a unit first, say `/ {divisor}`")),
        );
        None
    }

    fn share(&mut self, function: &Name, arguments: &[Expr], span: Span) -> Option<Quantity> {
        if !self.shares {
            self.share_misplaced("`share`", function.span);
            return None;
        }
        let [argument] = arguments else {
            self.argument_count("share", "1", arguments.len(), span);
            return None;
        };
        self.shares = false;
        let argument = self.number(argument);
        self.shares = true;
        self.shared = true;
        let number = argument?.number;
        let nullable = number.nullable;
        let kind = NumberKind::Share(Box::new(number));
        Some(Quantity { number: Number { kind, unit: BARE, nullable, span }, bare: false })
    }

    pub fn share_misplaced(&mut self, what: &str, span: Span) {
        let help = match self.table {
            Table::Reps => "reps are chosen by their columns",
            Table::Accounts | Table::None => "a share is known when all accounts are; use it in a `weight`, unnested",
        };
        self.found.push(
            Diagnostic::error(MISPLACED_SHARE, format!("{what} has no place here")).label(span, "a share").help(help),
        );
    }

    /// `distance(point(…))`, from the accounts' position, or `distance(COLUMN, point(…))`.
    fn distance(&mut self, function: &Name, arguments: &[Expr], span: Span) -> Option<Quantity> {
        let typed: Vec<Option<Operand>> = arguments.iter().map(|a| self.operand(a)).collect();
        let typed = typed.into_iter().collect::<Option<Vec<_>>>()?;
        let (column, nullable, lat, lon) = match typed.as_slice() {
            [Operand::Point(PointOperand::Fixed { lat, lon })] if self.table == Table::Accounts => {
                let (column, nullable) = self.position(function.span)?;
                (column, nullable, *lat, *lon)
            }
            [Operand::Point(a), Operand::Point(b)] => match (*a, *b) {
                (PointOperand::Column { column, nullable }, PointOperand::Fixed { lat, lon })
                | (PointOperand::Fixed { lat, lon }, PointOperand::Column { column, nullable }) => {
                    (column, nullable, lat, lon)
                }
                _ => return self.no_distance(span),
            },
            _ => return self.no_distance(span),
        };
        let kind = NumberKind::DistanceTo { column, lat, lon };
        Some(Quantity { number: Number { kind, unit: DISTANCE, nullable, span }, bare: false })
    }

    fn no_distance(&mut self, span: Span) -> Option<Quantity> {
        self.found.push(
            Diagnostic::error(WRONG_ARGUMENTS, "`distance` is from a point column to a fixed point")
                .label(span, "not of that form")
                .help("write `distance(location, point(lat 40.71, lon -74.01))`"),
        );
        None
    }

    fn argument_count(&mut self, name: &str, wanted: &str, got: usize, span: Span) {
        let message = format!("`{name}` takes {wanted} argument{}, not {got}", if wanted == "1" { "" } else { "s" });
        self.found.push(Diagnostic::error(WRONG_ARGUMENTS, message).label(span, "here"));
    }
}

/// Hours from one date to another; a default of either stands in by a choice.
fn days(earlier: DateOperand, later: DateOperand, span: Span) -> Quantity {
    for (operand, is_earlier) in [(earlier, true), (later, false)] {
        if let DateOperand::Column { column, default: Some(day), .. } = operand {
            let there = DateOperand::Column { column, default: None, nullable: false };
            let with = |date| if is_earlier { days(date, later, span) } else { days(earlier, date, span) };
            let (then, otherwise) = (with(DateOperand::Day(day)).number, with(there).number);
            let nullable = then.nullable || otherwise.nullable;
            let condition = Box::new(Condition::Test(Predicate::Missing(column), span));
            let kind = NumberKind::If { condition, then: Box::new(then), otherwise: Box::new(otherwise) };
            return Quantity { number: Number { kind, unit: HOURS, nullable, span }, bare: false };
        }
    }
    let mut nullable = false;
    let mut value = |operand| match operand {
        DateOperand::Day(day) => DateValue::Day(day),
        DateOperand::Column { column, nullable: may_be_missing, .. } => {
            nullable |= may_be_missing;
            DateValue::Column(column)
        }
    };
    let (from, to) = (value(earlier), value(later));
    let kind = match (from, to) {
        (DateValue::Day(from), DateValue::Day(to)) => NumberKind::Literal((to - from).num_days() as f64 * 24.0),
        _ => NumberKind::Between { from, to },
    };
    Quantity { number: Number { kind, unit: HOURS, nullable, span }, bare: false }
}

/// Columns that are there when a condition holds, and when it does not.
fn present(condition: &Condition) -> (Vec<ColumnId>, Vec<ColumnId>) {
    match condition {
        Condition::Test(Predicate::Missing(column), _) => (Vec::new(), vec![*column]),
        Condition::Not(part) => {
            let (yes, no) = present(part);
            (no, yes)
        }
        Condition::All(parts) | Condition::Any(parts) => {
            let parts: Vec<_> = parts.iter().map(present).collect();
            let yes: Vec<&Vec<ColumnId>> = parts.iter().map(|p| &p.0).collect();
            let no: Vec<&Vec<ColumnId>> = parts.iter().map(|p| &p.1).collect();
            if matches!(condition, Condition::All(_)) { (union(&yes), common(&no)) } else { (common(&yes), union(&no)) }
        }
        Condition::Always(_) | Condition::Segment(_) | Condition::Test(..) => Default::default(),
    }
}

fn union(sets: &[&Vec<ColumnId>]) -> Vec<ColumnId> {
    sets.iter().flat_map(|s| s.iter().copied()).collect()
}

fn common(sets: &[&Vec<ColumnId>]) -> Vec<ColumnId> {
    let Some((first, others)) = sets.split_first() else { return Vec::new() };
    first.iter().copied().filter(|c| others.iter().all(|o| o.contains(c))).collect()
}
