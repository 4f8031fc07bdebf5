//! `named`, `hold` and `exclude`.

use super::{Parts, Walk};
use crate::diagnostics::{Diagnostic, Span, codes::syntax as codes};
use crate::syntax::ast::{Because, Date, Exclude, Hold, HoldOwner, Name, Named, Selector, Target};
use crate::syntax::grammar::{Pair, Rule};

/// What may stand behind an exception, in any order.
#[derive(Default)]
struct Ending {
    coverage: Option<(Name, Span)>,
    from: Option<(Date, Span)>,
    until: Option<(Date, Span)>,
    because: Because,
}

impl Walk<'_> {
    pub(super) fn named(&mut self, parts: &mut Parts<'_>) -> Option<Named> {
        let selector = parts.find(Rule::selector)?;
        let selector = self.selector(selector)?;
        let target = parts.find(Rule::target)?;
        let target = self.target(target)?;
        let mut ending = self.ending(parts)?;
        if let Some((_, span)) = ending.from.take() {
            self.misplaced("a named account", "from", span);
        }
        let (coverage, until) = (ending.coverage.map(|c| c.0), ending.until.map(|u| u.0));
        Some(Named { selector, target, coverage, until, because: ending.because })
    }

    pub(super) fn hold(&mut self, parts: &mut Parts<'_>) -> Option<Hold> {
        let keyword = parts.next()?;
        let mut span = self.span(&keyword);
        let pair = parts.find(Rule::selector)?;
        span = span.to(self.span(&pair));
        let selector = self.selector(pair)?;
        parts.skip(Rule::with_kw);
        let owner = parts.next()?;
        let owner = match owner.as_rule() {
            Rule::incumbent_kw => HoldOwner::Incumbent(self.span(&owner)),
            _ => HoldOwner::Rep(parts.find(Rule::text).map(|p| self.text(&p))?),
        };
        let ending = self.ending(parts)?;
        let Some((until, _)) = ending.until else {
            self.findings.push(
                Diagnostic::error(codes::MISSING_PART, "this hold has no end")
                    .label(span, "held without a last day")
                    .help("add `until` and a date, such as `until 2027-04-30`"),
            );
            return None;
        };
        let (coverage, from) = (ending.coverage.map(|c| c.0), ending.from.map(|f| f.0));
        Some(Hold { selector, owner, coverage, from, until, because: ending.because })
    }

    pub(super) fn exclude(&mut self, parts: &mut Parts<'_>) -> Option<Exclude> {
        let selector = parts.find(Rule::selector)?;
        let selector = self.selector(selector)?;
        let mut ending = self.ending(parts)?;
        for (what, span) in [("from", ending.from.take()), ("until", ending.until.take())] {
            if let Some((_, span)) = span {
                self.misplaced("an exclusion", what, span);
            }
        }
        Some(Exclude { selector, coverage: ending.coverage.map(|c| c.0), because: ending.because })
    }

    fn misplaced(&mut self, item: &str, what: &str, span: Span) {
        let message = format!("{item} has no `{what}`");
        self.findings.push(
            Diagnostic::error(codes::MISPLACED_PART, message)
                .label(span, "")
                .help(format!("leave `{what}` out; only a `hold` lasts from one day to another")),
        );
    }

    fn ending(&mut self, parts: &mut Parts<'_>) -> Option<Ending> {
        let mut ending = Ending::default();
        let mut because = None;
        while let Some(part) = parts.next() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::in_coverage => {
                    let name = self.item_name(&mut Parts::of(part))?;
                    self.once(&mut ending.coverage, name, span, "in");
                }
                Rule::from_day => {
                    let date = self.day(part)?;
                    self.once(&mut ending.from, date, span, "from");
                }
                Rule::until_day => {
                    let date = self.day(part)?;
                    self.once(&mut ending.until, date, span, "until");
                }
                Rule::because => {
                    let text = self.because(part)?;
                    self.once(&mut because, text, span, "because");
                }
                _ => {}
            }
        }
        ending.because = because.map(|b| b.0);
        Some(ending)
    }

    fn day(&mut self, pair: Pair<'_>) -> Option<Date> {
        let date = Parts::of(pair).find(Rule::date)?;
        Some(self.date(&date))
    }

    fn selector(&mut self, pair: Pair<'_>) -> Option<Selector> {
        let mut parts = Parts::of(pair);
        if let Some(condition) = parts.take(Rule::expr) {
            return Some(Selector::Condition(self.expression(condition)?));
        }
        Some(Selector::Keys(self.texts(&mut parts)))
    }

    pub(super) fn target(&mut self, pair: Pair<'_>) -> Option<Target> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let name = self.item_name(&mut parts)?;
        let territory = parts.find(Rule::text).map(|p| self.text(&p));
        Some(Target { name, territory, span })
    }
}
