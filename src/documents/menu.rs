//! The site's menu, which crawlers save with the page.
//!
//! It never has a fixed number of lines: it ends with its last item, `- 2030 Agenda` on the agency's site and `- Donate Now` on
//! the Fund's, in the language of the menu, which need not be that of the page.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::fold::fold;
use super::lines::Line;
use super::words::{label, tables};

static LAST_ITEMS: LazyLock<HashSet<String>> =
    LazyLock::new(|| tables().flat_map(|table| table.menu_ends).map(|item| fold(item)).collect());

/// The longest item of a menu, in bytes.
const LONGEST_ITEM: usize = 100;

/// How many lines a menu has at most.
const LONGEST_MENU: usize = 150;

/// How many lines of a menu begin with a dash at least.
const LEAST_ITEMS: usize = 3;

/// The longest line of a menu that does not repeat the line before it, in bytes.
const LONGEST_LINE: usize = 100;

/// The place after the menu's last line; none where the document does not begin with a menu.
pub fn end(lines: &[Line<'_>]) -> Option<usize> {
    let menu = &lines[..lines.len().min(LONGEST_MENU)];
    let first = menu.iter().find(|line| !line.text.is_empty())?;
    let is_last = |line: &Line<'_>| item(line).is_some_and(|item| LAST_ITEMS.contains(&fold(item)));
    let dashed = |line: &Line<'_>| line.text == "-" || item(line).is_some();
    match menu.iter().position(is_last) {
        Some(last) => {
            let items = menu[..last].iter().filter(|line| dashed(line)).count();
            (dashed(first) || items >= LEAST_ITEMS && first.text.len() <= LONGEST_LINE).then_some(last + 1)
        }
        None if first.text == "-" => end_without_last_item(menu),
        None => None,
    }
}

/// The end of a menu that lost its last item: it goes on as long as its lines are items, short, or repeat the line before
/// (`Agir`, `AgirTravailler avec nous`), and no label of a project stands there. It ends with an item or a line printed twice.
fn end_without_last_item(menu: &[Line<'_>]) -> Option<usize> {
    let repeats =
        |place: usize| place > 0 && !menu[place - 1].text.is_empty() && menu[place].text.starts_with(menu[place - 1].text);
    let goes_on = |place: usize| menu[place].text.len() <= LONGEST_LINE && label(menu[place].text).is_none() || repeats(place);
    let length = (0..menu.len()).take_while(|&place| goes_on(place)).count();
    let ends = |place: usize| item(&menu[place]).is_some() || repeats(place) && menu[place - 1].text != "-";
    (0..length).rev().find(|&place| ends(place)).filter(|&place| place >= LEAST_ITEMS).map(|place| place + 1)
}

fn item<'a>(line: &Line<'a>) -> Option<&'a str> {
    line.text.strip_prefix("- ").map(str::trim).filter(|item| item.len() <= LONGEST_ITEM)
}

#[cfg(test)]
mod tests {
    use super::super::lines::Content;

    fn title_below(menu: &str) -> String {
        let text = format!("{menu}\nA title");
        let content = Content::of(&text);
        assert!(content.has_menu, "{menu}");
        content.head[0].text.to_owned()
    }

    #[test]
    fn every_menu_ends_with_its_last_item() {
        for menu in [
            "-\nQui sommes nous\nStructure\nStructure\n- Directrice générale\n-\nAgir\n- 2030 AGENDA",
            "-\nWho we are\n- 2030 Agenda",
            "- About\n- Projects\n- Donate Now",
            "- A propos du Fonds\n- Faire un don",
            "- A propósito del Fondo\n- Proyectos\n- Donar",
        ] {
            assert_eq!(title_below(menu), "A title");
        }
    }

    #[test]
    fn a_menu_may_have_lost_its_first_or_its_last_line() {
        assert_eq!(title_below("Who we are\n-\nOur work\n- Where we work\n-\nTake action\n- 2030 Agenda"), "A title");
        assert_eq!(title_below("-\nQui sommes nous\nQui sommes nousL’OIM\n-\nAgir\nAgir\n- Données et recherche"), "A title");
        let project = Content::of("-\nMenu\n- One\n- Two\nA title\n-\nDate de fin\n2019").head[0].text.to_owned();
        assert_eq!(project, "A title");
    }

    #[test]
    fn a_list_in_the_text_is_no_menu() {
        assert!(!Content::of("A title\nThe text:\n- one\n- 2030 Agenda\nMore.").has_menu);
        assert!(!Content::of("-\nDate de fin\n2019").has_menu);
    }
}
