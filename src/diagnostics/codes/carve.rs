//! Codes of the stage `carve`.

codes! {}
