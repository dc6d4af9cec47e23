//! Files of the pages: embedded, named by a hash of what they hold, kept by browsers for ever.

use std::io::Read;

use axum::Router;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

/// A file that a page links to.
#[derive(Debug)]
pub(super) struct Asset {
    path: String,
    content: Content,
    /// Changes with every byte of the content, and so makes a new address for it.
    version: String,
}

/// The bytes as they are embedded.
#[derive(Debug, Clone, Copy)]
pub(super) enum Content {
    Plain(&'static [u8]),
    Gzip(&'static [u8]),
}

impl Asset {
    /// A file at a path such as `/style.css`.
    pub(super) fn new(path: impl Into<String>, content: Content) -> Self {
        let (Content::Plain(bytes) | Content::Gzip(bytes)) = content;
        let version = Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Asset { path: path.into(), content, version }
    }

    /// The address a page links to. It has no leading slash, so that the pages also work below a proxy's path.
    pub(super) fn link(&self) -> String {
        format!("{}?v={}", self.path.trim_start_matches('/'), self.version)
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The router with this file added to it.
    pub(super) fn add_to<S: Clone + Send + Sync + 'static>(&'static self, router: Router<S>) -> Router<S> {
        router.route(
            &self.path,
            get(move |RawQuery(query), headers: HeaderMap| async move { self.answer(query.as_deref(), &headers) }),
        )
    }

    fn answer(&self, query: Option<&str>, asked: &HeaderMap) -> Response {
        // Weak, because the same tag stands for the file with and without gzip.
        let tag = format!("W/\"{}\"", self.version);
        let for_ever = query.and_then(|query| query.strip_prefix("v=")) == Some(&self.version);
        let caching = if for_ever { "public, max-age=31536000, immutable" } else { "no-cache" };
        let known = values(asked, IF_NONE_MATCH).any(|value| value == tag || value == "*");
        let headers = [(ETAG, tag.as_str()), (CACHE_CONTROL, caching), (VARY, "accept-encoding")];
        if known {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let content_type = [(CONTENT_TYPE, content_type(&self.path))];
        match self.content {
            Content::Plain(bytes) => (headers, content_type, Bytes::from_static(bytes)).into_response(),
            Content::Gzip(bytes) if takes_gzip(asked) => {
                (headers, content_type, [(CONTENT_ENCODING, "gzip")], Bytes::from_static(bytes)).into_response()
            }
            Content::Gzip(bytes) => match unpack(bytes) {
                Ok(bytes) => (headers, content_type, bytes).into_response(),
                Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            },
        }
    }
}

fn unpack(gzip: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(gzip).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.') {
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "svg")) => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// Whether the client names gzip among the encodings it takes, and not with `q=0`, which refuses it.
pub(super) fn takes_gzip(asked: &HeaderMap) -> bool {
    values(asked, ACCEPT_ENCODING).any(|value| {
        let (encoding, parameters) = value.split_once(';').unwrap_or((value, ""));
        let quality = parameters.trim().strip_prefix("q=").unwrap_or("1");
        encoding.trim().eq_ignore_ascii_case("gzip") && quality.parse().is_ok_and(|quality: f32| quality > 0.0)
    })
}

/// The values of a header that is a list, over all its lines.
fn values(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    /// `hello` as gzip.
    const HELLO: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff\xcbH\xcd\xc9\xc9\x07\0\x86\xa6\x106\x05\0\0\0";

    fn asked(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    async fn text(response: Response) -> Vec<u8> {
        axum::body::to_bytes(response.into_body(), 1000).await.unwrap().to_vec()
    }

    #[tokio::test]
    async fn a_client_gets_the_encoding_it_takes() {
        let asset = Asset::new("/hello.js", Content::Gzip(HELLO));
        let packed = asset.answer(None, &asked(ACCEPT_ENCODING, "br, gzip;q=0.8"));
        assert_eq!(packed.headers()[CONTENT_ENCODING], "gzip");
        assert_eq!(packed.headers()[CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert_eq!(text(packed).await, HELLO);

        for refusal in [HeaderMap::new(), asked(ACCEPT_ENCODING, "br"), asked(ACCEPT_ENCODING, "gzip;q=0")] {
            let plain = asset.answer(None, &refusal);
            assert!(!plain.headers().contains_key(CONTENT_ENCODING));
            assert_eq!(plain.headers()[VARY], "accept-encoding");
            assert_eq!(text(plain).await, b"hello");
        }
    }

    #[test]
    fn only_the_address_with_the_hash_is_kept_for_ever() {
        let asset = Asset::new("/style.css", Content::Plain(b"p {}"));
        let (path, query) = asset.link().split_once('?').map(|(path, query)| (path.to_owned(), query.to_owned())).unwrap();
        assert_eq!(path, "style.css");
        let caching = |query| asset.answer(query, &HeaderMap::new()).headers()[CACHE_CONTROL].clone();
        assert_eq!(caching(Some(query.as_str())), "public, max-age=31536000, immutable");
        assert_eq!(caching(Some("v=0000000000000000")), "no-cache");
        assert_eq!(caching(None), "no-cache");
    }

    #[test]
    fn a_file_that_the_client_has_is_not_sent_again() {
        let asset = Asset::new("/style.css", Content::Plain(b"p {}"));
        let tag = asset.answer(None, &HeaderMap::new()).headers()[ETAG].to_str().unwrap().to_owned();
        let status = |value: &str| asset.answer(None, &asked(IF_NONE_MATCH, value)).status();
        assert_eq!(status(&format!("\"other\", {tag}")), StatusCode::NOT_MODIFIED);
        assert_eq!(status("\"other\""), StatusCode::OK);
    }
}
