//! One server: what its requests share, and how it starts and stops.

use std::future::Future;
use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use axum::http::StatusCode;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::connections;
use super::front::Front;
use super::graphql::Refusal;
use super::kept::KeptAnswers;
use super::metrics;
use super::persisted::PersistedQueries;
use super::rate::Rates;
use super::routes::routes;
use super::seed::Seeding;
use crate::access::Tokens;
use crate::catalog::Catalog;
use crate::config::Limits;
use crate::graphql::{Engine, Guard};

/// What the requests share.
#[derive(Debug)]
pub struct Server {
    pub(super) engine: Engine,
    pub(super) catalog: Arc<Catalog>,
    pub(super) tokens: Arc<Tokens>,
    /// Whether reading needs a token too.
    pub(super) private: bool,
    pub(super) limits: Limits,
    /// Whether the server was told to stop.
    pub(super) stopping: watch::Sender<bool>,
    /// The streams of records that are being read.
    pub(super) seeding: Seeding,
    /// The texts that are known by their hash.
    pub(super) persisted: PersistedQueries,
    /// The answers that are kept for the next who asks the same.
    pub(super) kept: KeptAnswers,
    /// How often each caller asked.
    pub(super) rates: Rates,
    /// The room for operations that run.
    pub(super) running: Semaphore,
    /// The threads for long queries: more than there are processors would only keep each other waiting, and memory each.
    pub(super) threads: Arc<Semaphore>,
    /// The room for sockets and event streams.
    streams: Arc<Semaphore>,
    /// The room for exports and backups.
    exports: Arc<Semaphore>,
}

impl Server {
    pub fn new(catalog: Arc<Catalog>, tokens: Tokens, private: bool, guard: Guard, limits: Limits) -> Server {
        let tokens = Arc::new(tokens);
        let engine = Engine::new(Arc::clone(&catalog), Arc::clone(&tokens), guard, limits.clone());
        let (streams, exports) = (Arc::new(Semaphore::new(limits.streams)), Arc::new(Semaphore::new(limits.exports)));
        let (persisted, rates) = (PersistedQueries::new(limits.kept_texts), Rates::new(limits.rate));
        let (kept, running) = (KeptAnswers::new(limits.kept_answers), Semaphore::new(limits.running));
        let threads = Arc::new(Semaphore::new(2 * thread::available_parallelism().map_or(2, NonZero::get)));
        let (stopping, seeding) = (watch::Sender::new(false), Seeding::default());
        Server {
            engine,
            catalog,
            tokens,
            private,
            limits,
            stopping,
            seeding,
            persisted,
            kept,
            rates,
            running,
            threads,
            streams,
            exports,
        }
    }

    /// How many sockets and event streams are open.
    pub(super) fn open_streams(&self) -> usize {
        self.limits.streams.saturating_sub(self.streams.available_permits())
    }

    /// How many operations run.
    pub(super) fn running_now(&self) -> usize {
        self.limits.running.saturating_sub(self.running.available_permits())
    }

    /// Room for a socket or an event stream, as long as the permit is held.
    pub(super) fn open_stream(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        room(&self.streams, || format!("{} sockets and event streams are open", self.limits.streams))
    }

    /// Room for an export or a backup, as long as the permit is held.
    pub(super) fn open_export(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        room(&self.exports, || format!("{} exports and backups are being read", self.limits.exports))
    }

    /// Serves until told to stop. Then `/readyz` says so; when nobody should send more, no connection is taken any more, and
    /// requests in flight come to their end, for at most the grace time.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let (grace, drain) = (self.limits.grace, self.limits.drain);
        metrics::begin();
        let server = Arc::new(self);
        let mut is_told = server.stopping.subscribe();
        let (streams, all_streams) = (Arc::clone(&server.streams), server.limits.streams);
        let front = Arc::new(Front::of(Arc::clone(&server), routes(Arc::clone(&server))));
        let serving = async move {
            let limits = server.limits.clone();
            let drained = async {
                stop.await;
                tracing::info!("stopping");
                server.stopping.send_replace(true);
                tokio::time::sleep(drain).await;
            };
            connections::serve(listener, front, &limits, drained).await;
            // Sockets are nobody's requests any more: each gives its room back once it has said goodbye.
            let _ = streams.acquire_many(u32::try_from(all_streams).unwrap_or(u32::MAX)).await;
        };
        let out_of_time = async {
            // The sender is gone only once serving has ended by itself.
            if is_told.wait_for(|told| *told).await.is_err() {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(drain + grace).await;
        };
        tokio::select! {
            () = serving => {}
            () = out_of_time => tracing::warn!(?grace, "some requests took longer than the grace time"),
        }
    }
}

/// One place more, unless all are `taken`.
fn room(places: &Arc<Semaphore>, taken: impl Fn() -> String) -> Result<OwnedSemaphorePermit, Refusal> {
    Arc::clone(places).try_acquire_owned().map_err(|_| {
        let message = format!("{}, which is all the server has room for: try again in a moment", taken());
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message)
    })
}
