//! Classes of a text column: which of the plan's patterns fits a text best.
//!
//! Patterns are literals and prefixes. The class of a text is the literal that equals it, else the longest prefix
//! that it starts with, else [`TextTable::other`]. The patterns that a pattern implies begin with it, so in sorted
//! order everything that a prefix covers lies side by side.

use std::collections::HashMap;

use super::class_set::ClassSet;
use super::quick_hash::QuickHash;
use crate::plan::TextPattern;

/// The class of a text's bytes.
type Lookup = HashMap<Box<[u8]>, u32, QuickHash>;

#[derive(Debug, Clone)]
pub(super) struct TextTable {
    /// Text and whether it is a literal, ascending, so that a prefix stands before all that it covers; the position is
    /// the class.
    patterns: Vec<(Box<str>, bool)>,
    literals: Lookup,
    prefixes: Lookup,
    /// How many bytes prefixes have, descending: plans have prefixes of two or three lengths.
    lengths: Vec<usize>,
}

impl TextTable {
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p TextPattern>) -> Self {
        let mut sorted: Vec<(Box<str>, bool)> = patterns.into_iter().map(key).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut literals: Lookup = HashMap::with_hasher(QuickHash);
        let mut prefixes: Lookup = HashMap::with_hasher(QuickHash);
        for ((text, is_literal), class) in sorted.iter().zip(0..) {
            let of_kind = if *is_literal { &mut literals } else { &mut prefixes };
            of_kind.insert(text.as_bytes().into(), class);
        }
        let mut lengths: Vec<usize> = prefixes.keys().map(|prefix| prefix.len()).collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        lengths.dedup();
        Self { patterns: sorted, literals, prefixes, lengths }
    }

    pub fn classes(&self) -> u32 {
        self.patterns.len() as u32 + 2
    }

    /// The class of texts that no pattern fits.
    pub fn other(&self) -> u32 {
        self.patterns.len() as u32
    }

    pub fn missing(&self) -> u32 {
        self.patterns.len() as u32 + 1
    }

    pub fn class(&self, text: &str) -> u32 {
        let bytes = text.as_bytes();
        if !self.literals.is_empty()
            && let Some(class) = self.literals.get(bytes)
        {
            return *class;
        }
        let starts = self.lengths.iter().filter_map(|length| bytes.get(..*length));
        starts.into_iter().find_map(|start| self.prefixes.get(start)).copied().unwrap_or(self.other())
    }

    /// The classes whose texts a pattern fits; it is one of the table's own.
    pub fn fitting(&self, pattern: &TextPattern) -> ClassSet {
        let mut set = ClassSet::empty(self.classes());
        match pattern {
            TextPattern::Exactly(text) => {
                if let Some(class) = self.literals.get(text.as_bytes()) {
                    set.insert(*class);
                }
            }
            TextPattern::StartsWith(prefix) => {
                let from = self.patterns.partition_point(|(text, _)| &**text < prefix.as_str());
                let covered = self.patterns[from..].iter().take_while(|(text, _)| text.starts_with(prefix.as_str()));
                (from..from + covered.count()).for_each(|class| set.insert(class as u32));
            }
        }
        set
    }

    /// For every class the value of the best fitting pattern, if any fits: a literal before prefixes, a longer
    /// prefix before a shorter one.
    pub fn best<T: Copy>(&self, patterns: &[(TextPattern, T)]) -> Vec<Option<T>> {
        let own: HashMap<(Box<str>, bool), T, QuickHash> = patterns.iter().rev().map(|(p, v)| (key(p), *v)).collect();
        let mut best = vec![None; self.classes() as usize];
        let mut open: Vec<(&str, T)> = Vec::new();
        for (class, pattern) in self.patterns.iter().enumerate() {
            let (text, is_literal) = pattern;
            while open.last().is_some_and(|(prefix, _)| !text.starts_with(prefix)) {
                open.pop();
            }
            match (own.get(pattern), is_literal) {
                (Some(value), false) => {
                    open.push((text, *value));
                    best[class] = Some(*value);
                }
                (Some(value), true) => best[class] = Some(*value),
                (None, _) => best[class] = open.last().map(|(_, value)| *value),
            }
        }
        best
    }
}

fn key(pattern: &TextPattern) -> (Box<str>, bool) {
    match pattern {
        TextPattern::Exactly(text) => (text.as_str().into(), true),
        TextPattern::StartsWith(text) => (text.as_str().into(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pattern() -> impl Strategy<Value = TextPattern> {
        ("[ab5é]{0,4}", any::<bool>())
            .prop_map(|(text, exact)| if exact { TextPattern::Exactly(text) } else { TextPattern::StartsWith(text) })
    }

    fn fits(pattern: &TextPattern, text: &str) -> bool {
        match pattern {
            TextPattern::Exactly(literal) => literal == text,
            TextPattern::StartsWith(prefix) => text.starts_with(prefix.as_str()),
        }
    }

    proptest! {
        #[test]
        fn classes_answer_patterns(
            patterns in proptest::collection::vec(pattern(), 0..12),
            texts in proptest::collection::vec("[ab5éx]{0,5}", 1..20),
        ) {
            let table = TextTable::new(&patterns);
            let valued: Vec<(TextPattern, usize)> = patterns.iter().cloned().zip(0..).filter(|(_, i)| i % 3 > 0).collect();
            let best = table.best(&valued);
            for text in &texts {
                let class = table.class(text);
                for pattern in &patterns {
                    prop_assert_eq!(table.fitting(pattern).contains(class), fits(pattern, text));
                }
                let length = |p: &TextPattern| match p {
                    TextPattern::Exactly(_) => usize::MAX,
                    TextPattern::StartsWith(p) => p.len(),
                };
                let wanted = valued.iter().filter(|(p, _)| fits(p, text)).max_by_key(|(p, i)| (length(p), usize::MAX - i));
                prop_assert_eq!(best[class as usize], wanted.map(|(_, i)| *i));
            }
        }
    }
}
