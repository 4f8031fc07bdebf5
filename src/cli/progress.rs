//! Progress of long work, on a terminal only.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};

use super::interrupt;
use crate::carve::{Control, Phase, Progress, Pulse};
use crate::compile::Watch;

/// A line on standard error that says what is going on.
#[derive(Debug)]
pub struct Bar {
    shown: Shown,
    accounts: u64,
    /// Draws anew while the search is busy; only where there is something to see.
    drawing: Option<JoinHandle<()>>,
}

/// What the drawing thread sees.
#[derive(Debug, Clone)]
struct Shown {
    bar: ProgressBar,
    pulse: Pulse,
    line: Arc<Mutex<Line>>,
    done: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct Line {
    doing: String,
    /// Put before the phase, for work of many searches.
    part: String,
    bound: Option<f64>,
    searching: bool,
}

const EVERY: Duration = Duration::from_millis(120);

impl Bar {
    pub fn new(visible: bool) -> Self {
        let bar = if visible { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        let shown = Shown { bar, pulse: interrupt::pulse(), line: Arc::default(), done: Arc::default() };
        let drawing = visible.then(|| {
            shown.bar.set_style(ProgressStyle::default_spinner());
            let shown = shown.clone();
            std::thread::spawn(move || {
                while !shown.done.load(Ordering::Relaxed) {
                    shown.draw();
                    std::thread::sleep(EVERY);
                }
            })
        });
        Self { shown, accounts: 0, drawing }
    }

    /// Says which part of the work the searches from then on belong to.
    pub fn parts(&self) -> impl Fn(String) + 'static {
        let line = self.shown.line.clone();
        move |part| line.lock().unwrap_or_else(PoisonError::into_inner).part = part
    }

    pub fn clear(&mut self) {
        self.shown.done.store(true, Ordering::Relaxed);
        if let Some(drawing) = self.drawing.take() {
            // A line that cannot be drawn is nobody's concern.
            let _ = drawing.join();
        }
        self.shown.bar.finish_and_clear();
    }

    fn set(&mut self, change: impl FnOnce(&mut Line)) {
        change(&mut self.shown.line.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Shown {
    fn draw(&self) {
        let line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let number = |name: &str, value: Option<f64>| value.map_or_else(String::new, |v| format!(", {name} {v:.4e}"));
        let cost = number("cost", self.pulse.cost().filter(|_| line.searching));
        let bound = number("bound", line.bound);
        let stopping = if self.pulse.stopped() { ", stopping" } else { "" };
        self.bar.set_message(format!("{}{}{cost}{bound}{stopping}", line.part, line.doing));
        self.bar.tick();
    }
}

impl Progress for Bar {
    fn report(&mut self, phase: Phase, _cost: Option<f64>, bound: Option<f64>) -> Control {
        let doing = match phase {
            Phase::Prepare => "laying out units",
            Phase::Bound => "proving a bound",
            Phase::Draw => "drawing territories",
            Phase::Search => "improving territories",
            Phase::Polish => "polishing territories",
            Phase::Explain => "explaining what does not fit",
        };
        self.set(|line| {
            line.doing = doing.to_owned();
            line.bound = bound;
            line.searching = true;
        });
        if self.shown.pulse.stopped() { Control::Stop } else { Control::Continue }
    }

    fn pulse(&self) -> Pulse {
        self.shown.pulse.clone()
    }
}

impl Watch for Bar {
    fn read(&mut self, accounts: u64) {
        self.accounts += accounts;
        let accounts = self.accounts;
        self.set(|line| {
            line.doing = format!("{} accounts", HumanCount(accounts));
            line.searching = false;
        });
    }
}
