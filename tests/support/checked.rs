//! Plans without data.

use terrac::check::check;
use terrac::compile::read;
use terrac::diagnostics::Severity;
use terrac::plan::Plan;
use terrac::workspace::Workspace;

use crate::folder::folder;

/// The project of a manifest and a plan, which have no errors.
pub fn checked(manifest: &str, plan: &str) -> (Workspace, Plan) {
    let folder = folder([("terrac.toml", manifest), ("plan.terr", plan), ("accounts.csv", "account\n")]);
    let read = read(folder.path());
    let workspace = read.workspace.unwrap_or_else(|_| panic!("{:?}", read.diagnostics));
    let (plan, mut found) = check(&workspace.manifest, &workspace.sources, &read.files);
    found.extend(read.diagnostics);
    let errors: Vec<&String> = found.iter().filter(|d| d.severity == Severity::Error).map(|d| &d.message).collect();
    (workspace, plan.unwrap_or_else(|| panic!("{errors:?}")))
}
