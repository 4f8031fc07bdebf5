//! Codes of the stage `carve`.

codes! {
    BAD_QUESTION = "bad-question", "arguments or columns of a carve that do not fit together";
    UNLISTED_UNIT = "unlisted-unit", "edges that name no unit of the table";
    UNWRITABLE = "unwritable", "a file that cannot be written";
    PROMISE_NOT_KEPT = "promise-not-kept", "a carve of a table that could not keep a promise";
}
