//! The plan's tests as JUnit XML, which CI systems show: one suite a plan, one case a test.
//!
//! Written after the `junit-10.xsd` that Jenkins publishes. No times and no hosts: the same tests give the same bytes.

use std::fmt::Write as _;

use crate::trial::Trials;

pub fn junit(trials: &Trials) -> String {
    let (count, failed, plan) = (trials.tests.len(), trials.failed, escaped(&trials.plan));
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(xml, "<testsuites name=\"terrac\" tests=\"{count}\" failures=\"{failed}\" errors=\"0\">");
    let _ = writeln!(
        xml,
        "  <testsuite name=\"{plan}\" tests=\"{count}\" failures=\"{failed}\" errors=\"0\" skipped=\"0\">"
    );
    for test in &trials.tests {
        let (file, line) = test.place.rsplit_once(':').unwrap_or((&test.place, "1"));
        let _ = write!(
            xml,
            "    <testcase classname=\"{plan}\" name=\"{}\" file=\"{}\" line=\"{line}\"",
            escaped(&test.title),
            escaped(file)
        );
        if test.passed {
            xml.push_str("/>\n");
            continue;
        }
        xml.push_str(">\n");
        for verdict in test.expects.iter().filter(|v| !v.holds) {
            let _ = write!(
                xml,
                "      <failure type=\"test-failed\" message=\"expected `{}`, {}\">{}",
                escaped(&verdict.expected),
                escaped(&verdict.actual),
                escaped(&verdict.place)
            );
            for way in &test.ways {
                let _ = write!(xml, "\n{}", escaped(&way.coverage));
                for step in &way.steps {
                    let _ = write!(xml, "\n  {} {}", escaped(&step.place), escaped(&step.says));
                }
            }
            xml.push_str("</failure>\n");
        }
        xml.push_str("    </testcase>\n");
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

/// For texts and attributes; what XML 1.0 cannot hold becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            '\n' | '\t' => {
                let _ = write!(safe, "&#{};", c as u32);
            }
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_breaks_out() {
        assert_eq!(escaped("a<b>&\"'\n\u{1b}]"), "a&lt;b&gt;&amp;&quot;&apos;&#10;\u{fffd}]");
    }
}
