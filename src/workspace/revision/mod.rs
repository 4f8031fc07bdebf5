//! A project as a commit of its git repository has it.
//!
//! Takes the project's folder in the work tree and the name of a revision; gives a temporary folder that holds what the
//! project needs of that commit: the manifest, plan files, alignments, areas, and those data files of the manifest that
//! git has. Data that it lacks is read from the work tree. Invariant: work tree, index and repository stay byte for byte
//! what they were. Deliberately absent: checking what was found; fetching.

mod git;
mod tree;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use glob::{MatchOptions, Pattern};
use tempfile::TempDir;

use super::manifest::Manifest;
use super::{DataPlaces, MANIFEST, open_placed};
use crate::diagnostics::codes::workspace as codes;
use crate::diagnostics::{Diagnostic, did_you_mean};
use git::{Git, Objects};
use tree::Tree;

/// What of a revision is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// The project folder in the work tree.
    pub project: &'a Path,
    pub revision: &'a str,
    /// Take the commit at which the revision and this one parted, rather than the revision itself.
    pub parted_from: Option<&'a str>,
}

/// A commit's project in a folder of its own.
pub(super) struct Taken {
    pub folder: TempDir,
    pub commit: String,
    pub data: DataPlaces,
    pub notes: Vec<String>,
}

const LFS: &[u8] = b"version https://git-lfs.github.com/spec/";

/// `data` are the places that the command line names.
pub(super) fn take(wanted: &Wanted<'_>, mut data: DataPlaces) -> Result<Taken, Diagnostic> {
    let Wanted { project, revision, parted_from } = *wanted;
    let git = Git::new(project);
    let prefix = prefix(&git, project)?;
    let named = commit(&git, revision)?;
    let mut notes = Vec::new();
    let commit = match parted_from {
        Some(other) => {
            let parted = merge_base(&git, (revision, &named), other)?;
            if parted != named {
                notes.push(format!(
                    "`{revision}` stands for {}, where it parted from `{other}`",
                    &parted[..parted.len().min(12)]
                ));
            }
            parted
        }
        None => named,
    };
    let mut objects = git.objects()?;
    let place = place(&git, &mut objects, &commit, &prefix, (project, revision), &mut notes)?;
    let tree = Tree::read(&git, &format!("{commit}:{}", place.trim_end_matches('/')), &mut objects)?;
    for name in &tree.unsafe_names {
        notes.push(format!("`{name}` of `{revision}` was left out: no file should be named so"));
    }
    let folder = tempfile::Builder::new().prefix("terrac-side-").tempdir();
    let folder = folder.map_err(|error| unwritten(&error))?;
    let mut copier = Copier { tree: &tree, objects, folder: folder.path() };
    copier.texts().map_err(|error| unwritten(&error))?;
    data.origin = project.canonicalize().ok();
    data.tracked = tracked(&git)?;
    data.shown = Some(project.to_string_lossy().replace('\\', "/"));
    // What is wrong with the manifest is told when the side is read.
    if let (Ok(workspace), _) = open_placed(folder.path(), &data) {
        let (lacking, pointers) = copier.data(&workspace.manifest).map_err(|error| unwritten(&error))?;
        for elsewhere in pointers.iter().chain(&tree.loose) {
            data.tracked.remove(elsewhere);
        }
        for (pattern, why) in lacking {
            let elsewhere =
                data.instead.as_ref().is_some_and(|folder| has(folder, &pattern)) || data.is_given(&pattern);
            if !elsewhere && data.origin.as_ref().is_some_and(|origin| has(origin, &pattern)) {
                let known = data.tracked.iter().any(|name| matches(&pattern, name));
                let why = match why {
                    Some(why) => why.to_owned(),
                    None if known => format!("is not in `{revision}`"),
                    None => "is not in git".to_owned(),
                };
                notes.push(format!("`{pattern}` {why}: both sides read it from the work tree"));
            }
        }
    }
    Ok(Taken { folder, commit, data, notes })
}

/// The project folder as git names it, from the top of the repository; empty or with a `/` behind.
fn prefix(git: &Git, project: &Path) -> Result<String, Diagnostic> {
    let shown = project.display();
    if !project.is_dir() {
        return Err(Diagnostic::error(codes::NO_PROJECT, format!("`{shown}` is no folder")));
    }
    let said = git.run(["rev-parse", "--show-prefix"])?;
    if said.fine {
        let line = said.out.strip_suffix(b"\n").unwrap_or(&said.out).to_vec();
        return String::from_utf8(line)
            .map_err(|_| git::failed(&format!("the name of the folder `{shown}` is not UTF-8")));
    }
    if said.err.contains("not a git repository") {
        return Err(Diagnostic::error(codes::NO_REPOSITORY, format!("`{shown}` lies in no git repository"))
            .help("a revision needs one; two folders can be compared without: `terrac diff ../before .`"));
    }
    // The folder belongs to somebody else, say.
    Err(git::failed(&said.err))
}

fn commit(git: &Git, revision: &str) -> Result<String, Diagnostic> {
    let unknown = |why: &str| Diagnostic::error(codes::UNKNOWN_REVISION, format!("`{revision}` {why}"));
    if revision.is_empty() || revision.starts_with('-') || revision.chars().any(char::is_control) {
        return Err(unknown("cannot be the name of a revision"));
    }
    let said = git.run(["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")])?;
    let hash = String::from_utf8_lossy(&said.out).trim().to_owned();
    if said.fine && hash.len() >= 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(hash);
    }
    let listed = git.must(["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes"])?;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let near = did_you_mean(revision, listed.lines());
    let unknown = unknown("is no revision, file or folder");
    if is_shallow(git)? {
        let help =
            "the clone is shallow: fetch the rest with `git fetch --unshallow`, or check out with `fetch-depth: 0`";
        return Err(unknown.help(help));
    }
    Err(unknown.help(
        near.unwrap_or_else(|| "name a branch, a tag or a hash; `git fetch` brings those of a remote".to_owned()),
    ))
}

fn is_shallow(git: &Git) -> Result<bool, Diagnostic> {
    Ok(git.line(["rev-parse", "--is-shallow-repository"])? == "true")
}

/// The commit at which two parted.
fn merge_base(git: &Git, (revision, hash): (&str, &str), other: &str) -> Result<String, Diagnostic> {
    let other_hash = commit(git, other)?;
    let said = git.run(["merge-base", hash, &other_hash])?;
    let found = String::from_utf8_lossy(&said.out).trim().to_owned();
    if said.fine && !found.is_empty() {
        return Ok(found);
    }
    let message = format!("`{revision}` and `{other}` have no commit in common");
    let none = Diagnostic::error(codes::NO_MERGE_BASE, message);
    Err(if is_shallow(git)? {
        none.help(
            "the clone is shallow: fetch the rest with `git fetch --unshallow`, or check out with `fetch-depth: 0`",
        )
    } else {
        none.help("compare with the revision itself: `--tip`")
    })
}

/// Where the project stands in a commit: in the same folder, or in the one that it was renamed from.
fn place(
    git: &Git,
    objects: &mut Objects,
    commit: &str,
    prefix: &str,
    (project, revision): (&Path, &str),
    notes: &mut Vec<String>,
) -> Result<String, Diagnostic> {
    let here = |commit: &str, prefix: &str| {
        git.run(["cat-file", "-e", &format!("{commit}:{prefix}{MANIFEST}")]).map(|said| said.fine)
    };
    if here(commit, prefix)? {
        return Ok(prefix.to_owned());
    }
    // Projects that are there no more, or stand elsewhere.
    let top = project.join(git.line(["rev-parse", "--show-cdup"])?);
    let listed = git.must(["ls-tree", "-r", "-z", "--full-tree", commit])?;
    let mut gone = Vec::new();
    let name = fs::read_to_string(project.join(MANIFEST)).ok().and_then(|text| project_name(&text));
    for entry in listed.split(|byte| *byte == 0) {
        let entry = String::from_utf8_lossy(entry);
        let Some((head, path)) = entry.split_once('\t') else { continue };
        let Some(folder) = path.strip_suffix(MANIFEST).filter(|folder| folder.is_empty() || folder.ends_with('/'))
        else {
            continue;
        };
        let hash = head.rsplit(' ').next().unwrap_or_default();
        let text = objects.read(hash).map(|text| String::from_utf8_lossy(&text).into_owned());
        let same = name.is_some() && text.ok().and_then(|text| project_name(&text)) == name;
        if same && !top.join(folder).join(MANIFEST).is_file() {
            gone.push(folder.to_owned());
        }
    }
    let shown = if prefix.is_empty() { "." } else { prefix.trim_end_matches('/') };
    if let [only] = &gone[..] {
        let was = if only.is_empty() { "." } else { only.trim_end_matches('/') };
        notes.push(format!("in `{revision}` the project stands in `{was}`"));
        return Ok(only.clone());
    }
    let message = format!("`{revision}` has no project in the folder `{shown}`");
    let help = match &gone[..] {
        [] => "the project came later, so there is nothing to compare with: name a revision that has it".to_owned(),
        several => {
            let several: Vec<&str> = several.iter().map(|folder| folder.trim_end_matches('/')).collect();
            format!(
                "projects of the same name stood in {}: export one and compare with the folder",
                several.join(" and ")
            )
        }
    };
    Err(Diagnostic::error(codes::NOT_IN_REVISION, message).help(help))
}

fn project_name(manifest: &str) -> Option<String> {
    let root: toml::Table = manifest.parse().ok()?;
    Some(root.get("project")?.get("name")?.as_str()?.to_owned())
}

/// What git knows of the project folder now.
fn tracked(git: &Git) -> Result<BTreeSet<String>, Diagnostic> {
    let listed = git.must(["ls-files", "-z"])?;
    let names = listed.split(|byte| *byte == 0).filter_map(|name| std::str::from_utf8(name).ok());
    Ok(names.filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

/// Copies what is needed of a commit.
struct Copier<'a> {
    tree: &'a Tree,
    objects: Objects,
    folder: &'a Path,
}

impl Copier<'_> {
    /// Everything that is written by people, and the areas that plans name.
    fn texts(&mut self) -> io::Result<()> {
        let mut plans = String::new();
        for (name, hash) in &self.tree.files {
            if name == MANIFEST || name.ends_with(".terr") || name.ends_with(".alignment") {
                self.copy(name, hash)?;
                if name.ends_with(".terr") {
                    plans += &String::from_utf8_lossy(&fs::read(self.folder.join(name))?);
                }
            }
        }
        for (name, hash) in &self.tree.files {
            if name.ends_with("json") && plans.contains(&format!("\"{name}\"")) {
                self.copy(name, hash)?;
            }
        }
        Ok(())
    }

    /// Copies the data files of a manifest; gives those patterns of which git has nothing, with the reason if it is a
    /// special one, and the files that git-lfs keeps.
    fn data(&mut self, manifest: &Manifest) -> io::Result<(Vec<(String, Option<&'static str>)>, Vec<String>)> {
        let tables = std::iter::once(&manifest.accounts.files)
            .chain(manifest.reps.iter().map(|table| &table.files))
            .chain(manifest.places.iter().map(|table| &table.files))
            .chain(manifest.adjacency.iter().map(|table| &table.files))
            .chain(manifest.joins.iter().map(|table| &table.files));
        let mut seen = BTreeSet::new();
        let (mut lacking, mut pointers) = (Vec::new(), Vec::new());
        for pattern in tables.flat_map(|files| &files.patterns) {
            if !seen.insert(pattern.clone()) {
                continue;
            }
            let (mut found, mut large) = (false, false);
            for (name, hash) in self.tree.files.iter().filter(|(name, _)| matches(pattern, name)) {
                if self.copy(name, hash)? {
                    found = true;
                } else {
                    large = true;
                    pointers.push(name.clone());
                }
            }
            if large {
                lacking.push((pattern.clone(), Some("is kept in git-lfs")));
            } else if !found {
                let outside = pattern.starts_with("../") || Path::new(pattern).is_absolute();
                lacking.push((pattern.clone(), outside.then_some("lies outside of the project folder")));
            }
        }
        Ok((lacking, pointers))
    }

    /// Copies a file, unless it only says where git-lfs keeps it.
    fn copy(&mut self, name: &str, hash: &str) -> io::Result<bool> {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(self.folder))?;
        let mut file = Peeking { file: BufWriter::new(File::create(&path)?), start: Vec::new() };
        self.objects.copy(hash, &mut file)?;
        file.flush()?;
        let is_pointer = file.start.starts_with(LFS);
        if is_pointer {
            fs::remove_file(&path)?;
        }
        Ok(!is_pointer)
    }
}

/// A file whose first bytes are remembered.
struct Peeking {
    file: BufWriter<File>,
    start: Vec<u8>,
}

impl Write for Peeking {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let more = LFS.len().saturating_sub(self.start.len()).min(bytes.len());
        self.start.extend(&bytes[..more]);
        self.file.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Whether a path or glob of the manifest's takes a file of the project folder.
fn matches(pattern: &str, name: &str) -> bool {
    let plain = pattern.strip_prefix("./").unwrap_or(pattern);
    let options = MatchOptions { require_literal_separator: true, ..MatchOptions::new() };
    plain == name
        || (plain.contains(['*', '?', '['])
            && Pattern::new(plain).is_ok_and(|pattern| pattern.matches_with(name, options)))
}

/// Whether there is something of that name in a folder.
fn has(folder: &Path, pattern: &str) -> bool {
    if !pattern.contains(['*', '?', '[']) {
        return folder.join(pattern).is_file();
    }
    let whole = format!("{}/{pattern}", Pattern::escape(&folder.to_string_lossy()));
    glob::glob(&whole).is_ok_and(|mut hits| hits.any(|hit| hit.is_ok_and(|path| path.is_file())))
}

fn unwritten(error: &io::Error) -> Diagnostic {
    git::failed(&format!("it cannot be copied to a temporary folder: {error}"))
}
