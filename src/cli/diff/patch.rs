//! `--patch DIR`: a folder with the batches of a rollout, their inverse, and what they are for.

use std::fs;
use std::io;
use std::path::Path;

use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::diff::assignments::Row;
use crate::diff::patch::{AccountDelta, Batch, Counts, MANIFEST, Manifest, Operation, VERSION, delta};
use crate::render::patch::operations_csv;

/// Writes the patch between two streams of rows in order, each with its name for messages. The folder appears whole or
/// not at all; one that holds anything but an earlier patch is refused.
pub fn write_patch<B, H>(base: (B, &str), head: (H, &str), folder: &Path, rows: usize) -> Result<Manifest, Diagnostics>
where
    B: Iterator<Item = Result<Row, Diagnostics>>,
    H: Iterator<Item = Result<Row, Diagnostics>>,
{
    refuse_foreign(folder)?;
    let unwritable = |error: io::Error| -> Diagnostics {
        let message = format!("cannot write `{}`: {error}", folder.display());
        std::iter::once(Diagnostic::error(codes::carve::UNWRITABLE, message)).collect()
    };
    let parent = folder.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(unwritable)?;
    let draft =
        tempfile::Builder::new().prefix(".terrac-").suffix(".partial").tempdir_in(parent).map_err(unwritable)?;
    let mut batches = Batches { folder: draft.path(), rows: rows.max(1), open: Open::default(), written: Vec::new() };
    let (mut forward, mut back) = (Counts::default(), Counts::default());
    let ends = delta(base, head, &mut |account| {
        account.delta.iter().for_each(|operation| forward.add(operation.kind));
        account.inverse.iter().for_each(|operation| back.add(operation.kind));
        batches.add(account).map_err(unwritable)
    })?;
    batches.flush().map_err(unwritable)?;
    let manifest = Manifest {
        version: VERSION,
        base: ends.base,
        head: ends.head,
        delta: forward,
        inverse: back,
        batches: batches.written,
    };
    fs::write(draft.path().join(MANIFEST), manifest.to_json()).map_err(unwritable)?;
    replace(folder, draft, parent).map_err(unwritable)?;
    Ok(manifest)
}

/// Puts the draft in the place of the folder.
fn replace(folder: &Path, draft: tempfile::TempDir, parent: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A temporary folder is nobody else's; this one is for people.
        fs::set_permissions(draft.path(), fs::Permissions::from_mode(0o755))?;
    }
    let old = tempfile::Builder::new().prefix(".terrac-").suffix(".partial").tempdir_in(parent)?;
    if folder.exists() {
        fs::rename(folder, old.path().join("old"))?;
    }
    match fs::rename(draft.path(), folder) {
        Ok(()) => {
            // It has another name now: nothing is left to remove.
            let _ = draft.keep();
            old.close()
        }
        Err(error) => {
            if old.path().join("old").exists() {
                fs::rename(old.path().join("old"), folder)?;
            }
            Err(error)
        }
    }
}

/// `patch.json`, `0001-delta.csv`, `0001-inverse.csv`
fn of_patch(name: &str) -> bool {
    let number = name.strip_suffix("-delta.csv").or_else(|| name.strip_suffix("-inverse.csv"));
    name == MANIFEST || number.is_some_and(|n| n.len() >= 4 && n.bytes().all(|b| b.is_ascii_digit()))
}

fn refuse_foreign(folder: &Path) -> Result<(), Diagnostics> {
    let shown = folder.display();
    let refuse = |message: String| -> Diagnostics {
        let help = "name a new folder, or move other files away: the folder is replaced as a whole";
        std::iter::once(Diagnostic::error(codes::diff::FOREIGN_FILES, message).help(help)).collect()
    };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(refuse(format!("`{shown}` cannot take a patch: {error}"))),
        Ok(entries) => entries,
    };
    let mut names: Vec<String> = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| refuse(format!("`{shown}` cannot take a patch: {error}")))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    match names.iter().find(|name| !of_patch(name)) {
        Some(name) => Err(refuse(format!("`{shown}` holds `{name}`, which is no part of a patch"))),
        None => Ok(()),
    }
}

#[derive(Default)]
struct Open {
    delta: Vec<Operation>,
    inverse: Vec<Operation>,
}

/// Batches of whole accounts.
struct Batches<'f> {
    folder: &'f Path,
    rows: usize,
    open: Open,
    written: Vec<Batch>,
}

impl Batches<'_> {
    fn add(&mut self, account: AccountDelta) -> io::Result<()> {
        if self.open.delta.len() + account.delta.len() > self.rows {
            self.flush()?;
        }
        self.open.delta.extend(account.delta);
        self.open.inverse.extend(account.inverse);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let Open { delta, inverse } = std::mem::take(&mut self.open);
        if delta.is_empty() {
            return Ok(());
        }
        let number = self.written.len() + 1;
        let batch = Batch {
            delta: format!("{number:04}-delta.csv"),
            inverse: format!("{number:04}-inverse.csv"),
            rows: delta.len() as u64,
        };
        fs::write(self.folder.join(&batch.delta), operations_csv(&delta))?;
        fs::write(self.folder.join(&batch.inverse), operations_csv(&inverse))?;
        self.written.push(batch);
        Ok(())
    }
}
