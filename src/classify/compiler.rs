//! From the plan's conditions and numbers to fields and classes.
//!
//! A condition becomes a [`Test`]: sets of classes joined by and / or, without negation (it is pushed down to the
//! sets, which is exact because conditions have two values). Questions about the same field melt into one set.
//! What is too tangled for a table of conjunctions becomes a field of its own with a table of its own.

use std::collections::HashMap;

use super::circle::Circle;
use super::class_set::ClassSet;
use super::condition::{Test, join};
use super::cuts::Cuts;
use super::decision::{Clause, Decision};
use super::field::{Field, FieldId};
use super::survey::{Subject, Survey, literal, range_ends};
use super::text_table::TextTable;
use super::value::Value;
use crate::plan::{ArmId, Condition, DimensionId, Number, Partition, Plan, Predicate, TextPattern, TextSearch};
use crate::syntax::ast::CompareOp;
use crate::workspace::schema::ColumnId;

/// How a dimension is read off a field: the arm of every class, `None` where no arm (or two) takes the class.
#[derive(Debug, Clone)]
pub(super) struct Arms {
    pub field: FieldId,
    pub of_class: Vec<Option<ArmId>>,
}

pub(super) struct Compiler<'p> {
    pub plan: &'p Plan,
    pub survey: Survey<'p>,
    pub fields: Vec<Field>,
    /// What shares are parts of, each once.
    pub shares: Vec<Number>,
    columns: HashMap<(Kind, ColumnId), FieldId>,
    formulas: HashMap<usize, FieldId>,
    searches: Vec<(ColumnId, Vec<TextSearch>, FieldId)>,
    dimensions: HashMap<DimensionId, Arms>,
    segments: HashMap<u32, Test>,
    derived: Vec<(Test, FieldId)>,
}

/// What tells fields apart that read one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Values,
    Presence,
    Circle([u64; 3]),
    Inside(u32),
}

/// Conjunctions that one condition may become within its table.
const SPREAD: usize = 8;

impl<'p> Compiler<'p> {
    /// The survey has seen everything that will be compiled.
    pub fn new(survey: Survey<'p>, plan: &'p Plan) -> Self {
        Self {
            plan,
            survey,
            fields: Vec::new(),
            shares: Vec::new(),
            columns: HashMap::new(),
            formulas: HashMap::new(),
            searches: Vec::new(),
            dimensions: HashMap::new(),
            segments: HashMap::new(),
            derived: Vec::new(),
        }
    }

    pub fn condition(&mut self, condition: &Condition) -> Test {
        match condition {
            Condition::Always(holds) => Test::Constant(*holds),
            Condition::All(parts) => {
                let parts = parts.iter().map(|part| self.condition(part)).collect();
                Test::all(parts)
            }
            Condition::Any(parts) => {
                let parts = parts.iter().map(|part| self.condition(part)).collect();
                Test::any(parts)
            }
            Condition::Not(part) => self.condition(part).negate(),
            Condition::Segment(index) => match self.segments.get(index) {
                Some(test) => test.clone(),
                None => {
                    let test = self.condition(&self.plan.segments[*index as usize].condition);
                    // One field, so that several uses ask the row once.
                    let test = match test {
                        Test::All(_) | Test::Any(_) => self.derive(test),
                        simple => simple,
                    };
                    self.segments.insert(*index, test.clone());
                    test
                }
            },
            Condition::Test(predicate, _) => self.predicate(predicate),
        }
    }

    /// A table whose classes are the arms.
    pub fn decision(&mut self, tests: Vec<(Test, u32)>, arms: u32, in_order: bool) -> Decision {
        let mut clauses = Vec::new();
        for (test, arm) in tests {
            clauses.extend(self.clauses(test).into_iter().map(|asks| Clause { arm, asks }));
        }
        Decision::new(clauses, arms, in_order, &self.fields)
    }

    /// A field and its classes that say the same as a test.
    pub fn single(&mut self, test: Test) -> Option<(FieldId, ClassSet)> {
        match self.derive(test) {
            Test::In(field, set) => Some((field, set)),
            _ => None,
        }
    }

    pub fn push(&mut self, field: Field) -> FieldId {
        self.fields.push(field);
        FieldId(self.fields.len() as u32 - 1)
    }

    fn classes(&self, field: FieldId) -> u32 {
        self.fields[field.0 as usize].classes()
    }

    /// Constants stay, all else becomes a question about one field.
    fn derive(&mut self, test: Test) -> Test {
        if matches!(test, Test::Constant(_) | Test::In(..)) {
            return test;
        }
        let field = match self.derived.iter().find(|(known, _)| *known == test) {
            Some((_, field)) => *field,
            None => {
                let parts = match &test {
                    Test::Any(parts) => parts.clone(),
                    other => vec![other.clone()],
                };
                let decision = self.decision(parts.into_iter().map(|part| (part, 0)).collect(), 1, true);
                let field = self.push(Field::Decision(decision));
                self.derived.push((test, field));
                field
            }
        };
        Test::In(field, ClassSet::of(self.classes(field), [0]))
    }

    /// The test as a disjunction of conjunctions.
    fn clauses(&mut self, test: Test) -> Vec<Vec<(FieldId, ClassSet)>> {
        match test {
            Test::Constant(true) => vec![Vec::new()],
            Test::Constant(false) => Vec::new(),
            Test::In(field, set) => vec![vec![(field, set)]],
            Test::Any(parts) if parts.len() <= SPREAD => parts.into_iter().flat_map(|p| self.clauses(p)).collect(),
            any @ Test::Any(_) => {
                let any = self.derive(any);
                self.clauses(any)
            }
            Test::All(parts) => {
                let mut product: Vec<Vec<(FieldId, ClassSet)>> = vec![Vec::new()];
                for part in parts {
                    let wide = matches!(&part, Test::Any(parts) if parts.len() * product.len() > SPREAD);
                    let part = if wide { self.derive(part) } else { part };
                    let mut factors = self.clauses(part.clone());
                    if factors.len() * product.len() > SPREAD {
                        let part = self.derive(part);
                        factors = self.clauses(part);
                    }
                    let joined = product.iter().flat_map(|left| factors.iter().filter_map(|right| join(left, right)));
                    product = joined.collect();
                }
                product
            }
        }
    }

    fn predicate(&mut self, predicate: &Predicate) -> Test {
        match predicate {
            Predicate::Compare { left, op, right } => match literal(right) {
                Some(value) => self.comparison(left, *op, value),
                None => {
                    let (left, right) = (self.value(left), self.value(right));
                    let field = self.push(Field::Numbers { left, op: *op, right });
                    self.yes(field)
                }
            },
            Predicate::Matches { column, default, patterns } => {
                let field = self.column(*column, Kind::Values, |survey| {
                    let table = TextTable::new(survey.texts.get(column).into_iter().flatten());
                    Field::Text { column: *column, table }
                });
                let Field::Text { table, .. } = &self.fields[field.0 as usize] else { unreachable!("a text field") };
                let mut set = ClassSet::empty(table.classes());
                for pattern in patterns {
                    set = set.union(&table.fitting(pattern));
                }
                if default.as_ref().is_some_and(|text| patterns.iter().any(|pattern| fits(pattern, text))) {
                    set.insert(table.missing());
                }
                Test::of(field, set)
            }
            Predicate::Searches { column, default, searches } => {
                let known = self.searches.iter().find(|(c, s, _)| c == column && s == searches).map(|known| known.2);
                let field = known.unwrap_or_else(|| {
                    let field = self.push(Field::Search { column: *column, searches: searches.clone() });
                    self.searches.push((*column, searches.clone(), field));
                    field
                });
                let stands_in = default.as_ref().is_some_and(|text| searches.iter().any(|search| search.finds(text)));
                Test::of(field, ClassSet::of(3, [1].into_iter().chain(stands_in.then_some(2))))
            }
            Predicate::SameText { left, right } => {
                let field = self.push(Field::Texts { left: *left, right: *right });
                self.yes(field)
            }
            Predicate::CompareDate { column, default, op, to } => {
                let (field, cuts) = self.date_field(*column);
                let mut set = cuts.comparison(*op, to.to_epoch_days());
                if default.is_some_and(|day| super::field::compare(day, *op, *to)) {
                    set.insert(cuts.missing());
                }
                Test::of(field, set)
            }
            Predicate::CompareDates { left, op, right } => {
                let field = self.push(Field::Dates { left: *left, op: *op, right: *right });
                self.yes(field)
            }
            Predicate::Flag { column, default } => {
                let field = self.column(*column, Kind::Values, |_| Field::Flag { column: *column });
                Test::of(field, ClassSet::of(3, [1].into_iter().chain(default.then_some(2))))
            }
            Predicate::Missing(column) => {
                let field = self.column(*column, Kind::Presence, |_| Field::Presence { column: *column });
                self.yes(field)
            }
            Predicate::Is { dimension, arms } => {
                let (field, set) = self.arms_set(*dimension, arms);
                Test::of(field, set)
            }
            Predicate::Within { column, lat, lon, km } => {
                let kind = Kind::Circle([lat.to_bits(), lon.to_bits(), km.to_bits()]);
                let circle = || Field::Circle { column: *column, circle: Circle::new(*lat, *lon, *km) };
                let field = self.column(*column, kind, |_| circle());
                self.yes(field)
            }
            Predicate::Inside { column, shape } => {
                let inside = || Field::Inside { column: *column, shape: *shape };
                let field = self.column(*column, Kind::Inside(*shape), |_| inside());
                self.yes(field)
            }
        }
    }

    fn yes(&self, field: FieldId) -> Test {
        Test::In(field, ClassSet::of(2, [1]))
    }

    fn column(&mut self, column: ColumnId, kind: Kind, field: impl FnOnce(&Survey<'p>) -> Field) -> FieldId {
        if let Some(known) = self.columns.get(&(kind, column)) {
            return *known;
        }
        let field = field(&self.survey);
        let id = self.push(field);
        self.columns.insert((kind, column), id);
        id
    }

    /// `subject op value`, the value finite.
    fn comparison(&mut self, subject: &Number, op: CompareOp, value: f64) -> Test {
        let Some((field, cuts, default)) = self.number_field(subject) else {
            let (left, right) = (self.value(subject), Value::Literal(value));
            let field = self.push(Field::Numbers { left, op, right });
            return self.yes(field);
        };
        let mut set = cuts.comparison(op, value);
        if default.is_some_and(|default| super::field::compare(default, op, value)) {
            set.insert(cuts.missing());
        }
        Test::of(field, set)
    }

    /// The field of a number that is compared with literals, and what stands in where the number is missing.
    fn number_field(&mut self, subject: &Number) -> Option<(FieldId, Cuts<f64>, Option<f64>)> {
        let (field, default) = match Subject::of(subject) {
            Subject::Column(column, default) => {
                let cuts = |survey: &Survey<'p>| Cuts::new(survey.numbers.get(&column).cloned().unwrap_or_default());
                let field = self.column(column, Kind::Values, |s| Field::Number { column, cuts: cuts(s) });
                (field, default)
            }
            Subject::Formula(number, default) => {
                let index = self.survey.formulas.iter().position(|(known, _)| known == number)?;
                let field = match self.formulas.get(&index) {
                    Some(field) => *field,
                    None => {
                        let value = self.value(number);
                        let cuts = Cuts::new(self.survey.formulas[index].1.clone());
                        let field = self.push(Field::Formula { value, cuts });
                        self.formulas.insert(index, field);
                        field
                    }
                };
                (field, default)
            }
        };
        match &self.fields[field.0 as usize] {
            Field::Number { cuts, .. } | Field::Formula { cuts, .. } => Some((field, cuts.clone(), default)),
            _ => None,
        }
    }

    fn date_field(&mut self, column: ColumnId) -> (FieldId, Cuts<i32>) {
        let cuts = Cuts::new(self.survey.dates.get(&column).cloned().unwrap_or_default());
        let field = self.column(column, Kind::Values, |_| Field::Date { column, cuts: cuts.clone() });
        (field, cuts)
    }

    /// How the dimension is read off a field.
    pub fn arms(&mut self, id: DimensionId) -> Arms {
        if let Some(known) = self.dimensions.get(&id) {
            return known.clone();
        }
        let dimension = &self.plan.dimensions[id.0 as usize];
        let missing = dimension.missing.or(dimension.otherwise);
        let arms = match &dimension.partition {
            Partition::Ranges { subject, ranges } => self.range_arms(subject, ranges, dimension.otherwise, missing),
            Partition::Texts { column, default, patterns } => {
                let field = self.column(*column, Kind::Values, |survey| {
                    let table = TextTable::new(survey.texts.get(column).into_iter().flatten());
                    Field::Text { column: *column, table }
                });
                let Field::Text { table, .. } = &self.fields[field.0 as usize] else { unreachable!("a text field") };
                let mut of_class = table.best(patterns);
                let stand_in = default.as_ref().map(|text| table.class(text));
                of_class.iter_mut().for_each(|arm| *arm = arm.or(dimension.otherwise));
                of_class[table.missing() as usize] = stand_in.map_or(missing, |class| of_class[class as usize]);
                Arms { field, of_class }
            }
            Partition::Dates { column, ranges } => {
                let (field, cuts) = self.date_field(*column);
                let mut of_class = vec![dimension.otherwise; cuts.classes() as usize];
                for (from, to, arm) in ranges {
                    let mut set = ClassSet::of(cuts.classes(), 0..cuts.missing());
                    for (end, op) in [(from, CompareOp::GreaterEqual), (to, CompareOp::LessEqual)] {
                        if let Some(day) = end {
                            set = set.intersection(&cuts.comparison(op, day.to_epoch_days()));
                        }
                    }
                    set.iter().for_each(|class| of_class[class as usize] = Some(*arm));
                }
                of_class[cuts.missing() as usize] = missing;
                Arms { field, of_class }
            }
            Partition::Conditions { arms } => {
                let tests: Vec<(Test, u32)> = arms.iter().map(|(c, arm)| (self.condition(c), arm.0)).collect();
                let count = dimension.arms.len() as u32;
                let decision = self.decision(tests, count, false);
                let field = self.push(Field::Decision(decision));
                let of_class = (0..count).map(|arm| Some(ArmId(arm))).chain([dimension.otherwise, None]).collect();
                Arms { field, of_class }
            }
        };
        self.dimensions.insert(id, arms.clone());
        arms
    }

    fn range_arms(
        &mut self,
        subject: &Number,
        ranges: &[crate::plan::RangeArm],
        otherwise: Option<ArmId>,
        missing: Option<ArmId>,
    ) -> Arms {
        let (field, cuts, default) = self.number_field(subject).expect("the survey knows the dimension's subject");
        let mut of_class = vec![otherwise; cuts.classes() as usize];
        for range in ranges {
            // All numbers but NaN, then bounded.
            let mut set = ClassSet::of(cuts.classes(), 0..cuts.missing());
            for (op, value) in range_ends(range) {
                set = set.intersection(&cuts.comparison(op, value));
            }
            set.iter().for_each(|class| of_class[class as usize] = Some(range.arm));
        }
        of_class[cuts.missing() as usize] = default.map_or(missing, |value| of_class[cuts.class(value) as usize]);
        Arms { field, of_class }
    }

    /// The classes in which the dimension has one of these arms.
    pub fn arms_set(&mut self, dimension: DimensionId, wanted: &[ArmId]) -> (FieldId, ClassSet) {
        let arms = self.arms(dimension);
        let is_wanted = |class: &u32| arms.of_class[*class as usize].is_some_and(|arm| wanted.contains(&arm));
        let classes = arms.of_class.len() as u32;
        (arms.field, ClassSet::of(classes, (0..classes).filter(is_wanted)))
    }
}

fn fits(pattern: &TextPattern, text: &str) -> bool {
    match pattern {
        TextPattern::Exactly(literal) => literal == text,
        TextPattern::StartsWith(prefix) => text.starts_with(prefix.as_str()),
    }
}
