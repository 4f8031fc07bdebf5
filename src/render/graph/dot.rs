//! Graphviz DOT (<https://graphviz.org/doc/info/lang.html>): quoted strings only, so that no label can end its own.

use std::fmt::Write as _;

use super::Flat;
use crate::outcome::graph::{Graph, GraphLeaf};

pub fn dot(graph: &Graph) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "digraph \"{}\" {{", escaped(&graph.plan));
    text.push_str("  rankdir=LR;\n  node [shape=box, fontname=\"Helvetica\"];\n  edge [fontname=\"Helvetica\"];\n");
    let mut from = 0;
    for coverage in &graph.coverages {
        let (flat, next) = Flat::of(graph, coverage, from);
        for (n, (label, kind)) in flat.nodes.iter().enumerate() {
            let label: Vec<String> = label.iter().map(|line| escaped(line)).collect();
            let style = match kind {
                None => "",
                Some(GraphLeaf::Carve) => ", style=filled, fillcolor=\"#dbeafe\"",
                Some(GraphLeaf::Territory) => ", style=filled, fillcolor=\"#dcfce7\"",
                Some(GraphLeaf::Pool) => ", style=filled, fillcolor=\"#fef9c3\"",
                Some(GraphLeaf::Excluded) => ", style=filled, fillcolor=\"#e5e7eb\"",
            };
            let _ = writeln!(text, "  n{} [label=\"{}\"{style}];", from + n, label.join("\\n"));
        }
        for (a, b, label) in &flat.edges {
            if label.is_empty() {
                let _ = writeln!(text, "  n{a} -> n{b};");
            } else {
                let _ = writeln!(text, "  n{a} -> n{b} [label=\"{}\"];", escaped(label));
            }
        }
        from = next;
    }
    text.push_str("}\n");
    text
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => safe.push_str("\\\""),
            '\\' => safe.push_str("\\\\"),
            '\n' => safe.push_str("\\n"),
            c if c.is_control() => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn no_label_ends_its_string() {
        assert_eq!(escaped("a\"]; b -> c [label=\"\\"), "a\\\"]; b -> c [label=\\\"\\\\");
        assert_eq!(escaped("one\ntwo\u{7}"), "one\\ntwo\u{fffd}");
    }
}
