//! Two versions of a plan.

use std::path::Path;

use super::{Arguments, show};
use crate::cli::Exit;
use crate::cli::interrupt;
use crate::cli::progress::Bar;
use crate::cli::terminal::{Format, Terminal, exit};
use crate::compile::compare::{Compared, Failed, Named, compare};
use crate::compile::{Request, load};
use crate::render::diff::story;

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let threads = arguments
        .threads
        .filter(|n| *n > 0)
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    let (base, head) = match (side(&arguments.base, arguments, terminal), side(arguments.head(), arguments, terminal)) {
        (Ok(base), Ok(head)) => (base, head),
        (Err(exit), _) | (_, Err(exit)) => return exit,
    };
    let project = head.project.workspace.manifest.project.clone();
    let request = Request { threads, ..Request::default() };
    let mut bar = Bar::new(terminal.progress);
    let compared = compare(base, head, Vec::new(), arguments.explain.as_deref(), &request, &mut bar);
    bar.clear();
    if interrupt::pulse().stopped() {
        return interrupt::tell(terminal, "nothing was written");
    }
    let Compared { diff, account } = match compared {
        Ok(compared) => compared,
        Err(failed) => return tell(arguments, terminal, &failed),
    };
    match account {
        None => {}
        Some(Ok(account)) => {
            let text = match arguments.format {
                Format::Json => story::json(&account, &diff),
                _ => story::text(&account, &diff, terminal.style()),
            };
            terminal.print(&text);
            return Exit::Clean;
        }
        Some(Err(near)) => {
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            let key = arguments.explain.as_deref().unwrap_or_default();
            terminal.insist(&format!("neither side has an account with the key `{key}`{near}"));
            return Exit::CouldNotRun;
        }
    }
    if let Err(exit) = show::show(&diff, &project, &arguments.show, arguments.format, terminal) {
        return exit;
    }
    let broken = diff.verdicts.iter().any(|verdict| {
        verdict.level == "expect" && verdict.status == crate::outcome::summary::ExpectationStatus::Broken
    });
    let differs = !crate::render::diff::is_empty(&diff);
    if broken || (arguments.exit_code && differs) { Exit::Findings } else { Exit::Clean }
}

fn side(name: &str, arguments: &Arguments, terminal: &Terminal) -> Result<Named, Exit> {
    let loaded = load(Path::new(name));
    match loaded.project {
        Some(project) => Ok(Named { name: name.to_owned(), commit: None, project }),
        None => {
            terminal.report("diff", arguments.format, &loaded.diagnostics, &loaded.sources, None::<()>);
            terminal.insist(&format!("`{name}` has errors: there is nothing to compare"));
            Err(if loaded.found { exit(&loaded.diagnostics) } else { Exit::CouldNotRun })
        }
    }
}

fn tell(arguments: &Arguments, terminal: &Terminal, failed: &Failed) -> Exit {
    terminal.report("diff", arguments.format, &failed.diagnostics, &failed.sources, None::<()>);
    terminal.insist(&format!("`{}` does not compile: there is nothing to compare", failed.side));
    Exit::Findings
}
