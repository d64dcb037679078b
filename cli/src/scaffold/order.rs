//! The order of modules, as rustfmt's edition 2024 has it: lists of modules are written so, and formatting moves nothing.

/// In rustfmt's order of modules: runs of digits by their value.
pub(super) fn sorted<T>(mut items: Vec<T>, name: impl Fn(&T) -> &str) -> Vec<T> {
    items.sort_by_cached_key(|item| chunks(name(item)));
    items
}

/// Runs of digits and of other characters, in turns: a text first, which may be empty.
pub(super) fn chunks(name: &str) -> Vec<(String, u128)> {
    let mut chunks = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (text, after) = rest.split_at(digits);
        let end = after
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(after.len());
        // More digits than fit compare as the largest; then the names' own order decides nothing that rustfmt would.
        let number = after[..end]
            .parse()
            .unwrap_or(if end == 0 { 0 } else { u128::MAX });
        chunks.push((text.to_owned(), number));
        rest = &after[end..];
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_in_rustfmts_order() {
        let names = [
            "foo10", "foo2", "v1", "foo", "v1beta1", "v2", "foo_bar", "v1alpha1",
        ]
        .map(str::to_owned)
        .to_vec();
        let expected = [
            "foo", "foo2", "foo10", "foo_bar", "v1", "v1alpha1", "v1beta1", "v2",
        ];
        assert_eq!(sorted(names, |name| name), expected);
    }
}
