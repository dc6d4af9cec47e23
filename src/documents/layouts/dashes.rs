//! A lone `-`, then the label, then the value; the text follows the last value at once.
//!
//! ```text
//! Title
//! -
//! Date de fin
//! 2019
//! -
//! Projet ID
//! LM.0000
//! The text …
//! ```

use super::super::lines::Content;
use super::{Entry, LONGEST_UNKNOWN_LABEL, Layout, ProjectSheet, Sheet, label, title, value};
use crate::documents::words::Label;

pub fn read<'a>(content: &Content<'a>) -> Option<Sheet<'a>> {
    let first = (0..content.head.len()).find(|&place| labelled(content, place).is_some())?;
    let mut fields: Vec<Entry<'a>> = Vec::new();
    let mut unknown_labels = Vec::new();
    let mut place = first;
    while let Some((at, _)) = content.next(place) {
        if let Some((name, label_at)) = labelled(content, at) {
            let found = value(content, label_at + 1, name, |next| content.head[next].text == "-");
            place = found.map_or(label_at + 1, |(_, after)| after);
            fields.push(Entry { label: name, printed: Some(content.head[label_at]), value: found.map(|(line, _)| line) });
            continue;
        }
        let more_states = fields.last().is_some_and(|last| last.label == Label::States && last.value.is_some())
            && super::super::states::in_list(content.head[at].text).is_pure();
        if more_states {
            fields.push(Entry { label: Label::States, printed: None, value: Some(content.head[at]) });
            place = at + 1;
            continue;
        }
        match unknown(content, at) {
            Some((label_at, after)) => {
                let below = content.next(label_at + 1).filter(|(at, _)| *at < after);
                unknown_labels.push((content.head[label_at], below.map(|(_, line)| line)));
                place = after;
            }
            None => break,
        }
    }
    Some(Sheet::Project(ProjectSheet {
        layout: Layout::Dashes,
        title: title(&content.head[..first]),
        fields,
        unknown: unknown_labels,
        body: place,
    }))
}

/// The label after a lone dash, and its place.
fn labelled(content: &Content<'_>, place: usize) -> Option<(Label, usize)> {
    if content.head[place].text != "-" {
        return None;
    }
    let (at, line) = content.next(place + 1)?;
    Some((label(line)?, at))
}

/// The place of a label that no table knows, and the place after it and its value, where a known label follows.
fn unknown(content: &Content<'_>, place: usize) -> Option<(usize, usize)> {
    if content.head[place].text != "-" {
        return None;
    }
    let (at, line) = content.next(place + 1)?;
    if line.text.len() > LONGEST_UNKNOWN_LABEL {
        return None;
    }
    let mut after = at + 1;
    for _ in 0..2 {
        let (next, _) = content.next(after)?;
        if labelled(content, next).is_some() {
            return Some((at, next));
        }
        after = next + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str) -> (Vec<(Label, Option<String>)>, String, String) {
        let content = Content::of(text);
        let Some(Sheet::Project(sheet)) = read(&content) else { panic!("not this layout: {text}") };
        let fields = sheet.fields.iter().map(|entry| (entry.label, entry.value.map(|line| line.text.to_owned()))).collect();
        let title = sheet.title.iter().map(|line| line.text).collect::<Vec<_>>().join("|");
        (fields, title, content.from(sheet.body).map(|line| line.text).collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn labels_values_and_text_are_told_apart() {
        let (fields, title, body) = sheet(
            "-\nMenu\n- 2030 Agenda\nA school\n-\nEnd Date\n2019\n-\nProjects ID\nLM.0000\n-\nBenefiting Member States\nHaiti\nHaiti is an island.\nIt is hot.",
        );
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(fields, [(Label::EndDate, some("2019")), (Label::Code, some("LM.0000")), (Label::States, some("Haiti"))]);
        assert_eq!((title.as_str(), body.as_str()), ("A school", "Haiti is an island.|It is hot."));
    }

    #[test]
    fn a_label_without_its_value_is_still_there() {
        let (fields, _, body) = sheet(
            "T\n-\nAnnée\n-\nCouverture\nNational\n-\nEtat(s) membre(s) beneficiaires remplissant les conditions requises\nLe projet aide les pêcheurs à vivre de leur travail.",
        );
        assert_eq!(fields[0], (Label::Year, None));
        assert_eq!(fields[2], (Label::States, None));
        assert!(body.starts_with("Le projet"));
    }

    #[test]
    fn a_label_that_no_table_knows_is_passed_over() {
        let (fields, _, body) = sheet("T\n-\nYear\n2019\n-\nDonor\nThe moon\n-\nCoverage\nNational\nText.");
        assert_eq!(fields.len(), 2);
        assert_eq!(body, "Text.");
    }

    #[test]
    fn lists_in_the_text_belong_to_the_text() {
        let (_, _, body) = sheet("T\n-\nCoverage\nNational\nThe aims:\n-\none\n- two\n-\nthree");
        assert_eq!(body, "The aims:|-|one|- two|-|three");
    }

    #[test]
    fn a_menu_that_lost_its_end_does_not_get_into_the_title() {
        let (_, title, _) = sheet("-\nQui sommes nous\n- Structure\nUne école\n-\nAnnée\n2019\nTexte.");
        assert_eq!(title, "Une école");
    }

    #[test]
    fn news_has_no_such_labels() {
        assert!(read(&Content::of("-\nMenu\n- 2030 Agenda\nTitle\nGenève - Le monde")).is_none());
    }
}
