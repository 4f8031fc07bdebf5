//! `terrac check [PATH]`.

use std::path::PathBuf;

use super::Exit;
use super::terminal::{Format, Terminal, exit};
use crate::compile::load;
use crate::diagnostics::Severity;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Project folder or its terrac.toml
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Form of the findings
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Format,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let loaded = load(&arguments.path);
    terminal.report("check", arguments.format, &loaded.diagnostics, &loaded.sources, None::<()>);
    let (errors, warnings) = (loaded.diagnostics.count(Severity::Error), loaded.diagnostics.count(Severity::Warning));
    if let (Some(project), true) = (&loaded.project, arguments.format.for_people()) {
        let plan = &project.plan;
        let leaves: usize = plan.coverages.iter().map(|c| c.leaves.len()).sum();
        terminal.say(&format!(
            "{}: {} coverages with {leaves} leaves, {} carves, {} exceptions: no errors, {warnings} warnings",
            plan.name,
            plan.coverages.len(),
            plan.carves.len(),
            plan.named.len() + plan.holds.len() + plan.excludes.len(),
        ));
    } else if arguments.format.for_people() {
        terminal.say(&format!("{errors} errors, {warnings} warnings"));
    }
    if loaded.found { exit(&loaded.diagnostics) } else { Exit::CouldNotRun }
}
