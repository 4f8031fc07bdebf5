//! What a comment leaves out when it is too long, and in which order.

/// How much of each part is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detail {
    /// Accounts on the map.
    pub mapped: usize,
    /// Territory centres on the map.
    pub centres: bool,
    /// Rows of each list of a rep's accounts.
    pub rows: usize,
    /// Reps in the table, and with a list of their own.
    pub reps: usize,
    pub largest: usize,
    /// Items with their old and new text.
    pub texts: usize,
    pub items: usize,
    pub pairs: usize,
    pub territories: usize,
    pub causes: usize,
    /// Notes on the sides.
    pub notes: usize,
    /// Broken expectations; the others are counted.
    pub verdicts: usize,
    pub offenders: usize,
    /// Expectations that hold.
    pub holding: usize,
    /// Findings of each check that failed.
    pub findings: usize,
}

impl Detail {
    pub const FULL: Self = Self {
        mapped: 1_000,
        centres: true,
        rows: 200,
        reps: 500,
        largest: 50,
        texts: 100,
        items: 200,
        pairs: 30,
        territories: 500,
        causes: 100,
        notes: 50,
        verdicts: 100,
        offenders: 5,
        holding: 50,
        findings: 10,
    };
}

/// The steps with what each has left out so far, in words; the first leaves out nothing.
pub fn steps() -> Vec<(Vec<&'static str>, Detail)> {
    let mut detail = Detail::FULL;
    let mut said: Vec<&'static str> = Vec::new();
    let mut steps = vec![(said.clone(), detail)];
    let mut step = |word: &'static str, change: &dyn Fn(&mut Detail)| {
        change(&mut detail);
        if !said.contains(&word) {
            said.push(word);
        }
        steps.push((said.clone(), detail));
    };
    const MAP: &str = "accounts on the map";
    const LISTS: &str = "accounts in the lists of reps";
    step(MAP, &|d| d.mapped = 300);
    step(LISTS, &|d| d.rows = 50);
    step(LISTS, &|d| d.rows = 15);
    step(MAP, &|d| d.mapped = 100);
    step(LISTS, &|d| d.rows = 5);
    step("text of the plan", &|d| d.texts = 20);
    step("the lists of reps", &|d| d.rows = 0);
    step(MAP, &|d| d.mapped = 25);
    step("territories", &|d| d.territories = 100);
    step("reps", &|d| d.reps = 100);
    step("the map", &|d| (d.mapped, d.centres) = (0, false));
    step("the largest changes", &|d| d.largest = 10);
    step("causes", &|d| d.causes = 30);
    step("items of the plan", &|d| (d.texts, d.items) = (0, 50));
    step("territories", &|d| d.territories = 25);
    step("reps", &|d| d.reps = 20);
    step("pairs of territories", &|d| d.pairs = 0);
    step("the largest changes", &|d| d.largest = 0);
    step("causes", &|d| d.causes = 10);
    step("items of the plan", &|d| d.items = 0);
    step("reps", &|d| d.reps = 0);
    step("territories", &|d| d.territories = 0);
    step("expectations that hold", &|d| (d.holding, d.offenders, d.verdicts) = (0, 1, 25));
    step("notes", &|d| d.notes = 3);
    step("causes", &|d| d.causes = 3);
    step("expectations", &|d| (d.offenders, d.verdicts, d.findings) = (0, 5, 1));
    steps
}
