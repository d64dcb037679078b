use serde_json::{Value, json};

use super::each_node;
use super::kubernetes::constrain;

/// A date and a time of day without a zone, as chrono and jiff read them.
const DATE: &str = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
const TIME: &str = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?";

/// An IPv4 address as Rust reads it.
const IPV4: &str = r"((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

/// The characters of an IPv6 address, which may end with an IPv4 address; the format checks the rest.
fn ipv6() -> String {
    format!("^[0-9a-fA-F:]+(:{IPV4})?$")
}

/// Writes the formats of strings that schemars uses and the API server does not know in a form that it checks.
///
/// The API server warns about a format that it does not know, and checks nothing. Where it reads more than Rust's type does, a pattern
/// stands beside the format.
pub fn translate_formats(schema: &mut Value) {
    each_node(schema, &mut |node| {
        let is_string = node.get("type").is_some_and(|it| it == "string");
        let Some(format) = node
            .get("format")
            .and_then(Value::as_str)
            .filter(|_| is_string)
        else {
            return;
        };
        let pattern = match format {
            // Beside the format: the API server's reader takes zeros in front of numbers, and IPv6 for IPv4.
            "ipv4" => {
                constrain(node, "pattern", format!("^{IPV4}$").into());
                return;
            }
            "ipv6" => {
                constrain(node, "pattern", ipv6().into());
                return;
            }
            "ip" => {
                node.remove("format");
                let v4 = json!({"pattern": format!("^{IPV4}$")});
                let v6 = json!({"format": "ipv6", "pattern": ipv6()});
                constrain(node, "anyOf", json!([v4, v6]));
                return;
            }
            "partial-date-time" => format!("^{DATE}T{TIME}$"),
            "partial-time" => format!("^{TIME}$"),
            "zoned-date-time" => {
                format!(r"^{DATE}T{TIME}(Z|[+-][0-9]{{2}}:[0-9]{{2}})\[[A-Za-z0-9_+/:-]+\]$")
            }
            _ => return,
        };
        node.remove("format");
        constrain(node, "pattern", pattern.into());
    });
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn formats_that_the_api_server_does_not_know_are_patterns() {
        check(
            translate_formats,
            json!({"type": "string", "format": "ip"}),
            json!({"type": "string", "anyOf": [{"pattern": format!("^{IPV4}$")}, {"format": "ipv6", "pattern": ipv6()}]}),
        );
        check(
            translate_formats,
            json!({"type": "string", "format": "partial-time", "pattern": "x"}),
            json!({"type": "string", "pattern": "x", "allOf": [{"pattern": format!("^{TIME}$")}]}),
        );
        for same in [
            json!({"type": "string", "format": "date-time"}),
            json!({"type": "string", "format": "mine"}),
            json!({"type": "integer", "format": "ip"}),
        ] {
            check(translate_formats, same.clone(), same);
        }
    }
}
