//! `terrac fmt [PATHS]`.
//!
//! Files with errors are reported and left as they are; the others are laid out. Nothing but plan files is touched.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::Exit;
use super::staged::Staged;
use super::terminal::{Format, Terminal, exit};
use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Severity, Sources, Span, codes};
use crate::syntax::{self, MAX_FILE_BYTES};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Plan files, or folders of which all plan files are meant; `-` reads standard input and writes standard output
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Change nothing; fail where a file is not in canonical form
    #[arg(long)]
    check: bool,
    /// Change nothing; print what would change, and fail where something would
    #[arg(long)]
    diff: bool,
    /// Form of the findings
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Format,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let piped = arguments.paths.iter().any(|p| p.as_os_str() == "-");
    if piped && arguments.paths.len() > 1 {
        terminal.insist("`-` stands alone: standard input is formatted, and no file beside it");
        return Exit::CouldNotRun;
    }
    let texts = if piped { standard_input() } else { files(&arguments.paths) };
    let texts = match texts {
        Ok(texts) => texts,
        Err(message) => {
            terminal.insist(&message);
            return Exit::CouldNotRun;
        }
    };
    let dry = arguments.check || arguments.diff;
    let mut done = Done::default();
    for text in &texts {
        done.format(text, dry, arguments.diff);
    }
    if !dry
        && !piped
        && let Err((path, error)) = write(&done.changed)
    {
        terminal.insist(&format!("`{}` cannot be written: {error}", path.display()));
        return Exit::CouldNotRun;
    }
    let no_data = None::<()>;
    terminal.report("fmt", arguments.format, &done.found, &done.sources, no_data);
    if arguments.format.for_people() {
        terminal.print(&done.diff);
        if piped && !dry {
            let text = done.changed.first().map(|(_, new)| new).or(texts.first().map(|t| &t.text));
            terminal.print(text.filter(|_| !done.found.has_errors()).map_or("", String::as_str));
        }
        if !piped {
            terminal.say(&done.summary(texts.len(), dry));
        }
    }
    exit(&done.found)
}

/// A file as it was found.
#[derive(Debug)]
struct Text {
    path: PathBuf,
    text: String,
}

#[derive(Debug, Default)]
struct Done<'t> {
    sources: Sources,
    found: Diagnostics,
    diff: String,
    changed: Vec<(&'t Path, String)>,
    unread: usize,
}

impl<'t> Done<'t> {
    fn format(&mut self, text: &'t Text, dry: bool, diff: bool) {
        let name = shown(&text.path);
        let id = self.sources.add(&name, text.text.as_str());
        match syntax::format(id, &text.text) {
            Err(findings) => {
                self.unread += 1;
                self.found.extend(findings);
            }
            Ok(new) if new == text.text => {}
            Ok(new) => {
                if dry {
                    self.found.push(unformatted(id, &name, &text.text, &new));
                }
                if diff {
                    let drawn = TextDiff::from_lines(&text.text, &new);
                    self.diff.push_str(&drawn.unified_diff().header(&name, &name).to_string());
                }
                self.changed.push((&text.path, new));
            }
        }
    }

    fn summary(&self, files: usize, dry: bool) -> String {
        let files = match files {
            1 => "1 plan file".to_owned(),
            n => format!("{n} plan files"),
        };
        let changed = match (self.changed.len(), dry) {
            (n, true) => format!("{n} not in canonical form"),
            (n, false) => format!("{n} laid out anew"),
        };
        match self.unread {
            0 => format!("{files}: {changed}"),
            n => format!("{files}: {changed}, {n} with errors left as they are"),
        }
    }
}

/// The finding underlines the first line that would change.
pub fn unformatted(id: FileId, name: &str, old: &str, new: &str) -> Diagnostic {
    let mut start = 0;
    let mut lines = new.lines();
    for line in old.split_inclusive('\n') {
        if lines.next() != line.strip_suffix('\n') {
            break;
        }
        start += line.len();
    }
    let line = old[start..].lines().next().unwrap_or_default().trim_end().len();
    Diagnostic::new(codes::syntax::UNFORMATTED, Severity::Error, format!("`{name}` is not in canonical form"))
        .label(Span::new(id, start, start + line), "the first line that would change")
        .help(format!("run `terrac fmt {name}`"))
}

fn standard_input() -> Result<Vec<Text>, String> {
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!("standard input cannot be read: {error}"))?;
    let text = String::from_utf8(bytes).map_err(|_| "standard input is not UTF-8".to_owned())?;
    Ok(vec![Text { path: PathBuf::from("standard input"), text }])
}

/// The plan files that the paths mean, in the order of the paths; those of a folder by name, each once.
fn files(paths: &[PathBuf]) -> Result<Vec<Text>, String> {
    let mut found: Vec<PathBuf> = Vec::new();
    for path in paths {
        let unreadable = |error: io::Error| format!("`{}` cannot be read: {error}", shown(path));
        let meta = fs::metadata(path).map_err(unreadable)?;
        if meta.is_dir() {
            let before = found.len();
            walk(path, &mut found).map_err(unreadable)?;
            if found.len() == before {
                return Err(format!("`{}` holds no plan file", shown(path)));
            }
        } else {
            found.push(path.clone());
        }
    }
    let mut texts: Vec<Text> = Vec::new();
    for path in found {
        if texts.iter().any(|t| t.path == path) {
            continue;
        }
        let bytes = fs::read(&path).map_err(|error| format!("`{}` cannot be read: {error}", shown(&path)))?;
        let text = String::from_utf8(bytes).map_err(|_| format!("`{}` is not UTF-8", shown(&path)))?;
        texts.push(Text { path, text });
    }
    Ok(texts)
}

/// Name within the folder and text of every plan file below it.
pub fn plans(folder: &Path) -> Result<Vec<(String, String)>, String> {
    let named = |text: Text| (shown(text.path.strip_prefix(folder).unwrap_or(&text.path)), text.text);
    Ok(files(&[folder.to_owned()])?.into_iter().map(named).collect())
}

/// Every `.terr` file below a folder; hidden folders and links to folders are passed over.
fn walk(folder: &Path, into: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() {
            if !entry.file_name().to_string_lossy().starts_with('.') {
                walk(&path, into)?;
            }
        } else if path.extension().is_some_and(|e| e == "terr") && path.is_file() {
            into.push(path);
        }
    }
    Ok(())
}

/// All or nothing; links stay links and permissions stay what they are.
fn write(changed: &[(&Path, String)]) -> Result<(), (PathBuf, io::Error)> {
    let mut staged = Staged::default();
    let mut permissions = Vec::new();
    for (path, text) in changed {
        let failed = |error: io::Error| (path.to_path_buf(), error);
        let target = fs::canonicalize(path).map_err(failed)?;
        permissions.push((target.clone(), fs::metadata(&target).map_err(failed)?.permissions()));
        staged.write(&target, |out| out.write_all(text.as_bytes())).map_err(failed)?;
    }
    staged.commit().map_err(|error| (changed.first().map_or_else(PathBuf::new, |c| c.0.to_owned()), error))?;
    for (target, permissions) in permissions {
        fs::set_permissions(&target, permissions).map_err(|error| (target.clone(), error))?;
    }
    Ok(())
}

/// With `/` on every platform and without the `./` that a search begins with.
fn shown(path: &Path) -> String {
    let shown = path.to_string_lossy().replace('\\', "/");
    shown.strip_prefix("./").map_or(shown.clone(), str::to_owned)
}
