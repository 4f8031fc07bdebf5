//! Finding a project and reading its texts.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::manifest::FileFormat;
use super::within::{self, PathFault};
use super::{DataPlaces, Workspace, tables};
use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Sources, Span, codes, did_you_mean};

/// The manifest's file name.
pub const MANIFEST: &str = "terrac.toml";

const LARGEST_MANIFEST: u64 = 1 << 20;
const LARGEST_PLAN: u64 = 16 << 20;

/// Finds the project at a path (its folder or its manifest) and reads the manifest. The workspace holds no plan files
/// yet; without one, the sources are there to draw the diagnostics with.
pub fn open(path: &Path) -> (Result<Workspace, Sources>, Diagnostics) {
    open_placed(path, &DataPlaces::default())
}

/// The same for a project whose data lies elsewhere.
pub fn open_placed(path: &Path, data: &DataPlaces) -> (Result<Workspace, Sources>, Diagnostics) {
    let mut sources = Sources::default();
    sources.set_folder(folder_as_written(data.shown.as_deref().map_or(path, Path::new)));
    let mut found = Diagnostics::default();
    match read_manifest(path, &mut sources, &mut found) {
        Some((root, mut manifest)) => {
            if let Some(given) = &data.accounts {
                let files = &mut manifest.accounts.files;
                let path = given.to_string_lossy().into_owned();
                if says_its_format(&path) {
                    files.format = None;
                }
                // What parts the fields of the project's own files need not part these.
                if files.format != Some(FileFormat::Csv) && !path.ends_with(".csv") {
                    files.delimiter = None;
                }
                files.patterns = vec![path];
            }
            let workspace = Workspace { root, sources, manifest, data: data.clone(), plan_files: Vec::new() };
            found.extend(workspace.allowed_folders().1);
            (Ok(workspace), found)
        }
        None => (Err(sources), found),
    }
}

fn read_manifest(
    path: &Path,
    sources: &mut Sources,
    found: &mut Diagnostics,
) -> Option<(PathBuf, super::manifest::Manifest)> {
    let root = match project_folder(path) {
        Ok(root) => root,
        Err(why) => {
            found.push(why);
            return None;
        }
    };
    let file = match read_text(&root.join(MANIFEST), MANIFEST, LARGEST_MANIFEST, sources) {
        Ok(file) => file,
        Err(why) => {
            found.push(*why);
            return None;
        }
    };
    let plans = plans_in(&root);
    let sole_plan = if let [only] = plans.as_slice() { Some(only.as_str()) } else { None };
    let (manifest, more) = tables::read(file, &sources.get(file).text, sole_plan);
    let several = plans.len() > 1;
    found.extend(more.into_iter().map(|d| {
        if several && d.code == codes::workspace::MISSING_KEY && d.message == "`[project]` needs `plan`" {
            let listed = super::section::listed(plans.iter().map(String::as_str));
            Diagnostic { code: codes::workspace::AMBIGUOUS_PROJECT, ..d }.note(format!("the folder holds {listed}"))
        } else {
            d
        }
    }));
    Some((root, manifest?))
}

/// A file's ending says what it contains.
fn says_its_format(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let stem = [".gz", ".zst", ".zstd"].iter().find_map(|packed| lower.strip_suffix(packed)).unwrap_or(&lower);
    [".csv", ".tsv", ".tab", ".parquet", ".pq", ".jsonl", ".ndjson"].iter().any(|ending| stem.ends_with(ending))
}

/// The project's folder as the user wrote it, with `/`.
fn folder_as_written(path: &Path) -> String {
    let names_manifest = path.file_name().is_some_and(|name| name == MANIFEST);
    let folder = if names_manifest { path.parent().unwrap_or(Path::new("")) } else { path };
    let shown = folder.to_string_lossy().replace('\\', "/");
    shown.strip_prefix("./").map_or(shown.clone(), str::to_owned)
}

/// The canonical folder of the project.
fn project_folder(path: &Path) -> Result<PathBuf, Diagnostic> {
    let shown = path.display();
    let none = |why: String| Diagnostic::error(codes::workspace::NO_PROJECT, why);
    let start = "`terrac new DIR` starts a project";
    let real = path.canonicalize().map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => none(format!("`{shown}` does not exist")).help(start),
        _ => none(format!("`{shown}` cannot be read: {e}")),
    })?;
    if real.is_file() {
        if real.file_name().is_some_and(|name| name == MANIFEST) {
            return Ok(real.parent().map_or_else(PathBuf::new, Path::to_path_buf));
        }
        return Err(none(format!("`{shown}` is no project")).help(format!("name the folder that holds `{MANIFEST}`")));
    }
    if real.join(MANIFEST).is_file() {
        return Ok(real);
    }
    let below = projects_below(&real);
    Err(match below.as_slice() {
        [] => none(format!("`{shown}` holds no `{MANIFEST}`")).help(start),
        [only] => none(format!("`{shown}` holds no `{MANIFEST}`")).help(format!("did you mean `{only}`?")),
        several => Diagnostic::error(
            codes::workspace::AMBIGUOUS_PROJECT,
            format!("`{shown}` holds {} projects", several.len()),
        )
        .help(format!("name one of them: {}", super::section::listed(several.iter().map(String::as_str)))),
    })
}

fn names_in(folder: &Path, keep: impl Fn(&Path) -> bool) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.filter(|e| keep(&e.path())).filter_map(|e| e.file_name().into_string().ok()).collect();
    names.sort();
    names
}

fn projects_below(folder: &Path) -> Vec<String> {
    names_in(folder, |path| path.join(MANIFEST).is_file())
}

fn plans_in(folder: &Path) -> Vec<String> {
    names_in(folder, |path| path.extension().is_some_and(|e| e == "terr") && path.is_file())
}

/// Adds a text to the sources. What is not UTF-8 is added too, so that its place can be shown.
fn read_text(path: &Path, name: &str, limit: u64, sources: &mut Sources) -> Result<FileId, Box<Diagnostic>> {
    let unreadable = |e: io::Error| {
        let why = match e.kind() {
            io::ErrorKind::NotFound => "it does not exist".to_owned(),
            io::ErrorKind::PermissionDenied => "reading it is not permitted".to_owned(),
            _ => e.to_string(),
        };
        Diagnostic::error(codes::workspace::UNREADABLE_SOURCE, format!("`{name}` cannot be read: {why}"))
    };
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(unreadable)?;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        let message = format!("`{name}` is larger than {} MB", limit >> 20);
        return Err(Box::new(
            Diagnostic::error(codes::workspace::TOO_LARGE, message)
                .help("split it into several files, or move data into tables"),
        ));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(sources.add(name, text)),
        Err(error) => {
            let at = error.valid_up_to();
            let byte = bytes[at];
            let file = sources.add(name, String::from_utf8_lossy(bytes).into_owned());
            let mark = '\u{fffd}'.len_utf8();
            Err(Box::new(
                Diagnostic::error(codes::workspace::NOT_UTF8, format!("`{name}` is not UTF-8"))
                    .label(Span::new(file, at, at + mark), format!("the byte 0x{byte:02X}"))
                    .help("save the file as UTF-8"),
            ))
        }
    }
}

impl Workspace {
    /// Reads the manifest's plan file.
    pub fn read_plan(&mut self) -> Result<FileId, Diagnostic> {
        let (plan, span) = (self.manifest.plan.clone(), self.manifest.plan_span);
        self.read_plan_file(&plan, span)
    }

    /// Reads a plan file that is named at `span`: by the manifest, or by a `use` of another plan file. Paths begin at
    /// the project folder. A file that was read before is given again.
    pub fn read_plan_file(&mut self, relative: &str, span: Span) -> Result<FileId, Diagnostic> {
        let path = within::find(&self.root, &[], relative).map_err(|fault| self.no_plan(relative, span, &fault))?;
        let name = self.relative_name(&path);
        if let Some(known) = self.plan_files.iter().find(|id| self.sources.get(**id).name == name) {
            return Ok(*known);
        }
        match read_text(&path, &name, LARGEST_PLAN, &mut self.sources) {
            Ok(file) => {
                self.plan_files.push(file);
                Ok(file)
            }
            Err(why) if why.labels.is_empty() => Err(why.label(span, "named here")),
            Err(why) => Err(*why),
        }
    }

    fn no_plan(&self, relative: &str, span: Span, fault: &PathFault) -> Diagnostic {
        let message = format!("`{relative}` {}", fault.why());
        let diagnostic = Diagnostic::error(fault.code(), message).label(span, "named here");
        match fault {
            PathFault::Outside | PathFault::LinkOutside => {
                diagnostic.help("plan files lie in the project folder; paths begin there")
            }
            PathFault::Missing => {
                let folder = Path::new(relative).parent().unwrap_or(Path::new(""));
                let there = names_in(&self.root.join(folder), |p| p.extension().is_some_and(|e| e == "terr"));
                let there: Vec<String> =
                    there.iter().map(|n| folder.join(n).to_string_lossy().replace('\\', "/")).collect();
                let help = did_you_mean(relative, there.iter().map(String::as_str));
                diagnostic.maybe_help(help.or_else(|| Some("paths begin at the project folder".to_owned())))
            }
            _ => diagnostic,
        }
    }

    /// The file that a path of the manifest's names: within the project, an allowed folder or what stands for them, free
    /// of links.
    pub fn find_data_file(&self, relative: &str) -> Result<PathBuf, PathFault> {
        self.data.find(&self.root, &self.allowed_folders().0, relative)
    }

    /// How people know a file: its path from the project folder, with `/`.
    pub fn relative_name(&self, path: &Path) -> String {
        let mut above = String::new();
        let mut base = self.root.as_path();
        loop {
            if let Ok(rest) = path.strip_prefix(base) {
                return format!("{above}{}", rest.to_string_lossy().replace('\\', "/"));
            }
            match base.parent() {
                Some(parent) => base = parent,
                None => return path.to_string_lossy().replace('\\', "/"),
            }
            above.push_str("../");
        }
    }

    /// The folders of `allow`, canonical, and what is wrong with the others.
    pub(super) fn allowed_folders(&self) -> (Vec<PathBuf>, Vec<Diagnostic>) {
        let mut folders = Vec::new();
        let mut wrong = Vec::new();
        for folder in &self.manifest.allow_outside {
            match self.data.origin.as_ref().unwrap_or(&self.root).join(folder).canonicalize() {
                Ok(real) if real.is_dir() => folders.push(real),
                _ => {
                    let message = format!("`allow` names `{folder}`, which is no folder");
                    wrong.push(
                        Diagnostic::error(codes::workspace::MISSING_FILE, message)
                            .label(self.manifest.allow_span, "folders that exist are due"),
                    );
                }
            }
        }
        (folders, wrong)
    }
}
