//! The files of a table: paths and globs of the manifest to files that may be read.

use std::path::Path;

use super::files::DataFile;
use crate::diagnostics::{Diagnostic, Diagnostics, codes, did_you_mean};
use crate::workspace::manifest::Files;
use crate::workspace::{PathFault, Workspace};

/// Finds the files of a table, in the order of the manifest; those of a glob sorted by name, each file once.
pub fn data_files(workspace: &Workspace, files: &Files) -> Result<Vec<DataFile>, Diagnostics> {
    let mut found: Vec<DataFile> = Vec::new();
    let mut wrong = Diagnostics::default();
    for pattern in &files.patterns {
        match paths(workspace, pattern) {
            Ok(paths) => {
                for relative in paths {
                    match one(workspace, files, &relative) {
                        Ok(file) if found.iter().any(|f| f.path == file.path) => {}
                        Ok(file) => found.push(file),
                        Err(why) => wrong.push(why.label(files.span, "named here")),
                    }
                }
            }
            Err(why) => wrong.push(why.label(files.span, "named here")),
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

/// Every data file of the project, table by table in the manifest's order; a file of two tables comes once.
pub fn all_data_files(workspace: &Workspace) -> Result<Vec<DataFile>, Diagnostics> {
    let manifest = &workspace.manifest;
    let tables = std::iter::once(&manifest.accounts.files)
        .chain(manifest.reps.iter().map(|t| &t.files))
        .chain(manifest.places.iter().map(|t| &t.files))
        .chain(manifest.adjacency.iter().map(|t| &t.files))
        .chain(manifest.joins.iter().map(|t| &t.files));
    let mut all: Vec<DataFile> = Vec::new();
    for table in tables {
        for file in data_files(workspace, table)? {
            if all.iter().all(|f| f.path != file.path) {
                all.push(file);
            }
        }
    }
    Ok(all)
}

fn one(workspace: &Workspace, files: &Files, relative: &str) -> Result<DataFile, Diagnostic> {
    let path = workspace.find_data_file(relative).map_err(|fault| no_file(workspace, relative, &fault))?;
    DataFile::new(&path, relative.replace('\\', "/"), files.format, files.delimiter)
}

fn no_file(workspace: &Workspace, relative: &str, fault: &PathFault) -> Diagnostic {
    let diagnostic = Diagnostic::error(fault.code(), format!("`{relative}` {}", fault.why()));
    match fault {
        PathFault::Outside | PathFault::LinkOutside => {
            diagnostic.help("list its folder under `allow` of `[project]` if data may be read from there")
        }
        PathFault::Missing => {
            let folder = Path::new(relative).parent().unwrap_or(Path::new(""));
            let entries = std::fs::read_dir(workspace.root.join(folder)).into_iter().flatten().flatten();
            let mut there: Vec<String> =
                entries.map(|e| folder.join(e.file_name()).to_string_lossy().replace('\\', "/")).collect();
            there.sort();
            let near = did_you_mean(relative, there.iter().map(String::as_str));
            diagnostic.help(near.unwrap_or_else(|| "paths begin at the project folder".to_owned()))
        }
        _ => diagnostic,
    }
}

/// Relative paths; one that is no glob is given as it is.
fn paths(workspace: &Workspace, pattern: &str) -> Result<Vec<String>, Diagnostic> {
    if !pattern.contains(['*', '?', '[']) || workspace.data.is_given(pattern) {
        return Ok(vec![pattern.to_owned()]);
    }
    let (mut paths, mut first): (Vec<String>, Option<&Path>) = (Vec::new(), None);
    for folder in workspace.data.folders(&workspace.root) {
        let root = glob::Pattern::escape(&folder.to_string_lossy());
        let whole = if Path::new(pattern).is_absolute() { pattern.to_owned() } else { format!("{root}/{pattern}") };
        let hits = glob::glob(&whole).map_err(|error| {
            Diagnostic::error(codes::workspace::WRONG_VALUE, format!("`{pattern}` is no glob: {}", error.msg))
        })?;
        let hits = hits.flatten().filter(|path| path.is_file());
        let names = hits.map(|path| path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/"));
        let names: Vec<String> = names.filter(|name| workspace.data.takes(folder, name, first)).collect();
        first = first.or((!names.is_empty()).then_some(folder));
        paths.extend(names);
    }
    paths.sort();
    paths.dedup();
    if paths.is_empty() {
        let message = format!("no file matches `{pattern}`");
        return Err(Diagnostic::error(codes::workspace::MISSING_FILE, message)
            .help("paths begin at the project folder; `**` stands for any folders"));
    }
    Ok(paths)
}
