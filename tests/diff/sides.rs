//! Sides of a comparison from a real git repository that the test makes.

use std::fs;
use std::path::{Path, PathBuf};

use terrac::compile::{Loaded, load_side};
use terrac::data::all_data_files;
use terrac::diagnostics::Diagnostics;
use terrac::workspace::{OpenedSide, SideKind, SideSpec, kind_of, open_side};

use crate::folder::write;
use crate::git::git;

const MANIFEST: &str = r#"
[project]
name = "northwind"
plan = "plan.terr"

[accounts]
files = "data/accounts*.csv"
key = "account"

[accounts.columns]
account = "id"
state   = { type = "text", required = true }

[places]
files = "data/zips.csv"
key = "zip"
lat = "lat"
lon = "lon"
"#;

const PLAN: &str = "use \"shared/dimensions.terr\"
plan p { effective 2027-02-01 to 2028-01-31 }
coverage field { split region { east -> territory a owner \"R1\"  west -> pool b } }
";
const DIMENSIONS: &str = "dimension region by state { east NY  west else }\n";

struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    fn new() -> Self {
        let repository = Self { folder: tempfile::tempdir().expect("a folder") };
        repository.git(&["init", "--quiet", "--initial-branch=main", "."]);
        repository.write("terrac.toml", MANIFEST);
        repository.write("plan.terr", PLAN);
        repository.write("shared/dimensions.terr", DIMENSIONS);
        repository.write("data/accounts.csv", "account,state\nA1,NY\n");
        repository.write(".gitignore", "data/zips.csv\nout/\n");
        repository.write("data/zips.csv", "zip,lat,lon\n10001,40.7,-74\n");
        repository.commit("begin");
        repository
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn git_in(folder: &Path, arguments: &[&str]) -> String {
        git(folder, &[&["-c", "protocol.file.allow=always"], arguments].concat())
    }

    fn git(&self, arguments: &[&str]) -> String {
        Self::git_in(self.root(), arguments)
    }

    fn write(&self, name: &str, text: &str) {
        write(self.root(), [(name, text)]);
    }

    /// Commits everything; the hash.
    fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn open(&self, revision: &str) -> OpenedSide {
        open_in(self.root(), revision, None, None).unwrap_or_else(|why| panic!("{}", said(&why)))
    }

    fn refused(&self, revision: &str, parted_from: Option<&str>) -> (&'static str, String, String) {
        let Err(why) = open_in(self.root(), revision, parted_from, None) else { panic!("`{revision}` was opened") };
        let why = why.into_iter().next().expect("a diagnostic");
        (why.code.name, why.message, why.help.unwrap_or_default())
    }
}

fn open_in(
    project: &Path,
    revision: &str,
    parted_from: Option<&str>,
    data: Option<&Path>,
) -> Result<OpenedSide, Diagnostics> {
    open_side(&SideSpec { argument: revision, project, parted_from, data })
}

fn said(diagnostics: &Diagnostics) -> String {
    diagnostics.iter().map(|d| format!("{}: {}\n", d.code.name, d.message)).collect()
}

fn loaded(side: &OpenedSide) -> Loaded {
    let loaded = load_side(side);
    assert!(loaded.project.is_some(), "{}", said(&loaded.diagnostics));
    loaded
}

/// Name and text of every data file.
fn data(side: &OpenedSide) -> Vec<(String, String)> {
    let project = loaded(side).project.expect("a project");
    let files = all_data_files(&project.workspace).unwrap_or_else(|why| panic!("{}", said(&why)));
    files.into_iter().map(|file| (file.name.clone(), fs::read_to_string(&file.path).expect("readable"))).collect()
}

fn names(data: &[(String, String)]) -> Vec<&str> {
    data.iter().map(|(name, _)| name.as_str()).collect()
}

/// Every file of a folder with its bytes, the repository's own included.
fn everything(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.push((path.clone(), fs::read(&path).expect("readable")));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_revision_is_read_without_touching_anything() {
    let repository = Repository::new();
    let first = repository.git(&["rev-parse", "HEAD"]);
    repository.git(&["tag", "v1"]);
    repository.write("plan.terr", &PLAN.replace("R1", "R2"));
    repository.write("data/accounts.csv", "account,state\nA1,NY\nA2,OH\n");
    repository.commit("second");
    // A dirty work tree, a staged file, and a hook and a filter that would tell.
    repository.write("plan.terr", "broken");
    repository.write("shared/staged.terr", "");
    repository.git(&["add", "shared/staged.terr"]);
    repository.git(&["config", "core.fsmonitor", "touch told"]);
    repository.git(&["config", "filter.tell.smudge", "touch told; cat"]);
    repository.write(".gitattributes", "*.terr filter=tell\n");
    let before = everything(repository.root());
    for name in ["v1", first.as_str(), &first[..10], "HEAD~1", "main~1", "heads/main~1"] {
        let side = repository.open(name);
        assert_eq!(side.commit.as_deref(), Some(first.as_str()), "{name}");
        let project = loaded(&side).project.expect("a project");
        let texts: Vec<&str> = project.workspace.sources.iter().map(|(_, source)| source.name.as_str()).collect();
        assert_eq!(texts, ["terrac.toml", "plan.terr", "shared/dimensions.terr"]);
        assert_eq!(data(&side)[0].1, "account,state\nA1,NY\n");
        assert_eq!(side.notes, ["`data/zips.csv` is not in git: both sides read it from the work tree"]);
        let folder = side.path.clone();
        drop(side);
        assert!(!folder.exists(), "the temporary folder stays");
    }
    assert_eq!(before, everything(repository.root()));
}

#[test]
fn the_base_is_where_the_two_parted() {
    let repository = Repository::new();
    let parted = repository.git(&["rev-parse", "HEAD"]);
    repository.git(&["checkout", "--quiet", "-b", "work"]);
    repository.write("plan.terr", &PLAN.replace("R1", "R2"));
    repository.commit("on the branch");
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("plan.terr", &PLAN.replace("R1", "R3"));
    let tip = repository.commit("meanwhile");
    repository.git(&["checkout", "--quiet", "--detach", "work"]);
    let side = open_in(repository.root(), "main", Some("HEAD"), None).expect("opened");
    assert_eq!(side.commit, Some(parted.clone()));
    assert_eq!(side.notes[0], format!("`main` stands for {}, where it parted from `HEAD`", &parted[..12]));
    assert_eq!(repository.open("main").commit, Some(tip));

    // The same from another work tree.
    let other = tempfile::tempdir().expect("a folder");
    let folder = other.path().join("tree");
    repository.git(&["worktree", "add", "--quiet", folder.to_str().expect("utf-8"), "main"]);
    let side = open_in(&folder, "work", Some("HEAD"), None).expect("opened");
    assert_eq!(side.commit, Some(parted));

    repository.git(&["checkout", "--quiet", "--orphan", "alone"]);
    repository.commit("of its own");
    let (code, message, help) = repository.refused("main", Some("HEAD"));
    assert_eq!((code, message.as_str()), ("no-merge-base", "`main` and `HEAD` have no commit in common"));
    assert_eq!(help, "compare with the revision itself: `--tip`");
}

#[test]
fn data_that_git_lacks_comes_from_the_work_tree() {
    let repository = Repository::new();
    repository.git(&["tag", "v1"]);
    // Committed later, so not part of the glob then; and one that git does not know at all.
    repository.write("data/accounts-late.csv", "account,state\nA3,OH\n");
    repository.commit("more accounts");
    repository.write("data/accounts-untracked.csv", "account,state\nA4,OH\n");
    assert_eq!(
        names(&data(&repository.open("v1"))),
        ["data/accounts-untracked.csv", "data/accounts.csv", "data/zips.csv"]
    );
    let head = ["data/accounts-late.csv", "data/accounts-untracked.csv", "data/accounts.csv", "data/zips.csv"];
    assert_eq!(names(&data(&repository.open("HEAD"))), head);

    // All of it left git.
    repository.git(&["rm", "--quiet", "--cached", "data/accounts.csv", "data/accounts-late.csv"]);
    repository.write(".gitignore", "data/\n");
    repository.commit("data is elsewhere");
    assert_eq!(names(&data(&repository.open("HEAD"))), head);
    let side = repository.open("HEAD");
    assert!(
        side.notes.contains(&"`data/accounts*.csv` is not in git: both sides read it from the work tree".to_owned())
    );
    // What came into git later is said to be so.
    repository.git(&["tag", "bare"]);
    repository.git(&["add", "--force", "data/zips.csv"]);
    repository.commit("zips");
    let side = repository.open("bare");
    assert!(side.notes.contains(&"`data/zips.csv` is not in `bare`: both sides read it from the work tree".to_owned()));
}

#[test]
fn what_git_lfs_keeps_is_not_in_git() {
    let repository = Repository::new();
    let rows = fs::read_to_string(repository.root().join("data/accounts.csv")).expect("readable");
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    repository.write("data/accounts.csv", pointer);
    repository.commit("a pointer");
    repository.write("data/accounts.csv", &rows);
    let side = repository.open("HEAD");
    assert_eq!(data(&side)[0], ("data/accounts.csv".to_owned(), rows));
    assert_eq!(side.notes[0], "`data/accounts*.csv` is kept in git-lfs: both sides read it from the work tree");
    // Beside a file that git does hold.
    repository.write("data/accounts-late.csv", "account,state\nA3,OH\n");
    repository.git(&["add", "data/accounts-late.csv"]);
    repository.git(&["commit", "--quiet", "-m", "more"]);
    assert_eq!(
        names(&data(&repository.open("HEAD"))),
        ["data/accounts-late.csv", "data/accounts.csv", "data/zips.csv"]
    );
}

#[cfg(unix)]
#[test]
fn links_are_followed_within_the_project_alone() {
    use std::os::unix::fs::symlink;
    let repository = Repository::new();
    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("secret.terr"), DIMENSIONS).expect("written");
    let root = repository.root();
    fs::rename(root.join("shared"), root.join("common")).expect("moved");
    symlink("common", root.join("shared")).expect("linked");
    let within = repository.commit("a linked folder");
    loaded(&repository.open(&within));
    symlink(root.join("data/zips.csv"), root.join("data/accounts-linked.csv")).expect("linked");
    let linked = repository.commit("data by a link that git cannot follow");
    // It leads to the file of the places, which is then told once.
    assert_eq!(names(&data(&repository.open(&linked))), ["data/accounts-linked.csv", "data/accounts.csv"]);
    fs::remove_file(root.join("data/accounts-linked.csv")).expect("removed");
    fs::remove_file(root.join("shared")).expect("removed");
    fs::create_dir(root.join("shared")).expect("made");
    symlink(outside.path().join("secret.terr"), root.join("shared/dimensions.terr")).expect("linked");
    let without = repository.commit("a link out");
    let loaded = load_side(&repository.open(&without));
    assert!(loaded.project.is_none());
    assert_eq!(said(&loaded.diagnostics).lines().next(), Some("missing-file: `shared/dimensions.terr` does not exist"));
}

#[test]
fn a_project_that_was_moved_is_found() {
    let repository = Repository::new();
    repository.git(&["tag", "v1"]);
    fs::create_dir_all(repository.root().join("plans/north")).expect("made");
    for name in ["terrac.toml", "plan.terr", "shared", "data"] {
        fs::rename(repository.root().join(name), repository.root().join("plans/north").join(name)).expect("moved");
    }
    repository.commit("into a folder");
    let project = repository.root().join("plans/north");
    let side = open_in(&project, "v1", None, None).expect("opened");
    assert!(side.notes.contains(&"in `v1` the project stands in `.`".to_owned()), "{:?}", side.notes);
    assert_eq!(names(&data(&side)), ["data/accounts.csv", "data/zips.csv"]);
    // Another project of the repository is not taken for it.
    let other = repository.root().join("plans/south");
    fs::create_dir_all(&other).expect("made");
    fs::write(other.join("terrac.toml"), MANIFEST.replace("northwind", "southwind")).expect("written");
    let Err(why) = open_in(&other, "v1", None, None) else { panic!("it is new") };
    assert_eq!(said(&why), "not-in-revision: `v1` has no project in the folder `plans/south`\n");
}

#[test]
fn revisions_that_are_not_there_are_told() {
    let repository = Repository::new();
    repository.git(&["branch", "feature/east"]);
    let (code, message, help) = repository.refused("feature/eats", None);
    assert_eq!((code, message.as_str()), ("unknown-revision", "`feature/eats` is no revision, file or folder"));
    assert_eq!(help, "did you mean `feature/east`?");
    for hostile in ["--output=told", "-h", "", "a\nb", "HEAD:plan.terr", "main..HEAD"] {
        assert_eq!(repository.refused(hostile, None).0, "unknown-revision", "{hostile:?}");
    }
    assert!(!repository.root().join("told").exists());

    let alone = tempfile::tempdir().expect("a folder");
    let Err(why) = open_in(alone.path(), "main", None, None) else { panic!("no repository is there") };
    assert_eq!(why.iter().next().map(|d| d.code.name), Some("no-repository"));

    // A clone of one commit.
    repository.git(&["checkout", "--quiet", "-b", "work"]);
    repository.commit("second");
    let shallow = alone.path().join("clone");
    let url = format!("file://{}", repository.root().display());
    Repository::git_in(
        alone.path(),
        &["clone", "--quiet", "--depth=1", "--no-single-branch", &url, shallow.to_str().expect("utf-8")],
    );
    let Err(why) = open_in(&shallow, "main~1", None, None) else { panic!("it is not there") };
    let why = why.into_iter().next().expect("a diagnostic");
    assert!(why.help.is_some_and(|help| help.contains("fetch-depth: 0")));
    let Err(why) = open_in(&shallow, "origin/main", Some("HEAD"), None) else { panic!("the base is not there") };
    let why = why.into_iter().next().expect("a diagnostic");
    assert_eq!(why.code.name, "no-merge-base");
    assert!(why.help.is_some_and(|help| help.contains("git fetch --unshallow")));
}

#[test]
fn data_of_the_command_line_stands_for_the_projects() {
    let repository = Repository::new();
    let given = tempfile::tempdir().expect("a folder");
    fs::create_dir(given.path().join("data")).expect("made");
    fs::write(given.path().join("data/accounts-old.csv"), "account,state\nB1,NY\n").expect("written");
    let folder = open_in(repository.root(), "HEAD", None, Some(given.path())).expect("opened");
    assert_eq!(
        data(&folder),
        [
            ("data/accounts-old.csv".to_owned(), "account,state\nB1,NY\n".to_owned()),
            ("data/zips.csv".to_owned(), "zip,lat,lon\n10001,40.7,-74\n".to_owned())
        ]
    );
    // For a folder too, and a single file for the accounts.
    let file = given.path().join("data/accounts-old.csv");
    for argument in ["HEAD", repository.root().to_str().expect("utf-8")] {
        let side = open_in(repository.root(), argument, None, Some(&file)).expect("opened");
        let found = data(&side);
        assert_eq!(found[0].1, "account,state\nB1,NY\n");
        assert_eq!(found.len(), 2);
        assert!(side.notes.iter().all(|note| !note.contains("accounts*")), "{:?}", side.notes);
        assert!(side.notes.iter().any(|note| note.contains("reads its accounts from")), "{:?}", side.notes);
    }
    let Err(why) = open_in(repository.root(), "HEAD", None, Some(Path::new("nowhere"))) else { panic!("missing") };
    assert_eq!(said(&why), "missing-file: `nowhere` does not exist\n");
}

#[test]
fn arguments_are_told_apart() {
    let repository = Repository::new();
    let root = repository.root().to_str().expect("utf-8");
    repository.write("out/outcome.json", "{}");
    repository.write("main", "");
    for (argument, kind) in [
        (root.to_owned(), SideKind::Project),
        (format!("{root}/terrac.toml"), SideKind::Project),
        (format!("{root}/out"), SideKind::Out),
        (format!("{root}/data/accounts.csv"), SideKind::Table),
        (format!("{root}/nowhere"), SideKind::Project),
        ("gone/accounts.parquet".to_owned(), SideKind::Table),
        ("gone/accounts.csv.gz".to_owned(), SideKind::Table),
        ("./nowhere".to_owned(), SideKind::Project),
        ("origin/main".to_owned(), SideKind::Revision),
        ("v1.2".to_owned(), SideKind::Revision),
        ("HEAD~2".to_owned(), SideKind::Revision),
    ] {
        assert_eq!(kind_of(&argument), kind, "{argument}");
    }
}
