//! The registry of finding codes, one module a stage.

/// The stable name of a kind of finding, as users write it in the manifest and read it in CI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code {
    /// Kebab case, for example `unknown-name`.
    pub name: &'static str,
    /// One line that says what the finding means.
    pub summary: &'static str,
}

/// Declares the codes of one stage and the list `ALL` of them.
macro_rules! codes {
    ($($(#[$meta:meta])* $ident:ident = $name:literal, $summary:literal;)*) => {
        $($(#[$meta])* #[doc = $summary] pub const $ident: $crate::diagnostics::Code =
            $crate::diagnostics::Code { name: $name, summary: $summary };)*
        pub const ALL: &[$crate::diagnostics::Code] = &[$($ident),*];
    };
}

pub mod carve;
pub mod check;
pub mod classify;
pub mod data;
pub mod outcome;
pub mod syntax;
pub mod workspace;

/// Every code of the program, stage by stage.
pub fn all() -> impl Iterator<Item = Code> {
    [workspace::ALL, syntax::ALL, check::ALL, data::ALL, classify::ALL, carve::ALL, outcome::ALL]
        .into_iter()
        .flatten()
        .copied()
}
