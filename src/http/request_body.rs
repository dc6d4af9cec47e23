//! The body of a request: at most so long, sent and unpacked, and within its time.

use std::io::Read;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_ENCODING;
use axum::http::{HeaderMap, StatusCode};
use flate2::read::GzDecoder;
use http_body_util::BodyExt;
use tokio::time::{Instant, sleep, timeout_at};

use super::Server;
use super::graphql::Refusal;
use crate::graphql::Caller;

/// All of a body.
pub(super) async fn read(server: &Server, caller: &Caller, headers: &HeaderMap, body: Body) -> Result<Bytes, Refusal> {
    let limits = &server.limits;
    let (most, time) = match caller {
        Caller::Writer(_) | Caller::Admin(_) => (limits.seeding_bytes, limits.seeding_time),
        Caller::Anonymous | Caller::Reader(_) => (limits.query_bytes, limits.body_time),
    };
    let packed = match headers.get(CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("?").trim()) {
        None | Some("" | "identity") => false,
        Some(encoding) if encoding.eq_ignore_ascii_case("gzip") => true,
        Some(_) => {
            let message = "the body's Content-Encoding is not read here: send it as it is, or as gzip";
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message));
        }
    };
    let too_long = || {
        let for_writers = limits.seeding_bytes;
        let message = format!("the body is longer than {most} bytes; the bearer of a token for writing may send {for_writers}");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "LIMIT_EXCEEDED", message)
    };
    let mut stopping = server.stopping.subscribe();
    let cut_short = async {
        let _ = stopping.wait_for(|stopping| *stopping).await;
        sleep(limits.late_time).await;
    };
    let bytes = tokio::select! {
        bytes = gather(body, most, time, limits.body_time) => bytes,
        () = cut_short => Err(Broken::Stopping),
    };
    let bytes = bytes.map_err(|broken| match broken {
        Broken::TooLong => too_long(),
        Broken::Off => Refusal::bad("the body broke off before its end: send it again"),
        Broken::Slow => {
            let message = "the body took too long to come: send it again, faster or in parts";
            Refusal::new(StatusCode::REQUEST_TIMEOUT, "TIMEOUT", message)
        }
        Broken::Stopping => {
            let message = "the server stops, and the body was not there in time: send it again in a moment";
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message)
        }
    })?;
    if !packed {
        return Ok(bytes.into());
    }
    let mut unpacked = Vec::new();
    let read = GzDecoder::new(bytes.as_slice()).take(most as u64 + 1).read_to_end(&mut unpacked);
    read.map_err(|_| Refusal::bad("the body is not gzip, as its Content-Encoding says: send it again"))?;
    if unpacked.len() > most { Err(too_long()) } else { Ok(unpacked.into()) }
}

/// Why a body is not there.
enum Broken {
    TooLong,
    Off,
    Slow,
    Stopping,
}

/// The bytes of a body, all of them within one time, and each part within another.
async fn gather(mut body: Body, most: usize, whole: Duration, part: Duration) -> Result<Vec<u8>, Broken> {
    let end = Instant::now() + whole;
    let mut bytes = Vec::new();
    loop {
        let frame = timeout_at(end.min(Instant::now() + part), body.frame()).await.map_err(|_| Broken::Slow)?;
        let Some(frame) = frame else { return Ok(bytes) };
        if let Ok(data) = frame.map_err(|_| Broken::Off)?.into_data() {
            if bytes.len() + data.len() > most {
                return Err(Broken::TooLong);
            }
            bytes.extend_from_slice(&data);
        }
    }
}
