//! What differs between operating systems: names and places. Pure functions, so that each system's answers are tested on all.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use crate::Version;

/// An operating system and a processor, by the names that Go and Kubernetes' releases use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Platform {
    /// The operating system.
    pub os: Os,
    /// The processor, as Go names it: `amd64`, `arm64`, `ppc64le`, `s390x`.
    pub arch: &'static str,
}

/// An operating system that Kubernetes' test binaries are published for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Os {
    /// `linux`
    Linux,
    /// macOS, `darwin`
    Darwin,
    /// `windows`
    Windows,
}

impl Platform {
    /// The platform that this program was built for; `None` where Kubernetes has no test binaries.
    pub fn host() -> Option<Self> {
        Self::from_rust(std::env::consts::OS, std::env::consts::ARCH)
    }

    /// The platform by Rust's names for it, those of [`std::env::consts`].
    fn from_rust(os: &str, arch: &str) -> Option<Self> {
        Some(Self {
            os: match os {
                "linux" => Os::Linux,
                "macos" => Os::Darwin,
                "windows" => Os::Windows,
                _ => return None,
            },
            arch: match arch {
                "x86_64" => "amd64",
                "aarch64" => "arm64",
                // Kubernetes is not built for the big-endian `ppc64`.
                "powerpc64" if cfg!(target_endian = "little") => "ppc64le",
                "s390x" => "s390x",
                _ => return None,
            },
        })
    }

    /// A program's file name: `etcd`, or `etcd.exe`.
    pub fn executable(&self, program: &str) -> String {
        match self.os {
            Os::Windows => format!("{program}.exe"),
            Os::Linux | Os::Darwin => program.to_owned(),
        }
    }

    /// The name of the archive that controller-tools publishes.
    pub fn archive(&self, version: Version) -> String {
        format!("envtest-v{version}-{self}.tar.gz")
    }

    /// The name of an install's folder in the store, `1.36.3-linux-amd64`.
    pub fn folder(&self, version: Version) -> String {
        format!("{version}-{self}")
    }

    /// The version of an install by its folder's name; `None` for other platforms' and foreign folders.
    pub fn version_of_folder(&self, folder: &str) -> Option<Version> {
        let version = folder.strip_suffix(&format!("-{self}"))?.parse().ok()?;
        (self.folder(version) == folder).then_some(version)
    }
}

impl Os {
    /// Where setup-envtest keeps its store, and so this crate: so both find what either installed.
    ///
    /// # Errors
    /// Names the environment variable that is missing.
    pub fn store(self, env: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, String> {
        let folder = |name: &str| {
            env(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let home = || folder("HOME").ok_or("the environment variable HOME is not set");
        let data = match self {
            Self::Linux => match folder("XDG_DATA_HOME") {
                Some(data) => data,
                None => home()?.join(".local/share"),
            },
            Self::Darwin => home()?.join("Library/Application Support"),
            Self::Windows => {
                folder("LocalAppData").ok_or("the environment variable LocalAppData is not set")?
            }
        };
        Ok(data.join("kubebuilder-envtest"))
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let os = match self.os {
            Os::Linux => "linux",
            Os::Darwin => "darwin",
            Os::Windows => "windows",
        };
        write!(f, "{os}-{}", self.arch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DEFAULT_VERSION;

    const LINUX: Platform = Platform {
        os: Os::Linux,
        arch: "amd64",
    };
    const MACOS: Platform = Platform {
        os: Os::Darwin,
        arch: "arm64",
    };
    const WINDOWS: Platform = Platform {
        os: Os::Windows,
        arch: "amd64",
    };

    #[test]
    fn names_platforms_as_go_does() {
        assert_eq!(Platform::from_rust("linux", "x86_64"), Some(LINUX));
        assert_eq!(Platform::from_rust("macos", "aarch64"), Some(MACOS));
        assert_eq!(Platform::from_rust("windows", "x86_64"), Some(WINDOWS));
        assert_eq!(Platform::from_rust("freebsd", "x86_64"), None);
        assert_eq!(Platform::from_rust("linux", "riscv64"), None);
    }

    #[test]
    fn names_archives_folders_and_programs() {
        let check = |platform: Platform, archive: &str, folder: &str, etcd: &str| {
            assert_eq!(platform.archive(DEFAULT_VERSION), archive);
            assert_eq!(platform.folder(DEFAULT_VERSION), folder);
            assert_eq!(platform.executable("etcd"), etcd);
            assert_eq!(platform.version_of_folder(folder), Some(DEFAULT_VERSION));
        };
        check(
            LINUX,
            "envtest-v1.36.3-linux-amd64.tar.gz",
            "1.36.3-linux-amd64",
            "etcd",
        );
        check(
            MACOS,
            "envtest-v1.36.3-darwin-arm64.tar.gz",
            "1.36.3-darwin-arm64",
            "etcd",
        );
        check(
            WINDOWS,
            "envtest-v1.36.3-windows-amd64.tar.gz",
            "1.36.3-windows-amd64",
            "etcd.exe",
        );
    }

    #[test]
    fn foreign_folders_are_no_installs() {
        for folder in [
            "1.36.3-linux-arm64",
            "1.36-linux-amd64",
            "v1.36.3-linux-amd64",
            "x",
            "",
        ] {
            assert_eq!(LINUX.version_of_folder(folder), None, "{folder}");
        }
    }

    #[test]
    fn the_store_is_where_setup_envtest_keeps_it() {
        let check = |os: Os, env: &[(&str, &str)], expected: Result<&str, &str>| {
            let lookup = |name: &str| Some(env.iter().find(|(key, _)| *key == name)?.1.into());
            assert_eq!(
                os.store(lookup),
                expected.map(PathBuf::from).map_err(str::to_owned)
            );
        };
        let home = ("HOME", "/home/ada");
        let at_home = "/home/ada/.local/share/kubebuilder-envtest";
        check(Os::Linux, &[home], Ok(at_home));
        check(Os::Linux, &[home, ("XDG_DATA_HOME", "")], Ok(at_home));
        check(
            Os::Linux,
            &[home, ("XDG_DATA_HOME", "/data")],
            Ok("/data/kubebuilder-envtest"),
        );
        check(
            Os::Darwin,
            &[home, ("XDG_DATA_HOME", "/data")],
            Ok("/home/ada/Library/Application Support/kubebuilder-envtest"),
        );
        check(
            Os::Windows,
            &[("LocalAppData", "/local")],
            Ok("/local/kubebuilder-envtest"),
        );
        check(
            Os::Linux,
            &[],
            Err("the environment variable HOME is not set"),
        );
        check(
            Os::Windows,
            &[home],
            Err("the environment variable LocalAppData is not set"),
        );
    }
}
