//! The project folder as a commit has it.
//!
//! Takes what git lists of the folder, gives the files that lie in it, symbolic links followed as long as they stay in
//! it. Invariant: every name is a plain path downwards, whatever the tree holds. What lies in a submodule is not there.

use std::collections::BTreeMap;

use super::git::{Git, Objects};
use crate::diagnostics::Diagnostic;

/// The files of a folder.
pub(super) struct Tree {
    /// Name from the project folder to blob.
    pub files: BTreeMap<String, String>,
    /// Links that lead out of the folder, or nowhere.
    pub loose: Vec<String>,
    /// Names that no file should have, as git prints them.
    pub unsafe_names: Vec<String>,
}

/// How many links may lead to one another.
const LINKS: usize = 8;

impl Tree {
    /// `tree` names a tree: `COMMIT:folder/`.
    pub fn read(git: &Git, tree: &str, objects: &mut Objects) -> Result<Self, Diagnostic> {
        let listed = git.must(["ls-tree", "-r", "-z", "--full-tree", tree])?;
        let mut found = Self { files: BTreeMap::new(), loose: Vec::new(), unsafe_names: Vec::new() };
        let mut links = Vec::new();
        for entry in listed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
            // `MODE TYPE HASH<TAB>NAME`
            let Some(tab) = entry.iter().position(|byte| *byte == b'\t') else { continue };
            let head = String::from_utf8_lossy(&entry[..tab]).into_owned();
            let [mode, kind, hash] = head.split(' ').collect::<Vec<_>>()[..] else { continue };
            let name = match std::str::from_utf8(&entry[tab + 1..]) {
                Ok(name) if is_plain(name) => name.to_owned(),
                _ => {
                    found.unsafe_names.push(String::from_utf8_lossy(&entry[tab + 1..]).escape_debug().to_string());
                    continue;
                }
            };
            match (mode, kind) {
                ("120000", _) => links.push((name, hash.to_owned())),
                (_, "blob") => drop(found.files.insert(name, hash.to_owned())),
                _ => {}
            }
        }
        let mut targets = Vec::new();
        for (name, hash) in links {
            let target = objects.read(&hash).ok().and_then(|target| String::from_utf8(target).ok());
            match target.and_then(|target| leads_to(&name, &target)) {
                Some(target) => targets.push((name, target)),
                None => found.loose.push(name),
            }
        }
        // A link may lead to another one.
        for _ in 0..LINKS {
            let before = found.files.len();
            for (name, target) in &targets {
                found.follow(name, target);
            }
            if found.files.len() == before {
                break;
            }
        }
        Ok(found)
    }

    fn follow(&mut self, link: &str, target: &str) {
        let below = format!("{target}/");
        let mut there: Vec<(String, String)> = Vec::new();
        if let Some(hash) = self.files.get(target) {
            there.push((link.to_owned(), hash.clone()));
        }
        // A folder that holds a link to itself has no end.
        if !link.starts_with(&below) {
            let files = self.files.range(below.clone()..).take_while(|(name, _)| name.starts_with(&below));
            there.extend(files.map(|(name, hash)| (format!("{link}/{}", &name[below.len()..]), hash.clone())));
        }
        for (name, hash) in there {
            self.files.entry(name).or_insert(hash);
        }
    }
}

/// A path downwards that means the same on every system.
fn is_plain(name: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.eq_ignore_ascii_case(".git");
    !name.contains(['\\', '\0', ':']) && !name.chars().any(char::is_control) && name.split('/').all(part)
}

/// Where a link leads, if it stays in the folder.
fn leads_to(link: &str, target: &str) -> Option<String> {
    if target.starts_with('/') {
        return None;
    }
    let mut way: Vec<&str> = link.split('/').collect();
    way.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(way.pop()?),
            part => way.push(part),
        }
    }
    let whole = way.join("/");
    is_plain(&whole).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stay_in_the_folder_or_lead_nowhere() {
        for (link, target, leads) in [
            ("a.terr", "shared/a.terr", Some("shared/a.terr")),
            ("sub/a.terr", "../b.terr", Some("b.terr")),
            ("sub/a.terr", "../../b.terr", None),
            ("a.terr", "/etc/passwd", None),
            ("a", "./b//c/", Some("b/c")),
            ("a", "..", None),
            ("a", ".git/config", None),
        ] {
            assert_eq!(leads_to(link, target).as_deref(), leads, "{link} -> {target}");
        }
    }

    #[test]
    fn names_are_plain_paths_downwards() {
        for (name, plain) in [
            ("a/b.terr", true),
            ("..", false),
            ("a/../b", false),
            ("/a", false),
            ("a//b", false),
            (".GIT/hooks/x", false),
            ("a\\b", false),
            ("a\nb", false),
            ("ä ö/ü.csv", true),
        ] {
            assert_eq!(is_plain(name), plain, "{name:?}");
        }
    }
}
