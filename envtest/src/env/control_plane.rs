//! The servers of one control plane.

use std::fs;
use std::path::{Path, PathBuf};

use kube::{Client, Config};
use tempfile::TempDir;

use super::credentials::Credentials;
use super::port::Port;
use super::ready;
use super::server::Server;
use super::supervisor::Supervisor;
use crate::error::Doing;
use crate::{Assets, Program, Result};

/// What of a control plane can be chosen.
#[derive(Clone, Debug)]
pub(super) struct Options {
    pub audit_log: bool,
    pub controller_manager: bool,
    pub api_server_flags: Vec<String>,
}

pub(super) struct ControlPlane {
    /// `None` once it has ended everything.
    supervisor: Option<Supervisor>,
    etcd: Server,
    api_server: Server,
    controller_manager: Option<Server>,
    credentials: Credentials,
    url: String,
    folder: PathBuf,
    audit_log: Option<PathBuf>,
    _ports: [Port; 2],
}

impl ControlPlane {
    /// Starts the servers and waits until the API server is ready.
    pub(super) async fn start(assets: &Assets, options: &Options) -> Result<Self> {
        let mut control_plane = Self::prepare(assets, options)?;
        let supervisor = control_plane.supervisor.as_mut().expect("just begun");
        control_plane.etcd.start(supervisor)?;
        control_plane.api_server.start(supervisor)?;
        let client = super::client(&control_plane.admin());
        control_plane.wait_until_ready(&client).await?;
        control_plane.restart_controller_manager()?;
        Ok(control_plane)
    }

    fn prepare(assets: &Assets, options: &Options) -> Result<Self> {
        let temporary = tempfile::Builder::new()
            .prefix("kopgen-envtest-")
            .tempdir()
            .doing(|| "create a temporary folder".to_owned())?;
        let supervisor = Supervisor::start(temporary.path())?;
        // From here on the supervisor removes it.
        let folder = TempDir::keep(temporary);
        let reserve = || Port::reserve().doing(|| "reserve a port of 127.0.0.1".to_owned());
        let (etcd_port, port) = (reserve()?, reserve()?);
        let url = format!("https://127.0.0.1:{}", port.number());
        let credentials = Credentials::create(&folder)?;
        let kubeconfig = folder.join("kubeconfig");
        credentials.write_kubeconfig(&url, &kubeconfig)?;
        let audit_log = options.audit_log.then(|| folder.join("audit.log"));

        let server = |program: Program, arguments| {
            let executable = assets.program(program)?;
            Some(Server::new(program, executable, arguments, &folder))
        };
        let required = "assets without it are refused";
        let etcd = server(Program::Etcd, etcd_arguments(&folder, &etcd_port)).expect(required);
        let mut arguments = api_server_arguments(&credentials, &etcd_port, &port);
        if let Some(path) = &audit_log {
            arguments.extend(audit_arguments(&folder, path)?);
        }
        arguments.extend(options.api_server_flags.iter().cloned());
        let api_server = server(Program::ApiServer, arguments).expect(required);
        let controller_manager = options.controller_manager.then(|| {
            let arguments = controller_manager_arguments(&credentials, &kubeconfig);
            server(Program::ControllerManager, arguments)
        });
        Ok(Self {
            etcd,
            api_server,
            controller_manager: controller_manager.flatten(),
            supervisor: Some(supervisor),
            credentials,
            url,
            folder,
            audit_log,
            _ports: [etcd_port, port],
        })
    }

    pub(super) async fn restart_api_server(&mut self, client: &Client) -> Result<()> {
        self.api_server.kill();
        self.api_server
            .start(self.supervisor.as_mut().expect("ended on drop only"))?;
        self.wait_until_ready(client).await
    }

    /// Its garbage collector looks for new kinds every 30 s, and at its start.
    pub(super) fn restart_controller_manager(&mut self) -> Result<()> {
        let supervisor = self.supervisor.as_mut().expect("ended on drop only");
        match &mut self.controller_manager {
            Some(server) => {
                server.kill();
                server.start(supervisor)
            }
            None => Ok(()),
        }
    }

    pub(super) fn admin(&self) -> Config {
        self.credentials.admin(&self.url)
    }

    pub(super) fn bearer(&self, token: &str) -> Config {
        self.credentials.bearer(&self.url, token)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn audit_log(&self) -> Option<PathBuf> {
        self.audit_log.clone()
    }

    async fn wait_until_ready(&mut self, client: &Client) -> Result<()> {
        let servers = &mut [&mut self.etcd, &mut self.api_server];
        ready::wait_until_ready(client, servers).await
    }
}

impl Drop for ControlPlane {
    fn drop(&mut self) {
        let servers = [
            Some(&mut self.etcd),
            Some(&mut self.api_server),
            self.controller_manager.as_mut(),
        ];
        let mut servers: Vec<_> = servers.into_iter().flatten().collect();
        for server in &mut servers {
            // It should still run: if not, that may be why the test fails.
            if let Err(error) = server.check() {
                crate::report::say(&error.to_string());
            }
        }
        drop(self.supervisor.take());
        for server in servers {
            // They have ended, unless somebody has ended their watcher; this waits for them.
            server.kill();
        }
    }
}

fn etcd_arguments(folder: &Path, port: &Port) -> Vec<String> {
    let client_url = format!("http://127.0.0.1:{}", port.number());
    vec![
        format!("--data-dir={}", folder.join("etcd").display()),
        format!("--listen-client-urls={client_url}"),
        format!("--advertise-client-urls={client_url}"),
        // It has no peers: any port will do.
        "--listen-peer-urls=http://127.0.0.1:0".to_owned(),
        format!("--socket-reuse-port={}", Port::SHARED),
        "--unsafe-no-fsync=true".to_owned(),
        "--log-level=warn".to_owned(),
    ]
}

fn api_server_arguments(credentials: &Credentials, etcd: &Port, port: &Port) -> Vec<String> {
    let certificate = credentials.certificate.display();
    let key = credentials.key.display();
    vec![
        format!("--etcd-servers=http://127.0.0.1:{}", etcd.number()),
        "--bind-address=127.0.0.1".to_owned(),
        format!("--secure-port={}", port.number()),
        format!("--permit-port-sharing={}", Port::SHARED),
        // The Service `kubernetes` may not point to a loopback address, so nothing keeps its endpoints.
        "--advertise-address=127.0.0.1".to_owned(),
        "--endpoint-reconciler-type=none".to_owned(),
        format!("--tls-cert-file={certificate}"),
        format!("--tls-private-key-file={key}"),
        format!(
            "--service-account-issuer=https://127.0.0.1:{}",
            port.number()
        ),
        format!("--service-account-key-file={certificate}"),
        format!("--service-account-signing-key-file={key}"),
        format!("--token-auth-file={}", credentials.tokens.display()),
        "--authorization-mode=RBAC".to_owned(),
        "--service-cluster-ip-range=10.0.0.0/24".to_owned(),
        "--allow-privileged=true".to_owned(),
        // It refuses pods until the controller manager, which may be absent, has made the namespace's ServiceAccount.
        "--disable-admission-plugins=ServiceAccount".to_owned(),
    ]
}

/// Every request once it is answered; of a watch, also its beginning.
fn audit_arguments(folder: &Path, log: &Path) -> Result<[String; 2]> {
    let policy = folder.join("audit-policy.yaml");
    let text = "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata}]\n";
    fs::write(&policy, text).doing(|| format!("write {}", policy.display()))?;
    Ok([
        format!("--audit-policy-file={}", policy.display()),
        format!("--audit-log-path={}", log.display()),
    ])
}

fn controller_manager_arguments(credentials: &Credentials, kubeconfig: &Path) -> Vec<String> {
    vec![
        format!("--kubeconfig={}", kubeconfig.display()),
        format!(
            "--service-account-private-key-file={}",
            credentials.key.display()
        ),
        "--leader-elect=false".to_owned(),
        "--use-service-account-credentials=false".to_owned(),
        // It serves nothing that a test needs.
        "--secure-port=0".to_owned(),
        // Its default is 20 requests a second, for a cluster that has other things to do.
        "--kube-api-qps=500".to_owned(),
        "--kube-api-burst=1000".to_owned(),
    ]
}
