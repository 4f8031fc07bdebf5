//! `terrac prove [PATH] [CLAIM…]`.
//!
//! Exit codes: 0 every claim is proved, 1 one is false (or the plan has errors), 2 one cannot be decided.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Serialize;

use super::Exit;
use super::terminal::{Format, Terminal, exit};
use crate::compile::{Answer, Asked, Verdict, judge_claims};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::prove::{CLAIM_FALSE, UNDECIDED};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Project folder or its terrac.toml
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Such as "employees >= 5000 and state = NY implies field in carve ne_enterprise"; without one, the plan's own claims
    #[arg(value_name = "CLAIM")]
    claims: Vec<String>,
    /// Form of what is printed
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Format,
}

/// What the JSON carries beside findings.
#[derive(Serialize)]
struct Answers<'a> {
    answers: &'a [Answer],
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let Asked { answers, sources, mut diagnostics, found } = judge_claims(&arguments.path, &arguments.claims);
    if diagnostics.has_errors() {
        terminal.report("prove", arguments.format, &diagnostics, &sources, None::<()>);
        return if found { exit(&diagnostics) } else { Exit::CouldNotRun };
    }
    match arguments.format {
        form if form.for_people() => terminal.print(&shown(&answers)),
        _ => {
            diagnostics.extend(answers.iter().filter_map(finding));
            let answers = Answers { answers: &answers };
            terminal.report("prove", arguments.format, &diagnostics, &sources, Some(answers));
        }
    }
    if answers.is_empty() {
        terminal.say("the plan claims nothing; `terrac prove PATH \"CLAIM\"` asks");
    }
    let any = |verdict: Verdict| answers.iter().any(|answer| answer.answer == verdict);
    match () {
        () if any(Verdict::False) => Exit::Findings,
        () if any(Verdict::Undecided) => Exit::CouldNotRun,
        () => Exit::Clean,
    }
}

/// An answer other than yes, for readers that know findings alone.
fn finding(answer: &Answer) -> Option<Diagnostic> {
    match (answer.answer, &answer.account) {
        (Verdict::Proved, _) => None,
        (Verdict::False, account) => {
            let account = account.as_deref().unwrap_or("some account");
            Some(Diagnostic::error(CLAIM_FALSE, format!("`{}` is not so for `{account}`", answer.claim)))
        }
        (Verdict::Undecided, _) => Some(Diagnostic::error(UNDECIDED, format!("`{}` cannot be decided", answer.claim))),
    }
}

fn shown(answers: &[Answer]) -> String {
    let mut text = String::new();
    for answer in answers {
        let word = match answer.answer {
            Verdict::Proved => "proved",
            Verdict::False => "false",
            Verdict::Undecided => "cannot decide",
        };
        let _ = writeln!(text, "{word}: {}", answer.claim);
        if let Some(account) = &answer.account {
            let _ = writeln!(text, "  not so for {account}");
        }
        for placed in &answer.placed {
            let _ = writeln!(text, "    {placed}");
        }
        for free in &answer.free {
            let _ = writeln!(text, "  taken as true or false, whatever else holds: {free}");
        }
        if answer.too_many {
            let _ = writeln!(text, "  it has too many combinations; ask about a part of it");
        }
    }
    text
}
