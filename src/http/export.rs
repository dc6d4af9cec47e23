//! `/export/projects.csv` and the like: whole lists as files, streamed.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::graphql::{PLAIN_JSON, Refusal, caller, preferred, shown};
use super::rate::Counted;
use super::{Server, pipe};
use crate::domain::Language;
use crate::graphql::{Export, ExportError, Ready};

/// Streams an export of the newest revision.
pub(super) async fn export(
    State(server): State<Arc<Server>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let caller = caller(&server, shown(&headers));
    let who = Counted::of(caller.as_ref().ok(), peer);
    let answer = async {
        caller.and_then(|_| begun(&server, name, &uri, &headers)).unwrap_or_else(|refusal| refusal.answer(PLAIN_JSON))
    };
    server.rates.hold(who, None, answer).await
}

fn begun(server: &Arc<Server>, name: String, uri: &Uri, headers: &HeaderMap) -> Result<Response, Refusal> {
    let ready = prepared(server, &name, uri, headers)?;
    let (server, room) = (Arc::clone(server), server.open_export()?);
    let headers = [
        (CONTENT_TYPE, ready.format().media_type().to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-cache".to_owned()),
    ];
    let body = pipe::body(room, move |out| {
        ready.write(&server.catalog, out).map_err(|error| match error {
            // The caller went away, or will see that the body breaks off.
            ExportError::Write(error) => error,
            error => {
                tracing::error!(%error, "an export was broken off");
                io::Error::other(error)
            }
        })
    });
    Ok((headers, body).into_response())
}

fn prepared(server: &Server, name: &str, uri: &Uri, headers: &HeaderMap) -> Result<Ready, Refusal> {
    let (mut filter, mut language) = (None, None);
    for (parameter, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        match &*parameter {
            "filter" if !value.is_empty() => filter = Some(value.into_owned()),
            "language" if !value.is_empty() => language = Some(value.into_owned()),
            "filter" | "language" => {}
            other => {
                return Err(Refusal::bad(format!("there is no parameter `{other}`: an export takes `filter` and `language`")));
            }
        }
    }
    let export = || {
        let (content, format) = name.split_once('.').ok_or_else(|| ExportError::Unknown(name.to_owned()))?;
        let known = |name: String| {
            let language = Language::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(&name));
            language.ok_or(ExportError::Language(name))
        };
        let language = language.map(known).transpose()?.or(preferred(headers).0);
        Export::new(content.parse()?, format.parse()?, filter.as_deref(), language)?
            .of(server.catalog.snapshot(), &server.limits)
    };
    export().map_err(|error| match error {
        ExportError::Unknown(_) => Refusal::new(StatusCode::NOT_FOUND, "NOT_FOUND", error.to_string()),
        ExportError::Limit(_) => Refusal::new(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED", error.to_string()),
        error => Refusal::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", error.to_string()),
    })
}
