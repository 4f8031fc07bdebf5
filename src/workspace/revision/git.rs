//! The user's `git`, asked for what it has stored and nothing else.
//!
//! Invariant: nothing is written into the repository and nothing of the user's runs: no hooks, no filters, no pager, no
//! question at the terminal; the index is not refreshed.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::workspace as codes;

/// Git in a folder of the work tree.
pub(super) struct Git {
    folder: PathBuf,
}

/// What a command said that ended.
pub(super) struct Said {
    pub fine: bool,
    pub out: Vec<u8>,
    pub err: String,
}

impl Git {
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new("git");
        command.current_dir(&self.folder);
        // A hook of git's that runs this program points these at its own business.
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE"] {
            command.env_remove(variable);
        }
        command.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
        command.args([
            "--no-pager",
            "--literal-pathspecs",
            "-c",
            "core.fsmonitor=false",
            "-c",
            "core.hooksPath=/dev/null",
        ]);
        command.args(arguments).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Result<Said, Diagnostic> {
        let output = self.command(arguments).output().map_err(|error| missing(&error))?;
        let err = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Ok(Said { fine: output.status.success(), out: output.stdout, err })
    }

    /// The output of a command that has no reason to fail.
    pub fn must<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Result<Vec<u8>, Diagnostic> {
        let said = self.run(arguments)?;
        if said.fine { Ok(said.out) } else { Err(failed(&said.err)) }
    }

    /// Its one line, without the end of the line.
    pub fn line<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Result<OsString, Diagnostic> {
        Ok(os(self.must(arguments)?.strip_suffix(b"\n").unwrap_or_default()))
    }

    /// Reads objects one by one.
    pub fn objects(&self) -> Result<Objects, Diagnostic> {
        let mut command = self.command(["cat-file", "--batch"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| missing(&error))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(ask), Some(answers)) => Ok(Objects { child, ask: Some(ask), answers: BufReader::new(answers) }),
            _ => Err(failed("it gives no answers")),
        }
    }
}

/// A `git cat-file --batch` that waits for names of objects.
pub(super) struct Objects {
    child: Child,
    ask: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    /// Copies the content of a blob.
    pub fn copy(&mut self, hash: &str, into: &mut dyn Write) -> io::Result<()> {
        let gone = || io::Error::new(io::ErrorKind::UnexpectedEof, "git has ended");
        let ask = self.ask.as_mut().ok_or_else(gone)?;
        ask.write_all(format!("{hash}\n").as_bytes())?;
        ask.flush()?;
        let mut header = String::new();
        self.answers.read_line(&mut header)?;
        // `HASH blob SIZE`, or `HASH missing`.
        let size = match header.split_whitespace().collect::<Vec<_>>()[..] {
            [_, "blob", size] => size.parse::<u64>().ok(),
            _ => None,
        };
        let size = size.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "git does not have its content"))?;
        let copied = io::copy(&mut self.answers.by_ref().take(size), into)?;
        let mut end = [0];
        self.answers.read_exact(&mut end)?;
        if copied == size { Ok(()) } else { Err(gone()) }
    }

    pub fn read(&mut self, hash: &str) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        self.copy(hash, &mut content)?;
        Ok(content)
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // The end of its questions is the end of the program, unless an answer was not heard out.
        drop(self.ask.take());
        let _ = io::copy(&mut self.answers, &mut io::sink());
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
pub(super) fn os(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStrExt;
    OsStr::from_bytes(bytes).to_owned()
}

#[cfg(not(unix))]
pub(super) fn os(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}

fn missing(error: &io::Error) -> Diagnostic {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "there is no such program on the path".to_owned(),
        _ => error.to_string(),
    };
    Diagnostic::error(codes::NO_GIT, format!("`git` cannot be run: {why}"))
        .help("install git, or compare folders: `terrac diff ../before .`")
}

pub(super) fn failed(why: &str) -> Diagnostic {
    let why = why.lines().next().unwrap_or_default();
    let why = why.trim_start_matches("fatal: ").trim_start_matches("error: ");
    Diagnostic::error(codes::GIT_FAILED, format!("git cannot read the revision: {why}"))
}
