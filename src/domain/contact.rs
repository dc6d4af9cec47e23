//! Whom to call.

use email_address::EmailAddress;
use serde::{Deserialize, Serialize};

use super::{Curated, Field, Problem, slug};

/// A person or an office to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub name: String,
    /// The e-mail address, lower case.
    pub email: Option<String>,
    /// E.164 where the number can be told, else as printed.
    pub phones: Vec<String>,
    pub office: Option<String>,
    pub curated: Curated,
}

impl Contact {
    /// A contact of which nothing but the name is known.
    pub fn new(name: impl Into<String>) -> Self {
        Contact { name: name.into(), email: None, phones: Vec::new(), office: None, curated: Curated::default() }
    }

    /// What names the contact among all: the e-mail address, else the name and the office.
    pub fn key(&self) -> String {
        match (&self.email, &self.office) {
            (Some(email), _) => email.to_lowercase(),
            (None, Some(office)) => format!("{}--{}", short(&self.name), short(office)),
            (None, None) => short(&self.name),
        }
    }

    pub(super) fn check(&self, problems: &mut Vec<Problem>) {
        if slug(&self.name).is_empty() {
            problems.push(Problem::invalid(Field::Name, "a contact needs a name"));
        }
        if let Some(email) = &self.email
            && !is_email(email)
        {
            problems
                .push(Problem::invalid(Field::Email, format!("“{email}” is not an e-mail address: write name@example.org")));
        }
        if self.phones.iter().any(|phone| phone.trim().is_empty()) {
            problems.push(Problem::invalid(Field::Phones, "a phone number is empty: leave it out"));
        }
    }
}

/// The slug of a name, or as much of it as a key has room for.
fn short(name: &str) -> String {
    let mut slug = slug(name);
    slug.truncate(slug.floor_char_boundary(SHORT));
    slug
}

/// How long the parts of a key that are made from names are at most, in bytes.
const SHORT: usize = 120;

/// Whether a text is an e-mail address that a contact may have.
pub fn is_email(email: &str) -> bool {
    EmailAddress::parse_with_options(email, email_address::Options::default().without_display_text().with_required_tld())
        .is_ok()
}
