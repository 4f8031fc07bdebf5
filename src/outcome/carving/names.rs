//! What the territories of a carve are called.

use std::collections::BTreeSet;

/// Names for seats in their order. A seat that has one (a survivor of an earlier carve, or a rep whose table says which
/// territory is run today) keeps it; the others take the lowest free numbers of the template.
pub fn names(template: &str, kept: &[Option<String>]) -> Vec<String> {
    let taken: BTreeSet<&str> = kept.iter().flatten().map(String::as_str).collect();
    let mut free = (1u32..).map(|n| numbered(template, n)).filter(|name| !taken.contains(name.as_str()));
    kept.iter().map(|name| name.clone().unwrap_or_else(|| free.next().expect("numbers do not end"))).collect()
}

/// Fills in `{n}` or `{n:02}`. A template without either gets the number behind it.
fn numbered(template: &str, n: u32) -> String {
    let Some((before, rest)) = template.split_once("{n") else { return format!("{template}-{n:02}") };
    let Some((width, after)) = rest.split_once('}') else { return format!("{template}-{n:02}") };
    let width: usize = width.trim_start_matches(':').parse().unwrap_or(0);
    format!("{before}{n:0width$}{after}")
}

/// Whether a name is one that the template makes.
pub fn fits(template: &str, name: &str) -> bool {
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    let Some((before, rest)) = template.split_once("{n") else { return false };
    let Some((_, after)) = rest.split_once('}') else { return false };
    let middle = name.strip_prefix(before).and_then(|m| m.strip_suffix(after));
    middle.is_some_and(|m| digits.contains(m) && m.parse().is_ok_and(|n| numbered(template, n) == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survivors_keep_their_names() {
        let kept = [None, Some("NE-01".to_owned()), None, Some("Legacy".to_owned())];
        assert_eq!(names("NE-{n:02}", &kept), ["NE-02", "NE-01", "NE-03", "Legacy"]);
        assert_eq!(names("{n} North", &[None]), ["1 North"]);
    }

    #[test]
    fn names_fit_their_template() {
        assert!(fits("NE-{n:02}", "NE-07"));
        assert!(fits("NE-{n:02}", "NE-107"));
        assert!(!fits("NE-{n:02}", "NE-7"));
        assert!(!fits("NE-{n:02}", "SE-07"));
        assert!(fits("T2-{n}", "T2-11"));
    }
}
