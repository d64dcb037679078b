use std::fmt;
use std::sync::Arc;

/// An object of a known kind: `namespace/name`, or `name` in the cluster.
///
/// The namespace is there exactly when the kind lives in namespaces, whatever whoever made the key knew of it, so that one
/// object has one key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key(Arc<str>);

impl Key {
    pub(crate) fn new(namespaced: bool, namespace: Option<&str>, name: &str) -> Self {
        match namespace {
            Some(namespace) if namespaced => Self(format!("{namespace}/{name}").into()),
            _ => Self(name.into()),
        }
    }

    /// `None` for an object that lives in none.
    pub(crate) fn namespace(&self) -> Option<&str> {
        self.0.rsplit_once('/').map(|(namespace, _)| namespace)
    }

    /// Without the namespace. No name has a `/`.
    pub(crate) fn name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_namespace_is_there_exactly_for_namespaced_kinds() {
        assert_eq!(Key::new(true, Some("a"), "b").to_string(), "a/b");
        assert_eq!(Key::new(false, Some("a"), "b").to_string(), "b");
        assert_eq!(Key::new(false, Some("a"), "b"), Key::new(false, None, "b"));
        assert_eq!(Key::new(true, Some("a"), "b").name(), "b");
        assert_eq!(Key::new(false, None, "b").name(), "b");
    }
}
