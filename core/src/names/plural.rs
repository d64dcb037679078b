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
    let capitals =
        |word: &str| word.len() > 1 && word.bytes().all(|byte| !byte.is_ascii_lowercase());
    // An acronym's `S` is no plural (`DNS`, `dnses`), an `s` behind one is (`VMIs`).
    let acronym = capitals(word);
    if word.strip_suffix('s').is_some_and(capitals) {
        return word.to_owned();
    }
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

fn regular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("sis") {
        return format!("{stem}ses");
    }
    if let Some(stem) = word
        .strip_suffix('y')
        .filter(|stem| stem.ends_with("qu") || !stem.ends_with(VOWELS))
    {
        return format!("{stem}ies");
    }
    // Any other word in `s` is a plural already: `Settings`, `Endpoints`.
    let plural = word.ends_with('s')
        && !["as", "is", "ss", "us"]
            .iter()
            .any(|ending| word.ends_with(ending));
    if plural {
        return word.to_owned();
    }
    let hissing = ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|ending| word.ends_with(ending));
    format!("{word}{}", if hissing { "es" } else { "s" })
}

const VOWELS: [char; 5] = ['a', 'e', 'i', 'o', 'u'];

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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: &str, expected: &str) {
        assert_eq!(
            plural_of(&kind.parse().unwrap()).as_str(),
            expected,
            "{kind}"
        );
    }

    #[test]
    fn plurals_are_english() {
        let cases = [
            ("Policy", "policies"),
            ("Proxy", "proxies"),
            ("Class", "classes"),
            ("Status", "statuses"),
            ("Ingress", "ingresses"),
            ("Hero", "heroes"),
            ("Series", "series"),
            ("Endpoints", "endpoints"),
            ("Mesh", "meshes"),
            ("Key", "keys"),
            ("Index", "indices"),
            ("Child", "children"),
            ("Guestbook", "guestbooks"),
            ("CronTab", "crontabs"),
            ("Gateway", "gateways"),
            ("Soliloquy", "soliloquies"),
            ("Box", "boxes"),
            ("Branch", "branches"),
            ("Epoch", "epochs"),
            ("Waltz", "waltzes"),
            ("Quiz", "quizzes"),
            ("Analysis", "analyses"),
            ("Basis", "bases"),
            ("Axis", "axes"),
            ("Alias", "aliases"),
            ("Redis", "redises"),
            ("Lens", "lenses"),
            ("Settings", "settings"),
            ("Metrics", "metrics"),
            ("Repo", "repos"),
            ("Roof", "roofs"),
            ("Leaf", "leaves"),
            ("Metadata", "metadata"),
        ];
        for (kind, expected) in cases {
            check(kind, expected);
        }
    }

    #[test]
    fn only_the_last_word_changes() {
        check("NetworkPolicy", "networkpolicies");
        check("GrandChild", "grandchildren");
        check("IngressClass", "ingressclasses");
        check("SeriesKey", "serieskeys");
        check("Human", "humans");
        check("CSIStorageCapacity", "csistoragecapacities");
    }

    #[test]
    fn acronyms_keep_their_s() {
        check("DNS", "dnses");
        check("TLSRoute", "tlsroutes");
        check("API", "apis");
        check("TTY", "ttys");
        check("VMIs", "vmis");
        check("V2", "v2s");
    }

    #[test]
    fn the_longest_kind_has_a_plural() {
        check(
            &format!("A{}Quiz", "b".repeat(55)),
            &format!("a{}quizzes", "b".repeat(55)),
        );
    }
}
