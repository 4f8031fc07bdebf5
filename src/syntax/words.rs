//! The words of the language.

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
];

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
