//! Claims about every account, typed: what `prove` is asked.

use super::{Condition, LeafTarget};
use crate::diagnostics::Span;

/// `prove GIVEN implies HOLDS`: whether every account that meets the first claim meets the second.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// `None`: of all accounts.
    pub given: Option<Claim>,
    pub holds: Claim,
    pub because: Option<String>,
    /// The claim, without `prove` and `because`.
    pub span: Span,
}

/// A condition that may also ask where a coverage puts the account.
#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    All(Vec<Claim>),
    Any(Vec<Claim>),
    Not(Box<Claim>),
    Meets(Condition),
    /// The tree of the coverage leads to this place, whatever the exceptions say.
    InPlace {
        coverage: u32,
        target: LeafTarget,
        span: Span,
    },
}
