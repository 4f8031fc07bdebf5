//! The manifest's text to a [`Manifest`].
//!
//! Takes a TOML text, gives what it declares and every finding at once. Invariant: a manifest is given whenever the
//! accounts' columns are known, so that the plan can be checked in the same run. Deliberately absent: the files that
//! it names; nothing is opened here.

use std::cell::RefCell;

use toml::de::DeTable;

use super::columns::{self, Owner};
use super::lints::{self, Lints};
use super::manifest::{
    AccountsTable, AdjacencyTable, FileFormat, Files, IncumbentsTable, JoinTable, Manifest, OnMismatch, PlacesTable,
    RepsTable,
};
use super::schema::{Aggregate, Column, ColumnId, ColumnType, FileUnit, Origin, Schema};
use super::section::{At, Section, listed};
use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Span, codes, did_you_mean};

/// The name of the column that `[incumbents]` adds to the accounts.
const INCUMBENT: &str = "incumbent";

/// Reads a manifest. `sole_plan` is the plan file to take where the manifest names none.
pub(super) fn read(file: FileId, text: &str, sole_plan: Option<&str>) -> (Option<Manifest>, Diagnostics) {
    let found = RefCell::new(Diagnostics::default());
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().unwrap_or(0..text.len());
        let diagnostic = Diagnostic::error(codes::workspace::MANIFEST_SYNTAX, "the manifest is not TOML");
        let message = error.message().trim().replace('\n', ", ");
        found.borrow_mut().push(diagnostic.label(Span::new(file, span.start, span.end), message));
    }
    let start = Span::new(file, 0, text.lines().next().map_or(0, str::len));
    let root = Section::new(root.get_ref(), "the manifest".to_owned(), start, &found);
    let manifest = whole(root, sole_plan);
    (manifest, found.into_inner())
}

fn whole(mut root: Section, sole_plan: Option<&str>) -> Option<Manifest> {
    let file = root.file();
    let (mut project, mut plan, mut allow) = (String::new(), None, None);
    match root.section("project", "`[project]`") {
        Some(mut section) => {
            let name = section.needed_text("name", "every output carries it: `name = \"northwind\"`");
            project = name.map_or(String::new(), |n| n.value);
            plan = section.text("plan");
            if plan.is_none() && !section.has("plan") && sole_plan.is_none() {
                section.missing("plan", "name the plan file: `plan = \"plan.terr\"`");
            }
            let fallback = sole_plan.map(|p| At { value: p.to_owned(), span: section.span });
            plan = plan.or(fallback);
            allow = section.texts("allow");
            section.finish();
        }
        None if !root.has("project") => root.missing("project", "begin with `[project]`, its `name` and `plan`"),
        None => {}
    }
    let mut schema = Schema::default();
    let mut joins = Vec::new();
    let accounts = match root.section("accounts", "`[accounts]`") {
        Some(section) => Some(section),
        None => {
            if !root.has("accounts") {
                root.missing("accounts", "say where the accounts are: `[accounts]` with `files` and `key`");
            }
            None
        }
    };
    let accounts = accounts.map(|mut section| {
        let own = section.section("columns", "`[accounts.columns]`");
        match own {
            Some(columns) => columns::read(&columns, Owner::Accounts, &mut schema),
            None if !section.has("columns") => {
                section.missing("columns", "declare the columns that plans may name: `[accounts.columns]`");
            }
            None => {}
        }
        section
    });
    read_joins(&mut root, &mut joins, &mut schema);
    let incumbents = read_incumbents(&mut root, &mut joins, &mut schema);
    let places = root.section("places", "`[places]`").and_then(places);
    let by_place = schema.columns.iter().find(|c| matches!(c.origin, Origin::Place { .. }));
    if let (Some(column), None, false) = (by_place, &places, root.has("places")) {
        root.report(
            Diagnostic::error(codes::workspace::MISSING_KEY, "the manifest has no `[places]`")
                .label(column.span, "looks its position up there")
                .help("add `[places]` with `files`, `key`, `lat` and `lon`"),
        );
    }
    let adjacency = root.section("adjacency", "`[adjacency]`").and_then(adjacency);
    let reps = root.section("reps", "`[reps]`").and_then(|section| reps(section, places.is_some()));
    let accounts = accounts.and_then(|section| accounts_table(section, schema, incumbents.is_some()));
    let lints = root.section("lints", "`[lints]`").map_or_else(Lints::default, |section| lints::read(&section));
    root.finish();
    let nowhere = Span::new(file, 0, 0);
    let plan = plan.unwrap_or_else(|| At { value: String::new(), span: nowhere });
    let allow = allow.unwrap_or_else(|| At { value: Vec::new(), span: nowhere });
    Some(Manifest {
        file,
        project,
        plan: plan.value,
        plan_span: plan.span,
        accounts: accounts?,
        reps,
        incumbents,
        places,
        adjacency,
        joins,
        allow_outside: allow.value,
        allow_span: allow.span,
        lints,
    })
}

fn accounts_table(mut section: Section, mut schema: Schema, has_incumbents: bool) -> Option<AccountsTable> {
    let files = files(&mut section);
    let mut roles = Roles { section: &mut section, schema: &schema };
    let key = roles.key();
    let name = roles.optional("name", TEXT);
    let position = roles.position();
    let family = roles.optional("family", TEXT);
    let incumbent = roles.optional(INCUMBENT, TEXT);
    if has_incumbents && section.has(INCUMBENT) {
        section.report(
            Diagnostic::error(codes::workspace::WRONG_VALUE, "incumbents are declared twice")
                .label(section.key_span(INCUMBENT), "by this column")
                .help("keep either `incumbent` or the table `[incumbents]`"),
        );
    }
    section.finish();
    let key = key?;
    schema.columns[key.0 as usize].required = true;
    Some(AccountsTable { files: files?, schema, key, name, position, family, incumbent })
}

fn reps(mut section: Section, has_places: bool) -> Option<RepsTable> {
    let mut schema = Schema::default();
    match section.section("columns", "`[reps.columns]`") {
        Some(columns) => columns::read(&columns, Owner::Reps, &mut schema),
        None if !section.has("columns") => section.missing("columns", "declare them in `[reps.columns]`"),
        None => {}
    }
    if let Some(column) = schema.columns.iter().find(|c| matches!(c.origin, Origin::Place { .. }) && !has_places) {
        section.report(
            Diagnostic::error(codes::workspace::MISSING_KEY, "the manifest has no `[places]`")
                .label(column.span, "looks its position up there"),
        );
    }
    let files = files(&mut section);
    let mut roles = Roles { section: &mut section, schema: &schema };
    let key = roles.key();
    let name = roles.optional("name", TEXT);
    let position = roles.position();
    let capacity = roles.optional("capacity", NUMERIC);
    let ramp = roles.optional("ramp", &[ColumnType::Percent, ColumnType::Number]);
    let start = roles.optional("start", &[ColumnType::Date]);
    let end = roles.optional("end", &[ColumnType::Date]);
    let manager = roles.optional("manager", TEXT);
    let territory = roles.optional("territory", TEXT);
    section.finish();
    let key = key?;
    schema.columns[key.0 as usize].required = true;
    Some(RepsTable { files: files?, schema, key, name, position, capacity, ramp, start, end, manager, territory })
}

const TEXT: &[ColumnType] = &[ColumnType::Text, ColumnType::Code, ColumnType::Id];
const NUMERIC: &[ColumnType] = &[ColumnType::Number, ColumnType::Int, ColumnType::Percent];

/// Columns with a part to play, by the key that names it or by their own name.
struct Roles<'s, 'a> {
    section: &'s mut Section<'a>,
    schema: &'s Schema,
}

impl Roles<'_, '_> {
    fn key(&mut self) -> Option<ColumnId> {
        let stated =
            self.section.needed_text("key", "name the column that identifies a row: `key = \"account_id\"`")?;
        let key = self.stated("key", &stated, TEXT)?;
        let column = self.schema.column(key);
        if matches!(column.origin, Origin::Field(_)) {
            return Some(key);
        }
        self.section.report(
            Diagnostic::error(codes::workspace::COLUMN_ROLE, format!("`{}` cannot be the key", column.name))
                .label(stated.span, "a column of the table's own files is due")
                .label(column.span, "this one comes from a joined table"),
        );
        None
    }

    fn position(&mut self) -> Option<ColumnId> {
        if self.section.has("position") {
            return self.optional("position", &[ColumnType::Point]);
        }
        // Asked for, so that the key is known.
        self.section.text("position");
        let mut points = self.schema.iter().filter(|(_, c)| c.kind == ColumnType::Point).map(|(id, _)| id);
        match (points.next(), points.next()) {
            (only, None) => only,
            _ => self.schema.find("position"),
        }
    }

    fn optional(&mut self, role: &'static str, kinds: &[ColumnType]) -> Option<ColumnId> {
        match self.section.text(role) {
            Some(stated) => self.stated(role, &stated, kinds),
            None if self.section.has(role) => None,
            None => self.schema.find(role).filter(|id| kinds.contains(&self.schema.column(*id).kind)),
        }
    }

    fn stated(&self, role: &str, stated: &At<String>, kinds: &[ColumnType]) -> Option<ColumnId> {
        let Some(id) = self.schema.find(&stated.value) else {
            let help = did_you_mean(&stated.value, self.schema.names());
            let message = format!("no column is named `{}`", stated.value);
            self.section.report(
                Diagnostic::error(codes::workspace::UNKNOWN_COLUMN, message)
                    .label(stated.span, format!("the `{role}` of {}", self.section.title))
                    .help(help.unwrap_or_else(|| "declare it under `columns`".to_owned())),
            );
            return None;
        };
        let column = self.schema.column(id);
        if kinds.contains(&column.kind) {
            return Some(id);
        }
        let due = listed(kinds.iter().map(|k| k.name()));
        self.section.report(
            Diagnostic::error(
                codes::workspace::COLUMN_ROLE,
                format!("`{}` cannot be the `{role}` of {}", stated.value, self.section.title),
            )
            .label(stated.span, format!("of the types {due}"))
            .label(column.span, format!("declared `{}`", column.kind.name())),
        );
        None
    }
}

fn read_joins(root: &mut Section, joins: &mut Vec<JoinTable>, schema: &mut Schema) {
    let Some(all) = root.section("join", "`[join]`") else { return };
    for (name, value) in all.entries() {
        let title = format!("`[join.{}]`", name.value);
        let Some(table) = value.get_ref().as_table() else {
            all.wrong(&name.value, value, &format!("a table {title}"));
            continue;
        };
        let mut section = Section::new(table, title, name.span, all.found);
        let files = files(&mut section);
        let key = section.needed_text("key", "name the field that holds the account's key");
        let words = [("warn", OnMismatch::Warn), ("fail", OnMismatch::Fail), ("ignore", OnMismatch::Ignore)];
        let unmatched = section.word("unmatched", &words).unwrap_or(OnMismatch::Warn);
        let duplicates = section.word("duplicates", &words).unwrap_or(OnMismatch::Fail);
        let title = format!("`[join.{}.columns]`", name.value);
        match section.section("columns", &title) {
            Some(columns) => columns::read(&columns, Owner::Join(joins.len()), schema),
            None if !section.has("columns") => section.missing("columns", &format!("declare them in {title}")),
            None => {}
        }
        section.finish();
        // Kept even where something is wrong: the columns count joins by their place.
        joins.push(JoinTable {
            name: name.value,
            files: files.unwrap_or(Files { patterns: Vec::new(), format: None, delimiter: None, span: name.span }),
            key: key.map_or(String::new(), |k| k.value),
            unmatched,
            duplicates,
            span: name.span,
        });
    }
}

/// `[incumbents]` is a joined table of one column, so that nothing after the manifest needs to know of it.
fn read_incumbents(root: &mut Section, joins: &mut Vec<JoinTable>, schema: &mut Schema) -> Option<IncumbentsTable> {
    let mut section = root.section("incumbents", "`[incumbents]`")?;
    let files = files(&mut section);
    let account = section.needed_text("account", "name the field that holds the account's key");
    let rep = section.needed_text("rep", "name the field that holds the rep's key");
    let span = section.span;
    if let Some(taken) = schema.find(INCUMBENT) {
        section.report(
            Diagnostic::error(codes::workspace::DUPLICATE_COLUMN, "two columns are named `incumbent`")
                .label(span, "this table gives the accounts a column of that name")
                .label(schema.column(taken).span, "the other one")
                .help("keep one of the two"),
        );
    }
    section.finish();
    let table = IncumbentsTable { files: files?, account: account?.value, rep: rep?.value };
    let origin = Origin::Joined { join: joins.len(), field: Some(table.rep.clone()), aggregate: Aggregate::One };
    schema.columns.push(Column {
        name: INCUMBENT.to_owned(),
        kind: ColumnType::Id,
        origin,
        unit: FileUnit::Base,
        required: false,
        sensitive: false,
        default: None,
        span,
    });
    joins.push(JoinTable {
        name: "incumbents".to_owned(),
        files: table.files.clone(),
        key: table.account.clone(),
        unmatched: OnMismatch::Warn,
        duplicates: OnMismatch::Fail,
        span,
    });
    Some(table)
}

fn places(mut section: Section) -> Option<PlacesTable> {
    let files = files(&mut section);
    let key = section.needed_text("key", "name the field that plans look up, a ZIP say");
    let lat = section.needed_text("lat", "name the field with the latitude");
    let lon = section.needed_text("lon", "name the field with the longitude");
    section.finish();
    Some(PlacesTable { files: files?, key: key?.value, lat: lat?.value, lon: lon?.value })
}

fn adjacency(mut section: Section) -> Option<AdjacencyTable> {
    let files = files(&mut section);
    let from = section.needed_text("from", "name the field with one unit of a pair that touches");
    let to = section.needed_text("to", "name the field with the other unit");
    section.finish();
    Some(AdjacencyTable { files: files?, from: from?.value, to: to?.value })
}

fn files(section: &mut Section) -> Option<Files> {
    let formats = [("csv", FileFormat::Csv), ("parquet", FileFormat::Parquet), ("jsonl", FileFormat::JsonLines)];
    let format = section.word("format", &formats);
    let delimiter = section.text("delimiter").and_then(|text| match text.value.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Some(*byte),
        _ => {
            section.report(
                Diagnostic::error(codes::workspace::WRONG_VALUE, format!("`{}` cannot part fields", text.value))
                    .label(text.span, "one ASCII character is due")
                    .help("write `\";\"`, `\"\\t\"` or `\"|\"`"),
            );
            None
        }
    });
    if !section.has("files") {
        section.texts("files");
        section.missing("files", "name the file, or a list of files and globs: `files = \"data/accounts.csv\"`");
        return None;
    }
    let patterns = section.texts("files")?;
    if patterns.value.is_empty() {
        section.report(
            Diagnostic::error(codes::workspace::WRONG_VALUE, format!("`files` of {} is empty", section.title))
                .label(patterns.span, "at least one file is due"),
        );
        return None;
    }
    Some(Files { patterns: patterns.value, format, delimiter, span: patterns.span })
}
