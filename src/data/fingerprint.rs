//! What identifies the bytes of data files.

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;

use sha2::{Digest, Sha256};

use super::files::DataFile;
use super::pipeline;
use crate::diagnostics::Diagnostic;

/// A file and the SHA-256 of its bytes as they lie on the disk, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// Relative to the project folder.
    pub name: String,
    pub sha256: String,
}

/// Reads every file once, in parallel, and gives their fingerprints in the order of the list.
pub fn fingerprints(files: &[DataFile], threads: usize) -> Result<Vec<Fingerprint>, Diagnostic> {
    let mut next = files.iter();
    let mut done = Vec::with_capacity(files.len());
    let mut failure = None;
    pipeline::run(
        threads.min(files.len()),
        || next.next(),
        |file, give| give(of_file(file).map_err(|e| file.unreadable(&e))),
        |result| match result {
            Ok(fingerprint) => {
                done.push(fingerprint);
                ControlFlow::Continue(())
            }
            Err(why) => {
                failure = Some(why);
                ControlFlow::Break(())
            }
        },
    );
    match failure {
        Some(why) => Err(why),
        None => Ok(done),
    }
}

fn of_file(file: &DataFile) -> io::Result<Fingerprint> {
    let mut bytes = File::open(&file.path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match bytes.read(&mut buffer)? {
            0 => break,
            read => hash.update(&buffer[..read]),
        }
    }
    let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Fingerprint { name: file.name.clone(), sha256 })
}
