//! What is shown of a hit.

use super::super::{Highlight, SearchQuery};
use super::records::{contact, index, of_states, project};
use crate::domain::Language::{self, En, Fr};
use crate::domain::{Field, Record};

fn shown(record: &Record, text: &str, language: Option<Language>) -> Vec<(Field, String)> {
    let query = SearchQuery { text, kinds: &[], language };
    let highlights = index(std::slice::from_ref(record)).index.search(&query, None).highlights(record);
    highlights.into_iter().map(|Highlight { field, fragments, .. }| (field, fragments.join("|"))).collect()
}

#[test]
fn words_are_marked_as_they_are_printed() {
    let record = project(
        "RR.0147",
        &[(Fr, "Réintégration durable", "L’été, ils se réintègrent & l'emploi suit."), (En, "Sustainable reintegration", "")],
    );
    assert_eq!(
        shown(&record, "réintégrer ", None),
        [
            (Field::Title, "<mark>Réintégration</mark> durable".into()),
            (Field::Title, "Sustainable <mark>reintegration</mark>".into())
        ]
    );
    assert_eq!(shown(&record, "reintegration", Some(En)).len(), 1);
    assert_eq!(
        shown(&record, "emplois ete", None),
        [(Field::Description, "L’<mark>été</mark>, ils se réintègrent &amp; l&#39;<mark>emploi</mark> suit.".into())]
    );
}

#[test]
fn codes_and_compounds_are_marked_whole() {
    let record = project("RR.0147", &[(Fr, "Suite de RR.0147 par le porte-parole", "")]);
    assert_eq!(
        shown(&record, "rr.0147", None),
        [
            (Field::Code, "<mark>RR.0147</mark>".into()),
            (Field::Title, "Suite de <mark>RR.0147</mark> par le porte-parole".into())
        ]
    );
    assert_eq!(shown(&record, "porte-parole", None)[0].1, "Suite de RR.0147 par le <mark>porte-parole</mark>");
    assert_eq!(shown(&record, "parole", None)[0].1, "Suite de RR.0147 par le porte-<mark>parole</mark>");
}

#[test]
fn the_names_of_states_are_marked_only_where_they_are_printed() {
    let record = of_states(project("RR.0147", &[(Fr, "Retour en Géorgie", "")]), &["GE", "DE"]);
    assert_eq!(shown(&record, "géorgie", None), [(Field::Title, "Retour en <mark>Géorgie</mark>".into())]);
    assert_eq!(shown(&record, "allemagne", None), []);
}

#[test]
fn beginnings_and_slips_mark_the_word_that_they_stand_for() {
    let record = contact("Nino Beridze", "nino@iom.int", "OIM Tbilissi");
    assert_eq!(shown(&record, "berid", None), [(Field::Name, "Nino <mark>Beridze</mark>".into())]);
    assert_eq!(shown(&record, "tbilisi ", None), [(Field::Office, "OIM <mark>Tbilissi</mark>".into())]);
}
