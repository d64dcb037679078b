//! The types that a type is made of.

use crate::import::model::{Body, Type, TypeId, Types};
use crate::import::words::{singular, words};

/// The types that a type holds, with the words of the field where each stands: as they are written, and in the singular inside of a
/// list or map.
pub fn children(types: &Types, id: TypeId) -> Vec<(TypeId, Vec<String>, Vec<String>)> {
    match &types.get(id).body {
        Body::Struct { fields, .. } => fields
            .iter()
            .filter_map(|field| {
                let (id, inner) = named(&field.ty)?;
                let written = words(&field.key);
                let mut segment = written.clone();
                if let Some(last) = segment.last_mut().filter(|_| inner) {
                    *last = singular(last);
                }
                Some((id, written, segment))
            })
            .collect(),
        Body::Newtype(ty) => named(ty)
            .map(|(id, _)| (id, vec!["item".to_owned()], vec!["item".to_owned()]))
            .into_iter()
            .collect(),
        Body::Enum(_) | Body::Kubernetes(_) => Vec::new(),
    }
}

/// The type of the module that a type is made of, and whether it stands inside of a list or map.
fn named(ty: &Type) -> Option<(TypeId, bool)> {
    match ty {
        Type::Named(id) => Some((*id, false)),
        Type::Option(inner) => named(inner),
        Type::List(inner) | Type::Map(inner) => named(inner).map(|(id, _)| (id, true)),
        _ => None,
    }
}
