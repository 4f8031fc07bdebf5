//! A diff for a terminal: the plan, then territories, then accounts with their causes.
//!
//! What does not change is folded into a number; long lists are cut with the number of what is left out, unless
//! everything is asked for.

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use super::tally::{full_name, largest, lead};
use super::words;
use crate::diff::{CarveChange, Cause, Diff, Hunk, ItemChange, ItemChangeKind, TerritoryChange, TerritoryState};
use crate::outcome::summary::{ExpectationOutcome, ExpectationStatus};
use crate::render::grid::Grid;
use crate::render::human::{Style, paint, printable};
use crate::render::table::{accounts, count, grouped, short};
use crate::render::tests::wrapped;

const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const BOLD: &str = "1";

/// Lines of a list before it is cut.
const FOLDED: usize = 10;

/// The diff; `full` cuts no list.
pub fn diff(diff: &Diff, full: bool, style: Style) -> String {
    let mut page = Page { diff, full, style, text: String::new() };
    page.sides();
    if !words::is_empty(diff) {
        page.plan();
        page.territories();
        page.accounts();
    }
    page.verdicts();
    page.text
}

/// One line for the end of a run: an interface, its shape is kept.
pub fn summary_line(diff: &Diff) -> String {
    let broken = diff.verdicts.iter().filter(|v| v.status == ExpectationStatus::Broken).count();
    let broken = match broken {
        0 => String::new(),
        n => format!(", {} broken", count(n as u64, "expectation", "expectations")),
    };
    format!("{}{broken}", words::headline(diff))
}

struct Page<'d> {
    diff: &'d Diff,
    full: bool,
    style: Style,
    text: String,
}

impl Page<'_> {
    fn head(&mut self, title: &str) {
        let _ = writeln!(self.text, "\n{}", paint(title, BOLD, self.style));
    }

    fn lines(&mut self, head: &str, words: &str) {
        wrapped(head, &printable(words), self.style, &mut self.text);
    }

    /// So many of a list are shown; what is left out is told by [`Page::left_out`].
    fn shown(&self, all: usize) -> usize {
        if self.full { all } else { all.min(FOLDED) }
    }

    fn left_out(&mut self, all: usize, one: &str, many: &str) {
        let left = all - self.shown(all);
        if left > 0 {
            let noun = if left == 1 { one } else { many };
            let _ = writeln!(self.text, "  and {} more {noun}; `--full` shows all", grouped(left as u64));
        }
    }

    fn sides(&mut self) {
        let diff = self.diff;
        let (base, head) = (words::side(&diff.base), words::side(&diff.head));
        let title = diff.head.title.as_ref().map_or_else(String::new, |title| format!(" · {title}"));
        let plan = words::before_after(Some(diff.base.plan.clone()), Some(diff.head.plan.clone()));
        wrapped("", &printable(&format!("{base} → {head} · {plan}{title}")), self.style, &mut self.text);
        for remark in words::remarks(diff) {
            self.lines("  - ", &remark);
        }
        let headline = words::headline(diff);
        let _ = writeln!(self.text, "{}", paint(&headline, BOLD, self.style));
    }

    fn plan(&mut self) {
        let diff = self.diff;
        let plan = &diff.plan;
        let regions = plan.regions.as_deref().unwrap_or(&[]);
        if plan.items.is_empty() && regions.is_empty() {
            return;
        }
        let items = count(plan.items.len() as u64, "item changes", "items change");
        self.head(&format!("plan: {items}, {} {}", grouped(plan.unchanged), words::unchanged(plan.unchanged)));
        for item in &plan.items[..self.shown(plan.items.len())] {
            self.item(item);
        }
        self.left_out(plan.items.len(), "item", "items");
        if !regions.is_empty() {
            self.text.push_str("\n  by the rules alone\n");
        }
        for region in &regions[..self.shown(regions.len())] {
            self.lines("    ", &format!("{}: {} → {}", region.accounts, region.from, region.to));
        }
        self.left_out(regions.len(), "region", "regions");
    }

    fn item(&mut self, item: &ItemChange) {
        let (sign, color) = match item.change {
            ItemChangeKind::Added => ("+", GREEN),
            ItemChangeKind::Removed => ("-", RED),
            ItemChangeKind::Changed | ItemChangeKind::Renamed => ("~", YELLOW),
        };
        let was = item.was.as_ref().map_or_else(String::new, |was| format!(", was {was}"));
        let title = printable(&format!("{} {}{was} {}", item.kind, item.name, words::item(item.change)));
        let _ = writeln!(self.text, "  {} {title}", paint(sign, color, self.style));
        if let Some(because) = &item.because {
            self.lines("      because ", because);
        }
        for hunk in &item.hunks {
            if let Some(excerpt) = hunk.after.as_ref().or(hunk.before.as_ref()) {
                let _ = writeln!(self.text, "      {}", printable(&words::at(excerpt)));
            }
            for (sign, line) in hunk_lines(hunk) {
                let line = format!("{sign} {}", printable(&line));
                let line = match sign {
                    '-' => paint(&line, RED, self.style),
                    '+' => paint(&line, GREEN, self.style),
                    _ => line,
                };
                let _ = writeln!(self.text, "      {line}");
            }
        }
    }

    fn territories(&mut self) {
        let diff = self.diff;
        for carve in &diff.carves {
            self.lines("", &carve_line(carve));
        }
        if diff.territories.is_empty() {
            return;
        }
        self.head(&format!("territories: {}", count(diff.territories.len() as u64, "changes", "change")));
        let changes = &diff.territories[..self.shown(diff.territories.len())];
        let grid = territories(changes);
        let _ = writeln!(self.text, "{}", grid.draw(self.style));
        self.left_out(diff.territories.len(), "territory", "territories");
    }

    fn accounts(&mut self) {
        let diff = self.diff;
        if diff.moves.is_empty() {
            return;
        }
        self.head("accounts");
        for (change, n) in words::kinds(diff).into_iter().filter(|(_, n)| *n > 0) {
            let part = words::percent(n as f64, diff.totals.accounts as f64);
            self.lines(&format!("  {:>8} {part:>6}  ", grouped(n)), words::change(change));
        }
        let same = diff.totals.unchanged;
        let _ = writeln!(self.text, "  {:>8}         {}", grouped(same), words::unchanged(same));
        for (m, measure) in diff.measures.iter().enumerate() {
            let (changed, whole) = (amount(&diff.totals.changed.amounts, m), amount(&diff.totals.whole.amounts, m));
            let part = words::percent(changed, whole);
            let said = format!("{part} of {}: {}", measure.name, words::amount(measure, changed));
            self.lines("  ", &said);
        }
        self.causes();
        self.pairs();
        self.reps();
        self.segments();
        self.moves();
    }

    fn causes(&mut self) {
        let causes = words::causes(self.diff);
        if causes.is_empty() {
            return;
        }
        self.head("causes");
        for (cause, share) in &causes[..self.shown(causes.len())] {
            let head = format!("  {share:>6} {:>8}  ", grouped(cause.impact.accounts));
            let said = self.cause(cause);
            self.lines(&head, &said);
            if let Some(because) = &cause.because {
                self.lines(&format!("{:19}", ""), &format!("because {because}"));
            }
        }
        let left = &causes[self.shown(causes.len())..];
        if !left.is_empty() {
            let sum: u64 = left.iter().map(|(cause, _)| cause.impact.accounts).sum();
            let noun = if left.len() == 1 { "cause" } else { "causes" };
            let more = grouped(left.len() as u64);
            let _ = writeln!(self.text, "  and {more} more {noun} of {}; `--full` shows all", accounts(sum));
        }
    }

    fn cause(&self, cause: &Cause) -> String {
        let line = words::line(cause).map_or_else(String::new, |line| format!(" ({line})"));
        let under = words::under(self.diff, cause);
        let under = if under.is_empty() { String::new() } else { format!(", after: {}", under.join("; ")) };
        format!("{}: {}{line}{under}", words::kind(cause), cause.title)
    }

    fn pairs(&mut self) {
        let pairs = &self.diff.pairs;
        if pairs.is_empty() {
            return;
        }
        self.head("from → to");
        for pair in &pairs[..self.shown(pairs.len())] {
            let head = format!("  {:>8}  ", grouped(pair.impact.accounts));
            let same = pair.from == pair.to;
            let owner = if same { " (another owner or other days)" } else { "" };
            self.lines(&head, &format!("{} → {}{owner}", words::place(&pair.from), words::place(&pair.to)));
        }
        self.left_out(pairs.len(), "pair", "pairs");
    }

    fn reps(&mut self) {
        let changed = |rep: &&crate::diff::RepChange| rep.gained.accounts + rep.lost.accounts > 0;
        let reps: Vec<_> = self.diff.reps.iter().filter(changed).collect();
        if reps.is_empty() {
            return;
        }
        self.head("reps");
        let rows = reps[..self.shown(reps.len())].iter().map(|rep| {
            let mut row = vec![full_name(self.diff, &rep.rep)];
            row.extend([&rep.kept, &rep.gained, &rep.lost].map(|impact| grouped(impact.accounts)));
            row.push(words::net(&rep.gained, &rep.lost));
            if let Some(m) = lead(self.diff) {
                let net = amount(&rep.gained.amounts, m) - amount(&rep.lost.amounts, m);
                row.push(words::signed(&self.diff.measures[m], net));
            }
            row
        });
        let mut header: Vec<String> = ["rep", "kept", "gained", "lost", "net"].map(str::to_owned).to_vec();
        header.extend(lead(self.diff).map(|m| self.diff.measures[m].name.clone()));
        let grid = Grid { header, rows: rows.collect(), texts: &[0] };
        let _ = writeln!(self.text, "{}", grid.draw(self.style));
        self.left_out(reps.len(), "rep", "reps");
        let same = self.diff.reps.len() - reps.len();
        if same > 0 {
            let _ = writeln!(self.text, "  {} as they were", count(same as u64, "rep", "reps"));
        }
    }

    fn segments(&mut self) {
        let changed: Vec<_> = self.diff.segments.iter().filter(|s| s.changed.accounts > 0).collect();
        if changed.is_empty() {
            return;
        }
        self.head("segments");
        for segment in changed {
            let (part, whole) = (segment.changed.accounts, segment.whole.accounts);
            let share = words::percent(part as f64, whole as f64);
            let (part, verb) = (grouped(part), if part == 1 { "changes" } else { "change" });
            let said = format!("{}: {part} of {} {verb} owner ({share})", segment.segment, accounts(whole));
            self.lines("  ", &said);
        }
    }

    fn moves(&mut self) {
        let diff = self.diff;
        let rows = largest(diff, 0..diff.moves.len(), self.shown(diff.moves.len()));
        self.head(if rows.len() < diff.moves.len() { "the largest changes" } else { "changes" });
        let lead = lead(diff);
        for row in &rows {
            let one = diff.moves.get(*row);
            let name = one.name.map_or_else(String::new, |name| format!(" {name}"));
            let rep = |rep: Option<&str>| rep.map_or_else(String::new, |rep| format!(" ({rep})"));
            let size = lead.map_or_else(String::new, |m| {
                let measure = &diff.measures[m];
                format!(", {} {}", words::amount(measure, one.amounts[m]), measure.name)
            });
            let why = diff.causes.get(one.cause).map_or_else(String::new, |cause| format!(": {}", cause.title));
            let said = format!(
                "{}{name}{size}: {}{} → {}{} from {}{why}",
                one.account,
                words::place(one.from),
                rep(one.from_rep),
                words::place(one.to),
                rep(one.to_rep),
                one.effective
            );
            self.lines("  ", &said);
        }
        self.left_out(diff.moves.len(), "change", "changes");
    }

    fn verdicts(&mut self) {
        if self.diff.verdicts.is_empty() {
            return;
        }
        self.head("expectations");
        let broken = |v: &&ExpectationOutcome| v.status == ExpectationStatus::Broken;
        for verdict in self.diff.verdicts.iter().filter(broken) {
            let of = verdict.at.as_ref().map_or_else(String::new, |at| format!(", {at}"));
            let shown = verdict.shown.as_ref().map_or_else(String::new, |shown| format!(" ({shown}{of})"));
            let said = format!("{} {}{shown}, {}", verdict.level, verdict.text, verdict.place);
            let head = format!("  {}  ", words::status(verdict));
            self.lines(&head, &said);
            for offender in &verdict.offenders {
                self.lines("          ", &format!("{}: {}", offender.name, short(offender.measured)));
            }
        }
        let others = self.diff.verdicts.iter().filter(|v| !broken(v)).collect::<Vec<_>>();
        for verdict in &others[..self.shown(others.len())] {
            let shown = verdict.shown.as_ref().map_or_else(String::new, |shown| format!(" ({shown})"));
            let head = format!("  {}  ", words::status(verdict));
            self.lines(&head, &format!("{} {}{shown}", verdict.level, verdict.text));
        }
        self.left_out(others.len(), "expectation", "expectations");
    }
}

/// The lines of a hunk with `-`, `+` or a blank before them.
pub(super) fn hunk_lines(hunk: &Hunk) -> Vec<(char, String)> {
    let text =
        |side: &Option<crate::diff::Excerpt>| side.as_ref().map_or_else(String::new, |e| format!("{}\n", e.text));
    let (before, after) = (text(&hunk.before), text(&hunk.after));
    let lines = TextDiff::from_lines(&before, &after);
    lines
        .iter_all_changes()
        .map(|change| {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            (sign, change.value().trim_end_matches('\n').to_owned())
        })
        .collect()
}

pub(super) fn amount(amounts: &[f64], measure: usize) -> f64 {
    amounts.get(measure).copied().unwrap_or(0.0)
}

/// `carve enterprise: 12 → 14 territories, 2 open, opportunity ±4.1% → ±3.9%`
pub(super) fn carve_line(carve: &CarveChange) -> String {
    let both = [&carve.before, &carve.after];
    let of = |say: &dyn Fn(&crate::diff::CarveState) -> Option<String>| {
        words::before_after(both[0].as_ref().and_then(say), both[1].as_ref().and_then(say))
    };
    let state = carve.after.as_ref().or(carve.before.as_ref());
    let noun = if state.is_some_and(|state| state.territories == 1) { "territory" } else { "territories" };
    let mut line = format!("carve {}: {} {noun}", carve.name, of(&|state| Some(grouped(state.territories))));
    let _ = write!(line, ", {} open", of(&|state| Some(grouped(state.open))));
    for balance in state.map_or(&[][..], |state| &state.balances) {
        let imbalance = of(&|state| {
            let found = state.balances.iter().find(|b| b.weight == balance.weight)?;
            Some(format!("±{:.1}%", found.imbalance * 100.0))
        });
        let _ = write!(line, ", {} {imbalance}", balance.weight);
    }
    if both.iter().any(|side| side.as_ref().is_some_and(|state| state.mean_distance_km.is_some())) {
        let _ = write!(line, ", {} km to the centre", of(&|state| state.mean_distance_km.map(|km| format!("{km:.0}"))));
    }
    line
}

fn territories(changes: &[TerritoryChange]) -> Grid {
    let loads = weights(changes);
    let mut header: Vec<String> = ["territory", "accounts", "rep", "change"].map(str::to_owned).to_vec();
    header.extend(loads.iter().map(|weight| (*weight).to_owned()));
    let rows = changes.iter().map(|change| {
        let accounts = states(change, &|state| Some(grouped(state.accounts)));
        let mut row = vec![named(change), accounts, staff(change), words::territory(change.change).to_owned()];
        row.extend(loads.iter().map(|weight| states(change, &|state| load(state, weight))));
        row
    });
    Grid { header, rows: rows.collect(), texts: &[0, 2, 3] }
}

/// Weights of the territories' loads, in the order in which they stand.
pub(super) fn weights(changes: &[TerritoryChange]) -> Vec<&str> {
    let mut weights: Vec<&str> = Vec::new();
    for state in changes.iter().flat_map(|change| [&change.before, &change.after]).flatten() {
        for load in &state.loads {
            if !weights.contains(&load.weight.as_str()) {
                weights.push(&load.weight);
            }
        }
    }
    weights
}

fn named(change: &TerritoryChange) -> String {
    match &change.was {
        Some(was) => format!("{} (was {was})", change.name),
        None => change.name.clone(),
    }
}

/// Who has the seat, before and after.
pub(super) fn staff(change: &TerritoryChange) -> String {
    states(change, &|state| {
        let rep = state.rep.clone().or_else(|| state.seat.clone());
        match (rep, state.open, state.pool) {
            (_, _, true) => Some("pool".to_owned()),
            (Some(rep), true, _) => Some(format!("open, {rep}")),
            (Some(rep), false, _) => Some(rep),
            (None, ..) => Some("open".to_owned()),
        }
    })
}

pub(super) fn states(change: &TerritoryChange, say: &dyn Fn(&TerritoryState) -> Option<String>) -> String {
    words::before_after(change.before.as_ref().and_then(say), change.after.as_ref().and_then(say))
}

/// `12.3k (+2.1%)`
pub(super) fn load(state: &TerritoryState, weight: &str) -> Option<String> {
    let load = state.loads.iter().find(|load| load.weight == weight)?;
    let imbalance = load.imbalance.map_or_else(String::new, |by| format!(" ({:+.1}%)", by * 100.0 + 0.0));
    Some(format!("{}{imbalance}", short(load.load)))
}
