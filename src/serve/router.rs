//! Every route in one place, so that what is documented can be held against it.

use super::problem::Problem;
use super::shelf::Shelf;
use super::turns::Turns;
use super::{Settings, assets, check, download, guard, lessons, openapi, replication, run, status};
use axum::Router;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware;
use axum::routing::{MethodRouter, get, post};
use std::io;
use std::sync::Arc;

/// What every request sees. Nothing of it is about a client.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) port: u16,
    pub(super) shelf: Arc<Shelf>,
    pub(super) turns: Arc<Turns>,
}

impl Shared {
    pub(super) fn new(settings: Settings, port: u16) -> io::Result<Self> {
        let shelf = Shelf::new(settings.scenario, settings.data_dirs);
        Ok(Self { port, shelf: Arc::new(shelf), turns: Arc::new(Turns::new()?) })
    }
}

/// A route of the interface, as programs use it.
pub(super) struct Route {
    pub(super) method: Method,
    pub(super) path: &'static str,
    handler: MethodRouter<Shared>,
}

impl Route {
    fn get(path: &'static str, handler: MethodRouter<Shared>) -> Self {
        Self { method: Method::GET, path, handler }
    }

    fn post(path: &'static str, handler: MethodRouter<Shared>) -> Self {
        Self { method: Method::POST, path, handler }
    }
}

/// The interface: all of it is in the `OpenAPI` document.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/openapi.json", get(openapi::document)),
        Route::get("/api/status", get(status::status)),
        Route::get("/api/scenarios", get(check::list)),
        Route::get("/api/scenarios/{*id}", get(check::one)),
        Route::post("/api/check", post(check::check)),
        Route::post("/api/run", post(run::run)),
        Route::post("/api/replication", post(replication::replication)),
        Route::post("/api/scenario", post(download::scenario)),
        Route::post("/api/csv", post(download::csv)),
        Route::get("/api/lessons", get(lessons::list)),
        Route::get("/api/lessons/{id}", get(lessons::one)),
        Route::post("/api/lessons/{id}/answer", post(lessons::answer)),
    ]
}

/// The interface, the page, and what is said of everything else.
pub(super) fn router(shared: Shared) -> Router {
    let mut router = Router::new();
    for route in routes() {
        router = router.route(route.path, route.handler);
    }
    for (path, handler) in assets::routes() {
        router = router.route(path, handler);
    }
    router = router.route("/lessons", get(lessons::list_page)).route("/lessons/{id}", get(lessons::page));
    router
        .fallback(|request: Request| async move {
            let shown: String = request.uri().path().chars().take(80).collect();
            Problem::not_found(format!("there is nothing at {shown}"))
        })
        .method_not_allowed_fallback(|request: Request| async move {
            let message = format!("{} does not take {}", request.uri().path(), request.method());
            let taken = routes().into_iter().find(|route| route.path == request.uri().path());
            let taken = taken.map_or(Method::GET, |route| route.method);
            let message = format!("{message}: ask with {taken}");
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", message)
        })
        .layer(middleware::from_fn_with_state(shared.clone(), guard::guard))
        .with_state(shared)
}
