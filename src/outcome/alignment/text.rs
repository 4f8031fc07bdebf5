//! The alignment file: tab-separated lines, one fact each, closed by a digest.
//!
//! ```text
//! terrac alignment 1
//! carve      ne_commercial
//! inputs     5f1c…
//! solved     normal  seed 0
//! objective  1.234567890e9
//! bound      1.230000000e9  everything
//! weights    opportunity  workload
//! least      0.000000000e0  0.000000000e0
//! territory  NE-COM-01  R003  1.000000000e0  40.71280  -74.00600  1.2e-3  0e0
//! unit       10001  NE-COM-01
//! digest     …
//! ```
//!
//! A unit that changes hands changes its own line and the digest. A file whose digest does not fit was edited by hand:
//! it is still read, and the caller is told.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::{AlignedTerritory, Alignment, CarveAlignment};
use crate::diagnostics::codes::outcome as codes;
use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Source, Span};

const FIRST_LINE: &str = "terrac alignment 1";

/// An alignment as it was read.
#[derive(Debug)]
pub struct ReadAlignment {
    /// Absent when the file could not be understood.
    pub alignment: Option<Alignment>,
    /// The digest does not fit the lines.
    pub edited: bool,
    pub diagnostics: Diagnostics,
}

/// The file's text. Numbers are written with ten significant digits, positions with five decimals.
pub fn write(alignment: &Alignment) -> String {
    let mut text = format!("{FIRST_LINE}\n");
    for carve in &alignment.carves {
        text.push('\n');
        line(&mut text, "carve", &[&carve.carve]);
        line(&mut text, "inputs", &[&carve.inputs]);
        line(&mut text, "solved", &[&carve.effort, &format!("seed {}", carve.seed)]);
        line(&mut text, "objective", &[&number(carve.objective)]);
        if let Some((bound, covers)) = &carve.bound {
            line(&mut text, "bound", &[&number(*bound), covers]);
        }
        line(&mut text, "weights", &carve.weights);
        line(&mut text, "least", &carve.least_imbalance.iter().map(|x| number(*x)).collect::<Vec<_>>());
        for territory in &carve.territories {
            let (lat, lon) = territory
                .centre
                .map_or(("-".into(), "-".into()), |(lat, lon)| (format!("{lat:.5}"), format!("{lon:.5}")));
            let mut cells = vec![
                territory.name.clone(),
                territory.seat.clone().unwrap_or_else(|| "-".into()),
                number(territory.capacity),
                lat,
                lon,
            ];
            cells.extend(territory.prices.iter().map(|p| number(*p)));
            line(&mut text, "territory", &cells);
        }
        for (unit, territory) in &carve.units {
            line(&mut text, "unit", &[unit, &carve.territories[*territory as usize].name]);
        }
    }
    let digest = digest(&text);
    let _ = writeln!(text, "\ndigest\t{digest}");
    text
}

fn line(text: &mut String, keyword: &str, cells: &[impl AsRef<str>]) {
    text.push_str(keyword);
    for cell in cells {
        text.push('\t');
        for c in cell.as_ref().chars() {
            match c {
                '\\' => text.push_str("\\\\"),
                '\t' => text.push_str("\\t"),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                c => text.push(c),
            }
        }
    }
    text.push('\n');
}

fn unescape(cell: &str) -> String {
    if !cell.contains('\\') {
        return cell.to_owned();
    }
    let mut chars = cell.chars();
    let mut text = String::with_capacity(cell.len());
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('t') => text.push('\t'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some(other) => text.push(other),
            None => text.push('\\'),
        }
    }
    text
}

/// Minus nought is written as nought, so that equal values have equal bytes.
fn number(value: f64) -> String {
    format!("{:.9e}", value + 0.0)
}

/// Over the lines without carriage returns and trailing empty lines, so that a checkout with other line ends still fits.
fn digest(text: &str) -> String {
    let text = text.replace('\r', "");
    let hash = Sha256::digest(text.trim_end_matches('\n').as_bytes());
    hash.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Reads a file that [`write()`] made, perhaps edited by hand since.
pub fn read(file: FileId, source: &Source) -> ReadAlignment {
    let mut reader =
        Reader { file, diagnostics: Diagnostics::default(), alignment: Alignment::default(), digest: None };
    let body_end = reader.lines(&source.text);
    let broken = reader.diagnostics.has_errors();
    let edited = reader.digest.as_deref() != Some(digest(&source.text[..body_end]).as_str());
    for carve in &mut reader.alignment.carves {
        carve.units.sort();
    }
    reader.alignment.carves.sort_by(|a, b| a.carve.cmp(&b.carve));
    ReadAlignment { alignment: (!broken).then_some(reader.alignment), edited, diagnostics: reader.diagnostics }
}

struct Reader {
    file: FileId,
    diagnostics: Diagnostics,
    alignment: Alignment,
    digest: Option<String>,
}

impl Reader {
    /// Reads every line; gives where the digest line begins.
    fn lines(&mut self, text: &str) -> usize {
        let mut offset = 0;
        let mut body_end = text.len();
        for (n, raw) in text.split_inclusive('\n').enumerate() {
            let span = Span::new(self.file, offset, offset + raw.trim_end().len());
            let start = offset;
            offset += raw.len();
            let content = raw.trim_end_matches(['\n', '\r']);
            if n == 0 {
                if content.trim_start_matches('\u{feff}') != FIRST_LINE {
                    self.error(
                        span,
                        "this is not an alignment file of this version",
                        "",
                        "delete the file and compile with `--recarve`",
                    );
                    return body_end;
                }
                continue;
            }
            if content.trim().is_empty() || content.starts_with('#') {
                continue;
            }
            let mut cells = content.split('\t').map(unescape);
            let keyword = cells.next().unwrap_or_default();
            let cells: Vec<String> = cells.collect();
            if keyword == "digest" {
                self.digest = cells.into_iter().next();
                body_end = start;
            } else if let Err(expected) = self.line(&keyword, cells, span) {
                self.error(
                    span,
                    "a line of the alignment cannot be read",
                    &expected,
                    "undo the edit, or delete the file and compile with `--recarve`",
                );
                if self.diagnostics.count(crate::diagnostics::Severity::Error) >= 5 {
                    break;
                }
            }
        }
        body_end
    }

    fn error(&mut self, span: Span, message: &str, label: &str, help: &str) {
        self.diagnostics.push(Diagnostic::error(codes::ALIGNMENT_UNREADABLE, message).label(span, label).help(help));
    }

    fn line(&mut self, keyword: &str, cells: Vec<String>, span: Span) -> Result<(), String> {
        if keyword == "carve" {
            let [name] = take(cells, "the name of a carve")?;
            if self.alignment.carve(&name).is_some() {
                return Err(format!("carve `{name}` stands here twice"));
            }
            self.alignment.carves.push(CarveAlignment {
                carve: name,
                inputs: String::new(),
                effort: String::new(),
                seed: 0,
                objective: 0.0,
                bound: None,
                least_imbalance: Vec::new(),
                weights: Vec::new(),
                territories: Vec::new(),
                units: Vec::new(),
            });
            return Ok(());
        }
        let Some(carve) = self.alignment.carves.last_mut() else {
            return Err("expected a `carve` line first".into());
        };
        match keyword {
            "inputs" => [carve.inputs] = take(cells, "a fingerprint")?,
            "solved" => {
                let [effort, seed] = take(cells, "an effort and a seed")?;
                carve.effort = effort;
                let seed = seed.strip_prefix("seed ").and_then(|s| s.parse().ok());
                carve.seed = seed.ok_or("expected `seed N`")?;
            }
            "objective" => {
                let [objective] = take(cells, "a number")?;
                carve.objective = float(&objective)?;
            }
            "bound" => {
                let [bound, covers] = take(cells, "a number and what it covers")?;
                carve.bound = Some((float(&bound)?, covers));
            }
            "weights" => carve.weights = cells,
            "least" => carve.least_imbalance = cells.iter().map(|c| float(c)).collect::<Result<_, _>>()?,
            "territory" => {
                let territory = territory(&cells, carve.weights.len())?;
                match carve.territories.binary_search_by(|t| t.name.cmp(&territory.name)) {
                    Ok(_) => return Err(format!("territory `{}` stands here twice", territory.name)),
                    Err(at) if at == carve.territories.len() && carve.units.is_empty() => {
                        carve.territories.push(territory)
                    }
                    Err(_) => return Err("territories stand before units, sorted by name".into()),
                }
            }
            "unit" => {
                let [unit, name] = take(cells, "a unit and its territory")?;
                let Some(territory) = carve.territory_named(&name) else {
                    let names = carve.territories.iter().map(|t| t.name.as_str());
                    let help = crate::diagnostics::did_you_mean(&name, names);
                    let name = name.clone();
                    let carve = carve.carve.clone();
                    self.diagnostics.push(
                        Diagnostic::error(
                            codes::ALIGNMENT_UNREADABLE,
                            format!("carve `{carve}` has no territory called `{name}`"),
                        )
                        .label(span, "")
                        .maybe_help(help),
                    );
                    return Ok(());
                };
                match carve.units.last() {
                    Some((last, _)) if *last >= unit => {
                        if carve.units.iter().any(|(u, _)| *u == unit) {
                            return Err(format!("unit `{unit}` stands here twice"));
                        }
                        carve.units.push((unit, territory));
                    }
                    _ => carve.units.push((unit, territory)),
                }
            }
            other => return Err(format!("`{other}` is no line of an alignment")),
        }
        Ok(())
    }
}

fn take<const N: usize>(cells: Vec<String>, expected: &str) -> Result<[String; N], String> {
    cells.try_into().map_err(|_| format!("expected {expected}"))
}

fn float(cell: &str) -> Result<f64, String> {
    cell.parse().ok().filter(|x: &f64| x.is_finite()).ok_or_else(|| format!("`{cell}` is not a number"))
}

fn territory(cells: &[String], weights: usize) -> Result<AlignedTerritory, String> {
    let [name, seat, capacity, lat, lon, prices @ ..] = cells else {
        return Err("expected a name, a seat, a capacity, a position and prices".into());
    };
    if prices.len() != weights {
        return Err(format!("expected {weights} prices"));
    }
    let centre = if lat == "-" { None } else { Some((float(lat)?, float(lon)?)) };
    Ok(AlignedTerritory {
        name: name.clone(),
        seat: (seat != "-").then(|| seat.clone()),
        capacity: float(capacity)?,
        centre,
        prices: prices.iter().map(|p| float(p)).collect::<Result<_, _>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Sources;

    fn sample() -> Alignment {
        let territory = |name: &str, seat: Option<&str>| AlignedTerritory {
            name: name.into(),
            seat: seat.map(Into::into),
            capacity: 1.0,
            centre: Some((40.7128, -74.006)),
            prices: vec![0.5],
        };
        Alignment {
            carves: vec![CarveAlignment {
                carve: "ne".into(),
                inputs: "ab12".into(),
                effort: "normal".into(),
                seed: 0,
                objective: 12.5,
                bound: Some((12.25, "everything".into())),
                least_imbalance: vec![0.0],
                weights: vec!["opportunity".into()],
                territories: vec![territory("NE-01", Some("R\t1")), territory("NE-02", None)],
                units: vec![("06001".into(), 0), ("10001".into(), 1), ("a\\b".into(), 1)],
            }],
        }
    }

    fn read_text(text: &str) -> (ReadAlignment, Sources) {
        let mut sources = Sources::default();
        let file = sources.add("plan.alignment", text);
        let read = read(file, sources.get(file));
        (read, sources)
    }

    #[test]
    fn what_is_written_is_read() {
        let text = write(&sample());
        let (read, _) = read_text(&text);
        assert!(!read.edited);
        assert_eq!(read.alignment.as_ref(), Some(&sample()));
        assert_eq!(write(&sample()), write(read.alignment.as_ref().expect("it was read")));
    }

    #[test]
    fn line_ends_of_a_checkout_do_not_count_as_an_edit() {
        let (read, _) = read_text(&write(&sample()).replace('\n', "\r\n"));
        assert!(!read.edited);
        assert_eq!(read.alignment, Some(sample()));
    }

    #[test]
    fn moving_a_unit_changes_its_line_and_the_digest() {
        let before = write(&sample());
        let mut moved = sample();
        moved.carves[0].units[0].1 = 1;
        let after = write(&moved);
        let changed = before.lines().zip(after.lines()).filter(|(a, b)| a != b).count();
        assert_eq!(changed, 2);
    }

    #[test]
    fn an_edit_by_hand_is_told() {
        let text = write(&sample()).replace("unit\t06001\tNE-01", "unit\t06001\tNE-02");
        let (read, _) = read_text(&text);
        assert!(read.edited);
        assert_eq!(read.alignment.expect("it still reads").carves[0].territory_of("06001"), Some(1));
    }

    #[test]
    fn broken_lines_are_located() {
        let text = write(&sample()).replace("unit\t10001\tNE-02", "unit\t10001\tNE-09");
        let (read, sources) = read_text(&text);
        assert!(read.alignment.is_none());
        let diagnostic = read.diagnostics.iter().next().expect("a finding");
        assert_eq!(sources.text(diagnostic.labels[0].span), "unit\t10001\tNE-09");
        assert_eq!(diagnostic.help.as_deref(), Some("did you mean `NE-01`?"));
        let (read, _) = read_text("something else\n");
        assert!(read.alignment.is_none() && read.diagnostics.has_errors());
    }
}
