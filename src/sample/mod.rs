//! Realistic accounts and reps from a seed, for examples, tests and benchmarks.
//!
//! Takes [`Settings`], gives Arrow record batches: accounts gathered around real metropolitan areas with heavy-tailed sizes,
//! industries, families, owners and holes; the reps who own them; the postal places, which of them touch, and invoices of
//! the customers. Invariant: a block of rows depends on its number and the settings alone, so any thread may make it, the
//! bytes are the same on every machine, and a longer sample begins with the shorter one. Deliberately absent: files (the
//! command line opens them), the clock, and whatever would need all rows at once.

mod accounts;
mod adjacency;
mod draw;
mod hubs;
mod invoices;
mod metros;
mod naics;
mod names;
mod places;
mod reps;
pub mod starter;

mod tables;
#[cfg(test)]
mod tests;
mod write;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use places::Places;
use reps::{Owners, Rep};
pub use write::{Format, write};

/// Rows of a block of accounts; families stay within one.
pub const BLOCK: u64 = 8_192;

/// What is to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub seed: u64,
    pub accounts: u64,
    pub reps: u32,
    /// About how many postal places the accounts lie in.
    pub places: u32,
    pub world: World,
    /// The share of accounts without a head count; other columns have more or fewer holes in proportion.
    pub missing: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seed: 1, accounts: 1_000, reps: 20, places: 2_500, world: World::Us, missing: 0.05 }
    }
}

/// Where the accounts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum World {
    /// The fifty states and the District of Columbia.
    Us,
    /// These and business centres of the other continents.
    Global,
}

/// A sample whose tables can be asked for, block by block.
#[derive(Debug)]
pub struct Sample {
    settings: Settings,
    places: Places,
    reps: Vec<Rep>,
    owners: Owners,
}

impl Sample {
    pub fn new(settings: Settings) -> Self {
        let places = Places::new(settings.world, settings.places);
        let reps = reps::reps(&places, settings.reps, settings.seed);
        let owners = Owners::new(&places, &reps);
        Self { settings, places, reps, owners }
    }

    /// The accounts, in blocks of [`BLOCK`] rows.
    pub fn accounts(&self) -> impl Iterator<Item = RecordBatch> + '_ {
        (0..self.blocks()).map(|block| self.account_block(block))
    }

    /// How many blocks of accounts (and of invoices) there are; the last may be short.
    pub fn blocks(&self) -> u64 {
        self.settings.accounts.div_ceil(BLOCK)
    }

    /// One block of accounts.
    pub fn account_block(&self, block: u64) -> RecordBatch {
        tables::accounts(&self.accounts_of(block), &self.reps)
    }

    /// The invoices of one block's customers, and a few that name an account that does not exist.
    pub fn invoice_block(&self, block: u64) -> RecordBatch {
        tables::invoices(&invoices::invoices(&self.accounts_of(block), self.settings.seed, block))
    }

    pub fn reps(&self) -> RecordBatch {
        tables::reps(&self.reps)
    }

    /// The postal places with their centroids.
    pub fn places(&self) -> RecordBatch {
        tables::places(&self.places.all)
    }

    /// Which places touch, by code.
    pub fn adjacency(&self) -> RecordBatch {
        tables::adjacency(&adjacency::touching(&self.places.all), &self.places.all)
    }

    fn accounts_of(&self, block: u64) -> Vec<accounts::Account<'_>> {
        let first = block * BLOCK;
        let rows = BLOCK.min(self.settings.accounts.saturating_sub(first));
        accounts::accounts(self, first, rows)
    }
}

/// The columns of the accounts.
pub fn account_schema() -> SchemaRef {
    tables::accounts(&[], &[]).schema()
}

/// The columns of the invoices.
pub fn invoice_schema() -> SchemaRef {
    tables::invoices(&[]).schema()
}
