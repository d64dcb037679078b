use std::num::NonZeroU16;

use proc_macro2::{Span, TokenStream};
use syn::{Expr, Generics, Ident, LitStr, Type, Visibility};

/// Which of the two derives it is: that of a reconciler, or that of a task, whose declarations are some of the other's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Derive {
    Reconciler,
    Permissions,
}

impl Derive {
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Reconciler => "reconciler",
            Self::Permissions => "permissions",
        }
    }

    /// Endings of a struct's name that do not belong to the controller's or the task's.
    fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Reconciler => &["Reconciler", "Controller"],
            Self::Permissions => &["Task"],
        }
    }
}

/// What the attribute says. A task has neither a kind nor what comes with one.
pub struct Reconciler {
    pub derive: Derive,
    pub ident: Ident,
    pub visibility: Visibility,
    pub generics: Generics,
    /// `None` where it is missing, which is an error.
    pub kind: Option<Type>,
    pub name: Option<LitStr>,
    pub status: Option<Span>,
    pub events: Option<Span>,
    pub finalizer: Option<Finalizer>,
    pub concurrency: Option<NonZeroU16>,
    pub owns: Vec<Owns>,
    pub watches: Vec<Watches>,
    pub reads: Vec<Type>,
    pub uses: Vec<Uses>,
    pub rbac: Vec<Rbac>,
}

pub struct Finalizer {
    pub span: Span,
    pub name: Option<LitStr>,
}

#[derive(Clone)]
pub struct Owns {
    pub object: Type,
    /// Where each option is written.
    pub creates: Option<Span>,
    pub deletes: bool,
    pub cached: bool,
    pub orphans: Option<Span>,
    pub adopts: Option<Span>,
    pub labels: Option<LitStr>,
}

pub struct Watches {
    pub object: Type,
    /// One of the two; neither is an error.
    pub map: Option<Expr>,
    pub index: Option<LitStr>,
    pub labels: Option<LitStr>,
    pub fields: Option<LitStr>,
    pub tokens: TokenStream,
}

pub struct Uses {
    pub object: Type,
    pub verbs: Vec<(Verb, Span)>,
    pub names: Vec<LitStr>,
    pub namespace: Option<Namespace>,
    pub handle: Option<Ident>,
    /// Whether a handle is written, be it one or not.
    pub has_handle: bool,
    pub tokens: TokenStream,
}

pub struct Rbac {
    pub group: Option<LitStr>,
    pub resources: Vec<LitStr>,
    pub verbs: Vec<LitStr>,
    pub names: Vec<LitStr>,
    pub namespace: Option<Namespace>,
    pub cluster_scoped: Option<Span>,
}

pub enum Namespace {
    Own,
    Named(LitStr),
}

/// The verbs that have a type in `kopgen_runtime::verb`, but for `Apply`, which two of them make.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    Get,
    List,
    Watch,
    Create,
    Update,
    Patch,
    Delete,
    DeleteCollection,
}

impl Verb {
    pub const ALL: [(&str, Verb); 8] = [
        ("get", Verb::Get),
        ("list", Verb::List),
        ("watch", Verb::Watch),
        ("create", Verb::Create),
        ("update", Verb::Update),
        ("patch", Verb::Patch),
        ("delete", Verb::Delete),
        ("deletecollection", Verb::DeleteCollection),
    ];

    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, verb)| *verb == self)
            .map_or("", |(name, _)| name)
    }

    /// Its name in `kopgen_runtime::verb`.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Get => "Get",
            Self::List => "List",
            Self::Watch => "Watch",
            Self::Create => "Create",
            Self::Update => "Update",
            Self::Patch => "Patch",
            Self::Delete => "Delete",
            Self::DeleteCollection => "DeleteCollection",
        }
    }
}

impl Reconciler {
    /// The controller's or the task's name: what is written, or the struct's without its suffix, its words joined by dashes.
    pub fn declared_name(&self) -> String {
        if let Some(name) = &self.name {
            return name.value();
        }
        let ident = self.ident.to_string();
        let ident = ident.strip_prefix("r#").unwrap_or(&ident);
        let suffixes = self.derive.suffixes().iter();
        let stem = suffixes
            .copied()
            .find_map(|suffix| ident.strip_suffix(suffix));
        let stem = stem.filter(|stem| !stem.is_empty()).unwrap_or(ident);
        match stem.parse::<kopgen_core::names::Kind>() {
            Ok(kind) => kind.kebab(),
            Err(_) => stem.to_lowercase(),
        }
    }
}
