//! Rendering of the templates: strict, so that a name that the context lacks is an error and never an empty string.

use std::sync::LazyLock;

use kopgen_templates::{Class, Template};
use serde::Serialize;
use tera::{Context, Delimiters, Kwargs, State, Tera};

use crate::plan::RelPath;

/// A file of the generated project, without header and licence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Where it goes.
    pub path: RelPath,
    /// What it says.
    pub text: String,
}

/// The unit's files of one class. `places` are the segments of paths, such as `("__kind__", "guestbook")`.
///
/// A template whose text comes out blank gives no file, unless it is owned: an empty list of modules is a file too.
///
/// # Panics
///
/// When a template asks for what the context lacks: templates and contexts are both kopgen's own.
pub fn render(
    unit: &str,
    class: Class,
    places: &[(&str, &str)],
    context: &impl Serialize,
) -> Vec<Rendered> {
    let context = Context::from_serialize(context).expect("contexts are maps of plain data");
    let wanted = |template: &&Template| {
        template.unit == unit && template.class == class && !is_partial(template.path)
    };
    let rendered = kopgen_templates::files()
        .iter()
        .filter(wanted)
        .map(|template| {
            let text = TERA.render(&name(template), &context);
            let text = text.unwrap_or_else(|error| {
                panic!("the template {} does not render: {error:?}", name(template))
            });
            let path = filled(template.path, places);
            let is_rust = path.ends_with(".rs");
            Rendered {
                path: RelPath::new(path),
                text: if is_rust {
                    kopgen_templates::wrap(&text)
                } else {
                    text
                },
            }
        });
    rendered
        .filter(|file| class == Class::Owned || !file.text.trim().is_empty())
        .collect()
}

static TERA: LazyLock<Tera> = LazyLock::new(|| {
    let mut tera = Tera::default();
    // Rust, YAML, make and GitHub's workflows have a meaning of their own for `{{ }}` and `{# #}` is Tera's usual comment.
    let delimiters = Delimiters {
        variable_start: "{=".into(),
        variable_end: "=}".into(),
        ..Delimiters::default()
    };
    tera.set_delimiters(delimiters)
        .expect("delimiters of two bytes, all different");
    // Nothing here is HTML.
    tera.autoescape_on(Vec::<&str>::new());
    tera.register_filter("yaml", yaml);
    let templates = kopgen_templates::files()
        .iter()
        .map(|template| (name(template), template.text));
    tera.add_raw_templates(templates)
        .expect("the templates parse");
    tera
});

/// A text as a scalar of YAML: in quotes where it would be taken for a number, a boolean or null, as the name `on` would.
fn yaml(text: &str, _: Kwargs, _: &State<'_>) -> String {
    let scalar = kopgen_core::yaml::to_string(text).expect("a text is YAML");
    scalar.trim_end().to_owned()
}

/// A template's path with the names in their places. A name that looks like a place, as the module of a group `a--kind--b` does,
/// stays as it is.
fn filled(path: &str, places: &[(&str, &str)]) -> String {
    let next = |path: &str| {
        let found = places
            .iter()
            .filter_map(|(place, value)| Some((path.find(place)?, *place, *value)));
        found.min_by_key(|(at, place, _)| (*at, usize::MAX - place.len()))
    };
    let mut filled = String::new();
    let mut rest = path;
    while let Some((at, place, value)) = next(rest) {
        filled.push_str(&rest[..at]);
        filled.push_str(value);
        rest = &rest[at + place.len()..];
    }
    filled + rest
}

/// The name by which templates include one another.
fn name(template: &Template) -> String {
    let class = match template.class {
        Class::Once => "once",
        Class::Owned => "owned",
        Class::Shared => "shared",
    };
    format!("{}/{class}/{}", template.unit, template.path)
}

/// Whether a template is only there for others to include: its file's name starts with `_`, and not with a placeholder.
fn is_partial(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.starts_with('_') && !file.starts_with("__")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_like_places_stay_as_they_are() {
        let places = [("__crate__", "api/a__version__b"), ("__version__", "v1")];
        assert_eq!(
            filled("__crate__/src/__version__/mod.rs", &places),
            "api/a__version__b/src/v1/mod.rs"
        );
    }

    #[test]
    fn scalars_of_yaml_stay_texts() {
        let template = "{% for it in texts %}{= it | yaml =} {% endfor %}";
        let texts = [
            "guestbook",
            "on",
            "y",
            "No",
            "null",
            "4711",
            "1e3",
            "0x1f",
            "1.29",
            "nginx:1",
        ];
        let mut context = Context::new();
        context.insert("texts", &texts);
        let rendered = TERA.clone().render_str(template, &context, false).unwrap();
        for (scalar, text) in rendered.split_whitespace().zip(texts) {
            let read: String = kopgen_core::yaml::from_str(scalar).unwrap();
            assert_eq!(read, text);
            let is_plain = ["guestbook", "nginx:1"].contains(&text);
            assert_eq!(scalar == text, is_plain, "{scalar}");
        }
    }

    #[test]
    fn what_a_context_lacks_is_an_error() {
        let rendered = std::panic::catch_unwind(|| {
            render("project", Class::Owned, &[], &serde_json::json!({}))
        });
        assert!(rendered.is_err());
    }
}
