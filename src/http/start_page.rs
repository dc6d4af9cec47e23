//! The start page at `/`: what this is, what it holds, and three questions to begin with.

use std::sync::LazyLock;

use axum::Router;
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::asset::{Asset, Content};
use super::page::{self, escape};

/// How many records there are of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub projects: usize,
    pub member_states: usize,
    pub regions: usize,
    pub news: usize,
    pub contacts: usize,
}

/// A query that the start page offers; GraphiQL shows the first of them to who comes without one.
#[derive(Debug)]
pub struct Example {
    pub title: &'static str,
    pub about: &'static str,
    pub query: &'static str,
}

pub const EXAMPLES: [Example; 3] = [
    Example {
        title: "What do we know about Georgia?",
        about: "A state, its region, its projects with their budgets, and the news about each of them.",
        query: include_str!("start_page/examples/georgia.graphql"),
    },
    Example {
        title: "Which projects are there, and what should I doubt?",
        about: "Every project with its states, its warnings, and the document that said it.",
        query: include_str!("start_page/examples/projects.graphql"),
    },
    Example {
        title: "What is in the news, and whom can I ask?",
        about: "The news with its contacts, and the projects it tells of, with the reasons why.",
        query: include_str!("start_page/examples/news.graphql"),
    },
];

static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("/style.css", Content::Plain(include_bytes!("start_page/style.css"))));
static FAVICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("/favicon.svg", Content::Plain(include_bytes!("start_page/favicon.svg"))));

/// The files the page links to. The page itself is for the caller to route, who knows the counts.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    FAVICON.add_to(STYLE.add_to(Router::new()))
}

/// The page as an answer, under a policy that lets it load its style and its icon and nothing else.
/// Without counts it says that reading needs a token.
pub fn page(counts: Option<&Counts>, version: &str) -> Response {
    let policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    page::html(render(counts, version), policy)
}

fn render(counts: Option<&Counts>, version: &str) -> String {
    format!(
        include_str!("start_page/page.html"),
        favicon = FAVICON.link(),
        style = STYLE.link(),
        graph = include_str!("start_page/graph.svg"),
        counts = counts.map_or(PRIVATE.to_owned(), count_items),
        examples = EXAMPLES.each_ref().map(example_item).join("\n          "),
        version = escape(version),
    )
}

/// What stands in place of the counts where reading needs a token.
const PRIVATE: &str = "<li>Reading needs a token: in GraphiQL, write it under Headers</li>";

fn count_items(counts: &Counts) -> String {
    let counts = [
        (counts.projects, "project", "projects"),
        (counts.member_states, "member state", "member states"),
        (counts.regions, "region", "regions"),
        (counts.news, "news item", "news items"),
        (counts.contacts, "contact", "contacts"),
    ];
    counts.map(|(count, one, many)| count_item(count, if count == 1 { one } else { many })).join("\n          ")
}

fn count_item(count: usize, noun: &str) -> String {
    format!("<li><strong>{}</strong> {noun}</li>", in_thousands(count))
}

fn example_item(example: &Example) -> String {
    let Example { title, about, query } = example;
    let query = utf8_percent_encode(query, NON_ALPHANUMERIC);
    let (title, about) = (escape(title), escape(about));
    format!(
        r#"<li><h3>{title}</h3><p>{about}</p><a href="graphiql?query={query}" aria-label="Ask this: {title}">Ask this →</a></li>"#
    )
}

/// A number as a reader takes it in: 12345 is `12,345`.
fn in_thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTS: Counts = Counts { projects: 12345, member_states: 2, regions: 5, news: 1, contacts: 0 };

    #[test]
    fn the_page_tells_the_counts_in_plain_words() {
        let page = render(Some(&COUNTS), "0.1.0");
        for text in [
            "<strong>12,345</strong> projects",
            "<strong>1</strong> news item<",
            "<strong>0</strong> contacts",
            "fundgraph 0.1.0",
        ] {
            assert!(page.contains(text), "{text}");
        }
    }

    #[test]
    fn where_reading_needs_a_token_no_count_is_told() {
        let page = render(None, "0.1.0");
        assert!(page.contains("Reading needs a token") && !page.contains("<strong>"));
    }

    #[test]
    fn every_example_opens_in_graphiql_as_it_is_written() {
        let page = render(Some(&COUNTS), "0.1.0");
        let links: Vec<_> = page.split("graphiql?query=").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let queries: Vec<_> =
            links.iter().map(|link| percent_encoding::percent_decode_str(link).decode_utf8().unwrap().into_owned()).collect();
        assert_eq!(queries, EXAMPLES.map(|example| example.query));
    }

    #[test]
    fn every_example_is_a_query() {
        for example in EXAMPLES {
            let document = async_graphql_parser::parse_query(example.query).unwrap();
            assert_eq!(document.operations.iter().count(), 1, "{}", example.title);
        }
    }

    #[test]
    fn what_is_put_into_the_page_stays_text() {
        assert!(render(Some(&COUNTS), "<script>").contains("fundgraph &lt;script&gt;"));
    }

    #[test]
    fn thousands_are_set_apart() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (1234567, "1,234,567")];
        for (number, text) in cases {
            assert_eq!(in_thousands(number), text);
        }
    }
}
