//! What the grammar would have taken, in people's words.

use super::Part;
use crate::syntax::grammar::Rule;

const VALUE: &str = "a value";
const COMPARISON: &str = "a comparison such as `<=`";
const PATTERN: &str = "a pattern such as `< 200`, `200 ..< 1000`, `\"52*\"` or `else`";

/// How many alternatives are listed before only their kind is told.
const MAX_LISTED: usize = 6;

#[derive(Default)]
pub(super) struct Expected {
    rules: Vec<Rule>,
    phrases: Vec<String>,
    words: Vec<String>,
    operator: bool,
    end: bool,
}

impl Expected {
    pub fn new(rules: &[Rule]) -> Self {
        let mut expected = Self { rules: rules.to_vec(), end: rules.contains(&Rule::EOI), ..Self::default() };
        let has = |rule: Rule| rules.contains(&rule);
        if has(Rule::up_to_pattern) && has(Rule::when_kw) {
            expected.words = ["missing", "else", "when", "within", "inside"].map(str::to_owned).into();
            expected.phrases = vec![PATTERN.to_owned()];
            return expected;
        }
        // Behind a value much may follow, of which nothing is worth naming; elsewhere the same words are what is due.
        let behind_value = has(Rule::default_kw) || has(Rule::or_kw);
        for rule in rules.iter().copied().filter(|r| !matches!(r, Rule::EOI | Rule::bad_line)) {
            expected.words.extend(begins_with(rule));
            let phrase = match rule {
                Rule::and_kw if !has(Rule::or_kw) => "`and`".to_owned(),
                Rule::equals if has(Rule::less) => COMPARISON.to_owned(),
                _ if behind_value && is_operator(rule) => {
                    expected.operator = true;
                    continue;
                }
                _ if has(Rule::call_name) && begins_value(rule) => VALUE.to_owned(),
                _ => phrase(rule),
            };
            if !expected.phrases.contains(&phrase) {
                expected.phrases.push(phrase);
            }
        }
        expected
    }

    /// Only the words that a part may begin with.
    pub fn words_of(part: Part) -> Self {
        Self { words: part.words().iter().map(|w| (*w).to_owned()).collect(), ..Self::default() }
    }

    pub fn has(&self, rule: Rule) -> bool {
        self.rules.contains(&rule)
    }

    pub fn has_word(&self, word: &str) -> bool {
        self.words.iter().any(|w| w == word)
    }

    pub fn words(&self, part: Part) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str).chain(part.words().iter().copied())
    }

    /// ``a name, `->` or `{` ``; none when there are too many to be of help.
    pub fn phrase(&self, part: Part) -> Option<String> {
        let mut phrases = self.phrases.clone();
        if self.operator {
            phrases.push("an operator".to_owned());
        }
        if phrases.is_empty() && !self.end && part == Part::Arm {
            return Some(PATTERN.to_owned());
        }
        if self.end || phrases.is_empty() {
            phrases.push(format!("the end of the {}", if part == Part::Item { "item" } else { "line" }));
        }
        if phrases.len() > MAX_LISTED {
            return None;
        }
        let last = phrases.pop().unwrap_or_default();
        Some(match phrases.is_empty() {
            true => last,
            false => format!("{} or {last}", phrases.join(", ")),
        })
    }
}

/// The words that a rule may begin with, as far as they are of help against slips.
fn begins_with(rule: Rule) -> Vec<String> {
    let part = match rule {
        Rule::node => Part::Node,
        Rule::clause => Part::Clause,
        _ => return keyword(rule).into_iter().collect(),
    };
    part.words().iter().map(|w| (*w).to_owned()).collect()
}

/// The word of a keyword rule.
fn keyword(rule: Rule) -> Option<String> {
    let name = format!("{rule:?}");
    name.strip_suffix("_kw").map(str::to_owned)
}

fn is_operator(rule: Rule) -> bool {
    match rule {
        Rule::and_kw | Rule::or_kw | Rule::default_kw | Rule::is_kw | Rule::between_kw => true,
        Rule::within_kw | Rule::inside_kw | Rule::is_test | Rule::in_test | Rule::in_place => true,
        Rule::between_test => true,
        Rule::within_test | Rule::inside_test | Rule::plus | Rule::minus | Rule::times | Rule::divide => true,
        _ => phrase(rule) == COMPARISON,
    }
}

fn begins_value(rule: Rule) -> bool {
    match rule {
        Rule::true_kw | Rule::false_kw | Rule::case_kw | Rule::point_kw | Rule::segment_kw => true,
        Rule::name | Rule::text | Rule::number | Rule::date | Rule::call_name | Rule::open_paren => true,
        _ => phrase(rule) == VALUE,
    }
}

fn phrase(rule: Rule) -> String {
    if let Some(word) = keyword(rule) {
        return format!("`{word}`");
    }
    match rule {
        Rule::name | Rule::arm_name | Rule::call_name => "a name",
        Rule::text => "a text in double quotes",
        Rule::date => "a date",
        Rule::number => "a number",
        Rule::open_brace => "`{`",
        Rule::close_brace => "`}`",
        Rule::open_paren => "`(`",
        Rule::close_paren => "`)`",
        Rule::comma => "`,`",
        Rule::dot => "`.`",
        Rule::arrow => "`->`",
        Rule::equals => "`=`",
        Rule::up_to | Rule::up_to_excluded | Rule::open_end => "a range",
        Rule::less | Rule::less_equal | Rule::greater | Rule::greater_equal | Rule::not_equal => COMPARISON,
        Rule::compare_test => COMPARISON,
        Rule::is_test => "`is`",
        Rule::in_test | Rule::in_place => "`in`",
        Rule::between_test => "`between`",
        Rule::within_test => "`within`",
        Rule::inside_test => "`inside`",
        Rule::plus | Rule::minus | Rule::times | Rule::divide => "an operator",
        Rule::negate | Rule::group | Rule::case_expr | Rule::point | Rule::segment_ref | Rule::call | Rule::sum => {
            VALUE
        }
        Rule::claim | Rule::expr | Rule::plain | Rule::predicate | Rule::if_expr => "a condition or value",
        Rule::up_to_pattern | Rule::value_pattern | Rule::when_pattern => "a value or a range",
        Rule::selector => "account keys in double quotes or a condition",
        Rule::target => "the name of a territory, pool or carve",
        Rule::metric => "a metric",
        Rule::node => "`split`, `carve`, `territory`, `pool` or `exclude`",
        Rule::split => "`split`",
        Rule::carve_leaf | Rule::carve => "`carve`",
        Rule::territory_leaf | Rule::test_territory | Rule::territory => "`territory`",
        Rule::pool_leaf => "`pool`",
        Rule::because => "`because`",
        Rule::unproved => "`unproved`",
        Rule::was => "`was`",
        Rule::effective => "`effective`",
        Rule::in_order => "`in order`",
        Rule::in_coverage | Rule::in_target => "`in`",
        Rule::from_day => "`from`",
        Rule::until_day => "`until`",
        Rule::per => "`per`",
        Rule::where_part => "`where`",
        Rule::account => "`account`",
        Rule::test_expect => "`expect`",
        Rule::cell => "a column and its value",
        Rule::arm => "an arm",
        Rule::condition_arm => "a condition or `else`",
        Rule::value_arm => "values of the dimension or `else`",
        Rule::case_arm => "a condition",
        Rule::case_else => "`else`",
        Rule::seats_where => "`reps`",
        Rule::clause => "a clause of a carve",
        _ => "something else",
    }
    .to_owned()
}
