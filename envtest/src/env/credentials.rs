//! What the servers and their clients trust each other by.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use kube::config::{AuthInfo, Config};
use rcgen::CertifiedKey;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::error::Doing;
use crate::{Error, Result};

/// The keys of one control plane, in its folder.
pub(super) struct Credentials {
    /// The API server's certificate, and its own authority.
    pub certificate: PathBuf,
    /// Its key, which also signs ServiceAccounts' tokens.
    pub key: PathBuf,
    /// The file of static tokens: the admin's.
    pub tokens: PathBuf,
    der: Vec<u8>,
    admin_token: String,
}

impl Credentials {
    pub(super) fn create(folder: &Path) -> Result<Self> {
        let names = ["127.0.0.1", "localhost"].map(str::to_owned);
        let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(names)
            .map_err(|error| Error::Refused(format!("cannot make a certificate: {error}")))?;
        let key_pem = signing_key.serialize_pem();
        // As hard to guess as the key is.
        let mut admin_token = String::new();
        for byte in Sha256::digest(&key_pem) {
            write!(admin_token, "{byte:02x}").expect("a String takes all");
        }
        let file = |name: &str, text: &str| -> Result<PathBuf> {
            let path = folder.join(name);
            fs::write(&path, text).doing(|| format!("write {}", path.display()))?;
            Ok(path)
        };
        Ok(Self {
            certificate: file("apiserver.crt", &cert.pem())?,
            key: file("apiserver.key", &key_pem)?,
            tokens: file(
                "tokens.csv",
                &format!("{admin_token},admin,admin,system:masters\n"),
            )?,
            der: cert.der().to_vec(),
            admin_token,
        })
    }

    /// The configuration of the admin's clients.
    pub(super) fn admin(&self, url: &str) -> Config {
        self.bearer(url, &self.admin_token)
    }

    /// The configuration of the clients of whom `token` belongs to.
    pub(super) fn bearer(&self, url: &str, token: &str) -> Config {
        let mut config = Config::new(url.parse().expect("made of a number"));
        config.root_cert = Some(vec![self.der.clone()]);
        config.auth_info = AuthInfo {
            token: Some(token.to_owned().into()),
            ..AuthInfo::default()
        };
        config
    }

    /// Writes a kubeconfig of the admin.
    pub(super) fn write_kubeconfig(&self, url: &str, path: &Path) -> Result<()> {
        let text = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "envtest",
            "contexts": [{"name": "envtest", "context": {"cluster": "envtest", "user": "admin"}}],
            "clusters": [{
                "name": "envtest",
                "cluster": {"server": url, "certificate-authority": self.certificate},
            }],
            "users": [{"name": "admin", "user": {"token": self.admin_token}}],
        });
        fs::write(path, text.to_string()).doing(|| format!("write {}", path.display()))
    }
}
