//! What the service is, holds and allows.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use super::context::ContextExt;
use super::plan::{members, object};
use crate::catalog::Snapshot;
use crate::domain::NodeKind;

pub struct Service {
    snapshot: Arc<Snapshot>,
}

/// What this service is, holds and allows.
#[Object]
impl Service {
    /// The version of the software.
    async fn version(&self) -> &str {
        env!("CARGO_PKG_VERSION")
    }

    /// The revision of the store: it grows by one with every commit.
    async fn revision(&self) -> u64 {
        self.snapshot.revision()
    }

    /// How many records there are of each kind.
    async fn counts(&self) -> Vec<KindCount> {
        NodeKind::ALL.map(|kind| KindCount { kind, count: self.snapshot.count(kind) }).into()
    }

    /// How much one request may ask for.
    async fn limits(&self, ctx: &Context<'_>) -> ServiceLimits {
        let limits = ctx.limits();
        ServiceLimits {
            page: limits.page,
            cost: limits.document.cost.most,
            depth: limits.document.depth.most,
            nesting: limits.document.nesting.most,
            fields: limits.document.fields.most,
            query_bytes: limits.query_bytes,
            seeding_bytes: limits.seeding_bytes,
            documents: limits.documents,
            records: limits.records,
            document_bytes: limits.document_bytes,
        }
    }
}

object!("Service", Service, |service, at| {
    "version" => service.version(at),
    "revision" => service.revision(at),
    "counts" => service.counts(at),
    "limits" => service.limits(at),
});

/// How many records there are of a kind.
#[derive(SimpleObject)]
pub struct KindCount {
    /// The kind.
    kind: NodeKind,
    /// How many records of it there are.
    count: usize,
}

members!("KindCount", KindCount {
    "kind" => kind,
    "count" => count,
});

/// How much one request may ask for.
#[derive(SimpleObject)]
pub struct ServiceLimits {
    /// Nodes on a page of a list, and ids in `nodes`.
    page: usize,
    /// Nodes that an answer can hold at most: the size of each page, times those of the pages that it stands on.
    cost: usize,
    /// Levels of fields in a query.
    depth: usize,
    /// Brackets within brackets in a query's text.
    nesting: usize,
    /// Fields of a query, its fragments unfolded.
    fields: usize,
    /// Bytes of a request's body without a token for writing.
    query_bytes: usize,
    /// Bytes of a request's body with a token for writing.
    seeding_bytes: usize,
    /// Documents in one `seedDocuments`.
    documents: usize,
    /// Records in one `seedRecords`.
    records: usize,
    /// Bytes of one document.
    document_bytes: usize,
}

members!("ServiceLimits", ServiceLimits {
    "page" => page,
    "cost" => cost,
    "depth" => depth,
    "nesting" => nesting,
    "fields" => fields,
    "queryBytes" => query_bytes,
    "seedingBytes" => seeding_bytes,
    "documents" => documents,
    "records" => records,
    "documentBytes" => document_bytes,
});

#[derive(Default)]
pub(super) struct ServiceQueries;

#[Object]
impl ServiceQueries {
    /// What this service is, holds and allows.
    async fn service(&self, ctx: &Context<'_>) -> Service {
        Service { snapshot: Arc::clone(ctx.snapshot()) }
    }
}

object!("Query", ServiceQueries, |queries, at| {
    "service" => queries.service(at),
});
