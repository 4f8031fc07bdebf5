//! A git repository with a small plan, and the place where a step of a workflow runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::folder::write;
use crate::git::git;

const MANIFEST: &str = r#"[project]
name = "small"
plan = "plan.terr"

[accounts]
files = "accounts.csv"
key = "account_id"
incumbent = "owner"

[accounts.columns]
account_id = "id"
name       = "text"
employees  = "int"
revenue    = { type = "money", default = 0 }
owner      = "id"
location   = { type = "point", lat = "lat", lon = "lon" }

[reps]
files = "reps.csv"
key = "rep_id"

[reps.columns]
rep_id = "id"
name   = "text"
"#;

const PLAN: &str = r#"plan small "Small plan" {
  effective 2027-01-01 to 2027-12-31
}

weight worth = revenue

dimension size by employees {
  small   < 100
  large   >= 100
  unsized missing
}

coverage field for role ae {
  split size {
    small   -> territory desk owner "R1"
    large   -> territory key owner "R2"
    unsized -> pool triage because "nobody knows how large they are"
  }
}

test "a large account" {
  account { employees = 500 }
  expect field is territory key
}

expect moved(accounts) <= 30%
"#;

const REPS: &str = "rep_id,name\nR1,Ada Lin\nR2,Bo Wu\n";

/// How a script ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

pub struct Repository(TempDir);

impl Repository {
    /// The plan on `main`, which is also `origin/main`, and a branch to work on.
    pub fn new() -> Self {
        let repository = Self(tempfile::tempdir().expect("a folder"));
        for folder in ["work/plan", "bin", "temp"] {
            fs::create_dir_all(repository.0.path().join(folder)).expect("a folder");
        }
        let mut accounts = "account_id,name,employees,revenue,owner,lat,lon\n".to_owned();
        for n in 0..20 {
            let name = if n == 6 { "\"Evil | @octocat <b>\"".to_owned() } else { format!("Account {n}") };
            let employees = if n == 19 { String::new() } else { (n * 20).to_string() };
            let owner = if n < 5 { "R1" } else { "R2" };
            accounts += &format!("A{n:02},{name},{employees},{},{owner},40.{n:02},-74.5\n", n * 1000);
        }
        let files = [("terrac.toml", MANIFEST), ("plan.terr", PLAN), ("accounts.csv", &accounts), ("reps.csv", REPS)];
        write(&repository.path("plan"), files);
        repository.git(&["init", "--quiet", "--initial-branch", "main"]);
        repository.commit("The plan");
        repository.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
        repository.git(&["checkout", "--quiet", "-b", "change"]);
        repository.tool("gh", "case \"$*\" in *--jq*) cat \"$RUNNER_TEMP/known\" 2>/dev/null ;; esac\nexit 0\n");
        repository.tool("cargo", "");
        let terrac = repository.0.path().join("bin/terrac");
        let program = env!("CARGO_BIN_EXE_terrac");
        fs::write(&terrac, format!("#!/bin/bash\nexec '{program}' \"$@\"\n")).expect("a program");
        executable(&terrac);
        repository
    }

    /// A program that writes down how it is called, then does as it is told.
    fn tool(&self, name: &str, then: &str) {
        let path = self.0.path().join("bin").join(name);
        fs::write(&path, format!("#!/bin/bash\necho \"$*\" >> \"$RUNNER_TEMP/calls\"\n{then}")).expect("a program");
        executable(&path);
    }

    /// Within the work tree.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("work").join(name)
    }

    pub fn git(&self, arguments: &[&str]) {
        git(&self.path(""), arguments);
    }

    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    fn change(&self, replacements: &[(&str, &str)], message: &str) {
        let mut plan = PLAN.to_owned();
        for (old, new) in replacements {
            assert!(plan.contains(old), "{old}");
            plan = plan.replace(old, new);
        }
        fs::write(self.path("plan/plan.terr"), plan).expect("the plan");
        self.commit(message);
    }

    /// A threshold that moves a few accounts.
    pub fn commit_good(&self) {
        self.change(&[("< 100", "< 150"), (">= 100", ">= 150")], "Raise the floor");
    }

    /// Out of layout, a test that fails, more moves than the plan allows.
    pub fn commit_bad(&self) {
        self.change(&[("  small   < 100", " small < 300"), (">= 100", ">= 300"), ("= 500", "= 200")], "Raise it far");
    }

    /// A name that nothing has.
    pub fn commit_broken(&self) {
        self.change(&[("dimension size by employees", "dimension size by staff")], "Misname it");
    }

    /// The comments that there already are, by id.
    pub fn comments(&self, ids: &str) {
        fs::write(self.0.path().join("temp/known"), format!("{ids}\n")).expect("a file");
    }

    /// Runs a script as Actions does.
    pub fn run(&self, script: &str, environment: &[(&str, &str)]) -> Ran {
        let temp = self.0.path().join("temp");
        let mut path = self.0.path().join("bin").into_os_string();
        path.push(":");
        path.push(std::env::var_os("PATH").expect("a path"));
        let output = Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .current_dir(self.path(""))
            .env("PATH", path)
            .env("RUNNER_TEMP", &temp)
            .env("GITHUB_OUTPUT", temp.join("output"))
            .env("GITHUB_STEP_SUMMARY", temp.join("summary"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .envs(environment.iter().copied())
            .output()
            .expect("bash runs");
        Ran {
            code: output.status.code().expect("it ended by itself"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    fn temp(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.0.path().join("temp").join(name)).ok()
    }

    /// What a step gave to later ones.
    pub fn output(&self, name: &str) -> Option<String> {
        let output = self.temp("output")?;
        output.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('=')).next_back().map(str::to_owned)
    }

    /// How the stand-ins were called.
    pub fn calls(&self) -> Vec<String> {
        self.temp("calls").unwrap_or_default().lines().map(str::to_owned).collect()
    }

    pub fn summary(&self) -> String {
        self.temp("summary").unwrap_or_default()
    }

    /// The comment that is posted.
    pub fn body(&self) -> String {
        fs::read_to_string(self.output("comment").expect("a comment")).expect("a file")
    }
}

fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program");
}
