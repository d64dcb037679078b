//! Every template that is embedded is in the package, too: `cargo install kopgen` builds from there.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use kopgen_templates::{Class, files};
use walkdir::WalkDir;

#[test]
fn every_template_is_packaged() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO"))
        .args([
            "package",
            "--list",
            "--allow-dirty",
            "--offline",
            "--package",
            env!("CARGO_PKG_NAME"),
        ])
        .current_dir(root)
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let listed = String::from_utf8(output.stdout).expect("paths are UTF-8");
    let packaged: BTreeSet<&str> = listed
        .lines()
        .filter(|path| path.starts_with("tree/"))
        .collect();

    let embedded: Vec<String> = files()
        .iter()
        .map(|file| {
            format!(
                "tree/{}/{}/{}.tera",
                file.unit,
                folder(file.class),
                file.path
            )
        })
        .collect();
    assert_eq!(packaged, embedded.iter().map(String::as_str).collect());

    let on_disk = WalkDir::new(root.join("tree"))
        .into_iter()
        .filter(|entry| {
            entry
                .as_ref()
                .is_ok_and(|entry| entry.file_type().is_file())
        })
        .count();
    assert_eq!(on_disk, embedded.len());
}

#[test]
fn templates_are_sorted() {
    assert!(files().is_sorted_by_key(|file| (file.unit, folder(file.class), file.path)));
}

fn folder(class: Class) -> &'static str {
    match class {
        Class::Once => "once",
        Class::Owned => "owned",
        Class::Shared => "shared",
    }
}
