//! The archives that controller-tools publishes, or a mirror of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use sha2::{Digest, Sha512};
use ureq::tls::{RootCerts, TlsConfig};

use crate::error::Doing;
use crate::report::{Progress, Unit};
use crate::{Error, Platform, Report, Result, Version, VersionSpec};

/// Where controller-tools says which archives there are; setup-envtest reads the same file.
const INDEX: &str =
    "https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml";

/// How long a server may be silent: while connecting, before it answers, and between two pieces of its answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// An archive that the index lists.
#[derive(Debug)]
pub(super) struct Archive {
    /// What it holds.
    pub version: Version,
    /// Its file name.
    pub name: String,
    sha512: String,
    link: Link,
    client: Client,
}

/// Where a file is.
#[derive(Debug, PartialEq, Eq)]
enum Link {
    Url(String),
    File(PathBuf),
}

/// envtest-releases.yaml: by version, then by archive.
#[derive(Deserialize)]
struct Index {
    releases: BTreeMap<String, BTreeMap<String, Entry>>,
}

#[derive(Deserialize)]
struct Entry {
    hash: String,
    #[serde(rename = "selfLink")]
    link: String,
}

/// Finds the newest matching archive for `platform` in the index (a URL or a file; `None` is controller-tools' own).
pub(super) fn look_up(
    index: Option<&str>,
    wanted: VersionSpec,
    platform: Platform,
) -> Result<Archive> {
    look_up_with(
        Client::new(PATIENCE),
        index.unwrap_or(INDEX),
        wanted,
        platform,
    )
}

fn look_up_with(
    client: Client,
    index: &str,
    wanted: VersionSpec,
    platform: Platform,
) -> Result<Archive> {
    let place = Link::parse(index);
    let text = match &place {
        Link::Url(url) => client.text(url)?,
        Link::File(file) => fs::read_to_string(file).doing(|| format!("read the index {index}"))?,
    };
    let mut parsed: Index = serde_saphyr::from_str(&text)
        .map_err(|error| Error::Refused(format!("{index} is no index of archives: {error}")))?;
    let versions: Vec<Version> = parsed
        .releases
        .iter()
        .filter_map(|(version, archives)| Some((version.parse().ok()?, archives)))
        .filter(|(version, archives)| archives.contains_key(&platform.archive(*version)))
        .map(|(version, _)| version)
        .collect();
    let Some(version) = wanted.best(versions.iter().copied()) else {
        return Err(Error::NotPublished {
            wanted,
            platform: platform.to_string(),
            source_name: index.to_owned(),
            nearest: nearest(wanted, &versions),
        });
    };
    let name = platform.archive(version);
    let entry = parsed
        .releases
        .get_mut(&format!("v{version}"))
        .and_then(|archives| archives.remove(&name))
        .ok_or_else(|| {
            Error::Refused(format!(
                "{index} writes the version {version} without a `v`"
            ))
        })?;
    Ok(Archive {
        version,
        name,
        sha512: entry.hash,
        link: place.sibling(&entry.link),
        client,
    })
}

/// The newest patch of the minor version that is wanted, else the newest of all.
fn nearest(wanted: VersionSpec, versions: &[Version]) -> Option<Version> {
    let same_minor = match wanted {
        VersionSpec::Exact(Version { major, minor, .. }) => VersionSpec::Minor { major, minor },
        spec => spec,
    };
    let best = |spec: VersionSpec| spec.best(versions.iter().copied());
    best(same_minor).or_else(|| best(VersionSpec::Latest))
}

impl Archive {
    /// Downloads the archive to `part`, going on from what an earlier attempt left there, and verifies it.
    pub(super) fn fetch(&self, part: &Path, report: &dyn Report) -> Result<File> {
        let url = match &self.link {
            Link::Url(url) => url,
            Link::File(path) => {
                let file = File::open(path).doing(|| format!("open {}", path.display()))?;
                return self.verified(file, path.display());
            }
        };
        report.stage(&format!("downloading {url}"));
        let doing = || format!("write {}", part.display());
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(part)
            .doing(doing)?;
        let left_over = file.metadata().doing(doing)?.len() > 0;
        self.client.resume(url, &mut file, part, report)?;
        match self.verified(file.try_clone().doing(doing)?, url) {
            // Perhaps it is the earlier attempt's part that is wrong, or of another file.
            Err(Error::Refused(_)) if left_over => {
                file.set_len(0).doing(doing)?;
                self.client.resume(url, &mut file, part, report)?;
                self.verified(file, url)
            }
            result => result,
        }
        .inspect_err(|_| {
            // What is wrong must not be the start of the next attempt.
            let _ = fs::remove_file(part);
        })
    }

    fn verified(&self, mut file: File, place: impl std::fmt::Display) -> Result<File> {
        let doing = || format!("read {}", self.name);
        let mut digest = Sha512::new();
        let mut buffer = vec![0; 1 << 20];
        file.seek(SeekFrom::Start(0)).doing(doing)?;
        loop {
            match file.read(&mut buffer).doing(doing)? {
                0 => break,
                length => digest.update(&buffer[..length]),
            }
        }
        let mut sha512 = String::new();
        for byte in digest.finalize() {
            write!(sha512, "{byte:02x}").expect("a String takes all");
        }
        if sha512 != self.sha512.to_ascii_lowercase() {
            return Err(Error::Refused(format!(
                "{place} has the checksum {sha512}, and the index says {}: not installed",
                self.sha512
            )));
        }
        file.seek(SeekFrom::Start(0)).doing(doing)?;
        Ok(file)
    }
}

impl Link {
    fn parse(text: &str) -> Self {
        if text.starts_with("http://") || text.starts_with("https://") {
            Self::Url(text.to_owned())
        } else {
            Self::File(PathBuf::from(text.strip_prefix("file://").unwrap_or(text)))
        }
    }

    /// What a link in this index means: a URL, or a path beside the index, as mirrors on a disk have them.
    fn sibling(&self, link: &str) -> Self {
        match (self, Self::parse(link)) {
            (Self::File(index), Self::File(path)) => {
                Self::File(index.parent().unwrap_or(Path::new("")).join(path))
            }
            (Self::Url(index), Self::File(path)) => {
                let base = index.rsplit_once('/').map_or("", |(base, _)| base);
                Self::Url(format!("{base}/{}", path.display()))
            }
            (_, url) => url,
        }
    }
}

#[derive(Debug)]
struct Client {
    agent: ureq::Agent,
}

impl Client {
    fn new(patience: Duration) -> Self {
        // The system's certificates: networks that inspect TLS install theirs there.
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .build();
        let config = ureq::Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .timeout_connect(Some(patience))
            .timeout_recv_response(Some(patience))
            .timeout_per_read(Some(patience))
            .build();
        Self {
            agent: config.into(),
        }
    }

    fn text(&self, url: &str) -> Result<String> {
        let mut response = self.agent.get(url).call().map_err(failed(url))?;
        if response.status() != 200 {
            return Err(answered(url, response.status()));
        }
        response.body_mut().read_to_string().map_err(failed(url))
    }

    /// Appends to `file` what it lacks of `url`'s content. A transfer that is cut is taken up again as long as each
    /// attempt comes further than the one before.
    fn resume(&self, url: &str, file: &mut File, part: &Path, report: &dyn Report) -> Result<()> {
        let doing = || format!("write {}", part.display());
        let mut reached = 0;
        loop {
            let mut have = file.seek(SeekFrom::End(0)).doing(doing)?;
            let mut request = self.agent.get(url);
            if have > 0 {
                request = request.header("Range", format!("bytes={have}-"));
            }
            let response = request.call().map_err(failed(url))?;
            match response.status().as_u16() {
                206 if range_start(&response) == Some(have) => {}
                200 => {
                    // The server sends all of it again.
                    have = 0;
                    file.set_len(0).doing(doing)?;
                    file.seek(SeekFrom::Start(0)).doing(doing)?;
                }
                // There is nothing after what is there: the checksum will tell.
                416 if have > 0 => return Ok(()),
                _ => return Err(answered(url, response.status())),
            }
            let rest = response.body().content_length();
            let total = rest.map(|rest| have + rest);
            match copy(
                response.into_body().into_reader(),
                file,
                have,
                total,
                report,
            ) {
                Ok(()) => return Ok(()),
                Err(Cut::Disk(source)) => return Err(source).doing(doing),
                Err(Cut::Network(error)) => {
                    let now = file.metadata().doing(doing)?.len();
                    if now <= reached {
                        return Err(Error::Download {
                            url: url.to_owned(),
                            problem: format!(
                                "{error}, twice after {now} bytes; run the command again to go on from there"
                            ),
                        });
                    }
                    reached = now;
                    report.stage(&format!("{error} after {now} bytes: resuming {url}"));
                }
            }
        }
    }
}

/// Why a transfer ended early.
enum Cut {
    Network(io::Error),
    Disk(io::Error),
}

/// Copies an answer's body to a file of which `have` bytes are there.
fn copy(
    mut body: impl Read,
    file: &mut File,
    mut have: u64,
    total: Option<u64>,
    report: &dyn Report,
) -> Result<(), Cut> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = body.read(&mut buffer).map_err(Cut::Network)?;
        if length == 0 {
            break;
        }
        file.write_all(&buffer[..length]).map_err(Cut::Disk)?;
        have += length as u64;
        report.progress(Progress {
            done: have,
            total,
            unit: Unit::Bytes,
        });
    }
    if total.is_some_and(|total| have < total) {
        return Err(Cut::Network(io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(())
}

/// `5` of `Content-Range: bytes 5-9/10`.
fn range_start(response: &ureq::http::Response<ureq::Body>) -> Option<u64> {
    let range = response.headers().get("content-range")?.to_str().ok()?;
    let (start, _) = range.strip_prefix("bytes ")?.split_once('-')?;
    start.parse().ok()
}

fn failed(url: &str) -> impl Fn(ureq::Error) -> Error {
    move |error| Error::Download {
        url: url.to_owned(),
        problem: error.to_string(),
    }
}

fn answered(url: &str, status: ureq::http::StatusCode) -> Error {
    Error::Download {
        url: url.to_owned(),
        problem: format!("the server answers {status}"),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_server_that_does_not_answer_is_given_up() {
        // The system completes the connection; nobody ever reads from it.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/index.yaml", listener.local_addr().unwrap());
        let client = Client::new(Duration::from_millis(200));
        let began = Instant::now();
        let platform = Platform::host().unwrap();
        let error = look_up_with(client, &url, VersionSpec::Latest, platform).unwrap_err();
        assert!(began.elapsed() < Duration::from_secs(5));
        let error = error.to_string();
        assert!(
            error.starts_with(&format!("cannot download {url}: timeout")),
            "{error}"
        );
    }

    #[test]
    fn a_server_that_falls_silent_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/archive", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let mut silent = Vec::new();
            for connection in listener.incoming() {
                let mut connection = connection.unwrap();
                let _ = connection.read(&mut [0; 1000]);
                write!(
                    connection,
                    "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1234"
                )
                .unwrap();
                silent.push(connection);
            }
        });
        let folder = tempfile::tempdir().unwrap();
        let part = folder.path().join("part");
        let mut file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&part)
            .unwrap();
        let client = Client::new(Duration::from_millis(200));
        let error = client
            .resume(&url, &mut file, &part, &crate::Lines::default())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("timeout") && error.contains("twice after 4 bytes"),
            "{error}"
        );
    }

    #[test]
    fn an_index_links_to_urls_and_to_its_neighbours() {
        let check = |index: &str, link: &str, expected: Link| {
            assert_eq!(Link::parse(index).sibling(link), expected);
        };
        let url = |text: &str| Link::Url(text.to_owned());
        let mirror = "https://mirror.example.com/envtest/index.yaml";
        check(
            mirror,
            "https://example.com/a.tar.gz",
            url("https://example.com/a.tar.gz"),
        );
        check(
            mirror,
            "a.tar.gz",
            url("https://mirror.example.com/envtest/a.tar.gz"),
        );
        check(
            "/mnt/index.yaml",
            "a.tar.gz",
            Link::File("/mnt/a.tar.gz".into()),
        );
        check(
            "file:///mnt/index.yaml",
            "/srv/a.tar.gz",
            Link::File("/srv/a.tar.gz".into()),
        );
        check(
            "index.yaml",
            "https://example.com/a.tar.gz",
            url("https://example.com/a.tar.gz"),
        );
    }
}
