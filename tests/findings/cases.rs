//! One fault each: the code that has to be found, what is changed of the sound project, and the verbs that are run.

pub struct Case<'a> {
    /// The code, then what tells the case from others of the same code.
    pub name: &'a str,
    /// File, text, its replacement; no text appends, and a new file holds the replacement.
    pub edits: &'a [(&'a str, &'a str, &'a str)],
    /// The findings are those of the last one; `+FILE LINE` appends a line to a file.
    pub commands: &'a [&'a str],
}

const fn case(name: &'static str, edits: &'static [(&'static str, &'static str, &'static str)]) -> Case<'static> {
    Case { name, edits, commands: &["compile"] }
}

pub const CASES: &[Case<'static>] = &[
    // Classification.
    // Only the data shows that one account has this root.
    case(
        "fell-through",
        &[(
            "plan.terr",
            "    unsized -> pool triage\n",
            "    unsized -> split {\n      round(sqrt(rank) * 1_000) != 32_404 -> pool a\n      \
             round(sqrt(rank) * 1_000) = 32_404 and rank > 2_000 -> pool b\n    } unproved because \"x\"\n",
        )],
    ),
    case(
        "claimed-twice",
        &[(
            "plan.terr",
            "    unsized -> pool triage\n",
            "    unsized -> split {\n      round(sqrt(rank) * 1_000) = 32_404 -> pool a\n      visits = 1 -> pool b\n      \
             else -> pool c\n    } unproved because \"x\"\n",
        )],
    ),
    case(
        "contradicting-exceptions",
        &[(
            "plan.terr",
            "",
            "named round(sqrt(rank) * 1_000) = 32_404 -> desk because \"x\"\nnamed state = \"IL\" -> triage because \"y\"\n",
        )],
    ),
    case("bad-weight", &[("plan.terr", "weight worth = revenue", "weight worth = revenue - 1_100")]),
    case("bad-total", &[("plan.terr", "weight worth = revenue", "weight worth = share(revenue * 0)")]),
    // The outcome.
    case("bad-capacity", &[("reps.csv", "R2,key,34.0,-118.2,,1", "R2,key,34.0,-118.2,,0")]),
    case("duplicate-key of reps", &[("reps.csv", "R3,desk", "R1,desk")]),
    case("no-seats", &[("plan.terr", "team = \"key\"", "team = \"keys\"")]),
    case("seat-without-position", &[("reps.csv", "R2,key,34.0,-118.2", "R2,key,,")]),
    case("unknown-rep", &[("plan.terr", "owner \"R3\"", "owner \"R33\"")]),
    case("unknown-account", &[("plan.terr", "", "named \"A99\" -> desk because \"x\"\n")]),
    case("unknown-territory", &[("plan.terr", "", "named \"A02\" -> key.\"KEY-7\" because \"x\"\n")]),
    case("duplicate-account", &[("accounts.csv", "A01,", "A02,")]),
    case("nothing-to-carve", &[("plan.terr", ">= 100\n", ">= 100_000\n"), ("plan.terr", "< 100\n", "< 100_000\n")]),
    case("promise-broken", &[("accounts.csv", ",1100,", ",90000,")]),
    case("weight-all-zero", &[("plan.terr", "weight worth = revenue", "weight worth = revenue * 0")]),
    case("unknown-unit-key", &[("plan.terr", "  compact", "  together \"10000\", \"99999\"\n  compact")]),
    case("hire-without-seat", &[("reps.csv", "", "R4,key,36.0,-115.0,2027-05-01,1\n")]),
    Case { name: "alignment-missing", edits: &[], commands: &["compile --locked"] },
    case("alignment-unreadable", &[("plan.alignment", "", "<<<<<<< HEAD\nterrac alignment 1\n")]),
    case("expectation-broken", &[("plan.terr", "", "expect accounts <= 3 per territory in key\n")]),
    case("nothing-measured", &[("plan.terr", "", "expect distance <= 50 km in triage\n")]),
    case("no-incumbents", &[("plan.terr", "", "expect moved(worth) <= 8%\n")]),
    Case {
        name: "test-failed",
        edits: &[("plan.terr", "", "test \"a shop\" { account { employees = 5 } expect field is pool triage }\n")],
        commands: &["test"],
    },
    Case {
        name: "arms-not-tested",
        edits: &[("plan.terr", "", "test \"a shop\" { account { employees = 5 } expect size is small }\n")],
        commands: &["test --coverage=80%"],
    },
    // Tables of `terrac carve`.
    Case {
        name: "bad-question",
        edits: &[("units.csv", "", "id,lat,lon,worth\nA,40,-74,0\nB,41,-75,0\n")],
        commands: &["carve units.csv --into 2 --balance worth"],
    },
    Case {
        name: "duplicate-key",
        edits: &[("units.csv", "", "id,lat,lon,worth\nA,40,-74,1\nA,41,-75,2\n")],
        commands: &["carve units.csv --into 2 --balance worth"],
    },
    Case {
        name: "unlisted-unit",
        edits: &[
            ("units.csv", "", "id,lat,lon,worth\nA,40,-74,1\nB,41,-75,2\n"),
            ("edges.csv", "", "from,to\n0A,0B\n"),
        ],
        commands: &["carve units.csv --into 2 --balance worth --contiguous --adjacency edges.csv"],
    },
    Case {
        name: "promise-not-kept",
        edits: &[("units.csv", "", "id,lat,lon,worth\nA,40,-74,1\nB,41,-75,9\n")],
        commands: &["carve units.csv --into 2 --balance worth:5%"],
    },
    Case {
        name: "unwritable",
        edits: &[("units.csv", "", "id,lat,lon,worth\nA,40,-74,1\nB,41,-75,1\n")],
        commands: &["carve units.csv --into 2 --balance worth --out units.csv/there.csv"],
    },
    // Files.
    case(
        "invalid-shape",
        &[
            ("terrac.toml", "location   = { type", "location   = { required = true, type"),
            ("town.geojson", "", "{ \"type\": \"Point\", \"coordinates\": [1, 2] }"),
            ("plan.terr", "", "segment town = location inside \"town.geojson\"\nexclude segment town because \"x\"\n"),
        ],
    ),
    Case {
        name: "missing-file a folder",
        edits: &[("terrac.toml", "\"plan.terr\"", "\"folder\""), ("folder/x", "", "")],
        commands: &["check"],
    },
    Case {
        name: "territories-changed",
        edits: &[],
        commands: &["compile", "+accounts.csv A77,NY,10999,522110,500,9000,1,40.9,-73.9", "compile --recarve"],
    },
    Case {
        name: "unformatted",
        edits: &[("plan.terr", "  small   < 100", "  small < 100")],
        commands: &["fmt --check"],
    },
    Case {
        name: "new-units",
        edits: &[],
        commands: &["compile", "+accounts.csv A77,NY,10999,522110,500,1200,1,40.9,-73.9", "compile"],
    },
    // Lints.
    case("reasonless-exception", &[("plan.terr", "", "exclude state = \"IL\"\n")]),
    case(
        "unused-item",
        &[("plan.terr", "", "let spare = 7\nlet used = 9\nsegment odd = employees default 0 > used\n")],
    ),
    case("repeated-threshold", &[("plan.terr", "", "segment big = employees default 0 >= 100\n")]),
    case(
        "unknown-industry",
        &[(
            "plan.terr",
            "",
            "segment bank = naics in (\"5221*\", \"5227*\", \"522111\")\nsegment odd = naics = \"99\"\nsegment fine = naics = \"*10\"\n",
        )],
    ),
    case("unknown-state", &[("plan.terr", "", "dimension region by state { east NY, NJ, CN, ct  rest else }\n")]),
    case("many-exceptions", &[("plan.terr", "", "named state = \"IL\" -> desk because \"the city wants one face\"\n")]),
    case(
        "dominant-account",
        &[
            ("terrac.toml", "", "\n[lints]\ndominant-account = { level = \"warn\", limit = \"20%\" }\n"),
            ("accounts.csv", ",1100,", ",90000,"),
        ],
    ),
    case(
        "empty-arm",
        &[
            ("terrac.toml", "", "\n[lints]\nempty-arm = \"warn\"\n"),
            ("plan.terr", "", "dimension region by state { east NY, NJ  south TX, FL  rest else }\n"),
        ],
    ),
    case("missing-values", &[("terrac.toml", "", "\n[lints]\nmissing-values = { level = \"warn\", limit = 0.1 }\n")]),
    case(
        "near-threshold",
        &[("terrac.toml", "", "\n[lints]\nnear-threshold = { level = \"warn\", limit = \"10%\" }\n")],
    ),
    case(
        "near-threshold denied",
        &[("terrac.toml", "", "\n[lints]\nnear-threshold = { level = \"deny\", limit = \"10%\" }\n")],
    ),
    // The section `[lints]` itself.
    Case {
        name: "unknown-key a lint",
        edits: &[("terrac.toml", "", "\n[lints]\nunknown-sate = \"warn\"\n")],
        commands: &["check"],
    },
    Case {
        name: "unknown-key no lint",
        edits: &[("terrac.toml", "", "\n[lints]\nbad-cell = \"warn\"\n")],
        commands: &["check"],
    },
    Case {
        name: "unknown-key of a lint",
        edits: &[("terrac.toml", "", "\n[lints]\nempty-arm = { level = \"warn\", limit = 1 }\n")],
        commands: &["check"],
    },
    Case {
        name: "wrong-value a level",
        edits: &[("terrac.toml", "", "\n[lints]\nunknown-state = \"error\"\n")],
        commands: &["check"],
    },
    Case {
        name: "wrong-value a limit",
        edits: &[("terrac.toml", "", "\n[lints]\nnear-threshold = { level = \"warn\", limit = 2 }\n")],
        commands: &["check"],
    },
];
