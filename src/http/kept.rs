//! Answers that are kept for the next who asks the same.
//!
//! An answer of the graph hangs on the question, the revision, the caller's rights and language, and nothing else, so it holds until
//! the next commit. It is found in two ways: by its question ([`Tag`]), however that is written, once the request was read; and by
//! the bytes of the request, with all else that decides the answer, before any of them are read as JSON. Of what is asked
//! once nothing is kept but a mark, by its bytes where it is answered at once, else by its question: the second time it is kept by
//! its question, the third time by its bytes.
//!
//! What the bearer of an admin token asks may hang on the tokens too, which are no part of a revision: that is never kept.

use std::fmt;
use std::hash::BuildHasher;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use axum::http::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use foldhash::fast::RandomState;
use quick_cache::Weighter;
use quick_cache::sync::{Cache, DefaultLifecycle};

use super::flights::Flights;
use super::metrics::Counted;
use super::tag::Tag;
use crate::catalog::Lookups;
use crate::graphql::Caller;

/// The headers that decide an answer, beside those that say who asks.
const DECISIVE: [HeaderName; 5] = [ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_TYPE];
/// The longest body of a request that is looked up by its bytes.
pub(super) const LONGEST: usize = 16 << 10;
/// Bytes that an entry takes beside those that are counted.
const ENTRY: usize = 500;
/// Bytes that an entry takes with its answer, about.
const COMMON: usize = 4 << 10;
/// The shortest answer that is worth packing, in bytes.
const WORTH_PACKING: usize = 1_000;
/// The fewest that are marked as met once.
const FEWEST_MARKS: usize = 64;

/// The answers that are kept, bounded by their bytes.
pub(super) struct KeptAnswers {
    /// By the question.
    questions: Cache<u128, Arc<KeptAnswer>, Weight, RandomState>,
    /// By the bytes of the request.
    requests: Cache<Box<[u8]>, Arc<KeptResponse>, Weight, RandomState>,
    /// Questions and requests that were met once lately.
    marks: Box<[AtomicU64]>,
    hasher: RandomState,
    /// The newest revision that was asked.
    newest: AtomicU64,
    /// Questions that are being answered.
    pub(super) flights: Flights<u128, Arc<KeptAnswer>>,
    is_on: bool,
    /// How often an answer was kept, and how often it had to be found out.
    pub(super) lookups: Lookups,
}

impl fmt::Debug for KeptAnswers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("KeptAnswers").field("is_on", &self.is_on).finish_non_exhaustive()
    }
}

/// An answer without errors.
#[derive(Debug)]
pub(super) struct KeptAnswer {
    pub(super) json: Bytes,
    /// The same as gzip, once somebody wanted it; none where that is not much shorter.
    packed: OnceLock<Option<Bytes>>,
    pub(super) counted: Counted,
}

/// A whole response, as it was sent before.
#[derive(Debug)]
pub(super) struct KeptResponse {
    headers: HeaderMap,
    body: Bytes,
    pub(super) counted: Counted,
}

/// Weighs what is kept by the bytes that it takes.
#[derive(Clone)]
struct Weight;

impl Weighter<u128, Arc<KeptAnswer>> for Weight {
    fn weight(&self, _: &u128, answer: &Arc<KeptAnswer>) -> u64 {
        (answer.json.len() * 3 / 2 + ENTRY) as u64
    }
}

impl Weighter<Box<[u8]>, Arc<KeptResponse>> for Weight {
    fn weight(&self, key: &Box<[u8]>, response: &Arc<KeptResponse>) -> u64 {
        (key.len() + response.bytes() + ENTRY) as u64
    }
}

/// Says of a response that it may be kept by the bytes of its request; where the routes give it, in its extensions.
#[derive(Debug, Clone)]
pub(super) struct Keep {
    pub(super) body: Bytes,
    pub(super) counted: Counted,
}

impl KeptAnswers {
    /// Keeps up to so many bytes; none at 0.
    pub(super) fn new(bytes: u64) -> KeptAnswers {
        let half = bytes / 2;
        let about = half as usize / COMMON;
        KeptAnswers {
            questions: Cache::with(about, half, Weight, RandomState::default(), DefaultLifecycle::default()),
            requests: Cache::with(about, half, Weight, RandomState::default(), DefaultLifecycle::default()),
            // What is met again only after as many others as there is room for would be gone before it is asked once more.
            marks: (0..about.max(FEWEST_MARKS)).map(|_| AtomicU64::new(0)).collect(),
            hasher: RandomState::default(),
            newest: AtomicU64::new(0),
            flights: Flights::default(),
            is_on: bytes > 0,
            lookups: Lookups::default(),
        }
    }

    /// Whether anything is kept of what a caller asks.
    pub(super) fn is_on(&self, caller: &Caller) -> bool {
        self.is_on && !matches!(caller, Caller::Admin(_))
    }

    /// The answer to a question.
    pub(super) fn answer(&self, tag: &Tag) -> Option<Arc<KeptAnswer>> {
        let answer = self.questions.get(&tag.number());
        if answer.is_some() {
            self.lookups.hit()
        } else {
            self.lookups.miss()
        }
        answer
    }

    /// Whether a question was asked before, lately. From now on it was.
    pub(super) fn was_asked(&self, tag: &Tag) -> bool {
        let number = tag.number();
        self.was_met(number as usize, (number >> 64) as u64)
    }

    /// Whether a request of these bytes was met before, lately. From now on it was. Of what was never met the question is not even
    /// looked up: to name it costs a part of what a brief answer costs.
    pub(super) fn was_sent(&self, key: &[u8]) -> bool {
        let hash = self.hasher.hash_one(key);
        let was_sent = self.was_met(hash as usize, hash);
        if !was_sent {
            self.lookups.miss();
        }
        was_sent
    }

    fn was_met(&self, place: usize, mark: u64) -> bool {
        self.marks[place % self.marks.len()].swap(mark, Ordering::Relaxed) == mark
    }

    /// Keeps the answer to a question.
    pub(super) fn keep_answer(&self, tag: &Tag, answer: &Arc<KeptAnswer>) {
        self.questions.insert(tag.number(), Arc::clone(answer));
    }

    /// The response to a request of these bytes, by [`KeptAnswers::key`].
    pub(super) fn response(&self, key: &[u8]) -> Option<Arc<KeptResponse>> {
        self.requests.get(key).inspect(|_| self.lookups.hit())
    }

    /// Keeps a response that may be kept.
    pub(super) fn keep_response(&self, key: Vec<u8>, keep: Keep, headers: HeaderMap) {
        self.requests.insert(key.into(), Arc::new(KeptResponse { headers, body: keep.body, counted: keep.counted }));
    }

    /// Lets go of all that was kept of older revisions: nobody finds it any more.
    pub(super) fn drop_older(&self, revision: u64) {
        if self.newest.load(Ordering::Relaxed) < revision && self.newest.fetch_max(revision, Ordering::Relaxed) < revision {
            self.questions.clear();
            self.requests.clear();
        }
    }

    /// All that decides the answer to a request.
    pub(super) fn key(revision: u64, caller: &Caller, head: &Parts, body: &[u8]) -> Vec<u8> {
        let mut key = Vec::with_capacity(body.len() + 400);
        let mut put = |part: &[u8]| {
            key.extend_from_slice(&part.len().to_le_bytes());
            key.extend_from_slice(part);
        };
        put(body);
        put(&revision.to_le_bytes());
        match caller {
            Caller::Anonymous => put(&[]),
            caller => put(format!("{caller:?}").as_bytes()),
        }
        put(head.method.as_str().as_bytes());
        put(head.uri.path_and_query().map_or("", |address| address.as_str()).as_bytes());
        for (name, value) in &head.headers {
            if let Some(number) = DECISIVE.iter().position(|decisive| decisive == name) {
                put(&[number as u8]);
                put(value.as_bytes());
            }
        }
        key
    }
}

impl KeptAnswer {
    pub(super) fn new(json: String, counted: Counted) -> KeptAnswer {
        // No more room than it takes: only that is counted.
        KeptAnswer { json: json.into_boxed_str().into_boxed_bytes().into(), packed: OnceLock::new(), counted }
    }

    /// The answer as gzip, packed once; none where that is not worth it.
    pub(super) fn packed(&self) -> Option<&Bytes> {
        if self.json.len() < WORTH_PACKING {
            return None;
        }
        let pack = || {
            let mut packer = GzEncoder::new(Vec::new(), Compression::default());
            packer.write_all(&self.json).ok()?;
            let packed = packer.finish().ok()?;
            (packed.len() <= self.json.len() / 2).then(|| packed.into())
        };
        self.packed.get_or_init(pack).as_ref()
    }
}

impl KeptResponse {
    /// The response, once more.
    pub(super) fn again(&self) -> Response<Bytes> {
        let mut response = Response::new(self.body.clone());
        *response.headers_mut() = self.headers.clone();
        response
    }

    fn bytes(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 100);
        self.body.len() + headers.sum::<usize>()
    }
}
