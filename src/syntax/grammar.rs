//! The parser that pest makes of `grammar/terrac.pest`.

use pest::Parser;

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/terrac.pest"]
struct Grammar;

pub(super) type Pair<'i> = pest::iterators::Pair<'i, Rule>;
pub(super) type Pairs<'i> = pest::iterators::Pairs<'i, Rule>;

/// Where the grammar could not go on, and what it would have taken there.
pub(super) struct Stop {
    /// A byte of the parsed text, or its length.
    pub at: usize,
    pub expected: Vec<Rule>,
}

/// Reads one `rule` from the beginning of `text`, which may hold more.
pub(super) fn read(rule: Rule, text: &str) -> Result<Pairs<'_>, Stop> {
    Grammar::parse(rule, text).map_err(|error| {
        let at = match error.location {
            pest::error::InputLocation::Pos(at) => at,
            pest::error::InputLocation::Span((at, _)) => at,
        };
        let expected = match error.variant {
            pest::error::ErrorVariant::ParsingError { positives, .. } => positives,
            pest::error::ErrorVariant::CustomError { .. } => Vec::new(),
        };
        Stop { at, expected }
    })
}
