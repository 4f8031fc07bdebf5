//! The batches of a patch as CSV.

use super::cell::push_text;
use crate::diff::patch::{OPERATION_COLUMNS, Operation};

/// A row an operation. A text that begins with `'` gets another one, so that reading can take one off every text.
pub fn operations_csv(operations: &[Operation]) -> Vec<u8> {
    let mut text = OPERATION_COLUMNS.join(",").into_bytes();
    text.push(b'\n');
    for operation in operations {
        text.extend_from_slice(operation.kind.word().as_bytes());
        for cell in operation.row.cells() {
            text.push(b',');
            if cell.starts_with('\'') {
                push_text(&mut text, &format!("'{cell}"));
            } else {
                push_text(&mut text, cell);
            }
        }
        text.push(b'\n');
    }
    text
}
