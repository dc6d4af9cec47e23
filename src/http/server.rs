//! One server: what its requests share, and how it starts and stops.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::routes::routes;
use super::tokens::Tokens;
use crate::catalog::Catalog;
use crate::config::Limits;
use crate::graphql::Engine;

/// What the requests share.
#[derive(Debug)]
pub struct Server {
    pub(super) engine: Engine,
    pub(super) catalog: Arc<Catalog>,
    pub(super) tokens: Tokens,
    pub(super) limits: Limits,
    /// Whether the server was told to stop.
    pub(super) stopping: AtomicBool,
}

impl Server {
    pub fn new(catalog: Arc<Catalog>, tokens: Tokens, limits: Limits) -> Server {
        let engine = Engine::new(Arc::clone(&catalog), limits.clone());
        Server { engine, catalog, tokens, limits, stopping: AtomicBool::new(false) }
    }

    /// Serves until told to stop, then lets requests in flight come to their end, for at most the grace time.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let grace = self.limits.grace;
        let server = Arc::new(self);
        let (told, mut is_told) = watch::channel(false);
        let app = routes(Arc::clone(&server));
        let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
            stop.await;
            tracing::info!("stopping");
            server.stopping.store(true, Ordering::Relaxed);
            told.send_replace(true);
        });
        let out_of_time = async {
            // The sender is gone only once serving has ended by itself.
            if is_told.wait_for(|told| *told).await.is_err() {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(grace).await;
        };
        tokio::select! {
            ended = serving => ended,
            () = out_of_time => {
                tracing::warn!(?grace, "some requests took longer than the grace time");
                Ok(())
            }
        }
    }
}
