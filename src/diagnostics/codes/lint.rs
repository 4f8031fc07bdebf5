//! Codes of the stage `lint`.

codes! {
    REASONLESS_EXCEPTION = "reasonless-exception", "an exception does not say why";
    REPEATED_THRESHOLD = "repeated-threshold", "one number decides in several places and has no name";
    UNUSED_ITEM = "unused-item", "a `let`, dimension or segment that nothing speaks of";
    UNKNOWN_INDUSTRY = "unknown-industry", "a pattern that no NAICS code of 2022 fits";
    UNKNOWN_STATE = "unknown-state", "a state that does not exist";
    MANY_EXCEPTIONS = "many-exceptions", "a large part of the accounts are exceptions";
    DOMINANT_ACCOUNT = "dominant-account", "one account has a large part of a weight";
    EMPTY_ARM = "empty-arm", "a value of a dimension that no account has";
    MISSING_VALUES = "missing-values", "a column that decides is often empty";
    NEAR_THRESHOLD = "near-threshold", "accounts lie close to a number that decides who owns them";
}
