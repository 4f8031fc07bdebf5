//! The syntax tree of a plan file: what was written, with its places, before any name means anything.
//!
//! Parsing never fails: items that could not be read are left out of [`File::items`] and reported. Spans are ignored
//! by equality, so `==` compares what two files say. Comments are kept aside with their places for the formatter.

pub(crate) mod below;
mod carve;
mod expression;

pub use carve::{Around, Carve, CarveClause, CarveClauseKind, DistanceCost, OpenPolicy};
pub use expression::{ArithmeticOp, Expr, ExprKind};

use crate::diagnostics::{FileId, Span};

/// One `.terr` file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    pub id: FileId,
    pub items: Vec<Item>,
    pub comments: Vec<Comment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Without the `#`, trailing blanks removed.
    pub text: String,
    /// Nothing but blanks stands before it on its line.
    pub own_line: bool,
    pub span: Span,
}

/// An identifier where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

/// A quoted string where it stands, escapes resolved.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text {
    pub value: String,
    /// Includes the quotes.
    pub span: Span,
}

/// A calendar date as written; the parser has checked that it exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Date {
    pub date: chrono::NaiveDate,
    pub span: Span,
}

/// A number as written, with its suffix apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// With `k`, `M` and `B` multiplied out, not yet converted by its unit: `60%` is 60, `45 min` is 45, `10B` is 1e10.
    pub value: f64,
    pub unit: Option<UnitSuffix>,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitSuffix {
    Percent,
    Miles,
    Kilometres,
    Minutes,
    Hours,
    Days,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub kind: ItemKind,
    /// From the first keyword to the last token.
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a file has few items, and all of them are kept")]
pub enum ItemKind {
    Plan(PlanHeader),
    Use(Text),
    Let(Let),
    Weight(Weight),
    Dimension(Dimension),
    Segment(Segment),
    Coverage(Coverage),
    Territory(Territory),
    Carve(Carve),
    Named(Named),
    Hold(Hold),
    Exclude(Exclude),
    Expect(Expect),
    Test(Test),
    Prove(Prove),
}

/// `because "…"`.
pub type Because = Option<Text>;

/// `unproved because "…"`: the reason for a partition that the compiler cannot prove.
#[derive(Debug, Clone, PartialEq)]
pub struct Unproved {
    pub because: Text,
    pub span: Span,
}

/// `plan fy27 "FY27 coverage" { effective 2027-02-01 to 2028-01-31 because "…" }`
#[derive(Debug, Clone, PartialEq)]
pub struct PlanHeader {
    pub name: Name,
    pub title: Option<Text>,
    /// Both days belong to the term.
    pub effective: Option<(Date, Date)>,
    pub because: Because,
}

/// `let enterprise_floor = 1_000`
#[derive(Debug, Clone, PartialEq)]
pub struct Let {
    pub name: Name,
    pub value: Expr,
    pub because: Because,
}

/// `weight workload in hours = visits_per_year * 45 min`
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    pub name: Name,
    pub was: Option<Name>,
    /// The declared unit word after `in`: `hours`, `money`, `km`, `mi`, `percent`, …
    pub unit: Option<Name>,
    pub value: Expr,
    pub because: Because,
}

/// `segment strategic = revenue >= 10B or industry is fintech`
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    pub name: Name,
    pub was: Option<Name>,
    pub condition: Expr,
    pub because: Because,
}

/// `dimension size by employees { … }`; without `by`, every arm is a `when` arm, `else` or both.
#[derive(Debug, Clone, PartialEq)]
pub struct Dimension {
    pub name: Name,
    pub was: Option<Name>,
    /// A column, possibly with `default`, or any expression that gives a number.
    pub subject: Option<Expr>,
    pub arms: Vec<DimensionArm>,
    /// `unproved because "…"`, in place of `because`.
    pub unproved: Option<Unproved>,
    pub because: Because,
}

#[derive(Debug, Clone, PartialEq)]
pub struct DimensionArm {
    pub name: Name,
    /// The alternatives, joined by commas; at least one.
    pub patterns: Vec<Pattern>,
    pub because: Because,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    pub kind: PatternKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum PatternKind {
    /// `< 200`, `>= enterprise_floor`, `= 5`
    Compare(CompareOp, Expr),
    /// `200 ..< 1000` (end excluded), `200 .. 1000` (end included); an end left out is open: `.. 1000`.
    Range {
        from: Option<Expr>,
        to: Option<Expr>,
        inclusive: bool,
    },
    /// A bare word such as `CT` or `north`, which stands for its own text.
    Word(Name),
    /// `"New York"`; with a trailing `*` a prefix of a code: `"52*"`.
    Text(Text),
    /// A bare number such as `7`.
    Number(Number),
    /// `within 25 mi of point(lat 40.7, lon -74.0)`; the place may be a column of type point too.
    Within {
        radius: Expr,
        of: Expr,
    },
    /// `inside "geo/london.geojson"`
    Inside(Text),
    /// `when CONDITION`
    When(Expr),
    Missing,
    Else,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareOp {
    Less,
    LessEqual,
    Equal,
    NotEqual,
    GreaterEqual,
    Greater,
}

/// `coverage field for role ae { NODE }`
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    pub name: Name,
    pub was: Option<Name>,
    pub role: Option<Name>,
    /// Absent when the body could not be read.
    pub root: Option<Node>,
    pub because: Because,
}

/// A decision or a leaf of a coverage tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub kind: NodeKind,
    pub because: Because,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum NodeKind {
    Split(Split),
    /// `carve NAME`
    Carve(Name),
    /// `territory NAME [owner "R001"]`; without an owner it refers to a `territory` item.
    Territory {
        name: Name,
        owner: Option<Text>,
    },
    /// `pool NAME`
    Pool(Name),
    /// `exclude`
    Exclude,
}

/// `split region { northeast, southeast -> … else -> … }` or, without a dimension, `split { CONDITION -> … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    pub dimension: Option<Name>,
    /// `split in order { … }`: the first arm that matches takes the account, so arms may overlap.
    pub in_order: bool,
    pub arms: Vec<SplitArm>,
    /// Stands behind the split, in place of `because`.
    pub unproved: Option<Unproved>,
    /// Up to the closing brace.
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct SplitArm {
    pub matches: ArmMatch,
    pub node: Node,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ArmMatch {
    /// Values of the split's dimension; at least one.
    Values(Vec<Name>),
    Condition(Expr),
    Else(Span),
}

/// `territory house "House accounts" owner "R001"` as an item of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Territory {
    pub name: Name,
    pub was: Option<Name>,
    pub title: Option<Text>,
    pub owner: Option<Text>,
    pub because: Because,
}

/// Which accounts an exception is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Selector {
    /// `"ACC-001", "ACC-002"`
    Keys(Vec<Text>),
    Condition(Expr),
}

/// `named "ACC-001" -> TARGET [in COVERAGE] [until DATE] [because "…"]`
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    pub selector: Selector,
    pub target: Target,
    pub coverage: Option<Name>,
    pub until: Option<Date>,
    pub because: Because,
}

/// `ne_enterprise."NE-ENT-03"`, or the name of a territory or pool.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub name: Name,
    pub territory: Option<Text>,
    pub span: Span,
}

/// `hold SELECTOR with incumbent | rep "R001" [in COVERAGE] [from DATE] until DATE [because "…"]`
#[derive(Debug, Clone, PartialEq)]
pub struct Hold {
    pub selector: Selector,
    pub owner: HoldOwner,
    pub coverage: Option<Name>,
    pub from: Option<Date>,
    pub until: Date,
    pub because: Because,
}

#[derive(Debug, Clone, PartialEq)]
pub enum HoldOwner {
    Incumbent(Span),
    Rep(Text),
}

/// `exclude segment competitor [in COVERAGE] [because "…"]`
#[derive(Debug, Clone, PartialEq)]
pub struct Exclude {
    pub selector: Selector,
    pub coverage: Option<Name>,
    pub because: Because,
}

/// `expect METRIC BOUND [of METRIC] [per GROUP] [in NAME] [where CONDITION]`, or `warn` for the same
/// without failing.
#[derive(Debug, Clone, PartialEq)]
pub struct Expect {
    pub warn: bool,
    pub metric: Metric,
    pub bound: Bound,
    /// `10% of accounts`: what a share is a share of.
    pub of: Option<Metric>,
    pub per: Option<Name>,
    /// A coverage, carve, territory or pool; a territory of a carve is `carve."NAME"`.
    pub within: Option<Target>,
    pub condition: Option<Expr>,
    pub because: Because,
}

/// `imbalance(opportunity)`, `accounts`, `kept(segment strategic)`
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    pub name: Name,
    pub argument: Option<Expr>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Bound {
    Compare(CompareOp, Expr),
    Between(Expr, Expr),
}

/// `test "…" { account { … } expect field is carve ne_fintech }`
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    pub title: Text,
    /// Column and value; a column that is not written is missing.
    pub account: Vec<(Name, Expr)>,
    pub expects: Vec<TestExpect>,
    pub because: Because,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TestExpect {
    /// A coverage, dimension, segment or weight.
    pub subject: Name,
    pub outcome: TestOutcome,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TestOutcome {
    /// `field is carve ne_fintech`, `field is territory house`, `field is pool p`, `field is exclude`
    Leaf(Node),
    /// `size is enterprise`
    Value(Name),
    /// `strategic` or `not strategic` for a segment
    Holds(bool),
    /// `workload = 3 h`
    Bound(Bound),
}

/// `prove employees >= 5000 and state = NY implies field in carve ne_enterprise because "…"`
#[derive(Debug, Clone, PartialEq)]
pub struct Prove {
    pub claim: Claim,
    pub because: Because,
}

/// What is to hold for every account; `given`, if there is one, stands before `implies`.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    pub given: Option<Expr>,
    pub holds: Expr,
    pub span: Span,
}
