//! The language of a page, told from its text.

use std::sync::LazyLock;

use whatlang::{Detector, Lang};

use crate::domain::Language;

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| Detector::with_allowlist(vec![Lang::Fra, Lang::Eng, Lang::Spa]));

/// How many bytes of a text are looked at.
const SAMPLE: usize = 600;

/// The least number of bytes that tell a language by themselves, and of all texts together.
const ENOUGH: usize = 60;
const LEAST: usize = 15;

/// The language of the first of the texts that is long enough to tell, or of all of them together; else what the labels of the
/// page say, else French.
///
/// The menu and the address do not count: French text stands under English menus and Spanish addresses.
pub fn of(texts: &[&str], labels: Option<Language>) -> Language {
    let told = match texts.iter().find(|text| text.len() >= ENOUGH) {
        Some(text) => detect(text),
        None => Some(texts.join(" ")).filter(|text| text.len() >= LEAST).and_then(|text| detect(&text)),
    };
    told.or(labels).unwrap_or(Language::Fr)
}

fn detect(text: &str) -> Option<Language> {
    match DETECTOR.detect_lang(&text[..text.floor_char_boundary(SAMPLE)])? {
        Lang::Eng => Some(Language::En),
        Lang::Spa => Some(Language::Es),
        _ => Some(Language::Fr),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_tells_its_language() {
        let told = |text| of(&[text], None);
        assert_eq!(told("Le projet aide les personnes qui rentrent chez elles à trouver un emploi."), Language::Fr);
        assert_eq!(told("The project helps people who come home to find work in their villages."), Language::En);
        assert_eq!(told("El proyecto ayuda a las personas que regresan a encontrar trabajo."), Language::Es);
    }

    #[test]
    fn a_text_too_short_to_tell_leaves_it_to_the_labels() {
        assert_eq!(of(&["OIM"], Some(Language::Es)), Language::Es);
        assert_eq!(of(&[""], None), Language::Fr);
        assert_eq!(of(&["The text.", "A school"], None), Language::En);
    }
}
