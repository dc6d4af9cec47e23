//! What the pages print, by language: labels, values, months, lead-ins. Every table of a language lies in its own file.
//!
//! A page mixes languages (French pages carry English labels and values), so a printed text is looked up in all of them.

mod english;
mod french;
mod spanish;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::fold::fold;
use crate::domain::{Coverage, Language, ProjectStatus, RegionCode};

/// The tables of one language. Every text is compared folded (see [`fold`]).
pub struct Tables {
    pub language: Language,
    pub labels: &'static [(&'static str, Label)],
    pub statuses: &'static [(&'static str, ProjectStatus)],
    pub coverages: &'static [(&'static str, Coverage)],
    pub regions: &'static [(&'static str, RegionCode)],
    /// January to December, each in its printed forms.
    pub months: [&'static [&'static str]; 12],
    /// Monday to Sunday, each in its printed forms.
    pub weekdays: [&'static [&'static str]; 7],
    /// The last item of the site's menu.
    pub menu_ends: &'static [&'static str],
    /// Lines that stand above the title of a news item.
    pub news_headings: &'static [&'static str],
    /// What the caption of a picture says of where it is from.
    pub pictures: &'static [&'static str],
    /// How a sentence begins that names whom to ask.
    pub contact_leads: &'static [&'static str],
    /// The verb of that sentence, before the name.
    pub contact_verbs: &'static [&'static str],
    /// What stands between a person and the office: `Ana at IOM Tbilisi`.
    pub at_office: &'static [&'static str],
    /// What stands between two persons to ask.
    pub or: &'static [&'static str],
    /// What stands before a telephone number.
    pub telephone: &'static [&'static str],
    /// What stands before an e-mail address.
    pub email: &'static [&'static str],
    /// Small words within the name of a place.
    pub within_places: &'static [&'static str],
    /// Words that begin a sentence and are no place, though a hyphen may stand before them: `Chipre-La OIM …`.
    pub sentence_starts: &'static [&'static str],
    /// Small words between the states of a list.
    pub between_states: &'static [&'static str],
}

/// What a label of a project page stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Label {
    StartDate,
    EndDate,
    Status,
    /// Spanish pages print the type's label for the status too.
    Type,
    Budget,
    Coverage,
    Year,
    Region,
    PrimaId,
    Code,
    States,
    /// States that benefited when the money was given; not a field of the record.
    OtherStates,
}

const TABLES: [&Tables; 3] = [&french::TABLES, &english::TABLES, &spanish::TABLES];

/// Every language's tables.
pub fn tables() -> impl Iterator<Item = &'static Tables> {
    TABLES.into_iter()
}

struct Index {
    labels: HashMap<String, (Label, Option<Language>)>,
    statuses: HashMap<String, ProjectStatus>,
    coverages: HashMap<String, Coverage>,
    regions: HashMap<String, RegionCode>,
    months: HashMap<String, u8>,
    weekdays: HashMap<String, u8>,
    longest_label: usize,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut labels: HashMap<String, (Label, Option<Language>)> = HashMap::new();
    for (table, &(text, label)) in tables().flat_map(|table| table.labels.iter().map(move |row| (table, row))) {
        let entry = labels.entry(label_key(text)).or_insert((label, Some(table.language)));
        if entry.1 != Some(table.language) {
            entry.1 = None;
        }
    }
    let longest_label = tables().flat_map(|table| table.labels).map(|(text, _)| text.len()).max().unwrap_or(0);
    Index {
        labels,
        statuses: folded(tables().flat_map(|table| table.statuses)),
        coverages: folded(tables().flat_map(|table| table.coverages)),
        regions: folded(tables().flat_map(|table| table.regions)),
        months: numbered(tables().map(|table| table.months.as_slice())),
        weekdays: numbered(tables().map(|table| table.weekdays.as_slice())),
        longest_label,
    }
});

fn folded<T: Copy + 'static>(rows: impl Iterator<Item = &'static (&'static str, T)>) -> HashMap<String, T> {
    rows.map(|&(text, value)| (fold(text), value)).collect()
}

fn numbered(tables: impl Iterator<Item = &'static [&'static [&'static str]]>) -> HashMap<String, u8> {
    tables
        .flat_map(|table| (1u8..).zip(table))
        .flat_map(|(number, forms)| forms.iter().map(move |form| (fold(form), number)))
        .collect()
}

/// What a printed label stands for.
pub fn label(text: &str) -> Option<Label> {
    label_row(text).map(|&(label, _)| label)
}

/// The language of a printed label; none where more than one language prints it so.
pub fn label_language(text: &str) -> Option<Language> {
    label_row(text).and_then(|&(_, language)| language)
}

fn label_row(text: &str) -> Option<&'static (Label, Option<Language>)> {
    let slack = 2 * INDEX.longest_label;
    (text.len() <= slack).then(|| INDEX.labels.get(&label_key(text))).flatten()
}

/// A label as it is compared: folded, and without the endings of plurals, which stand in brackets or not: `État(s) membre(s)`.
fn label_key(text: &str) -> String {
    let folded = fold(text);
    let words = folded.split(' ').filter(|word| !matches!(*word, "s" | "es"));
    words.map(|word| word.strip_suffix('s').unwrap_or(word)).collect::<Vec<_>>().join(" ")
}

/// The status that a printed value means.
pub fn status(text: &str) -> Option<ProjectStatus> {
    short(text).and_then(|folded| INDEX.statuses.get(&folded).copied())
}

/// The coverage that a printed value means.
pub fn coverage(text: &str) -> Option<Coverage> {
    short(text).and_then(|folded| INDEX.coverages.get(&folded).copied())
}

/// The region that a printed value means.
pub fn region(text: &str) -> Option<RegionCode> {
    short(text).and_then(|folded| INDEX.regions.get(&folded).copied())
}

/// The month, 1 to 12, that a folded word means.
pub fn month(word: &str) -> Option<u8> {
    INDEX.months.get(word).copied()
}

/// The day of the week, 1 (Monday) to 7, that a folded word means.
pub fn weekday(word: &str) -> Option<u8> {
    INDEX.weekdays.get(word).copied()
}

fn short(text: &str) -> Option<String> {
    (text.len() <= 100).then(|| fold(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_known_in_each_language_however_it_is_written() {
        for text in ["Date de fin", "END DATE", "Fecha de finalización", "Fecha de finalizacion :"] {
            assert_eq!(label(text), Some(Label::EndDate), "{text}");
        }
        for text in ["États membres bénéficiaires", "État(s) membre(s) bénéficiaire(s)", "Estado(s) Miembro(s) Beneficiario(s)"]
        {
            assert_eq!(label(text), Some(Label::States), "{text}");
        }
        assert_eq!(label("Project ID"), label("Projects ID"));
        assert_eq!(label("The end date of the project"), None);
        assert_eq!(label_language("Date de fin"), Some(Language::Fr));
        assert_eq!(label_language("IDF Region"), None);
    }

    #[test]
    fn values_are_known_in_each_language() {
        assert_eq!(status("Achevé"), Some(ProjectStatus::Completed));
        assert_eq!(status("activo"), Some(ProjectStatus::Active));
        assert_eq!(coverage("Multi-Regional"), Some(Coverage::MultiRegional));
        assert_eq!(region("América Latina y el Caribe"), Some(RegionCode::LatinAmericaAndTheCaribbean));
        assert_eq!((month("fevrier"), month("sept"), weekday("ven")), (Some(2), Some(9), Some(5)));
    }
}
