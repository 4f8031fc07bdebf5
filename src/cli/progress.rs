//! Progress of long work, on a terminal only.

use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};

use crate::carve::{Control, Phase, Progress};
use crate::compile::Watch;

/// A line on standard error that says what is going on.
#[derive(Debug)]
pub struct Bar {
    bar: ProgressBar,
    accounts: u64,
}

impl Bar {
    pub fn new(visible: bool) -> Self {
        let bar = if visible { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if visible {
            bar.enable_steady_tick(Duration::from_millis(120));
            bar.set_style(ProgressStyle::default_spinner());
        }
        Self { bar, accounts: 0 }
    }

    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn report(&mut self, phase: Phase, cost: Option<f64>, bound: Option<f64>) -> Control {
        let doing = match phase {
            Phase::Prepare => "laying out units",
            Phase::Bound => "proving a bound",
            Phase::Draw => "drawing territories",
            Phase::Search => "improving territories",
            Phase::Polish => "polishing territories",
            Phase::Explain => "explaining what does not fit",
        };
        let cost = cost.map_or_else(String::new, |c| format!(", cost {c:.4e}"));
        let bound = bound.map_or_else(String::new, |b| format!(", bound {b:.4e}"));
        self.bar.set_message(format!("{doing}{cost}{bound}"));
        Control::Continue
    }
}

impl Watch for Bar {
    fn read(&mut self, accounts: u64) {
        self.accounts += accounts;
        self.bar.set_message(format!("{} accounts", HumanCount(self.accounts)));
    }
}
