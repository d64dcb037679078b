//! `kopgen version`.

use serde_json::json;

use crate::args::Format;
use crate::project::LAYOUT;

/// The major version of kube that this release's crates and the generated projects are for.
const KUBE: &str = "5";

/// The versions, printed.
pub fn text(format: Format) -> String {
    let own = env!("CARGO_PKG_VERSION");
    match format {
        Format::Text => format!("kopgen {own}\nlayout {LAYOUT}\nkube {KUBE}\n"),
        Format::Json => format!(
            "{:#}\n",
            json!({ "kopgen": own, "layout": LAYOUT, "kube": KUBE })
        ),
    }
}
