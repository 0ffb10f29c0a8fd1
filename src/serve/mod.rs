//! The live page: the program behind a page in the browser, on this machine only.
//!
//! Owns requests, their limits and who is served when; every figure and every word of a result is the other rooms'. Nothing
//! is kept between requests: each carries its scenario. What a request is about stands in `ask`, what becomes of a study in
//! `study`, whose turn it is in `turns`; `guard` refuses what other sites send.
//!
//! Invariants: only loopback addresses are bound; no request makes the server end or wait for another one's work; a text
//! that was sent reads no file outside the scenario's folder and the data folders; an answer that nobody waits for stops
//! its work.

mod answer;
mod ask;
mod assets;
mod check;
mod download;
mod guard;
mod interest;
mod lessons;
mod openapi;
mod patience;
mod problem;
mod replication;
mod router;
mod run;
mod shelf;
mod status;
mod study;
mod turns;

use crate::scenario::Source;
use router::Shared;
use std::future::{Future, IntoFuture};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long requests at work may take to notice that the server ends.
const CLOSING_TIME: Duration = Duration::from_secs(2);
/// Threads that may wait for a turn or read files at once; as many requests are admitted.
const BLOCKING_THREADS: usize = turns::MOST_ADMITTED + 16;

/// What a server is started with.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Port on loopback; 0 is a free one.
    pub port: u16,
    /// The scenario the page begins with; none is the default one.
    pub scenario: Option<Source>,
    /// Folders in which data files are looked for.
    pub data_dirs: Vec<PathBuf>,
}

/// Serves until `end` is done, and tells the address once requests are heard.
///
/// # Errors
/// The port is taken, or there is no loopback.
pub fn serve(
    settings: Settings,
    end: impl Future<Output = ()> + Send + 'static,
    started: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(BLOCKING_THREADS)
        .thread_name("deploysim-serve")
        .enable_all()
        .build()?;
    let served = runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port)).await?;
        let address = listener.local_addr()?;
        let shared = Shared::new(settings, address.port())?;
        let closing = shared.clone();
        let (closed, ended) = tokio::sync::oneshot::channel();
        let end = async move {
            end.await;
            closing.turns.close();
            let _ = closed.send(());
        };
        started(address);
        let serving = axum::serve(patience::Patient::new(listener), router::router(shared));
        let serving = serving.with_graceful_shutdown(end).into_future();
        let serving = tokio::spawn(serving);
        // Whoever still reads after that is not waited for.
        if ended.await.is_ok() {
            let _ = tokio::time::timeout(CLOSING_TIME, serving).await;
        }
        Ok(())
    });
    runtime.shutdown_timeout(Duration::from_millis(200));
    served
}
