//! The coverage trees as a text tree, as DOT and as Mermaid.
//!
//! Names, conditions and reasons are the user's: every one is escaped for the form that it goes to.

mod dot;
mod mermaid;

use std::fmt::Write as _;

pub use dot::dot;
pub use mermaid::mermaid;

use super::human::Style;
use super::human::printable;
use super::table::{count, short};
use crate::outcome::graph::{Graph, GraphArm, GraphCoverage, GraphLeaf, GraphNode, GraphSums};

/// A tree for a terminal, one arm a line where it fits.
pub fn tree(graph: &Graph, style: Style) -> String {
    let mut text = String::new();
    let title = graph.title.as_ref().map_or_else(String::new, |t| format!(" · {t}"));
    let _ = writeln!(text, "{}", printable(&format!("{}{title}", graph.plan)));
    for coverage in &graph.coverages {
        text.push('\n');
        let head = printable(&heading(coverage));
        line("", "", &head, coverage.sums.as_ref().map(|s| sums(graph, s)), style, &mut text);
        node(graph, &coverage.root, "", style, &mut text);
        for (what, counted) in beside(graph, coverage) {
            line("", "", what, Some(format!("[{counted}]")), style, &mut text);
        }
    }
    text
}

fn node(graph: &Graph, at: &GraphNode, prefix: &str, style: Style, text: &mut String) {
    match at {
        GraphNode::Leaf { target, .. } if prefix.is_empty() => line("", "└─ ", &printable(target), None, style, text),
        GraphNode::Leaf { .. } => {}
        GraphNode::Split { subject, arms, .. } => {
            for (n, arm) in arms.iter().enumerate() {
                let last = n + 1 == arms.len();
                let branch = if last { "└─ " } else { "├─ " };
                let below = format!("{prefix}{}", if last { "   " } else { "│  " });
                let target = match &arm.node {
                    GraphNode::Leaf { target, .. } => format!(" -> {target}"),
                    GraphNode::Split { .. } => String::new(),
                };
                let label = printable(&format!("{}{target}", says(subject, arm)));
                let counted = arm.sums.as_ref().map(|s| sums(graph, s));
                line(prefix, branch, &label, counted, style, text);
                node(graph, &arm.node, &below, style, text);
            }
        }
    }
}

/// A label and what there is of it; what does not fit goes on below, in words, behind the branches.
fn line(prefix: &str, branch: &str, label: &str, counted: Option<String>, style: Style, text: &mut String) {
    let room = style.width.clamp(40, 200);
    let hang = match branch {
        "├─ " => format!("{prefix}│    "),
        "└─ " => format!("{prefix}     "),
        _ => format!("{prefix}  "),
    };
    let mut at = format!("{prefix}{branch}");
    let mut empty = true;
    let whole = counted.map_or_else(|| label.to_owned(), |counted| format!("{label}  {counted}"));
    for word in whole.split(' ') {
        if !empty && at.chars().count() + 1 + word.chars().count() > room {
            let _ = writeln!(text, "{}", at.trim_end());
            at.clone_from(&hang);
            empty = true;
        }
        if !empty {
            at.push(' ');
        }
        at.push_str(word);
        empty = false;
    }
    let _ = writeln!(text, "{}", at.trim_end());
}

/// What statements place before the tree. Excluded accounts weigh nothing.
fn beside(graph: &Graph, coverage: &GraphCoverage) -> Vec<(&'static str, String)> {
    let excluded = coverage.excluded.as_ref().map(|b| (b, "excluded by statements", false));
    let named = coverage.named.as_ref().map(|b| (b, "named by statements", true));
    let some = excluded.into_iter().chain(named).filter(|(bin, ..)| bin.accounts > 0);
    some.map(|(bin, what, weighed)| {
        (what, if weighed { plain(graph, bin) } else { count(bin.accounts, "account", "accounts") })
    })
    .collect()
}

fn heading(coverage: &GraphCoverage) -> String {
    let role = coverage.role.as_ref().map_or_else(String::new, |r| format!(" for role {r}"));
    format!("coverage {}{role}", coverage.name)
}

/// `size midmarket`, `else`
fn says(subject: &str, arm: &GraphArm) -> String {
    format!("{subject} {}", arm.matched).trim_start().to_owned()
}

/// `[87 accounts, opportunity 0.0421, workload 12.3k hours]`
fn sums(graph: &Graph, sums: &GraphSums) -> String {
    let mut text = format!("[{}", count(sums.accounts, "account", "accounts"));
    for (weight, load) in graph.weights.iter().zip(&sums.loads) {
        let unit = if weight.unit.is_empty() { String::new() } else { format!(" {}", weight.unit) };
        let _ = write!(text, ", {} {}{unit}", weight.name, short(*load));
    }
    text.push(']');
    text
}

/// Nodes and edges numbered in the order of reading, for forms that have no nesting.
struct Flat<'g> {
    /// Label lines and, for a leaf, its kind.
    nodes: Vec<(Vec<String>, Option<GraphLeaf>)>,
    /// From, to and label.
    edges: Vec<(usize, usize, &'g str)>,
}

impl<'g> Flat<'g> {
    fn of(graph: &'g Graph, coverage: &'g GraphCoverage, from: usize) -> (Self, usize) {
        let mut flat = Self { nodes: Vec::new(), edges: Vec::new() };
        let mut head = vec![heading(coverage)];
        head.extend(coverage.sums.as_ref().map(|s| plain(graph, s)));
        head.extend(beside(graph, coverage).into_iter().map(|(what, counted)| format!("{what}: {counted}")));
        flat.nodes.push((head, None));
        flat.add(graph, &coverage.root, from, from, None);
        let next = from + flat.nodes.len();
        (flat, next)
    }

    fn add(&mut self, graph: &'g Graph, node: &'g GraphNode, base: usize, parent: usize, arm: Option<&'g GraphArm>) {
        let (mut label, kind) = match node {
            GraphNode::Leaf { target, kind, because } => {
                (std::iter::once(target.clone()).chain(because.clone()).collect::<Vec<_>>(), Some(*kind))
            }
            GraphNode::Split { subject, in_order, .. } => {
                let words = if *in_order {
                    "in order"
                } else if subject.is_empty() {
                    "which holds?"
                } else {
                    subject
                };
                (vec![words.to_owned()], None)
            }
        };
        label.extend(arm.and_then(|arm| arm.sums.as_ref()).map(|s| plain(graph, s)));
        self.nodes.push((label, kind));
        let own = base + self.nodes.len() - 1;
        self.edges.push((parent, own, arm.map_or("", |arm| arm.matched.as_str())));
        if let GraphNode::Split { arms, .. } = node {
            for arm in arms {
                self.add(graph, &arm.node, base, own, Some(arm));
            }
        }
    }
}

fn plain(graph: &Graph, of: &GraphSums) -> String {
    sums(graph, of).trim_matches(['[', ']']).to_owned()
}

/// The same as JSON, with a version.
pub fn json(graph: &Graph) -> String {
    #[derive(serde::Serialize)]
    struct Versioned<'g> {
        version: u32,
        #[serde(flatten)]
        graph: &'g Graph,
    }
    let mut text =
        serde_json::to_string_pretty(&Versioned { version: 1, graph }).expect("a graph has no maps with odd keys");
    text.push('\n');
    text
}
