//! `terrac carve UNITS`: territories straight from a table, without a plan.

mod question;
mod report;
mod table;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::ValueEnum;

use super::progress::Bar;
use super::terminal::Terminal;
use super::{Exit, interrupt};
use crate::carve::{self, Effort, Failure, conflict};
use crate::diagnostics::{Diagnostic, Diagnostics, Sources, codes};
use question::Question;

/// Cut a table of units into balanced, compact territories.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    /// The units: CSV, Parquet or JSON Lines, a row each
    #[arg(value_name = "UNITS")]
    units: PathBuf,
    /// The column that names a unit [default: `id`, else `geoid`, else the first]
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
    /// Longitude and latitude columns, or x and y with --planar [default: lon,lat or x,y]
    #[arg(long, value_name = "COLUMN,COLUMN", value_parser = two_columns)]
    position: Option<(String, String)>,
    /// The positions lie in a plane; distances are in its unit of length
    #[arg(long)]
    planar: bool,
    /// How many territories; their centres are free
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000), required_unless_present = "seats")]
    into: Option<u32>,
    /// A table of seats to carve around: id, position and, if there is one, capacity
    #[arg(long, value_name = "FILE", conflicts_with = "into")]
    seats: Option<PathBuf>,
    /// A column to share out evenly and how evenly; `units` counts rows [default: weight:5%, else units:5%]
    #[arg(long, value_name = "COLUMN:5%", value_parser = balance)]
    balance: Vec<(String, f64)>,
    /// The column by which distances count [default: the first balanced one]
    #[arg(long, value_name = "COLUMN")]
    pull: Option<String>,
    /// What a kilometre costs: as it is, or squared, which shuns far corners
    #[arg(long, value_enum, default_value = "squared")]
    cost: Cost,
    /// Distances count as the nearest multiple of so many kilometres (or of what the plane is measured in)
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    round: Option<f64>,
    /// Which units touch: a table whose first two columns are unit ids, or row numbers from 0
    #[arg(long, value_name = "EDGES")]
    adjacency: Option<PathBuf>,
    /// Every territory in one piece, over --adjacency or else over the Delaunay neighbours of the positions
    #[arg(long)]
    contiguous: bool,
    /// The column that names each unit's territory of today
    #[arg(long, value_name = "COLUMN")]
    incumbent: Option<String>,
    /// At most so much of the first balanced column may leave its incumbent
    #[arg(long, value_name = "8%", value_parser = share, requires = "incumbent")]
    moving: Option<f64>,
    /// Where a free territory is measured from: its mean, or the best of its units
    #[arg(long, value_enum, default_value = "means", conflicts_with = "seats")]
    centres: Centres,
    /// Where promises are not kept, find out which conflict and what each would need; may take many solves
    #[arg(long)]
    explain: bool,
    /// How much work to spend; counted in steps, so that the answer is the same on every machine
    #[arg(long, value_enum, default_value = "normal")]
    effort: Work,
    /// How many threads to use; the answer does not depend on it [default: all]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Another seed may find other territories
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Where to write the rows `id,territory` [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The form of the report
    #[arg(long, value_enum, default_value = "human")]
    format: super::terminal::Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Cost {
    Squared,
    Distance,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Centres {
    Means,
    Units,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Work {
    Quick,
    Normal,
    Thorough,
}

impl From<Work> for Effort {
    fn from(work: Work) -> Self {
        match work {
            Work::Quick => Self::Quick,
            Work::Normal => Self::Normal,
            Work::Thorough => Self::Thorough,
        }
    }
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let begun = Instant::now();
    let question = match Question::read(arguments) {
        Ok(question) => question,
        Err(wrong) => return fail(arguments, terminal, &wrong),
    };
    question.notes.iter().for_each(|note| terminal.say(note));
    let mut bar = Bar::new(terminal.progress);
    let mut work = || {
        let solution = carve::solve(&question.problem, &mut bar)?;
        let why = if arguments.explain && !solution.broken.is_empty() {
            conflict::conflict(&question.problem, &conflict::Clauses::default(), &solution, &mut bar)?
        } else {
            conflict::contradiction(&question.problem, &conflict::Clauses::default())
                .filter(|_| !solution.broken.is_empty())
        };
        Ok((solution, why))
    };
    let solution = match arguments.threads {
        None => work(),
        Some(threads) => match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
            Ok(pool) => pool.install(work),
            Err(why) => {
                let message = format!("cannot start {threads} threads: {why}");
                return fail(arguments, terminal, &one(Diagnostic::error(codes::carve::BAD_QUESTION, message)));
            }
        },
    };
    bar.clear();
    let (solution, why) = match solution {
        Ok(solved) => solved,
        Err(Failure::Interrupted) => return interrupt::tell(terminal, "nothing was written"),
        Err(Failure::Input(faults)) => {
            let wrong = faults.iter().map(|f| Diagnostic::error(codes::carve::BAD_QUESTION, f.to_string())).collect();
            return fail(arguments, terminal, &wrong);
        }
    };
    let alignment = report::alignment(&question, &solution);
    if let Some(path) = &arguments.out
        && let Err(why) = write_whole(path, &alignment)
    {
        // Without the name of the draft, which is nobody's concern.
        let why = why.raw_os_error().map_or(why, std::io::Error::from_raw_os_error);
        let message = format!("cannot write `{}`: {why}", path.display());
        return fail(arguments, terminal, &one(Diagnostic::error(codes::carve::UNWRITABLE, message)));
    }
    let mut broken = report::broken(&question, &solution);
    broken.extend(why.map(|why| report::conflict(&question, &why, arguments.explain)));
    let seconds = begun.elapsed().as_secs_f64();
    if arguments.format.for_people() {
        if arguments.out.is_none() {
            terminal.print(&String::from_utf8_lossy(&alignment));
        } else {
            terminal.print(&report::table(&question, &solution, terminal.style()));
        }
        terminal.say(&report::summary(&question, &solution, seconds));
    }
    let data = report::Report::new(&question, &solution, seconds);
    terminal.report("carve", arguments.format, &broken, &Sources::default(), Some(data));
    super::terminal::exit(&broken)
}

fn fail(arguments: &Arguments, terminal: &Terminal, wrong: &Diagnostics) -> Exit {
    terminal.report::<()>("carve", arguments.format, wrong, &Sources::default(), None);
    Exit::CouldNotRun
}

fn one(diagnostic: Diagnostic) -> Diagnostics {
    std::iter::once(diagnostic).collect()
}

/// Nothing appears under the name before all of it is there.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut draft = tempfile::NamedTempFile::new_in(folder)?;
    draft.write_all(bytes)?;
    draft.persist(path)?;
    Ok(())
}

/// `lon,lat`
fn two_columns(text: &str) -> Result<(String, String), String> {
    match text.split_once(',').map(|(a, b)| (a.trim(), b.trim())) {
        Some((a, b)) if !a.is_empty() && !b.is_empty() && !b.contains(',') => Ok((a.to_owned(), b.to_owned())),
        _ => Err("not two columns such as `lon,lat`".to_owned()),
    }
}

/// `revenue:5%`, or `revenue` for the usual 5 %
fn balance(text: &str) -> Result<(String, f64), String> {
    match text.rsplit_once(':') {
        Some((column, tolerance)) if !column.is_empty() => Ok((column.to_owned(), share(tolerance)?)),
        None if !text.is_empty() => Ok((text.to_owned(), question::USUAL_TOLERANCE)),
        _ => Err("not a column and a tolerance such as `revenue:5%`".to_owned()),
    }
}

/// `1000`
fn length(text: &str) -> Result<f64, String> {
    let length = text.trim().parse().ok().filter(|length: &f64| length.is_finite() && *length > 0.0);
    length.ok_or_else(|| format!("`{text}` is not a length such as `1`"))
}

/// `5%` or `0.05`
fn share(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let (digits, factor) = text.strip_suffix('%').map_or((text, 1.0), |digits| (digits.trim_end(), 0.01));
    let wrong = || format!("`{text}` is not a share such as `5%`");
    let share = digits.parse::<f64>().map_err(|_| wrong())? * factor;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err(format!("`{text}` is not between `0%` and `100%`")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_shares_are_read_as_people_write_them() {
        assert_eq!(two_columns("lon, lat"), Ok(("lon".to_owned(), "lat".to_owned())));
        assert!(two_columns("lon").is_err() && two_columns("a,b,c").is_err() && two_columns(",b").is_err());
        assert_eq!(balance("revenue:5%"), Ok(("revenue".to_owned(), 0.05)));
        assert_eq!(balance("a:b:0.1"), Ok(("a:b".to_owned(), 0.1)));
        assert_eq!(balance("revenue"), Ok(("revenue".to_owned(), 0.05)));
        assert!(balance("revenue:x").is_err() && balance(":5%").is_err() && balance("").is_err());
        assert!(share("NaN").is_err() && share("-1%").is_err() && share("101%").is_err());
        assert_eq!(share("0.5 %"), Ok(0.005));
    }
}
