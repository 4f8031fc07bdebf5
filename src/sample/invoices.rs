//! Invoices of the customers of a block, as an ERP system would list them.
//!
//! Takes the block's accounts, gives none to a dozen invoices for each customer within the year 2026. Invariant: one stream
//! of draws a block, apart from that of the accounts. One invoice in two hundred names an account that is in no list, as
//! happens between systems.

use chrono::{Days, NaiveDate};

use super::accounts::{Account, Relationship};
use super::draw::{Draw, Purpose};

#[derive(Debug)]
pub struct Invoice {
    /// Unique within the sample.
    pub number: String,
    /// As the accounts write it.
    pub account: String,
    pub date: NaiveDate,
    /// Dollars, to the cent; now and then a credit note.
    pub amount: f64,
}

pub fn invoices(accounts: &[Account], seed: u64, block: u64) -> Vec<Invoice> {
    let mut draw = Draw::new(seed, Purpose::Invoices, block);
    let mut made = Vec::new();
    for account in accounts.iter().filter(|a| a.relationship == Relationship::Customer) {
        let size = account.potential.unwrap_or(30_000) as f64;
        for n in 0..1 + draw.below(12) {
            let stranger = draw.chance(0.005);
            let start = NaiveDate::from_ymd_opt(2026, 1, 1).expect("the date exists");
            let date = start + Days::new(draw.below(365));
            let amount = size / 20.0 * draw.log_normal(0.8) * if draw.chance(0.02) { -0.3 } else { 1.0 };
            made.push(Invoice {
                number: format!("I{:07}-{:02}", account.number + 1, n + 1),
                account: if stranger { format!("X{:07}", account.number + 1) } else { account.id() },
                date,
                amount: (amount * 100.0).round() / 100.0,
            });
        }
    }
    made
}
