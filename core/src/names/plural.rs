use super::words::words;
use super::{Kind, Plural};

/// The plural of a kind by the rules of English and their usual exceptions: `NetworkPolicy` gives `networkpolicies`.
///
/// Only the last word changes. A word that is a plural already stays (`Endpoints`, `Settings`).
pub fn plural_of(kind: &Kind) -> Plural {
    let words = words(kind.as_str());
    let (last, front) = words.split_last().expect("a kind has a letter");
    let front: String = front.concat();
    let plural = format!("{front}{}", plural_of_word(last)).to_lowercase();
    plural
        .try_into()
        .expect("a kind leaves room for its plural")
}

fn plural_of_word(word: &str) -> String {
    // An acronym's `S` is no plural: `DNS`, `dnses`.
    let acronym = word.len() > 1 && word.bytes().all(|byte| !byte.is_ascii_lowercase());
    let word = &word.to_lowercase();
    if acronym {
        return if word.ends_with(['s', 'x', 'z']) {
            format!("{word}es")
        } else {
            format!("{word}s")
        };
    }
    if UNCHANGED.contains(&word.as_str()) {
        return word.clone();
    }
    if let Some((_, plural)) = IRREGULAR.iter().find(|(singular, _)| singular == word) {
        return (*plural).to_owned();
    }
    regular(word)
}

/// Endings, the first that fits: what is taken off and what is put on.
fn regular(word: &str) -> String {
    const ENDINGS: &[(&str, &str, &str)] = &[
        ("sis", "is", "es"),
        ("ss", "", "es"),
        ("us", "", "es"),
        ("as", "", "es"),
        ("is", "", "es"),
        // Any other word in `s` is a plural already.
        ("s", "", ""),
        ("x", "", "es"),
        ("z", "", "es"),
        ("ch", "", "es"),
        ("sh", "", "es"),
        ("ay", "", "s"),
        ("ey", "", "s"),
        ("iy", "", "s"),
        ("oy", "", "s"),
        ("quy", "y", "ies"),
        ("uy", "", "s"),
        ("y", "y", "ies"),
        ("", "", "s"),
    ];
    let fits = |(ending, ..): &&(&str, &str, &str)| word.ends_with(ending);
    let (_, off, on) = ENDINGS.iter().find(fits).expect("the last fits every word");
    format!("{}{on}", word.strip_suffix(off).unwrap_or(word))
}

const UNCHANGED: &[&str] = &[
    "aircraft",
    "chassis",
    "chaos",
    "corps",
    "data",
    "deer",
    "equipment",
    "feedback",
    "firmware",
    "fish",
    "hardware",
    "info",
    "information",
    "metadata",
    "middleware",
    "news",
    "series",
    "sheep",
    "software",
    "species",
    "traffic",
];

const IRREGULAR: &[(&str, &str)] = &[
    ("appendix", "appendices"),
    ("axis", "axes"),
    ("calf", "calves"),
    ("child", "children"),
    ("criterion", "criteria"),
    ("datum", "data"),
    ("echo", "echoes"),
    ("elf", "elves"),
    ("epoch", "epochs"),
    ("foot", "feet"),
    ("goose", "geese"),
    ("half", "halves"),
    ("hero", "heroes"),
    ("index", "indices"),
    ("knife", "knives"),
    ("leaf", "leaves"),
    ("lens", "lenses"),
    ("life", "lives"),
    ("loaf", "loaves"),
    ("man", "men"),
    ("matrix", "matrices"),
    ("mouse", "mice"),
    ("ox", "oxen"),
    ("person", "people"),
    ("phenomenon", "phenomena"),
    ("potato", "potatoes"),
    ("quiz", "quizzes"),
    ("shelf", "shelves"),
    ("stomach", "stomachs"),
    ("thief", "thieves"),
    ("tomato", "tomatoes"),
    ("tooth", "teeth"),
    ("torpedo", "torpedoes"),
    ("vertex", "vertices"),
    ("veto", "vetoes"),
    ("vortex", "vortices"),
    ("wife", "wives"),
    ("wolf", "wolves"),
    ("woman", "women"),
];
