//! The diff as JSON: the value itself, versioned. A move stands on a line of its own, so that millions stay readable.

use std::io::{self, Write};

use serde::Serialize as _;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use crate::diff::Diff;

/// The JSON Schema of it.
pub const SCHEMA: &str = include_str!("../schema/diff.json");

/// Writes the diff, with a line end behind it.
pub fn write(diff: &Diff, mut out: impl Write) -> io::Result<()> {
    diff.serialize(&mut Serializer::with_formatter(&mut out, Lines::default()))?;
    out.write_all(b"\n")
}

/// The same as text.
pub fn json(diff: &Diff) -> String {
    let mut bytes = Vec::new();
    write(diff, &mut bytes).expect("a diff has no maps with odd keys");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

/// Down to the elements of the outer lists, a line each; what is within them stays on the line.
#[derive(Default)]
struct Lines {
    pretty: PrettyFormatter<'static>,
    depth: usize,
}

/// Lists of the diff are the second level.
const DEEP: usize = 2;

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth += 1;
        if self.depth > DEEP { out.write_all(b"[") } else { self.pretty.begin_array(out) }
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth -= 1;
        if self.depth >= DEEP { out.write_all(b"]") } else { self.pretty.end_array(out) }
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if self.depth > DEEP { comma(out, first) } else { self.pretty.begin_array_value(out, first) }
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        if self.depth > DEEP { Ok(()) } else { self.pretty.end_array_value(out) }
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth += 1;
        if self.depth > DEEP { out.write_all(b"{") } else { self.pretty.begin_object(out) }
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth -= 1;
        if self.depth >= DEEP { out.write_all(b"}") } else { self.pretty.end_object(out) }
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if self.depth > DEEP { comma(out, first) } else { self.pretty.begin_object_key(out, first) }
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        if self.depth > DEEP { Ok(()) } else { self.pretty.end_object_value(out) }
    }
}

fn comma<W: ?Sized + Write>(out: &mut W, first: bool) -> io::Result<()> {
    if first { Ok(()) } else { out.write_all(b", ") }
}
