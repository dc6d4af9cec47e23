//! Why a document cannot be read.

/// Why a document gives no record. Each says what is wrong and, where there is a way, how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the document is empty")]
    Empty,
    #[error("the document is not UTF-8 text: byte {offset} begins no letter; save it as UTF-8")]
    NotUtf8 { offset: usize },
    #[error("the document is UTF-16 text: save it as UTF-8")]
    Utf16,
    #[error("the document is binary: byte {offset} is a control code that no text holds; hand over the page's text")]
    Binary { offset: usize },
    #[error("the document is HTML: hand over the text of the page, without tags")]
    Html,
    #[error("the document holds the site's menu and nothing else: save the page again")]
    MenuOnly,
    #[error("the document is neither a project of the Fund nor a news item of the agency")]
    UnknownKind,
}
