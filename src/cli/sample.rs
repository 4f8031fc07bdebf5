//! `terrac sample`: realistic accounts and reps from a seed.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

use super::Exit;
use super::terminal::Terminal;
use crate::sample::{self, BLOCK, Sample, Settings};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// How many accounts; `k` and `M` may follow the number
    #[arg(long, value_name = "N", default_value = "1000", value_parser = count)]
    accounts: u64,
    /// How many reps, their managers included
    #[arg(long, value_name = "N", default_value = "20", value_parser = small_count)]
    reps: u32,
    /// Another seed gives other accounts in the same places
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The folder to write into; files of the same name are replaced
    #[arg(long, value_name = "DIR", default_value = "data")]
    out: PathBuf,
    /// The form of the accounts, reps and invoices; places and adjacency are CSV
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
    /// Where the accounts are
    #[arg(long, value_enum, default_value = "us")]
    world: World,
    /// The share of accounts whose head count is missing; other columns have holes in proportion
    #[arg(long, value_name = "SHARE", default_value = "5%", value_parser = percent)]
    missing: f64,
    /// About how many ZIP or postal codes the accounts lie in
    #[arg(long, value_name = "N", default_value = "2500", value_parser = small_count)]
    places: u32,
    /// Write adjacency.csv too: which ZIP or postal codes touch
    #[arg(long)]
    adjacency: bool,
    /// Write the invoices of the customers too, as an ERP system would
    #[arg(long)]
    invoices: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Parquet,
    Jsonl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum World {
    /// The United States
    Us,
    /// The United States and business centres of all continents
    Global,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    match write(arguments, terminal.progress) {
        Ok(summary) => {
            terminal.say(&summary);
            Exit::Clean
        }
        Err(error) => {
            terminal.insist(&format!("error: cannot write the sample to `{}`: {error}", arguments.out.display()));
            Exit::CouldNotRun
        }
    }
}

/// Writes the files and says what they hold. Nothing appears under its name before all of it is there.
fn write(arguments: &Arguments, progress: bool) -> io::Result<String> {
    let sample = Sample::new(arguments.settings());
    let format = arguments.format.into();
    std::fs::create_dir_all(&arguments.out)?;
    let folder = tempfile::Builder::new().prefix(".sample-").tempdir_in(&arguments.out)?;
    let draft = Draft { folder, format, progress };
    let places = sample.places();
    let mut names = vec![
        draft.table("accounts", &sample::account_schema(), sample.blocks(), |block| sample.account_block(block))?,
        draft.one("reps", &sample.reps(), format)?,
        draft.one("places", &places, sample::Format::Csv)?,
    ];
    if arguments.adjacency {
        names.push(draft.one("adjacency", &sample.adjacency(), sample::Format::Csv)?);
    }
    if arguments.invoices {
        let schema = sample::invoice_schema();
        names.push(draft.table("invoices", &schema, sample.blocks(), |block| sample.invoice_block(block))?);
    }
    draft.publish(&names, &arguments.out)?;
    Ok(format!(
        "wrote {} accounts, {} reps and {} places to {}",
        arguments.accounts,
        arguments.reps,
        places.num_rows(),
        arguments.out.display()
    ))
}

impl Arguments {
    fn settings(&self) -> Settings {
        Settings {
            seed: self.seed,
            accounts: self.accounts,
            reps: self.reps,
            places: self.places,
            world: match self.world {
                World::Us => sample::World::Us,
                World::Global => sample::World::Global,
            },
            missing: self.missing,
        }
    }
}

impl From<Format> for sample::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Csv => Self::Csv,
            Format::Parquet => Self::Parquet,
            Format::Jsonl => Self::JsonLines,
        }
    }
}

/// A hidden folder beside the final files; it goes when dropped.
struct Draft {
    folder: tempfile::TempDir,
    format: sample::Format,
    progress: bool,
}

impl Draft {
    fn table(
        &self,
        name: &str,
        schema: &SchemaRef,
        blocks: u64,
        block: impl Fn(u64) -> RecordBatch + Sync,
    ) -> io::Result<String> {
        let bar = if self.progress { ProgressBar::new(blocks) } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{msg} {wide_bar} {percent}%").map_err(io::Error::other)?;
        bar.set_style(style);
        bar.set_message(name.to_owned());
        let done = |blocks| bar.set_position(blocks);
        let made = self.file(name, self.format, |into| sample::write(self.format, schema, blocks, block, into, done));
        bar.finish_and_clear();
        made
    }

    fn one(&self, name: &str, batch: &RecordBatch, format: sample::Format) -> io::Result<String> {
        self.file(name, format, |into| sample::write(format, &batch.schema(), 1, |_| batch.clone(), into, |_| {}))
    }

    /// Gives the file's name.
    fn file(
        &self,
        name: &str,
        format: sample::Format,
        fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> io::Result<String> {
        let name = format!("{name}.{}", format.ending());
        let mut into = BufWriter::new(File::create(self.folder.path().join(&name))?);
        fill(&mut into)?;
        into.flush()?;
        Ok(name)
    }

    fn publish(self, names: &[String], folder: &Path) -> io::Result<()> {
        names.iter().try_for_each(|name| std::fs::rename(self.folder.path().join(name), folder.join(name)))
    }
}

/// `2000`, `2_000`, `2k`, `10M`
fn count(text: &str) -> Result<u64, String> {
    let (digits, factor) = match text.strip_suffix(['k', 'M']) {
        Some(digits) => (digits, if text.ends_with('k') { 1_000 } else { 1_000_000 }),
        None => (text, 1),
    };
    let number: u64 =
        digits.replace('_', "").parse().map_err(|_| "not a whole number such as `2000` or `10M`".to_owned())?;
    let number = number.checked_mul(factor).filter(|n| *n <= MOST);
    number.ok_or_else(|| format!("more than {MOST}"))
}

/// A limit that keeps row numbers far from overflow.
const MOST: u64 = 100_000_000_000 / BLOCK * BLOCK;

fn small_count(text: &str) -> Result<u32, String> {
    let number = count(text)?;
    u32::try_from(number).ok().filter(|n| *n <= 1_000_000).ok_or_else(|| "more than 1000000".to_owned())
}

/// `5%` or `0.05`
fn percent(text: &str) -> Result<f64, String> {
    let (digits, factor) = text.strip_suffix('%').map_or((text, 1.0), |digits| (digits, 0.01));
    let share: f64 = digits.parse().map_err(|_| "not a share such as `5%`".to_owned())?;
    let share = share * factor;
    if (0.0..=0.5).contains(&share) { Ok(share) } else { Err("not between `0%` and `50%`".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_shares_are_read_as_people_write_them() {
        assert_eq!(count("2_000"), Ok(2_000));
        assert_eq!(count("12k"), Ok(12_000));
        assert_eq!(count("10M"), Ok(10_000_000));
        assert!(count("10 M").is_err() && count("-1").is_err() && count("99999999999999M").is_err());
        assert_eq!(percent("5%"), Ok(0.05));
        assert_eq!(percent("0.5"), Ok(0.5));
        assert!(percent("60%").is_err() && percent("NaN").is_err() && percent("-1%").is_err());
    }
}
