//! Splitting names into words.

/// The words of a name: at every character that is neither letter nor digit, and at the humps.
///
/// A run of capitals is one word up to the last, which starts the next word (`GRPCRoute`: `GRPC`, `Route`), and with a
/// plural `s` behind it (`VMIs`, `IPsPool`: `IPs`, `Pool`). Digits belong to the word before them.
pub(super) fn words(name: &str) -> Vec<&str> {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .flat_map(humps)
        .collect()
}

/// A name in snake case as a module's name: a keyword gets a `_`, as does `mod`, whose file would be `mod.rs`.
pub(super) fn module(snake: &str) -> String {
    let suffix = if KEYWORDS.contains(&snake) { "_" } else { "" };
    format!("{snake}{suffix}")
}

/// The keywords of edition 2024 and those it keeps, by the Rust reference; `Self` is the only one in PascalCase.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

fn humps(part: &str) -> Vec<&str> {
    let bytes = part.as_bytes();
    let starts = |at: usize| {
        let upper = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_uppercase);
        let lower = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
        let plural_s = |at: usize| bytes[at] == b's' && !lower(at + 1);
        upper(at) && (!upper(at - 1) || (lower(at + 1) && !plural_s(at + 1)))
    };
    let mut humps = Vec::new();
    let mut start = 0;
    for at in 1..bytes.len() {
        if starts(at) {
            humps.push(&part[start..at]);
            start = at;
        }
    }
    if start < part.len() {
        humps.push(&part[start..]);
    }
    humps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_split_at_humps() {
        fn check(name: &str, expected: &str) {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
        check("Guestbook", "Guestbook");
        check("CronTab", "Cron Tab");
        check("GRPCRoute", "GRPC Route");
        check("HTTPRoute2Config", "HTTP Route2 Config");
        check("VMIs", "VMIs");
        check("IPsPool", "IPs Pool");
        check("DNS", "DNS");
        check("AService", "A Service");
        check("K8sCluster", "K8s Cluster");
        check("my-web_app.v1", "my web app v1");
        check("", "");
        check("--", "");
        check("über", "ber");
    }
}
