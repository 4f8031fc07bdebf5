//! Codes of the stage `classify`.

codes! {}
