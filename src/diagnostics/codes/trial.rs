//! Codes of the stage `trial`.

codes! {
    TEST_FAILED = "test-failed", "a test of the plan does not come out as written";
    ARMS_NOT_TESTED = "arms-not-tested", "tests reach fewer arms than was asked for";
}
