use futures::FutureExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::*;
use crate::tls::Certificate;

/// `/` at once, `/slow` after half a second, and `/never`.
struct Site;

impl Pages for Site {
    fn get<'a>(&'a self, path: &'a str, _: &'a HeaderMap) -> BoxFuture<'a, Option<Answer>> {
        async move {
            match path {
                "/" => {}
                "/slow" => sleep(FAREWELL / 2).await,
                "/never" => std::future::pending().await,
                _ => return None,
            }
            Some(text(StatusCode::OK, "ok"))
        }
        .boxed()
    }
}

struct World {
    address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl World {
    async fn new(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stop = CancellationToken::new();
        Self {
            address: listener.local_addr().unwrap(),
            serving: tokio::spawn(serve(listener, tls, Arc::new(Site), stop.clone())),
            stop,
        }
    }

    async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.unwrap())
    }
}

struct Client(TcpStream);

impl Client {
    async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// The status of the answer to this request, whose text is `ok`; the connection stays.
    async fn ask(&mut self, path: &str) -> String {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n"))
            .await;
        let mut answer = String::new();
        while !answer.ends_with("\r\n\r\nok") {
            let mut bytes = [0; 1024];
            let read = self.0.read(&mut bytes).await.unwrap();
            assert_ne!(read, 0, "it is closed after: {answer}");
            answer += std::str::from_utf8(&bytes[..read]).unwrap();
        }
        answer.lines().next().unwrap_or_default().to_owned()
    }

    /// What comes until the connection is closed.
    async fn rest(mut self) -> String {
        let mut rest = Vec::new();
        // Cut off it is, too, where what was sent has not been read.
        let _ = self.0.read_to_end(&mut rest).await;
        String::from_utf8(rest).unwrap()
    }

    /// Whether it is closed without another word, for longer than anything may take.
    async fn closes(self) -> bool {
        timeout(HEAD * 10, self.rest()).await == Ok(String::new())
    }
}

const OK: &str = "HTTP/1.1 200 OK";

/// That this much time has passed since.
fn check_elapsed(since: Instant, expected: Duration) {
    let elapsed = since.elapsed();
    let tolerance = Duration::from_millis(100);
    assert!(
        elapsed >= expected && elapsed < expected + tolerance,
        "{elapsed:?}, not {expected:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_head_that_does_not_end_is_cut_off_while_others_are_answered() {
    let world = World::new(None).await;
    let began = Instant::now();
    let mut slow = world.connect().await;
    slow.send("GET / HTTP/1.1\r\n").await;
    for _ in 0..3 {
        sleep(HEAD / 4).await;
        slow.send("Again: and again\r\n").await;
        assert_eq!(world.connect().await.ask("/").await, OK);
    }
    assert!(slow.closes().await);
    check_elapsed(began, HEAD);
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_is_closed_and_one_that_is_used_is_kept() {
    let world = World::new(None).await;
    let (silent, mut idle) = (world.connect().await, world.connect().await);
    let began = Instant::now();
    for _ in 0..5 {
        sleep(HEAD / 2).await;
        assert_eq!(idle.ask("/").await, OK);
    }
    let last = Instant::now();
    assert!(idle.closes().await);
    check_elapsed(last, HEAD);
    assert!(last > began + HEAD && silent.closes().await);
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_does_not_begin_is_cut_off() {
    let certificate = Arc::new(Certificate::self_signed().unwrap());
    let world = World::new(Some(certificate.acceptor().unwrap())).await;
    let began = Instant::now();
    assert!(world.connect().await.closes().await);
    check_elapsed(began, HANDSHAKE);
}

#[tokio::test(start_paused = true)]
async fn whoever_opens_many_connections_keeps_out_nobody() {
    let world = World::new(None).await;
    let mut many = VecDeque::new();
    for _ in 0..CONNECTIONS {
        let mut connection = world.connect().await;
        assert_eq!(connection.ask("/").await, OK);
        many.push_back(connection);
    }
    // One that has ended counts no longer.
    drop(many.pop_back());
    let mut last = world.connect().await;
    assert_eq!(last.ask("/").await, OK);
    assert_eq!(many[0].ask("/").await, OK);

    assert_eq!(world.connect().await.ask("/").await, OK);
    let (oldest, mut second) = (many.pop_front().unwrap(), many.pop_front().unwrap());
    let began = Instant::now();
    assert!(oldest.closes().await);
    check_elapsed(began, Duration::ZERO);
    assert_eq!(second.ask("/").await, OK);
    assert_eq!(last.ask("/").await, OK);
}

#[tokio::test(start_paused = true)]
async fn who_is_being_answered_makes_no_room() {
    let world = World::new(None).await;
    let mut asking = world.connect().await;
    asking.send("GET /never HTTP/1.1\r\nHost: h\r\n\r\n").await;
    let mut many = VecDeque::new();
    for _ in 1..CONNECTIONS {
        let mut connection = world.connect().await;
        assert_eq!(connection.ask("/").await, OK);
        many.push_back(connection);
    }
    assert_eq!(world.connect().await.ask("/").await, OK);
    let began = Instant::now();
    assert!(many.pop_front().unwrap().closes().await);
    check_elapsed(began, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_stop_waits_for_answers_and_not_for_clients() {
    let world = World::new(None).await;
    let (mut asking, mut idle) = (world.connect().await, world.connect().await);
    let (fresh, mut slow) = (world.connect().await, world.connect().await);
    assert_eq!(idle.ask("/").await, OK);
    slow.send("GET / HTTP/1.1\r\n").await;
    asking.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n").await;
    sleep(FAREWELL / 4).await;

    world.stop.cancel();
    let began = Instant::now();
    assert!(idle.closes().await && fresh.closes().await);
    check_elapsed(began, Duration::ZERO);
    assert!(TcpStream::connect(world.address).await.is_err());
    let answer = asking.rest().await;
    assert!(
        answer.starts_with(OK) && answer.ends_with("\r\n\r\nok"),
        "{answer}"
    );
    check_elapsed(began, FAREWELL / 4);
    world.serving.await.unwrap();
    check_elapsed(began, FAREWELL);
    assert!(slow.closes().await);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_request_for_a_page_is_told_so() {
    let world = World::new(None).await;
    let check = async |request: &str, starts: &str, ends: &str| {
        let mut connection = world.connect().await;
        connection.send(request).await;
        let answer = connection.rest().await;
        assert!(answer.starts_with(starts), "{request}: {answer}");
        assert!(answer.ends_with(ends), "{request}: {answer}");
    };
    let rest = "Host: h\r\nConnection: close\r\n\r\n";
    check(&format!("HEAD / HTTP/1.1\r\n{rest}"), OK, "\r\n\r\n").await;
    let missing = "HTTP/1.1 404 Not Found";
    check(
        &format!("GET /else HTTP/1.1\r\n{rest}"),
        missing,
        "\r\n\r\nNot Found",
    )
    .await;
    let wrong = "HTTP/1.1 405 Method Not Allowed";
    let body = "\r\n\r\nMethod Not Allowed";
    check(&format!("POST / HTTP/1.1\r\n{rest}"), wrong, body).await;
    let long = "x".repeat(HEAD_BYTES);
    let too_long = "HTTP/1.1 431 Request Header Fields Too Large";
    check(
        &format!("GET / HTTP/1.1\r\nLong: {long}\r\n{rest}"),
        too_long,
        "",
    )
    .await;
    let mut http2 = world.connect().await;
    http2.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert!(http2.closes().await);
}
