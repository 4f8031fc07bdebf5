//! Output files that appear together or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Files written under temporary names beside their targets; [`Staged::commit`] gives them their names. Dropped before
/// that, they leave nothing behind and the previous outputs as they were.
#[derive(Debug, Default)]
pub struct Staged {
    files: Vec<(NamedTempFile, PathBuf)>,
}

impl Staged {
    /// Writes one file under a temporary name; folders are made. What is there and no file (a device, a pipe) is written to
    /// at once: a rename would put a file in its place.
    pub fn write(
        &mut self,
        target: &Path,
        write: impl FnOnce(&mut BufWriter<&mut fs::File>) -> io::Result<()>,
    ) -> io::Result<()> {
        if fs::metadata(target).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
            let mut device = fs::OpenOptions::new().write(true).open(target)?;
            let mut out = BufWriter::with_capacity(1 << 20, &mut device);
            write(&mut out)?;
            return out.flush();
        }
        let folder = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".terrac-").suffix(".partial");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // What the user's umask leaves of this, as for any file that a program makes.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let mut file = builder.tempfile_in(folder)?;
        let mut out = BufWriter::with_capacity(1 << 20, file.as_file_mut());
        write(&mut out)?;
        out.flush()?;
        drop(out);
        self.files.push((file, target.to_owned()));
        Ok(())
    }

    /// Renames every file to its target.
    pub fn commit(self) -> io::Result<()> {
        for (file, target) in self.files {
            file.persist(&target).map_err(|e| e.error)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_appears_before_the_commit() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("out/a.txt");
        fs::create_dir(folder.path().join("out")).expect("a folder");
        fs::write(&target, "old").expect("a file");
        let mut staged = Staged::default();
        staged.write(&target, |out| out.write_all(b"new")).expect("it is written");
        assert_eq!(fs::read_to_string(&target).expect("the old file"), "old");
        drop(staged);
        assert_eq!(fs::read_dir(folder.path().join("out")).expect("the folder").count(), 1);
        let mut staged = Staged::default();
        staged.write(&target, |out| out.write_all(b"new")).expect("it is written");
        staged.commit().expect("it is renamed");
        assert_eq!(fs::read_to_string(&target).expect("the new file"), "new");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("sink");
        std::os::unix::fs::symlink("/dev/null", &target).expect("a link");
        let mut staged = Staged::default();
        staged.write(&target, |out| out.write_all(b"gone")).expect("it is written");
        staged.commit().expect("nothing is left to rename");
        assert!(fs::symlink_metadata(&target).expect("it is there").is_symlink());
    }

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("a.txt");
        fs::write(&target, "old").expect("a file");
        let mut staged = Staged::default();
        let full = |_: &mut BufWriter<&mut fs::File>| Err(io::Error::from(io::ErrorKind::StorageFull));
        assert!(staged.write(&target, full).is_err());
        drop(staged);
        assert_eq!(fs::read_to_string(&target).expect("the old file"), "old");
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
    }
}
