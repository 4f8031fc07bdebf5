//! Values and conditions as they are written.

use super::{CompareOp, Date, Name, NodeKind, Number, Pattern, Text};
use crate::diagnostics::Span;

#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    /// With the parentheses around it, so `(a and b)` begins before its first operand.
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    Number(Number),
    Text(Text),
    Date(Date),
    Bool(bool),
    /// A column, `let`, segment or weight.
    Name(Name),
    /// `segment strategic`
    Segment(Name),
    /// `share(revenue default 0)`
    Call {
        function: Name,
        arguments: Vec<Expr>,
    },
    /// `point(lat 40.7, lon -74.0)`: degrees, WGS 84.
    Point {
        lat: Box<Expr>,
        lon: Box<Expr>,
    },
    /// `potential default 0`
    Default {
        value: Box<Expr>,
        default: Box<Expr>,
    },
    Negate(Box<Expr>),
    Arithmetic {
        op: ArithmeticOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Compare {
        op: CompareOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    /// `x between a and b`, both ends included.
    Between {
        value: Box<Expr>,
        from: Box<Expr>,
        to: Box<Expr>,
    },
    /// `relationship in ("competitor", "partner")`, `naics in ("52*")`; `not in` sets `negated`.
    In {
        value: Box<Expr>,
        patterns: Vec<Pattern>,
        negated: bool,
    },
    /// `industry is fintech`, `size is smb or …` is not this; `is not` sets `negated`.
    Is {
        subject: Name,
        values: Vec<Name>,
        negated: bool,
    },
    /// `field in carve ne_enterprise`, `field not in exclude`: for claims alone.
    InPlace {
        coverage: Name,
        /// A leaf.
        place: Box<NodeKind>,
        negated: bool,
    },
    /// `revenue is missing`, `revenue is not missing`
    IsMissing {
        value: Box<Expr>,
        negated: bool,
    },
    /// `location within 25 mi of point(…)`
    Within {
        value: Box<Expr>,
        radius: Box<Expr>,
        of: Box<Expr>,
    },
    /// `location inside "geo/london.geojson"`
    Inside {
        value: Box<Expr>,
        file: Text,
    },
    /// `if CONDITION then A else B`
    If {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    /// `case { CONDITION -> A  …  else -> B }`; the first that holds counts.
    Case {
        arms: Vec<(Expr, Expr)>,
        otherwise: Box<Expr>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArithmeticOp {
    Add,
    Subtract,
    Multiply,
    Divide,
}
