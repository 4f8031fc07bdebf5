//! The items of all files of a plan, sorted by kind.
//!
//! Takes the files in their order of use; gives one list a kind, in reading order. Invariant: nothing is judged here,
//! so a duplicate is still in its list (`names` takes it out).

use crate::diagnostics::Span;
use crate::plan;
use crate::syntax::ast::{self, ItemKind};

/// An item and where it stands as a whole.
#[derive(Debug)]
pub(super) struct Placed<'a, T> {
    pub node: &'a T,
    pub span: Span,
}

impl<T> Clone for Placed<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Placed<'_, T> {}

#[derive(Debug, Default)]
pub(super) struct Items<'a> {
    pub plans: Vec<Placed<'a, ast::PlanHeader>>,
    pub lets: Vec<Placed<'a, ast::Let>>,
    pub weights: Vec<Placed<'a, ast::Weight>>,
    pub dimensions: Vec<Placed<'a, ast::Dimension>>,
    pub segments: Vec<Placed<'a, ast::Segment>>,
    pub coverages: Vec<Placed<'a, ast::Coverage>>,
    pub territories: Vec<Placed<'a, ast::Territory>>,
    pub carves: Vec<Placed<'a, ast::Carve>>,
    pub named: Vec<Placed<'a, ast::Named>>,
    pub holds: Vec<Placed<'a, ast::Hold>>,
    pub excludes: Vec<Placed<'a, ast::Exclude>>,
    pub expects: Vec<Placed<'a, ast::Expect>>,
    pub tests: Vec<Placed<'a, ast::Test>>,
    pub questions: Vec<Placed<'a, ast::Prove>>,
}

impl<'a> Items<'a> {
    pub fn collect(files: &'a [ast::File]) -> Self {
        let mut items = Self::default();
        for item in files.iter().flat_map(|f| &f.items) {
            let span = item.span;
            match &item.kind {
                ItemKind::Plan(node) => items.plans.push(Placed { node, span }),
                // The workspace has followed it.
                ItemKind::Use(_) => {}
                ItemKind::Let(node) => items.lets.push(Placed { node, span }),
                ItemKind::Weight(node) => items.weights.push(Placed { node, span }),
                ItemKind::Dimension(node) => items.dimensions.push(Placed { node, span }),
                ItemKind::Segment(node) => items.segments.push(Placed { node, span }),
                ItemKind::Coverage(node) => items.coverages.push(Placed { node, span }),
                ItemKind::Territory(node) => items.territories.push(Placed { node, span }),
                ItemKind::Carve(node) => items.carves.push(Placed { node, span }),
                ItemKind::Named(node) => items.named.push(Placed { node, span }),
                ItemKind::Hold(node) => items.holds.push(Placed { node, span }),
                ItemKind::Exclude(node) => items.excludes.push(Placed { node, span }),
                ItemKind::Expect(node) => items.expects.push(Placed { node, span }),
                ItemKind::Test(node) => items.tests.push(Placed { node, span }),
                ItemKind::Prove(node) => items.questions.push(Placed { node, span }),
            }
        }
        items
    }
}

/// The text of a `because`.
pub(super) fn because(because: &ast::Because) -> Option<String> {
    because.as_ref().map(|t| t.value.clone())
}

/// Why a partition may stay unproved.
pub(super) fn unproved(unproved: &ast::Unproved) -> plan::Unproved {
    plan::Unproved { because: unproved.because.value.clone(), span: unproved.span }
}

/// The earlier name of something renamed.
pub(super) fn was(name: &Option<ast::Name>) -> Option<String> {
    name.as_ref().map(|n| n.text.clone())
}
