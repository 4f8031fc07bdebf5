//! Items and blocks: a part a line, columns one below the other.

use super::comments::Comments;
use super::doc::{Above, Doc, Token};
use super::flow::{Builder, push, single, tailed};
use super::print::{STEP, WIDTH};
use crate::syntax::ast::File;
use crate::syntax::grammar::{self, Pair, Pairs, Rule};
use crate::syntax::words;

/// Arrows are not aligned where one has more than this on its left.
const MAX_LEFT: usize = 50;

/// The items of a file; and of each whether an empty line has to stand before it.
pub(super) fn items(file: &File, text: &str, comments: &mut Comments<'_>) -> (Vec<Doc>, Vec<bool>) {
    let mut items = Vec::new();
    for item in &file.items {
        let range = item.span.range();
        let written = &text[range.clone()];
        let word = written.split(|c: char| c != '_' && !c.is_alphanumeric()).next().unwrap_or_default();
        let read = words::item_rule(word).and_then(|rule| grammar::read(rule, written).ok());
        let Some(pair) = read.and_then(|mut pairs| pairs.next()) else { continue };
        items.push(Builder { start: range.start, comments }.item(pair));
    }
    align_definitions(&mut items);
    align_expectations(&mut items);
    let apart = (0..items.len()).map(|i| i > 0 && (items[i].block || items[i - 1].block)).collect();
    (items.into_iter().map(Item::doc).collect(), apart)
}

/// An item whose left side may be aligned with its neighbours'.
struct Item {
    rule: Rule,
    left: Doc,
    /// Blanks between left and right beyond the one.
    padding: usize,
    right: Option<Doc>,
    because: Option<Doc>,
    block: bool,
}

impl Item {
    fn doc(self) -> Doc {
        let head = match self.right {
            Some(right) => Doc::Sequence(vec![self.left, Doc::Blanks(self.padding + 1), right]),
            None => self.left,
        };
        tailed(head, Vec::new(), self.because)
    }

    /// It fits on one line, and nothing sets it apart from the item above.
    fn aligns(&self) -> bool {
        let docs = [Some(&self.left), self.right.as_ref(), self.because.as_ref()];
        let has_block = docs.iter().flatten().any(|doc| doc.has_block());
        let width = Doc::flat_width_of(docs.into_iter().flatten()).map(|w| w + 2);
        !has_block && width.is_some_and(|w| w <= WIDTH)
    }

    fn adjoins(&self) -> bool {
        self.left.first().is_some_and(|t| !t.blank_before && t.before.is_empty())
    }
}

/// Runs of neighbours that `alike` holds of, with what stands between them being nothing.
fn runs(items: &[Item], alike: impl Fn(&Item, &Item) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for i in 0..items.len() {
        let goes_on = i > 0 && items[i].adjoins() && alike(&items[i - 1], &items[i]);
        match runs.last_mut() {
            Some(run) if goes_on && items[i - 1].aligns() && items[i].aligns() => run.end = i + 1,
            _ => runs.push(i..i + 1),
        }
    }
    runs
}

/// `=` below `=` in neighbouring definitions of one kind.
fn align_definitions(items: &mut [Item]) {
    let kinds = [Rule::let_item, Rule::weight, Rule::segment];
    for run in runs(items, |a, b| a.rule == b.rule && kinds.contains(&a.rule)) {
        let widest = items[run.clone()].iter().filter_map(|i| i.left.flat_width()).max().unwrap_or(0);
        for item in items[run].iter_mut().filter(|i| i.right.is_some()) {
            item.padding = item.left.flat_width().map_or(0, |w| widest - w);
        }
    }
}

/// `warn` as wide as `expect` where both stand one below the other.
fn align_expectations(items: &mut [Item]) {
    let expects = |a: &Item, b: &Item| a.rule == b.rule && a.rule == Rule::expect;
    for run in runs(items, expects).into_iter().filter(|run| run.len() > 1) {
        let widest = items[run.clone()].iter().filter_map(|i| i.left.flat_width()).max().unwrap_or(0);
        for item in &mut items[run] {
            item.padding = item.left.flat_width().map_or(0, |w| widest - w);
        }
    }
}

impl Builder<'_, '_> {
    fn item(&mut self, pair: Pair<'_>) -> Item {
        let rule = pair.as_rule();
        let mut pairs = pair.into_inner();
        let mut left = Vec::new();
        let mut item =
            Item { rule, left: Doc::Sequence(Vec::new()), padding: 0, right: None, because: None, block: false };
        match rule {
            Rule::let_item | Rule::weight | Rule::segment => {
                for pair in pairs {
                    if pair.as_rule() == Rule::equals {
                        item.left = single(std::mem::take(&mut left));
                        left.push(Doc::Token(self.token(&pair)));
                    } else if pair.as_rule() == Rule::because {
                        item.because = Some(self.flow(pair));
                    } else {
                        let doc = self.flow(pair);
                        push(&mut left, doc, false);
                    }
                }
                item.right = Some(single(left));
            }
            Rule::expect => {
                if let Some(keyword) = pairs.next() {
                    item.left = Doc::Token(self.token(&keyword));
                }
                item.right = Some(self.exceptional(pairs));
            }
            Rule::named | Rule::hold | Rule::exclude => item.left = self.exceptional(pairs),
            _ => {
                let mut block = false;
                while let Some(pair) = pairs.next() {
                    if matches!(pair.as_rule(), Rule::because | Rule::unproved) {
                        item.because = Some(self.flow(pair));
                    } else {
                        block |= pair.as_rule() == Rule::open_brace;
                        let doc = if block && pair.as_rule() == Rule::open_brace {
                            self.block(rule, &pair, &mut pairs)
                        } else {
                            self.flow(pair)
                        };
                        push(&mut left, doc, false);
                    }
                }
                item.left = single(left);
                item.block = block;
            }
        }
        item
    }

    /// A statement with tails in any order: `in field`, `until 2027-04-30`, `because "…"`.
    fn exceptional<'i>(&mut self, pairs: impl Iterator<Item = Pair<'i>>) -> Doc {
        let tail = [Rule::in_coverage, Rule::from_day, Rule::until_day, Rule::per, Rule::in_target, Rule::where_part];
        let (mut head, mut tails, mut because) = (Vec::new(), Vec::new(), None);
        for pair in pairs {
            let rule = pair.as_rule();
            let doc = self.flow(pair);
            if rule == Rule::because && because.is_none() {
                because = Some(doc);
            } else if tail.contains(&rule) || rule == Rule::because {
                // What stands behind a reason stays behind it.
                tails.extend(because.take());
                tails.push(doc);
            } else {
                push(&mut head, doc, false);
            }
        }
        tailed(single(head), tails, because)
    }

    /// The block that an opening brace of `parent` begins.
    fn block<'i>(&mut self, parent: Rule, open: &Pair<'i>, pairs: &mut impl Iterator<Item = Pair<'i>>) -> Doc {
        let open = self.token(open);
        let mut lines = Vec::new();
        let mut close = Token::default();
        for pair in pairs.by_ref() {
            match pair.as_rule() {
                Rule::close_brace => {
                    close = self.token(&pair);
                    break;
                }
                Rule::arm => lines.push(self.arm(pair)),
                Rule::condition_arm | Rule::value_arm | Rule::case_arm | Rule::case_else => {
                    lines.push(self.branch(pair));
                }
                Rule::node => lines.push(Line::whole(self.node(pair))),
                Rule::clause => {
                    let inner = pair.into_inner();
                    lines.push(self.clause(inner));
                }
                Rule::account => lines.push(Line::whole(self.account(pair))),
                // `because` or `effective`
                _ if matches!(parent, Rule::plan | Rule::carve) => lines.push(self.keyword_first(pair, None)),
                _ => lines.push(Line::whole(self.flow(pair))),
            }
        }
        align(&mut lines);
        Doc::Block { open, lines: lines.into_iter().map(Line::doc).collect(), close }
    }

    pub(super) fn case(&mut self, pair: Pair<'_>) -> Doc {
        let mut pairs = pair.into_inner();
        let mut docs = Vec::new();
        while let Some(pair) = pairs.next() {
            let doc = match pair.as_rule() {
                Rule::open_brace => self.block(Rule::case_expr, &pair, &mut pairs),
                _ => self.flow(pair),
            };
            push(&mut docs, doc, false);
        }
        single(docs)
    }

    /// `smb < 200, missing because "…"`
    fn arm(&mut self, pair: Pair<'_>) -> Line {
        let mut parts: Vec<Pair<'_>> = pair.into_inner().collect();
        let because = parts.pop_if(|p| p.as_rule() == Rule::because);
        let mut parts = parts.into_iter();
        let left = parts.next().map_or(Doc::Sequence(Vec::new()), |name| self.flow(name));
        let right = Doc::Hanging(self.listed(parts));
        let because = because.map(|b| self.flow(b));
        Line { left, between: Between::Column, right: Some(right), because, second: None }
    }

    /// `northeast, southeast -> carve east because "…"`, also of a `case`.
    fn branch(&mut self, pair: Pair<'_>) -> Line {
        let (mut left, mut right, mut because) = (Vec::new(), Vec::new(), None);
        let mut arrow = false;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::arrow => {
                    arrow = true;
                    right.push(Doc::Token(self.token(&pair)));
                }
                Rule::node => {
                    let (node, reason) = self.node_parts(pair);
                    push(&mut right, node, false);
                    because = reason;
                }
                _ if arrow => {
                    let doc = self.flow(pair);
                    push(&mut right, doc, false);
                }
                Rule::comma => {
                    let comma = Doc::Token(self.token(&pair));
                    match left.pop() {
                        Some(last) => left.push(Doc::Sequence(vec![last, comma])),
                        None => left.push(comma),
                    }
                }
                _ => left.push(self.flow(pair)),
            }
        }
        let left = if left.len() == 1 { single(left) } else { Doc::Hanging(left) };
        Line { left, between: Between::Break, right: Some(single(right)), because, second: None }
    }

    fn node(&mut self, pair: Pair<'_>) -> Doc {
        let (node, because) = self.node_parts(pair);
        tailed(node, Vec::new(), because)
    }

    fn node_parts(&mut self, pair: Pair<'_>) -> (Doc, Option<Doc>) {
        let (mut docs, mut because) = (Vec::new(), None);
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::because | Rule::unproved => because = Some(self.flow(pair)),
                Rule::split => {
                    let mut pairs = pair.into_inner();
                    while let Some(pair) = pairs.next() {
                        let doc = match pair.as_rule() {
                            Rule::open_brace => self.block(Rule::split, &pair, &mut pairs),
                            _ => self.flow(pair),
                        };
                        push(&mut docs, doc, false);
                    }
                }
                _ => {
                    let doc = self.flow(pair);
                    push(&mut docs, doc, false);
                }
            }
        }
        (single(docs), because)
    }

    /// `balance opportunity within 5%`
    fn clause(&mut self, mut pairs: Pairs<'_>) -> Line {
        let Some(first) = pairs.next() else { return Line::whole(Doc::Sequence(Vec::new())) };
        let because = pairs.next();
        self.keyword_first(first, because)
    }

    fn keyword_first(&mut self, pair: Pair<'_>, because: Option<Pair<'_>>) -> Line {
        let rule = pair.as_rule();
        let mut pairs = pair.clone().into_inner();
        let left = match pairs.next() {
            Some(keyword) => Doc::Token(self.token(&keyword)),
            None => Doc::Token(self.token(&pair)),
        };
        let (mut second, right) = match rule {
            Rule::balance => (pairs.next().map(|name| self.flow(name)), self.spaced(pairs)),
            Rule::together | Rule::apart => (None, Doc::Hanging(self.listed(pairs))),
            _ => (None, self.spaced(pairs)),
        };
        let because = because.map(|b| self.flow(b));
        let right = if right.first().is_none() { second.take() } else { Some(right) };
        Line { left, between: Between::Column, right, because, second }
    }

    /// On one line if it fits there; otherwise a column a line and no commas.
    fn account(&mut self, pair: Pair<'_>) -> Doc {
        let mut pairs = pair.into_inner();
        let keyword = pairs.next().map(|k| self.token(&k)).unwrap_or_default();
        let open = pairs.next().map(|o| self.token(&o)).unwrap_or_default();
        let (mut cells, mut close): (Vec<Line>, Token) = (Vec::new(), Token::default());
        let mut carried = Vec::new();
        for pair in pairs {
            match pair.as_rule() {
                Rule::close_brace => close = self.token(&pair),
                Rule::comma => {
                    let comma = self.token(&pair);
                    carried.extend(comma.before);
                    let last = cells.last_mut().and_then(|c| c.right.as_mut()).and_then(Doc::last_mut);
                    match (last, comma.after) {
                        (Some(last), Some(text)) if last.after.is_none() => last.after = Some(text),
                        (_, after) => carried.extend(after.map(|text| Above { text, blank_before: false })),
                    }
                }
                _ => {
                    let mut cell = pair.into_inner();
                    let mut left = cell.next().map_or(Doc::Sequence(Vec::new()), |name| self.flow(name));
                    if let Some(first) = left.first_mut() {
                        first.before.splice(0..0, carried.drain(..));
                    }
                    let right = self.spaced(cell);
                    cells.push(Line {
                        left,
                        between: Between::Column,
                        right: Some(right),
                        because: None,
                        second: None,
                    });
                }
            }
        }
        close.before.splice(0..0, carried);
        let commented = open.after.is_some() || !open.before.is_empty() || !close.before.is_empty();
        let width =
            cells.iter().map(|c| c.right.as_ref().and_then(|r| Doc::flat_width_of([&c.left, r])).map(|w| w + 3));
        let width: Option<usize> = width.sum();
        let fits = width.is_some_and(|w| STEP + "account {  }".len() + w <= WIDTH + 2);
        let has_comment = cells.iter().any(|c| c.left.has_comment() || c.right.as_ref().is_some_and(Doc::has_comment));
        if commented || !fits || has_comment {
            align(&mut cells);
            let lines = cells.into_iter().map(Line::doc).collect();
            return Doc::Sequence(vec![Doc::Token(keyword), Doc::Blanks(1), Doc::Block { open, lines, close }]);
        }
        let mut docs = vec![Doc::Token(keyword), Doc::Blanks(1), Doc::Token(open)];
        let last = cells.len();
        for (i, cell) in cells.into_iter().enumerate() {
            docs.push(Doc::Blanks(1));
            docs.push(cell.doc());
            if i + 1 < last {
                docs.push(Doc::Token(Token { text: ",".to_owned(), tight_before: true, ..Token::default() }));
            }
        }
        docs.push(Doc::Blanks(usize::from(last > 0)));
        docs.push(Doc::Token(close));
        Doc::Sequence(docs)
    }
}

/// A line of a block, cut where columns are aligned.
struct Line {
    left: Doc,
    between: Between,
    /// The next column, for lines that have three.
    second: Option<Doc>,
    right: Option<Doc>,
    because: Option<Doc>,
}

enum Between {
    /// At least one blank, and the line does not break there.
    Column,
    /// The same, but that the line may break there.
    Break,
    /// The left side is aligned and this wide.
    Padded(usize),
    PaddedBreak(usize),
}

impl Line {
    fn whole(doc: Doc) -> Self {
        Self { left: doc, between: Between::Column, second: None, right: None, because: None }
    }

    fn doc(self) -> Doc {
        let Some(right) = self.right else { return tailed(self.left, Vec::new(), self.because) };
        let head = match self.between {
            Between::Column => Doc::Sequence(vec![self.left, Doc::Blanks(1), right]),
            Between::Padded(n) => Doc::Sequence(vec![self.left, Doc::Blanks(n + 1), right]),
            Between::Break => Doc::Chain(vec![self.left, Doc::Break, right]),
            Between::PaddedBreak(n) => Doc::Chain(vec![self.left, Doc::Blanks(n), Doc::Break, right]),
        };
        tailed(head, Vec::new(), self.because)
    }
}

/// Pads the left sides of a block's lines to one width.
fn align(lines: &mut [Line]) {
    let second = lines.iter().filter_map(|l| l.second.as_ref()?.flat_width()).max().unwrap_or(0);
    for line in lines.iter_mut() {
        let Some(name) = line.second.take() else { continue };
        let padding = name.flat_width().map_or(0, |w| second - w);
        let right = line.right.take().unwrap_or(Doc::Sequence(Vec::new()));
        line.right = Some(Doc::Sequence(vec![name, Doc::Blanks(padding + 1), right]));
    }
    let arrows = lines.iter().any(|l| matches!(l.between, Between::Break));
    let widths: Vec<Option<usize>> = lines.iter().map(|l| l.left.flat_width()).collect();
    if arrows && widths.iter().any(|w| w.is_none_or(|w| w > MAX_LEFT)) {
        return;
    }
    let widest = widths.iter().flatten().copied().max().unwrap_or(0);
    for (line, width) in lines.iter_mut().zip(widths) {
        let padding = widest - width.unwrap_or(widest);
        line.between = match line.between {
            Between::Break => Between::PaddedBreak(padding),
            _ => Between::Padded(padding),
        };
    }
}
