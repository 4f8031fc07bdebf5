//! A project without a disk: the manifest of `tests/errors/schema.txt` and plan files given as texts.

use terrac::diagnostics::{Diagnostics, FileId, Sources, Span};
use terrac::plan::Plan;
use terrac::syntax::{self, ast};
use terrac::workspace::manifest::{AccountsTable, AdjacencyTable, Files, IncumbentsTable, Manifest, RepsTable};
use terrac::workspace::schema::{Column, ColumnType, FileUnit, Origin, Schema};

const SCHEMA: &str = include_str!("../errors/schema.txt");

pub struct Project {
    pub sources: Sources,
    pub manifest: Manifest,
    files: Vec<ast::File>,
    found: Diagnostics,
}

impl Project {
    pub fn new() -> Self {
        let mut sources = Sources::default();
        let id = sources.add("schema.txt", SCHEMA);
        Self { manifest: manifest(id), sources, files: Vec::new(), found: Diagnostics::default() }
    }

    pub fn file(&mut self, name: &str, text: &str) {
        let id = self.sources.add(name, text);
        let (file, found) = syntax::parse(id, text);
        self.files.push(file);
        self.found.extend(found);
    }

    /// Takes a table or the role of a column away.
    pub fn without(&mut self, word: &str) {
        let manifest = &mut self.manifest;
        match (word, &mut manifest.reps) {
            ("reps", reps) => *reps = None,
            ("adjacency", _) => manifest.adjacency = None,
            ("incumbents", _) => manifest.incumbents = None,
            ("accounts.position", _) => manifest.accounts.position = None,
            ("accounts.family", _) => manifest.accounts.family = None,
            ("reps.position", Some(reps)) => reps.position = None,
            ("reps.manager", Some(reps)) => reps.manager = None,
            _ => panic!("nothing is called {word}"),
        }
    }

    /// Findings of the parser and of the check.
    pub fn check(&self) -> (Option<Plan>, Diagnostics) {
        if self.found.has_errors() {
            let found = terrac::check::check_partly(&self.manifest, &self.sources, &self.files);
            return (None, self.found.clone().into_iter().chain(found).collect());
        }
        let (plan, found) = terrac::check::check(&self.manifest, &self.sources, &self.files);
        let mut all = self.found.clone();
        all.extend(found);
        (plan, all)
    }

    /// What the prover adds; shapes are not at hand.
    pub fn proved(&self, plan: &Plan, mut found: Diagnostics) -> Diagnostics {
        use terrac::prove::{Budget, prove};
        let schema = &self.manifest.accounts.schema;
        found.extend(prove(plan, schema, None, &self.sources, Budget::default()).findings);
        found
    }

    /// As [`Self::check`], but what the parser could read is checked however much it could not.
    pub fn check_anyway(&self) -> Diagnostics {
        let (_, found) = terrac::check::check(&self.manifest, &self.sources, &self.files);
        self.found.clone().into_iter().chain(found).collect()
    }

    /// The text under a span, every blank run as one blank.
    pub fn text(&self, span: Span) -> String {
        self.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn manifest(file: FileId) -> Manifest {
    let span = Span::new(file, 0, 0);
    let files = || Files { patterns: Vec::new(), format: None, delimiter: None, span };
    let accounts = schema(file, "accounts");
    let reps = schema(file, "reps");
    let key = |schema: &Schema, name: &str| schema.find(name).expect("the schema has it");
    let role = |schema: &Schema, name: &str| Some(key(schema, name));
    Manifest {
        file,
        project: "test".to_owned(),
        plan: "plan.terr".to_owned(),
        plan_span: span,
        accounts: AccountsTable {
            files: files(),
            key: key(&accounts, "account"),
            name: None,
            position: role(&accounts, "location"),
            family: role(&accounts, "parent"),
            incumbent: None,
            schema: accounts,
        },
        reps: Some(RepsTable {
            files: files(),
            key: key(&reps, "rep"),
            name: None,
            position: role(&reps, "home"),
            capacity: role(&reps, "capacity"),
            ramp: None,
            start: None,
            end: None,
            manager: role(&reps, "boss"),
            territory: None,
            schema: reps,
        }),
        incumbents: Some(IncumbentsTable { files: files(), account: "account".to_owned(), rep: "rep".to_owned() }),
        places: None,
        adjacency: Some(AdjacencyTable { files: files(), from: "a".to_owned(), to: "b".to_owned() }),
        joins: Vec::new(),
        allow_outside: Vec::new(),
        allow_span: span,
        lints: terrac::workspace::lints::Lints::default(),
    }
}

/// The lines of one table: `NAME TYPE`, with `required` behind where a cell is never missing.
fn schema(file: FileId, table: &str) -> Schema {
    let mut columns = Vec::new();
    let mut within = false;
    let mut start = 0;
    for line in SCHEMA.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [] => {}
            [header] => within = *header == format!("[{table}]"),
            [name, kind, flags @ ..] if within => columns.push(Column {
                name: (*name).to_owned(),
                kind: ColumnType::ALL.iter().find(|(n, _)| n == kind).expect("a type").1,
                origin: Origin::Field((*name).to_owned()),
                unit: FileUnit::Base,
                required: flags.contains(&"required"),
                sensitive: false,
                default: None,
                span: Span::new(file, at, at + name.len()),
            }),
            _ => {}
        }
    }
    Schema { columns }
}
