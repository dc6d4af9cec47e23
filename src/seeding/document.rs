//! A document as it is handed over, and as it was read.

use std::fs;
use std::io;
use std::path::Path;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::documents::{self, NewsReading, Reading, Said, Unreadable};
use crate::domain::{NodeId, NodeKind};

/// A document as it is handed over.
#[derive(Debug, Clone)]
pub struct HandedOver {
    /// By what name its sender knows it.
    pub name: String,
    /// The address of the page.
    pub url: Option<String>,
    pub text: String,
}

/// A document that was read.
#[derive(Debug)]
pub struct ReadDocument {
    pub name: String,
    pub url: Option<String>,
    pub text: String,
    /// SHA-256 of the text, lower-case hexadecimal.
    pub sha256: String,
    pub reading: Result<Reading, DocumentError>,
}

/// Why a document is refused.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("the document has {bytes} bytes, but at most {most} are read: a page has a few thousand")]
    TooLong { bytes: u64, most: usize },
    #[error("the file cannot be read: {0}")]
    File(#[from] io::Error),
}

impl HandedOver {
    /// Takes a file's text.
    fn from_file(name: String, path: &Path, most: usize) -> Result<HandedOver, DocumentError> {
        let bytes = fs::metadata(path)?.len();
        if usize::try_from(bytes).is_ok_and(|bytes| bytes <= most) {
            let text = documents::decode(&fs::read(path)?)?.to_owned();
            Ok(HandedOver { name, url: None, text })
        } else {
            Err(DocumentError::TooLong { bytes, most })
        }
    }

    /// Reads the document as of a day.
    pub fn read(self, today: Date, most: usize) -> ReadDocument {
        let HandedOver { name, url, text } = self;
        let sha256 = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
        let reading = if text.len() > most {
            Err(DocumentError::TooLong { bytes: text.len() as u64, most })
        } else {
            documents::read(&text, today).map_err(DocumentError::from)
        };
        ReadDocument { name, url, text, sha256, reading }
    }
}

impl ReadDocument {
    /// Reads a file as of a day.
    pub fn from_file(name: String, path: &Path, today: Date, most: usize) -> ReadDocument {
        match HandedOver::from_file(name.clone(), path, most) {
            Ok(document) => document.read(today, most),
            Err(error) => ReadDocument { name, url: None, text: String::new(), sha256: String::new(), reading: Err(error) },
        }
    }

    /// What the document says of each field, and on which line; nothing where it could not be read.
    pub fn said(&self) -> Vec<Said> {
        self.reading.as_ref().map(|reading| documents::said(&self.text, reading)).unwrap_or_default()
    }

    /// What names the records that the document is about, in its order: one, but for a list of news items, and none where it
    /// could not be read.
    pub fn ids(&self) -> Vec<NodeId> {
        let news = |reading: &NewsReading| NodeId::new(NodeKind::NewsItem, reading.slug());
        match &self.reading {
            Ok(Reading::Project(reading)) => vec![NodeId::new(NodeKind::Project, reading.key())],
            Ok(Reading::News(reading)) => vec![news(reading)],
            Ok(Reading::List(items)) => items.iter().map(news).collect(),
            Err(_) => Vec::new(),
        }
    }
}
