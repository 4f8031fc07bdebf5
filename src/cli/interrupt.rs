//! Ctrl-C: a search stops at its next step; what is on disk stays as it was.
//!
//! Invariant: the first signal only asks; a second one, for whoever cannot wait, ends the process at once.

use std::sync::OnceLock;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::Exit;
use super::terminal::Terminal;
use crate::carve::Pulse;

static PULSE: OnceLock<Pulse> = OnceLock::new();

/// The pulse that an interrupt stops. From the first call on, interrupts no longer end the process by themselves.
pub fn pulse() -> Pulse {
    let make = || {
        let pulse = Pulse::default();
        for signal in [SIGINT, SIGTERM] {
            // In this order: a signal that finds the flag set ends the process, the one before sets it. Where neither can
            // be registered a signal ends the process, which leaves all files as they were too.
            let _ = flag::register_conditional_shutdown(signal, INTERRUPTED.into(), pulse.flag());
            let _ = flag::register(signal, pulse.flag());
        }
        pulse
    };
    PULSE.get_or_init(make).clone()
}

/// What shells say of a process that Ctrl-C ended.
pub const INTERRUPTED: u8 = 130;

/// Says what an interrupt left behind.
pub fn tell(terminal: &Terminal, kept: &str) -> Exit {
    terminal.insist(&format!("interrupted: {kept}"));
    Exit::Interrupted
}
