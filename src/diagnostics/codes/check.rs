//! Codes of the stage `check`.

codes! {
    // The plan as a whole.
    NO_PLAN = "no-plan", "no file of the project has a `plan` header";
    SECOND_PLAN = "second-plan", "a project has one plan, and here is another header";
    NO_TERM = "no-term", "the plan does not say when it is effective";
    TERM_ORDER = "term-order", "a period ends before it begins";
    NO_COVERAGE = "no-coverage", "the plan has no coverage, so it places nobody";

    // Names.
    UNKNOWN_NAME = "unknown-name", "a name that nothing declares";
    WRONG_KIND = "wrong-kind", "a name stands where another kind of thing is due";
    DUPLICATE_NAME = "duplicate-name", "two declarations share a name";
    SHADOWS_COLUMN = "shadows-column", "a declaration is called like a column";
    CIRCULAR = "circular", "definitions lead back to themselves";
    TOO_DEEP = "too-deep", "an expression, a tree or a chain of definitions is nested too deep";

    // Types and units.
    TYPE_MISMATCH = "type-mismatch", "values of different types meet";
    UNIT_MISMATCH = "unit-mismatch", "numbers of different units meet";
    UNKNOWN_UNIT = "unknown-unit", "a word that is no unit";
    NOT_CONSTANT = "not-constant", "a value that differs by account stands where a fixed one is due";
    OUT_OF_RANGE = "out-of-range", "a number is outside of what its place allows";
    UNKNOWN_FUNCTION = "unknown-function", "a function that does not exist";
    WRONG_ARGUMENTS = "wrong-arguments", "a function is given too few, too many or unfit arguments";
    MISPLACED_SHARE = "misplaced-share", "`share` stands outside of a weight";
    MISSING_UNSAID = "missing-unsaid", "a value that may be missing decides, and nothing says what then";
    MIXED_AND_OR = "mixed-and-or", "`and` and `or` are mixed without parentheses";

    // Dimensions.
    DUPLICATE_ARM = "duplicate-arm", "an arm is declared twice";
    DUPLICATE_VALUE = "duplicate-value", "a value is listed twice";
    OVERLAPPING_ARMS = "overlapping-arms", "two arms claim the same account";
    EMPTY_RANGE = "empty-range", "a range that holds nothing";
    GAP = "gap", "values that no arm takes";
    UNREACHABLE_ARM = "unreachable-arm", "an arm that no account can reach";
    MISPLACED_PATTERN = "misplaced-pattern", "a pattern stands where it means nothing";

    // Coverages.
    UNKNOWN_VALUE = "unknown-value", "a value that the dimension does not have";
    VALUE_TAKEN_TWICE = "value-taken-twice", "a value of the dimension is taken by two arms";
    VALUES_NOT_TAKEN = "values-not-taken", "values of the dimension that no arm takes";
    ELSE_NOT_LAST = "else-not-last", "arms stand behind `else`";
    TWO_OWNERS = "two-owners", "a territory is given two owners";
    SHARED_CARVE = "shared-carve", "several coverages lead to one carve";
    UNUSED_CARVE = "unused-carve", "a carve that no coverage leads to";

    // Carves.
    DUPLICATE_CLAUSE = "duplicate-clause", "a clause is written twice";
    MISSING_CLAUSE = "missing-clause", "a carve lacks a clause that it needs";
    BAD_TEMPLATE = "bad-template", "the pattern of territory names does not number them";
    SAME_TEMPLATE = "same-template", "two carves would call their territories the same";
    NO_SUCH_TABLE = "no-such-table", "the plan needs data that the manifest does not name";
    DERIVED_ADJACENCY = "derived-adjacency", "contiguity is judged by positions, for want of an adjacency table";
    CONTRADICTORY_LIMITS = "contradictory-limits", "two limits of a carve cannot both be kept";

    // Exceptions.
    COVERAGE_NEEDED = "coverage-needed", "an exception does not say which coverage it is about";
    UNREACHED_CARVE = "unreached-carve", "an exception leads to a carve that its coverage does not have";
    NO_SUCH_TERRITORY = "no-such-territory", "a carve has no territory of that name";
    EXPIRED_EXCEPTION = "expired-exception", "an exception has no day within the plan's term";
    CONTRADICTORY_EXCEPTIONS = "contradictory-exceptions", "two exceptions disagree about one account";
    NAMED_AND_EXCLUDED = "named-and-excluded", "an account is named, and excluded all the same";

    // Expectations and tests.
    UNKNOWN_METRIC = "unknown-metric", "a word that is no metric";
}
