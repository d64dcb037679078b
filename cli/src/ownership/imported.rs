//! Files that come from a CRD: the user's to edit, and kopgen's to bring up to date until then.

use sha2::{Digest, Sha256};

use super::{Meaning, place};
use crate::plan::{Change, File, RelPath, Why};
use crate::workspace::Snapshot;

/// A file that is made of a CRD. A header carries the digest of what was imported. While the file still is that, a newer
/// CRD replaces it; once it was edited, it is the user's and stays, unless it means what it would become.
pub fn imported(snapshot: &Snapshot, path: &RelPath, body: &str) -> Change {
    let after = File::text(with_header(path, body));
    let content = match place(snapshot, path) {
        Ok(None) => return Change::Create { after },
        Ok(Some(content)) => content,
        Err(conflict) => return Change::Conflict(conflict),
    };
    let Ok(text) = std::str::from_utf8(content) else {
        return Change::Keep(Why::Yours);
    };
    let found = digest(path, text);
    if found == digest(path, body) {
        return Change::Keep(Why::Current);
    }
    match is_edited(text, found.as_deref()) {
        true => Change::Keep(Why::Yours),
        false => Change::Replace {
            before: content.to_owned(),
            after,
        },
    }
}

/// An imported file that the CRD no longer has: deleted unless it was edited; `None` when it is not there.
pub fn no_longer_imported(snapshot: &Snapshot, path: &RelPath) -> Option<Change> {
    let content = match place(snapshot, path) {
        Ok(content) => content?,
        Err(conflict) => return Some(Change::Conflict(conflict)),
    };
    let text = std::str::from_utf8(content).unwrap_or_default();
    Some(match is_edited(text, digest(path, text).as_deref()) {
        true => Change::Keep(Why::Yours),
        false => Change::Delete {
            before: content.to_owned(),
        },
    })
}

/// The file of a body: header, digest, body.
pub fn with_header(path: &RelPath, body: &str) -> String {
    let comment = match path.extension() {
        Some("rs") => "//",
        _ => "#",
    };
    let digest = digest(path, body).expect("kopgen's own text is sound");
    format!(
        "{comment} {ORIGIN}. Until you edit it, a newer CRD replaces it.\n{comment} {DIGEST}{digest}\n{body}"
    )
}

const ORIGIN: &str = "Imported by `kopgen create api --from-crd`";
const DIGEST: &str = "kopgen-import: ";

fn is_edited(text: &str, found: Option<&str>) -> bool {
    let comment = |line: &&str| line.starts_with('#') || line.starts_with("//");
    let recorded = text
        .lines()
        .take_while(comment)
        .find_map(|line| Some(line.split_once(DIGEST)?.1.trim()));
    recorded.is_none() || recorded != found
}

/// Of what the text means, and of its comments; not of its layout. `None` where it means nothing.
fn digest(path: &RelPath, text: &str) -> Option<String> {
    let body: String = text
        .lines()
        .filter(|line| !line.contains(ORIGIN) && !line.contains(DIGEST))
        .map(|line| line.to_owned() + "\n")
        .collect();
    let meaning = Meaning::of(path, &body).ok()?;
    let mut hash = Sha256::new();
    hash.update(meaning.digest(path));
    hash.update(without_layout(&body));
    let hash = hash.finalize();
    Some(hash[..8].iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A text without what a formatter changes: white space, and the comma behind the last of a list. Unlike the meaning it
/// has the comments, which are somebody's work.
fn without_layout(text: &str) -> String {
    let mut squeezed = String::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        if matches!(c, ')' | ']' | '}' | '>') && squeezed.ends_with(',') {
            squeezed.pop();
        }
        squeezed.push(c);
    }
    squeezed
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "/// A wall.\npub struct Wall {\n    pub height: i32,\n}\n";
    const NEW: &str = "/// A wall.\npub struct Wall {\n    pub height: i64,\n}\n";

    fn path() -> RelPath {
        RelPath::new("api/src/v1/wall.rs")
    }

    /// What happens to a file that has `present`, when [`NEW`] is imported.
    fn change(present: &str) -> Change {
        imported(
            &Snapshot::from_files([(path().to_string(), present)]),
            &path(),
            NEW,
        )
    }

    #[test]
    fn a_file_that_nobody_edited_is_replaced() {
        let imported = with_header(&path(), OLD);
        let formatted = imported.replace("pub height: i32,\n}", "    pub height: i32 }");
        for present in [&imported, &formatted, &imported.replace('\n', "\r\n")] {
            let change = change(present);
            assert!(matches!(change, Change::Replace { .. }), "{change:?}");
        }
    }

    #[test]
    fn a_file_that_was_edited_stays() {
        let imported = with_header(&path(), OLD);
        for present in [
            &imported.replace("i32", "u32"),
            &imported.replace("pub struct", "// mine\npub struct"),
            &imported.replace("A wall.", "A  wall."),
            OLD,
            "not Rust {",
            "",
        ] {
            assert_eq!(change(present), Change::Keep(Why::Yours), "{present}");
        }
    }

    #[test]
    fn a_file_that_is_what_it_would_become_stays_whoever_made_it_so() {
        for present in [
            NEW.to_owned(),
            with_header(&path(), NEW),
            with_header(&path(), OLD).replace("i32", "i64"),
        ] {
            assert_eq!(change(&present), Change::Keep(Why::Current), "{present}");
        }
    }

    #[test]
    fn what_the_crd_has_no_more_is_deleted_unless_it_was_edited() {
        let change = |present: &str| {
            no_longer_imported(
                &Snapshot::from_files([(path().to_string(), present)]),
                &path(),
            )
        };
        let present = with_header(&path(), OLD);
        assert!(matches!(change(&present), Some(Change::Delete { .. })));
        let edited = present.replace("i32", "u32");
        assert_eq!(change(&edited), Some(Change::Keep(Why::Yours)));
        assert_eq!(no_longer_imported(&Snapshot::default(), &path()), None);
    }

    #[test]
    fn samples_are_imported_too() {
        let path = RelPath::new("config/samples/v1_wall.yaml");
        let present = with_header(&path, "kind: Wall\nspec:\n  height: 1\n");
        let snapshot = Snapshot::from_files([(path.to_string(), present.as_str())]);
        let change = imported(&snapshot, &path, "kind: Wall\nspec:\n  height: 2\n");
        assert!(matches!(change, Change::Replace { .. }), "{change:?}");
        assert!(!super::super::is_generated(&present), "it would be pruned");
    }
}
