//! What the layout looks like: `tests/fmt/layouts/NAME.terr` and, beside it, `NAME.formatted.terr`.

use super::{formatted, root};

#[test]
fn layouts_are_as_written_down() {
    let folder = root().join("tests/fmt/layouts");
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).expect("the folder is in the repository") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".terr").filter(|n| !n.ends_with(".formatted")) else { continue };
        seen += 1;
        let text = std::fs::read_to_string(&path).expect("the file");
        let expected = folder.join(format!("{stem}.formatted.terr"));
        let new = formatted(&text);
        if std::env::var_os("TERRAC_BLESS").is_some() {
            std::fs::write(&expected, &new).expect("it is written");
        }
        assert_eq!(new, std::fs::read_to_string(&expected).unwrap_or_default(), "{stem}");
    }
    assert!(seen >= 3);
}
