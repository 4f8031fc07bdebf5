//! `terrac prove`, and plans that leave a partition unproved.

use std::path::Path;
use std::process::Output;

use crate::folder::folder;
use crate::program::terrac;

const MANIFEST: &str = r#"
[project]
name = "p"
plan = "plan.terr"

[accounts]
files = "accounts.csv"
key = "account"

[accounts.columns]
account   = "id"
state     = { type = "text", required = true }
employees = { type = "int", required = true }
revenue   = { type = "money", required = true }
"#;

const ACCOUNTS: &str = "account,state,employees,revenue\nA1,NY,10,2000000\nA2,CA,10,10\nA3,NY,9000,10\n";

const PLAN: &str = "plan p { effective 2027-02-01 to 2028-01-31 }
coverage field {
  split {
    employees * revenue >= 1M                                         -> pool rich
    employees between 0 and 999 and revenue between 0 and 999         -> pool poor
    employees * revenue < 1M and not (employees between 0 and 999 and revenue between 0 and 999) -> pool rest
  }REASON
}
prove state = NY and employees > 10 implies field not in exclude
";

struct Project(tempfile::TempDir);

impl Project {
    fn new(plan: &str) -> Self {
        Self(folder([("terrac.toml", MANIFEST), ("accounts.csv", ACCOUNTS), ("plan.terr", plan)]))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, verb: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
        let ran = terrac(self.path()).arg(verb).arg(".").args(arguments).env("COLUMNS", "120").output();
        let Output { status, stdout, stderr } = ran.expect("it runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (status.code(), text(stdout), text(stderr))
    }
}

#[test]
fn an_unproved_split_compiles_only_with_a_reason() {
    let project = Project::new(&PLAN.replace("REASON", ""));
    let (code, _, err) = project.run("compile", &[]);
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("undecided") && err.contains("this split cannot be proved free of overlaps"), "{err}");
    assert!(!project.path().join("out").exists());

    let project = Project::new(&PLAN.replace("REASON", " unproved because \"the finance table\""));
    let (code, out, err) = project.run("compile", &[]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("1 partition left unproved"), "{out}");
    let outcome = std::fs::read_to_string(project.path().join("out/outcome.json")).expect("written");
    let outcome: serde_json::Value = serde_json::from_str(&outcome).expect("JSON");
    assert_eq!(outcome["exceptions"]["unproved"], 1);
}

#[test]
fn claims_end_with_a_code_of_their_own() {
    let project = Project::new(&PLAN.replace("REASON", " unproved because \"the finance table\""));
    for (claims, code, shown) in [
        (&[][..], 0, "proved: state = NY and employees > 10 implies field not in exclude\n"),
        (&["employees > 5 implies employees > 4"], 0, "proved: employees > 5 implies employees > 4\n"),
        (
            &["employees >= 5000 and state = NY implies field in pool rich"],
            1,
            "false: employees >= 5000 and state = NY implies field in pool rich
  not so for account { employees = 5000, revenue = 0, state = \"NY\" }
    field: pool rest (employees * revenue < 1M and not (employees between 0 and 999 and revenue between 0 and 999))
",
        ),
        (
            &["employees > 1 implies employees * employees > employees"],
            2,
            "cannot decide: employees > 1 implies employees * employees > employees
  taken as true or false, whatever else holds: employees * employees > employees
",
        ),
    ] {
        let (ended, out, err) = project.run("prove", claims);
        assert_eq!((ended, out.as_str()), (Some(code), shown), "{claims:?}: {err}");
    }
    let (code, _, err) = project.run("prove", &["feild in pool rich"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("did you mean the coverage `field`?"), "{err}");
    let (code, out, _) = project.run("prove", &["employees > 5 implies employees > 6", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(code, Some(1));
    assert_eq!(report["outcome"]["answers"][0]["answer"], "false");
    assert_eq!(report["outcome"]["answers"][0]["account"], "account { employees = 6 }");
    let (_, out, _) = project.run("prove", &["employees > 5 implies employees > 6", "--format", "github"]);
    assert!(out.starts_with("::error") && out.contains("claim-false") && out.contains("employees = 6"), "{out}");
}
