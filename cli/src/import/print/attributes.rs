//! Attributes, laid out as rustfmt lays them out, or as it leaves them.

use serde_json::Value;

use super::literals;
use crate::import::model::{Attributes, Bounds, Merge, Message, Rule};

/// An item of an attribute that rustfmt understands.
pub enum Item {
    /// `key`, `key = "value"`, `"text"`.
    Text(String),
    /// `key(items)`.
    List(&'static str, Vec<Item>),
}

/// `#[path(items)]`, as rustfmt formats it.
pub fn attribute(text: &mut String, path: &'static str, items: Vec<Item>, indent: usize) {
    if items.is_empty() {
        return;
    }
    let pad = " ".repeat(indent);
    let list = layout(&Item::List(path, items), indent, 2);
    text.push_str(&format!("{pad}#[{list}]\n"));
}

/// `key = "value"`.
pub fn named(key: &str, value: &str) -> Item {
    Item::Text(format!("{key} = {}", literals::string(value)))
}

fn layout(item: &Item, indent: usize, around: usize) -> String {
    let (name, items) = match item {
        Item::Text(text) => return text.clone(),
        Item::List(name, items) => (name, items),
    };
    let line = flat(item);
    // rustfmt has one column less for each parenthesis, and for anything that is indented.
    let width = indent + usize::from(indent > 0) + around + line.len() + depth(item);
    if width <= 100 && is_narrow(item) {
        return line;
    }
    if let [only @ Item::List(..)] = items.as_slice() {
        return format!("{name}({})", layout(only, indent, around + name.len() + 3));
    }
    let pad = " ".repeat(indent + 4);
    let lines: Vec<_> = items
        .iter()
        .map(|item| format!("{pad}{}", layout(item, indent + 4, 0)))
        .collect();
    format!("{name}(\n{}\n{})", lines.join(",\n"), " ".repeat(indent))
}

/// How many parentheses close at the end of an item.
fn depth(item: &Item) -> usize {
    match item {
        Item::Text(_) => 0,
        Item::List(_, items) => 1 + items.last().map_or(0, depth),
    }
}

/// Whether every list of several items keeps to rustfmt's `attr_fn_like_width`, without which it goes into lines.
fn is_narrow(item: &Item) -> bool {
    const WIDTH: usize = 70;
    let Item::List(_, items) = item else {
        return true;
    };
    let separators = 2 * items.len().saturating_sub(1);
    let width = separators + items.iter().map(|it| flat(it).len()).sum::<usize>();
    (items.len() == 1 || width <= WIDTH) && items.iter().all(is_narrow)
}

/// An item in one line.
pub fn flat(item: &Item) -> String {
    match item {
        Item::Text(text) => text.clone(),
        Item::List(name, items) => {
            let items: Vec<_> = items.iter().map(flat).collect();
            format!("{name}({})", items.join(", "))
        }
    }
}

/// What `schemars` and `x_kube` say on a field or a type, `items` first.
pub fn all(text: &mut String, attributes: &Attributes, mut items: Vec<Item>, indent: usize) {
    let functions = attributes.said_once.functions();
    items.extend(functions.map(|it| Item::Text(format!("transform = {it}"))));
    items.extend(bounds(&attributes.bounds));
    if !attributes.inner.is_empty() {
        items.push(Item::List("inner", bounds(&attributes.inner)));
    }
    attribute(text, "schemars", items, indent);
    extend(text, attributes, indent);
    for rule in &attributes.rules {
        validation(text, "x_kube", rule, indent);
    }
    let merge = match &attributes.merge {
        None => return,
        Some(Merge::Atomic) => "ListMerge::Atomic".to_owned(),
        Some(Merge::Set) => "ListMerge::Set".to_owned(),
        Some(Merge::Map(keys)) => {
            let keys: Vec<_> = keys
                .iter()
                .map(|key| format!("{}.into()", literals::string(key)))
                .collect();
            format!("ListMerge::Map(vec![{}])", keys.join(", "))
        }
    };
    let pad = " ".repeat(indent);
    text.push_str(&format!("{pad}#[x_kube(merge_strategy = {merge})]\n"));
}

fn bounds(bounds: &Bounds) -> Vec<Item> {
    let range = |name, min: &Option<Value>, max: &Option<Value>| {
        let items: Vec<_> = [("min", min), ("max", max)]
            .into_iter()
            .filter_map(|(key, value)| match value {
                Some(Value::Number(it)) => {
                    Some(Item::Text(format!("{key} = {}", literals::number(it))))
                }
                _ => None,
            })
            .collect();
        (!items.is_empty()).then_some(Item::List(name, items))
    };
    let pattern = bounds
        .pattern
        .as_ref()
        .map(|pattern| Item::List("regex", vec![named("pattern", pattern)]));
    [
        range("length", &bounds.min_length, &bounds.max_length),
        range("range", &bounds.minimum, &bounds.maximum),
        pattern,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// `#[schemars(extend(..))]`. rustfmt knows no `"key" = value` and leaves it as it stands.
fn extend(text: &mut String, attributes: &Attributes, indent: usize) {
    let mut pairs: Vec<(&str, Value)> = attributes
        .extend
        .iter()
        .map(|(key, value)| (key.as_str(), value.clone()))
        .collect();
    if !attributes.set.is_empty() {
        pairs.push(("x-kopgen-set", attributes.set.clone().into()));
    }
    let pairs: Vec<_> = pairs.iter().map(|(key, value)| (*key, value)).collect();
    let list = json_pairs("schemars(extend", &pairs, indent, 1);
    if !list.is_empty() {
        text.push_str(&format!("{}#[{list}]\n", " ".repeat(indent)));
    }
}

/// `path("key" = json, ..)`, with `closing` more parentheses to close.
pub fn json_pairs(path: &str, pairs: &[(&str, &Value)], indent: usize, closing: usize) -> String {
    if pairs.is_empty() {
        return String::new();
    }
    let close = ")".repeat(closing + 1);
    let print = |indent: usize, width: usize| -> Vec<String> {
        pairs
            .iter()
            .map(|(key, value)| {
                let key = literals::string(key);
                let width = width.saturating_sub(key.len() + 3);
                format!("{key} = {}", literals::json(value, indent, width))
            })
            .collect()
    };
    let flat = print(indent, usize::MAX).join(", ");
    if indent + path.len() + flat.len() + close.len() + 4 <= 100 {
        return format!("{path}({flat}{close}");
    }
    let pad = " ".repeat(indent + 4);
    let lines: Vec<_> = print(indent + 4, 95usize.saturating_sub(indent))
        .into_iter()
        .map(|line| format!("{pad}{line}"))
        .collect();
    format!(
        "{path}(\n{}\n{}{close}",
        lines.join(",\n"),
        " ".repeat(indent)
    )
}

/// `#[path(validation = ..)]`.
pub fn validation(text: &mut String, path: &'static str, rule: &Rule, indent: usize) {
    let expression = literals::string(&rule.rule);
    let pad = " ".repeat(indent);
    let plain =
        rule.reason.is_none() && rule.field_path.is_none() && rule.optional_old_self.is_none();
    match (&rule.message, plain) {
        (None, true) => {
            let item = Item::Text(format!("validation = {expression}"));
            attribute(text, path, vec![item], indent);
        }
        (Some(Message::Text(message)), true) => {
            let message = literals::string(message);
            let flat = format!("{pad}#[{path}(validation = ({expression}, {message}))]\n");
            if flat.len() <= 101 {
                text.push_str(&flat);
            } else {
                text.push_str(&format!(
                    "{pad}#[{path}(validation = (\n{pad}    {expression},\n{pad}    {message},\n{pad}))]\n"
                ));
            }
        }
        _ => {
            let mut calls = vec![format!("Rule::new({expression})")];
            calls.extend(rule.message.as_ref().map(|message| match message {
                Message::Text(text) => format!(".message({})", literals::string(text)),
                Message::Expression(text) => format!(
                    ".message(Message::Expression({}.into()))",
                    literals::string(text)
                ),
            }));
            calls.extend(
                rule.reason
                    .as_ref()
                    .map(|it| format!(".reason(Reason::{it})")),
            );
            calls.extend(
                rule.field_path
                    .as_ref()
                    .map(|it| format!(".field_path({})", literals::string(it))),
            );
            calls.extend(
                rule.optional_old_self
                    .map(|it| format!(".optional_old_self({it})")),
            );
            let flat = format!("{pad}#[{path}(validation = {})]\n", calls.concat());
            if flat.len() <= 101 {
                text.push_str(&flat);
            } else {
                let calls = calls.join(&format!("\n{pad}    "));
                text.push_str(&format!("{pad}#[{path}(validation = {calls})]\n"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether an attribute whose line has `width` columns stays in one line, as rustfmt has it.
    fn check(path: &'static str, item: impl Fn(String) -> Item, indent: usize, longest: usize) {
        let lines = |width: usize| {
            let print = |value: String| {
                let mut text = String::new();
                attribute(&mut text, path, vec![item(value)], indent);
                text
            };
            let missing = width + 1 - print(String::new()).len();
            print("x".repeat(missing)).lines().count()
        };
        assert_eq!((lines(longest), lines(longest + 1) > 1), (1, true));
    }

    #[test]
    fn lines_are_as_long_as_rustfmt_has_them() {
        let doc = |value: String| named("doc", &value);
        let pattern = |value: String| Item::List("regex", vec![named("pattern", &value)]);
        check("kube", doc, 0, 100);
        check("schemars", doc, 4, 99);
        check("schemars", pattern, 0, 99);
        check("schemars", pattern, 4, 98);
    }
}
