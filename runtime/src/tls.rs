//! TLS for what an operator serves: a certificate that follows its files.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::Context as _;
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

use crate::Result;

/// Has ring encrypt for those that name nobody, as kube's client does, unless the program has chosen already.
///
/// Without a choice rustls makes one from the features that it was built with, and panics where these are of two providers: some
/// dependency of the user's brings the other.
pub(crate) fn choose_provider() {
    if CryptoProvider::get_default().is_none() {
        // An error says that another thread was faster, so that there is one.
        let _ = ring::default_provider().install_default();
    }
}

/// The certificate that new connections get.
#[derive(Debug)]
pub(crate) struct Certificate(RwLock<Arc<CertifiedKey>>);

/// A certificate, followed by those that vouch for it, and its private key: PEM files.
#[derive(Clone, Debug)]
pub(crate) struct CertificateFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// How often the files are looked at: as often as controller-runtime's `certwatcher` does.
const LOOK: Duration = Duration::from_secs(10);

impl Certificate {
    /// That of the files as they are now.
    ///
    /// # Errors
    ///
    /// When they cannot be read, or are not a certificate and its key.
    pub(crate) async fn of(files: &CertificateFiles) -> Result<Self> {
        Ok(Self(RwLock::new(Arc::new(files.load().await?))))
    }

    /// One that nobody vouches for: it keeps out who listens, and not who pretends to be the operator.
    pub(crate) fn self_signed() -> Result<Self> {
        let made = rcgen::generate_simple_self_signed(["localhost".into(), "127.0.0.1".into()]);
        let made = made.context("cannot make a certificate")?;
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let key = CertifiedKey::from_der(vec![made.cert.into()], key, &ring::default_provider())?;
        Ok(Self(RwLock::new(Arc::new(key))))
    }

    /// Takes up what the files become, for ever; while they are no certificate, the last one stays.
    ///
    /// It looks at the files rather than waiting to be told of a change: Kubernetes changes the files of a Secret by
    /// exchanging the link to their folder, which a watch of the files themselves misses.
    pub(crate) async fn follow(&self, files: CertificateFiles) {
        let mut trouble = None;
        loop {
            sleep(LOOK).await;
            match files.load().await {
                Ok(new) => {
                    trouble = None;
                    if self.replace(new) {
                        let file = files.certificate.display();
                        tracing::info!(%file, "took up the new certificate");
                    }
                }
                Err(error) => {
                    let error = format!("{error:#}");
                    if trouble.as_ref() != Some(&error) {
                        tracing::warn!(error, "keeping the old certificate");
                    }
                    trouble = Some(error);
                }
            }
        }
    }

    /// Takes encrypted connections under this certificate.
    pub(crate) fn acceptor(self: Arc<Self>) -> Result<TlsAcceptor> {
        // By name: two providers in one program, and none would be the default.
        let provider = Arc::new(ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(self);
        config.alpn_protocols = vec![b"http/1.1".into()];
        Ok(Arc::new(config).into())
    }

    fn current(&self) -> Arc<CertifiedKey> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether it is another one. A certificate fits to one key only.
    fn replace(&self, new: CertifiedKey) -> bool {
        let is_new = self.current().cert != new.cert;
        if is_new {
            *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
        }
        is_new
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

impl CertificateFiles {
    async fn load(&self) -> Result<CertifiedKey> {
        let files = self.clone();
        spawn_blocking(move || files.read()).await?
    }

    fn read(&self) -> Result<CertifiedKey> {
        let Self { certificate, key } = self;
        let text = bytes(certificate)?;
        let chain = CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>();
        let chain = chain.with_context(|| format!("{} is no PEM", certificate.display()))?;
        anyhow::ensure!(
            !chain.is_empty(),
            "there is no certificate in {}",
            certificate.display()
        );
        let der = PrivateKeyDer::from_pem_slice(&bytes(key)?)
            .with_context(|| format!("there is no private key in {}", key.display()))?;
        CertifiedKey::from_der(chain, der, &ring::default_provider()).with_context(|| {
            let (certificate, key) = (certificate.display(), key.display());
            format!("{certificate} and {key} are no certificate and its key")
        })
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> CertificateFiles {
        CertificateFiles {
            certificate: folder.join("tls.crt"),
            key: folder.join("tls.key"),
        }
    }

    /// Writes a new certificate, and its key.
    fn renew(files: &CertificateFiles) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(&files.certificate, made.cert.pem()).unwrap();
        std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_certificate_follows_its_files_as_long_as_they_are_one() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        renew(&files);
        let certificate = Arc::new(Certificate::of(&files).await.unwrap());
        let first = certificate.current();
        let following = tokio::spawn({
            let (certificate, files) = (certificate.clone(), files.clone());
            async move { certificate.follow(files).await }
        });
        let look = async || {
            sleep(LOOK * 2).await;
            certificate.current()
        };
        assert!(
            Arc::ptr_eq(&look().await, &first),
            "nothing has changed yet"
        );

        std::fs::remove_file(&files.key).unwrap();
        assert!(Arc::ptr_eq(&look().await, &first), "half of it is no pair");
        renew(&files);
        assert_ne!(look().await.cert, first.cert);
        following.abort();
    }

    #[tokio::test]
    async fn files_that_are_no_pair_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (folder.path().join("a"), folder.path().join("b"));
        let [first, second] = [first, second].map(|folder| {
            std::fs::create_dir(&folder).unwrap();
            let files = files(&folder);
            renew(&files);
            files
        });
        let check = async |certificate: &Path, key: &Path, expected: &str| {
            let (certificate, key) = (certificate.into(), key.into());
            let error = CertificateFiles { certificate, key }.load().await;
            let error = format!("{:#}", error.unwrap_err());
            let expected = expected.replace("{}", &folder.path().display().to_string());
            assert!(error.starts_with(&expected), "{error}");
        };
        let missing = folder.path().join("c");
        check(&missing, &first.key, "cannot read {}/c: No such file").await;
        check(
            &first.key,
            &first.key,
            "there is no certificate in {}/a/tls.key",
        )
        .await;
        let certificate = &first.certificate;
        check(
            certificate,
            certificate,
            "there is no private key in {}/a/tls.crt",
        )
        .await;
        let mixed = "{}/a/tls.crt and {}/b/tls.key are no certificate and its key: ";
        check(certificate, &second.key, mixed).await;
    }
}
