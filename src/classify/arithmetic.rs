//! From the plan's numbers to [`Value`]s.

use super::compiler::Compiler;
use super::condition::Test;
use super::value::Value;
use crate::plan::{Number, NumberKind};

impl Compiler<'_> {
    pub fn value(&mut self, number: &Number) -> Value {
        match &number.kind {
            NumberKind::Literal(value) => Value::Literal(*value),
            NumberKind::Column(column) => Value::Column(*column),
            NumberKind::Negate(a) => Value::Negate(Box::new(self.value(a))),
            NumberKind::Add(a, b) => Value::Add(Box::new(self.value(a)), Box::new(self.value(b))),
            NumberKind::Subtract(a, b) => Value::Subtract(Box::new(self.value(a)), Box::new(self.value(b))),
            NumberKind::Multiply(a, b) => Value::Multiply(Box::new(self.value(a)), Box::new(self.value(b))),
            NumberKind::Divide(a, b) => Value::Divide(Box::new(self.value(a)), Box::new(self.value(b))),
            NumberKind::Call(function, arguments) => {
                Value::Call(*function, arguments.iter().map(|argument| self.value(argument)).collect())
            }
            NumberKind::Share(part) => {
                let value = self.value(part);
                Value::Share(Box::new(value), self.share(part))
            }
            NumberKind::Default(a, b) => Value::Default(Box::new(self.value(a)), Box::new(self.value(b))),
            NumberKind::If { condition, then, otherwise } => {
                let test = self.condition(condition);
                self.choose(test, then, otherwise)
            }
            NumberKind::DistanceTo { column, lat, lon } => Value::Distance { column: *column, lat: *lat, lon: *lon },
            NumberKind::Between { from, to } => Value::Between { from: *from, to: *to },
            NumberKind::InArms { dimension, arms } => {
                let (field, set) = self.arms_set(*dimension, arms);
                let holds = (0..set.classes()).map(|class| set.contains(class)).collect();
                let (then, otherwise) = (Box::new(Value::Literal(1.0)), Box::new(Value::Literal(0.0)));
                Value::Choose { field, holds, then, otherwise }
            }
        }
    }

    /// Index of what a share is a part of.
    pub fn share(&mut self, part: &Number) -> u32 {
        let index = self.shares.iter().position(|known| known == part).unwrap_or_else(|| {
            self.shares.push(part.clone());
            self.shares.len() - 1
        });
        index as u32
    }

    fn choose(&mut self, test: Test, then: &Number, otherwise: &Number) -> Value {
        if let Test::Constant(holds) = test {
            return self.value(if holds { then } else { otherwise });
        }
        let (then, otherwise) = (self.value(then), self.value(otherwise));
        let (field, set) = self.single(test).expect("only constants have no field");
        let holds = (0..set.classes()).map(|class| set.contains(class)).collect();
        Value::Choose { field, holds, then: Box::new(then), otherwise: Box::new(otherwise) }
    }
}
