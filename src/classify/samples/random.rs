//! Random accounts and plans: small value pools, so that borders, ties and missing cells are common.

use proptest::prelude::*;

use super::{Cells, column, day, literal, number, plan, test};
use crate::diagnostics::Span;
use crate::plan::{
    Arm, ArmId, Condition, ConditionArm, Coverage, DateValue, Dimension, DimensionId, Exclude, Function, Hold,
    HoldOwner, Named, Node, Number, NumberKind, Partition, Plan, Predicate, RangeArm, Segment, Selector, Split,
    SplitArm, Target, TextPattern, TextSearch, Unit, Value, Weight,
};
use crate::syntax::ast::CompareOp;
use crate::workspace::schema::ColumnId;

fn pool() -> impl Strategy<Value = f64> {
    prop_oneof![(-2i8..6).prop_map(f64::from), Just(2.5), Just(-0.0)]
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![Just("NY".to_owned()), Just("52".to_owned()), "[5N][2Y]{0,2}"]
}

fn place() -> impl Strategy<Value = (f64, f64)> {
    let near = prop_oneof![Just(0.0), Just(0.5), Just(2.0), -3.0..3.0f64];
    (near.clone(), near, any::<bool>()).prop_map(|(lat, lon, far)| match far {
        true => (lat, if lon > 0.0 { lon - 180.0 } else { lon + 180.0 }),
        false => (lat, lon),
    })
}

pub fn cells() -> impl Strategy<Value = Cells> {
    let figure = || prop_oneof![6 => pool(), 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)].prop_map(Value::Number);
    let day = || (0..6).prop_map(|n| Value::Date(day(n)));
    let text = || word().prop_map(Value::Text);
    let maybe = |strategy: BoxedStrategy<Value>| proptest::option::weighted(0.8, strategy);
    let key = "[AB][0-9]{1,3}".prop_map(|key| Some(Value::Text(key)));
    let rest = [
        text().boxed(),
        text().boxed(),
        figure().boxed(),
        figure().boxed(),
        pool().prop_map(Value::Number).boxed(),
        day().boxed(),
        day().boxed(),
        any::<bool>().prop_map(Value::Bool).boxed(),
        place().prop_map(|(lat, lon)| Value::Point { lat, lon }).boxed(),
        text().boxed(),
    ];
    (key, rest.into_iter().map(maybe).collect::<Vec<_>>()).prop_map(|(key, mut cells)| {
        cells.insert(0, key);
        cells
    })
}

fn op() -> impl Strategy<Value = CompareOp> {
    use CompareOp::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
    proptest::sample::select(vec![Less, LessEqual, Equal, NotEqual, GreaterEqual, Greater])
}

fn numeric() -> impl Strategy<Value = ColumnId> {
    proptest::sample::select(vec![column("employees"), column("revenue"), column("margin")])
}

fn textual() -> impl Strategy<Value = ColumnId> {
    proptest::sample::select(vec![column("state"), column("industry"), column("owner")])
}

fn dated() -> impl Strategy<Value = ColumnId> {
    proptest::sample::select(vec![column("founded"), column("renewed")])
}

fn search() -> impl Strategy<Value = TextSearch> {
    (word(), any::<bool>(), 1usize..3).prop_map(|(text, at_end, length)| match at_end {
        true => TextSearch::EndsWith(text.chars().rev().take(length).collect::<Vec<_>>().into_iter().rev().collect()),
        false => TextSearch::Contains(text.chars().take(length).collect()),
    })
}

pub fn pattern() -> impl Strategy<Value = TextPattern> {
    (word(), any::<bool>(), 0usize..3).prop_map(|(text, exact, length)| match exact {
        true => TextPattern::Exactly(text),
        false => TextPattern::StartsWith(text.chars().take(length).collect()),
    })
}

/// Numbers; conditions inside ask only what `known` dimensions and segments say.
pub fn numbers(known: Known, shares: bool) -> BoxedStrategy<Number> {
    let date = || prop_oneof![dated().prop_map(DateValue::Column), (0..6).prop_map(|n| DateValue::Day(day(n)))];
    let mut leaves = vec![
        pool().prop_map(NumberKind::Literal).boxed(),
        numeric().prop_map(NumberKind::Column).boxed(),
        numeric().prop_map(NumberKind::Column).boxed(),
        place().prop_map(|(lat, lon)| NumberKind::DistanceTo { column: column("location"), lat, lon }).boxed(),
        (date(), date()).prop_map(|(from, to)| NumberKind::Between { from, to }).boxed(),
    ];
    if known.dimensions > 0 {
        let arms = proptest::collection::vec((0..3u32).prop_map(ArmId), 1..3);
        let in_arms = (0..known.dimensions, arms)
            .prop_map(|(dimension, arms)| NumberKind::InArms { dimension: DimensionId(dimension), arms });
        leaves.push(in_arms.boxed());
    }
    if shares {
        leaves.push(numeric().prop_map(|c| NumberKind::Share(Box::new(number(NumberKind::Column(c))))).boxed());
    }
    let leaf = proptest::strategy::Union::new(leaves).prop_map(number);
    leaf.prop_recursive(3, 12, 3, move |inner| {
        let pair = (inner.clone(), inner.clone()).prop_map(|(a, b)| (Box::new(a), Box::new(b)));
        let functions = vec![Function::Log, Function::Sqrt, Function::Round, Function::Abs];
        let some = proptest::collection::vec(inner.clone(), 2..4);
        let condition = predicates(Known { numbers: false, ..known });
        prop_oneof![
            inner.clone().prop_map(|a| NumberKind::Negate(Box::new(a))),
            pair.clone().prop_map(|(a, b)| NumberKind::Add(a, b)),
            pair.clone().prop_map(|(a, b)| NumberKind::Subtract(a, b)),
            pair.clone().prop_map(|(a, b)| NumberKind::Multiply(a, b)),
            pair.clone().prop_map(|(a, b)| NumberKind::Divide(a, b)),
            pair.clone().prop_map(|(a, b)| NumberKind::Default(a, b)),
            (proptest::sample::select(functions), inner.clone()).prop_map(|(f, a)| NumberKind::Call(f, vec![a])),
            (any::<bool>(), some).prop_map(|(min, arguments)| {
                NumberKind::Call(if min { Function::Min } else { Function::Max }, arguments)
            }),
            (inner.clone(), pool(), pool())
                .prop_map(|(a, low, high)| NumberKind::Call(Function::Clamp, vec![a, literal(low), literal(high)])),
            (condition, pair).prop_map(|(condition, (then, otherwise))| NumberKind::If {
                condition: Box::new(condition),
                then,
                otherwise,
            }),
        ]
        .prop_map(number)
    })
    .boxed()
}

/// What conditions may refer to.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    pub dimensions: u32,
    pub segments: u32,
    /// Whether computed numbers may be compared.
    pub numbers: bool,
}

fn predicates(known: Known) -> BoxedStrategy<Condition> {
    let patterns = || proptest::collection::vec(pattern(), 1..4);
    let km = prop_oneof![Just(0.0), Just(-1.0), Just(30_000.0), 0.0..400.0f64];
    let simple = (numeric(), proptest::option::of(pool()), op(), pool()).prop_map(|(column, default, op, value)| {
        let column = number(NumberKind::Column(column));
        let left = match default {
            Some(value) => number(NumberKind::Default(Box::new(column), Box::new(literal(value)))),
            None => column,
        };
        Predicate::Compare { left, op, right: literal(value) }
    });
    let mut all: Vec<BoxedStrategy<Predicate>> = vec![
        simple.boxed(),
        (textual(), proptest::option::of(word()), patterns())
            .prop_map(|(column, default, patterns)| Predicate::Matches { column, default, patterns })
            .boxed(),
        (textual(), proptest::option::of(word()), proptest::collection::vec(search(), 1..3))
            .prop_map(|(column, default, searches)| Predicate::Searches { column, default, searches })
            .boxed(),
        (textual(), textual()).prop_map(|(left, right)| Predicate::SameText { left, right }).boxed(),
        (dated(), proptest::option::of(0..6), op(), 0..6)
            .prop_map(|(column, default, op, to)| Predicate::CompareDate {
                column,
                default: default.map(day),
                op,
                to: day(to),
            })
            .boxed(),
        (dated(), op(), dated()).prop_map(|(left, op, right)| Predicate::CompareDates { left, op, right }).boxed(),
        any::<bool>().prop_map(|default| Predicate::Flag { column: column("public"), default }).boxed(),
        (1..11u32).prop_map(|c| Predicate::Missing(ColumnId(c))).boxed(),
        (place(), km)
            .prop_map(|((lat, lon), km)| Predicate::Within { column: column("location"), lat, lon, km })
            .boxed(),
        Just(Predicate::Inside { column: column("location"), shape: 0 }).boxed(),
    ];
    if known.dimensions > 0 {
        let arms = proptest::collection::vec((0..3u32).prop_map(ArmId), 1..3);
        let is = (0..known.dimensions, arms)
            .prop_map(|(dimension, arms)| Predicate::Is { dimension: DimensionId(dimension), arms });
        all.push(is.boxed());
    }
    if known.numbers {
        let computed = || numbers(Known { numbers: false, ..known }, false);
        let right = prop_oneof![pool().prop_map(literal), computed()];
        all.push(
            (computed(), op(), right).prop_map(|(left, op, right)| Predicate::Compare { left, op, right }).boxed(),
        );
    }
    let mut all: Vec<BoxedStrategy<Condition>> = all.into_iter().map(|p| p.prop_map(test).boxed()).collect();
    if known.segments > 0 {
        all.push((0..known.segments).prop_map(Condition::Segment).boxed());
    }
    proptest::strategy::Union::new(all).boxed()
}

pub fn conditions(known: Known) -> BoxedStrategy<Condition> {
    let leaf = prop_oneof![12 => predicates(known), 1 => any::<bool>().prop_map(Condition::Always)];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let some = proptest::collection::vec(inner.clone(), 1..5);
        prop_oneof![
            some.clone().prop_map(Condition::All),
            some.prop_map(Condition::Any),
            inner.prop_map(|c| Condition::Not(Box::new(c))),
        ]
    })
    .boxed()
}

fn dimension(partition: Partition, missing: Option<u32>, otherwise: Option<u32>) -> Dimension {
    let arm = |name: &str| Arm { name: name.into(), because: None, span: Span::default() };
    Dimension {
        name: "d".into(),
        was: None,
        arms: vec![arm("a"), arm("b"), arm("c")],
        partition,
        missing: missing.map(ArmId),
        otherwise: otherwise.map(ArmId),
        unproved: None,
        because: None,
        span: Span::default(),
    }
}

/// Ranges between some of the ends, each with an arm.
fn ranges() -> impl Strategy<Value = Vec<RangeArm>> {
    (proptest::collection::vec((pool(), any::<bool>(), proptest::option::of(0..3u32)), 1..5), any::<[bool; 2]>())
        .prop_map(|(mut ends, open)| {
            ends.sort_by(|a, b| a.0.total_cmp(&b.0));
            ends.dedup_by(|a, b| a.0 == b.0);
            let mut ranges = Vec::new();
            if open[0] {
                let (to, included, _) = ends[0];
                let arm = ArmId(0);
                ranges.push(RangeArm { from: None, from_included: false, to: Some(to), to_included: included, arm });
            }
            for pair in ends.windows(2) {
                let ((from, taken, arm), (to, to_included, _)) = (pair[0], pair[1]);
                let Some(arm) = arm.map(ArmId) else { continue };
                ranges.push(RangeArm { from: Some(from), from_included: !taken, to: Some(to), to_included, arm });
            }
            if open[1] {
                let (from, taken, _) = *ends.last().expect("at least one end");
                let arm = ArmId(2);
                ranges.push(RangeArm { from: Some(from), from_included: !taken, to: None, to_included: false, arm });
            }
            ranges
        })
}

fn arm() -> impl Strategy<Value = Option<u32>> {
    proptest::option::weighted(0.6, 0..3u32)
}

fn plain_dimensions() -> impl Strategy<Value = Vec<Dimension>> {
    let nothing = Known { dimensions: 0, segments: 0, numbers: false };
    let subject = prop_oneof![
        numeric().prop_map(|c| number(NumberKind::Column(c))),
        (numeric(), pool()).prop_map(|(c, d)| {
            number(NumberKind::Default(Box::new(number(NumberKind::Column(c))), Box::new(literal(d))))
        }),
        numbers(nothing, false),
    ];
    let by_number = (subject, ranges(), arm(), arm()).prop_map(|(subject, ranges, missing, otherwise)| {
        dimension(Partition::Ranges { subject, ranges }, missing, otherwise)
    });
    let patterns = proptest::collection::vec((pattern(), (0..3u32).prop_map(ArmId)), 1..6).prop_map(|mut patterns| {
        patterns.sort();
        patterns.dedup_by(|a, b| a.0 == b.0);
        patterns
    });
    let by_text = (textual(), proptest::option::of(word()), patterns, arm(), arm()).prop_map(
        |(column, default, patterns, missing, otherwise)| {
            dimension(Partition::Texts { column, default, patterns }, missing, otherwise)
        },
    );
    let by_date = (dated(), 0..3, 1..3, arm(), arm()).prop_map(|(column, from, length, missing, otherwise)| {
        let ranges = vec![
            (None, Some(day(from)), ArmId(0)),
            (Some(day(from + 1)), Some(day(from + length)), ArmId(1)),
            (Some(day(from + length + 2)), None, ArmId(2)),
        ];
        dimension(Partition::Dates { column, ranges }, missing, otherwise)
    });
    (by_number, by_text, by_date).prop_map(|(a, b, c)| vec![a, b, c])
}

fn nodes(known: Known) -> BoxedStrategy<Node> {
    let leaf = Just(Node::Leaf(0));
    leaf.prop_recursive(3, 16, 4, move |inner| {
        let arm = (conditions(known), inner.clone()).prop_map(|(condition, node)| ConditionArm {
            condition,
            node,
            span: Span::default(),
        });
        let otherwise = proptest::option::weighted(0.7, inner.clone());
        let by_condition =
            (proptest::collection::vec(arm, 1..6), otherwise, any::<bool>()).prop_map(|(arms, otherwise, in_order)| {
                let otherwise = otherwise.map(|node| Box::new(SplitArm { node, span: Span::default() }));
                Node::Split(Split::Conditions { arms, otherwise, in_order, unproved: None, span: Span::default() })
            });
        let branch = proptest::collection::vec(proptest::option::weighted(0.9, 0..2u32), 3);
        let by_dimension = (0..known.dimensions, branch, inner.clone(), inner).prop_map(|(dimension, branch, a, b)| {
            let arms = [a, b].map(|node| SplitArm { node, span: Span::default() }).into();
            let dimension = DimensionId(dimension);
            Node::Split(Split::Dimension { dimension, branch, arms, unproved: None, span: Span::default() })
        });
        prop_oneof![by_condition, by_dimension]
    })
    .boxed()
}

/// Gives the leaves their numbers, in the order of reading.
fn number_leaves(node: &mut Node, next: &mut u32) {
    match node {
        Node::Leaf(leaf) => {
            *leaf = *next;
            *next += 1;
        }
        Node::Split(Split::Dimension { arms, .. }) => {
            arms.iter_mut().for_each(|arm| number_leaves(&mut arm.node, next))
        }
        Node::Split(Split::Conditions { arms, otherwise, .. }) => {
            arms.iter_mut().for_each(|arm| number_leaves(&mut arm.node, next));
            otherwise.iter_mut().for_each(|arm| number_leaves(&mut arm.node, next));
        }
    }
}

fn selector(known: Known) -> impl Strategy<Value = Selector> {
    prop_oneof![
        conditions(known).prop_map(Selector::Condition),
        proptest::collection::btree_set("[AB][0-9]{1,2}", 1..5)
            .prop_map(|keys| Selector::Keys(keys.into_iter().map(|key| (key, Span::default())).collect())),
    ]
}

/// Plans with two coverages, four dimensions, two segments, weights and exceptions of every kind.
pub fn plans() -> impl Strategy<Value = Plan> {
    let known = |dimensions, segments| Known { dimensions, segments, numbers: true };
    let everything = known(4, 2);
    let by_conditions =
        (proptest::collection::vec((conditions(known(3, 1)), 0..3u32), 1..5), arm()).prop_map(|(arms, otherwise)| {
            let arms = arms.into_iter().map(|(condition, arm)| (condition, ArmId(arm))).collect();
            dimension(Partition::Conditions { arms }, None, otherwise)
        });
    let exclude = (selector(everything), proptest::option::of(0..2u32)).prop_map(|(selector, coverage)| Exclude {
        selector,
        coverage,
        because: None,
        span: Span::default(),
    });
    let until = || proptest::option::of(proptest::sample::select(vec![day(-1), day(10), day(365)]));
    let named = (selector(everything), 0..2u32, 0..2u32, until()).prop_map(|(selector, coverage, pool, until)| Named {
        selector,
        target: Target::Pool(pool),
        coverage,
        until,
        because: None,
        span: Span::default(),
    });
    let hold =
        (selector(everything), proptest::option::of(0..2u32), proptest::option::of(0..20), -1..40, any::<bool>())
            .prop_map(|(selector, coverage, from, until, incumbent)| Hold {
                selector,
                owner: if incumbent { HoldOwner::Incumbent } else { HoldOwner::Rep("R1".into(), Span::default()) },
                coverage,
                from: from.map(day),
                until: day(until),
                because: None,
                span: Span::default(),
            });
    (
        plain_dimensions(),
        conditions(known(3, 0)),
        by_conditions,
        conditions(known(4, 1)),
        (nodes(everything), nodes(everything)),
        proptest::collection::vec(numbers(everything, true), 0..3),
        (
            proptest::collection::vec(exclude, 0..2),
            proptest::collection::vec(named, 0..3),
            proptest::collection::vec(hold, 0..3),
        ),
    )
        .prop_map(|(mut dimensions, one, fourth, two, (first, second), weights, (excludes, named, holds))| {
            let mut whole = plan(first, 0);
            dimensions.push(fourth);
            whole.dimensions = dimensions;
            let segment =
                |condition| Segment { name: "s".into(), was: None, condition, because: None, span: Span::default() };
            whole.segments = vec![segment(one), segment(two)];
            whole.coverages.push(Coverage { root: second, ..whole.coverages[0].clone() });
            for coverage in &mut whole.coverages {
                number_leaves(&mut coverage.root, &mut 0);
            }
            let weight = |value| Weight {
                name: "w".into(),
                was: None,
                unit: Unit::default(),
                value,
                because: None,
                span: Span::default(),
            };
            whole.weights = weights.into_iter().map(weight).collect();
            (whole.excludes, whole.named, whole.holds) = (excludes, named, holds);
            whole
        })
}
