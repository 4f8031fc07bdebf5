//! Codes of the stage `workspace`.

codes! {}
