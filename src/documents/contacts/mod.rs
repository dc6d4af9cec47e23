//! Whom to ask: the persons and offices that a news item names at its end, in one line, in a block, two in a sentence.

mod block;
mod marks;
mod phone;

use std::sync::LazyLock;

use super::phrases::Phrases;
use super::words::tables;
use crate::domain::Contact;

/// The contacts of a text, and the text around the passages that name them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Contacts<'a> {
    pub contacts: Vec<Contact>,
    /// What tells of the matter and not whom to ask.
    pub text_without: Vec<&'a str>,
}

static LEADS: LazyLock<Phrases> = LazyLock::new(|| tables().flat_map(|table| table.contact_leads).copied().collect());

static VERBS: LazyLock<Phrases> = LazyLock::new(|| tables().flat_map(|table| table.contact_verbs).copied().collect());

/// How many lead-ins of a text are followed up: no page has so many.
const MOST_LEADS: usize = 100;

/// How far behind the lead-in the verb may stand, in bytes: `For more information about the project, please contact`.
const VERB_REACH: usize = 160;

/// The longest passage of contacts in one paragraph, in bytes.
const LONGEST_PARAGRAPH: usize = 800;

/// How many paragraphs a block of contacts has at most.
const MOST_PARAGRAPHS: usize = 16;

/// The contacts of a text of paragraphs.
pub fn in_text(text: &str) -> Contacts<'_> {
    let mut found = Contacts::default();
    let (mut from, mut kept) = (0, 0);
    for _ in 0..MOST_LEADS {
        let Some((start, end)) = LEADS.find(text, from) else { break };
        let passage = passage(text, end);
        let contacts = block::read(&text[passage.clone()]);
        from = if contacts.is_empty() { end } else { passage.end };
        if !contacts.is_empty() {
            found.text_without.push(&text[kept..start]);
            kept = passage.end;
        }
        for contact in contacts {
            if !found.contacts.iter().any(|known| known.key() == contact.key()) {
                found.contacts.push(contact);
            }
        }
    }
    found.text_without.push(&text[kept..]);
    found
}

/// The bytes that name the contacts: the rest of the lead-in's paragraph behind the verb, and the paragraphs that go on with
/// names, numbers and addresses.
fn passage(text: &str, lead_end: usize) -> std::ops::Range<usize> {
    let rest = &text[lead_end..text.floor_char_boundary(lead_end + VERB_REACH + LONGEST_PARAGRAPH)];
    let paragraph_end = lead_end + rest.find("\n\n").unwrap_or(rest.len());
    let reach = text.floor_char_boundary(paragraph_end.min(lead_end + VERB_REACH));
    let start = VERBS.find(&text[..reach], lead_end).map_or(lead_end, |(_, end)| end);
    let mut end = text.floor_char_boundary(paragraph_end.min(start + LONGEST_PARAGRAPH));
    if end < paragraph_end {
        return start..end;
    }
    for _ in 0..MOST_PARAGRAPHS {
        let Some(rest) = text[end..].strip_prefix("\n\n") else { break };
        let rest = &rest[..rest.floor_char_boundary(LONGEST_PARAGRAPH)];
        let length = rest.find("\n\n").unwrap_or(rest.len());
        if !block::goes_on(&rest[..length]) {
            break;
        }
        end += 2 + length;
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contacts(text: &str) -> Vec<Contact> {
        in_text(text).contacts
    }

    fn one(name: &str, email: &str, phone: &str, office: &str) -> Contact {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Contact { email: some(email), phones: some(phone).into_iter().collect(), office: some(office), ..Contact::new(name) }
    }

    #[test]
    fn one_line_names_a_person() {
        assert_eq!(
            contacts(
                "Le texte.\n\nPour plus d’informations, veuillez contacter Nino Beridze, +995 32 200 00 00. Email : nino@iom.int"
            ),
            [one("Nino Beridze", "nino@iom.int", "+995322000000", "")]
        );
        assert_eq!(
            contacts(
                "Text. For further information, please contact Dr. Mona Said at IOM Egypt. Tel: +202-20000000, Email: cairo@iom.int"
            ),
            [one("Dr. Mona Said", "cairo@iom.int", "+20220000000", "IOM Egypt")]
        );
    }

    #[test]
    fn a_sentence_names_two() {
        assert_eq!(
            contacts(
                "Para obtener más información, por favor ponerse en contacto con Eleni Ioannou Markou en la OIM de Nicosia, Tel: +357 22 000000, Email: eleni@iom.int, o Paul Klein en la Oficina Regional de la OIM en Bruselas, Tel: +32 2287 0000, Email: paul@iom.int"
            ),
            [
                one("Eleni Ioannou Markou", "eleni@iom.int", "+35722000000", "OIM de Nicosia"),
                one("Paul Klein", "paul@iom.int", "+3222870000", "Oficina Regional de la OIM en Bruselas")
            ]
        );
    }

    #[test]
    fn a_block_names_a_person_line_by_line() {
        assert_eq!(
            contacts("For further information, please contact\n\nReza Karimi\n\nIOM Tehran\n\nTel: +98-21-22000000"),
            [one("Reza Karimi", "", "+982122000000", "IOM Tehran")]
        );
        assert_eq!(
            contacts(
                "Pour plus d'informations, veuillez contacter:\n\nEva María López\n\nOIM Quito\n\nTél. : +593 2-22-00-000/01\n\nE-mail : \"mailto:eva@oim.org.ec\" target=\"_blank\" title= \"\">eva@oim.org.ec\n\nUn autre paragraphe du texte, qui ne nomme personne à contacter et finit par un point."
            ),
            [one("Eva María López", "eva@oim.org.ec", "+593 2-22-00-000/01", "OIM Quito")]
        );
    }

    #[test]
    fn an_address_may_be_lost() {
        assert_eq!(
            contacts("For More information please contact:  Sami Haddad at IOM Geneva, Tel: +41 79 400 0000. Email: "),
            [one("Sami Haddad", "", "+41794000000", "IOM Geneva")]
        );
        assert_eq!(
            contacts("For more information about the Project contact Sara Aziz,  E-mail: [email protected]"),
            [one("Sara Aziz", "", "", "")]
        );
    }

    #[test]
    fn a_sentence_without_a_person_names_none() {
        for text in [
            "For more information, visit the site.",
            "Les migrants cherchent plus d’informations. La ligne 8840 répond.",
            "Para más información sobre los migrantes en la región.",
            "Please contact your nearest office.",
        ] {
            assert_eq!(contacts(text), [], "{text}");
        }
    }

    #[test]
    fn the_text_around_is_kept_apart() {
        let found = in_text(
            "A school opens.\n\nFor more information, please contact Sami Haddad at IOM Egypt, Tel: +41 79 400 0000\n\nMore of the story here, which is long.",
        );
        assert_eq!(found.text_without, ["A school opens.\n\n", "\n\nMore of the story here, which is long."]);
    }
}
