//! The title, a blank line, indented values whose labels are lost (often the states alone), a blank line, the text.

use super::super::lines::Content;
use super::news::is_heading;
use super::{Entry, LONGEST_TITLE, Layout, ProjectSheet, Sheet};
use crate::documents::values::recognize;
use crate::documents::words::{self, Label};

pub fn read<'a>(content: &Content<'a>) -> Option<Sheet<'a>> {
    let (at, title) = content.next(0)?;
    if title.indented || title.text.len() > LONGEST_TITLE || is_heading(title) {
        return None;
    }
    let mut fields: Vec<Entry<'a>> = Vec::new();
    let mut place = at + 1;
    while let Some((at, line)) = content.next(place).filter(|(_, line)| line.indented) {
        let mut label = recognize(line.text)?;
        let covered = fields.iter().any(|field| field.label == Label::Coverage);
        if label == Label::Region && words::coverage(line.text).is_some() && !covered {
            label = Label::Coverage;
        }
        fields.push(Entry { label, printed: None, value: Some(line) });
        place = at + 1;
    }
    (!fields.is_empty()).then_some(Sheet::Project(ProjectSheet {
        layout: Layout::LabelsLost,
        title: vec![title],
        fields,
        unknown: Vec::new(),
        body: place,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Option<Vec<Label>> {
        match read(&Content::of(text)) {
            Some(Sheet::Project(sheet)) => Some(sheet.fields.iter().map(|field| field.label).collect()),
            _ => None,
        }
    }

    #[test]
    fn indented_values_are_known_without_labels() {
        assert_eq!(labels("Title\n\n    Armenia Georgia\n\nThe text."), Some(vec![Label::States]));
        assert_eq!(
            labels("Title\n\n    Labour Migration\n    Global\n    Global\n    Kenya\n\nThe text."),
            Some(vec![Label::Type, Label::Coverage, Label::Region, Label::States])
        );
    }

    #[test]
    fn an_indented_text_is_no_value() {
        assert_eq!(labels("Title\n\n    The text is indented.\n"), None);
        assert_eq!(labels("Title\n\nGeorgia\n\nThe text."), None);
        assert_eq!(labels("News\n    Global\n\nTitle\n\nThe text."), None, "a news heading");
    }
}
