//! A single condition over a table of any schema: which reps a carve seats, which accounts an expectation counts.

use std::sync::Arc;

use arrow_buffer::{BooleanBuffer, BooleanBufferBuilder};

use super::compiler::Compiler;
use super::field::{Field, FieldId};
use super::program::Needed;
use super::shape::PreparedShape;
use super::survey::Survey;
use super::view::View;
use crate::data::Batch;
use crate::plan::{Condition, Plan};
use crate::workspace::schema::Schema;

/// A compiled condition.
#[derive(Debug, Clone)]
pub struct Filter {
    fields: Vec<Field>,
    shapes: Vec<Arc<PreparedShape>>,
    decision: FieldId,
    columns: Vec<Needed>,
}

impl Filter {
    /// The schema is the one that the condition was checked against; `shapes` are the plan's in its order.
    pub fn compile(condition: &Condition, plan: &Plan, schema: &Schema, shapes: &[Arc<PreparedShape>]) -> Self {
        let mut survey = Survey::new(plan);
        survey.condition(condition);
        let coded = |column| schema.column(column).kind.is_text();
        let columns = survey.columns.iter().map(|c| Needed { column: *c, coded: coded(*c) }).collect();
        let mut compiler = Compiler::new(survey, plan);
        let test = compiler.condition(condition);
        let decision = compiler.decision(vec![(test, 0)], 1, true);
        let decision = compiler.push(Field::Decision(decision));
        Self { fields: compiler.fields, shapes: shapes.to_vec(), decision, columns }
    }

    /// The columns that batches must hold, ascending.
    pub fn columns(&self) -> &[Needed] {
        &self.columns
    }

    /// For which rows the condition holds.
    pub fn evaluate(&self, batch: &Batch) -> BooleanBuffer {
        let mut holds = BooleanBufferBuilder::new(batch.rows);
        let mut view = View::new(&self.fields, &self.shapes, batch, &[]);
        while view.advance() {
            let all = view.all();
            let classes = view.classes(self.decision, all);
            all.each(|_, row| holds.append(classes[row] == 0));
        }
        holds.finish()
    }
}
