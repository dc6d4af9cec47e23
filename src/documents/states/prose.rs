//! States that a sentence names.

use super::super::fold::{Word, words};
use super::beginning_with;
use crate::domain::CountryCode;

/// Names of states that people bear too: before a surname they are no state (`Maurice Dupont`).
const GIVEN_NAMES: [&str; 7] = ["chad", "dominique", "georgia", "israel", "jordan", "maurice", "salvador"];

/// Names of small territories that mean something else more often.
const OTHER_WORDS: [&str; 7] = ["guadalupe", "jersey", "reunion", "saint martin", "san bartolome", "san martin", "santa elena"];

/// How far a form of a name in brackets goes at most, in bytes: `Iran (Islamic Republic of)`.
const LONGEST_BRACKETS: usize = 80;

/// How many words a name has at most.
const LONGEST_NAME: usize = 12;

/// The states that a text names, each once, in the order of their first mention, written with a capital. A demonym is no state,
/// and neither is a place that holds a state's name (`Benin City`).
pub fn in_prose(text: &str) -> Vec<CountryCode> {
    let mut states = Vec::new();
    let shouted = !text.chars().any(char::is_lowercase);
    let mut rest = words(text);
    let mut window: Vec<Word<'_>> = rest.by_ref().take(LONGEST_NAME).collect();
    let mut at = 0;
    while at < window.len() {
        let mut step = 1;
        let mut names = beginning_with(&window[at..], text);
        if let Some((name, length)) = names.find(|&(_, length)| is_one_phrase(&window[at..at + length], text)) {
            let here = &window[at..at + length];
            let counts = text[here[0].start..].starts_with(char::is_uppercase)
                && !(shouted && name.exactly.is_some())
                && !is_something_else(here, text);
            if let Some(state) = name.state.filter(|_| counts)
                && !states.contains(&state)
            {
                states.push(state);
            }
            step = length;
        }
        drop(names);
        at += step;
        if at >= LONGEST_NAME {
            window.drain(..at);
            at = 0;
        }
        let missing = (at + LONGEST_NAME).saturating_sub(window.len());
        window.extend(rest.by_ref().take(missing));
    }
    states
}

/// Whether nothing but a space, a hyphen or an apostrophe stands between the words, or the dot of a short one: `St. Lucia`.
fn is_one_phrase(words: &[Word<'_>], text: &str) -> bool {
    words.windows(2).all(|pair| {
        let between = &text[pair[0].end..pair[1].start];
        let reach = text.floor_char_boundary(pair[1].start + LONGEST_BRACKETS);
        let brackets = between == " (" && text[pair[1].start..reach].contains(')');
        let ends = between.contains('.') && pair[0].end - pair[0].start > 3;
        brackets || !ends && between.chars().count() <= 2 && !between.contains([',', ';', ':', '/', '!', '?', '–', '—'])
    })
}

fn is_something_else(words: &[Word<'_>], text: &str) -> bool {
    let name = words.iter().map(|word| word.text.as_ref()).collect::<Vec<_>>().join(" ");
    if OTHER_WORDS.contains(&name.as_str()) {
        return true;
    }
    GIVEN_NAMES.contains(&name.as_str()) && {
        let after = &text[words[words.len() - 1].end..];
        let mut letters = after.chars();
        letters.next() == Some(' ') && letters.next().is_some_and(char::is_uppercase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(text: &str) -> String {
        in_prose(text).iter().map(CountryCode::as_str).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn states_come_in_the_order_of_their_first_mention() {
        assert_eq!(states("De la Tanzanie au Burundi, puis encore en Tanzanie et en Côte-d’Ivoire."), "TZ BI CI");
        assert_eq!(states("La República Democrática del Congo y los Estados\nUnidos"), "CD US");
        assert_eq!(states("Afghanistan’s provinces and the Lao PDR Ministry"), "AF LA");
    }

    #[test]
    fn the_longest_name_wins() {
        assert_eq!(states("en Papouasie-Nouvelle-Guinée, au Soudan du Sud et au Nigéria"), "PG SS NG");
        assert_eq!(states("Guinea-Bissau and Guinea, North Macedonia"), "GW GN MK");
        assert_eq!(states("in Guinea. Bissau is elsewhere"), "GN");
    }

    #[test]
    fn a_demonym_or_a_common_word_is_no_state() {
        assert_eq!(states("Les migrants colombiens et géorgiens mangent de la turkey and chad with us"), "");
        assert_eq!(states("Réunion de haut niveau à Genève, with Jordan Smith and Chad Brown"), "");
    }

    #[test]
    fn a_place_that_holds_the_name_of_a_state_is_not_that_state() {
        assert_eq!(states("Port of Spain, Port d’Espagne y Puerto España"), "");
        assert_eq!(states("Benin City, in Lao Cai, le golfe de Guinée, the Lake Chad Basin"), "");
        assert_eq!(states("Eau potable à San Salvador, en Irlande du Nord, Columbia University"), "");
        assert_eq!(states("Benin City, Nigeria"), "NG");
    }

    #[test]
    fn short_forms_count_in_capitals_only() {
        assert_eq!(states("en RDC et en RCA, with the US and the UK"), "CD CF US GB");
        assert_eq!(states("TELL US MORE ABOUT TANZANIA"), "TZ");
    }

    #[test]
    fn a_long_text_is_walked_through_once() {
        let text = format!("{} Géorgie", "guinea ".repeat(200_000));
        assert_eq!(states(&text), "GE");
    }
}
