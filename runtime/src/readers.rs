//! Who may read the metrics: whoever has a token that Kubernetes knows, and a role that allows `get` on `/metrics`.
//!
//! The API server is asked, and its answers are believed for as long as controller-runtime's
//! `filters.WithAuthenticationAndAuthorization` believes them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use anyhow::Context as _;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use k8s_openapi::api::authentication::v1::{TokenReview, TokenReviewSpec, UserInfo};
use k8s_openapi::api::authorization::v1::{
    NonResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec,
};
use kube::api::PostParams;
use kube::{Api, Client};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use crate::Result;
use crate::describe::describe;
use crate::server::{Answer, status};

/// Lets those read who may.
pub(crate) struct Readers {
    client: Client,
    /// By their tokens.
    users: Mutex<Memory<UserInfo>>,
    /// By the question.
    verdicts: Mutex<Memory<bool>>,
    turns: Semaphore,
}

/// Why somebody may not read. Whoever asked is told no more than the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is no valid token.
    Unauthorized,
    /// The token's user may not.
    Forbidden,
    /// The API server could not be asked.
    Unknown,
}

/// How long the API server's answers hold: that a token is a user's, that a user may read, that a user may not. That a
/// token is nobody's is never kept: there is no end of such tokens.
const KNOWN: Duration = Duration::from_secs(60);
const ALLOWED: Duration = Duration::from_secs(5 * 60);
const DENIED: Duration = Duration::from_secs(30);

/// How long the API server may take for an answer, waiting for a turn included.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many questions are under way: a flood of tokens here is to be none at the API server.
const TURNS: usize = 4;

impl Readers {
    /// `client` must not be behind the gate: a replica that does not lead has metrics, too, and to ask changes nothing.
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            users: Mutex::default(),
            verdicts: Mutex::default(),
            turns: Semaphore::new(TURNS),
        }
    }

    /// Whether a request with these headers may be answered.
    pub(crate) async fn admit(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let token = bearer(headers).ok_or(Refusal::Unauthorized)?;
        let user = self.user(token).await.map_err(unknown)?;
        let user = user.ok_or(Refusal::Unauthorized)?;
        match self.may_read(user).await.map_err(unknown)? {
            true => Ok(()),
            false => Err(Refusal::Forbidden),
        }
    }

    /// Whose token it is.
    async fn user(&self, token: &str) -> Result<Option<UserInfo>> {
        if let Some(user) = lock(&self.users).get(token) {
            return Ok(Some(user));
        }
        #[allow(
            clippy::useless_conversion,
            reason = "it is optional before Kubernetes 1.36"
        )]
        let spec = TokenReviewSpec {
            token: token.to_owned().into(),
            ..Default::default()
        };
        let review = TokenReview {
            spec,
            ..Default::default()
        };
        let status = self.ask(&review).await?.status.unwrap_or_default();
        let user = status.user.filter(|_| status.authenticated == Some(true));
        match &user {
            Some(user) => lock(&self.users).put(token.to_owned(), user.clone(), KNOWN),
            None => {
                tracing::debug!(error = status.error, "no valid token to read the metrics");
            }
        }
        Ok(user)
    }

    async fn may_read(&self, user: UserInfo) -> Result<bool> {
        let name = user.username.clone().unwrap_or_default();
        let attributes = NonResourceAttributes {
            path: Some("/metrics".into()),
            verb: Some("get".into()),
        };
        let spec = SubjectAccessReviewSpec {
            user: user.username,
            uid: user.uid,
            groups: user.groups,
            extra: user.extra,
            non_resource_attributes: Some(attributes),
            ..Default::default()
        };
        let question = serde_json::to_string(&spec)?;
        if let Some(verdict) = lock(&self.verdicts).get(&question) {
            return Ok(verdict);
        }
        let review = SubjectAccessReview {
            spec,
            ..Default::default()
        };
        let status = self.ask(&review).await?.status.unwrap_or_default();
        let verdict = status.allowed && status.denied != Some(true);
        if !verdict {
            tracing::info!(
                user = name,
                "may not read the metrics: needs a role that allows get on /metrics"
            );
        }
        let holds = if verdict { ALLOWED } else { DENIED };
        lock(&self.verdicts).put(question, verdict, holds);
        Ok(verdict)
    }

    async fn ask<Review>(&self, review: &Review) -> Result<Review>
    where
        Review: kube::Resource<DynamicType = ()>
            + Clone
            + std::fmt::Debug
            + Serialize
            + DeserializeOwned,
    {
        let ask = async {
            let _turn = self.turns.acquire().await?;
            let reviews = Api::all(self.client.clone());
            Ok(reviews.create(&PostParams::default(), review).await?)
        };
        let answer = timeout(PATIENCE, ask).await;
        let answer = answer.with_context(|| format!("no answer within {PATIENCE:?}"));
        answer
            .flatten()
            .with_context(|| format!("cannot create a {}", Review::kind(&())))
    }
}

impl Refusal {
    pub(crate) fn answer(self) -> Answer {
        match self {
            // Who asks for a token says of which kind.
            Self::Unauthorized => {
                let mut answer = status(StatusCode::UNAUTHORIZED);
                let bearer = HeaderValue::from_static("Bearer");
                answer
                    .headers_mut()
                    .insert(header::WWW_AUTHENTICATE, bearer);
                answer
            }
            Self::Forbidden => status(StatusCode::FORBIDDEN),
            Self::Unknown => status(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

/// The token in `Authorization: Bearer <token>`, as the API server reads it.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let mut words = value.trim().split(' ');
    words
        .next()
        .filter(|scheme| scheme.eq_ignore_ascii_case("bearer"))?;
    words.next().filter(|token| !token.is_empty())
}

fn unknown(error: anyhow::Error) -> Refusal {
    let error = describe(error.as_ref());
    tracing::warn!(error, "cannot find out who may read the metrics");
    Refusal::Unknown
}

fn lock<V>(memory: &Mutex<Memory<V>>) -> MutexGuard<'_, Memory<V>> {
    memory.lock().expect("nothing panics under this lock")
}

/// Answers, each until its time is over.
struct Memory<V>(HashMap<String, (V, Instant)>);

/// How many answers it has at most. Then the one goes that would have gone first.
const MOST: usize = 1024;

impl<V: Clone> Memory<V> {
    fn get(&self, key: &str) -> Option<V> {
        let (value, until) = self.0.get(key)?;
        (Instant::now() < *until).then(|| value.clone())
    }

    fn put(&mut self, key: String, value: V, holds: Duration) {
        let now = Instant::now();
        self.0.retain(|_, (_, until)| now < *until);
        if self.0.len() == MOST {
            let first = self.0.iter().min_by_key(|(_, (_, until))| *until);
            if let Some(first) = first.map(|(key, _)| key.clone()) {
                self.0.remove(&first);
            }
        }
        self.0.insert(key, (value, now + holds));
    }
}

impl<V> Default for Memory<V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

#[cfg(test)]
mod tests;
