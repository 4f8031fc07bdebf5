//! `terrac explain CODE` and `terrac explain ACCOUNT [PATH]`.

use std::path::PathBuf;

use serde::Serialize;

use super::Exit;
use super::progress::Bar;
use super::terminal::{Format, Terminal, exit};
use crate::compile::{Explained, Project, Request, explain, load};
use crate::diagnostics::{Code, Diagnostics, Sources, codes, did_you_mean};
use crate::render::story::story;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Code of a finding, such as `unknown-name`, or key of an account
    #[arg(value_name = "CODE or ACCOUNT")]
    topic: String,
    /// Project folder or its terrac.toml, where an account is asked for
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Take what is asked for as the key of an account, be it a code or not
    #[arg(long)]
    account: bool,
    /// Threads to use [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Form of what is printed
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Format,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    match codes::find(&arguments.topic) {
        Some(code) if !arguments.account => page(code, arguments.format, terminal),
        _ => account(arguments, terminal),
    }
}

fn page(code: Code, format: Format, terminal: &Terminal) -> Exit {
    #[derive(Serialize)]
    struct Page {
        code: &'static str,
        summary: &'static str,
        page: &'static str,
    }
    if format != Format::Json {
        terminal.print(code.page);
    } else {
        let page = Page { code: code.name, summary: code.summary, page: code.page };
        terminal.report("explain", format, &Diagnostics::default(), &Sources::default(), Some(page));
    }
    Exit::Clean
}

fn account(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let key = &arguments.topic;
    let code_hint = || did_you_mean(key, codes::all().map(|code| code.name));
    let loaded = load(&arguments.path);
    if !loaded.found {
        let hint = code_hint().map_or_else(String::new, |hint| format!("; {hint}"));
        terminal.report("explain", arguments.format, &loaded.diagnostics, &loaded.sources, None::<()>);
        terminal.insist(&format!(
            "`{key}` is not the code of a finding{hint}, and there is no project here to look for an account in"
        ));
        return Exit::CouldNotRun;
    }
    let Some(Project { mut workspace, files, plan, .. }) = loaded.project else {
        terminal.report("explain", arguments.format, &loaded.diagnostics, &loaded.sources, None::<()>);
        return exit(&loaded.diagnostics);
    };
    let mut bar = Bar::new(terminal.progress);
    let request = Request { threads: arguments.threads.unwrap_or_default(), ..Request::default() };
    let (explained, found) = explain(&mut workspace, &files, &plan, key, &request, &mut bar);
    bar.clear();
    match explained {
        Explained::Failed => {
            terminal.report("explain", arguments.format, &found, &workspace.sources, None::<()>);
            exit(&found)
        }
        Explained::Unknown(near) => {
            let hint = near.map(|near| format!("did you mean `{near}`?")).or_else(code_hint);
            let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
            terminal.insist(&format!("no account has the key `{key}`{hint}"));
            Exit::CouldNotRun
        }
        Explained::Story { story: told, solved } => {
            if arguments.format.for_people() {
                terminal.print(&story(&told, terminal.style()));
                for carve in solved {
                    terminal
                        .say(&format!("carve {carve} has no alignment that fits: it was solved for this answer alone"));
                }
            } else {
                terminal.report("explain", arguments.format, &Diagnostics::default(), &workspace.sources, Some(&told));
            }
            Exit::Clean
        }
    }
}
