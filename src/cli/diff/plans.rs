//! Two versions of a plan.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::{Arguments, show, written};
use crate::cli::Exit;
use crate::cli::interrupt;
use crate::cli::progress::Bar;
use crate::cli::terminal::{Format, Terminal, exit};
use crate::compile::compare::{Compared, Failed, Named, compare};
use crate::compile::{Project, Request, load_side};
use crate::diagnostics::{Diagnostics, Sources};
use crate::diff::Diff;
use crate::outcome::summary::ExpectationStatus;
use crate::render::diff::{redacted, redacted_account, story};
use crate::workspace::{OpenedSide, SideKind, SideSpec, kind_of, open_side};

/// Options for plans.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Two plans")]
pub struct PlanOptions {
    /// Tell one account's story instead: where it stood, where it stands and why
    #[arg(long, value_name = "ACCOUNT")]
    explain: Option<String>,
    /// Compare with the tip of the base, not with the commit at which both parted
    #[arg(long)]
    tip: bool,
    /// Data of the base: a folder laid out like the project's, or a file of accounts
    #[arg(long, value_name = "PATH")]
    pub(super) base_data: Option<PathBuf>,
    /// Data of the head
    #[arg(long, value_name = "PATH")]
    pub(super) head_data: Option<PathBuf>,
}

/// Two sides as the user named them.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    pub base: &'a str,
    pub head: &'a str,
    /// A base that is a revision stands for itself, not for the commit at which it and the head parted.
    pub tip: bool,
    pub base_data: Option<&'a Path>,
    pub head_data: Option<&'a Path>,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    if let Some(table) = [&arguments.base, arguments.head()].into_iter().find(|side| kind_of(side) == SideKind::Table) {
        terminal.insist(&format!(
            "`{table}` is a table: the other side must be one too, and `--key` says what its rows are known by"
        ));
        return Exit::CouldNotRun;
    }
    let is_written = |side: &str| kind_of(side) == SideKind::Out;
    if is_written(&arguments.base) || is_written(arguments.head()) {
        if let Some(exit) = arguments.unredacted("a folder of an earlier compile", terminal) {
            return exit;
        }
        return written::compare(arguments, terminal).unwrap_or_else(|exit| exit);
    }
    let options = &arguments.plans;
    let sides = Sides {
        base: &arguments.base,
        head: arguments.head(),
        tip: options.tip,
        base_data: options.base_data.as_deref(),
        head_data: options.head_data.as_deref(),
    };
    let account = options.explain.as_deref();
    let (mut compared, project) = match compared(&sides, account, arguments, terminal) {
        Ok(compared) => compared,
        Err(exit) => return exit,
    };
    if let Err(exit) = written::patch(&compared, arguments, terminal) {
        return exit;
    }
    let account = compared.account.take();
    let diff = &compared.diff;
    match account {
        None => {}
        Some(Ok(mut account)) => {
            let mut diff = Cow::Borrowed(diff);
            if arguments.show.redact {
                account = redacted_account(&account, &diff);
                diff = Cow::Owned(redacted(&diff));
            }
            let text = match arguments.format {
                Format::Json => story::json(&account, &diff),
                _ => story::text(&account, &diff, terminal.style()),
            };
            terminal.print(&text);
            return Exit::Clean;
        }
        Some(Err(near)) => {
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            let key = options.explain.as_deref().unwrap_or_default();
            terminal.insist(&format!("neither side has an account with the key `{key}`{near}"));
            return Exit::CouldNotRun;
        }
    }
    if let Err(exit) = show::show(diff, &project, &arguments.show, arguments.format, terminal) {
        return exit;
    }
    let differs = !crate::render::diff::is_empty(diff);
    if breaks(diff) || (arguments.exit_code && differs) { Exit::Findings } else { Exit::Clean }
}

/// Whether an `expect` of the head does not hold.
pub fn breaks(diff: &Diff) -> bool {
    diff.verdicts.iter().any(|verdict| verdict.level == "expect" && verdict.status == ExpectationStatus::Broken)
}

/// Opens, compiles and compares two sides; gives the comparison and the head's project. What went wrong is told.
fn compared(
    sides: &Sides<'_>,
    account: Option<&str>,
    arguments: &Arguments,
    terminal: &Terminal,
) -> Result<(Compared, String), Exit> {
    let is_revision = |side: &str| kind_of(side) == SideKind::Revision;
    let of_work_tree = Path::new(if is_revision(sides.head) { "." } else { sides.head });
    let parted = if is_revision(sides.head) { sides.head } else { "HEAD" };
    let base = SideSpec {
        argument: sides.base,
        project: of_work_tree,
        parted_from: (!sides.tip && is_revision(sides.base)).then_some(parted),
        data: sides.base_data,
    };
    let head = SideSpec { argument: sides.head, project: of_work_tree, parted_from: None, data: sides.head_data };
    // From here on an interrupt is waited for, so that the folders of revisions are removed.
    interrupt::pulse();
    let (base, base_project) = open(&base, arguments, terminal)?;
    let (head, head_project) = open(&head, arguments, terminal)?;
    let project = head_project.workspace.manifest.project.clone();
    let mut notes: Vec<String> = base.notes.clone();
    notes.extend(head.notes.iter().filter(|note| !base.notes.contains(note)).cloned());
    let request = Request { threads: arguments.threads(), ..Request::default() };
    let mut bar = Bar::new(terminal.progress);
    let compared = compare(
        Named { name: base.name.clone(), commit: base.commit.clone(), project: base_project },
        Named { name: head.name.clone(), commit: head.commit.clone(), project: head_project },
        notes,
        account,
        &request,
        &mut bar,
    );
    bar.clear();
    if interrupt::pulse().stopped() {
        return Err(interrupt::tell(terminal, "nothing was written"));
    }
    compared.map(|compared| (compared, project)).map_err(|failed| {
        let Failed { side, sources, diagnostics } = *failed;
        say(&diagnostics, &sources, (&side, "does not compile"), arguments, terminal);
        Exit::Findings
    })
}

/// Opens and checks a side; what is wrong with it is told. The folder of a revision is there as long as the side is.
pub(super) fn open(
    spec: &SideSpec<'_>,
    arguments: &Arguments,
    terminal: &Terminal,
) -> Result<(OpenedSide, Project), Exit> {
    let opened = open_side(spec).map_err(|wrong| {
        say(&wrong, &Sources::default(), (spec.argument, "cannot be read"), arguments, terminal);
        Exit::CouldNotRun
    })?;
    let loaded = load_side(&opened);
    let Some(project) = loaded.project else {
        say(&loaded.diagnostics, &loaded.sources, (spec.argument, "has errors"), arguments, terminal);
        return Err(if loaded.found { exit(&loaded.diagnostics) } else { Exit::CouldNotRun });
    };
    Ok((opened, project))
}

/// Tells what is wrong with a side.
pub(super) fn say(
    diagnostics: &Diagnostics,
    sources: &Sources,
    (side, why): (&str, &str),
    arguments: &Arguments,
    terminal: &Terminal,
) {
    let form = if arguments.show.redact { Terminal::report_withheld } else { Terminal::report };
    form(terminal, "diff", arguments.format, diagnostics, sources, None::<()>);
    if arguments.format.for_people() {
        terminal.insist(&format!("`{side}` {why}: there is nothing to compare"));
    }
}
