//! Codes of the stage `diff`.

codes! {
    NO_KEY = "no-key", "a comparison of tables that does not say what identifies a row";
}
