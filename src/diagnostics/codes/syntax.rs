//! Codes of the stage `syntax`.

codes! {}
