//! GraphiQL: the page in which a reader explores the schema and asks queries.
//!
//! `build.rs` embeds its scripts and style sheets, so that the page needs no internet. A build that could not fetch them
//! serves async-graphql's own page instead, which loads GraphiQL from a public CDN.

use std::sync::LazyLock;

use async_graphql::http::GraphiQLSource;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::asset::{Asset, Content};
use super::page;
use super::start_page::EXAMPLES;

/// GraphiQL's own files as gzip; none where the build could not fetch them.
const EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/graphiql_files.rs"));

/// Every file the page links to.
static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let embedded = EMBEDDED.iter().map(|&(name, gzip)| Asset::new(format!("/graphiql/{name}"), Content::Gzip(gzip)));
    let own = [
        Asset::new("/graphiql/page.css", Content::Plain(include_bytes!("graphiql/page.css"))),
        Asset::new("/graphiql/start.js", Content::Plain(include_bytes!("graphiql/start.js"))),
    ];
    embedded.chain(own).collect()
});

/// `/graphiql` and the files below it.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let page = if EMBEDDED.is_empty() { get(cdn_page) } else { get(embedded_page) };
    ASSETS.iter().fold(Router::new().route("/graphiql", page), |router, asset| asset.add_to(router))
}

/// The page out of this binary. Its policy lets it load only from this server and lets no script stand in the page; styles
/// that GraphiQL adds while it runs carry the answer's nonce.
async fn embedded_page() -> Response {
    let Ok(nonce) = nonce() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src data:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    page::html(render(&nonce), &policy)
}

fn render(nonce: &str) -> String {
    let link = |name| ASSETS.iter().find(|asset| asset.path().ends_with(name)).map(Asset::link).unwrap_or_default();
    format!(
        include_str!("graphiql/page.html"),
        react_js = link("/react.js"),
        react_dom_js = link("/react-dom.js"),
        graphiql_js = link("/graphiql.js"),
        graphiql_css = link("/graphiql.css"),
        explorer_js = link("/explorer.js"),
        explorer_css = link("/explorer.css"),
        page_css = link("/page.css"),
        start_js = link("/start.js"),
        first_query = EXAMPLES[0].query,
        nonce = nonce,
    )
}

/// A word that nobody can guess, new for each answer.
fn nonce() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// async-graphql's page, and a policy for what it loads.
async fn cdn_page() -> Response {
    let policy = "default-src 'none'; script-src 'unsafe-inline' https://unpkg.com; style-src 'unsafe-inline' https://unpkg.com; \
                  img-src https: data:; font-src https://unpkg.com data:; connect-src 'self'; base-uri 'none'; \
                  form-action 'none'; frame-ancestors 'none'";
    let page = GraphiQLSource::build().endpoint("/graphql").subscription_endpoint("/graphql").version("4.1.2");
    page::html(page.title("GraphiQL · fundgraph").finish(), policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_graphiql_is_embedded_or_nothing() {
        let names: Vec<_> = EMBEDDED.iter().map(|(name, _)| *name).collect();
        let all = ["explorer.css", "explorer.js", "graphiql.css", "graphiql.js", "react-dom.js", "react.js"];
        assert!(names.is_empty() || names == all, "{names:?}");
    }

    #[test]
    fn the_page_links_to_every_file_and_holds_the_first_query() {
        let page = render("the-nonce");
        for asset in ASSETS.iter() {
            assert!(page.contains(&format!("\"{}\"", asset.link())), "{}", asset.path());
        }
        assert!(page.contains(EXAMPLES[0].query));
        assert!(page.contains(r#"nonce="the-nonce""#));
    }

    #[test]
    fn a_nonce_is_never_given_twice() {
        assert_ne!(nonce().unwrap(), nonce().unwrap());
    }

    #[tokio::test]
    async fn the_page_without_npm_asks_this_server() {
        let page = axum::body::to_bytes(cdn_page().await.into_body(), 100_000).await.unwrap();
        let page = String::from_utf8(page.to_vec()).unwrap();
        assert!(page.contains("https://unpkg.com/graphiql@4.1.2/") && page.contains("createUrl('/graphql')"), "{page}");
        assert!(page.contains("createUrl('/graphql', true)"), "{page}");
    }
}
