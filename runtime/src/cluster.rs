//! How an operator reaches its cluster.

use std::env;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use http::header::USER_AGENT;
use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig};

use crate::Result;

/// How long the API server may be silent while something is read from it. kube sets no limit: what waits for one that is gone
/// without a word would wait for ever.
///
/// None that is there is silent for longer: a watch without events ends after 290 seconds, and kube's watcher waits 5 more.
const SILENCE: Duration = Duration::from_secs(300);

/// The configuration of the clients of this operator: that of the kubeconfig, if one is named, or else the one that kube finds.
pub(crate) async fn config(kubeconfig: Option<&Path>, operator: &str) -> Result<Config> {
    let mut config = match kubeconfig {
        Some(path) => read(path).await?,
        None => {
            // This error prints its causes itself.
            let found = Config::infer().await;
            found.map_err(|error| anyhow!("cannot find a cluster to run against: {error}"))?
        }
    };
    config.read_timeout = Some(SILENCE);
    // Or a request would have what its connection was idle before taken off its time.
    config.reset_reader_on_write = true;
    if is_exempt(&config) {
        config.proxy_url = None;
    }
    config.headers.push((USER_AGENT, user_agent(operator)?));
    Ok(config)
}

/// `<operator>/kopgen-<version> (<system>/<architecture>)`. As with client-go's, the name comes before the slash: the API server
/// takes that for the field manager of a write that names none. The runtime does not know the operator's own version.
fn user_agent(operator: &str) -> Result<HeaderValue> {
    let (system, architecture) = (env::consts::OS, env::consts::ARCH);
    let version = env!("CARGO_PKG_VERSION");
    let agent = format!("{operator}/kopgen-{version} ({system}/{architecture})");
    HeaderValue::try_from(agent).with_context(|| format!("invalid operator name `{operator}`"))
}

async fn read(path: &Path) -> Result<Config> {
    let options = KubeConfigOptions::default();
    let read =
        async { Config::from_custom_kubeconfig(Kubeconfig::read_from(path)?, &options).await };
    read.await
        .with_context(|| format!("cannot use the kubeconfig {}", path.display()))
}

/// Whether the proxy is that of the environment, and `NO_PROXY` names the cluster. kube 5.0 asks whether it names the proxy.
fn is_exempt(config: &Config) -> bool {
    let Some(proxy) = &config.proxy_url else {
        return false;
    };
    // The one in a kubeconfig is for its cluster whatever the environment says, as with kubectl.
    let is_the_environments = variable("HTTPS_PROXY")
        .is_some_and(|url| url.parse::<Uri>().is_ok_and(|url| url == *proxy));
    let Some(exempt) = variable("NO_PROXY").filter(|_| is_the_environments) else {
        return false;
    };
    let proxied = Matcher::builder().all("http://proxy").no(exempt).build();
    proxied.intercept(&config.cluster_url).is_none()
}

/// A variable under its name, or under that in lower case; an empty one is none.
fn variable(name: &str) -> Option<String> {
    let names = [name.to_owned(), name.to_lowercase()];
    let mut values = names.iter().filter_map(|name| env::var(name).ok());
    values.find(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use http::Request;
    use kube::Client;
    use serde_json::json;
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;
    use tokio::time::{Instant, timeout};

    use super::*;

    #[tokio::test]
    async fn a_server_that_has_gone_silent_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = format!("http://{}", listener.local_addr().unwrap());
        let kubeconfig = json!({
            "clusters": [{ "name": "it", "cluster": { "server": server } }],
            "users": [{ "name": "it", "user": {} }],
            "contexts": [{ "name": "it", "context": { "cluster": "it", "user": "it" } }],
            "current-context": "it",
        });
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), kubeconfig.to_string()).unwrap();
        crate::tls::choose_provider();
        let client = Client::try_from(config(Some(file.path()), "test").await.unwrap()).unwrap();

        let request = Request::get("/api/v1/pods?watch=1").body(Vec::new());
        let watch = tokio::spawn(async move { client.request_text(request.unwrap()).await });
        let (mut server, _) = listener.accept().await.unwrap();
        assert_ne!(server.read(&mut [0; 1024]).await.unwrap(), 0, "it asks");

        tokio::time::pause();
        let began = Instant::now();
        let an_hour = Duration::from_secs(60 * 60);
        let error = timeout(an_hour, watch).await.expect("it is given up");
        let error = crate::describe::describe(&error.unwrap().unwrap_err());
        assert!(error.ends_with("timed out"), "{error}");
        // What kube's watcher takes for the longest silence.
        assert!(began.elapsed() > Duration::from_secs(290 + 5));
    }
}
