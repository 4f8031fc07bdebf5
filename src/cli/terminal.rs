//! What the program may do with the user's terminal: colour, width, progress.

use std::io::{Error, ErrorKind, IsTerminal, Write};
use std::sync::OnceLock;

use clap::ValueEnum;
use serde::Serialize;

use super::Exit;
use crate::diagnostics::{Diagnostics, Severity, Sources};
use crate::render::findings::{Finding, VERSION, findings};
use crate::render::human::{self, Style};
use crate::render::withheld::withheld;
use crate::render::{concise, github, sarif};

/// Options that every verb takes.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// When to use colour; `NO_COLOR` in the environment turns it off
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: When,
    /// Print findings and data only
    #[arg(long, short, global = true)]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

/// The form of what a verb finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub enum Format {
    /// Drawn for people, on standard error
    #[default]
    Human,
    /// The same in sentences, for screen readers; also with NO_GRAPHICS=1 in the environment
    Narrated,
    /// A line a finding
    Concise,
    /// For programs; `terrac schema` prints the schema
    Json,
    /// Annotations of a pull request
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

impl Format {
    /// Tables and summaries are printed too.
    pub fn for_people(self) -> bool {
        matches!(self, Format::Human | Format::Narrated)
    }
}

/// Columns where the terminal does not say how wide it is.
const DEFAULT_WIDTH: usize = 100;

#[derive(Debug)]
pub struct Terminal {
    pub quiet: bool,
    out: Style,
    err: Style,
    /// Standard error is a person's terminal: progress may be drawn.
    pub progress: bool,
    /// Drawings are unwelcome.
    narrates: bool,
    /// Why data did not reach standard output.
    unwritten: OnceLock<Error>,
}

impl Terminal {
    pub fn new(options: &Options) -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|v| v == "dumb");
        let color = |terminal: bool| match options.color {
            When::Always => true,
            When::Never => false,
            When::Auto => terminal && !no_color && !dumb,
        };
        let width = terminal_size::terminal_size().map_or(DEFAULT_WIDTH, |(width, _)| width.0.into());
        let columns: Option<usize> = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
        let (out, err) = (std::io::stdout().is_terminal(), std::io::stderr().is_terminal());
        Self {
            quiet: options.quiet,
            out: Style { color: color(out), width: columns.unwrap_or(width) },
            err: Style { color: color(err), width: columns.unwrap_or(width) },
            progress: err && !options.quiet && !dumb,
            narrates: std::env::var_os("NO_GRAPHICS").is_some_and(|v| !v.is_empty() && v != "0"),
            unwritten: OnceLock::new(),
        }
    }

    /// How to draw on standard output.
    pub fn style(&self) -> Style {
        self.out
    }

    /// Data, to standard output. A reader that went away is no error; any other failure is told by [`Terminal::close`].
    pub fn print(&self, text: &str) {
        self.print_bytes(text.as_bytes());
    }

    /// The same for data that is not text.
    pub fn print_bytes(&self, bytes: &[u8]) {
        let mut out = std::io::stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Err(why) if why.kind() != ErrorKind::BrokenPipe => drop(self.unwritten.set(why)),
            _ => {}
        }
    }

    /// How a verb ends in the end: data that did not reach its reader is a failure, whatever else was found.
    pub fn close(&self, exit: Exit) -> Exit {
        let Some(why) = self.unwritten.get() else { return exit };
        self.insist(&format!("error: cannot write to standard output: {why}"));
        Exit::CouldNotRun
    }

    /// A line for people, to standard error, unless they asked for quiet.
    pub fn say(&self, line: &str) {
        if !self.quiet {
            self.insist(line);
        }
    }

    /// A line for people that quiet does not silence.
    pub fn insist(&self, line: &str) {
        tell(&format!("{line}\n"));
    }

    /// Prints what a verb found in the form that was asked for: people read standard error, programs standard output.
    /// `data` is what else the JSON carries.
    pub fn report<T: Serialize>(
        &self,
        verb: &'static str,
        format: Format,
        diagnostics: &Diagnostics,
        sources: &Sources,
        data: Option<T>,
    ) {
        match format {
            Format::Human if self.narrates => narrate(diagnostics, sources),
            Format::Human => tell(&human::findings(diagnostics.iter(), sources, self.err)),
            Format::Narrated => narrate(diagnostics, sources),
            Format::Concise => self.print(&concise::findings(diagnostics.iter(), sources)),
            Format::Github => self.print(&github::findings(diagnostics.iter(), sources)),
            Format::Sarif => self.print(&sarif::findings(diagnostics.iter(), sources)),
            Format::Json => {
                let findings = findings(diagnostics.iter(), sources);
                let report = Report { version: VERSION, verb, findings, outcome: data };
                let mut text = serde_json::to_string_pretty(&report).expect("a report has no maps with odd keys");
                text.push('\n');
                self.print(&text);
            }
        }
    }

    /// The same without what the findings say: people are given a line each, for a drawing shows the plan.
    pub fn report_withheld<T: Serialize>(
        &self,
        verb: &'static str,
        format: Format,
        diagnostics: &Diagnostics,
        sources: &Sources,
        data: Option<T>,
    ) {
        let bare = withheld(diagnostics);
        if format.for_people() {
            tell(&concise::findings(bare.iter(), sources));
        } else {
            self.report(verb, format, &bare, sources, data);
        }
    }
}

fn narrate(diagnostics: &Diagnostics, sources: &Sources) {
    tell(&human::narrated(diagnostics.iter(), sources));
}

/// Text for people, to standard error; nobody is left to tell if that fails.
fn tell(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// The JSON of every verb that finds things.
#[derive(Serialize)]
struct Report<'a, T> {
    version: u32,
    verb: &'static str,
    findings: Vec<Finding<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<T>,
}

/// How a verb ends that found these.
pub fn exit(diagnostics: &Diagnostics) -> Exit {
    if diagnostics.count(Severity::Error) > 0 { Exit::Findings } else { Exit::Clean }
}
