//! What a user asks for, checked: from here inward names are names. All that is wrong is reported at once.

mod check;

use std::path::{Path, PathBuf};

use kopgen_core::names::{
    ControllerName, Domain, Group, Kind, Namespace, Plural, ProjectName, ShortName, Version,
    plural_of,
};

use crate::args;
use crate::diagnostic::Result;
use crate::project::{External, Gvk, Workload};

use check::Checker;

/// What `kopgen init` is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Init {
    /// The project's name.
    pub name: ProjectName,
    /// The domain below which its groups live.
    pub domain: Domain,
    /// Who holds the copyright, if that was said.
    pub owner: Option<String>,
    /// The header of Rust files.
    pub license: License,
    /// Whether each group has a crate of its own.
    pub multigroup: bool,
    /// Whether the operator watches namespaces, and not the cluster.
    pub namespaced: bool,
    /// The namespaces that it watches if so; without any, its own.
    pub watch_namespaces: Vec<Namespace>,
    /// The first APIs.
    pub apis: Vec<FirstApi>,
    /// Where kopgen's crates come from.
    pub source: Source,
}

/// The licence that the header of Rust files is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum License {
    /// The Apache License 2.0.
    Apache2,
    /// None: no header.
    None,
    /// The text in this file.
    File(PathBuf),
}

/// Where a project gets kopgen's crates from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The registry, in this kopgen's version.
    Release,
    /// A checkout of kopgen's repository.
    Checkout(PathBuf),
}

/// An API that comes with `init`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstApi {
    /// The group, with or without the domain.
    pub group: Group,
    /// The version.
    pub version: Version,
    /// The kind.
    pub kind: Kind,
}

/// What `kopgen create api` is asked for: types, a controller, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateApi {
    /// The group, with or without the domain.
    pub group: Group,
    /// The version.
    pub version: Version,
    /// The kind.
    pub kind: Kind,
    /// The types to create.
    pub types: Option<CreateTypes>,
    /// The controller to create.
    pub controller: Option<CreateController>,
    /// The other crate's type that the controller is for.
    pub external: Option<External>,
}

/// The types to create; what is `None` or empty was not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateTypes {
    /// The plural.
    pub plural: Option<Plural>,
    /// The short names.
    pub short_names: Vec<ShortName>,
    /// Whether objects live in namespaces.
    pub namespaced: Option<bool>,
    /// What the controller runs.
    pub workload: Option<Workload>,
}

/// The controller to create.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateController {
    /// Its name, if that was said.
    pub name: Option<ControllerName>,
}

impl Init {
    /// Checks the words of `kopgen init`. `folder` is where the project will be, absolute.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them.
    pub fn new(args: &args::Init, folder: &Path) -> Result<Self> {
        let mut checker = Checker::default();
        let name = match &args.project_name {
            Some(name) => checker.name(name),
            None => checker.project_name_of(folder),
        };
        let domain = checker.name(args.domain.as_deref().unwrap_or_default());
        let apis: Option<Vec<FirstApi>> = args
            .apis
            .iter()
            .map(|api| checker.first_api(api))
            .collect::<Vec<_>>()
            .into_iter()
            .collect();
        let watch_namespaces = checker.namespaces(&args.watch_namespaces);
        let owner = args.owner.as_deref().and_then(|owner| checker.owner(owner));
        let license = match args.license.as_str() {
            "apache2" => License::Apache2,
            "none" => License::None,
            file => License::File(file.into()),
        };
        let source = match args.kopgen_source.as_deref() {
            Some("release") => Source::Release,
            Some(path) => Source::Checkout(path.into()),
            None => built_from().map_or(Source::Release, Source::Checkout),
        };
        checker.barrier()?;
        Ok(Self {
            name: known(name),
            domain: known(domain),
            owner,
            license,
            multigroup: args.multigroup,
            namespaced: args.namespaced,
            watch_namespaces,
            apis: known(apis),
            source,
        })
    }
}

impl CreateApi {
    /// Checks the words of `kopgen create api`.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them.
    pub fn new(args: &args::CreateApi) -> Result<Self> {
        let mut checker = Checker::default();
        let group: Option<Group> = checker.name(args.group.as_deref().unwrap_or_default());
        let is_new = args.wants_resource();
        let version = checker.version(args.version.as_deref().unwrap_or_default(), is_new);
        let kind = checker.kind(args.kind.as_deref().unwrap_or_default(), is_new);
        let plural: Option<Plural> = args
            .plural
            .as_deref()
            .and_then(|plural| checker.name(plural));
        let short_names: Vec<ShortName> = args
            .short_names
            .iter()
            .filter_map(|name| checker.name(name))
            .collect();
        let controller_name: Option<ControllerName> = args
            .controller_name
            .as_deref()
            .and_then(|name| checker.name(name));
        checker.combinations(args);

        let external = match &args.external_type {
            Some(rust_type) => {
                let gvk = group.clone().zip(version.clone()).zip(kind.clone());
                gvk.and_then(|((group, version), kind)| {
                    let external = External {
                        plural: plural.clone().unwrap_or_else(|| plural_of(&kind)),
                        gvk: Gvk {
                            group,
                            kind,
                            version,
                        },
                        namespaced: args.namespaced.unwrap_or(true),
                        rust_type: rust_type.clone(),
                    };
                    checker.take(external.check_type().map(|()| external))
                })
            }
            None => None,
        };
        checker.barrier()?;
        let types = CreateTypes {
            plural,
            short_names,
            namespaced: args.namespaced,
            workload: args.image.clone().map(|image| Workload {
                image,
                port: args.port.unwrap_or(DEFAULT_PORT),
            }),
        };
        Ok(Self {
            group: known(group),
            version: known(version),
            kind: known(kind),
            types: args.wants_resource().then_some(types),
            controller: args.controller.unwrap_or(true).then_some(CreateController {
                name: controller_name,
            }),
            external,
        })
    }
}

impl args::CreateApi {
    /// Whether types are to be created: unless another crate has them, or it was said that they are not.
    pub fn wants_resource(&self) -> bool {
        self.resource.unwrap_or(self.external_type.is_none())
    }
}

/// The APIs that come with `init`, each once, each kind with a controller for the best of its versions.
pub fn first_apis(apis: &[FirstApi]) -> Vec<CreateApi> {
    let best = |api: &FirstApi| {
        apis.iter()
            .filter(|it| (&it.group, &it.kind) == (&api.group, &api.kind))
            .all(|it| api.version <= it.version)
    };
    let mut creates: Vec<CreateApi> = Vec::new();
    for api in apis {
        let create = CreateApi {
            group: api.group.clone(),
            version: api.version.clone(),
            kind: api.kind.clone(),
            types: Some(CreateTypes::default()),
            controller: best(api).then(CreateController::default),
            external: None,
        };
        if !creates.contains(&create) {
            creates.push(create);
        }
    }
    creates
}

const DEFAULT_PORT: u16 = 8080;

/// The checkout that this kopgen was built from, where it still is.
fn built_from() -> Option<PathBuf> {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    checkout
        .join("runtime/Cargo.toml")
        .is_file()
        .then(|| checkout.to_owned())
}

/// What was checked is there once nothing was wrong.
fn known<T>(checked: Option<T>) -> T {
    checked.expect("what is missing was reported")
}
