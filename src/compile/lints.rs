//! Lints that need the accounts: one more pass over them, and only where the manifest asks for it.

use std::ops::ControlFlow;

use super::{Ready, Run, tables};
use crate::data::Batch;
use crate::diagnostics::Diagnostics;
use crate::lint::{Asked, Tally};
use crate::outcome::recorder::{Also, Recorder};

/// What the lints say of the accounts; `totals` has the sum of each weight.
pub(super) fn look(run: &Run<'_>, ready: &Ready, totals: &[f64]) -> Diagnostics {
    let (plan, manifest) = (run.plan, &run.workspace.manifest);
    let asked = Asked::new(plan, &ready.schema, &ready.shapes, &manifest.lints);
    if asked.is_empty() {
        return Diagnostics::default();
    }
    let (program, key) = (&ready.program, manifest.accounts.key);
    let recorder = Recorder {
        plan,
        program,
        accounts: &manifest.accounts,
        roster: &ready.people.roster,
        measures: &ready.measures,
        also: Also::default(),
        owners: None,
    };
    let weigh = |batch: &Batch| -> Vec<Vec<f64>> {
        if asked.weights().is_empty() {
            return Vec::new();
        }
        let measured = ready.measures.measure(plan, program, batch, &program.classify(batch));
        let mut values = vec![0.0; ready.measures.len()];
        let mut weights = vec![Vec::with_capacity(batch.rows); asked.weights().len()];
        for row in 0..batch.rows {
            values.iter_mut().zip(&measured.columns).for_each(|(value, column)| *value = column[row]);
            for (into, weight) in weights.iter_mut().zip(asked.weights()) {
                into.push(ready.weights[*weight as usize].of(1.0, &values));
            }
        }
        weights
    };
    let mut tally = Tally::default();
    let each = |batch: &Batch| asked.look(batch, key, &weigh(batch));
    let further = asked.columns();
    let merge = |part| {
        tally.merge(part);
        ControlFlow::Continue(())
    };
    let mut found = tables::read_again(run.workspace, program, &recorder, &further, run.request.threads, each, merge);
    if !found.has_errors() {
        // What reading has to say has been said.
        found = asked.report(&tally, plan, &ready.schema, key, &manifest.lints, totals);
    }
    found
}
