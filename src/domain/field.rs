//! The fields of records, as warnings, errors and changes name them.

use serde::{Deserialize, Serialize};

/// A field of a record. On disk the position counts: a new field goes to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Field {
    Code,
    PrimaId,
    Title,
    Description,
    Status,
    Type,
    Coverage,
    Region,
    Budget,
    Year,
    StartDate,
    EndDate,
    MemberStates,
    Slug,
    Body,
    Place,
    PublishedOn,
    Contacts,
    Name,
    Email,
    Phones,
    Office,
}

impl Field {
    /// Every field.
    pub const ALL: [Field; 22] = [
        Field::Code,
        Field::PrimaId,
        Field::Title,
        Field::Description,
        Field::Status,
        Field::Type,
        Field::Coverage,
        Field::Region,
        Field::Budget,
        Field::Year,
        Field::StartDate,
        Field::EndDate,
        Field::MemberStates,
        Field::Slug,
        Field::Body,
        Field::Place,
        Field::PublishedOn,
        Field::Contacts,
        Field::Name,
        Field::Email,
        Field::Phones,
        Field::Office,
    ];

    /// Whether the field has a text in each language.
    pub fn is_text(self) -> bool {
        matches!(self, Field::Title | Field::Description | Field::Body)
    }

    /// The name as the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Field::Code => "code",
            Field::PrimaId => "primaId",
            Field::Title => "title",
            Field::Description => "description",
            Field::Status => "status",
            Field::Type => "type",
            Field::Coverage => "coverage",
            Field::Region => "region",
            Field::Budget => "budget",
            Field::Year => "year",
            Field::StartDate => "startDate",
            Field::EndDate => "endDate",
            Field::MemberStates => "memberStates",
            Field::Slug => "slug",
            Field::Body => "body",
            Field::Place => "place",
            Field::PublishedOn => "publishedOn",
            Field::Contacts => "contacts",
            Field::Name => "name",
            Field::Email => "email",
            Field::Phones => "phones",
            Field::Office => "office",
        }
    }
}
