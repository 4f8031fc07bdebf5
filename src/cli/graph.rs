//! `terrac graph [PATH]`.

use std::path::PathBuf;

use clap::ValueEnum;

use super::Exit;
use super::progress::Bar;
use super::terminal::{Format, Terminal, exit};
use crate::compile::{Project, count, load};
use crate::diagnostics::did_you_mean;
use crate::outcome::graph::graph;
use crate::render::graph as drawn;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Project folder or its terrac.toml
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Draw this coverage only
    #[arg(long, value_name = "NAME")]
    coverage: Option<String>,
    /// Draw the plan alone; no data is read
    #[arg(long)]
    no_data: bool,
    /// Threads to use [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Form of the drawing
    #[arg(long, value_name = "FORM", default_value = "text")]
    format: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A tree for a terminal
    Text,
    /// For Graphviz
    Dot,
    /// For Markdown on GitHub
    Mermaid,
    Json,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let loaded = load(&arguments.path);
    let Some(Project { mut workspace, files, plan, .. }) = loaded.project else {
        terminal.report("graph", Format::Human, &loaded.diagnostics, &loaded.sources, None::<()>);
        return if loaded.found { exit(&loaded.diagnostics) } else { Exit::CouldNotRun };
    };
    let names = || plan.coverages.iter().map(|c| c.name.as_str());
    let only = arguments.coverage.as_deref().map(|name| names().position(|known| known == name));
    if let (Some(None), Some(name)) = (only, &arguments.coverage) {
        let hint = did_you_mean(name, names()).map_or_else(String::new, |hint| format!("; {hint}"));
        terminal.insist(&format!("the plan has no coverage called `{name}`{hint}"));
        return Exit::CouldNotRun;
    }
    let only = only.flatten();
    let drawing = if arguments.no_data {
        graph(&plan, &workspace.sources, None, only)
    } else {
        let mut bar = Bar::new(terminal.progress);
        let threads = arguments.threads.unwrap_or_default();
        let (counted, found) = count(&mut workspace, &files, &plan, only, threads, &mut bar);
        bar.clear();
        let Some(counted) = counted else {
            terminal.report("graph", Format::Human, &found, &workspace.sources, None::<()>);
            terminal.say("the accounts cannot be counted; `--no-data` draws the plan alone");
            return exit(&found);
        };
        counted
    };
    let text = match arguments.format {
        Form::Text => drawn::tree(&drawing, terminal.style()),
        Form::Dot => drawn::dot(&drawing),
        Form::Mermaid => drawn::mermaid(&drawing),
        Form::Json => drawn::json(&drawing),
    };
    terminal.print(&text);
    Exit::Clean
}
