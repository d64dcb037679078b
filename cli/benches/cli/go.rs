//! controller-gen and kubebuilder, on Go projects of the same shape.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::{Size, median, replace, run};

/// The heading of the peers' column.
pub const NAME: &str = "KubeBuilder's";

pub struct Peer {
    /// A module with everything downloaded and nothing in it.
    module: PathBuf,
    folder: PathBuf,
}

pub struct Project {
    root: PathBuf,
}

impl Peer {
    /// `None`, and a line that says so, where Go or controller-gen is not on the PATH.
    pub fn find(folder: &Path) -> Option<Self> {
        if !is_on_path("controller-gen", "--version") || !is_on_path("go", "version") {
            eprintln!("no controller-gen or no go on the PATH: kopgen is measured alone");
            return None;
        }
        let module = folder.join("module");
        fs::create_dir(&module).expect("a folder");
        run("go", &["mod", "init", "example.com/bench"], &module);
        fs::write(module.join("main.go"), MAIN).expect("a source");
        run("go", &["mod", "tidy"], &module);
        Some(Self {
            module,
            folder: folder.to_owned(),
        })
    }

    /// `None` where kubebuilder is not on the PATH, as for [`Peer::create_api`].
    pub fn init(&self) -> Option<Duration> {
        let prepare = |run| folder(&self.folder, &format!("go-init{run}"));
        // Fetching modules is left out: `kopgen init` fetches none.
        let words = [
            "init",
            "--domain",
            "example.com",
            "--repo",
            "example.com/bench",
            "--skip-go-version-check",
            "--fetch-deps=false",
        ];
        has_kubebuilder().then(|| median(prepare, |folder| run("kubebuilder", &words, &folder)))
    }

    pub fn create_api(&self, size: Size) -> Option<Duration> {
        if !has_kubebuilder() {
            return None;
        }
        let root = folder(&self.folder, &format!("go-create{}", size.total()));
        run(
            "kubebuilder",
            &[
                "init",
                "--domain",
                "example.com",
                "--repo",
                "example.com/bench",
                "--skip-go-version-check",
            ],
            &root,
        );
        if size.groups > 1 {
            run("kubebuilder", &["edit", "--multigroup"], &root);
        }
        let create = |group: &str, kind: &str| {
            let words = [
                "create",
                "api",
                "--group",
                group,
                "--version",
                "v1",
                "--kind",
                kind,
                "--resource",
                "--controller",
                "--make=false",
            ];
            run("kubebuilder", &words, &root);
        };
        size.each().for_each(|(group, kind)| create(&group, &kind));
        Some(median(
            |run| format!("More{run}"),
            |kind| create("group0", &kind),
        ))
    }

    pub fn project(&self, size: Size) -> Project {
        let root = folder(&self.folder, &format!("go-bench{}", size.total()));
        for file in ["go.mod", "go.sum"] {
            fs::copy(self.module.join(file), root.join(file)).expect("a copy");
        }
        for (group, kind) in size.each() {
            let write = |path: String, template: &str| {
                let text = template
                    .replace("GROUP", &group)
                    .replace("KIND", &kind)
                    .replace("PLURAL", &format!("{}s", kind.to_lowercase()));
                let path = root.join(path);
                fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                fs::write(path, text).expect("a source");
            };
            write(format!("api/{group}/v1/groupversion_info.go"), GROUP);
            write(
                format!("api/{group}/v1/{}_types.go", kind.to_lowercase()),
                TYPES,
            );
            write(
                format!(
                    "internal/controller/{group}/{}_controller.go",
                    kind.to_lowercase()
                ),
                CONTROLLER,
            );
        }
        let project = Project { root };
        project.object();
        project.manifests();
        project
    }
}

impl Project {
    pub fn unchanged(&self) -> Duration {
        median(|_| (), |()| self.manifests())
    }

    pub fn edited(&self) -> Duration {
        let types = self.root.join("api/group0/v1/kind0_types.go");
        let (without, with) = (
            REPLICAS.to_owned(),
            format!("{REPLICAS}\n\tMotto *string `json:\"motto,omitempty\"`"),
        );
        let edit = |run: usize| match run % 2 {
            0 => replace(&types, &without, &with),
            _ => replace(&types, &with, &without),
        };
        median(edit, |()| {
            self.manifests();
            self.object();
        })
    }

    /// As KubeBuilder's `make manifests`.
    fn manifests(&self) {
        let words = [
            "rbac:roleName=manager-role",
            "crd",
            "webhook",
            "paths=./...",
            "output:crd:artifacts:config=config/crd/bases",
        ];
        run("controller-gen", &words, &self.root);
    }

    /// As KubeBuilder's `make generate`.
    fn object(&self) {
        run("controller-gen", &["object", "paths=./..."], &self.root);
    }
}

fn has_kubebuilder() -> bool {
    is_on_path("kubebuilder", "version")
}

fn is_on_path(program: &str, argument: &str) -> bool {
    Command::new(program)
        .arg(argument)
        .output()
        .is_ok_and(|output| output.status.success())
}

fn folder(parent: &Path, name: &str) -> PathBuf {
    let folder = parent.join(name);
    fs::create_dir(&folder).expect("a new folder");
    folder
}

/// Imports what the projects import, so that the module requires it.
const MAIN: &str = "package main

import (
\t_ \"k8s.io/apimachinery/pkg/apis/meta/v1\"
\t_ \"sigs.k8s.io/controller-runtime\"
)

func main() {}
";

const GROUP: &str = "// +kubebuilder:object:generate=true
// +groupName=GROUP.example.com
package v1

import (
\t\"k8s.io/apimachinery/pkg/runtime/schema\"
\t\"sigs.k8s.io/controller-runtime/pkg/scheme\"
)

var (
\tGroupVersion  = schema.GroupVersion{Group: \"GROUP.example.com\", Version: \"v1\"}
\tSchemeBuilder = &scheme.Builder{GroupVersion: GroupVersion}
)
";

const REPLICAS: &str = "\tReplicas int32 `json:\"replicas\"`";

const TYPES: &str = "package v1

import metav1 \"k8s.io/apimachinery/pkg/apis/meta/v1\"

type KINDSpec struct {
\t// How many replicas to run.
\t// +kubebuilder:validation:Minimum=1
\tReplicas int32 `json:\"replicas\"`
}

type KINDStatus struct {
\t// +listType=map
\t// +listMapKey=type
\tConditions []metav1.Condition `json:\"conditions,omitempty\"`
}

// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
type KIND struct {
\tmetav1.TypeMeta   `json:\",inline\"`
\tmetav1.ObjectMeta `json:\"metadata,omitempty\"`

\tSpec   KINDSpec   `json:\"spec\"`
\tStatus KINDStatus `json:\"status,omitempty\"`
}

// +kubebuilder:object:root=true
type KINDList struct {
\tmetav1.TypeMeta `json:\",inline\"`
\tmetav1.ListMeta `json:\"metadata,omitempty\"`
\tItems           []KIND `json:\"items\"`
}

func init() {
\tSchemeBuilder.Register(&KIND{}, &KINDList{})
}
";

const CONTROLLER: &str = "package controller

import (
\t\"context\"

\tctrl \"sigs.k8s.io/controller-runtime\"
\t\"sigs.k8s.io/controller-runtime/pkg/client\"

\tv1 \"example.com/bench/api/GROUP/v1\"
)

type KINDReconciler struct {
\tclient.Client
}

// +kubebuilder:rbac:groups=GROUP.example.com,resources=PLURAL,verbs=get;list;watch
// +kubebuilder:rbac:groups=GROUP.example.com,resources=PLURAL/status,verbs=get;update;patch

func (r *KINDReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
\treturn ctrl.Result{}, nil
}

func (r *KINDReconciler) SetupWithManager(mgr ctrl.Manager) error {
\treturn ctrl.NewControllerManagedBy(mgr).For(&v1.KIND{}).Complete(r)
}
";
