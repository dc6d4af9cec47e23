//! The documents that records were read from.

use jiff::Timestamp;
use jiff::fmt::serde::timestamp::microsecond::required as microseconds;
use serde::{Deserialize, Serialize};

use super::Language;

/// A document that a record was read from. Its text is kept under its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The name under which the document was handed over.
    pub document: String,
    /// SHA-256 of the text, lower-case hexadecimal.
    pub sha256: String,
    /// The language of the text.
    pub language: Option<Language>,
    /// The address of the page, where it was handed over with the text.
    pub url: Option<String>,
    /// The title that the document prints for the record, whatever the record is called now.
    pub title: Option<String>,
    /// The agency's number that the document prints for the project.
    pub prima_id: Option<String>,
    /// When this text was first read.
    #[serde(with = "microseconds")]
    pub read_at: Timestamp,
}

/// A document's text as it was handed over, to be kept under its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub sha256: String,
    pub text: String,
}
