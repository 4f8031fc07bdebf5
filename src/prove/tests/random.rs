//! Random plans over few values, so that every cell of the space that they cut can be visited.
//!
//! All that a plan compares with comes from small pools; the grid holds every pool value and one value of every gap
//! between them, so that a plan cannot tell two accounts apart without the grid telling them apart too.

use crate::classify::samples::{column, day, literal, number, of, plan, schema, test};
use crate::diagnostics::{FileId, Span};
use crate::plan::{
    Arm, ArmId, Condition, ConditionArm, Dimension, DimensionId, Exclude, Node, Number, NumberKind, Partition, Plan,
    Predicate, RangeArm, Segment, Selector, Split, SplitArm, TextPattern, Value,
};
use crate::syntax::ast::CompareOp;
use crate::workspace::schema::{ColumnId, ColumnType, Schema};

/// Splitmix64: the same plans on every machine.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.roll(n) == 0
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())]
    }
}

const NUMBERS: [f64; 2] = [10.0, 20.0];
const WORDS: [&str; 3] = ["NY", "52", "521"];
const PREFIXES: [&str; 4] = ["N", "52", "", "NY"];

/// A plan and the columns that it reads.
pub struct Drawn {
    pub plan: Plan,
    pub schema: Schema,
    pub columns: Vec<ColumnId>,
}

struct Draw<'d> {
    dice: &'d mut Dice,
    columns: Vec<&'static str>,
    spans: u32,
    dimensions: u32,
    segments: u32,
}

pub fn draw(dice: &mut Dice) -> Drawn {
    let mut columns = vec!["employees", "revenue", "state", "industry", "founded", "public"];
    // Three columns for a fifth of the plans: cells multiply.
    let most = if dice.one_in(5) { 3 } else { 2 };
    while columns.len() > most {
        let at = dice.roll(columns.len());
        columns.remove(at);
    }
    let mut schema = schema();
    for column in &mut schema.columns {
        column.required |= dice.one_in(4);
    }
    let ids = columns.iter().map(|name| column(name)).collect();
    let mut draw = Draw { dice, columns, spans: 0, dimensions: 0, segments: 0 };
    let plan = draw.plan();
    Drawn { plan, schema, columns: ids }
}

/// Every value that the plans can tell from its neighbours.
pub fn grid(schema: &Schema, id: ColumnId) -> Vec<Option<Value>> {
    let declared = schema.column(id);
    let mut values: Vec<Option<Value>> = match declared.kind {
        ColumnType::Int | ColumnType::Money => {
            // Doubled, or taken from 20, a number passes 10 and 20 at 5 and 0 as well.
            [-1.0, 0.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 25.0].map(|n| Some(Value::Number(n))).into()
        }
        ColumnType::Text | ColumnType::Code => {
            ["NY", "NYC", "NA", "52", "521", "5210", "529", "ZZ"].map(|t| Some(Value::Text(t.into()))).into()
        }
        ColumnType::Date => [-1, 0, 1, 2, 5, 6, 9].map(|n| Some(Value::Date(day(n)))).into(),
        ColumnType::Bool => [true, false].map(|flag| Some(Value::Bool(flag))).into(),
        _ => Vec::new(),
    };
    if declared.nullable() {
        values.push(None);
    }
    values
}

const DAYS: [i32; 2] = [1, 5];

impl Draw<'_> {
    fn span(&mut self) -> Span {
        self.spans += 1;
        Span::new(FileId(0), self.spans as usize * 10, self.spans as usize * 10 + 5)
    }

    fn plan(&mut self) -> Plan {
        let mut drawn = plan(Node::Leaf(0), 0);
        for _ in 0..1 + self.dice.roll(3) {
            let dimension = self.dimension();
            drawn.dimensions.push(dimension);
            self.dimensions += 1;
            if self.dice.one_in(3) {
                let (condition, span) = (self.condition(2), self.span());
                drawn.segments.push(Segment { name: "s".into(), was: None, condition, because: None, span });
                self.segments += 1;
            }
        }
        if self.dice.one_in(4) {
            let (condition, span) = (self.condition(1), self.span());
            drawn.excludes.push(Exclude {
                selector: Selector::Condition(condition),
                coverage: None,
                because: None,
                span,
            });
        }
        let mut leaves = 0;
        let root = self.node(3, &mut leaves);
        let leaf = plan(Node::Leaf(0), 1).coverages[0].leaves[0].clone();
        drawn.coverages[0].root = root;
        drawn.coverages[0].leaves = vec![leaf; leaves as usize];
        drawn
    }

    fn column(&mut self, wanted: &[&str]) -> Option<&'static str> {
        let fitting: Vec<&'static str> = self.columns.iter().copied().filter(|c| wanted.contains(c)).collect();
        if fitting.is_empty() { None } else { Some(self.dice.pick(&fitting)) }
    }

    fn numeric(&mut self) -> Option<Number> {
        let name = self.column(&["employees", "revenue"])?;
        let plain = of(name);
        Some(match self.dice.roll(8) {
            0 => number(NumberKind::Default(Box::new(plain), Box::new(literal(self.dice.pick(&NUMBERS))))),
            1 => number(NumberKind::Multiply(Box::new(literal(2.0)), Box::new(plain))),
            2 => number(NumberKind::Subtract(Box::new(literal(20.0)), Box::new(plain))),
            3 => number(NumberKind::If {
                condition: Box::new(self.condition(0)),
                then: Box::new(plain),
                otherwise: Box::new(literal(self.dice.pick(&NUMBERS))),
            }),
            4 if self.dimensions > 0 => {
                let inside = NumberKind::InArms { dimension: self.known_dimension(), arms: vec![ArmId(0)] };
                let scaled = number(NumberKind::Multiply(Box::new(number(inside)), Box::new(literal(20.0))));
                number(NumberKind::Add(Box::new(scaled), Box::new(literal(0.0))))
            }
            _ => plain,
        })
    }

    fn known_dimension(&mut self) -> DimensionId {
        DimensionId(self.dice.roll(self.dimensions as usize) as u32)
    }

    fn op(&mut self) -> CompareOp {
        use CompareOp::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
        self.dice.pick(&[Less, LessEqual, Equal, NotEqual, GreaterEqual, Greater])
    }

    fn pattern(&mut self) -> TextPattern {
        match self.dice.one_in(2) {
            true => TextPattern::Exactly(self.dice.pick(&WORDS).into()),
            false => TextPattern::StartsWith(self.dice.pick(&PREFIXES).into()),
        }
    }

    fn predicate(&mut self) -> Condition {
        let predicate = match self.dice.roll(9) {
            0..=2 => self.numeric().map(|left| {
                let right = literal(self.dice.pick(&NUMBERS));
                Predicate::Compare { left, op: self.op(), right }
            }),
            3 | 4 => self.column(&["state", "industry"]).map(|name| Predicate::Matches {
                column: column(name),
                default: self.dice.one_in(3).then(|| self.dice.pick(&WORDS).into()),
                patterns: (0..1 + self.dice.roll(2)).map(|_| self.pattern()).collect(),
            }),
            5 => self.column(&["founded"]).map(|name| Predicate::CompareDate {
                column: column(name),
                default: self.dice.one_in(3).then(|| day(self.dice.pick(&DAYS))),
                op: self.op(),
                to: day(self.dice.pick(&DAYS)),
            }),
            6 => self
                .column(&["public"])
                .map(|name| Predicate::Flag { column: column(name), default: self.dice.one_in(2) }),
            7 => {
                let name = self.dice.pick(&self.columns.clone());
                Some(Predicate::Missing(column(name)))
            }
            _ if self.dimensions > 0 => {
                let arms = (0..1 + self.dice.roll(2) as u32).map(ArmId).collect();
                Some(Predicate::Is { dimension: self.known_dimension(), arms })
            }
            _ => None,
        };
        match predicate {
            Some(predicate) => test(predicate),
            None if self.segments > 0 => Condition::Segment(self.dice.roll(self.segments as usize) as u32),
            None => Condition::Always(self.dice.one_in(2)),
        }
    }

    fn condition(&mut self, depth: u32) -> Condition {
        if depth == 0 || self.dice.one_in(3) {
            return self.predicate();
        }
        let parts = |draw: &mut Self| (0..2 + draw.dice.roll(2)).map(|_| draw.condition(depth - 1)).collect();
        match self.dice.roll(3) {
            0 => Condition::All(parts(self)),
            1 => Condition::Any(parts(self)),
            _ => Condition::Not(Box::new(self.condition(depth - 1))),
        }
    }

    fn dimension(&mut self) -> Dimension {
        let partition = match self.dice.roll(4) {
            0 => self.numeric().map(|subject| Partition::Ranges { subject, ranges: self.ranges() }),
            1 => self.column(&["state", "industry"]).map(|name| {
                let mut patterns: Vec<(TextPattern, ArmId)> =
                    (0..1 + self.dice.roll(4)).map(|_| (self.pattern(), ArmId(self.dice.roll(3) as u32))).collect();
                patterns.sort();
                patterns.dedup_by(|a, b| a.0 == b.0);
                let default = self.dice.one_in(4).then(|| self.dice.pick(&WORDS).into());
                Partition::Texts { column: column(name), default, patterns }
            }),
            2 => self.column(&["founded"]).map(|name| {
                let (first, last) = (day(DAYS[0]), day(DAYS[1]));
                let next = |day: chrono::NaiveDate| day.succ_opt();
                let mut ranges = vec![
                    (None, Some(first), ArmId(0)),
                    (next(first), Some(last), ArmId(1)),
                    (next(last), None, ArmId(2)),
                ];
                if self.dice.one_in(2) {
                    ranges.remove(self.dice.roll(3));
                }
                Partition::Dates { column: column(name), ranges }
            }),
            _ => None,
        };
        let partition = partition.unwrap_or_else(|| {
            let arms = (0..2 + self.dice.roll(3)).map(|_| (self.condition(2), ArmId(self.dice.roll(3) as u32)));
            Partition::Conditions { arms: arms.collect() }
        });
        let arms = ["a", "b", "c"].map(|name| Arm { name: name.into(), because: None, span: self.span() });
        let missing = self.dice.one_in(2).then(|| ArmId(self.dice.roll(3) as u32));
        let missing = missing.filter(|_| !matches!(partition, Partition::Conditions { .. }));
        Dimension {
            name: "d".into(),
            was: None,
            arms: arms.into(),
            partition,
            missing,
            otherwise: self.dice.one_in(2).then(|| ArmId(self.dice.roll(3) as u32)),
            unproved: None,
            because: None,
            span: self.span(),
        }
    }

    fn ranges(&mut self) -> Vec<RangeArm> {
        let ends = [None, Some(NUMBERS[0]), Some(NUMBERS[1]), None];
        let (mut ranges, mut included) = (Vec::new(), false);
        for at in 0..3 {
            let to_included = self.dice.one_in(2);
            let range = RangeArm {
                from: ends[at],
                from_included: !included && ends[at].is_some(),
                to: ends[at + 1],
                to_included: to_included && ends[at + 1].is_some(),
                arm: ArmId(at as u32),
            };
            included = to_included;
            if !self.dice.one_in(5) {
                ranges.push(range);
            }
        }
        ranges
    }

    fn node(&mut self, depth: u32, leaves: &mut u32) -> Node {
        if depth == 0 || self.dice.one_in(4) {
            *leaves += 1;
            return Node::Leaf(*leaves - 1);
        }
        if self.dice.one_in(3) {
            let dimension = self.known_dimension();
            let span = self.span();
            let arms: Vec<SplitArm> =
                (0..2).map(|_| SplitArm { span: self.span(), node: self.node(depth - 1, leaves) }).collect();
            let branch = (0..3).map(|_| (!self.dice.one_in(6)).then(|| self.dice.roll(2) as u32)).collect();
            return Node::Split(Split::Dimension { dimension, branch, arms, unproved: None, span });
        }
        // Often the conditions are made to be a partition, so that proofs are met as well as gaps.
        let tidy = self.dice.one_in(2);
        let span = self.span();
        let mut conditions: Vec<Condition> = (0..1 + self.dice.roll(3)).map(|_| self.condition(2)).collect();
        if tidy {
            for at in (1..conditions.len()).rev() {
                let before = Condition::Not(Box::new(Condition::Any(conditions[..at].to_vec())));
                conditions[at] = Condition::All(vec![before, conditions[at].clone()]);
            }
            if self.dice.one_in(2) {
                conditions.push(Condition::Not(Box::new(Condition::Any(conditions.clone()))));
            }
        }
        let arms = conditions.into_iter().map(|condition| ConditionArm {
            condition,
            span: self.span(),
            node: self.node(depth - 1, leaves),
        });
        let arms = arms.collect();
        let otherwise = self.dice.one_in(2).then(|| {
            let span = self.span();
            Box::new(SplitArm { span, node: self.node(depth - 1, leaves) })
        });
        Node::Split(Split::Conditions { arms, otherwise, in_order: self.dice.one_in(4), unproved: None, span })
    }
}
