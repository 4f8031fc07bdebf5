//! What of a diff is shown, in which forms, and where to.
//!
//! Narrowing down and redacting happen here, once, before any form is made.

use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::cli::Exit;
use crate::cli::staged::Staged;
use crate::cli::terminal::{Format, Terminal};
use crate::diff::{CauseKind, Diff};
use crate::render::diff::markdown::{self, MAX_BYTES, markdown};
use crate::render::diff::{Only, View, csv, geojson, human, json, letters, parquet, redacted};

/// Options for plans.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What of two plans is shown")]
pub struct Options {
    /// Cut no list
    #[arg(long)]
    full: bool,
    /// Show one level alone
    #[arg(long, value_name = "LEVEL")]
    only: Option<Level>,
    /// Show what goes from or to this rep, by key or name; may be given again
    #[arg(long, value_name = "REP")]
    rep: Vec<String>,
    /// Show what goes from or to this territory or pool; may be given again
    #[arg(long, value_name = "NAME")]
    territory: Vec<String>,
    /// Show what has a cause of this kind; may be given again
    #[arg(long, value_name = "KIND", value_parser = kind)]
    cause: Vec<CauseKind>,
    /// Take keys and names of reps out of every form
    #[arg(long)]
    pub redact: bool,
    /// Write the comment of a pull request; `-` is standard output, here and below
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Leave detail out of the comment until it has no more bytes
    #[arg(long, value_name = "N", default_value_t = MAX_BYTES)]
    max_bytes: usize,
    /// Where the whole diff can be had, for the comment: an address or a name
    #[arg(long, value_name = "TEXT")]
    artefact: Option<String>,
    /// Write the diff as JSON, whatever is printed
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write every change of an account; the name ends in `.csv` or `.parquet`
    #[arg(long, value_name = "FILE")]
    moves: Option<PathBuf>,
    /// Write moved accounts and territory centres as GeoJSON
    #[arg(long, value_name = "FILE")]
    geojson: Option<PathBuf>,
    /// Write a letter to every rep for whom something changes
    #[arg(long, value_name = "DIR")]
    letters: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Level {
    /// Accounts: causes, pairs, reps and moves
    Moves,
    /// The text of the plan
    Rules,
    Territories,
}

fn kind(word: &str) -> Result<CauseKind, String> {
    CauseKind::ALL.into_iter().find(|kind| kind.word() == word).ok_or_else(|| {
        let all: Vec<&str> = CauseKind::ALL.iter().map(|kind| kind.word()).collect();
        format!("one of {}", all.join(", "))
    })
}

impl Options {
    fn view(&self) -> View {
        View {
            only: self.only.map(|level| match level {
                Level::Moves => Only::Moves,
                Level::Rules => Only::Rules,
                Level::Territories => Only::Territories,
            }),
            reps: self.rep.clone(),
            territories: self.territory.clone(),
            causes: self.cause.clone(),
        }
    }

    /// A form goes to standard output, and nothing else does.
    fn piped(&self) -> bool {
        [&self.markdown, &self.json, &self.moves, &self.geojson].into_iter().flatten().any(|path| is_pipe(path))
    }
}

/// Writes the forms that were asked for and prints the diff; the project's name tells its comment from others.
pub fn show(diff: &Diff, project: &str, options: &Options, format: Format, terminal: &Terminal) -> Result<(), Exit> {
    let seen = options.view().of(diff);
    let veiled = if options.redact { Some(redacted(&seen)) } else { None };
    let diff = veiled.as_ref().unwrap_or(&seen);
    if let Err((path, error)) = write(diff, project, options, terminal) {
        terminal.insist(&format!("`{}` cannot be written: {error}", path.display()));
        return Err(Exit::CouldNotRun);
    }
    match format {
        _ if options.piped() => {}
        Format::Json => terminal.print(&json::json(diff)),
        format if format.for_people() && !terminal.quiet => {
            terminal.print(&human::diff(diff, options.full, terminal.style()));
        }
        _ => {}
    }
    if format.for_people() {
        terminal.say(&human::summary_line(diff));
    }
    Ok(())
}

fn is_pipe(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn write(diff: &Diff, project: &str, options: &Options, terminal: &Terminal) -> Result<(), (PathBuf, io::Error)> {
    let mut staged = Staged::default();
    let mut put = |path: &Path, form: &dyn Fn(&mut (dyn io::Write + Send)) -> io::Result<()>| {
        let failed = |error| (path.to_owned(), error);
        if is_pipe(path) {
            let mut bytes = Vec::new();
            form(&mut bytes).map_err(failed)?;
            terminal.print_bytes(&bytes);
            return Ok(());
        }
        staged.write(path, |out| form(out)).map_err(failed)
    };
    if let Some(path) = &options.markdown {
        let comment = markdown::Options {
            project: project.to_owned(),
            artefact: options.artefact.clone(),
            max_bytes: options.max_bytes,
            checks: Vec::new(),
        };
        put(path, &|out| out.write_all(markdown(diff, &comment).as_bytes()))?;
    }
    if let Some(path) = &options.json {
        put(path, &|out| json::write(diff, out))?;
    }
    if let Some(path) = &options.moves {
        let columns = path.extension().is_some_and(|e| e == "parquet");
        put(path, &|out| if columns { parquet(diff, out) } else { csv::csv(diff, out) })?;
    }
    if let Some(path) = &options.geojson {
        put(path, &|out| out.write_all(geojson::geojson(diff).as_bytes()))?;
    }
    if let Some(folder) = &options.letters {
        for letter in letters::letters(diff) {
            put(&folder.join(&letter.file), &|out| out.write_all(letter.text.as_bytes()))?;
        }
    }
    staged.commit().map_err(|error| (PathBuf::from("the outputs"), error))
}
