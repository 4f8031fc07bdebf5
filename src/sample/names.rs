//! Names of companies and people.
//!
//! Takes a row number and some draws, gives a name. Invariant: companies of different numbers have different names, by
//! construction and without memory: a number is a root and, past the first 17,760, qualifiers behind it; whatever follows
//! cannot be taken for either. Some names carry a comma, an apostrophe or quotes, so that whoever reads the file must read
//! CSV as it is written. Deliberately absent: names of real companies, as far as coined words avoid them.

use super::draw::Draw;

const STARTS: &[&str] = &[
    "Alder", "Amber", "Apex", "Arbor", "Argo", "Ash", "Aster", "Atlas", "Aven", "Bar", "Bay", "Beacon", "Bel", "Birch",
    "Black", "Blue", "Bold", "Bright", "Brook", "Cal", "Cardinal", "Cas", "Cedar", "Cinder", "Clear", "Cobalt",
    "Copper", "Coral", "Crest", "Cross", "Dal", "Dawn", "Deep", "Delta", "Drift", "Dun", "Eagle", "East", "Ebon",
    "Edge", "Elder", "Elm", "Ember", "Ever", "Fair", "Falcon", "Fern", "Fir", "Flint", "Fox", "Frost", "Gale",
    "Garnet", "Glen", "Gold", "Grand", "Gray", "Green", "Hal", "Harbor", "Hart", "Haven", "Hawk", "Hazel", "Heron",
    "High", "Holm", "Iron", "Ivory", "Jasper", "Juniper", "Kel", "Kestrel", "Kings", "Lake", "Lark", "Laurel", "Ledge",
    "Lind", "Lor", "Lumen", "Lynx", "Maple", "Mar", "Meridian", "Mill", "Mont", "Moss", "North", "Oak", "Onyx", "Opal",
    "Orchard", "Osprey", "Otter", "Pine", "Port", "Quarry", "Quill", "Raven", "Red", "Ridge", "River", "Rook", "Rose",
    "Row", "Sable", "Sage", "Salt", "Sand", "Shore", "Silver", "Slate", "Sol", "South", "Spruce", "Star", "Sterling",
    "Stone", "Summit", "Swift", "Tal", "Teal", "Thorn", "Tide", "Timber", "Topaz", "Tor", "Ul", "Umber", "Vale", "Ver",
    "Vesper", "Wal", "Warbler", "Wave", "West", "Whit", "Wild", "Willow", "Wind", "Winter", "Wolf", "Wren", "Yar",
    "Yew", "Zephyr", "Zin",
];

const ENDS: &[&str] = &[
    "acre", "bank", "beck", "bend", "berg", "borne", "bourne", "bridge", "brook", "burn", "bury", "by", "cairn",
    "cliff", "combe", "cote", "cove", "cray", "creek", "crest", "croft", "dale", "den", "down", "fall", "fell",
    "field", "fleet", "ford", "forge", "frith", "gate", "glade", "glen", "grove", "guard", "hall", "ham", "haven",
    "head", "helm", "hill", "holt", "hollow", "house", "hurst", "keep", "kirk", "knoll", "land", "lane", "lea",
    "light", "line", "lock", "lode", "loft", "long", "low", "mark", "marsh", "mead", "mere", "mill", "minster", "moor",
    "mount", "ness", "over", "park", "path", "peak", "pike", "point", "pool", "port", "quay", "rand", "reach", "ridge",
    "rise", "rock", "row", "run", "scape", "scar", "shaw", "shire", "side", "span", "spire", "spring", "stead", "stow",
    "strand", "stream", "tarn", "thorpe", "thwaite", "ton", "tor", "vale", "vane", "view", "ville", "wald", "ward",
    "water", "way", "weir", "well", "wharf", "wick", "win", "wold", "wood", "worth", "wright", "yard", "yates",
];

const QUALIFIERS: &[&str] = &[
    "Alpine",
    "Anchor",
    "Arrow",
    "Aurora",
    "Avalon",
    "Banner",
    "Basin",
    "Bluff",
    "Canyon",
    "Capstone",
    "Cascade",
    "Century",
    "Charter",
    "Cirrus",
    "Compass",
    "Condor",
    "Cornerstone",
    "Crown",
    "Cypress",
    "Diamond",
    "Dominion",
    "Echo",
    "Emerald",
    "Empire",
    "Fortune",
    "Frontier",
    "Galaxy",
    "Gateway",
    "Granite",
    "Guardian",
    "Heritage",
    "Horizon",
    "Independence",
    "Inland",
    "Keystone",
    "Landmark",
    "Legacy",
    "Liberty",
    "Lotus",
    "Magnolia",
    "Mariner",
    "Mesa",
    "Midland",
    "Monarch",
    "Nimbus",
    "Nova",
    "Orion",
    "Pacer",
    "Palisade",
    "Paragon",
    "Patriot",
    "Phoenix",
    "Pinnacle",
    "Pioneer",
    "Plateau",
    "Polaris",
    "Prairie",
    "Premier",
    "Quantum",
    "Quest",
    "Regent",
    "Republic",
    "Sequoia",
    "Sierra",
    "Signal",
    "Solstice",
    "Sovereign",
    "Stellar",
    "Sunrise",
    "Tandem",
    "Tempo",
    "Titan",
    "Trident",
    "Union",
    "United",
    "Vanguard",
    "Vector",
    "Velocity",
    "Venture",
    "Victory",
    "Vista",
    "Zenith",
];

const DIVISIONS: &[&str] = &[
    "Northeast",
    "Southeast",
    "Midwest",
    "Southwest",
    "West",
    "Logistics",
    "Digital",
    "Field Services",
    "International",
    "Wholesale",
    "Retail",
    "Leasing",
    "Technology",
    "Research",
    "Supply",
    "Care",
    "Coastal",
    "Central",
    "Government",
    "Education",
    "Parts",
    "Energy",
    "Real Estate",
    "Foods",
];

const GIVEN: &[&str] = &[
    "Aisha", "Alan", "Alice", "Amara", "Andre", "Anita", "Ben", "Bianca", "Carla", "Carlos", "Chen", "Chloe", "Daniel",
    "Dana", "Deepa", "Diego", "Elena", "Eli", "Emma", "Erik", "Fatima", "Felix", "Grace", "Hana", "Hugo", "Ines",
    "Ivan", "Jack", "Jamal", "Jin", "Joan", "Jonas", "Kara", "Keiko", "Kofi", "Lara", "Leo", "Lin", "Lucia", "Malik",
    "Marta", "Maya", "Mei", "Miguel", "Nadia", "Nils", "Nina", "Noah", "Olga", "Omar", "Paula", "Priya", "Quinn",
    "Rafael", "Ravi", "Rosa", "Ruth", "Sam", "Sara", "Sofia", "Tariq", "Theo", "Uma", "Victor", "Wei", "Yara", "Yusuf",
    "Zoe",
];

const FAMILY: &[&str] = &[
    "Abbott", "Adeyemi", "Alvarez", "Andersen", "Banerjee", "Becker", "Brennan", "Castillo", "Chandra", "Cohen",
    "Costa", "Dahl", "D'Amico", "Delgado", "Dubois", "Eriksen", "Farouk", "Fischer", "Flores", "Garcia", "Gupta",
    "Haddad", "Hansen", "Hughes", "Ibrahim", "Ito", "Jansen", "Kaplan", "Kim", "Kowalski", "Larsen", "Lee", "Lopez",
    "Marino", "Mbeki", "Mehta", "Moreau", "Murphy", "Nakamura", "Nguyen", "Novak", "O'Brien", "Okafor", "Olsen",
    "Ortiz", "Park", "Patel", "Pereira", "Petrov", "Quigley", "Rahman", "Reyes", "Rossi", "Sato", "Schmidt", "Shah",
    "Silva", "Singh", "Tanaka", "Torres", "Tran", "Usman", "Vargas", "Vogel", "Walsh", "Weber", "Wong", "Yamada",
    "Zhang", "Ziegler",
];

/// How many roots there are; `STEP` walks over all of them and has no factor in common with it.
const ROOTS: u64 = (STARTS.len() * ENDS.len()) as u64;
const STEP: u64 = 7_919;

/// The words that no other company's name begins with.
pub fn root(number: u64, seed: u64) -> String {
    // Wrapping only rotates the walk; the rows of one seed still differ, as they share the rotation.
    let at = ((number % ROOTS) * STEP + seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) % ROOTS) % ROOTS;
    let start = STARTS[(at / ENDS.len() as u64) as usize];
    let mut name = format!("{start}{}", ENDS[(at % ENDS.len() as u64) as usize]);
    // Bijective base-n numbers: no two lap counts give the same words.
    let base = QUALIFIERS.len() as u64;
    let mut laps = number / ROOTS;
    while laps > 0 {
        laps -= 1;
        name.push(' ');
        name.push_str(QUALIFIERS[(laps % base) as usize]);
        laps /= base;
    }
    name
}

/// A company's whole name: its root dressed with a word of its trade. Draws twice.
pub fn company(root: &str, words: &[&str], draw: &mut Draw) -> String {
    let word = draw.pick(words);
    match draw.below(100) {
        0..14 => format!("{root} {word}, Inc."),
        14..30 => format!("{root} {word} LLC"),
        30..38 => format!("{root} {word} Co."),
        38..46 => format!("{root} & Sons {word}"),
        46..52 => format!("The {root} {word} Group"),
        52..54 => format!("\"{root}\" {word}"),
        54..56 => format!("{root} {word} \"The Best\", Ltd."),
        56..58 => format!("{root}'s {word}"),
        58..64 => format!("{root} {word} Corp"),
        _ => format!("{root} {word}"),
    }
}

/// The name of the n-th company below a parent.
pub fn subsidiary(root: &str, words: &[&str], n: usize, draw: &mut Draw) -> String {
    let word = draw.pick(words);
    let lap = n / DIVISIONS.len();
    let division = DIVISIONS[n % DIVISIONS.len()];
    if lap == 0 { format!("{root} {word} ({division})") } else { format!("{root} {word} ({division} {})", lap + 1) }
}

/// A person's name, the n-th of them.
pub fn person(n: u64) -> String {
    let all = (GIVEN.len() * FAMILY.len()) as u64;
    let at = (n % all) * 1_009 % all;
    let name = format!("{} {}", GIVEN[(at % GIVEN.len() as u64) as usize], FAMILY[(at / GIVEN.len() as u64) as usize]);
    if n < all { name } else { format!("{name} {}", n / all + 1) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn roots_are_unique_over_many_laps() {
        let laps = QUALIFIERS.len() as u64 * 2 + 3;
        for seed in [1, u64::MAX] {
            let mut seen = HashSet::new();
            for lap in (0..laps).chain([laps * laps]) {
                for number in (0..50).chain(ROOTS - 50..ROOTS) {
                    let root = root(lap * ROOTS + number, seed);
                    assert!(!QUALIFIERS.contains(&root.as_str()));
                    assert!(seen.insert(root.clone()), "{root} twice");
                }
            }
            let whole: HashSet<_> = (0..ROOTS).map(|n| root(n, seed)).collect();
            assert_eq!(whole.len() as u64, ROOTS);
        }
    }

    #[test]
    fn people_are_unique() {
        let names: HashSet<_> = (0..10_000).map(person).collect();
        assert_eq!(names.len(), 10_000);
    }
}
