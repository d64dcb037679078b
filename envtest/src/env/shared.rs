//! The control plane that a process' tests share.

use tokio::sync::OnceCell;

use super::TestEnv;
use crate::{Error, Result};

/// A static is never dropped: the supervisor ends it with the process.
static SHARED: OnceCell<Result<Option<TestEnv>, String>> = OnceCell::const_new();

pub(super) async fn shared() -> Result<Option<&'static TestEnv>> {
    let mut first = Ok(());
    let shared = SHARED
        .get_or_init(|| async {
            TestEnv::start_or_skip().await.map_err(|error| {
                let text = error.to_string();
                first = Err(error);
                text
            })
        })
        .await;
    first?;
    match shared {
        Ok(env) => Ok(env.as_ref()),
        Err(text) => Err(Error::Shared(text.clone())),
    }
}
