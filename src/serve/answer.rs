//! From a request's body to an answer: read within limits, worked out on a thread that may block, refused clearly.

use super::interest::{Interest, Wanted};
use super::problem::Problem;
use super::router::Shared;
use super::turns::Admission;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::de::DeserializeOwned;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A scenario's text and its changes as JSON, with room for escapes.
const LARGEST_BODY: usize = 4 << 20;
/// Whoever needs longer for a body is not sending one.
const LONGEST_BODY: Duration = Duration::from_secs(20);

/// An answer in one piece is not waited for any longer.
const LONGEST_WORK: Duration = Duration::from_secs(45);

/// A JSON body of a known shape.
pub(super) struct JsonBody<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        if !is_json(&parts.headers) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_json",
                "the body must be JSON, and the Content-Type must say so",
            )
            .help("send Content-Type: application/json"));
        }
        let length = parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        if length.and_then(|length| length.parse().ok()).is_some_and(|length: usize| length > LARGEST_BODY) {
            return Err(too_large());
        }
        let bytes = match tokio::time::timeout(LONGEST_BODY, to_bytes(body, LARGEST_BODY)).await {
            Ok(Ok(bytes)) => bytes,
            // Of the two ways to fail, that of a client that went away is not heard.
            Ok(Err(_)) => return Err(too_large()),
            Err(_) => {
                let message = "the body did not arrive in time";
                return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow", message));
            }
        };
        // A list would be read as the fields in their order.
        if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
            return Err(Problem::bad_request("the body must be a JSON object"));
        }
        let read = serde_json::from_slice(&bytes);
        read.map(Self).map_err(|error| Problem::bad_request(format!("the body cannot be read: {error}")))
    }
}

fn too_large() -> Problem {
    let message = format!("a body has at most {} MiB", LARGEST_BODY >> 20);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
}

fn took_too_long() -> Problem {
    let message = format!("it took longer than {} s", LONGEST_WORK.as_secs());
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "too_much_work", message)
        .help("the command line waits as long as it takes")
}

fn is_json(headers: &HeaderMap) -> bool {
    let written = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = written.and_then(|value| value.split(';').next()).map(str::trim);
    essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"))
}

/// Counts work from its admission to its end.
pub(super) struct AtWork {
    shared: Shared,
    wanted: Wanted,
    _admission: Admission,
}

impl AtWork {
    pub(super) fn begin(shared: &Shared, wanted: &Wanted) -> Result<Self, Problem> {
        let admission = shared.turns.admit()?;
        shared.turns.counts.at_work.fetch_add(1, Ordering::Relaxed);
        Ok(Self { shared: shared.clone(), wanted: wanted.clone(), _admission: admission })
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        let counts = &self.shared.turns.counts;
        counts.at_work.fetch_sub(1, Ordering::Relaxed);
        let ended = if self.wanted.get() { &counts.answered } else { &counts.cancelled };
        ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// Works something out on a thread that may block. The work learns when nobody waits for it any more.
pub(super) async fn worked_out<T: Send + 'static>(
    shared: &Shared,
    work: impl FnOnce(&Shared, &Wanted) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let (interest, wanted) = Interest::new();
    let at_work = AtWork::begin(shared, &wanted)?;
    let shared = shared.clone();
    let done = tokio::task::spawn_blocking(move || {
        let done = work(&shared, &wanted);
        drop(at_work);
        done
    });
    // When the time is over, nobody waits any more.
    let done = tokio::time::timeout(LONGEST_WORK, done).await.map_err(|_| took_too_long());
    drop(interest);
    done?.map_err(|_| Problem::bug())?
}

/// A file to keep.
pub(super) fn file(name: &str, media_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    // Scenario names are names of folders: letters, digits, _ and -.
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}
