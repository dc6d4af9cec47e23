//! A bullet and the label on one line, the value indented on the next. Some copies dropped the values, some the blank line
//! before the text.
//!
//! ```text
//! Title
//!
//!   • End Date
//!     2019
//!   • Coverage
//!   • Projects ID
//!     LM.0000
//!
//! The text …
//! ```

use super::super::lines::{Content, Line};
use super::{Entry, LONGEST_UNKNOWN_LABEL, Layout, ProjectSheet, Sheet, label, title, value};
use crate::documents::states;
use crate::documents::words::Label;

/// How many labels make a page of this layout: a text may hold a list with one.
const LEAST_LABELS: usize = 2;

pub fn read<'a>(content: &Content<'a>) -> Option<Sheet<'a>> {
    let known = content.head.iter().position(|&line| bulleted(line).is_some())?;
    let first = (0..known).find(|&place| unknown(content, place).is_some()).unwrap_or(known);
    let mut fields: Vec<Entry<'a>> = Vec::new();
    let mut unknown_labels = Vec::new();
    let mut place = first;
    while let Some((at, line)) = content.next(place) {
        if let Some(name) = bulleted(line) {
            let found = value(content, at + 1, name, |next| bulleted(content.head[next]).is_some());
            let found = found.filter(|(line, _)| line.indented || !text_begins(name, *line));
            place = found.map_or(at + 1, |(_, after)| after);
            fields.push(Entry { label: name, printed: Some(line), value: found.map(|(line, _)| line) });
            continue;
        }
        if let Some((below, after)) = unknown(content, at) {
            unknown_labels.push((line, below));
            place = after;
            continue;
        }
        let states = fields.last().is_some_and(|last| last.label == Label::States && last.value.is_some());
        if !(states && line.indented && states::in_list(line.text).is_pure()) {
            break;
        }
        fields.push(Entry { label: Label::States, printed: None, value: Some(line) });
        place = at + 1;
    }
    if fields.len() < LEAST_LABELS {
        return None;
    }
    Some(Sheet::Project(ProjectSheet {
        layout: Layout::Bullets,
        title: title(&content.head[..first]),
        fields,
        unknown: unknown_labels,
        body: place,
    }))
}

/// What follows the bullet that a line begins with.
fn without_bullet(line: Line<'_>) -> Option<Line<'_>> {
    let text = line.text.strip_prefix(['•', '·', '●', '▪', '◦', '‣', '*', '-'])?;
    Some(Line { text: text.trim_start(), ..line })
}

/// The label of a line that begins with a bullet.
fn bulleted(line: Line<'_>) -> Option<Label> {
    label(without_bullet(line)?)
}

/// What stands below a label that no table knows, and the place after it. It is a label where its bullet is indented as those of
/// labels are, and a value indented below it or another label follows: the lists of a text have neither.
fn unknown<'a>(content: &Content<'a>, place: usize) -> Option<(Option<Line<'a>>, usize)> {
    let line = content.head[place];
    let text = without_bullet(line).filter(|_| line.indented)?.text;
    if text.is_empty() || text.len() > LONGEST_UNKNOWN_LABEL || text.ends_with(['.', ';', ',', '!', '?']) {
        return None;
    }
    let (at, next) = content.next(place + 1)?;
    if bulleted(next).is_some() {
        return Some((None, at));
    }
    let is_value = at == place + 1 && next.indented && without_bullet(next).is_none() && !next.text.ends_with('.');
    is_value.then_some((Some(next), at + 1))
}

/// Whether a line that is not indented is where the text begins, rather than a value that lost its indentation.
fn text_begins(label: Label, line: Line<'_>) -> bool {
    label == Label::States && !states::in_list(line.text).is_pure()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str) -> (Vec<(Label, Option<String>)>, String) {
        let content = Content::of(text);
        let Some(Sheet::Project(sheet)) = read(&content) else { panic!("not this layout: {text}") };
        let fields = sheet.fields.iter().map(|entry| (entry.label, entry.value.map(|line| line.text.to_owned()))).collect();
        assert_eq!(sheet.title[0].text, "A school");
        (fields, content.from(sheet.body).map(|line| line.text).collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn values_stand_below_their_labels() {
        let (fields, body) =
            sheet("A school\n\n  • End Date\n    2019\n  • Benefiting Member States\n    Haiti\n\nHaiti is an island.");
        assert_eq!(fields, [(Label::EndDate, Some("2019".to_owned())), (Label::States, Some("Haiti".to_owned()))]);
        assert_eq!(body, "|Haiti is an island.");
    }

    #[test]
    fn the_text_may_follow_without_a_blank_line() {
        let (fields, body) =
            sheet("A school\n\n  • Year\n    2019\n  • Benefiting Member States\n    Haiti\nHaiti is an island.");
        assert_eq!(fields[1].1.as_deref(), Some("Haiti"));
        assert_eq!(body, "Haiti is an island.");
    }

    #[test]
    fn dropped_values_leave_their_labels() {
        let (fields, body) = sheet(
            "A school\n\n  • Start Date\n  • Project Type\n    Labour Migration\n  • Benefiting Member States\nHaiti needs schools.",
        );
        let values: Vec<_> = fields.iter().map(|(_, value)| value.as_deref()).collect();
        assert_eq!(values, [None, Some("Labour Migration"), None]);
        assert_eq!(body, "Haiti needs schools.");
    }

    #[test]
    fn a_label_that_no_table_knows_is_kept_apart() {
        let content = Content::of(
            "A school\n\n  • Donor\n    The moon\n  • Year\n    2019\n  • Colour\n  • Projects ID\n    LM.0000\n  • Shape\n    Round\n\nThe text:\n\n  • one\n  • two\n",
        );
        let Some(Sheet::Project(sheet)) = read(&content) else { panic!("not this layout") };
        assert_eq!((sheet.title.len(), sheet.title[0].text, sheet.fields.len()), (1, "A school", 2));
        let unknown: Vec<_> = sheet.unknown.iter().map(|(label, value)| (label.text, value.map(|line| line.text))).collect();
        assert_eq!(unknown, [("• Donor", Some("The moon")), ("• Colour", None), ("• Shape", Some("Round"))]);
        assert_eq!(content.from(sheet.body).map(|line| line.text).collect::<Vec<_>>().join("|"), "|The text:||• one|• two");
    }

    #[test]
    fn one_bullet_in_a_text_makes_no_project() {
        assert!(read(&Content::of("Title\nThe text\n• Status\n• of things")).is_none());
    }
}
