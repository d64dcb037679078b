//! Splitting names into words.

/// The words of a name, as they are written in it: `GRPCRoute` gives `GRPC` and `Route`.
///
/// Everything that is neither an ASCII letter nor a digit separates, and so do humps:
///
/// - A run of capitals is an acronym. Its last capital begins the next word (`HTTPRoute`: `HTTP`, `Route`), unless what stands
///   before the small letters is a well-known acronym itself (`APIserver`: `API`, `server`).
/// - Digits belong to the word before them, and so do the small letters behind them (`URLMap2`, `K8sCluster`).
/// - A plural `s`, a version and `aaS` belong to their acronym (`podIPs`, `IPv4Pool`, `DBaaS`).
/// - An acronym may have its first letter alone in lower case (`tLSConfig`: `tLS`, `Config`).
/// - A lone `v` belongs to the word behind it (`vSphere`, `VSphereCluster`).
/// - Some names are one word for all their capitals (`GraphQLAPI`: `GraphQL`, `API`).
///
/// ```
/// use kopgen_core::names::words;
///
/// assert_eq!(words("dualIPv4Address"), ["dual", "IPv4", "Address"]);
/// assert_eq!(words("my-web_app.v1"), ["my", "web", "app", "v1"]);
/// ```
pub fn words(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for part in name.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut rest = part;
        while !rest.is_empty() {
            let (word, tail) = rest.split_at(word_length(rest));
            words.push(word);
            rest = tail;
        }
    }
    words
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

/// Names that their humps would take apart. The first letter may be in lower case, as in a field's name.
const ONE_WORD: &[&str] = &[
    "GraphQL",
    "IPsec",
    "MySQL",
    "NoSQL",
    "OAuth",
    "PostgreSQL",
    "SQLite",
];

/// Acronyms that small letters may follow without taking the last capital.
const ACRONYMS: &[&str] = &[
    "ACL", "API", "CPU", "DNS", "GPU", "HTTP", "HTTPS", "IP", "JSON", "LDAP", "SSH", "TCP", "TLS",
    "UDP", "URI", "URL", "XML", "YAML",
];

/// The length of the first word of a text of ASCII letters and digits, which is not empty.
fn word_length(name: &str) -> usize {
    let text = name.as_bytes();
    let count = |start: usize, belongs: fn(&u8) -> bool| {
        let text = text.get(start..).unwrap_or_default();
        text.iter().take_while(|it| belongs(it)).count()
    };
    let lower_at = |at: usize| text.get(at).is_some_and(u8::is_ascii_lowercase);
    // To the next capital.
    let to_hump = |start: usize| start + count(start, |it| !it.is_ascii_uppercase());
    if let Some(length) = one_word(name) {
        return length + count(length, u8::is_ascii_digit);
    }
    let capitals = count(0, u8::is_ascii_uppercase);
    let behind = count(1, u8::is_ascii_uppercase);
    if text[0].eq_ignore_ascii_case(&b'v') && behind == 1 && lower_at(2) {
        return to_hump(2);
    }
    let run = match (capitals, behind) {
        (0, 2..) => 1 + behind,
        (0 | 1, _) => {
            let is_service = capitals == 1 && name[1..].starts_with("aaS");
            return if is_service { 4 } else { to_hump(1) };
        }
        (run, _) => run,
    };
    let tail = &name[run..];
    if tail.starts_with("aaS") {
        return run + 3;
    }
    match tail.as_bytes() {
        [b's', ..] if !lower_at(run + 1) => run + 1,
        [b'v', digit, ..] if digit.is_ascii_digit() => {
            let version = run + 1 + count(run + 1, u8::is_ascii_digit);
            let plural =
                tail.as_bytes().get(version - run) == Some(&b's') && !lower_at(version + 1);
            version + usize::from(plural)
        }
        [first, ..] if first.is_ascii_digit() => to_hump(run),
        [] => run,
        // `HTTPServer` is no `HTTPS`.
        _ if ACRONYMS.contains(&&name[..run]) && !ACRONYMS.contains(&&name[..run - 1]) => run,
        _ => run - 1,
    }
}

/// The length of the name of [`ONE_WORD`] that a text begins with.
fn one_word(name: &str) -> Option<usize> {
    let begins = |word: &&&str| {
        let start = name.get(..word.len());
        start.is_some_and(|start| {
            start[..1].eq_ignore_ascii_case(&word[..1]) && start[1..] == word[1..]
        }) && !name[word.len()..].starts_with(|c: char| c.is_ascii_lowercase())
    };
    ONE_WORD.iter().find(begins).map(|word| word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The one table of how names are taken apart, for kinds and for fields.
    #[test]
    fn names_split_at_humps() {
        for (name, expected) in [
            ("Guestbook", "Guestbook"),
            ("CronTab", "Cron Tab"),
            ("SampleDB", "Sample DB"),
            ("CrateDB", "Crate DB"),
            ("GRPCRoute", "GRPC Route"),
            ("HTTPRoute", "HTTP Route"),
            ("HTTPRoute2Config", "HTTP Route2 Config"),
            ("URLMap2", "URL Map2"),
            ("clusterIP", "cluster IP"),
            ("DNS", "DNS"),
            ("AService", "A Service"),
            ("IPAddress", "IP Address"),
            // Digits.
            ("K8sCluster", "K8s Cluster"),
            ("s3Bucket", "s3 Bucket"),
            ("EC2Instance", "EC2 Instance"),
            ("SHA256Sum", "SHA256 Sum"),
            ("Db2uCluster", "Db2u Cluster"),
            ("3D", "3 D"),
            ("3scale", "3scale"),
            // What belongs to an acronym.
            ("VMIs", "VMIs"),
            ("podIPs", "pod IPs"),
            ("IPsPool", "IPs Pool"),
            ("URLsToWatch", "URLs To Watch"),
            ("IPv4Pool", "IPv4 Pool"),
            ("dualIPv6s", "dual IPv6s"),
            ("TLSv12Only", "TLSv12 Only"),
            ("DBaaSPlan", "DBaaS Plan"),
            ("SaaS", "SaaS"),
            // Acronyms before small letters.
            ("APIraft", "API raft"),
            ("APIServer", "API Server"),
            ("HTTPSProxy", "HTTPS Proxy"),
            ("HTTPServer", "HTTP Server"),
            ("DNSmasq", "DNS masq"),
            ("ABTest", "AB Test"),
            // A first letter in lower case.
            ("tLSConfig", "tLS Config"),
            ("iPAddress", "iP Address"),
            ("iSCSITarget", "iSCSI Target"),
            ("eBPF", "eBPF"),
            ("vCPUs", "vCPUs"),
            ("xAxis", "x Axis"),
            // A lone v.
            ("vSphere", "vSphere"),
            ("VSphereCluster", "VSphere Cluster"),
            ("UserVNet", "User VNet"),
            ("VPNs", "VPNs"),
            ("VIPPool", "VIP Pool"),
            ("V1", "V1"),
            // One word.
            ("GraphQLAPI", "GraphQL API"),
            ("graphQLSchema", "graphQL Schema"),
            ("OAuth2Client", "OAuth2 Client"),
            ("MySQLUser", "MySQL User"),
            ("OAuthor", "O Author"),
            // Separators.
            ("my-web_app.v1", "my web app v1"),
            ("x-kubernetes.io/foo_bar", "x kubernetes io foo bar"),
            ("$ref", "ref"),
            ("", ""),
            ("--", ""),
            ("über", "ber"),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }
}
