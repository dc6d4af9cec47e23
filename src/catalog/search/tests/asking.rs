//! What is found, and in which order.

use std::sync::Arc;

use super::super::{Numbering, SearchQuery};
use super::records::{Indexed, contact, index, news, of_states, project, state};
use crate::domain::Language::{self, En, Es, Fr};
use crate::domain::{NodeKind, Project, Record};

fn ask<'a>(text: &'a str) -> SearchQuery<'a> {
    SearchQuery { text, kinds: &[], language: None }
}

fn keys(index: &Indexed, query: &SearchQuery<'_>) -> Vec<String> {
    index.page(&index.index.search(query, None), None, 100).into_iter().map(|hit| hit.id.key).collect()
}

fn found(index: &Indexed, text: &str) -> Vec<String> {
    keys(index, &ask(text))
}

fn found_in(index: &Indexed, text: &str, language: Language) -> Vec<String> {
    keys(index, &SearchQuery { language: Some(language), ..ask(text) })
}

#[test]
fn forms_accents_and_case_do_not_count() {
    let index = index(&[project("RR.0147", &[(Fr, "Initiative pilote de réintégration durable", "")])]);
    for text in ["réintégrer", "reintegration ", "RÉINTÉGRATIONS", "réinte\u{301}gration", "reintegre", "durables"] {
        assert_eq!(found(&index, text), ["RR.0147"], "{text}");
        assert_eq!(found_in(&index, text, Fr), ["RR.0147"], "{text}");
    }
}

#[test]
fn both_apostrophes_split_off_what_is_elided() {
    let index = index(&[project("LM.0001", &[(Fr, "L’accès à l'emploi", "Jusqu’aux emplois d’été")])]);
    for text in ["l’emploi", "l'emploi", "emploi", "d’emplois", "qu'emploi", "acces", "ete"] {
        assert_eq!(found(&index, text), ["LM.0001"], "{text}");
    }
}

#[test]
fn stop_words_are_asked_for_only_where_there_is_nothing_else() {
    let index = index(&[project("A", &[(Fr, "Le retour", "")]), project("B", &[(Fr, "La santé des jeunes", "")])]);
    assert_eq!(found(&index, "le retour de la"), ["A"]);
    assert_eq!(found(&index, "de la"), [""; 0]);
    assert_eq!(found(&index, ""), [""; 0]);
    assert_eq!(found(&index, " … "), [""; 0]);
}

#[test]
fn each_text_is_read_in_its_language() {
    let records = [
        project("EN", &[(En, "National policies", "Training of border officers")]),
        project("ES", &[(Es, "Reintegración de los niños", "Capacitaciones en la frontera")]),
    ];
    let index = index(&records);
    assert_eq!(found(&index, "policy"), ["EN"]);
    assert_eq!(found_in(&index, "trained officer", En), ["EN"]);
    assert_eq!(found(&index, "reintegraciones"), ["ES"]);
    assert_eq!(found_in(&index, "capacitacion nino", Es), ["ES"]);
    assert_eq!(found_in(&index, "policies", Es), [""; 0]);
}

#[test]
fn codes_are_found_whole_in_any_case_and_come_first() {
    let Record::Project(own) = project("RR.0147", &[(Fr, "Réintégration", "")]) else { unreachable!() };
    let records = [
        news("suite", Fr, "RR.0147, RR.0147, RR.0147", "Le projet RR.0147 avance."),
        Record::from(Project { prima_id: Some("GE10P0514".into()), ..Arc::unwrap_or_clone(own) }),
        project("RR.0148", &[(Fr, "Un autre", "0147")]),
        project("TC4-805", &[(Fr, "Frontières", "")]),
        project("TC4-900", &[(Fr, "805", "")]),
    ];
    let index = index(&records);
    assert_eq!(found(&index, "rr.0147"), ["RR.0147", "suite"]);
    assert_eq!(found(&index, "RR.0147 réintégration"), ["RR.0147"]);
    assert_eq!(found(&index, "ge10p0514"), ["RR.0147"]);
    assert_eq!(found(&index, "tc4-805"), ["TC4-805"]);
    assert_eq!(found(&index, "TC4-80"), ["TC4-805"]);
    assert_eq!(found(&index, "RR.9999"), found(&index, "rr"), "what is not there is looked for in parts");
}

#[test]
fn compounds_are_found_whole_and_in_parts() {
    let index = index(&[
        project("A", &[(Fr, "Le porte-parole", "")]),
        project("B", &[(Fr, "Porte ouverte", "Une parole")]),
        contact("Nino Beridze", "nino.beridze@iom.int", "OIM Tbilissi"),
    ]);
    assert_eq!(found(&index, "porte-parole "), ["A", "B"]);
    assert_eq!(found(&index, "parole"), ["A", "B"]);
    assert_eq!(found(&index, "nino.beridze@iom.int"), ["nino.beridze@iom.int"]);
    assert_eq!(found(&index, "beridze tbilissi"), ["nino.beridze@iom.int"]);
}

#[test]
fn the_last_word_may_be_a_beginning() {
    let index = index(&[project("A", &[(Fr, "Réintégration", "")]), project("B", &[(Fr, "Regard", "réunion")])]);
    assert_eq!(found(&index, "réintégrat"), ["A"]);
    assert_eq!(found(&index, "re"), ["B", "A"]);
    assert_eq!(found(&index, "regard réu"), ["B"]);
    assert_eq!(found(&index, "réu regard"), ["B"], "no record has both, but one has one of them");
    let is_partial = |text| index.index.search(&ask(text), None).is_partial();
    assert_eq!([is_partial("réu regard"), is_partial("regard réu"), is_partial("zzzzzz")], [true, false, false]);
    assert_eq!(found(&index, "réunio "), ["B"], "a slip, as a space says that the word is complete");
}

#[test]
fn a_slip_is_thought_of_only_where_nothing_is_printed() {
    let index = index(&[
        project("A", &[(Fr, "Réintégration", "")]),
        project("B", &[(Fr, "Marche", "")]),
        project("C", &[(Fr, "Marché", "")]),
    ]);
    for text in ["réintégraton ", "reintegratoin", "rreintegration", "téintégration"] {
        assert_eq!(found(&index, text), ["A"], "{text}");
    }
    assert_eq!(found(&index, "reintgraton"), [""; 0], "two slips");
    assert_eq!(found(&index, "marche "), ["B", "C"]);
    let index = super::records::index(&[project("A", &[(Fr, "Mission", "")]), project("B", &[(Fr, "Missive", "")])]);
    assert_eq!(found(&index, "mission "), ["A"]);
    assert_eq!(found(&index, "misson "), ["A"]);
    let index = super::records::index(&[project("A", &[(Fr, "Cour", "")])]);
    assert_eq!(found(&index, "cout "), [""; 0], "four letters are too few");
}

#[test]
fn titles_are_ahead_of_bodies() {
    let index = index(&[
        news("corps", Fr, "Nouvelles", &"Le retour, toujours le retour. ".repeat(20)),
        news("titre", Fr, "Le grand retour au pays natal des travailleurs saisonniers", "Rien de plus."),
    ]);
    assert_eq!(found(&index, "retour"), ["titre", "corps"]);
}

#[test]
fn records_are_found_by_the_names_of_their_states_in_every_language() {
    let index = index(&[
        of_states(project("A", &[(Fr, "Retour en Géorgie", "")]), &["GE"]),
        of_states(news("b", Fr, "Retour", "Rien de plus."), &["GE", "DE"]),
        project("C", &[(En, "Georgia", "")]),
        project("D", &[(Fr, "Retour au Kenya", "")]),
    ]);
    assert_eq!(found(&index, "Georgia"), ["C", "A", "b"], "the title that prints the name is ahead");
    assert_eq!(found(&index, "retour allemagne"), ["b"]);
    assert_eq!(found(&index, "Alemania "), ["b"]);
    assert_eq!(found_in(&index, "Germany", En), ["b"]);
    assert_eq!(found_in(&index, "Germany", Fr), [""; 0]);
}

#[test]
fn all_words_are_wanted_and_some_will_do_where_no_record_has_all() {
    let index = index(&[
        project("A", &[(Fr, "Retour et santé", "")]),
        project("B", &[(Fr, "Retour", "")]),
        project("C", &[(Fr, "Santé, formation", "")]),
    ]);
    assert_eq!(found(&index, "santé retour"), ["A"]);
    assert_eq!(found(&index, "retour formation zzzzzz"), ["C", "B", "A"], "a rarer word first, then the shorter title");
    let matching = |text| index.index.matching(&ask(text), None).total();
    assert_eq!((matching("santé retour"), matching("retour zzzzzz"), matching("")), (1, 0, 0));
}

#[test]
fn kinds_are_counted_all_and_answered_as_asked() {
    let index = index(&[project("A", &[(Fr, "La Géorgie", "")]), state("GE"), news("n", Fr, "Géorgie", "")]);
    let query = SearchQuery { kinds: &[NodeKind::MemberState, NodeKind::NewsItem], ..ask("géorgie") };
    let hits = index.index.search(&query, None);
    assert_eq!(hits.total(), 2);
    assert_eq!(NodeKind::ALL.map(|kind| hits.count(kind)), [1, 1, 0, 1, 0]);
    let of = |kind| hits.rows(kind).map(|(row, _)| row).collect::<Vec<_>>();
    assert_eq!([of(NodeKind::Project), of(NodeKind::MemberState), of(NodeKind::NewsItem)], [vec![], vec![1], vec![2]]);
    assert_eq!(
        hits.score(index.document(&state("GE").id()).unwrap()),
        index.page(&hits, None, 9).iter().find(|hit| hit.id.key == "GE").map(|hit| hit.score)
    );
    assert_eq!(hits.score(index.document(&project("A", &[]).id()).unwrap()), None);
    assert_eq!(found(&index, "ge")[0], "GE", "a code comes first");
}

#[test]
fn pages_follow_each_other_in_one_order() {
    let records: Vec<_> = (0..40).rev().map(|number| project(&format!("P.{number:04}"), &[(Fr, "Retour", "")])).collect();
    let index = index(&records);
    let hits = index.index.search(&ask("retour"), None);
    let all = index.page(&hits, None, 100);
    assert!(all.iter().map(|hit| &hit.id.key).is_sorted());
    let mut paged = index.page(&hits, None, 7);
    while let Some(last) = paged.last().cloned() {
        let next = index.page(&hits, Some(&last), 7);
        if next.is_empty() {
            break;
        }
        paged.extend(next);
    }
    assert_eq!(paged, all);
}
