use std::sync::Arc;

use http::{Request, Response};
use kube::client::Body;
use serde_json::{Value, json};
use tokio::time::sleep;
use tower::BoxError;
use tower::service_fn;

use super::*;

/// What the API server was asked: `token <token>`, or `may <user>`.
type Journal = Arc<Mutex<Vec<String>>>;

/// Asks an API server that knows the tokens of `reader` and `stranger`; of these, the first may read. It fails at `broken`.
fn readers() -> (Readers, Journal) {
    let journal = Journal::default();
    let service = service_fn({
        let journal = journal.clone();
        move |request: Request<Body>| {
            let journal = journal.clone();
            async move {
                let (head, body) = request.into_parts();
                let body: Value = serde_json::from_slice(&body.collect_bytes().await?)?;
                let (status, answer) = answer(head.uri.path(), body, &journal);
                let response = Response::builder().status(status);
                Ok::<_, BoxError>(response.body(Body::from(answer.to_string().into_bytes()))?)
            }
        }
    });
    (Readers::new(Client::new(service, "default")), journal)
}

fn answer(path: &str, mut review: Value, journal: &Journal) -> (u16, Value) {
    let write = |entry: String| journal.lock().unwrap().push(entry);
    let spec = &review["spec"];
    review["status"] = match path {
        "/apis/authentication.k8s.io/v1/tokenreviews" => {
            let token = spec["token"].as_str().unwrap();
            write(format!("token {token}"));
            match token {
                "broken" => return (500, json!({ "message": "out of order, code 42" })),
                "reader" | "stranger" => json!({
                    "authenticated": true,
                    "user": { "username": token, "uid": "1", "groups": ["g"], "extra": { "k": ["v"] } },
                }),
                _ => json!({ "error": "invalid bearer token" }),
            }
        }
        "/apis/authorization.k8s.io/v1/subjectaccessreviews" => {
            let user = spec["user"].as_str().unwrap();
            write(format!("may {user}"));
            let asked = json!({
                "user": user, "uid": "1", "groups": ["g"], "extra": { "k": ["v"] },
                "nonResourceAttributes": { "path": "/metrics", "verb": "get" },
            });
            assert_eq!(*spec, asked);
            json!({ "allowed": user == "reader" })
        }
        _ => panic!("{path}"),
    };
    (201, review)
}

fn headers(authorization: &str) -> HeaderMap {
    let value = authorization.parse().unwrap();
    HeaderMap::from_iter([(header::AUTHORIZATION, value)])
}

#[tokio::test]
async fn they_need_a_token_and_a_role() {
    let (readers, journal) = readers();
    let check = async |authorization: &str, expected: Result<(), Refusal>| {
        let verdict = readers.admit(&headers(authorization)).await;
        assert_eq!(verdict, expected, "{authorization}");
    };
    assert_eq!(
        readers.admit(&HeaderMap::new()).await,
        Err(Refusal::Unauthorized)
    );
    for no_token in [
        "",
        "reader",
        "Bearer",
        "Bearer ",
        "Basic reader",
        "Bearer  reader",
    ] {
        check(no_token, Err(Refusal::Unauthorized)).await;
    }
    assert_eq!(*journal.lock().unwrap(), [""; 0], "there is nothing to ask");

    check("Bearer forged", Err(Refusal::Unauthorized)).await;
    check("Bearer stranger", Err(Refusal::Forbidden)).await;
    check("Bearer reader", Ok(())).await;
    check("bearer reader", Ok(())).await;
    check("Bearer broken", Err(Refusal::Unknown)).await;
}

#[tokio::test(start_paused = true)]
async fn the_api_server_is_believed_for_a_while() {
    let (readers, journal) = readers();
    let check = async |token: &str, expected: &[&str]| {
        let _ = readers.admit(&headers(&format!("Bearer {token}"))).await;
        assert_eq!(
            std::mem::take(&mut *journal.lock().unwrap()),
            expected,
            "{token}"
        );
    };
    check("reader", &["token reader", "may reader"]).await;
    check("stranger", &["token stranger", "may stranger"]).await;
    check("forged", &["token forged"]).await;
    sleep(Duration::from_secs(29)).await;
    check("reader", &[]).await;
    check("stranger", &[]).await;
    check("forged", &["token forged"]).await;
    sleep(Duration::from_secs(1)).await;
    check("stranger", &["may stranger"]).await;
    sleep(Duration::from_secs(30)).await;
    check("reader", &["token reader"]).await;
    sleep(Duration::from_secs(4 * 60)).await;
    check("reader", &["token reader", "may reader"]).await;
}

#[tokio::test(start_paused = true)]
async fn an_api_server_that_does_not_answer_is_not_waited_for() {
    let service = service_fn(async |_: Request<Body>| {
        std::future::pending::<Result<Response<Body>, BoxError>>().await
    });
    let readers = Arc::new(Readers::new(Client::new(service, "default")));
    // More than there are turns.
    let began = Instant::now();
    let scrapes = (0..2 * TURNS).map(|_| {
        let readers = readers.clone();
        tokio::spawn(async move { readers.admit(&headers("Bearer reader")).await })
    });
    for scrape in scrapes.collect::<Vec<_>>() {
        assert_eq!(scrape.await.unwrap(), Err(Refusal::Unknown));
    }
    assert!(began.elapsed() <= PATIENCE + Duration::from_millis(10));
}

#[tokio::test]
async fn the_memory_is_bounded() {
    let mut memory = Memory::default();
    for number in 0..=MOST {
        memory.put(
            number.to_string(),
            number,
            Duration::from_secs(60 + number as u64),
        );
    }
    assert_eq!(memory.0.len(), MOST);
    assert_eq!(memory.get("0"), None, "it would have gone first");
    assert_eq!(memory.get(&MOST.to_string()), Some(MOST));
}

#[test]
fn whoever_is_refused_is_told_nothing_but_that() {
    let check = |refusal: Refusal, status: u16, challenge: Option<&str>| {
        let response = refusal.answer();
        assert_eq!(response.status(), status);
        let header = response.headers().get(header::WWW_AUTHENTICATE);
        assert_eq!(header.map(|it| it.to_str().unwrap()), challenge);
    };
    check(Refusal::Unauthorized, 401, Some("Bearer"));
    check(Refusal::Forbidden, 403, None);
    check(Refusal::Unknown, 500, None);
}
