//! The parts of a comment, each at a given detail.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::detail::Detail;
use super::{Check, Options, marker};
use crate::diff::{Diff, ItemChange, RepChange, TerritoryChange};
use crate::outcome::summary::{ExpectationOutcome, ExpectationStatus};
use crate::render::diff::escape::{In, code, fenced, html, prose, visible};
use crate::render::diff::geojson;
use crate::render::diff::human::{amount, hunk_lines, load, states, weights};
use crate::render::diff::tally::{full_name, lead};
use crate::render::diff::words;
use crate::render::table::{accounts, count, grouped, short};

/// A diff with the rows that the most detailed comment would show.
pub struct Parts<'d> {
    pub diff: &'d Diff,
    pub options: &'d Options,
    pub largest: Vec<usize>,
    pub mapped: Vec<usize>,
    /// By rep: what they gain and what they hand over.
    pub of_rep: BTreeMap<&'d str, (Vec<usize>, Vec<usize>)>,
}

/// A cell of a table.
fn cell(text: &str) -> String {
    code(text, In::Cell)
}

impl Parts<'_> {
    pub fn draw(&self, detail: &Detail, left_out: &[&str]) -> String {
        let mut text = format!("{}\n", marker(&self.options.project));
        self.summary(detail, &mut text);
        checks(&self.options.checks, detail.findings, &mut text);
        self.verdicts(detail, &mut text);
        if !words::is_empty(self.diff) {
            self.causes(detail, &mut text);
            self.territories(detail, &mut text);
            self.pairs(detail, &mut text);
            self.largest(detail, &mut text);
            self.map(detail, &mut text);
            self.reps(detail, &mut text);
            self.plan(detail, &mut text);
        }
        self.pointer(left_out, &mut text);
        text
    }

    fn summary(&self, detail: &Detail, text: &mut String) {
        let diff = self.diff;
        let title = diff.head.title.as_deref().unwrap_or(&diff.head.plan);
        let _ = writeln!(text, "### {}: {}\n", code(title, In::Line), words::headline(diff));
        let totals = &diff.totals;
        let mut header = "| | accounts | of all |".to_owned();
        let mut rule = "|---|--:|--:|".to_owned();
        for measure in &diff.measures {
            let _ = write!(header, " {} | of all |", cell(&measure.name));
            rule.push_str("--:|--:|");
        }
        let _ = writeln!(text, "{header}\n{rule}");
        let of_all = |n: u64| words::percent(n as f64, totals.accounts as f64);
        let changed = words::changed(diff);
        let mut row = format!("| **changed** | {} | {} |", grouped(changed), of_all(changed));
        for (m, measure) in diff.measures.iter().enumerate() {
            let (part, whole) = (amount(&totals.changed.amounts, m), amount(&totals.whole.amounts, m));
            let _ = write!(row, " {} | {} |", words::amount(measure, part), words::percent(part, whole));
        }
        let _ = writeln!(text, "{row}");
        let blank = "  |  |".repeat(diff.measures.len());
        for (change, n) in words::kinds(diff).into_iter().filter(|(_, n)| *n > 0) {
            let _ = writeln!(text, "| {} | {} | {} |{blank}", words::change(change), grouped(n), of_all(n));
        }
        let same = totals.unchanged;
        let _ = writeln!(text, "| as they were | {} | {} |{blank}", grouped(same), of_all(same));
        let (base, head) = (code(&words::side(&diff.base), In::Line), code(&words::side(&diff.head), In::Line));
        let _ = writeln!(text, "\nFrom {base} to {head}.");
        let remarks = words::remarks(diff);
        if !remarks.is_empty() && detail.notes > 0 {
            text.push('\n');
        }
        for remark in remarks.iter().take(detail.notes) {
            let _ = writeln!(text, "- {}", prose(remark, In::Line));
        }
    }

    fn verdicts(&self, detail: &Detail, text: &mut String) {
        let verdicts = &self.diff.verdicts;
        if verdicts.is_empty() {
            return;
        }
        let is_broken = |v: &&ExpectationOutcome| v.status == ExpectationStatus::Broken;
        let (broken, others): (Vec<_>, Vec<_>) = verdicts.iter().partition(is_broken);
        let said = match (broken.len(), verdicts.len()) {
            (0, n) => format!("{}: none is broken", count(n as u64, "expectation", "expectations")),
            (b, n) => format!("**{b} of {} broken**", count(n as u64, "expectation", "expectations")),
        };
        let _ = writeln!(text, "\n#### Budget: {said}\n");
        if detail.verdicts + detail.holding == 0 || (broken.is_empty() && detail.holding == 0) {
            return;
        }
        text.push_str("| | expectation | measured | where | line |\n|---|---|--:|---|---|\n");
        for verdict in broken.iter().take(detail.verdicts).chain(others.iter().take(detail.holding)) {
            let status = words::status(verdict);
            let status = if is_broken(verdict) { format!("**{status}**") } else { status.to_owned() };
            let mut at: Vec<String> = verdict.at.iter().map(|at| cell(at)).collect();
            for offender in verdict.offenders.iter().take(detail.offenders) {
                if verdict.at.as_ref() != Some(&offender.name) {
                    at.push(format!("{} {}", cell(&offender.name), short(offender.measured)));
                }
            }
            let said = cell(&format!("{} {}", verdict.level, verdict.text));
            let shown = verdict.shown.as_deref().map_or_else(|| "—".to_owned(), cell);
            let _ = writeln!(text, "| {status} | {said} | {shown} | {} | {} |", at.join(", "), cell(&verdict.place));
        }
        let left = broken.len().saturating_sub(detail.verdicts);
        if left > 0 {
            let _ = writeln!(text, "\nand {left} more broken");
        }
    }

    fn causes(&self, detail: &Detail, text: &mut String) {
        let causes = words::causes(self.diff);
        if causes.is_empty() || detail.causes == 0 {
            return;
        }
        text.push_str(
            "\n#### Causes\n\n| share | accounts | kind | cause | line | because |\n|--:|--:|---|---|---|---|\n",
        );
        let shown = detail.causes.min(causes.len());
        let mut order: Vec<usize> = (0..causes.len()).collect();
        if shown < causes.len() {
            order.sort_by_key(|i| (std::cmp::Reverse(causes[*i].0.impact.accounts), *i));
            order.truncate(shown);
            order.sort_unstable();
        }
        for (cause, share) in order.into_iter().map(|i| &causes[i]) {
            let mut title = prose(&cause.title, In::Cell);
            let under = words::under(self.diff, cause);
            if !under.is_empty() {
                let under: Vec<String> = under.iter().take(3).map(|title| prose(title, In::Cell)).collect();
                let _ = write!(title, ", after: {}", under.join("; "));
            }
            let line = words::line(cause).map_or_else(|| "—".to_owned(), |line| cell(&line));
            let because = cause.because.as_deref().map_or_else(|| "—".to_owned(), |b| prose(b, In::Cell));
            let n = grouped(cause.impact.accounts);
            let _ = writeln!(text, "| {share} | {n} | {} | {title} | {line} | {because} |", words::kind(cause));
        }
        more(causes.len() - shown, "cause", "causes", text);
    }

    fn territories(&self, detail: &Detail, text: &mut String) {
        let changes = &self.diff.territories;
        if changes.is_empty() || detail.territories == 0 {
            return;
        }
        let loads = weights(changes);
        text.push_str("\n#### Territories, before → after\n\n| territory | change | rep | accounts |");
        for weight in &loads {
            let _ = write!(text, " {} |", cell(weight));
        }
        let _ = writeln!(text, "\n|---|---|---|--:|{}", "--:|".repeat(loads.len()));
        let shown = largest_territories(changes, detail.territories);
        for change in &shown {
            let was = change.was.as_ref().map_or_else(String::new, |was| format!(" (was {})", cell(was)));
            let rep = states(change, &|state| match (state.rep.as_ref().or(state.seat.as_ref()), state.open) {
                _ if state.pool => Some("pool".to_owned()),
                (Some(rep), true) => Some(format!("open, {}", cell(rep))),
                (Some(rep), false) => Some(cell(rep)),
                (None, _) => Some("open".to_owned()),
            });
            let accounts = states(change, &|state| Some(grouped(state.accounts)));
            let kind = words::territory(change.change);
            let _ = write!(text, "| {}{was} | {kind} | {rep} | {accounts} |", cell(&change.name));
            for weight in &loads {
                let _ = write!(text, " {} |", states(change, &|state| load(state, weight)));
            }
            text.push('\n');
        }
        more(changes.len() - shown.len(), "territory", "territories", text);
    }

    fn pairs(&self, detail: &Detail, text: &mut String) {
        let pairs = &self.diff.pairs;
        if pairs.is_empty() || detail.pairs == 0 {
            return;
        }
        text.push_str("\n#### From → to\n\n| from | to | accounts |\n|---|---|--:|\n");
        for pair in pairs.iter().take(detail.pairs) {
            let (from, to) = (cell(words::place(&pair.from)), cell(words::place(&pair.to)));
            let _ = writeln!(text, "| {from} | {to} | {} |", grouped(pair.impact.accounts));
        }
        more(pairs.len().saturating_sub(detail.pairs), "pair", "pairs", text);
    }

    fn largest(&self, detail: &Detail, text: &mut String) {
        if self.largest.is_empty() || detail.largest == 0 {
            return;
        }
        let title = if self.largest.len().min(detail.largest) < self.diff.moves.len() {
            "The largest changes"
        } else {
            "Changes"
        };
        let lead = lead(self.diff);
        let measure = lead.map_or_else(String::new, |m| format!(" {} |", cell(&self.diff.measures[m].name)));
        let _ = writeln!(text, "\n#### {title}\n\n| account | name | from | to | effective | cause |{measure}");
        let _ = writeln!(text, "|---|---|---|---|---|---|{}", if lead.is_some() { "--:|" } else { "" });
        for row in self.largest.iter().take(detail.largest) {
            let one = self.diff.moves.get(*row);
            let owned = |place: &str, rep: Option<&str>| {
                let rep = rep.map_or_else(String::new, |rep| format!(" ({})", cell(rep)));
                format!("{}{rep}", cell(words::place(place)))
            };
            let (from, to) = (owned(one.from, one.from_rep), owned(one.to, one.to_rep));
            let cause = self.diff.causes.get(one.cause);
            let cause = cause.map_or_else(|| "—".to_owned(), |cause| prose(&cause.title, In::Cell));
            let (account, name) = (cell(one.account), cell(one.name.unwrap_or("")));
            let _ = write!(text, "| {account} | {name} | {from} | {to} | {} | {cause} |", one.effective);
            if let Some(m) = lead {
                let _ = write!(text, " {} |", words::amount(&self.diff.measures[m], one.amounts[m]));
            }
            text.push('\n');
        }
    }

    fn map(&self, detail: &Detail, text: &mut String) {
        let rows = self.mapped.iter().take(detail.mapped).copied();
        let Some(map) = geojson::map(self.diff, rows, detail.centres) else { return };
        let _ = write!(text, "\n#### Map\n\n{}", fenced("geojson", &map));
        let placed = self.diff.moves.iter().filter(|one| one.position.is_some()).count();
        let shown = self.mapped.len().min(detail.mapped);
        if shown < placed {
            let (shown, placed) = (grouped(shown as u64), accounts(placed as u64));
            let _ = writeln!(text, "\nThe map shows the {shown} largest of {placed}.");
        }
    }

    fn reps(&self, detail: &Detail, text: &mut String) {
        let changed = |rep: &&RepChange| rep.gained.accounts + rep.lost.accounts > 0;
        let reps: Vec<&RepChange> = self.diff.reps.iter().filter(changed).collect();
        if reps.is_empty() || detail.reps == 0 {
            return;
        }
        let lead = lead(self.diff);
        let measure = lead.map_or_else(String::new, |m| format!(" net {} |", cell(&self.diff.measures[m].name)));
        let _ = writeln!(text, "\n#### Reps\n\n| rep | kept | gained | lost | net |{measure}");
        let _ = writeln!(text, "|---|--:|--:|--:|--:|{}", if lead.is_some() { "--:|" } else { "" });
        for rep in reps.iter().take(detail.reps) {
            let numbers = [&rep.kept, &rep.gained, &rep.lost].map(|impact| grouped(impact.accounts)).join(" | ");
            let net = words::net(&rep.gained, &rep.lost);
            let _ = write!(text, "| {} | {numbers} | {net} |", cell(&full_name(self.diff, &rep.rep)));
            if let Some(m) = lead {
                let net = amount(&rep.gained.amounts, m) - amount(&rep.lost.amounts, m);
                let _ = write!(text, " {} |", words::signed(&self.diff.measures[m], net));
            }
            text.push('\n');
        }
        more(reps.len().saturating_sub(detail.reps), "rep", "reps", text);
        if detail.rows > 0 {
            reps.iter().take(detail.reps).for_each(|rep| self.list(rep, detail, text));
        }
    }

    /// A rep's accounts, folded.
    fn list(&self, rep: &RepChange, detail: &Detail, text: &mut String) {
        let Some((gained, lost)) = self.of_rep.get(rep.rep.as_str()) else { return };
        let (gains, gives) = (grouped(rep.gained.accounts), grouped(rep.lost.accounts));
        let name = html(&full_name(self.diff, &rep.rep));
        let _ =
            writeln!(text, "\n<details><summary><code>{name}</code>: gains {gains}, hands over {gives}</summary>\n");
        text.push_str("| | account | name | territory | other side | effective |\n|---|---|---|---|---|---|\n");
        for (word, rows) in [("gains", gained), ("hands over", lost)] {
            for row in rows.iter().take(detail.rows) {
                let one = self.diff.moves.get(*row);
                let gains = word == "gains";
                let (place, other) = if gains { (one.to, one.from) } else { (one.from, one.to) };
                let rep = if gains { one.from_rep } else { one.to_rep };
                let other = format!(
                    "{}{}",
                    cell(words::place(other)),
                    rep.map_or_else(String::new, |rep| format!(" ({})", cell(rep)))
                );
                let (account, name) = (cell(one.account), cell(one.name.unwrap_or("")));
                let place = cell(words::place(place));
                let _ = writeln!(text, "| {word} | {account} | {name} | {place} | {other} | {} |", one.effective);
            }
        }
        let all = rep.gained.accounts + rep.lost.accounts;
        let shown = gained.len().min(detail.rows) + lost.len().min(detail.rows);
        more((all as usize).saturating_sub(shown), "account", "accounts", text);
        text.push_str("\n</details>\n");
    }

    fn plan(&self, detail: &Detail, text: &mut String) {
        let plan = &self.diff.plan;
        let regions = plan.regions.as_deref().unwrap_or(&[]);
        if (plan.items.is_empty() && regions.is_empty()) || detail.items == 0 {
            return;
        }
        let items = count(plan.items.len() as u64, "item changes", "items change");
        let _ = writeln!(text, "\n#### Plan: {items}\n");
        for item in plan.items.iter().take(detail.items) {
            let was = item.was.as_ref().map_or_else(String::new, |was| format!(", was {}", code(was, In::Line)));
            let because =
                item.because.as_ref().map_or_else(String::new, |b| format!(", because {}", prose(b, In::Line)));
            let (kind, change) = (code(&item.kind, In::Line), words::item(item.change));
            let _ = writeln!(text, "- {kind} {} {change}{was}{because}", code(&item.name, In::Line));
        }
        more(plan.items.len().saturating_sub(detail.items), "item", "items", text);
        if !regions.is_empty() {
            text.push_str("\nBy the rules alone:\n\n| accounts | from | to |\n|---|---|---|\n");
            for region in regions.iter().take(detail.items) {
                let _ =
                    writeln!(text, "| {} | {} | {} |", cell(&region.accounts), cell(&region.from), cell(&region.to));
            }
            more(regions.len().saturating_sub(detail.items), "region", "regions", text);
        }
        let lines: Vec<String> = plan.items.iter().take(detail.texts).flat_map(item_lines).collect();
        if !lines.is_empty() {
            text.push_str("\n<details><summary>Old and new text</summary>\n\n");
            text.push_str(&fenced("diff", &lines.join("\n")));
            text.push_str("\n</details>\n");
        }
    }

    fn pointer(&self, left_out: &[&str], text: &mut String) {
        text.push('\n');
        if !left_out.is_empty() {
            let _ = writeln!(text, "Left out for length: {}.", left_out.join(", "));
        }
        match &self.options.artefact {
            Some(artefact) => _ = writeln!(text, "Everything: {}.", link(artefact)),
            None => {
                let (base, head) = (visible(&self.diff.base.name), visible(&self.diff.head.name));
                let _ = writeln!(text, "Everything: {}.", code(&format!("terrac diff {base} {head} --full"), In::Line));
            }
        }
    }
}

/// What was tried, and the first findings of what failed.
pub fn checks(checks: &[Check], findings: usize, text: &mut String) {
    if checks.is_empty() {
        return;
    }
    text.push_str("\n| check | result |\n|---|---|\n");
    for check in checks {
        let said = prose(&check.said, In::Cell);
        let said = if check.passed { said } else { format!("**failed**: {said}") };
        let _ = writeln!(text, "| {} | {said} |", cell(&check.name));
    }
    let failed = checks.iter().filter(|check| !check.passed);
    let lines: Vec<&String> = failed.flat_map(|check| check.findings.iter().take(findings)).collect();
    if !lines.is_empty() {
        text.push('\n');
    }
    for line in lines {
        let _ = writeln!(text, "- {}", code(line, In::Line));
    }
}

/// An address of the web as a link, everything else as code.
fn link(artefact: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&b);
    match artefact.starts_with("https://") && artefact.len() < 500 && artefact.bytes().all(plain) {
        true => format!("<{artefact}>"),
        false => code(artefact, In::Line),
    }
}

fn item_lines(item: &ItemChange) -> Vec<String> {
    let mut lines = Vec::new();
    for hunk in &item.hunks {
        if let Some(excerpt) = hunk.after.as_ref().or(hunk.before.as_ref()) {
            lines.push(format!("@@ {} @@", visible(&words::at(excerpt))));
        }
        let all = hunk_lines(hunk);
        lines.extend(all.iter().take(60).map(|(sign, line)| {
            let line: String = visible(line).chars().take(300).collect();
            format!("{sign}{line}").trim_end().to_owned()
        }));
        if all.len() > 60 {
            lines.push(format!("@@ and {} @@", count(all.len() as u64 - 60, "more line", "more lines")));
        }
    }
    lines
}

/// So many, those with most accounts changed first to stay; in the order of the diff.
fn largest_territories(changes: &[TerritoryChange], most: usize) -> Vec<&TerritoryChange> {
    let mut order: Vec<usize> = (0..changes.len()).collect();
    let size = |change: &TerritoryChange| {
        let accounts = |side: &Option<crate::diff::TerritoryState>| side.as_ref().map_or(0, |state| state.accounts);
        accounts(&change.before).abs_diff(accounts(&change.after))
    };
    if changes.len() > most {
        order.sort_by_key(|i| (std::cmp::Reverse(size(&changes[*i])), *i));
        order.truncate(most);
        order.sort_unstable();
    }
    order.into_iter().map(|i| &changes[i]).collect()
}

fn more(left: usize, one: &str, many: &str, text: &mut String) {
    if left > 0 {
        let noun = if left == 1 { one } else { many };
        let _ = writeln!(text, "\nand {} more {noun}", grouped(left as u64));
    }
}
