//! What a real API server says of CRDs and objects.

use std::time::Duration;

use http::{Request, Response};
use http_body_util::BodyExt as _;
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};

/// An API server, asked by requests of its own, for kube's `Api` shows no warnings.
pub struct Server {
    client: Client,
}

impl Server {
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Creates a CRD and waits until it is served: the warnings about it, or why it is refused.
    pub async fn define(&self, crd: &Value) -> Result<Vec<String>, String> {
        const CRDS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        let (response, warnings) = self.send("POST", CRDS, crd).await;
        response?;
        let objects = objects(crd);
        // The handler of a kind is there a moment after the CRD.
        for _ in 0..600 {
            if self.send("GET", &objects, &Value::Null).await.0.is_ok() {
                return Ok(warnings);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{objects} is not served");
    }

    /// The spec that the API server would store of an object with this one, or why it refuses it.
    pub async fn store(&self, crd: &Value, spec: &Value) -> Result<Value, String> {
        let spec_of = &crd["spec"];
        let version = spec_of["versions"][0]["name"].as_str().unwrap();
        let object = json!({
            "apiVersion": format!("{}/{version}", spec_of["group"].as_str().unwrap()),
            "kind": spec_of["names"]["kind"],
            "metadata": {"name": "test"},
            "spec": spec,
        });
        let path = format!("{}?dryRun=All&fieldValidation=Ignore", objects(crd));
        let mut stored = self.send("POST", &path, &object).await.0?;
        Ok(stored["spec"].take())
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        body: &Value,
    ) -> (Result<Value, String>, Vec<String>) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .body(Body::from(match body {
                Value::Null => Vec::new(),
                body => body.to_string().into_bytes(),
            }))
            .expect("the request is one");
        let response: Response<Body> = self.client.send(request).await.expect("the server answers");
        let warnings = response.headers().get_all("warning").iter();
        let warnings = warnings.map(|it| String::from_utf8_lossy(it.as_bytes()).into_owned());
        let warnings = warnings.collect();
        let ok = response.status().is_success();
        let bytes = response
            .into_body()
            .collect()
            .await
            .expect("the answer is whole");
        let bytes = bytes.to_bytes();
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let answer = match ok {
            true => Ok(answer),
            false if answer.is_null() => Err(String::from_utf8_lossy(&bytes).into_owned()),
            false => Err(answer["message"].as_str().unwrap_or_default().to_owned()),
        };
        (answer, warnings)
    }
}

fn objects(crd: &Value) -> String {
    let spec = &crd["spec"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let version = text(&spec["versions"][0]["name"]);
    format!(
        "/apis/{}/{version}/{}",
        text(&spec["group"]),
        text(&spec["names"]["plural"])
    )
}

/// The CRD of a kind with this schema of its spec.
pub fn crd(kind: &str, spec: Value) -> Value {
    let singular = kind.to_lowercase();
    let plural = format!("{singular}s");
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.types.example.com")},
        "spec": {
            "group": "types.example.com",
            "names": {"kind": kind, "listKind": format!("{kind}List"), "plural": plural, "singular": singular},
            "scope": "Cluster",
            "versions": [{
                "name": "v1",
                "served": true,
                "storage": true,
                "schema": {"openAPIV3Schema": {
                    "type": "object",
                    "properties": {
                        "apiVersion": {"type": "string"},
                        "kind": {"type": "string"},
                        "metadata": {"type": "object"},
                        "spec": spec,
                    },
                }},
            }],
        },
    })
}
