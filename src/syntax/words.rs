//! The words of the language.

use super::grammar::Rule;

/// Words that begin an item.
pub const ITEMS: &[&str] = &[
    "plan",
    "use",
    "let",
    "weight",
    "dimension",
    "segment",
    "coverage",
    "territory",
    "carve",
    "named",
    "hold",
    "exclude",
    "expect",
    "warn",
    "test",
    "prove",
];

/// The rule of the grammar for the items that begin with a word.
pub(super) fn item_rule(word: &str) -> Option<Rule> {
    Some(match word {
        "plan" => Rule::plan,
        "use" => Rule::use_item,
        "let" => Rule::let_item,
        "weight" => Rule::weight,
        "dimension" => Rule::dimension,
        "segment" => Rule::segment,
        "coverage" => Rule::coverage,
        "territory" => Rule::territory,
        "carve" => Rule::carve,
        "named" => Rule::named,
        "hold" => Rule::hold,
        "exclude" => Rule::exclude,
        "expect" | "warn" => Rule::expect,
        "test" => Rule::test,
        "prove" => Rule::prove,
        _ => return None,
    })
}

/// Words that begin a clause of a carve.
pub const CLAUSES: &[&str] = &[
    "seats",
    "overcarve",
    "headroom",
    "unit",
    "balance",
    "compact",
    "contiguous",
    "keep",
    "open",
    "accounts",
    "mix",
    "together",
    "apart",
    "eligible",
];

/// Words that no name may be.
pub const RESERVED: &[&str] = &[
    "and", "or", "not", "in", "is", "if", "then", "else", "case", "when", "between", "missing", "default", "within",
    "inside", "true", "false", "because",
];

/// Suffixes of numbers: multipliers first, then units.
pub const SUFFIXES: &[&str] = &["k", "M", "B", "%", "mi", "km", "min", "h", "d"];
