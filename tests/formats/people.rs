//! Forms for people, at several widths, without colour.

use super::fixture::fixture;
use terrac::render::concise;
use terrac::render::human::{Style, findings, narrated};

#[test]
fn drawn_at_several_widths() {
    let (sources, found) = fixture();
    for width in [60, 80, 120] {
        let drawn = findings(found.iter(), &sources, Style { color: false, width });
        assert!(!drawn.contains('\u{1b}'), "no colour was asked for");
        insta::assert_snapshot!(format!("width_{width}"), drawn);
    }
}

#[test]
fn told_to_screen_readers() {
    let (sources, found) = fixture();
    let told = narrated(found.iter(), &sources);
    assert!(!told.contains(['│', '╭', '─', '\u{1b}']), "{told}");
    insta::assert_snapshot!("narrated", told);
}

#[test]
fn one_line_each() {
    let (sources, found) = fixture();
    insta::assert_snapshot!("concise", concise::findings(found.iter(), &sources));
}
