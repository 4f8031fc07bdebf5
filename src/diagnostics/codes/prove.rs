//! Codes of the stage `prove`.

codes! {
    UNDECIDED = "undecided", "a partition that can neither be proved nor refuted";
    NEEDLESS_UNPROVED = "needless-unproved", "a partition that is left unproved and can be proved";
    REPEATED_ARM = "repeated-arm", "an arm that sends its accounts where the arms behind it would send them";
    CONSTANT_SEGMENT = "constant-segment", "a segment that holds for every account or for none";
    REDUNDANT_EXCEPTION = "redundant-exception", "an exception that says what the rules say already";
    SELECTS_NOBODY = "selects-nobody", "an exception whose condition no account meets";
    CLAIM_FALSE = "claim-false", "a claim that does not hold for every account";
}
