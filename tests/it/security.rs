//! What a browser is told about the answers, and what the pages may load.

use ureq::http::HeaderMap;

use crate::app::App;

/// The headers of an answer, whatever its status.
fn headers(app: &App, path: &str) -> HeaderMap {
    app.agent().get(app.url(path)).call().unwrap().headers().clone()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[test]
fn every_answer_says_what_a_browser_may_not_do_with_it() {
    let app = App::empty();
    for path in [
        "/",
        "/graphiql",
        "/graphql?query=%7B__typename%7D",
        "/graphql",
        "/schema.graphql",
        "/style.css",
        "/healthz",
        "/nothing",
    ] {
        let headers = headers(&app, path);
        for (name, rule) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(header(&headers, name), rule, "{path}: {name}");
        }
        assert!(header(&headers, "permissions-policy").contains("camera=()"), "{path}");
        let policy = header(&headers, "content-security-policy");
        for rule in ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"] {
            assert!(policy.split("; ").any(|part| part == rule), "{path}: {policy}");
        }
        assert_eq!(headers.get_all("content-security-policy").iter().count(), 1, "{path}");
        assert!(header(&headers, "server").is_empty(), "{path}");
    }
}

#[test]
fn the_pages_run_no_script_that_stands_in_them_and_load_from_nowhere_else() {
    let app = App::empty();
    let policy = |path| header(&headers(&app, path), "content-security-policy").to_owned();
    assert!(!policy("/").contains("script-src") && policy("/").contains("style-src 'self';"), "{}", policy("/"));
    let page = app.agent().get(app.url("/graphiql")).call().unwrap().body_mut().read_to_string().unwrap();
    let (first, second) = (policy("/graphiql"), policy("/graphiql"));
    if page.contains("https://unpkg.com/") {
        // Built without npm: the page of the library needs its inline script, and its files come from one host.
        assert!(first.contains("script-src 'unsafe-inline' https://unpkg.com;"), "{first}");
        return;
    }
    assert!(first.contains("script-src 'self';") && first.contains("style-src 'self' 'nonce-"), "{first}");
    assert!(!first.contains("unsafe") && !first.contains("http"), "{first}");
    assert_ne!(first, second, "the nonce is new for each answer");
}
