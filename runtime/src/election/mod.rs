//! Leader election with client-go's algorithm (`tools/leaderelection`).
//!
//! The leader holds a Lease and renews it. Every write of the Lease is bound to the version that was read, so that of two
//! that try one fails. Nobody's wall clock counts: the others wait until they themselves have seen no change of the Lease
//! for its duration, and the leader gives up a while before that, counted from before it asked for the last renewal that
//! succeeded.

mod gate;
#[cfg(test)]
mod tests;

use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use k8s_openapi::jiff::Timestamp;
use kopgen_core::rbac::{PolicyRule, Scope, ScopedRule};
use kube::Client;
use kube::api::{Api, PostParams};
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::Result;
use crate::controller::{random, random_bits};
use crate::describe::describe;
use crate::settings::LeaderElection;

pub(crate) use gate::Gate;

/// What an election asks permission for, in the namespace that the operator runs in.
pub(crate) fn rules(lease: &str) -> Vec<ScopedRule> {
    // RBAC cannot narrow a creation to a name.
    [
        (vec![], vec!["create"]),
        (vec![lease], vec!["get", "update"]),
    ]
    .map(|(names, verbs)| ScopedRule {
        scope: Scope::Own,
        cluster_scoped: false,
        rule: PolicyRule {
            api_groups: vec!["coordination.k8s.io".into()],
            resources: vec!["leases".into()],
            resource_names: names.into_iter().map(str::to_owned).collect(),
            verbs: verbs.into_iter().map(str::to_owned).collect(),
            ..Default::default()
        },
    })
    .into()
}

/// One replica in an election.
pub(crate) struct Candidate {
    leases: Api<Lease>,
    name: String,
    identity: String,
    settings: LeaderElection,
    /// The Lease as this replica has written it last, for as long as nobody else is known to have changed it.
    held: Option<Lease>,
    /// The Lease as this replica has read it last, and when it read that for the first time.
    seen: Option<(LeaseSpec, Instant)>,
}

/// How it stands.
#[derive(Debug, PartialEq)]
enum Standing {
    /// This replica leads, by a Lease that it asked for at this time.
    Leads(Instant),
    /// Another one does.
    Follows(String),
}

impl Candidate {
    /// `client` must not be behind the gate. The Lease has the operator's name, and is in the client's default namespace.
    pub(crate) fn new(client: Client, name: &str, settings: LeaderElection) -> Self {
        let host = hostname::get().unwrap_or_default();
        Self {
            leases: Api::default_namespaced(client),
            name: name.to_owned(),
            identity: format!("{}_{:016x}", host.to_string_lossy(), random_bits()),
            settings,
            held: None,
            seen: None,
        }
    }

    /// Waits until it leads, opens the gate, and keeps it open until `resign`; then it gives the Lease back. After `stop` it
    /// does not begin to lead: there is nobody any more to lead for.
    ///
    /// # Errors
    ///
    /// When it leads no more before `resign`.
    pub(crate) async fn run(
        mut self,
        gate: Gate,
        stop: CancellationToken,
        resign: CancellationToken,
    ) -> Result<()> {
        let Some(asked) = self.campaign(&stop).await else {
            return Ok(());
        };
        if stop.is_cancelled() {
            self.release().await;
            return Ok(());
        }
        let result = self.lead(asked, &gate, &resign).await;
        gate.close();
        if result.is_ok() {
            self.release().await;
        }
        result
    }

    /// Tries to get the Lease until it has it. `None` after a stop.
    async fn campaign(&mut self, stop: &CancellationToken) -> Option<Instant> {
        let (lease, identity) = (self.name.clone(), self.identity.clone());
        tracing::info!(lease, identity, "waiting to lead");
        let mut leader = None;
        // What has begun is not cut off: a Lease that is had without anybody knowing nobody gives back.
        while !stop.is_cancelled() {
            match self.attempt().await {
                Ok(Standing::Leads(asked)) => {
                    tracing::info!(lease, identity, "leading");
                    return Some(asked);
                }
                Ok(Standing::Follows(holder)) => {
                    if leader.as_ref() != Some(&holder) {
                        tracing::info!(lease, leader = holder, "another replica leads");
                    }
                    leader = Some(holder);
                }
                Err(error) => {
                    let error = describe(error.as_ref());
                    tracing::warn!(lease, error, "cannot ask to lead");
                }
            }
            // A fifth more or less, so that not all ask at the same time.
            let pause = (self.settings.retry_period / 2).mul_f64(0.8 + 0.4 * random());
            tokio::select! {
                () = sleep(pause) => {}
                () = stop.cancelled() => {}
            }
        }
        None
    }

    /// Renews the Lease until `resign`.
    async fn lead(
        &mut self,
        asked: Instant,
        gate: &Gate,
        resign: &CancellationToken,
    ) -> Result<()> {
        let LeaderElection {
            renew_deadline,
            retry_period,
            ..
        } = self.settings;
        let mut deadline = asked + renew_deadline;
        gate.open_until(deadline);
        loop {
            tokio::select! {
                () = sleep_until(deadline.min(Instant::now() + retry_period)) => {}
                () = resign.cancelled() => return Ok(()),
            }
            let lease = self.name.clone();
            match timeout_at(deadline, self.attempt()).await {
                Ok(Ok(Standing::Leads(asked))) => {
                    deadline = asked + renew_deadline;
                    gate.open_until(deadline);
                }
                Ok(Ok(Standing::Follows(leader))) => {
                    bail!("lost the lease {lease}: {leader} has taken it")
                }
                Ok(Err(error)) => {
                    let error = describe(error.as_ref());
                    tracing::warn!(lease, error, "cannot renew the lease");
                }
                Err(_) => {}
            }
            if Instant::now() >= deadline {
                bail!("lost the lease {lease}: it could not be renewed for {renew_deadline:?}");
            }
        }
    }

    /// Gives the Lease back, so that the next one need not wait.
    async fn release(&mut self) {
        let lease = self.name.clone();
        match timeout(self.settings.retry_period, self.give_back()).await {
            Ok(Ok(())) => tracing::info!(lease, "gave the lease back"),
            Ok(Err(error)) => {
                let error = describe(&error);
                tracing::warn!(lease, error, "cannot give the lease back");
            }
            Err(_) => tracing::warn!(lease, "cannot give the lease back in time"),
        }
    }

    /// Somebody may touch the Lease at any time, so what this replica knows of it may be old: then it reads it, and looks whether it
    /// still holds it.
    async fn give_back(&mut self) -> Result<(), kube::Error> {
        loop {
            let mut lease = match self.held.take() {
                Some(lease) => lease,
                None => match self.leases.get_opt(&self.name).await? {
                    Some(lease) => lease,
                    None => return Ok(()),
                },
            };
            let spec = lease.spec.unwrap_or_default();
            if spec.holder_identity.as_ref() != Some(&self.identity) {
                return Ok(());
            }
            let now = MicroTime(Timestamp::now());
            lease.spec = Some(LeaseSpec {
                holder_identity: Some(String::new()),
                lease_duration_seconds: Some(1),
                acquire_time: Some(now.clone()),
                renew_time: Some(now),
                ..spec
            });
            let params = self.params();
            match self.leases.replace(&self.name, &params, &lease).await {
                Err(kube::Error::Api(status)) if status.is_conflict() => {}
                replaced => return replaced.map(drop),
            }
        }
    }

    /// Gets or renews the Lease, if nobody else has it.
    async fn attempt(&mut self) -> Result<Standing> {
        // Two fit into the deadline.
        let patience = self.settings.renew_deadline / 2;
        timeout(patience, self.get_or_renew())
            .await
            .unwrap_or_else(|_| Err(anyhow!("no answer within {patience:?}")))
    }

    async fn get_or_renew(&mut self) -> Result<Standing> {
        let asked = Instant::now();
        let held = self.held.take();
        // The leader knows what it wrote; only where that has changed does it read.
        if let Some(held) = held {
            match self.write(held).await {
                Err(kube::Error::Api(status)) if status.is_conflict() => {}
                written => {
                    self.held = Some(written.context("cannot update the Lease")?);
                    return Ok(Standing::Leads(asked));
                }
            }
        }
        let read = self.leases.get_opt(&self.name).await;
        let written = match read.context("cannot get the Lease")? {
            Some(lease) => {
                if let Some(leader) = self.leader_of(&lease) {
                    return Ok(Standing::Follows(leader));
                }
                self.write(lease).await.context("cannot update the Lease")?
            }
            None => {
                let mut lease = Lease::default();
                lease.metadata.name = Some(self.name.clone());
                lease.spec = Some(self.spec(None));
                let created = self.leases.create(&self.params(), &lease).await;
                created.context("cannot create the Lease")?
            }
        };
        self.held = Some(written);
        Ok(Standing::Leads(asked))
    }

    /// Who else leads, as far as this replica has seen.
    fn leader_of(&mut self, lease: &Lease) -> Option<String> {
        let spec = lease.spec.clone().unwrap_or_default();
        let since = match &self.seen {
            Some((seen, since)) if *seen == spec => *since,
            _ => Instant::now(),
        };
        self.seen = Some((spec.clone(), since));
        let seconds = spec
            .lease_duration_seconds
            .and_then(|it| it.try_into().ok());
        let valid = seconds.map_or(self.settings.lease_duration, Duration::from_secs);
        let holder = spec.holder_identity.filter(|holder| !holder.is_empty())?;
        (holder != self.identity && Instant::now() < since + valid).then_some(holder)
    }

    /// Makes the Lease this replica's; refused when it has changed since it was read.
    async fn write(&self, mut lease: Lease) -> Result<Lease, kube::Error> {
        lease.spec = Some(self.spec(lease.spec.as_ref()));
        self.leases
            .replace(&self.name, &self.params(), &lease)
            .await
    }

    fn spec(&self, before: Option<&LeaseSpec>) -> LeaseSpec {
        let now = MicroTime(Timestamp::now());
        let before = before.cloned().unwrap_or_else(|| LeaseSpec {
            // The first holder is no transition.
            lease_transitions: Some(-1),
            ..Default::default()
        });
        let renews = before.holder_identity.as_ref() == Some(&self.identity);
        let transitions = before.lease_transitions.unwrap_or_default();
        LeaseSpec {
            holder_identity: Some(self.identity.clone()),
            lease_duration_seconds: self.settings.lease_duration.as_secs().try_into().ok(),
            acquire_time: before.acquire_time.filter(|_| renews).or(Some(now.clone())),
            renew_time: Some(now),
            lease_transitions: Some(transitions + i32::from(!renews)),
            ..before
        }
    }

    fn params(&self) -> PostParams {
        PostParams {
            field_manager: Some(self.name.clone()),
            ..Default::default()
        }
    }
}
