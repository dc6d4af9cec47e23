//! How often one caller may ask: by the token's name, else by the address.

use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use quick_cache::sync::Cache;

use super::graphql::{PLAIN_JSON, Refusal};
use crate::graphql::Caller;

pub(super) const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
pub(super) const RATE_REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
pub(super) const RATE_RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// How long requests are counted before the count begins anew.
const WINDOW: Duration = Duration::from_secs(60);
/// Callers that are counted at once; of more, some are forgotten.
const CALLERS: usize = 100_000;

/// Who is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Counted {
    Token(String),
    Address(IpAddr),
}

impl Counted {
    /// A caller whose token is known by its name, everybody else by the address.
    pub(super) fn of(caller: Option<&Caller>, peer: SocketAddr) -> Counted {
        match caller {
            Some(Caller::Reader(name) | Caller::Writer(name) | Caller::Admin(name)) => Counted::Token(name.clone()),
            Some(Caller::Anonymous) | None => Counted::address(peer.ip()),
        }
    }

    /// An address; of IPv6 the part that one household or company has.
    pub(super) fn address(address: IpAddr) -> Counted {
        Counted::Address(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
            address => address,
        })
    }
}

/// Requests of one caller in one minute.
#[derive(Debug)]
struct Window {
    began: Instant,
    asked: u32,
}

impl Window {
    fn begin() -> Window {
        Window { began: Instant::now(), asked: 0 }
    }
}

/// The counts of all callers.
#[derive(Debug)]
pub(super) struct Rates {
    most: u32,
    windows: Cache<Counted, Arc<Mutex<Window>>>,
}

/// Where a caller stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    most: u32,
    left: u32,
    /// Seconds until the count begins anew.
    reset: u64,
    pub(super) allowed: bool,
}

impl Rates {
    /// Counts up to `most` requests a minute; nothing is counted where that is 0.
    pub(super) fn new(most: u32) -> Rates {
        Rates { most, windows: Cache::new(CALLERS) }
    }

    /// Counts a request; none where nothing is counted.
    pub(super) fn count(&self, who: Counted) -> Option<Standing> {
        if self.most == 0 {
            return None;
        }
        let begun = self.windows.get_or_insert_with(&who, || Ok::<_, Infallible>(Arc::new(Mutex::new(Window::begin()))));
        let Ok(window) = begun;
        let mut window = window.lock().unwrap_or_else(PoisonError::into_inner);
        if window.began.elapsed() >= WINDOW {
            *window = Window::begin();
        }
        window.asked = window.asked.saturating_add(1);
        let asked = window.asked;
        let reset = WINDOW.saturating_sub(window.began.elapsed()).as_secs() + 1;
        Some(Standing { most: self.most, left: self.most.saturating_sub(asked), reset, allowed: asked <= self.most })
    }

    /// Answers a request unless its caller asked too often, and tells the caller where it stands. `counted` is where it stood if the
    /// request was counted before it came here.
    pub(super) async fn hold(
        &self,
        who: Counted,
        counted: Option<Standing>,
        answer: impl Future<Output = Response>,
    ) -> Response {
        let standing = counted.or_else(|| self.count(who));
        let mut response = match standing.filter(|standing| !standing.allowed) {
            Some(standing) => {
                let mut response = standing.refusal().answer(PLAIN_JSON);
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(standing.reset));
                response
            }
            None => answer.await,
        };
        if let Some(standing) = standing {
            standing.put_on(&mut response);
        }
        response
    }
}

impl Standing {
    /// What is told who asked too often.
    pub(super) fn refusal(&self) -> Refusal {
        let message = format!("that was too often: ask again in {} seconds", self.reset);
        Refusal::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message)
    }

    /// Tells the caller where it stands.
    pub(super) fn put_on<B>(&self, response: &mut axum::http::Response<B>) {
        let numbers = [(RATE_LIMIT, self.most.into()), (RATE_REMAINING, self.left.into()), (RATE_RESET, self.reset)];
        for (name, number) in numbers {
            response.headers_mut().insert(name, HeaderValue::from(number));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_caller_is_counted_alone() {
        let rates = Rates::new(2);
        let one = || rates.count(Counted::address("10.0.0.1".parse().unwrap())).unwrap();
        assert_eq!([one(), one(), one()].map(|it| (it.left, it.allowed)), [(1, true), (0, true), (0, false)]);
        assert!(rates.count(Counted::Token("ministry".to_owned())).unwrap().allowed);
        assert!(Rates::new(0).count(Counted::Token("ministry".to_owned())).is_none());
    }

    #[test]
    fn one_household_is_one_address() {
        let address = |text: &str| Counted::address(text.parse().unwrap());
        assert_eq!(address("2001:db8::1"), address("2001:db8::2"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_eq!(address("::ffff:10.0.0.1"), address("10.0.0.1"));
    }
}
