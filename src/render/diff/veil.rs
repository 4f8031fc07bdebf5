//! Keys and names of reps, found as words in any text and replaced by pseudonyms.
//!
//! Takes people, gives texts in which none of their keys and whole names stands, in capitals or not; a word that happens to
//! be somebody's key or name is taken out as well. Invariant: `rep 1`, `rep 2` and so on follow the order of the keys. A
//! part of a name alone is deliberately left: nobody knows what is one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::diff::{Diff, Person};

/// Who is hidden behind which pseudonym.
pub struct Veil {
    of_key: BTreeMap<String, String>,
    /// Keys and names by their first word in lower case, the longest first, with the pseudonym.
    by_word: HashMap<String, Vec<(String, String)>>,
}

impl Veil {
    /// Hides everybody in a diff; a person has the same pseudonym whatever part of the diff is shown.
    pub fn of_diff(diff: &Diff) -> Self {
        let mut keys: BTreeSet<&str> = diff.reps.iter().map(|rep| rep.rep.as_str()).collect();
        keys.extend(diff.moves.iter().flat_map(|one| [one.from_rep, one.to_rep]).flatten());
        let states = diff.territories.iter().flat_map(|t| [&t.before, &t.after]).flatten();
        keys.extend(states.flat_map(|state| [&state.seat, &state.rep]).flatten().map(String::as_str));
        let names = diff.reps.iter().filter_map(|rep| Some((rep.rep.as_str(), rep.name.as_deref()?)));
        Self::new(keys, names, &diff.roster)
    }

    /// Hides these people alone.
    pub fn of_people(people: &[Person]) -> Self {
        Self::new(BTreeSet::new(), [], people)
    }

    fn new<'p>(
        mut keys: BTreeSet<&'p str>,
        names: impl IntoIterator<Item = (&'p str, &'p str)>,
        people: &'p [Person],
    ) -> Self {
        keys.extend(people.iter().map(|person| person.key.as_str()));
        let of_key: BTreeMap<String, String> =
            keys.into_iter().enumerate().map(|(i, key)| (key.to_owned(), format!("rep {}", i + 1))).collect();
        let named = people.iter().flat_map(|person| {
            person.name.iter().chain(&person.unseen).map(|name| (person.key.as_str(), name.as_str()))
        });
        let mut secrets: BTreeMap<String, &str> = BTreeMap::new();
        for (key, name) in names.into_iter().chain(named) {
            secrets.entry(lower(name)).or_insert(&of_key[key]);
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

    /// The pseudonym of a key.
    pub fn rep(&self, key: &str) -> &str {
        self.of_key.get(key).map_or("a rep", String::as_str)
    }

    /// Replaces every key and name that stands in the text as a word.
    pub fn mend(&self, text: &mut String) {
        if let Cow::Owned(mended) = self.text(text) {
            *text = mended;
        }
    }

    /// The text with every key and name that stands in it as a word replaced.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
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
