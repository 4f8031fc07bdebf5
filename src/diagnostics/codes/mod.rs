//! The registry of finding codes, one module a stage.

use std::fmt;

/// The stable name of a kind of finding, as users write it in the manifest and read it in CI.
#[derive(Clone, Copy)]
pub struct Code {
    /// Kebab case, for example `unknown-name`.
    pub name: &'static str,
    /// One line that says what the finding means.
    pub summary: &'static str,
    /// Its page, in Markdown: `# code: summary`, then what it says, why it matters, an example and how to mend it.
    pub page: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Code {}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Declares the codes of one stage and the list `ALL` of them. The page of a code is `diagnostics/pages/CODE.md`.
macro_rules! codes {
    ($($(#[$meta:meta])* $ident:ident = $name:literal, $summary:literal;)*) => {
        $($(#[$meta])* #[doc = $summary] pub const $ident: $crate::diagnostics::Code =
            $crate::diagnostics::Code {
                name: $name,
                summary: $summary,
                page: include_str!(concat!("../pages/", $name, ".md")),
            };)*
        pub const ALL: &[$crate::diagnostics::Code] = &[$($ident),*];
    };
}

pub mod carve;
pub mod check;
pub mod classify;
pub mod data;
pub mod diff;
pub mod lint;
pub mod outcome;
pub mod prove;
pub mod syntax;
pub mod trial;
pub mod workspace;

/// The stages with their codes, in the order of the pipeline.
pub fn stages() -> &'static [(&'static str, &'static [Code])] {
    &[
        ("workspace", workspace::ALL),
        ("syntax", syntax::ALL),
        ("check", check::ALL),
        ("data", data::ALL),
        ("classify", classify::ALL),
        ("prove", prove::ALL),
        ("carve", carve::ALL),
        ("outcome", outcome::ALL),
        ("lint", lint::ALL),
        ("trial", trial::ALL),
        ("diff", diff::ALL),
    ]
}

/// Every code of the program, stage by stage.
pub fn all() -> impl Iterator<Item = Code> {
    stages().iter().flat_map(|(_, codes)| *codes).copied()
}

/// The code of a name, as `terrac explain` is asked for it.
pub fn find(name: &str) -> Option<Code> {
    all().find(|code| code.name == name)
}
