//! Connections: taken, bounded in number and in time, and let go.
//!
//! Who sends no request, half of one, or never reads the answer is ended, while others are served. Beyond the number of
//! connections there is a little room in which `/healthz` answers, and everything else is told to come again.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Request, StatusCode};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::front::Front;
use super::graphql::{PLAIN_JSON, Refusal};
use super::lines::{Line, Lines, Order};
use super::metrics::Connected;
use super::outgoing::Outgoing;
use super::patient::Patient;
use crate::config::Limits;

/// Connections beyond the limit that are told so.
const SPARE: usize = 64;
/// How long to wait where the machine has no room for another connection.
const NO_ROOM: Duration = Duration::from_millis(50);
/// Bytes of a request's line and headers: a query of the longest text fits the line.
const HEAD: usize = 128 << 10;

/// Whether a connection is one of those that the server has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Own,
    Spare,
}

/// Serves until `stop`, then lets the requests in flight come to their end.
pub(super) async fn serve(listener: TcpListener, front: Arc<Front>, limits: &Limits, stop: impl Future<Output = ()>) {
    let own = Arc::new(Semaphore::new(limits.connections));
    let spare = Arc::new(Semaphore::new(SPARE));
    let lines = Arc::new(Lines::new(limits.head_time));
    let mut connections = JoinSet::new();
    let (mut stop, mut watch) = (pin!(stop), pin!(lines.watch()));
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            () = &mut watch => continue,
            Some(_) = connections.join_next(), if !connections.is_empty() => continue,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                sleep(NO_ROOM).await;
                continue;
            }
        };
        let room = Arc::clone(&own).try_acquire_owned().map(|room| (room, Place::Own));
        let room = room.or_else(|_| Arc::clone(&spare).try_acquire_owned().map(|room| (room, Place::Spare)));
        // Where there is no room to say so, the connection is closed.
        let Ok((room, place)) = room else { continue };
        let served = connection(stream, peer, place, Arc::clone(&front), lines.open(), limits.write_time);
        let connected = Connected::new();
        connections.spawn(async move {
            served.await;
            drop((room, connected));
        });
    }
    drop(listener);
    lines.close();
    while connections.join_next().await.is_some() {}
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    place: Place,
    front: Arc<Front>,
    line: Arc<Line>,
    write_time: Duration,
) {
    // Answers are written whole; to wait for more would only delay them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(async |request: Request<Incoming>| {
        let _busy = line.busy();
        Ok::<_, Infallible>(answer(peer, request, place, &front, &line).await)
    });
    let connection = http1::Builder::new()
        // The beat of all lines looks after that.
        .header_read_timeout(None)
        .max_buf_size(HEAD)
        // To copy a short answer behind its head costs less than to hand the system two parts; a long one costs little more.
        .writev(false)
        .serve_connection(TokioIo::new(Patient::new(stream, write_time, &line)), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => ended,
        order = line.order() => match order {
            Order::Close if line.was_heard() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
            // Nothing was asked yet, and nobody waits for an answer.
            Order::Close => return,
            Order::LetGo => {
                tracing::debug!(%peer, "nothing was asked for too long");
                return;
            }
        },
    };
    if let Err(error) = ended {
        tracing::debug!(%error, %peer, "a connection broke off");
    }
}

async fn answer(
    peer: SocketAddr,
    request: Request<Incoming>,
    place: Place,
    front: &Front,
    line: &Arc<Line>,
) -> Response<Outgoing> {
    if place == Place::Own || request.uri().path() == "/healthz" {
        return front.answer(peer, request, line).await;
    }
    let message = "the server has all the connections that it has room for: try again in a moment";
    let mut response = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message).answer(PLAIN_JSON);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response.map(|body| Outgoing::Coming(body, line.busy()))
}
