//! Findings as SARIF 2.1.0, for code scanning and editors.
//!
//! One run of one tool; the rules are the codes that were found, each with its page. Columns count characters.

use serde::Serialize;

use crate::diagnostics::{Code, Diagnostic, FileId, Severity, Sources, Span};

/// The log as text.
pub fn findings<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>, sources: &Sources) -> String {
    let diagnostics: Vec<&Diagnostic> = diagnostics.into_iter().collect();
    let mut codes: Vec<Code> = diagnostics.iter().map(|d| d.code).collect();
    codes.sort_by_key(|code| code.name);
    codes.dedup();
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "terrac",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: codes.iter().copied().map(rule).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            results: diagnostics.into_iter().map(|d| result(d, &codes, sources)).collect(),
        }],
    };
    let mut text = serde_json::to_string_pretty(&log).expect("a log has no maps with odd keys");
    text.push('\n');
    text
}

fn rule(code: Code) -> Rule {
    let page = Help { text: code.page, markdown: code.page };
    Rule { id: code.name, short_description: Text { text: code.summary.to_owned() }, help: page }
}

fn result(diagnostic: &Diagnostic, codes: &[Code], sources: &Sources) -> Outcome {
    let mut said = vec![diagnostic.message.clone()];
    said.extend(diagnostic.help.iter().map(|help| format!("help: {help}")));
    said.extend(diagnostic.notes.iter().map(|note| format!("note: {note}")));
    let mut labels = diagnostic.labels.iter().map(|label| Location {
        physical_location: place(label.span, sources),
        message: (!label.text.is_empty()).then(|| Text { text: label.text.clone() }),
    });
    Outcome {
        rule_id: diagnostic.code.name,
        rule_index: codes.iter().position(|code| *code == diagnostic.code).unwrap_or_default(),
        level: match diagnostic.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        },
        message: Text { text: said.join("\n") },
        locations: labels.next().into_iter().collect(),
        // The standard wants them unique.
        related_locations: labels.fold(Vec::new(), |mut unique, location| {
            if !unique.contains(&location) {
                unique.push(location);
            }
            unique
        }),
    }
}

fn place(span: Span, sources: &Sources) -> Physical {
    let source = sources.get(span.file);
    let (start, end) = (source.position(span.start as usize), source.position(span.end as usize));
    Physical {
        artifact_location: Artifact { uri: uri(span.file, sources) },
        region: Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        },
    }
}

/// A relative reference of RFC 3986: all but unreserved characters and `/` as percent-encoded bytes.
fn uri(file: FileId, sources: &Sources) -> String {
    let path = sources.path(file);
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(byte as char),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    if path.starts_with('/') { format!("file://{uri}") } else { uri }
}

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<Outcome>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Text,
    help: Help,
}

#[derive(Serialize)]
struct Help {
    text: &'static str,
    markdown: &'static str,
}

#[derive(PartialEq, Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
}

#[derive(PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(PartialEq, Serialize)]
struct Artifact {
    uri: String,
}

#[derive(PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}
