//! A server of archives that has its faults.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha512};

/// What a server does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// The index names another checksum.
    WrongChecksum,
    /// The first transfer of the archive ends half-way.
    CutOnce,
    /// Every transfer of the archive ends at the same place, and parts cannot be asked for.
    CutAlways,
    /// The index lists an archive that is not there.
    Missing,
    /// The archive has an entry that leads out of it.
    Climbing,
    /// The archive has a link.
    Link,
}

/// A running server of one archive, `envtest-v1.36.3-<platform>.tar.gz`.
pub struct Server {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub fn start(fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let site = Site {
            fault,
            archive: archive(fault),
            requests: requests.clone(),
        };
        // Ends with the test process.
        thread::spawn(move || {
            for connection in listener.incoming() {
                // A client that went away is what some tests are about.
                let _ = site.answer(connection.unwrap());
            }
        });
        Self { url, requests }
    }

    pub fn index(&self) -> String {
        format!("{}/index.yaml", self.url)
    }

    /// What was asked for: the path, and the range if there was one.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

struct Site {
    fault: Fault,
    archive: Vec<u8>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Site {
    fn answer(&self, mut connection: TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(connection.try_clone()?).lines();
        let first = lines.next().unwrap_or_else(|| Ok(String::new()))?;
        let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut range = None;
        for line in lines {
            let line = line?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(bytes) = line.strip_prefix("range: bytes=") {
                range = bytes
                    .strip_suffix('-')
                    .and_then(|start| start.parse::<usize>().ok());
            }
        }
        let request = match range {
            Some(start) => format!("{path} from {start}"),
            None => path.clone(),
        };
        let times = {
            let mut requests = self.requests.lock().unwrap();
            requests.push(request);
            requests
                .iter()
                .filter(|request| request.starts_with(&path))
                .count()
        };
        if path == "/index.yaml" {
            let index = index(&self.archive, self.fault);
            return respond(&mut connection, "200 OK", "", index.as_bytes(), index.len());
        }
        if self.fault == Fault::Missing {
            return respond(&mut connection, "404 Not Found", "", b"", 0);
        }
        let all = &self.archive;
        let half = all.len() / 2;
        match (self.fault, range) {
            (Fault::CutOnce, None) if times == 1 => {
                respond(&mut connection, "200 OK", "", &all[..half], all.len())
            }
            (Fault::CutAlways, _) => {
                respond(&mut connection, "200 OK", "", &all[..half], all.len())
            }
            (_, Some(start)) => {
                let header = format!(
                    "Content-Range: bytes {start}-{}/{}\r\n",
                    all.len() - 1,
                    all.len()
                );
                let rest = &all[start..];
                respond(
                    &mut connection,
                    "206 Partial Content",
                    &header,
                    rest,
                    rest.len(),
                )
            }
            _ => respond(&mut connection, "200 OK", "", all, all.len()),
        }
    }
}

/// Answers with a body that may be shorter than it says.
fn respond(
    connection: &mut TcpStream,
    status: &str,
    header: &str,
    body: &[u8],
    length: usize,
) -> std::io::Result<()> {
    write!(
        connection,
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{header}\r\n"
    )?;
    connection.write_all(body)
}

pub fn archive_name() -> String {
    let version = "1.36.3".parse().unwrap();
    kopgen_envtest::Platform::host().unwrap().archive(version)
}

fn index(archive: &[u8], fault: Fault) -> String {
    let digest = match fault {
        Fault::WrongChecksum => Sha512::digest(b"something else"),
        _ => Sha512::digest(archive),
    };
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let name = archive_name();
    format!("releases:\n  v1.36.3:\n    {name}:\n      hash: {hash}\n      selfLink: {name}\n")
}

/// Programs that only know their versions, with enough beside them that a transfer has several pieces.
fn archive(fault: Fault) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::none()));
    let mut add = |path: &str, kind: tar::EntryType, content: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(0o755);
        header.set_size(content.len() as u64);
        // `set_path` would not write what an attacker would.
        header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        if kind.is_symlink() {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        archive.append(&header, content).unwrap();
    };
    for (name, content) in super::PROGRAMS {
        add(
            &format!("controller-tools/envtest/{name}"),
            tar::EntryType::Regular,
            content.as_bytes(),
        );
    }
    add(
        "controller-tools/envtest/README",
        tar::EntryType::Regular,
        &vec![b'x'; 300_000],
    );
    match fault {
        Fault::Climbing => add(
            "controller-tools/../../../kubectl",
            tar::EntryType::Regular,
            b"#!/bin/sh",
        ),
        Fault::Link => add(
            "controller-tools/envtest/kubectl",
            tar::EntryType::Symlink,
            b"",
        ),
        _ => {}
    }
    archive.into_inner().unwrap().finish().unwrap()
}
