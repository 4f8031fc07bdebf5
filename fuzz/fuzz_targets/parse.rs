#![no_main]
//! Any bytes are read, and every place that is named lies within the text.

use libfuzzer_sys::fuzz_target;
use terrac::diagnostics::FileId;
use terrac::syntax::parse;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (file, findings) = parse(FileId(0), &text);
    let items = file.items.iter().map(|i| i.span);
    let comments = file.comments.iter().map(|c| c.span);
    let labels = findings.iter().flat_map(|f| f.labels.iter().map(|l| l.span));
    for span in items.chain(comments).chain(labels) {
        assert!(text.get(span.range()).is_some(), "a place lies outside of the text");
    }
});
