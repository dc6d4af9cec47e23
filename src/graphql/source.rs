//! Where a record was read, and what to doubt about it.

use async_graphql::{Context, Object, Result, SimpleObject};

use super::context::ContextExt;
use super::error;
use super::plan::{members, object};
use super::scalars::DateTime;
use crate::domain::{self, Language, PartialDate};

pub struct Source(pub(super) domain::Source);

/// A document that a record was read from.
#[Object]
impl Source {
    /// The name under which the document was handed over.
    async fn document(&self) -> &str {
        &self.0.document
    }

    /// SHA-256 of the document's text, in lower-case hexadecimal.
    async fn sha256(&self) -> &str {
        &self.0.sha256
    }

    /// The language of the text.
    async fn language(&self) -> Option<Language> {
        self.0.language
    }

    /// The address of the page, where it was handed over with the text.
    async fn url(&self) -> Option<&str> {
        self.0.url.as_deref()
    }

    /// The title that the document prints, whatever the record is called now; null where it prints none.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// When the document was first read.
    async fn read_at(&self) -> DateTime {
        DateTime(self.0.read_at)
    }

    /// The text of the document as it was handed over, navigation and all.
    async fn text(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        ctx.catalog().document(&self.0.sha256).map_err(error::internal).transpose()
    }
}

object!("Source", Source, |source, at| {
    "document" => source.document(at),
    "sha256" => source.sha256(at),
    "language" => source.language(at),
    "url" => source.url(at),
    "title" => source.title(at),
    "readAt" => source.read_at(at),
    "text" => source.text(at),
});

/// A doubt about a record.
#[derive(SimpleObject)]
pub struct DataWarning {
    /// The kind of doubt:
    ///
    /// - `END_DATE_PLACEHOLDER`: the end date is `2024` and there is no start, or one so long ago that no project lasts until then: the site's placeholder, not a fact.
    /// - `YEAR_BEFORE_START`: the year of the allocation lies before the start by more than the usual one year, or the end before the start.
    /// - `ACTIVE_AFTER_END`: the project is active although its end has passed.
    /// - `UNKNOWN_STATE`: a text in the list of states that names no state.
    /// - `UNKNOWN_TYPE`: a type of project that the table of types does not know.
    /// - `UNKNOWN_VALUE`: a status, coverage, region, budget or date that could not be understood, or a label.
    /// - `STATE_ONLY_IN_TITLE`: the title names a state that the list of states lacks.
    /// - `COVERAGE_MISMATCH`: the coverage does not go with the number of states.
    /// - `TITLE_CUT`: the title ends in the middle of a word or at the site's limit.
    /// - `VALUE_MISSING`: a label stands without its value.
    /// - `CODE_MISSING`: the page gives no project code; the key is derived from the title.
    /// - `CONTACT_WITHOUT_EMAIL`: a contact without an e-mail address.
    /// - `SOURCES_DISAGREE`: two documents give different values for a field.
    /// - `DAMAGED_TEXT`: the text held damaged characters.
    /// - `BODY_MISSING`: the document holds no text that could be read as a body.
    /// - `ITEMS_LEFT_OUT`: the page lists more items than are read, or two of one title, of which the first was read.
    code: &'static str,
    /// The field in doubt.
    field: Option<&'static str>,
    /// The doubt in one sentence.
    message: String,
}

members!("DataWarning", DataWarning {
    "code" => code,
    "field" => field,
    "message" => message,
});

impl From<&domain::Warning> for DataWarning {
    fn from(warning: &domain::Warning) -> Self {
        let domain::Warning { code, field, message } = warning;
        DataWarning { code: code.as_str(), field: field.map(domain::Field::name), message: message.clone() }
    }
}

/// A date as far as it is known.
#[derive(SimpleObject)]
#[graphql(name = "PartialDate")]
pub struct Date {
    /// The date as ISO 8601 writes it: `2024`, `2024-05` or `2024-05-31`.
    text: String,
    /// The year.
    year: i16,
    /// The month, 1 to 12, where it is known.
    month: Option<u8>,
    /// The day of the month, where it is known.
    day: Option<u8>,
    /// How far the date is known.
    precision: DatePrecision,
}

members!("PartialDate", Date {
    "text" => text,
    "year" => year,
    "month" => month,
    "day" => day,
    "precision" => precision,
});

/// How far a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
pub enum DatePrecision {
    /// Only the year.
    Year,
    /// The year and the month.
    Month,
    /// The day.
    Day,
}

impl From<PartialDate> for Date {
    fn from(date: PartialDate) -> Self {
        let precision = match (date.month(), date.day()) {
            (_, Some(_)) => DatePrecision::Day,
            (Some(_), None) => DatePrecision::Month,
            (None, None) => DatePrecision::Year,
        };
        Date { text: date.to_string(), year: date.year(), month: date.month(), day: date.day(), precision }
    }
}
