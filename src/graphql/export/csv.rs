//! Records as RFC 4180 has tables: a header, a row each, every cell in quotes, lines that end in CR LF.
//!
//! A cell that a spreadsheet would take for a formula gets an apostrophe in front, which makes it a text. Several values of a cell
//! are parted by `; `.

use std::io::Write;

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

use super::{ExportError, Ready};
use crate::catalog::Stored;
use crate::domain::{Contact, CountryCode, Language, MemberState, NewsItem, NodeKind, Project, Region, RegionCode, Warning};

const OF_PROJECTS: [&str; 26] = [
    "code",
    "primaId",
    "title",
    "description",
    "languages",
    "status",
    "statusLabel",
    "type",
    "typeLabel",
    "coverage",
    "coverageLabel",
    "region",
    "regionName",
    "budget",
    "currency",
    "year",
    "startDate",
    "endDate",
    "memberStates",
    "memberStateNames",
    "unrecognizedStates",
    "warnings",
    "documents",
    "urls",
    "revision",
    "updatedAt",
];
const OF_NEWS: [&str; 14] = [
    "slug",
    "title",
    "body",
    "languages",
    "place",
    "publishedOn",
    "memberStates",
    "memberStateNames",
    "contacts",
    "warnings",
    "documents",
    "urls",
    "revision",
    "updatedAt",
];
const OF_MEMBER_STATES: [&str; 7] = ["code", "alpha3", "name", "region", "regionName", "revision", "updatedAt"];
const OF_REGIONS: [&str; 4] = ["code", "name", "revision", "updatedAt"];
const OF_CONTACTS: [&str; 6] = ["name", "email", "phones", "office", "revision", "updatedAt"];

/// What a spreadsheet takes for the beginning of a formula, also where it cuts at tabs and line ends.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Writes the table of a kind.
pub(super) fn write(ready: &Ready, kind: NodeKind, out: &mut impl Write) -> Result<(), ExportError> {
    let writer = WriterBuilder::new().quote_style(QuoteStyle::Always).terminator(Terminator::CRLF).from_writer(out);
    let mut table = Table { writer };
    let names = Names { ready, language: ready.language.unwrap_or(Language::Fr) };
    match kind {
        NodeKind::Project => {
            table.header(&OF_PROJECTS)?;
            ready.each::<Project>(&mut |stored| table.row(project(&stored.record, &names), stored))?;
        }
        NodeKind::NewsItem => {
            table.header(&OF_NEWS)?;
            ready.each::<NewsItem>(&mut |stored| table.row(news_item(&stored.record, &names), stored))?;
        }
        NodeKind::MemberState => {
            table.header(&OF_MEMBER_STATES)?;
            ready.each::<MemberState>(&mut |stored| table.row(member_state(&stored.record, &names), stored))?;
        }
        NodeKind::Region => {
            table.header(&OF_REGIONS)?;
            ready.each::<Region>(&mut |stored| {
                table.row(vec![stored.record.code.to_string(), stored.record.name(names.language).to_owned()], stored)
            })?;
        }
        NodeKind::Contact => {
            table.header(&OF_CONTACTS)?;
            ready.each::<Contact>(&mut |stored| table.row(contact(&stored.record), stored))?;
        }
    }
    Ok(table.writer.flush()?)
}

struct Table<W: Write> {
    writer: Writer<W>,
}

impl<W: Write> Table<W> {
    fn header(&mut self, names: &[&str]) -> Result<(), ExportError> {
        Ok(self.writer.write_record(names).map_err(std::io::Error::from)?)
    }

    /// A row of some cells, then the record's revision and when that was.
    fn row<T>(&mut self, mut cells: Vec<String>, stored: &Stored<T>) -> Result<(), ExportError> {
        cells.extend([stored.revision.to_string(), stored.updated_at.to_string()]);
        let cells = cells.into_iter().map(defused);
        Ok(self.writer.write_record(cells.collect::<Vec<_>>()).map_err(std::io::Error::from)?)
    }
}

/// A cell that no spreadsheet takes for a formula.
fn defused(cell: String) -> String {
    // What a spreadsheet may skip in front of a formula is no protection from one.
    if cell.trim_start_matches([' ', '\u{a0}', '\n', '\u{feff}']).starts_with(FORMULA) { format!("'{cell}") } else { cell }
}

/// The names of what records name, in the asked language.
struct Names<'a> {
    ready: &'a Ready,
    language: Language,
}

impl Names<'_> {
    fn state(&self, code: &CountryCode) -> String {
        let stored = self.ready.snapshot.get::<MemberState>(code.as_str());
        stored.map_or_else(|| code.name(self.language).to_owned(), |stored| stored.record.name(self.language).to_owned())
    }

    fn region(&self, code: RegionCode) -> String {
        let stored = self.ready.snapshot.get::<Region>(code.as_str());
        stored.map_or_else(|| code.name(self.language).to_owned(), |stored| stored.record.name(self.language).to_owned())
    }
}

fn project(project: &Project, names: &Names<'_>) -> Vec<String> {
    let language = names.language;
    let asked = names.ready.language;
    vec![
        project.code.clone(),
        or_empty(&project.prima_id),
        project.title(asked).to_owned(),
        project.description(asked).unwrap_or_default().to_owned(),
        languages(&project.texts.languages()),
        project.status.map_or("", |status| status.as_str()).to_owned(),
        project.status.map_or("", |status| status.label(language)).to_owned(),
        project.project_type.as_ref().map_or("", |kind| &kind.code).to_owned(),
        project.project_type.as_ref().map_or("", |kind| kind.label(language)).to_owned(),
        project.coverage.map_or("", |coverage| coverage.as_str()).to_owned(),
        project.coverage.map_or("", |coverage| coverage.label(language)).to_owned(),
        project.region.map_or("", |region| region.as_str()).to_owned(),
        project.region.map_or_else(String::new, |region| names.region(region)),
        project.budget.as_ref().map_or_else(String::new, |budget| budget.amount.to_string()),
        project.budget.as_ref().map_or_else(String::new, |budget| budget.currency.clone()),
        or_empty(&project.year),
        or_empty(&project.start_date),
        or_empty(&project.end_date),
        joined(project.member_states.iter().map(ToString::to_string)),
        joined(project.member_states.iter().map(|state| names.state(state))),
        joined(project.unrecognized_states.iter().cloned()),
        warnings(&project.warnings),
        joined(project.sources.iter().map(|source| source.document.clone())),
        joined(project.sources.iter().filter_map(|source| source.url.clone())),
    ]
}

fn news_item(item: &NewsItem, names: &Names<'_>) -> Vec<String> {
    let asked = names.ready.language;
    vec![
        item.slug.clone(),
        item.title(asked).to_owned(),
        item.body(asked).to_owned(),
        languages(&item.texts.languages()),
        or_empty(&item.place),
        or_empty(&item.published_on),
        joined(item.member_states.iter().map(ToString::to_string)),
        joined(item.member_states.iter().map(|state| names.state(state))),
        joined(item.contacts.iter().cloned()),
        warnings(&item.warnings),
        joined(item.sources.iter().map(|source| source.document.clone())),
        joined(item.sources.iter().filter_map(|source| source.url.clone())),
    ]
}

fn member_state(state: &MemberState, names: &Names<'_>) -> Vec<String> {
    vec![
        state.code.to_string(),
        state.code.alpha3().to_owned(),
        state.name(names.language).to_owned(),
        state.region.map_or("", |region| region.as_str()).to_owned(),
        state.region.map_or_else(String::new, |region| names.region(region)),
    ]
}

fn contact(contact: &Contact) -> Vec<String> {
    let Contact { name, email, phones, office, .. } = contact.clone();
    vec![name, email.unwrap_or_default(), joined(phones), office.unwrap_or_default()]
}

fn or_empty<T: ToString>(value: &Option<T>) -> String {
    value.as_ref().map_or_else(String::new, ToString::to_string)
}

fn languages(languages: &[Language]) -> String {
    joined(languages.iter().map(|language| language.code().to_uppercase()))
}

fn warnings(warnings: &[Warning]) -> String {
    joined(warnings.iter().map(|warning| warning.code.as_str().to_owned()))
}

fn joined(values: impl IntoIterator<Item = String>) -> String {
    values.into_iter().collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_a_formula_is_a_text() {
        for cell in ["=1+1", "+995 32", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u{a0}=HYPERLINK(\"x\")"] {
            assert_eq!(defused(cell.to_owned()), format!("'{cell}"));
        }
        for cell in ["", "2020", "RR.0147", "Géorgie : =1", "a@iom.int"] {
            assert_eq!(defused(cell.to_owned()), cell);
        }
    }
}
