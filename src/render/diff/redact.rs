//! A diff without its people: reps become `rep 1`, `rep 2` and so on, in the order of their keys.
//!
//! Takes a diff, gives one in which no key and no name of a rep stands as a word anywhere: not in titles, excerpts, notes,
//! names of territories or accounts. Keys of accounts are deliberately left as they are, for they tie the rows to other
//! tables. A word that happens to be somebody's key or name is taken out as well.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::diff::{AccountDiff, Diff, Excerpt, Hunk, Move, Moves, Person, Side, TerritoryState};

/// The same diff with pseudonyms.
pub fn redacted(diff: &Diff) -> Diff {
    let veil = Veil::new(diff);
    let mut out = Diff { moves: Moves::new(diff.measures.len()), ..diff.clone() };
    for one in diff.moves.iter() {
        let name = one.name.map(|name| veil.text(name));
        let (from, to) = (veil.text(one.from), veil.text(one.to));
        out.moves.push(&Move {
            name: name.as_deref(),
            coverage: &veil.text(one.coverage),
            from: &from,
            from_rep: one.from_rep.map(|rep| veil.rep(rep)),
            to: &to,
            to_rep: one.to_rep.map(|rep| veil.rep(rep)),
            ..one
        });
    }
    out.roster = out.roster.iter().map(|p| Person { key: veil.rep(&p.key).to_owned(), name: None }).collect();
    for rep in &mut out.reps {
        (rep.rep, rep.name) = (veil.rep(&rep.rep).to_owned(), None);
    }
    out.notes.iter_mut().for_each(|note| veil.mend(note));
    for side in [&mut out.base, &mut out.head] {
        veil.side(side);
    }
    for item in &mut out.plan.items {
        veil.mend(&mut item.name);
        item.was.iter_mut().chain(&mut item.because).for_each(|text| veil.mend(text));
        item.hunks.iter_mut().for_each(|hunk| veil.hunk(hunk));
    }
    for region in out.plan.regions.iter_mut().flatten() {
        [&mut region.coverage, &mut region.accounts, &mut region.from, &mut region.to]
            .into_iter()
            .for_each(|text| veil.mend(text));
    }
    for territory in &mut out.territories {
        veil.mend(&mut territory.coverage);
        veil.mend(&mut territory.name);
        territory.was.iter_mut().for_each(|was| veil.mend(was));
        territory.before.iter_mut().chain(&mut territory.after).for_each(|state| veil.state(state));
    }
    for carve in &mut out.carves {
        [&mut carve.coverage, &mut carve.name].into_iter().for_each(|text| veil.mend(text));
    }
    for cause in &mut out.causes {
        veil.mend(&mut cause.title);
        cause.because.iter_mut().for_each(|text| veil.mend(text));
        cause.before.iter_mut().chain(&mut cause.after).for_each(|excerpt| veil.excerpt(excerpt));
    }
    for pair in &mut out.pairs {
        [&mut pair.coverage, &mut pair.from, &mut pair.to].into_iter().for_each(|text| veil.mend(text));
    }
    out.segments.iter_mut().for_each(|segment| veil.mend(&mut segment.segment));
    for verdict in &mut out.verdicts {
        veil.mend(&mut verdict.text);
        veil.mend(&mut verdict.place);
        let texts = verdict.shown.iter_mut().chain(&mut verdict.at).chain(&mut verdict.because);
        texts.for_each(|text| veil.mend(text));
        verdict.offenders.iter_mut().for_each(|offender| veil.mend(&mut offender.name));
    }
    out
}

/// An account's story with the pseudonyms that its diff has.
pub fn redacted_account(account: &AccountDiff, diff: &Diff) -> AccountDiff {
    let veil = Veil::new(diff);
    let mut out = account.clone();
    for coverage in &mut out.coverages {
        veil.mend(&mut coverage.coverage);
        for stay in coverage.before.iter_mut().chain(&mut coverage.after) {
            if !stay.rep.is_empty() {
                stay.rep = veil.rep(&stay.rep).to_owned();
            }
            [&mut stay.territory, &mut stay.path, &mut stay.reason].into_iter().for_each(|text| veil.mend(text));
        }
    }
    for cell in &mut out.cells {
        [&mut cell.before, &mut cell.after].into_iter().for_each(|text| veil.mend(text));
    }
    out
}

/// Who is hidden behind which pseudonym.
struct Veil {
    of_key: BTreeMap<String, String>,
    /// Keys and names by their first word in lower case, the longest first, with the pseudonym.
    by_word: HashMap<String, Vec<(String, String)>>,
}

impl Veil {
    fn new(diff: &Diff) -> Self {
        let mut keys: BTreeSet<&str> = diff.reps.iter().map(|rep| rep.rep.as_str()).collect();
        keys.extend(diff.roster.iter().map(|person| person.key.as_str()));
        keys.extend(diff.moves.iter().flat_map(|one| [one.from_rep, one.to_rep]).flatten());
        let states = diff.territories.iter().flat_map(|t| [&t.before, &t.after]).flatten();
        keys.extend(states.flat_map(|state| [&state.seat, &state.rep]).flatten().map(String::as_str));
        let of_key: BTreeMap<String, String> =
            keys.into_iter().enumerate().map(|(i, key)| (key.to_owned(), format!("rep {}", i + 1))).collect();
        let mut secrets: BTreeMap<String, &str> = BTreeMap::new();
        let names = diff.reps.iter().map(|rep| (&rep.rep, &rep.name));
        for (key, name) in names.chain(diff.roster.iter().map(|p| (&p.key, &p.name))) {
            if let Some(name) = name {
                secrets.entry(lower(name)).or_insert(&of_key[key]);
            }
        }
        for (key, pseudonym) in &of_key {
            secrets.insert(lower(key), pseudonym);
        }
        let mut by_word: HashMap<String, Vec<(String, String)>> = HashMap::new();
        for (secret, pseudonym) in secrets.into_iter().filter(|(secret, _)| !secret.trim().is_empty()) {
            by_word.entry(first_word(&secret).to_owned()).or_default().push((secret, pseudonym.to_owned()));
        }
        for secrets in by_word.values_mut() {
            secrets.sort_by_key(|(secret, _)| std::cmp::Reverse(secret.len()));
        }
        Self { of_key, by_word }
    }

    fn rep(&self, key: &str) -> &str {
        self.of_key.get(key).map_or("a rep", String::as_str)
    }

    fn mend(&self, text: &mut String) {
        if let Cow::Owned(mended) = self.text(text) {
            *text = mended;
        }
    }

    /// The text with every key and name that stands in it as a word replaced.
    fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut out = String::new();
        let (mut done, mut at, mut inside) = (0, 0, false);
        while let Some(c) = text[at..].chars().next() {
            let found = if inside { None } else { self.at(&text[at..]) };
            if let Some((length, pseudonym)) = found {
                out.push_str(&text[done..at]);
                out.push_str(pseudonym);
                at += length;
                done = at;
                inside = false;
            } else {
                inside = c.is_alphanumeric();
                at += c.len_utf8();
            }
        }
        if done == 0 {
            return Cow::Borrowed(text);
        }
        out.push_str(&text[done..]);
        Cow::Owned(out)
    }

    /// The secret that a text begins with as a word: how long it is there, and what to say instead.
    fn at(&self, text: &str) -> Option<(usize, &str)> {
        let secrets = self.by_word.get(&lower(first_word(text)))?;
        secrets.iter().find_map(|(secret, pseudonym)| {
            let mut rest = text.char_indices();
            let mut wanted = secret.chars().peekable();
            while wanted.peek().is_some() {
                let (_, c) = rest.next()?;
                if !c.to_lowercase().all(|c| wanted.next() == Some(c)) {
                    return None;
                }
            }
            let ends = secret.chars().next_back().is_some_and(char::is_alphanumeric);
            let next = rest.clone().next();
            let whole = !ends || !next.is_some_and(|(_, c)| c.is_alphanumeric());
            whole.then(|| (next.map_or(text.len(), |(at, _)| at), pseudonym.as_str()))
        })
    }

    fn side(&self, side: &mut Side) {
        [&mut side.name, &mut side.plan].into_iter().for_each(|text| self.mend(text));
        side.title.iter_mut().chain(&mut side.recarved).for_each(|text| self.mend(text));
    }

    fn hunk(&self, hunk: &mut Hunk) {
        hunk.before.iter_mut().chain(&mut hunk.after).for_each(|excerpt| self.excerpt(excerpt));
    }

    fn excerpt(&self, excerpt: &mut Excerpt) {
        [&mut excerpt.file, &mut excerpt.text].into_iter().for_each(|text| self.mend(text));
    }

    fn state(&self, state: &mut TerritoryState) {
        for rep in state.seat.iter_mut().chain(&mut state.rep) {
            *rep = self.rep(rep).to_owned();
        }
        state.carve.iter_mut().for_each(|carve| self.mend(carve));
    }
}

fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// The letters and digits that a text begins with; its first character where there are none.
fn first_word(text: &str) -> &str {
    match text.find(|c: char| !c.is_alphanumeric()) {
        Some(0) => &text[..text.chars().next().map_or(0, char::len_utf8)],
        Some(end) => &text[..end],
        None => text,
    }
}
