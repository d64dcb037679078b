use serde_json::json;

use super::*;

fn config_map() -> Resource {
    Resource {
        group: String::new(),
        version: "v1".into(),
        kind: "ConfigMap".into(),
        plural: "configmaps".into(),
        namespaced: true,
    }
}

fn key(name: &str) -> Key {
    Key::new(true, Some("default"), name)
}

/// One whose watch has listed nothing, and is alive.
fn watched_with(labels: Vec<(&'static str, &'static str)>) -> Applied {
    let owned = Owned {
        resource: config_map(),
        labels,
        orphans: false,
        adopts: false,
    };
    let applied = Applied::new(&[owned], &[Some("default".into())]);
    applied.begin_list(&config_map(), Some("default"));
    applied.end_list(&config_map(), Some("default"));
    pulse(&applied).beat();
    applied
}

fn watched() -> Applied {
    watched_with(Vec::new())
}

fn pulse(applied: &Applied) -> &Pulse {
    applied.pulse(&config_map(), Some("default")).unwrap()
}

/// A world in which `a` was applied with this motto for the owner `o`, answered with version 5, and shown.
fn applied(motto: &str) -> Applied {
    let applied = watched();
    send(&applied, motto).answered(&answer(5));
    show(&applied, 5, Some("o"));
    applied
}

fn apply<'a>(applied: &'a Applied, owner: &str, motto: &str) -> Apply<'a> {
    let body = json!({ "data": { "motto": motto } });
    applied.apply(&config_map(), Some("default"), "a", &key(owner), &body)
}

fn send<'a>(applied: &'a Applied, motto: &str) -> Sending<'a> {
    match apply(applied, "o", motto) {
        Apply::Send(sending) => sending,
        other => panic!("it is {}", name(&other)),
    }
}

fn ask(applied: &Applied) -> Asking<'_> {
    match apply(applied, "o", "read") {
        Apply::Ask(asking) => asking,
        other => panic!("it is {}", name(&other)),
    }
}

fn name(apply: &Apply) -> String {
    match apply {
        Apply::InForce => "in force".into(),
        Apply::Send(_) => "sent".into(),
        Apply::Ask(_) => "asked".into(),
        Apply::Owned(other) => format!("owned by {other}"),
    }
}

/// What becomes of another apply of the same for `o`.
fn again(applied: &Applied) -> String {
    name(&apply(applied, "o", "read"))
}

fn meta(version: u64) -> ObjectMeta {
    ObjectMeta {
        resource_version: Some(version.to_string()),
        ..Default::default()
    }
}

fn answer(version: u64) -> RawObject {
    let json = json!({ "metadata": { "resourceVersion": version.to_string() } });
    RawObject::parse(&json.to_string()).unwrap()
}

fn show(applied: &Applied, version: u64, owner: Option<&str>) {
    let owner = owner.map(key);
    applied.show(&config_map(), &key("a"), &meta(version), owner.as_ref());
}

#[tokio::test(start_paused = true)]
async fn what_is_in_force_is_not_sent_again() {
    let applied = watched();
    send(&applied, "read").answered(&answer(5));
    assert_eq!(again(&applied), "in force");
    show(&applied, 5, Some("o"));
    assert_eq!(again(&applied), "in force");
}

#[tokio::test(start_paused = true)]
async fn another_body_is_sent() {
    let applied = applied("write");
    assert_eq!(again(&applied), "sent");
}

#[tokio::test(start_paused = true)]
async fn a_changed_object_is_sent() {
    let applied = applied("read");
    show(&applied, 6, Some("o"));
    assert_eq!(again(&applied), "sent");
}

#[tokio::test(start_paused = true)]
async fn a_deleted_object_is_sent() {
    for forget in [
        |applied: &Applied| applied.show_deleted(&config_map(), &key("a")),
        |applied: &Applied| applied.forget(&config_map(), &key("a")),
        |applied: &Applied| applied.forget_all(&config_map()),
    ] {
        let applied = applied("read");
        forget(&applied);
        assert_eq!(again(&applied), "sent");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_list_does_not_show_is_sent() {
    let applied = applied("read");
    applied.begin_list(&config_map(), Some("default"));
    assert_eq!(again(&applied), "asked");
    show(&applied, 5, Some("o"));
    applied.end_list(&config_map(), Some("default"));
    assert_eq!(again(&applied), "in force");
    applied.begin_list(&config_map(), Some("default"));
    applied.end_list(&config_map(), Some("default"));
    assert_eq!(again(&applied), "sent");
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_does_not_vouch_makes_it_ask() {
    let applied = applied("read");
    pulse(&applied).stop();
    assert_eq!(again(&applied), "asked");
    pulse(&applied).beat();
    assert_eq!(again(&applied), "in force");
    tokio::time::advance(TRUST).await;
    assert_eq!(again(&applied), "asked");
    // What the API server has is compared with what it had answered.
    assert_eq!(name(&ask(&applied).found(Some(&meta(5)))), "in force");
    assert_eq!(name(&ask(&applied).found(Some(&meta(6)))), "sent");
    assert_eq!(name(&ask(&applied).found(None)), "sent");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_the_watch_does_not_show_is_believed_for_a_while() {
    let applied = watched();
    send(&applied, "read").answered(&answer(5));
    tokio::time::advance(TRUST).await;
    pulse(&applied).beat();
    assert_eq!(again(&applied), "sent");
}

#[tokio::test(start_paused = true)]
async fn what_fails_is_sent_again() {
    let applied = applied("read");
    drop(send(&applied, "write"));
    assert_eq!(again(&applied), "sent");
}

#[tokio::test(start_paused = true)]
async fn a_change_that_is_shown_before_the_answer_is_not_missed() {
    for (shown, expected) in [(&[5][..], "in force"), (&[5, 6], "sent"), (&[6], "sent")] {
        let applied = watched();
        let sending = send(&applied, "read");
        shown
            .iter()
            .for_each(|version| show(&applied, *version, Some("o")));
        sending.answered(&answer(5));
        assert_eq!(again(&applied), expected, "{shown:?}");
    }
    let applied = watched();
    let sending = send(&applied, "read");
    applied.forget(&config_map(), &key("a"));
    sending.answered(&answer(5));
    assert_eq!(again(&applied), "sent");
    let sending = send(&applied, "read");
    applied.end_list(&config_map(), Some("default"));
    sending.answered(&answer(5));
    assert_eq!(again(&applied), "sent");
}

#[tokio::test(start_paused = true)]
async fn of_two_at_a_time_the_later_one_counts() {
    let applied = watched();
    let first = send(&applied, "write");
    let second = send(&applied, "read");
    first.answered(&answer(4));
    second.answered(&answer(5));
    assert_eq!(again(&applied), "in force");
    assert_eq!(name(&apply(&applied, "o", "write")), "sent");
}

#[tokio::test(start_paused = true)]
async fn another_owner_is_refused_from_the_first_request_on() {
    let applied = watched();
    let other = |applied: &Applied| name(&apply(applied, "p", "read"));
    let sending = send(&applied, "read");
    assert_eq!(other(&applied), "owned by default/o");
    sending.answered(&answer(5));
    assert_eq!(other(&applied), "owned by default/o");
    show(&applied, 6, Some("o"));
    assert_eq!(other(&applied), "owned by default/o");
    show(&applied, 7, Some("p"));
    assert_eq!(again(&applied), "owned by default/p");
    applied.show_deleted(&config_map(), &key("a"));
    assert_eq!(again(&applied), "sent");
    // Two who ask at a time.
    pulse(&applied).stop();
    let (first, second) = (ask(&applied), apply(&applied, "p", "read"));
    let Apply::Ask(second) = second else {
        panic!("it is {}", name(&second))
    };
    let first = first.found(None);
    assert_eq!(name(&first), "sent");
    assert_eq!(name(&second.found(None)), "owned by default/o");
}

#[tokio::test(start_paused = true)]
async fn of_what_is_nobodys_or_not_selected_the_api_server_is_asked() {
    let applied = watched();
    show(&applied, 5, None);
    assert_eq!(again(&applied), "asked");
    let narrowed = watched_with(vec![("app", "shelf")]);
    assert_eq!(again(&narrowed), "asked");
    show(&narrowed, 5, Some("o"));
    assert_eq!(again(&narrowed), "sent");
    let elsewhere = json!({});
    let elsewhere = applied.apply(&config_map(), Some("x"), "a", &key("o"), &elsewhere);
    assert_eq!(name(&elsewhere), "asked");
}

#[tokio::test(start_paused = true)]
async fn a_child_costs_the_same_whatever_its_size() {
    let text = "x".repeat(300 << 10);
    let applied = watched();
    let body = json!({ "data": { "text": text } });
    let Apply::Send(sending) = applied.apply(&config_map(), Some("default"), "a", &key("o"), &body)
    else {
        panic!("it is new")
    };
    let mut object = body.clone();
    object["metadata"]["resourceVersion"] = "5".into();
    let answer = RawObject::parse(&object.to_string()).unwrap();
    let json = std::sync::Arc::downgrade(&answer.json);
    sending.answered(&answer);
    drop(answer);
    assert_eq!(json.strong_count(), 0, "the answer is not kept");
    let again = applied.apply(&config_map(), Some("default"), "a", &key("o"), &body);
    assert_eq!(name(&again), "in force");
    assert!(size_of::<(Key, Key)>() + size_of::<(Key, Entry)>() < 256);
}
