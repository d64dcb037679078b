//! `kopgen crd` as its users meet it.
#![expect(
    clippy::disallowed_methods,
    reason = "a test makes the files that it needs"
)]

use std::fs;

use assert_cmd::Command;
use snapbox::{IntoData, assert_data_eq, str};
use tempfile::TempDir;

const WALL: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: walls.example.com
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Wall, plural: walls}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [height, width]
            properties:
              height: {type: integer, maximum: 31}
              width: {type: integer}
";

/// A folder with `a.yaml` and `b.yaml`.
fn files(a: &str, b: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), a).unwrap();
    fs::write(folder.path().join("b.yaml"), b).unwrap();
    folder
}

/// Runs `kopgen crd equal` in `folder`, with `stdin`; says how it ended.
#[track_caller]
fn equal(
    folder: &TempDir,
    words: &str,
    stdin: &str,
    code: i32,
    stdout: impl IntoData,
    stderr: impl IntoData,
) {
    let output = Command::new(env!("CARGO_BIN_EXE_kopgen"))
        .args(["crd", "equal"])
        .args(words.split_whitespace())
        .current_dir(folder.path())
        .write_stdin(stdin)
        .output()
        .unwrap();
    assert_data_eq!(String::from_utf8(output.stdout).unwrap(), stdout);
    assert_data_eq!(String::from_utf8(output.stderr).unwrap(), stderr);
    assert_eq!(output.status.code(), Some(code));
}

#[test]
fn what_an_api_server_does_not_tell_apart_is_equal() {
    let same = WALL
        .replace("[height, width]", "[width, height]")
        .replace("maximum: 31", "maximum: 31.0")
        .replace(
            "plural: walls",
            "plural: walls, listKind: WallList, shortNames: []",
        )
        + "status: {conditions: []}\n";
    let folder = files(WALL, &same);
    let says = str![[r#"
       Equal a.yaml and b.yaml

"#]];
    equal(&folder, "a.yaml b.yaml", "", 0, "", says);
    let says = str![[r#"
       Equal - and b.yaml

"#]];
    equal(&folder, "- b.yaml", WALL, 0, "", says);
}

#[test]
fn a_difference_has_its_path_and_both_sides() {
    let other = WALL
        .replace("Namespaced", "Cluster")
        .replace("maximum: 31", "maximum: 32, description: How high.")
        .replace("height, width", "height");
    let folder = files(WALL, &other);
    equal(
        &folder,
        "a.yaml b.yaml",
        "",
        1,
        str![[r#"
walls.example.com
  .spec.scope
    - "Namespaced"
    + "Cluster"
  .spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.height.description
    + "How high."
  .spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.height.maximum
    - 31
    + 32
  .spec.versions[0].schema.openAPIV3Schema.properties.spec.required[1]
    - "width"

"#]],
        "",
    );
}

#[test]
fn programs_get_json() {
    let folder = files(WALL, &WALL.replace("Namespaced", "Cluster"));
    equal(
        &folder,
        "a.yaml b.yaml -o json",
        "",
        1,
        str![[r#"
{
  "differences": [
    {
      "crd": "walls.example.com",
      "left": "Namespaced",
      "path": ".spec.scope",
      "right": "Cluster"
    }
  ]
}

"#]],
        "",
    );
    let folder = files(WALL, WALL);
    let says = str![[r#"
       Equal a.yaml and b.yaml

"#]];
    equal(
        &folder,
        "a.yaml b.yaml --output json",
        "",
        0,
        str![[r#"
{
  "differences": []
}

"#]],
        says,
    );
}

/// An error is not a difference: scripts tell 2 from 1.
#[test]
fn an_error_has_a_code_of_its_own() {
    let folder = files(WALL, "kind: Service\nmetadata: {name: web}\n");
    equal(
        &folder,
        "a.yaml b.yaml",
        "",
        2,
        "",
        str![[r#"
     Skipped Service web in b.yaml: no CRD
error: b.yaml has no CRD
 |
 = help: a CRD is a document with `kind: CustomResourceDefinition`


"#]],
    );
    equal(
        &folder,
        "a.yaml missing.yaml",
        "",
        2,
        "",
        str![[r#"
error: cannot read missing.yaml: No such file or directory (os error 2)


"#]],
    );
    equal(
        &folder,
        "- -",
        "",
        2,
        "",
        str![[r#"
error: standard input can be read only once
 |
 = help: give a file for the other CRD


"#]],
    );
    equal(
        &folder,
        "a.yaml -",
        &WALL.replace("io/v1", "io/v1beta1"),
        2,
        "",
        str![[r#"
error: the CRD `walls.example.com` in standard input is of `apiextensions.k8s.io/v1beta1`, and kopgen reads `apiextensions.k8s.io/v1`
 |
 = note: Kubernetes 1.22 and newer know no other version
 = help: take the CRD of a newer release, or read it back from a cluster that converts it: `kubectl get crd -o yaml`


"#]],
    );
    equal(
        &folder,
        "a.yaml -",
        &format!("{WALL}---\n{WALL}"),
        2,
        "",
        str![[r#"
error: the CRD `walls.example.com` comes twice in standard input
 |
 = help: leave one of them out


"#]],
    );
    equal(
        &folder,
        "a.yaml -",
        &WALL[..WALL.len() - 20],
        2,
        "",
        str![[r#"
error: standard input is no YAML that kopgen reads
 |
 = note: line 22 column 15: simple key expected ':'
           --> <input>:22:15
            |
         20 |             properties:
         21 |               height: {type: integer, maximum: 31}
         22 |               wid
            |               ^ simple key expected ':'


"#]],
    );
    let problems = str![[r#"
{
  "problems": [
    {
      "message": "cannot read missing.yaml: No such file or directory (os error 2)"
    }
  ]
}

"#]];
    equal(
        &folder,
        "missing.yaml a.yaml -o json",
        "",
        2,
        problems,
        str![[r#"
error: cannot read missing.yaml: No such file or directory (os error 2)


"#]],
    );
}

/// As deep as YAML is read, and as large as etcd would never take it.
#[test]
fn hostile_nesting_and_size_end_well() {
    let deep = |depth: usize| {
        let schema = "{items: ".repeat(depth) + "{}" + &"}".repeat(depth);
        WALL.replace("{type: integer}", &schema)
    };
    let folder = files(&deep(100), &deep(100));
    let says = str![[r#"
       Equal a.yaml and b.yaml

"#]];
    equal(&folder, "a.yaml b.yaml", "", 0, "", says);
    let description = "A long description. ".repeat(30);
    let properties: String = (0..5_000)
        .map(|n| format!("              p{n}: {{type: string, description: '{description}'}}\n"))
        .collect();
    let large = WALL.to_owned() + &properties;
    assert!(large.len() > 3_000_000);
    let folder = files(&large, &large);
    let says = str![[r#"
       Equal a.yaml and b.yaml

"#]];
    equal(&folder, "a.yaml b.yaml", "", 0, "", says);
}
