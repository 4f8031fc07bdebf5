//! Mermaid flowcharts (<https://mermaid.js.org/syntax/flowchart.html>), which GitHub draws in Markdown. Labels stand in
//! quotes and hold entity codes for every character that could end a label, open markup or begin a Markdown string.

use std::fmt::Write as _;

use super::Flat;
use crate::outcome::graph::{Graph, GraphLeaf};

pub fn mermaid(graph: &Graph) -> String {
    let mut text = String::from("flowchart LR\n");
    let mut from = 0;
    for coverage in &graph.coverages {
        let (flat, next) = Flat::of(graph, coverage, from);
        for (n, (label, kind)) in flat.nodes.iter().enumerate() {
            let label: Vec<String> = label.iter().map(|line| escaped(line)).collect();
            let (open, close, class) = match kind {
                None => ("[", "]", ""),
                Some(GraphLeaf::Carve) => ("[[", "]]", ":::carve"),
                Some(GraphLeaf::Territory) => ("[", "]", ":::territory"),
                Some(GraphLeaf::Pool) => ("([", "])", ":::pool"),
                Some(GraphLeaf::Excluded) => ("[/", "/]", ":::excluded"),
            };
            let _ = writeln!(text, "  n{}{open}\"{}\"{close}{class}", from + n, label.join("<br/>"));
        }
        for (a, b, label) in &flat.edges {
            if label.is_empty() {
                let _ = writeln!(text, "  n{a} --> n{b}");
            } else {
                let _ = writeln!(text, "  n{a} -->|\"{}\"| n{b}", escaped(label));
            }
        }
        from = next;
    }
    text.push_str("  classDef carve fill:#dbeafe,stroke:#1d4ed8,color:#000\n");
    text.push_str("  classDef territory fill:#dcfce7,stroke:#15803d,color:#000\n");
    text.push_str("  classDef pool fill:#fef9c3,stroke:#a16207,color:#000\n");
    text.push_str("  classDef excluded fill:#e5e7eb,stroke:#4b5563,color:#000\n");
    text
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => safe.push_str("#quot;"),
            '#' | '&' | '<' | '>' | '`' | '|' | '\\' | '*' | '_' | '~' | '[' | ']' | '{' | '}' | '(' | ')' | '%'
            | ';' => {
                let _ = write!(safe, "#{};", c as u32);
            }
            '\n' | '\r' | '\t' => safe.push(' '),
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
    fn no_label_breaks_out() {
        let bad = "\"]; click n0 \"javascript:alert(1)\" %%{init}%% <b>&`";
        let safe = escaped(bad);
        assert_eq!(
            safe,
            "#quot;#93;#59; click n0 #quot;javascript:alert#40;1#41;#quot; #37;#37;#123;init#125;#37;#37; \
             #60;b#62;#38;#96;"
        );
    }
}
