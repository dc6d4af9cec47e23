//! Raw pages in, records and warnings out.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::context::ContextExt;
use super::error;
use super::field_change::FieldChange;
use super::mutation::{Manner, Outcome, commit};
use super::mutation_error::MutationError;
use super::node::AnyNode;
use super::options::SeedOptions;
use super::source::DataWarning;
use crate::catalog::View;
use crate::domain::Problem;
use crate::seeding::{self, HandedOver, ReadDocument, Said};

/// A page as a crawler saved it.
#[derive(Debug, Clone, InputObject)]
pub struct DocumentInput {
    /// By what name the sender knows the document: a file's name.
    name: String,
    /// The text of the page, navigation and all.
    text: String,
    /// The address of the page.
    url: Option<String>,
}

/// Pages to be read and stored.
#[derive(Debug, Clone, InputObject)]
pub struct SeedDocumentsInput {
    /// The documents, in any order and of any known layout.
    documents: Vec<DocumentInput>,
    #[graphql(flatten)]
    options: SeedOptions,
}

/// What became of a document.
#[derive(SimpleObject)]
pub struct SeededDocument {
    /// By what name the sender knows the document.
    name: String,
    /// What the document did to its record.
    outcome: seeding::Outcome,
    /// The record that the document is about, as it stands now or on a dry run would; null where the document was refused. Of a
    /// list of news items it is the first.
    node: Option<AnyNode>,
    /// All records that the document is about, in its order: several where it is a rolling list of news items.
    nodes: Vec<AnyNode>,
    /// What the document says of each field, and on which line; of a list of news items, one item after the other, each beginning
    /// with its title.
    fields: Vec<DocumentField>,
    /// In which fields the records differ from what was stored before this call, or on a dry run would. Several documents of one
    /// record make it together.
    changes: Vec<FieldChange>,
    /// What a reader of the record should doubt.
    warnings: Vec<DataWarning>,
    /// Why the document, or an item of its list, was refused.
    error: Option<MutationError>,
}

/// What a document says of a field. A record is made from all of its documents, so it may say otherwise.
#[derive(SimpleObject)]
pub struct DocumentField {
    /// The name of the field, as the record's type has it.
    field: &'static str,
    /// The value as it was understood, written as the API writes it.
    value: String,
    /// What is printed in the document.
    printed: String,
    /// The line of the document, counted from 1; null where the value is put together from several places.
    line: Option<usize>,
}

impl From<Said> for DocumentField {
    fn from(said: Said) -> Self {
        let Said { field, value, printed, line } = said;
        DocumentField { field: field.name(), value, printed, line }
    }
}

/// The answer to `seedDocuments`.
#[derive(SimpleObject)]
pub struct SeedDocumentsPayload {
    /// What became of each document, in the order of the input.
    documents: Vec<SeededDocument>,
    #[graphql(flatten)]
    outcome: Outcome,
}

#[derive(Default)]
pub(super) struct SeedDocumentsMutations;

#[Object]
impl SeedDocumentsMutations {
    /// Reads pages of the Fund's or the agency's site, and stores what they say in one commit. A page that cannot be read is
    /// reported with the reason, and does not stop the others.
    async fn seed_documents(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The pages.")] input: SeedDocumentsInput,
    ) -> Result<SeedDocumentsPayload> {
        ctx.writer()?;
        let SeedDocumentsInput { documents, options } = input;
        let most = ctx.limits().documents;
        if documents.len() > most {
            let message =
                format!("{} documents are too many for one call, which holds at most {most}: send several", documents.len());
            let outcome = Outcome::refused(vec![MutationError::limit(message, &["input", "documents"])]);
            return Ok(SeedDocumentsPayload { documents: Vec::new(), outcome });
        }
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let most_bytes = ctx.limits().document_bytes;
        let read = tokio::task::spawn_blocking(move || {
            let handed_over = documents.into_iter().map(|DocumentInput { name, url, text }| HandedOver { name, url, text });
            let read: Vec<ReadDocument> = handed_over.map(|document| document.read(today, most_bytes)).collect();
            let said: Vec<Vec<Said>> = read.iter().map(ReadDocument::said).collect();
            (read, said)
        });
        let (read, said) = read.await.map_err(error::internal)?;
        let expected = seeding::Expected::of(&read);
        let path = |_| vec!["input".to_owned(), "documents".to_owned()];
        let shown = read.iter().flat_map(ReadDocument::ids).collect();
        let manner = Manner::of(options.dry_run, options.idempotency_key.clone(), shown);
        let propose = move |view: &View<'_>| options.guard(seeding::change_set(read, view));
        let (outcome, committed) = commit(ctx, manner, path, propose).await?;
        let Some(committed) = committed else { return Ok(SeedDocumentsPayload { documents: Vec::new(), outcome }) };
        let outcomes = seeding::outcomes(expected, &committed).into_iter().zip(said).zip(0..);
        let documents = outcomes.map(|((document, said), position)| {
            let path =
                |position: i32| vec!["input".to_owned(), "documents".to_owned(), position.to_string(), "text".to_owned()];
            let refused =
                |message: String| MutationError::new(&Problem::invalid(None, message), path(position), &committed.snapshot);
            let node = |id| AnyNode::find(&committed.snapshot, id);
            SeededDocument {
                name: document.name,
                outcome: document.outcome,
                node: document.ids.first().and_then(node),
                nodes: document.ids.iter().filter_map(node).collect(),
                fields: said.into_iter().map(DocumentField::from).collect(),
                changes: document.differences.into_iter().map(|(id, difference)| FieldChange::of(&id, difference)).collect(),
                warnings: document.warnings.iter().map(DataWarning::from).collect(),
                error: document.error.map(refused),
            }
        });
        Ok(SeedDocumentsPayload { documents: documents.collect(), outcome })
    }
}
