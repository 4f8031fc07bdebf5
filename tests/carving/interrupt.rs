//! Ctrl-C while a search runs: it ends soon, says so, and leaves what is on disk.
#![cfg(unix)]

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::world::{World, plan};

/// So many ZIPs that no search of this effort ends within the test.
fn large() -> World {
    let mut accounts = Vec::new();
    for n in 0..2500 {
        let mut account = crate::world::grid()[n % 24].clone();
        account.id = format!("A{n:04}");
        account.zip = format!("Z{n:04}");
        (account.lat, account.lon) = (30.0 + (n / 50) as f64 * 0.3, -110.0 + (n % 50) as f64 * 0.4);
        account.revenue = 50.0 + (n * 37 % 101) as f64;
        accounts.push(account);
    }
    let clauses = "  seats 30\n  unit zip\n  balance worth within 5%\n  compact around accounts\n  contiguous";
    World::with(&accounts, crate::world::REPS, &plan(clauses))
}

fn interrupted(world: &World, arguments: &[&str]) -> (Option<i32>, String, Duration) {
    let child = Command::new(env!("CARGO_BIN_EXE_terrac"))
        .args(arguments)
        .current_dir(world.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    std::thread::sleep(Duration::from_secs(3));
    let begun = Instant::now();
    signal(&child);
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned(), begun.elapsed())
}

fn signal(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
}

#[test]
fn an_interrupted_compile_keeps_alignment_and_outputs() {
    let world = large();
    world.write("plan.alignment", "terrac alignment 1\n\ndigest\t0\n");
    fs::create_dir(world.path().join("out")).expect("a folder");
    world.write("out/assignments.csv", "as it was\n");
    let (code, said, took) = interrupted(&world, &["compile", "--effort", "thorough", "--threads", "1"]);
    assert_eq!(code, Some(130), "{said}");
    assert!(said.contains("interrupted: the alignment and the outputs are as they were"), "{said}");
    assert!(took < Duration::from_secs(30), "it took {took:?}");
    assert_eq!(world.read("plan.alignment"), "terrac alignment 1\n\ndigest\t0\n");
    assert_eq!(world.read("out/assignments.csv"), "as it was\n");
    let files: Vec<_> = fs::read_dir(world.path().join("out")).expect("a folder").collect();
    assert_eq!(files.len(), 1, "no draft is left behind: {files:?}");
}

#[test]
fn an_interrupted_carve_of_a_table_writes_nothing() {
    let world = large();
    world.write("old.csv", "id,territory\n");
    let arguments = ["carve", "accounts.csv", "--id", "zip", "--position", "lon,lat", "--into", "30"];
    let more = ["--balance", "revenue:5%", "--contiguous", "--effort", "thorough", "--out", "old.csv"];
    let (code, said, took) = interrupted(&world, &[&arguments[..], &more[..]].concat());
    assert_eq!(code, Some(130), "{said}");
    assert!(said.contains("interrupted: nothing was written"), "{said}");
    assert!(took < Duration::from_secs(30), "it took {took:?}");
    assert_eq!(world.read("old.csv"), "id,territory\n");
}
