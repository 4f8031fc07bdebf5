//! Findings that have everything a finding can have: labels in two files, help, notes, several lines, no place.

use terrac::diagnostics::{Diagnostic, Diagnostics, FileId, Severity, Sources, Span, codes};

const PLAN: &str = "\
plan fy27 \"Łódź & more\" { effective 2027-02-01 to 2028-01-31 }
use \"shared/cuts.terr\"
coverage field {
  split size {
    small -> pool nurture
    large -> carve grande   # a carve that nobody wrote, in a line that is longer than any narrow terminal is wide
  }
}
";

const SHARED: &str = "\
dimension size by employees {
  small < 200
  large >= 100
}
";

pub fn fixture() -> (Sources, Diagnostics) {
    let mut sources = Sources::default();
    sources.set_folder("plans/a b");
    let plan = sources.add("plan.terr", PLAN);
    let shared = sources.add("shared/cuts.terr", SHARED);
    let at = |sources: &Sources, file: FileId, text: &str| {
        let start = sources.get(file).text.find(text).expect("the text is there");
        Span::new(file, start, start + text.len())
    };
    let mut found = Diagnostics::default();
    found.push(
        Diagnostic::error(codes::check::UNKNOWN_NAME, "no carve is called `grande`")
            .label(at(&sources, plan, "grande"), "")
            .help("did you mean `grand`?"),
    );
    found.push(
        Diagnostic::error(codes::check::OVERLAPPING_ARMS, "`employees = 100` belongs to both `small` and `large`")
            .label(at(&sources, shared, ">= 100"), "also takes 100, as does every account up to 199 employees")
            .label(at(&sources, shared, "< 200"), "takes 100")
            .label(at(&sources, plan, "size"), "every account takes one of these ways, so both cannot be right")
            .help("end one where the other begins: `200 ..< 1_000`, `>= 1_000`")
            .note("2 of 3 arms, 100% of them"),
    );
    found.push(
        Diagnostic::warning(codes::check::GAP, "accounts without `employees` have no value")
            .label(at(&sources, plan, "split size {\n    small -> pool nurture\n"), "this split\nis left open"),
    );
    found.push(Diagnostic::new(codes::outcome::NEW_UNITS, Severity::Note, "3 units are new"));
    (sources, found)
}
