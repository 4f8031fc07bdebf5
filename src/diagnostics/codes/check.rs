//! Codes of the stage `check`.

codes! {}
