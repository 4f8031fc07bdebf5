//! The regions that change their place between two plans, in words.

use terrac::prove::{Budget, changes};

use crate::checked::checked;

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
naics     = "code"
employees = "int"
revenue   = { type = "money", default = 0 }
founded   = { type = "date", required = true }
"#;

const OLD: &str = "plan p { effective 2027-02-01 to 2028-01-31 }
dimension size by employees { small < 1_000  large >= 1_000  unsized missing }
dimension region by state { east NY, NJ, CT  west else }
dimension industry by naics { finance \"52*\"  other missing, else }
coverage field {
  split region {
    east -> split size { small -> pool commercial  large -> pool enterprise  unsized -> pool triage }
    west -> split industry { finance -> pool money  other -> pool rest }
  }
}
";

fn told(new: &str) -> Vec<String> {
    let ((workspace, old), (_, new)) = (checked(MANIFEST, OLD), checked(MANIFEST, new));
    let schema = &workspace.manifest.accounts.schema;
    let changes = changes((&old, None), (&new, None), schema, Budget::default()).expect("few combinations");
    assert!(changes.iter().all(|change| change.witness.is_some()), "{changes:?}");
    changes.iter().map(|change| change.describe()).collect()
}

#[test]
fn the_same_plan_changes_nothing() {
    assert_eq!(told(OLD), Vec::<String>::new());
    // Another way to write it, too.
    let other = OLD.replace("small < 1_000", "small <= 999").replace("west else", "west missing, else");
    assert_eq!(told(&other.replace("west missing, else", "west else")), Vec::<String>::new());
}

#[test]
fn regions_are_told_in_words() {
    assert_eq!(
        told(&OLD.replace("1_000", "2_500")),
        ["state in (CT, NJ, NY) and 1,000 <= employees < 2,500: pool enterprise → pool commercial"]
    );
    assert_eq!(
        told(&OLD.replace("east NY, NJ, CT", "east NY, NJ")),
        [
            "state = CT and employees < 1,000 and naics = 52*: pool commercial → pool money",
            "state = CT and employees < 1,000 and (naics != 52* or naics is missing): pool commercial → pool rest",
            "state = CT and employees >= 1,000 and naics = 52*: pool enterprise → pool money",
            "state = CT and employees >= 1,000 and (naics != 52* or naics is missing): pool enterprise → pool rest",
            "state = CT and employees is missing and naics = 52*: pool triage → pool money",
            "state = CT and employees is missing and (naics != 52* or naics is missing): pool triage → pool rest",
        ]
    );
    assert_eq!(
        told(&OLD.replace(
            "other -> pool rest }",
            "other -> split { founded >= 2020-01-01 and revenue > 250k -> pool young  else -> pool rest } }"
        )),
        [
            "state not in (CT, NJ, NY) and (naics != 52* or naics is missing) and founded >= 2020-01-01 and revenue > 250,000: pool rest → pool young"
        ]
    );
}
