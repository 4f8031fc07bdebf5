//! Codes of the stage `classify`.

codes! {
    FELL_THROUGH = "fell-through", "an account that no arm of a dimension or split takes";
    CLAIMED_TWICE = "claimed-twice", "an account that two arms of a dimension or split claim";
    CONTRADICTING_EXCEPTIONS = "contradicting-exceptions", "two statements of equal force that disagree about an account";
    BAD_WEIGHT = "bad-weight", "a weight that is missing, negative or no finite number for an account";
    BAD_TOTAL = "bad-total", "the total of a share that is nought, negative or too large";
}
