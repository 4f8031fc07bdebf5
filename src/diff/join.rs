//! The accounts of two sides side by side.
//!
//! Takes two sheets, both in the order of keys, gives for every account its case: how it stands on either side in every
//! coverage. Millions of accounts share some hundreds of cases. What makes them change is deliberately absent.

use std::collections::HashMap;

use super::state::{State, Window};
use crate::data::Interner;
use crate::outcome::ledger::NONE;
use crate::outcome::sheet::{Block, Sheet};
use crate::outcome::tenure::Term;

/// A side as it is joined.
pub struct JoinedSide<'s, 'a> {
    pub sheet: &'s mut Sheet<'a>,
    pub term: Term,
    /// The name that both sides know for a name of this one: a coverage, and a territory or pool.
    pub coverage: &'s dyn Fn(&str) -> String,
    pub territory: &'s dyn Fn(&str) -> String,
}

/// How accounts stand on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Per coverage an index into the states, or [`NONE`] where the side has no such coverage; `None` where the side has
    /// no such account.
    pub base: Option<Vec<u32>>,
    pub head: Option<Vec<u32>>,
}

#[derive(Debug)]
pub struct Joined {
    /// Accounts of either side, numbered in the order of keys.
    pub accounts: Interner,
    /// Per account.
    pub case: Vec<u32>,
    pub cases: Vec<Case>,
    /// Each once.
    pub states: Vec<State>,
    /// Sorted by name.
    pub coverages: Vec<String>,
}

impl Joined {
    pub fn new(base: JoinedSide<'_, '_>, head: JoinedSide<'_, '_>) -> Self {
        let window = Window::of(base.term, head.term);
        let names = |side: &JoinedSide<'_, '_>| -> Vec<String> {
            side.sheet.coverages().iter().map(|c| (side.coverage)(&c.name)).collect()
        };
        let of_side = [names(&base), names(&head)];
        let mut coverages = of_side.concat();
        coverages.sort_unstable();
        coverages.dedup();
        let mut joined =
            Self { accounts: Interner::new(), case: Vec::new(), cases: Vec::new(), states: Vec::new(), coverages };
        let mut states = States::default();
        let mut known: HashMap<Vec<u32>, u32> = HashMap::new();
        let (mut base, mut head) = (Cursor::new(base), Cursor::new(head));
        let mut ids = Vec::new();
        loop {
            let (one, other) = (base.key(), head.key());
            let (key, in_base, in_head) = match (one, other) {
                (None, None) => break,
                (Some(one), None) => (one, true, false),
                (None, Some(other)) => (other, false, true),
                (Some(one), Some(other)) => (one.min(other), one <= other, other <= one),
            };
            joined.accounts.intern(key);
            ids.clear();
            ids.push(u32::from(in_base));
            ids.extend(if in_base { base.standings() } else { &[] });
            ids.extend(if in_head { head.standings() } else { &[] });
            let case = match known.get(&ids) {
                Some(case) => *case,
                None => {
                    let case = Case {
                        base: in_base.then(|| base.states(&window, &of_side[0], &joined.coverages, &mut states)),
                        head: in_head.then(|| head.states(&window, &of_side[1], &joined.coverages, &mut states)),
                    };
                    joined.cases.push(case);
                    let id = joined.cases.len() as u32 - 1;
                    known.insert(ids.clone(), id);
                    id
                }
            };
            joined.case.push(case);
            if in_base {
                base.advance();
            }
            if in_head {
                head.advance();
            }
        }
        joined.states = states.all;
        joined
    }

    pub fn state(&self, id: u32) -> Option<&State> {
        self.states.get(id as usize)
    }

    pub fn case_of(&self, account: &str) -> Option<u32> {
        self.accounts.find(account).map(|number| self.case[number as usize])
    }
}

/// States, each once.
#[derive(Debug, Default)]
pub struct States {
    pub all: Vec<State>,
    known: HashMap<State, u32>,
}

impl States {
    pub fn id(&mut self, state: State) -> u32 {
        if let Some(known) = self.known.get(&state) {
            return *known;
        }
        let id = self.all.len() as u32;
        self.all.push(state.clone());
        self.known.insert(state, id);
        id
    }
}

impl From<Vec<State>> for States {
    fn from(all: Vec<State>) -> Self {
        let known = all.iter().cloned().zip(0..).collect();
        Self { all, known }
    }
}

/// One account after the other.
struct Cursor<'s, 'a> {
    side: JoinedSide<'s, 'a>,
    block: Block,
    at: usize,
}

impl<'s, 'a> Cursor<'s, 'a> {
    fn new(side: JoinedSide<'s, 'a>) -> Self {
        let mut cursor = Self { side, block: Block::default(), at: 0 };
        cursor.side.sheet.next(&mut cursor.block);
        cursor
    }

    fn key(&self) -> Option<&str> {
        self.block.rows.get(self.at).map(|row| self.side.sheet.key(*row))
    }

    fn standings(&self) -> &[u32] {
        let coverages = self.side.sheet.coverages().len();
        &self.block.standings[self.at * coverages..(self.at + 1) * coverages]
    }

    /// Per coverage of both sides the state of the account.
    fn states(&self, window: &Window, names: &[String], coverages: &[String], states: &mut States) -> Vec<u32> {
        let mut all = vec![NONE; coverages.len()];
        for (standing, name) in self.standings().iter().zip(names) {
            let stays = self.side.sheet.standing(*standing);
            let at = coverages.binary_search(name).expect("every coverage is listed");
            all[at] = states.id(window.state(stays, self.side.term, self.side.territory));
        }
        all
    }

    fn advance(&mut self) {
        self.at += 1;
        if self.at == self.block.rows.len() {
            self.side.sheet.next(&mut self.block);
            self.at = 0;
        }
    }
}
