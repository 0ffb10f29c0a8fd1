//! `POST /api/run`: a comparison that becomes surer while it is read. The body is a stream of events: what is wrong, how
//! far it is, results of more and more replications, the end. Whoever stops reading stops the work.

use super::answer::{AtWork, JsonBody};
use super::ask::Ask;
use super::check::findings;
use super::interest::{Interest, Wanted};
use super::problem::Problem;
use super::router::Shared;
use super::study::SlicedStudy;
use crate::montecarlo::StudySize;
use crate::report::Comparison;
use crate::report::page::{self, StudyView};
use crate::scenario::Scenario;
use crate::scenario::form::Form;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde_json::{Value, json};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::time::Sleep;
use tokio_stream::Stream;

/// The first result has so many replications, if they come quickly.
const FIRST_RESULT: u64 = 100;
/// A result is not followed by another one sooner.
const BETWEEN_RESULTS: Duration = Duration::from_millis(250);
/// Whatever there is after so long is a result.
const LONGEST_WITHOUT: Duration = Duration::from_millis(700);
/// Progress is told so often.
const BETWEEN_PROGRESS: Duration = Duration::from_millis(100);
/// A stream says that it is still there so often.
const LONGEST_SILENCE: Duration = Duration::from_secs(15);
/// Events that wait to be read.
const WAITING_EVENTS: usize = 8;

/// Streams a comparison.
pub(super) async fn run(
    State(shared): State<Shared>,
    JsonBody(ask): JsonBody<Ask>,
) -> Result<Response, Problem> {
    let (interest, wanted) = Interest::new();
    let at_work = AtWork::begin(&shared, &wanted)?;
    let (sender, receiver) = mpsc::channel(WAITING_EVENTS);
    let silence = Box::pin(tokio::time::sleep(LONGEST_SILENCE));
    let events = Events { receiver, silence, _interest: interest };
    tokio::task::spawn_blocking(move || {
        let teller = Teller { sender: sender.clone() };
        // A panic ends the stream without its last event, which the page tells from an end.
        let told = tell(&ask, &shared, &wanted, &teller);
        if let Err(problem) = told {
            teller.tell("error", &problem.json());
        }
        drop(at_work);
    });
    let mut response = Response::new(Body::from_stream(events));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    Ok(response)
}

/// The body of an answer; the work ends when it is dropped.
struct Events {
    receiver: mpsc::Receiver<String>,
    silence: Pin<Box<Sleep>>,
    _interest: Interest,
}

impl Stream for Events {
    type Item = io::Result<String>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<String>>> {
        let next = match self.receiver.poll_recv(context) {
            Poll::Ready(event) => event,
            // A long replication is no reason to give the connection up.
            Poll::Pending if self.silence.as_mut().poll(context).is_ready() => {
                Some(": still at work\n\n".to_owned())
            }
            Poll::Pending => return Poll::Pending,
        };
        self.silence.as_mut().reset(tokio::time::Instant::now() + LONGEST_SILENCE);
        Poll::Ready(next.map(Ok))
    }
}

struct Teller {
    sender: mpsc::Sender<String>,
}

impl Teller {
    /// Sends one event; a reader that has gone is noticed elsewhere.
    fn tell(&self, event: &str, data: &Value) {
        // JSON has no line breaks of its own, so that one data line holds it.
        let _ = self.sender.blocking_send(format!("event: {event}\ndata: {data}\n\n"));
    }
}

fn tell(ask: &Ask, shared: &Shared, wanted: &Wanted, teller: &Teller) -> Result<(), Problem> {
    let loaded = ask.load(shared, wanted)?;
    let form = Form::of(&loaded.report.text, &loaded.questions);
    let found = findings(&loaded.report, &form);
    teller.tell("diagnostics", &json!({ "is_right": loaded.scenario.is_some(), "diagnostics": found }));
    let (_, scenario) = ask.bearable(loaded)?;
    let asked = ask.replications;
    let mut study = SlicedStudy::new(&scenario, ask.seed, &shared.turns, wanted);
    let (mut results, mut progress) = (Pace::new(), Instant::now());
    while study.done() < asked {
        study.advance(results.next.min(asked))?;
        if results.is_due(study.done(), asked) {
            teller.tell("result", &result(&scenario, ask, &study));
            results.told(study.done());
        }
        if progress.elapsed() >= BETWEEN_PROGRESS {
            progress = Instant::now();
            teller.tell("progress", &json!({ "done": study.done(), "total": asked }));
        }
    }
    teller.tell("done", &json!({ "replications": asked }));
    Ok(())
}

/// When the next result is told: after 100 replications, then after twice as many, or when it has been long.
struct Pace {
    next: u64,
    last: Instant,
    at_last: u64,
}

impl Pace {
    fn new() -> Self {
        Self { next: FIRST_RESULT, last: Instant::now(), at_last: 0 }
    }

    fn is_due(&mut self, done: u64, asked: u64) -> bool {
        if done == asked {
            return true;
        }
        let since = self.last.elapsed();
        if since >= LONGEST_WITHOUT && done > self.at_last + self.at_last / 4 {
            return true;
        }
        let reached = done >= self.next;
        if reached && self.at_last > 0 && since < BETWEEN_RESULTS {
            // It would be replaced before it is read.
            self.next = self.next.saturating_mul(2);
            return false;
        }
        reached
    }

    fn told(&mut self, done: u64) {
        (self.last, self.at_last) = (Instant::now(), done);
        while self.next <= done {
            self.next = self.next.saturating_mul(2);
        }
    }
}

fn result(scenario: &Scenario, ask: &Ask, study: &SlicedStudy<'_>) -> Value {
    let size = StudySize { seed: ask.seed, replications: study.done(), threads: 0 };
    let comparison = Comparison::new(scenario, size, study.samples());
    let html = page::study(StudyView { scenario, comparison: &comparison, samples: study.samples() });
    json!({
        "replications": study.done(),
        "of": ask.replications,
        "comparison": comparison,
        "html": html.into_string(),
    })
}
