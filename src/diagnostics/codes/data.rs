//! Codes of the stage `data`.

codes! {}
