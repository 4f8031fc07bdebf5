//! Plans in between: some facts of the head applied to the base.

/// One item of a world, or the place where one may be.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    /// `expect`, `warn`, `test`, `prove`: it places no account.
    pub inert: bool,
    choices: Vec<Choice>,
}

/// Some lines that depend on a fact.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub fact: usize,
    pub before: String,
    pub after: String,
}

/// Of lines that depend on none.
const NONE: usize = usize::MAX;

impl Choice {
    pub fn fixed(text: String) -> Self {
        Self { fact: NONE, before: text, after: String::new() }
    }
}

impl Slot {
    pub fn new(kind: &str, choices: Vec<Choice>) -> Self {
        Self { inert: matches!(kind, "expect" | "warn" | "test" | "prove"), choices }
    }

    pub fn fixed(kind: &str, text: &str) -> Self {
        Self::new(kind, vec![Choice::fixed(text.to_owned())])
    }

    /// Gives facts their final numbers.
    pub fn number(&mut self, place: &[usize]) {
        for choice in self.choices.iter_mut().filter(|choice| choice.fact != NONE) {
            choice.fact = place[choice.fact];
        }
    }

    pub fn write(&self, applied: &impl Fn(usize) -> bool, into: &mut String) {
        for choice in &self.choices {
            let text = if choice.fact != NONE && applied(choice.fact) { &choice.after } else { &choice.before };
            if !text.is_empty() {
                into.push_str(text);
                into.push('\n');
            }
        }
    }
}
