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
use super::{Entry, Layout, ProjectSheet, Sheet, label, title, value};
use crate::documents::states;
use crate::documents::words::Label;

/// How many labels make a page of this layout: a text may hold a list with one.
const LEAST_LABELS: usize = 2;

pub fn read<'a>(content: &Content<'a>) -> Option<Sheet<'a>> {
    let first = content.head.iter().position(|&line| bulleted(line).is_some())?;
    let mut fields: Vec<Entry<'a>> = Vec::new();
    let mut place = first;
    while let Some((at, line)) = content.next(place) {
        if let Some(name) = bulleted(line) {
            let found = value(content, at + 1, name, |next| bulleted(content.head[next]).is_some());
            let found = found.filter(|(line, _)| line.indented || !text_begins(name, *line));
            place = found.map_or(at + 1, |(_, after)| after);
            fields.push(Entry { label: name, printed: Some(line), value: found.map(|(line, _)| line) });
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
    Some(Sheet::Project(ProjectSheet { layout: Layout::Bullets, title: title(&content.head[..first]), fields, body: place }))
}

/// The label of a line that begins with a bullet.
fn bulleted(line: Line<'_>) -> Option<Label> {
    let text = line.text.strip_prefix(['•', '·', '●', '▪', '◦', '‣', '*', '-'])?;
    label(Line { text: text.trim_start(), ..line })
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
    fn one_bullet_in_a_text_makes_no_project() {
        assert!(read(&Content::of("Title\nThe text\n• Status\n• of things")).is_none());
    }
}
