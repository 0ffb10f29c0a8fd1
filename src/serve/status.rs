//! `GET /api/status`: how much there is to do.

use super::router::Shared;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

pub(super) async fn status(State(shared): State<Shared>) -> Json<Value> {
    let counts = &shared.turns.counts;
    Json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "at_work": counts.at_work.load(Ordering::Relaxed),
        "answered": counts.answered.load(Ordering::Relaxed),
        "cancelled": counts.cancelled.load(Ordering::Relaxed),
        "refused": counts.refused.load(Ordering::Relaxed),
        "replications": counts.replications.load(Ordering::Relaxed),
    }))
}
