//! The Fund's own site: the title, mostly twice, then bare values in a fixed order, any of which may be missing.
//!
//! ```text
//! Title
//! Title
//! Africa
//! CE.0000
//! CV10P0000
//! 150,000
//! Cabo Verde
//! Community Development
//! National
//! Completed
//! The text …
//! ```

use super::super::lines::{Content, Line};
use super::news::is_heading;
use super::{Entry, LONGEST_TITLE, Layout, ProjectSheet, Sheet};
use crate::documents::values::recognize;
use crate::documents::words::{self, Label};

/// The order of the values. States may take several lines.
const ORDER: [Label; 8] =
    [Label::Region, Label::Code, Label::PrimaId, Label::Budget, Label::States, Label::Type, Label::Coverage, Label::Status];

/// How many lines in a row may hold a value that no table knows.
const MOST_UNKNOWN: usize = 3;

/// The longest value that no table knows, in bytes.
const LONGEST_UNKNOWN: usize = 100;

pub fn read<'a>(content: &Content<'a>) -> Option<Sheet<'a>> {
    let (at, title) = content.next(0)?;
    if title.text.len() > LONGEST_TITLE || is_heading(title) {
        return None;
    }
    let mut place = at + 1;
    if let Some((twin, _)) = content.next(place).filter(|(_, line)| line.text == title.text) {
        place = twin + 1;
    }
    let mut fields: Vec<Entry<'a>> = Vec::new();
    let mut order = 0;
    while let Some((at, line)) = content.next(place) {
        if let Some(label) = in_order(line, order) {
            order = ORDER.iter().position(|&known| known == label).unwrap_or(order) + usize::from(label != Label::States);
            fields.push(entry(label, line));
            place = at + 1;
        } else if let Some(unknown) = unknown_values(content, at, order) {
            place = at + unknown.len();
            if unknown.iter().any(|entry| entry.label == Label::Type) {
                order = ORDER.len() - 2;
            }
            fields.extend(unknown);
        } else {
            break;
        }
    }
    let telling = fields.iter().any(|field| matches!(field.label, Label::Code | Label::PrimaId | Label::Budget | Label::Type));
    (telling && fields.len() >= 2).then_some(Sheet::Project(ProjectSheet {
        layout: Layout::BareValues,
        title: vec![title],
        fields,
        unknown: Vec::new(),
        body: place,
    }))
}

fn entry(label: Label, line: Line<'_>) -> Entry<'_> {
    Entry { label, printed: None, value: Some(line) }
}

/// The field that a line holds, where it may come at this point of the order. `Global` is a region first, a coverage later.
fn in_order(line: Line<'_>, order: usize) -> Option<Label> {
    let mut label = recognize(line.text)?;
    if label == Label::Region && order > 0 && words::coverage(line.text).is_some() {
        label = Label::Coverage;
    }
    ORDER.get(order..)?.contains(&label).then_some(label)
}

/// Short lines that no table knows, where a coverage or a status follows: the last is the type unless one follows, the others
/// are states.
fn unknown_values<'a>(content: &Content<'a>, place: usize, order: usize) -> Option<Vec<Entry<'a>>> {
    let states = ORDER.iter().position(|&label| label == Label::States)?;
    if order == 0 || order > states + 1 {
        return None;
    }
    let lines = content.head.get(place..)?;
    let known = lines.iter().take(MOST_UNKNOWN + 1).position(|&line| in_order(line, states).is_some())?;
    let next = in_order(lines[known], states)?;
    let short = |line: &Line<'_>| !line.text.is_empty() && line.text.len() <= LONGEST_UNKNOWN && !line.text.ends_with('.');
    if known == 0 || !lines[..known].iter().all(short) {
        return None;
    }
    let mut unknown: Vec<_> = lines[..known].iter().map(|&line| entry(Label::States, line)).collect();
    match next {
        Label::Coverage | Label::Status => unknown.last_mut()?.label = Label::Type,
        Label::States | Label::Type if order <= states => {}
        _ => return None,
    }
    Some(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> (Vec<(Label, String)>, String) {
        let content = Content::of(text);
        let Some(Sheet::Project(sheet)) = read(&content) else { panic!("not this layout: {text}") };
        let value = |entry: &Entry<'_>| entry.value.map(|line| line.text.to_owned()).unwrap_or_default();
        let fields = sheet.fields.iter().map(|entry| (entry.label, value(entry))).collect();
        (fields, content.from(sheet.body).map(|line| line.text).collect::<Vec<_>>().join("|"))
    }

    fn labels(text: &str) -> Vec<Label> {
        fields(text).0.into_iter().map(|(label, _)| label).collect()
    }

    #[test]
    fn values_are_told_by_their_looks_and_their_order() {
        let text = "- About\n- Donate Now\nT\nT\nGlobal\nPO.0000\nCH10P0000\n150,000\nBelize\nDominican Republic\nLabour Migration\nGlobal\nActive\nBelize is warm.";
        let (fields, body) = fields(text);
        let labels: Vec<_> = fields.iter().map(|(label, _)| *label).collect();
        assert_eq!(
            labels,
            [
                Label::Region,
                Label::Code,
                Label::PrimaId,
                Label::Budget,
                Label::States,
                Label::States,
                Label::Type,
                Label::Coverage,
                Label::Status
            ]
        );
        assert_eq!(body, "Belize is warm.");
    }

    #[test]
    fn any_value_may_be_missing() {
        assert_eq!(
            labels("T\nT\nDZ10P0000\n75,000\nAlgeria\nMigration Research and Publication\nThe text."),
            [Label::PrimaId, Label::Budget, Label::States, Label::Type]
        );
        assert_eq!(
            labels("T\nAsia and Oceania\nFM.0000\n100,000\nFacilitated Migration Services\nNational\nCompleted\nThe text."),
            [Label::Region, Label::Code, Label::Budget, Label::Type, Label::Coverage, Label::Status]
        );
    }

    #[test]
    fn what_no_table_knows_keeps_its_place() {
        assert_eq!(
            labels("T\nT\nAfrica\nXX.0000\n10,000\nAtlantis\nKenya\nOcean Mobility\nNational\nCompleted\nThe text."),
            [
                Label::Region,
                Label::Code,
                Label::Budget,
                Label::States,
                Label::States,
                Label::Type,
                Label::Coverage,
                Label::Status
            ]
        );
    }

    #[test]
    fn a_news_item_has_no_such_values() {
        assert!(read(&Content::of("Title\nTitle\nGeorgia\nThe text.")).is_none());
        assert!(read(&Content::of("Title")).is_none());
    }
}
