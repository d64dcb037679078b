//! Embeds the tree: writes the list of `include_str!`s that `src/lib.rs` includes.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

fn main() {
    let root = Path::new(&env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("tree");
    println!("cargo::rerun-if-changed={}", root.display());

    let mut templates = Vec::new();
    for entry in WalkDir::new(&root) {
        let entry = entry.expect("the template tree is readable");
        if entry.file_type().is_file() {
            templates.push(template(&root, entry.path()));
        }
    }
    templates.sort();

    let mut code = String::from("&[\n");
    for (unit, class, path, file) in templates {
        writeln!(
            code,
            "Template {{ unit: {unit:?}, class: Class::{class}, path: {path:?}, text: include_str!({file:?}) }},"
        )
        .expect("a string takes it");
    }
    code.push_str("]\n");
    let out = Path::new(&env::var_os("OUT_DIR").expect("cargo sets it")).join("files.rs");
    fs::write(out, code).expect("OUT_DIR is writable");
}

/// `<unit>/<class>/<path>.tera`, taken apart: unit, the variant of `Class`, path, and the file to include.
///
/// The suffix is not for the editor's sake: a bare `Cargo.toml` would make cargo leave its folder out of the package,
/// and a bare `.gitignore` would hide its neighbours from git.
fn template(root: &Path, file: &Path) -> (String, &'static str, String, String) {
    let inside = file.strip_prefix(root).expect("walked from the root");
    let inside = inside
        .to_str()
        .expect("template paths are UTF-8")
        .replace('\\', "/");
    let mut parts = inside.splitn(3, '/');
    let (Some(unit), Some(class), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
        panic!("{inside}: a template lives in <unit>/<class>/");
    };
    let class = match class {
        "once" => "Once",
        "owned" => "Owned",
        "shared" => "Shared",
        other => panic!("{inside}: `{other}` is none of once, owned, shared"),
    };
    let Some(path) = path.strip_suffix(".tera") else {
        panic!("{inside}: the name of a template ends in .tera");
    };
    let file = file.to_str().expect("template paths are UTF-8");
    (unit.to_owned(), class, path.to_owned(), file.to_owned())
}
