//! The data of both sides once more: what the cases come to, and the rows of accounts that change.

use std::ops::ControlFlow;

use super::causes::Version;
use super::gauge::{ByCase, Gauge};
use super::rows::{self, Rows, Wanted};
use super::{Sides, changes_case, world};
use crate::compile::Watch;
use crate::data::{Batch, Values};
use crate::diagnostics::Diagnostics;
use crate::diff::Measure;
use crate::diff::join::Joined;
use crate::workspace::schema::{Column, ColumnId, Origin};

/// What was read again.
pub(super) struct Read {
    pub tallies: ByCase,
    /// Accounts that change and that the head has.
    pub head_rows: Rows,
    /// The base's version of these, where the data differs.
    pub base_rows: Option<Rows>,
    /// Accounts that only the base has, in its columns.
    pub gone: Option<Rows>,
    /// Per measure, of the rows of the head and of those that are gone.
    pub amounts: Vec<Vec<f64>>,
    pub gone_amounts: Vec<Vec<f64>>,
}

impl Sides {
    /// The data of both sides, read once more: what the cases come to, and the rows of accounts that change.
    pub(super) fn read(
        &self,
        joined: &Joined,
        versions: &[Version],
        measures: &[Measure],
        watch: &mut dyn Watch,
    ) -> Result<Read, Diagnostics> {
        let (base, head) = (&self.base, &self.head);
        let gauge = Gauge::new(&head.workspace, &head.plan, &head.shapes, &head.totals, measures);
        let changes: Vec<bool> = joined.cases.iter().map(|case| changes_case(joined, case)).collect();
        let mut wanted = Wanted::default();
        gauge.wanted(&mut wanted);
        for version in versions {
            world::wanted(&head.workspace, &version.plan, &version.shapes, &mut wanted);
        }
        let accounts = &head.workspace.manifest.accounts;
        wanted.add([(accounts.key, false)]);
        wanted.add(accounts.name.filter(|name| !accounts.schema.column(*name).sensitive).map(|name| (name, false)));
        wanted.add(accounts.position.map(|position| (position, false)));
        let mut tallies = ByCase::default();
        let mut parts = Vec::new();
        let coded = wanted.coded();
        let each = |batch: &Batch| {
            let keys = batch.column(accounts.key);
            let number = |key: &str| joined.accounts.find(key);
            let case = |row: usize| keys.text(row).and_then(number).map(|n| joined.case[n as usize]);
            let picked = rows::pick(batch, accounts.key, &coded, |key| {
                number(key).filter(|n| changes[joined.case[*n as usize] as usize])
            });
            (gauge.tally(batch, case), picked, batch.rows as u64)
        };
        rows::scan(&head.workspace, &wanted, self.threads, each, |(tally, picked, rows)| {
            tallies.merge(&tally);
            parts.push(picked);
            watch.read(rows);
            ControlFlow::Continue(())
        })?;
        let head_rows = Rows::of(parts);
        let (amounts, gone_amounts);
        amounts = gauge.amounts(&head_rows.batch);

        let prints = (&base.compiled.outcome.fingerprint, &head.compiled.outcome.fingerprint);
        let same = prints.0.data == prints.1.data && prints.0.manifest == prints.1.manifest;
        let (mut base_rows, mut gone) = (None, None);
        if same {
            gone_amounts = Vec::new();
        } else {
            let theirs = self.base_rows(joined, &changes, measures, &wanted, &mut tallies, watch)?;
            base_rows = Some(self.in_heads_columns(&theirs, &head_rows, &wanted));
            let of_gone: Vec<u32> = theirs
                .accounts
                .iter()
                .copied()
                .filter(|n| joined.cases[joined.case[*n as usize] as usize].head.is_none())
                .collect();
            let rows = theirs.only(&of_gone);
            let base_gauge = Gauge::new(&base.workspace, &base.plan, &base.shapes, &base.totals, measures);
            gone_amounts = base_gauge.amounts(&rows.batch);
            gone = Some(rows);
        }
        Ok(Read { tallies, head_rows, base_rows, gone, amounts, gone_amounts })
    }

    /// The base's rows of accounts that change, in the base's columns; adds what is gone to the tallies.
    fn base_rows(
        &self,
        joined: &Joined,
        changes: &[bool],
        measures: &[Measure],
        of_head: &Wanted,
        tallies: &mut ByCase,
        watch: &mut dyn Watch,
    ) -> Result<Rows, Diagnostics> {
        let base = &self.base;
        let gauge = Gauge::new(&base.workspace, &base.plan, &base.shapes, &base.totals, measures);
        let accounts = &base.workspace.manifest.accounts;
        let mut wanted = Wanted::default();
        gauge.wanted(&mut wanted);
        wanted.add([(accounts.key, false)]);
        wanted.add(accounts.name.filter(|name| !accounts.schema.column(*name).sensitive).map(|name| (name, false)));
        wanted.add(accounts.position.map(|position| (position, false)));
        let heads_coded = of_head.coded();
        for column in of_head.columns() {
            wanted.add(self.base_column(column).map(|own| (own, heads_coded.contains(&column))));
        }
        let coded = wanted.coded();
        let mut parts = Vec::new();
        let each = |batch: &Batch| {
            let keys = batch.column(accounts.key);
            let number = |key: &str| joined.accounts.find(key);
            let gone = |row: usize| {
                let case = joined.case[keys.text(row).and_then(number)? as usize];
                joined.cases[case as usize].head.is_none().then_some(case)
            };
            let picked = rows::pick(batch, accounts.key, &coded, |key| {
                number(key).filter(|n| changes[joined.case[*n as usize] as usize])
            });
            // Segments are the head's; accounts that are gone are in none of them.
            let mut tally = gauge.tally(batch, gone);
            tally.of_segment.clear();
            (tally, picked, batch.rows as u64)
        };
        rows::scan(&base.workspace, &wanted, self.threads, each, |(tally, picked, rows)| {
            tallies.merge(&tally);
            parts.push(picked);
            watch.read(rows);
            ControlFlow::Continue(())
        })?;
        Ok(Rows::of(parts))
    }

    /// The base's column for a column of the head: by its name, else by what it is read from.
    fn base_column(&self, column: ColumnId) -> Option<ColumnId> {
        let of_head = self.head.workspace.manifest.accounts.schema.column(column);
        let columns = &self.base.workspace.manifest.accounts.schema.columns;
        let named = |own: &&Column| own.name == of_head.name;
        let read_alike = |own: &&Column| !matches!(own.origin, Origin::Place { .. }) && own.origin == of_head.origin;
        let find =
            |fits: &dyn Fn(&&Column) -> bool| columns.iter().position(|own| own.kind == of_head.kind && fits(&own));
        let at = find(&named).or_else(|| find(&read_alike))?;
        Some(ColumnId(at as u32))
    }

    /// The base's rows of accounts that both sides have, in the head's columns; what the base does not have is as in the
    /// head.
    fn in_heads_columns(&self, theirs: &Rows, heads: &Rows, wanted: &Wanted) -> Rows {
        let rows = theirs.only(&heads.accounts);
        let heads = heads.only(&rows.accounts);
        let coded = wanted.coded();
        let mut columns = heads.batch.columns;
        for column in wanted.columns() {
            let own = self.base_column(column).and_then(|own| rows.batch.columns[own.0 as usize].clone());
            let Some(own) = own else { continue };
            let slot = &mut columns[column.0 as usize];
            let fits = |values: &Values| std::mem::discriminant(values) == std::mem::discriminant(&own);
            let plain = if coded.contains(&column) { own.clone() } else { own.clone().plain() };
            if slot.as_ref().is_some_and(fits) || slot.is_none() {
                *slot = Some(plain);
            }
        }
        Rows { batch: Batch { columns, ..rows.batch }, accounts: rows.accounts }
    }
}
