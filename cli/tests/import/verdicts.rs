//! What a real API server says of objects, and what their types say.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;

use fastrand::Rng;
use futures::{StreamExt as _, stream};
use http::Request;
use kopgen_core::crd::Crd;
use kopgen_core::yaml;
use kopgen_envtest::TestEnv;
use kube::Client;
use serde_json::{Value, json};

use crate::corpus::short;
use crate::{COMPILED, cluster, objects, project};

/// How many requests are under way at once, of how many CRDs each.
const REQUESTS: usize = 6;
const CRDS: usize = 3;

/// Of how many objects that are as the schema wants them one is made that is not.
const SPOILT: usize = 4;

/// An object goes to the API server, through its type, and to the API server again: nothing has changed, and its verdict is the
/// same. What the API server takes its type reads; so what a type refuses the API server refuses.
#[tokio::test(flavor = "multi_thread")]
async fn a_real_api_server_judges_objects_as_before_their_types() -> kopgen_envtest::Result<()> {
    let Some(env) = TestEnv::start_or_skip().await? else {
        return Ok(());
    };
    let corpus = &COMPILED.corpus;
    let crds = corpus.crds.iter().map(|(_, crd)| {
        let text = yaml::to_string(&judging(&crd.definition)).expect("a CRD is YAML");
        (text, usize::MAX)
    });
    cluster::Files::new(crds).apply(&env, "");
    cluster::wait(&env);

    let client = env.client();
    let mut tallies = stream::iter(&corpus.crds)
        .map(|(file, crd)| of_crd(&client, file, crd))
        .buffer_unordered(CRDS);
    let mut all = Tally::default();
    while let Some(tally) = tallies.next().await {
        all += tally;
    }
    println!("{all}");
    assert!(all.problems.is_empty(), "{}", all.problems.join("\n"));
    // What is refused proves little.
    assert!(corpus.files == corpus.own || all.taken * 10 > all.made * 7);
    assert!(
        all.without_taken.len() * 100 < all.versions.max(100),
        "{:?}",
        all.without_taken
    );
    assert!(all.refused_by_type > 0);
    Ok(())
}

/// What the API server and the types made of the objects of some versions.
#[derive(Default)]
struct Tally {
    versions: usize,
    /// The versions of which nothing was taken.
    without_taken: Vec<String>,
    /// How many objects were made as the schema wants them, and how many of these the API server takes.
    made: usize,
    taken: usize,
    /// How many were made that are not, and how many of these it takes: not every change does harm.
    spoilt: usize,
    spoilt_taken: usize,
    /// How many of those their types refuse, and how many of these the API server takes: see [`Judged::excuse`].
    refused_by_type: usize,
    excused: BTreeMap<&'static str, usize>,
    /// What must not be.
    problems: Vec<String>,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.versions += other.versions;
        self.without_taken.extend(other.without_taken);
        self.made += other.made;
        self.taken += other.taken;
        self.spoilt += other.spoilt;
        self.spoilt_taken += other.spoilt_taken;
        self.refused_by_type += other.refused_by_type;
        for (excuse, count) in other.excused {
            *self.excused.entry(excuse).or_default() += count;
        }
        self.problems.extend(other.problems);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { taken, made, .. } = self;
        writeln!(
            f,
            "the API server takes {taken} of {made} objects of {} versions, none of {:?}",
            self.versions, self.without_taken
        )?;
        write!(
            f,
            "and {} of {} that were spoilt, of which the types refuse {}; of these it takes {:?}",
            self.spoilt_taken, self.spoilt, self.refused_by_type, self.excused
        )
    }
}

async fn of_crd(client: &Client, file: &str, crd: &Crd) -> Tally {
    let crd = Crd::from(judging(&crd.definition));
    let mut all = Tally::default();
    for version in crd.versions() {
        all += of_version(client, file, &crd, version).await;
    }
    all
}

async fn of_version(client: &Client, file: &str, crd: &Crd, version: &Value) -> Tally {
    let name = version["name"].as_str().expect("a version has a name");
    let called = format!("{file} {name}");
    let place = match crd.namespaced() {
        true => "/namespaces/default",
        false => "",
    };
    let path = format!("/apis/{}/{name}{place}/{}", crd.group(), crd.plural());
    let schema = &version["schema"]["openAPIV3Schema"];
    let mut objects = objects::of(crd, version);
    let made = objects.len();
    let mut rng = Rng::with_seed(7);
    let spoilt = objects.iter().step_by(SPOILT);
    let spoilt: Vec<_> = spoilt
        .map(|it| objects::spoilt(it, schema, &mut rng))
        .collect();
    objects.extend(spoilt);

    let judged = judge(client, &path, &called, &objects).await;
    let (as_wanted, spoilt) = judged.split_at(made);
    let taken = |judged: &[Judged]| judged.iter().filter(|it| it.before.is_ok()).count();
    let mut tally = Tally {
        versions: 1,
        made,
        taken: taken(as_wanted),
        spoilt: spoilt.len(),
        spoilt_taken: taken(spoilt),
        refused_by_type: spoilt.iter().filter(|it| it.back.is_err()).count(),
        ..Tally::default()
    };
    if tally.taken == 0 {
        tally.without_taken.push(called.clone());
    }
    // Without a webhook that converts it, an object of another version loses what the stored one does not have.
    let is_stored = version["storage"] == true;
    for (at, judged) in judged.iter().enumerate() {
        match judged.excuse().filter(|_| at >= made) {
            Some(excuse) => *tally.excused.entry(excuse).or_default() += 1,
            None => {
                let problem = judged.problem(at < made, is_stored);
                let problem = problem.map(|it| format!("{called}: {it}: {judged:?}"));
                tally.problems.extend(problem.map(|it| short(&it, 3000)));
            }
        }
    }
    tally
}

/// What became of an object.
#[derive(Debug)]
struct Judged {
    object: Value,
    /// What the API server would store of it, or why it would not.
    before: Result<Value, String>,
    /// What its type writes of it, or why it does not read it.
    back: Result<String, String>,
    /// What the API server says of that.
    after: Option<Result<Value, String>>,
    /// What the type writes of what the API server would store.
    stored_back: Option<Result<String, String>>,
}

impl Judged {
    /// What must not be.
    fn problem(&self, is_as_wanted: bool, is_stored: bool) -> Option<&'static str> {
        let is_same = project::is_same(&self.back, &self.object);
        if is_as_wanted && !is_same {
            return Some("it does not come back");
        }
        if let (Ok(stored), Some(back)) = (&self.before, &self.stored_back)
            && is_stored
            && !project::is_same(back, stored)
        {
            return Some("what is stored of it does not come back");
        }
        match (&self.before, &self.after) {
            (Ok(_), None) => Some("the API server takes it, its type does not"),
            (Ok(before), Some(Ok(after))) if before != after => Some("something else is stored"),
            (Ok(_), Some(Err(_))) => Some("it is no longer taken"),
            // An unknown field does not come back.
            (Err(_), Some(Ok(_))) if is_same => Some("it is taken now"),
            _ => None,
        }
    }

    /// Why the API server takes what the type refuses, where that is the API server's to explain.
    fn excuse(&self) -> Option<&'static str> {
        let (Ok(stored), Err(error)) = (&self.before, &self.back) else {
            return None;
        };
        // Where null may not be, the API server takes it out before it looks, and fills in the default; `1.0` is an integer to it,
        // which it stores as `1`.
        if let Some(back) = &self.stored_back
            && project::is_same(back, stored)
            && *stored != self.object
        {
            return Some("with a null or `1.0`, which it puts right");
        }
        // Where a text has a format it lets a list pass: a fault of kube-openapi (`typeValidator.Validate`).
        error
            .starts_with("invalid type: sequence, expected a string")
            .then_some("with a list for a text of some format")
    }
}

/// Sends objects to the API server, through their type, and to the API server again.
async fn judge(client: &Client, path: &str, called: &str, objects: &[Value]) -> Vec<Judged> {
    let program = &COMPILED.program;
    let back = project::through_type(program, called, objects);
    let judged = stream::iter(objects.iter().zip(back)).map(async |(object, back)| {
        let text = object.to_string();
        let before = verdict(client, path, &text).await;
        let after = match &back {
            // It need not be asked twice about one text.
            Ok(back) if *back == text => Some(before.clone()),
            Ok(back) => Some(verdict(client, path, back).await),
            Err(_) => None,
        };
        Judged {
            object: object.clone(),
            before,
            back,
            after,
            stored_back: None,
        }
    });
    let mut judged: Vec<_> = judged.buffered(REQUESTS).collect().await;
    let stored = judged.iter().filter_map(|it| it.before.clone().ok());
    let back = project::through_type(program, called, &stored.collect::<Vec<_>>());
    let taken = judged.iter_mut().filter(|it| it.before.is_ok());
    for (judged, back) in taken.zip(back) {
        judged.stored_back = Some(back);
    }
    judged
}

/// A CRD to judge objects by: the same schemas, but every version is served, no webhook converts what is sent, and the status is
/// judged together with the rest.
fn judging(definition: &Value) -> Value {
    let mut definition = definition.clone();
    let spec = &mut definition["spec"];
    spec["conversion"] = json!({"strategy": "None"});
    for version in spec["versions"].as_array_mut().expect("it has versions") {
        version["served"] = true.into();
        if let Some(subresources) = version["subresources"].as_object_mut() {
            subresources.remove("status");
        }
    }
    definition
}

/// What the API server would store of an object that it is to create, or why it would not. Nothing is stored.
async fn verdict(client: &Client, path: &str, text: &str) -> Result<Value, String> {
    let request = Request::post(format!("{path}?dryRun=All&fieldValidation=Strict"))
        .header("Content-Type", "application/json")
        .body(text.as_bytes().to_vec().into())
        .expect("a request");
    let response = client.send(request).await.expect("the API server answers");
    let is_success = response.status().is_success();
    let body = response.into_body().collect_bytes().await;
    let mut answer: Value =
        serde_json::from_slice(&body.expect("it has a body")).expect("it is JSON");
    if !is_success {
        // It is refused for what it is, and not because the server is overloaded, say.
        let code = &answer["code"];
        assert!(
            [400, 413, 422].iter().any(|it| code == it),
            "{path}: {answer}"
        );
        return Err(answer["message"].as_str().unwrap_or_default().to_owned());
    }
    let metadata = answer["metadata"].as_object_mut().expect("it has metadata");
    // Made for each request.
    for key in ["uid", "creationTimestamp", "managedFields"] {
        metadata.remove(key);
    }
    Ok(answer)
}
