//! Words of names, put together as Rust spells them.

/// The words of a name in lower case, taken apart as all names are: `podIPs` is `pod`, `ips`.
pub fn words(name: &str) -> Vec<String> {
    let words = kopgen_core::names::words(name).into_iter();
    words.map(str::to_ascii_lowercase).collect()
}

/// `pod_ips`; empty when there are no words.
pub fn snake(words: &[String]) -> String {
    words.join("_")
}

/// `PodIps`. Digits that would run together are kept apart, as rustc's lint allows: `1.2` is `1_2`.
pub fn pascal(words: &[String]) -> String {
    let mut name = String::new();
    for word in words {
        if name.ends_with(|c: char| c.is_ascii_digit())
            && word.starts_with(|c: char| c.is_ascii_digit())
        {
            name.push('_');
        }
        name.push_str(&word[..1].to_ascii_uppercase());
        name.push_str(&word[1..]);
    }
    name
}

/// The singular of an English plural, by its ending; other words stay.
pub fn singular(word: &str) -> String {
    const STAY: [&str; 10] = [
        "ss", "us", "is", "news", "series", "dns", "tls", "aas", "alias", "netes",
    ];
    const ACRONYMS: [&str; 5] = ["aws", "cors", "https", "kms", "nfs"];
    let strip = |count: usize| word[..word.len() - count].to_owned();
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if word.len() < 3 || !word.ends_with('s') || ends(&STAY) || ACRONYMS.contains(&word) {
        return word.to_owned();
    }
    if ends(&["lyses"]) {
        return strip(2) + "is";
    }
    if word.len() > 4 && word.ends_with("ies") && !ends(&["cookies"]) {
        return strip(3) + "y";
    }
    if ends(&[
        "sses", "shes", "ches", "xes", "zzes", "tuses", "buses", "iases", "ruses",
    ]) {
        return strip(2);
    }
    strip(1)
}

/// What serde's `rename_all = "camelCase"` makes of a field.
pub fn serde_camel(field: &str) -> String {
    let mut pascal = String::new();
    let mut capital = true;
    for c in field.chars() {
        match c {
            '_' => capital = true,
            c if capital => {
                pascal.push(c.to_ascii_uppercase());
                capital = false;
            }
            c => pascal.push(c),
        }
    }
    lower_first(&pascal)
}

/// What a rule of serde's `rename_all` makes of a variant.
type VariantRule = fn(&str) -> String;

/// The rules of serde's `rename_all` that fit the values of enums.
pub const VARIANT_RULES: [(&str, VariantRule); 6] = [
    ("camelCase", lower_first),
    ("lowercase", |it| it.to_ascii_lowercase()),
    ("UPPERCASE", |it| it.to_ascii_uppercase()),
    ("kebab-case", |it| serde_snake(it).replace('_', "-")),
    ("snake_case", serde_snake),
    ("SCREAMING_SNAKE_CASE", |it| {
        serde_snake(it).to_ascii_uppercase()
    }),
];

fn serde_snake(variant: &str) -> String {
    let mut snake = String::new();
    for (index, c) in variant.char_indices() {
        if index > 0 && c.is_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

fn lower_first(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_ascii_lowercase().to_string() + chars.as_str()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_put_together() {
        assert_eq!(snake(&words("podIPs")), "pod_ips");
        assert_eq!(pascal(&words("podIPs")), "PodIps");
        assert_eq!(pascal(&words("1.2")), "1_2");
        assert_eq!(serde_camel("pod_ips"), "podIps");
        assert_eq!(serde_camel("_3scale"), "3scale");
        assert_eq!(serde_camel("self_"), "self");
        assert_eq!(serde_snake("DoNotSchedule"), "do_not_schedule");
    }

    #[test]
    fn plurals_become_singular() {
        for (plural, expected) in [
            ("containers", "container"),
            ("policies", "policy"),
            ("addresses", "address"),
            ("statuses", "status"),
            ("aliases", "alias"),
            ("databases", "database"),
            ("prefixes", "prefix"),
            ("ips", "ip"),
            ("status", "status"),
            ("class", "class"),
            ("dns", "dns"),
            ("mtls", "mtls"),
            ("aws", "aws"),
            ("laws", "law"),
            ("alias", "alias"),
            ("cookies", "cookie"),
            ("analyses", "analysis"),
            ("buses", "bus"),
            ("series", "series"),
            ("as", "as"),
        ] {
            assert_eq!(singular(plural), expected, "{plural}");
        }
    }
}
