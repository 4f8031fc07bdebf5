//! Text cells of CSV files that people open in a spreadsheet.

/// Appends a text cell: quoted where CSV needs it, and with a leading `'` where a spreadsheet would take the text for a
/// formula (it begins with `=`, `+`, `-`, `@`, a tab or a carriage return).
pub fn push_text(line: &mut Vec<u8>, text: &str) {
    let formula = matches!(text.as_bytes().first(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'));
    let quoted = text.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r'));
    if quoted {
        line.push(b'"');
    }
    if formula {
        line.push(b'\'');
    }
    if quoted {
        for byte in text.bytes() {
            if byte == b'"' {
                line.push(b'"');
            }
            line.push(byte);
        }
        line.push(b'"');
    } else {
        line.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::push_text;

    fn cell(text: &str) -> String {
        let mut line = Vec::new();
        push_text(&mut line, text);
        String::from_utf8(line).expect("cells keep their encoding")
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        assert_eq!(cell("Acme & Söhne"), "Acme & Söhne");
        assert_eq!(cell(""), "");
    }

    #[test]
    fn separators_and_quotes_are_quoted() {
        assert_eq!(cell("Acme, Inc."), "\"Acme, Inc.\"");
        assert_eq!(cell("the \"best\""), "\"the \"\"best\"\"\"");
        assert_eq!(cell("two\nlines"), "\"two\nlines\"");
    }

    #[test]
    fn formulas_are_neutralised() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("@SUM(A1,B1)"), "\"'@SUM(A1,B1)\"");
        assert_eq!(cell("-2"), "'-2");
        assert_eq!(cell("\tx"), "'\tx");
        assert_eq!(cell("\r=1"), "\"'\r=1\"");
    }
}
