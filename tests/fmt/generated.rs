//! Plans made at random: every item of the language, with any blanks, line ends and comments between its tokens.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A plan that the parser reads without an error; the same seed makes the same plan.
pub fn plan(seed: u64, items: usize) -> String {
    let random = ChaCha8Rng::seed_from_u64(seed);
    let mut maker = Maker { random, text: String::new(), comments: 0, depth: 0 };
    for _ in 0..items {
        maker.item();
        // A bare value could take the first word of the next item for its own end.
        maker.text.push('\n');
    }
    maker.text
}

struct Maker {
    random: ChaCha8Rng,
    text: String,
    comments: usize,
    depth: usize,
}

const NAMES: &[&str] =
    &["size", "ne", "revenue", "zip", "x1", "_y", "Señor", "unit", "owner", "pool", "a_very_long_name_of_a_column"];
const TEXTS: &[&str] = &[
    "\"A\"",
    "\"52*\"",
    "\"a \\\"quoted\\\" word\"",
    "\"# no comment\"",
    "\"\"",
    "\"Łódź, and a rather long text that takes room\"",
];
const NUMBERS: &[&str] =
    &["0", "7", "1_000", "2.5", "60%", "10 %", "45 min", "45min", "10km", "3 d", "5k", "2.5B", "1k mi"];
const DATES: &[&str] = &["2027-02-01", "2028-01-31"];

impl Maker {
    fn one_in(&mut self, n: u32) -> bool {
        self.random.random_range(0..n) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.random.random_range(0..from.len())]
    }

    fn times(&mut self, most: usize) -> usize {
        self.random.random_range(1..=most)
    }

    /// What may stand between two tokens.
    fn joint(&mut self) {
        match self.random.next_u32() % 40 {
            0..25 => self.text.push(' '),
            25..30 => self.text.push_str("  \t"),
            30..34 => self.text.push_str("\n   "),
            34..36 => self.text.push_str("\r\n"),
            36 => self.text.push_str("\n\n\n"),
            37..39 => {
                self.comments += 1;
                self.text.push_str(&format!(" # comment {}  \n", self.comments));
            }
            _ => {
                self.comments += 2;
                self.text.push_str(&format!("\n#above {}\n\n  #\tand {} \n", self.comments - 1, self.comments));
            }
        }
    }

    /// Tokens, with anything between them and before the first.
    fn say(&mut self, tokens: &str) {
        for token in tokens.split(' ') {
            self.joint();
            self.text.push_str(token);
        }
    }

    /// A token with nothing or one blank before it.
    fn near(&mut self, token: &str, blank: &str) {
        self.text.push_str(blank);
        self.text.push_str(token);
    }

    fn whole(&mut self, token: &str) {
        self.joint();
        self.text.push_str(token);
    }

    fn name(&mut self) {
        let name = self.pick(NAMES);
        self.whole(name);
    }

    fn quoted(&mut self) {
        let text = self.pick(TEXTS);
        self.whole(text);
    }

    fn date(&mut self) {
        let date = self.pick(DATES);
        self.whole(date);
    }

    fn list(&mut self, most: usize, part: impl Fn(&mut Self)) {
        for i in 0..self.times(most) {
            if i > 0 {
                self.say(",");
            }
            part(self);
        }
    }

    fn maybe_because(&mut self) {
        if self.one_in(4) {
            self.say("because");
            self.quoted();
        }
    }

    fn maybe_was(&mut self) {
        if self.one_in(6) {
            self.say("was");
            self.name();
        }
    }

    fn value(&mut self) {
        self.depth += 1;
        let shallow = self.depth < 5;
        match self.random.next_u32() % if shallow { 12 } else { 6 } {
            0 | 1 => self.name(),
            2 => {
                let number = self.pick(NUMBERS);
                self.whole(number);
            }
            3 => self.quoted(),
            4 => self.date(),
            5 => {
                self.say("segment");
                self.near("strategic", " ");
            }
            6 => {
                self.say("(");
                self.expression();
                self.say(")");
            }
            7 => {
                self.say("min");
                self.near("(", "");
                self.list(3, Self::expression);
                self.say(")");
            }
            8 => {
                self.say("point");
                self.near("(", "");
                self.say("lat 40.7 , lon - 74.0 )");
            }
            9 => {
                self.say("- 3");
                self.say("default - x");
            }
            10 => {
                self.name();
                self.say("default 0");
            }
            _ => {
                self.say("case {");
                for _ in 0..self.times(2) {
                    // Begins with what cannot go on with the value before it.
                    self.say("not");
                    self.condition();
                    self.say("->");
                    self.sum();
                }
                self.say("else ->");
                self.sum();
                self.say("}");
            }
        }
        self.depth -= 1;
    }

    fn sum(&mut self) {
        self.value();
        while self.one_in(4) {
            let operator = self.pick(&["+", "-", "*", "/"]);
            self.say(operator);
            self.value();
        }
    }

    fn bound(&mut self) {
        if self.one_in(3) {
            self.say("between");
            self.sum();
            self.say("and");
            self.sum();
        } else {
            let operator = self.pick(&["<", "<=", "=", "!=", ">", ">="]);
            self.say(operator);
            self.sum();
        }
    }

    fn plain(&mut self) {
        match self.random.next_u32() % 4 {
            0 => self.name(),
            1 => self.quoted(),
            2 => self.date(),
            _ => {
                let number = self.pick(NUMBERS);
                self.whole(number);
            }
        }
    }

    fn listed(&mut self) {
        match self.random.next_u32() % 6 {
            0 => {
                self.say("..<");
                self.value();
            }
            1 => {
                self.plain();
                self.say("..");
                // A range whose upper end stands on the next line has none.
                self.near("9", " ");
            }
            _ => self.plain(),
        }
    }

    fn predicate(&mut self) {
        match self.random.next_u32() % 10 {
            0 => {
                self.say("not");
                self.value();
            }
            1 | 2 => {
                self.sum();
                self.bound();
            }
            3 => {
                self.value();
                self.say("in (");
                self.list(30, Self::listed);
                self.say(")");
            }
            4 => {
                self.value();
                self.say("not in (");
                self.list(3, Self::listed);
                self.say(")");
            }
            5 => self.say("size is not small"),
            6 => self.say("size is ( small , large )"),
            7 => {
                self.name();
                self.say("is missing");
            }
            8 => {
                self.name();
                self.say("within 25mi of");
                self.value();
            }
            _ => {
                self.name();
                self.say("inside");
                self.quoted();
            }
        }
    }

    fn condition(&mut self) {
        self.predicate();
        while self.one_in(3) {
            let word = self.pick(&["and", "or"]);
            self.say(word);
            self.predicate();
        }
    }

    fn expression(&mut self) {
        if self.one_in(8) {
            self.say("if");
            self.condition();
            self.say("then");
            self.sum();
            if self.one_in(3) {
                self.say("else if");
                self.condition();
                self.say("then");
                self.sum();
            }
            self.say("else");
            self.sum();
        } else if self.one_in(2) {
            self.condition();
        } else {
            self.sum();
        }
    }

    fn pattern(&mut self) {
        match self.random.next_u32() % 9 {
            0 => self.near("< 200", " "),
            1 => self.near("200 ..< 1_000", " "),
            2 => self.near("\"52*\"", " "),
            3 => self.near("missing", " "),
            4 => self.near("NY", " "),
            5 => self.near("..  5", " "),
            6 => self.near("within 25 mi of point(lat 1, lon -2)", " "),
            7 => self.near("-7", " "),
            _ => {
                self.near("when", " ");
                self.condition();
            }
        }
    }

    fn patterns(&mut self) {
        for i in 0..self.times(12) {
            if i > 0 {
                self.say(",");
            }
            self.pattern();
        }
        if self.one_in(6) {
            self.text.push_str(", 1000 ..\n");
        }
    }

    fn node(&mut self) {
        self.depth += 1;
        match self.random.next_u32() % if self.depth < 4 { 7 } else { 4 } {
            0 => self.say("carve east"),
            1 => self.say("territory house owner \"R1\""),
            2 => self.say("pool triage"),
            3 => self.say("exclude"),
            4 => {
                self.say("split region {");
                for _ in 0..self.times(4) {
                    self.list(5, Self::name);
                    self.say("->");
                    self.node();
                }
                self.say("else ->");
                self.node();
                self.say("}");
            }
            _ => {
                let head = self.pick(&["split {", "split in order {"]);
                self.say(head);
                for _ in 0..self.times(3) {
                    self.condition();
                    self.say("->");
                    self.node();
                }
                self.say("}");
            }
        }
        self.maybe_because();
        self.depth -= 1;
    }

    fn clause(&mut self) {
        match self.random.next_u32() % 13 {
            0 => {
                self.say("seats reps where");
                self.condition();
            }
            1 => self.say("overcarve 15%"),
            2 => self.say("unit zip"),
            3 => {
                self.say("balance");
                self.name();
                self.say("within 5%");
            }
            4 => self.say("compact around seats by squared distance"),
            5 => self.say("contiguous"),
            6 => self.say("keep incumbents , moving at most 8% of revenue"),
            7 => self.say("open covered by nearest"),
            8 => self.say("accounts between 20 and 150"),
            9 => {
                self.say("mix 30% to 60% of accounts where");
                self.condition();
            }
            10 => {
                self.say("together");
                self.list(20, Self::quoted);
            }
            11 => self.say("eligible skills = industry"),
            _ => self.say("headroom 10%"),
        }
        self.maybe_because();
    }

    fn cell(&mut self) {
        self.name();
        self.say("=");
        self.value();
    }

    fn selector(&mut self) {
        if self.one_in(2) {
            self.list(12, Self::quoted);
        } else {
            self.say("segment");
            self.near("rival", "  ");
            self.say("and");
            self.condition();
        }
    }

    fn item(&mut self) {
        self.depth = 0;
        match self.random.next_u32() % 16 {
            0 => {
                self.say("plan fy27");
                self.quoted();
                self.say("{ effective 2027-02-01 to 2028-01-31");
                self.maybe_because();
                self.say("}");
            }
            1 => {
                self.say("use");
                self.quoted();
            }
            2 | 3 => {
                self.say("let");
                self.name();
                self.say("=");
                self.sum();
                self.maybe_because();
            }
            4 | 5 => {
                self.say("weight");
                self.name();
                self.maybe_was();
                self.say("=");
                self.expression();
                self.maybe_because();
            }
            6 => {
                self.say("segment");
                self.name();
                self.maybe_was();
                self.say("=");
                self.condition();
                self.maybe_because();
            }
            7 => {
                self.say("dimension");
                self.name();
                self.maybe_was();
                self.say("by");
                self.sum();
                self.say("{");
                for _ in 0..self.times(6) - 1 {
                    self.name();
                    self.patterns();
                    self.maybe_because();
                    // What follows a value could be read as more of it.
                    self.text.push('\n');
                }
                self.say("}");
                if self.one_in(5) {
                    self.say("unproved");
                }
                if self.text.ends_with("unproved") {
                    self.say("because \"odd\"");
                } else {
                    self.maybe_because();
                }
            }
            8 | 9 => {
                if self.one_in(6) {
                    self.say("prove");
                    self.condition();
                    self.say("implies field in carve ne");
                    self.maybe_because();
                    return;
                }
                self.say("coverage field");
                if self.one_in(2) {
                    self.say("for role ae");
                }
                self.say("{");
                self.node();
                self.say("}");
                self.maybe_because();
            }
            10 => {
                self.say("territory house");
                if self.one_in(2) {
                    self.quoted();
                }
                self.say("owner");
                self.quoted();
                self.maybe_because();
            }
            11 => {
                self.say("carve");
                self.name();
                self.maybe_was();
                self.quoted();
                self.say("{");
                let reasoned = self.one_in(3);
                if reasoned {
                    self.say("because \"all\"");
                }
                for _ in 0..self.times(9) - 1 {
                    self.clause();
                }
                self.say("}");
                if !reasoned {
                    self.maybe_because();
                }
            }
            12 => {
                let word = self.pick(&["exclude", "named"]);
                self.say(word);
                self.selector();
                if word == "named" {
                    self.say("-> ne . \"NE-01\" until 2027-12-31");
                }
                self.maybe_because();
            }
            13 => {
                self.say("hold");
                self.selector();
                self.say("with incumbent in field from 2027-03-01 until");
                self.date();
                self.maybe_because();
            }
            14 => {
                let word = self.pick(&["expect", "warn"]);
                self.say(word);
                let metric = self.pick(&["accounts", "imbalance ( revenue )", "kept ( segment_code = \"x\" )"]);
                self.say(metric);
                self.bound();
                if self.one_in(2) {
                    self.say("per territory");
                }
                self.say("in field");
                self.maybe_because();
            }
            _ => {
                self.say("test");
                self.quoted();
                self.say("{ account {");
                for _ in 0..self.times(9) - 1 {
                    self.cell();
                    if self.one_in(2) {
                        self.say(",");
                    }
                    // A minus on the next line would go on with the value.
                    self.text.push('\n');
                }
                self.say("} expect field is carve ne expect not rival expect work = 3h }");
            }
        }
    }
}
