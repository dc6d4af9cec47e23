//! What a reader of a record should doubt, and why.

use serde::{Deserialize, Serialize};

use super::Field;

/// A doubt about a record: what kind of doubt, about which field, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Warning {
    pub code: WarningCode,
    pub field: Option<Field>,
    pub message: String,
}

impl Warning {
    pub fn new(code: WarningCode, field: impl Into<Option<Field>>, message: impl Into<String>) -> Self {
        Warning { code, field: field.into(), message: message.into() }
    }
}

/// The kinds of doubt. On disk the position counts: a new kind goes to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum WarningCode {
    /// The end date is `2024` and there is no start, or one so long ago that no project lasts until then: the site's
    /// placeholder, not a fact.
    EndDatePlaceholder,
    /// The year of the allocation lies before the start by more than the usual one year, or the end before the start.
    YearBeforeStart,
    /// The project is active although its end has passed.
    ActiveAfterEnd,
    /// A text in the list of states that names no state.
    UnknownState,
    /// A type of project that the table of types does not know.
    UnknownType,
    /// A status, coverage, region, budget or date that could not be understood, or a label.
    UnknownValue,
    /// The title names a state that the list of states lacks.
    StateOnlyInTitle,
    /// The coverage does not go with the number of states.
    CoverageMismatch,
    /// The title ends in the middle of a word or at the site's limit.
    TitleCut,
    /// A label stands without its value.
    ValueMissing,
    /// The page gives no project code; the key is derived from the title.
    CodeMissing,
    /// A contact without an e-mail address.
    ContactWithoutEmail,
    /// Two documents give different values for a field.
    SourcesDisagree,
    /// The text held damaged characters.
    DamagedText,
    /// The document holds no text that could be read as a body.
    BodyMissing,
    /// The page lists more items than are read, or two of one title, of which the first was read.
    ItemsLeftOut,
}

impl WarningCode {
    /// Every kind.
    pub const ALL: [WarningCode; 16] = [
        WarningCode::EndDatePlaceholder,
        WarningCode::YearBeforeStart,
        WarningCode::ActiveAfterEnd,
        WarningCode::UnknownState,
        WarningCode::UnknownType,
        WarningCode::UnknownValue,
        WarningCode::StateOnlyInTitle,
        WarningCode::CoverageMismatch,
        WarningCode::TitleCut,
        WarningCode::ValueMissing,
        WarningCode::CodeMissing,
        WarningCode::ContactWithoutEmail,
        WarningCode::SourcesDisagree,
        WarningCode::DamagedText,
        WarningCode::BodyMissing,
        WarningCode::ItemsLeftOut,
    ];

    /// The code as the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            WarningCode::EndDatePlaceholder => "END_DATE_PLACEHOLDER",
            WarningCode::YearBeforeStart => "YEAR_BEFORE_START",
            WarningCode::ActiveAfterEnd => "ACTIVE_AFTER_END",
            WarningCode::UnknownState => "UNKNOWN_STATE",
            WarningCode::UnknownType => "UNKNOWN_TYPE",
            WarningCode::UnknownValue => "UNKNOWN_VALUE",
            WarningCode::StateOnlyInTitle => "STATE_ONLY_IN_TITLE",
            WarningCode::CoverageMismatch => "COVERAGE_MISMATCH",
            WarningCode::TitleCut => "TITLE_CUT",
            WarningCode::ValueMissing => "VALUE_MISSING",
            WarningCode::CodeMissing => "CODE_MISSING",
            WarningCode::ContactWithoutEmail => "CONTACT_WITHOUT_EMAIL",
            WarningCode::SourcesDisagree => "SOURCES_DISAGREE",
            WarningCode::DamagedText => "DAMAGED_TEXT",
            WarningCode::BodyMissing => "BODY_MISSING",
            WarningCode::ItemsLeftOut => "ITEMS_LEFT_OUT",
        }
    }
}
