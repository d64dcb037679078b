//! What whoever runs an operator chooses: flags, and the environment.

use std::fmt;
use std::io::IsTerminal;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use clap::{Args, ValueEnum};
use k8s_openapi::jiff::SignedDuration;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::Result;
use crate::tls::CertificateFiles;

/// The flags of an operator, named as those of KubeBuilder's manager.
///
/// A part of the flags of your program, to which you add your own:
///
/// ```
/// use clap::Parser;
/// use kopgen_runtime::Settings;
///
/// #[derive(Parser)]
/// struct Flags {
///     #[command(flatten)]
///     operator: Settings,
///     /// How guests are greeted.
///     #[arg(long, default_value = "hello")]
///     greeting: String,
/// }
///
/// let flags = Flags::parse_from(["guestbook", "--leader-elect", "--greeting=welcome"]);
/// assert!(flags.operator.leader_election.leader_elect);
/// ```
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// The kubeconfig file [default: that of KUBECONFIG, ~/.kube/config, or the service account of the pod]
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,

    /// Where /healthz and /readyz are served, such as `:8081`; `0` is nowhere
    #[arg(long, value_name = "ADDRESS", default_value = ":8081")]
    pub health_probe_bind_address: BindAddress,

    /// Where the metrics are served, and to whom.
    #[command(flatten)]
    pub metrics: MetricsServer,

    /// Whether one replica leads, and for how long.
    #[command(flatten)]
    pub leader_election: LeaderElection,

    /// How long a reconcile may take before it is cut off and tried again later; `0s` is without end
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration)]
    pub reconcile_timeout: Duration,

    /// What is logged: `error`, `warn`, `info`, `debug`, `trace`, or directives such as `info,kube=debug`
    #[arg(long, value_name = "LEVEL", env = "RUST_LOG", default_value = "info", value_parser = log_level)]
    pub log_level: String,

    /// How the log is written
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
}

/// The part of [`Settings`] that is about metrics.
#[derive(Args, Clone, Debug)]
pub struct MetricsServer {
    /// Where /metrics is served, such as `:8443`, or `:8080` with --metrics-secure=false; `0` is nowhere
    #[arg(
        long = "metrics-bind-address",
        value_name = "ADDRESS",
        default_value = "0"
    )]
    pub bind_address: BindAddress,

    /// Serve it by HTTPS, to those whom the cluster's RBAC allows to `get` it; if false, by HTTP and to everybody
    #[arg(
        long = "metrics-secure",
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_value_t = true,
        default_missing_value = "true",
        action = clap::ArgAction::Set
    )]
    pub secure: bool,

    /// The folder of its certificate, which may be renewed at any time [default: one that is made at the start]
    #[arg(long = "metrics-cert-path", value_name = "FOLDER")]
    pub cert_path: Option<PathBuf>,

    /// The certificate's file in that folder, PEM
    #[arg(
        long = "metrics-cert-name",
        value_name = "FILE",
        default_value = "tls.crt"
    )]
    pub cert_name: String,

    /// The file of its private key
    #[arg(
        long = "metrics-cert-key",
        value_name = "FILE",
        default_value = "tls.key"
    )]
    pub cert_key: String,
}

/// The part of [`Settings`] that is about leader election. The times are those of client-go.
#[derive(Args, Clone, Debug)]
pub struct LeaderElection {
    /// Elect one of the replicas, which alone reconciles and runs the tasks
    #[arg(
        long,
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_value_t = false,
        default_missing_value = "true",
        action = clap::ArgAction::Set
    )]
    pub leader_elect: bool,

    /// How long candidates wait after the last renewal before they take over, in whole seconds
    #[arg(long = "leader-elect-lease-duration", value_name = "TIME", default_value = "15s", value_parser = duration)]
    pub lease_duration: Duration,

    /// How long a leader that cannot renew its lease goes on; then the process ends
    #[arg(long = "leader-elect-renew-deadline", value_name = "TIME", default_value = "10s", value_parser = duration)]
    pub renew_deadline: Duration,

    /// How long it waits between two renewals; the others look twice as often
    #[arg(long = "leader-elect-retry-period", value_name = "TIME", default_value = "2s", value_parser = duration)]
    pub retry_period: Duration,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// Where a server listens, in Go's notation: `:8081` is port 8081 of all addresses, and `0` is nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindAddress(Option<(String, u16)>);

impl Settings {
    /// Writes the log to stderr from now on, as the settings say.
    ///
    /// # Errors
    ///
    /// When the process has a subscriber of `tracing` already.
    pub fn init_logging(&self) -> Result<()> {
        let log = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::try_new(&self.log_level)?)
            .with_ansi(std::io::stderr().is_terminal())
            .with_writer(std::io::stderr);
        match self.log_format {
            LogFormat::Text => log.try_init(),
            LogFormat::Json => log.json().try_init(),
        }
        .map_err(|error| anyhow!("cannot begin to log: {error}"))
    }
}

impl LeaderElection {
    /// Whether the times fit together, by client-go's rules.
    pub(crate) fn check(&self) -> Result<()> {
        let Self {
            lease_duration,
            renew_deadline,
            retry_period,
            ..
        } = self;
        if lease_duration.subsec_nanos() != 0 || i32::try_from(lease_duration.as_secs()).is_err() {
            bail!(
                "--leader-elect-lease-duration is {lease_duration:?}: a Lease counts whole seconds"
            );
        }
        if lease_duration <= renew_deadline {
            bail!(
                "--leader-elect-lease-duration ({lease_duration:?}) must be longer than --leader-elect-renew-deadline \
                 ({renew_deadline:?}): the old leader stops before the next one starts"
            );
        }
        if retry_period.is_zero() || *renew_deadline <= retry_period.mul_f64(1.2) {
            bail!(
                "--leader-elect-renew-deadline ({renew_deadline:?}) must be longer than 1.2 times \
                 --leader-elect-retry-period ({retry_period:?}), and that more than nothing: a renewal may fail once"
            );
        }
        Ok(())
    }
}

impl MetricsServer {
    pub(crate) fn certificate(&self) -> Option<CertificateFiles> {
        let folder = self.cert_path.as_ref()?;
        Some(CertificateFiles {
            certificate: folder.join(&self.cert_name),
            key: folder.join(&self.cert_key),
        })
    }
}

impl BindAddress {
    /// `None` where it is nowhere.
    pub(crate) async fn listen(&self) -> Result<Option<TcpListener>> {
        let Some((host, port)) = &self.0 else {
            return Ok(None);
        };
        let listener = if host.is_empty() {
            // The first takes connections of both families. A machine without IPv6 has the second alone.
            let all: [SocketAddr; 2] = [
                (Ipv6Addr::UNSPECIFIED, *port).into(),
                (Ipv4Addr::UNSPECIFIED, *port).into(),
            ];
            TcpListener::bind(&all[..]).await
        } else {
            TcpListener::bind((host.as_str(), *port)).await
        };
        listener
            .map(Some)
            .with_context(|| format!("cannot listen at {self}"))
    }
}

impl FromStr for BindAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "0" {
            return Ok(Self(None));
        }
        let address = text
            .rsplit_once(':')
            .and_then(|(host, port)| Some((host, port.parse().ok()?)));
        let Some((host, port)) = address else {
            return Err("expected `:PORT`, `HOST:PORT`, or `0` for nowhere".to_owned());
        };
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        if bare.is_none() && host.contains(':') {
            return Err(format!(
                "an IPv6 address is written in brackets: `[{host}]:{port}`"
            ));
        }
        Ok(Self(Some((bare.unwrap_or(host).to_owned(), port))))
    }
}

impl fmt::Display for BindAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => f.write_str("0"),
            Some((host, port)) if host.contains(':') => write!(f, "[{host}]:{port}"),
            Some((host, port)) => write!(f, "{host}:{port}"),
        }
    }
}

fn log_level(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|error| error.to_string())
}

/// As Go writes it: `15s`, `1m30s`, `500ms`.
fn duration(text: &str) -> Result<Duration, String> {
    let duration: SignedDuration = text
        .parse()
        .map_err(|_| "expected a time such as `15s`, `1m30s` or `500ms`".to_owned())?;
    Duration::try_from(duration).map_err(|_| "a time is not negative".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::supervision::RECONCILE_TIMEOUT;

    #[derive(Parser)]
    struct Flags {
        #[command(flatten)]
        settings: Settings,
    }

    fn parse(flags: &[&str]) -> Result<Settings, String> {
        let flags = Flags::try_parse_from([&["operator"], flags].concat());
        flags
            .map(|flags| flags.settings)
            .map_err(|error| error.to_string())
    }

    fn check_election(flags: &[&str], expected: Result<(), &str>) {
        let checked = parse(flags).unwrap().leader_election.check();
        match (checked, expected) {
            (Ok(()), Ok(())) => {}
            (Err(error), Err(part)) => {
                assert!(error.to_string().contains(part), "{flags:?}: {error}")
            }
            (checked, expected) => panic!("{flags:?}: {checked:?}, not {expected:?}"),
        }
    }

    #[test]
    fn addresses_are_read_as_go_reads_them() {
        let check = |text: &str, expected: Result<&str, &str>| {
            let address: Result<BindAddress, String> = text.parse();
            match (address, expected) {
                (Ok(address), Ok(expected)) => assert_eq!(address.to_string(), expected),
                (Err(error), Err(part)) => assert!(error.contains(part), "{text}: {error}"),
                (address, expected) => panic!("{text}: {address:?}, not {expected:?}"),
            }
        };
        check("0", Ok("0"));
        check(":8081", Ok(":8081"));
        check("localhost:0", Ok("localhost:0"));
        check("127.0.0.1:80", Ok("127.0.0.1:80"));
        check("[::1]:80", Ok("[::1]:80"));
        check("::1:80", Err("in brackets: `[::1]:80`"));
        check("8081", Err("expected `:PORT`"));
        check(":99999", Err("expected `:PORT`"));
        check("", Err("expected `:PORT`"));
    }

    #[test]
    fn the_default_timeout_is_the_one_of_an_operator_without_flags() {
        assert_eq!(parse(&[]).unwrap().reconcile_timeout, RECONCILE_TIMEOUT);
        let long = parse(&["--reconcile-timeout=1h30m"]).unwrap();
        assert_eq!(long.reconcile_timeout, Duration::from_secs(90 * 60));
    }

    #[test]
    fn a_switch_can_be_switched_off() {
        for (flags, expected) in [
            (vec![], false),
            (vec!["--leader-elect"], true),
            (vec!["--leader-elect=true"], true),
            (vec!["--leader-elect=false"], false),
        ] {
            let election = parse(&flags).unwrap().leader_election;
            assert_eq!(election.leader_elect, expected, "{flags:?}");
        }
        assert!(parse(&[]).unwrap().metrics.secure);
        assert!(!parse(&["--metrics-secure=false"]).unwrap().metrics.secure);
    }

    #[test]
    fn a_certificate_has_a_folder_and_two_files() {
        let check = |flags: &[&str], expected: Option<(&str, &str)>| {
            let files = parse(flags).unwrap().metrics.certificate();
            let files = files.map(|files| (files.certificate, files.key));
            let expected = expected.map(|(certificate, key)| (certificate.into(), key.into()));
            assert_eq!(files, expected, "{flags:?}");
        };
        check(&[], None);
        check(
            &["--metrics-cert-path=/a"],
            Some(("/a/tls.crt", "/a/tls.key")),
        );
        let named = [
            "--metrics-cert-path=/a",
            "--metrics-cert-name=b",
            "--metrics-cert-key=c",
        ];
        check(&named, Some(("/a/b", "/a/c")));
    }

    #[test]
    fn times_must_fit_together() {
        check_election(&[], Ok(()));
        check_election(
            &[
                "--leader-elect-lease-duration=1m30s",
                "--leader-elect-renew-deadline=1m",
            ],
            Ok(()),
        );
        check_election(
            &["--leader-elect-lease-duration=10s"],
            Err("must be longer than --leader-elect-renew-deadline"),
        );
        check_election(
            &["--leader-elect-lease-duration=15500ms"],
            Err("whole seconds"),
        );
        check_election(
            &["--leader-elect-retry-period=9s"],
            Err("1.2 times --leader-elect-retry-period"),
        );
        check_election(
            &["--leader-elect-retry-period=0s"],
            Err("more than nothing"),
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_its_name() {
        for (flag, part) in [
            ("--leader-elect-retry-period=often", "such as `15s`"),
            ("--leader-elect-retry-period=-2s", "not negative"),
            ("--log-level=loud=quiet", "'--log-level <LEVEL>'"),
            ("--log-format=xml", "possible values: text, json"),
            ("--health-probe-bind-address=here", "expected `:PORT`"),
        ] {
            let error = parse(&[flag]).unwrap_err();
            assert!(error.contains(part), "{flag}: {error}");
        }
    }
}
