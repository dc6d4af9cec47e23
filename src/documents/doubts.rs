//! What a reader should doubt about a project.

use jiff::civil::Date;

use super::project::ProjectReading;
use super::states;
use super::words::tables;
use crate::domain::{CountryCode, Coverage, Field, Language, PartialDate, ProjectStatus, ProjectType, Warning, WarningCode};

/// The year that the site prints where it does not know the end of a project.
const PLACEHOLDER: i16 = 2024;

/// How many years a project of the Fund lasts at most, by far.
const LONGEST_PROJECT: i16 = 6;

/// How many letters the site allows a title.
const LONGEST_TITLE: usize = 255;

/// How many letters of a title make it likely that a last word without its end was cut.
const LONG_TITLE: usize = 200;

/// Letters that end hardly any word of the three languages.
const ENDS_NO_WORD: [char; 3] = ['j', 'q', 'v'];

/// The facts of a project that may contradict each other, from one page or from several.
pub struct Facts<'a> {
    pub titles: Vec<&'a str>,
    pub status: Option<ProjectStatus>,
    pub coverage: Option<Coverage>,
    pub year: Option<i16>,
    pub start_date: Option<PartialDate>,
    pub end_date: Option<PartialDate>,
    pub member_states: &'a [CountryCode],
    pub has_code: bool,
}

/// Whether an end is the one that the site prints where it knows none: 2024 without a start, or years after any project's end.
pub fn is_placeholder(start: Option<PartialDate>, end: PartialDate) -> bool {
    let unlikely = start.is_none_or(|start| end.year() - start.year() >= LONGEST_PROJECT);
    end.year() == PLACEHOLDER && end.month().is_none() && unlikely
}

/// The doubts that follow from the facts alone.
pub fn about_facts(facts: &Facts<'_>, today: Date) -> Vec<Warning> {
    let mut doubts = Vec::new();
    let mut doubt = |code, field: Field, message: String| doubts.push(Warning::new(code, field, message));
    if !facts.has_code {
        let message = "the page gives no project code; the key comes from the title".to_owned();
        doubt(WarningCode::CodeMissing, Field::Code, message);
    }
    let placeholder = facts.end_date.filter(|&end| is_placeholder(facts.start_date, end));
    if let Some(end) = placeholder {
        let message = format!("the end date {end} is what the site prints where it knows none");
        doubt(WarningCode::EndDatePlaceholder, Field::EndDate, message);
    }
    if let (Some(start), Some(end)) = (facts.start_date, facts.end_date)
        && end.year() < start.year()
    {
        doubt(WarningCode::YearBeforeStart, Field::EndDate, format!("the project ends in {end}, before it starts in {start}"));
    }
    if let (Some(year), Some(start)) = (facts.year, facts.start_date)
        && year + 1 < start.year()
    {
        let message = format!("the money is of {year}, more than a year before the project starts in {start}");
        doubt(WarningCode::YearBeforeStart, Field::Year, message);
    }
    if let (Some(ProjectStatus::Active), Some(end)) = (facts.status, facts.end_date)
        && end.year() < today.year()
        && placeholder.is_none()
    {
        doubt(WarningCode::ActiveAfterEnd, Field::Status, format!("the project is said to be active, but its end was {end}"));
    }
    doubts.extend(about_coverage(facts));
    doubts.extend(about_titles(facts));
    doubts
}

fn about_coverage(facts: &Facts<'_>) -> Option<Warning> {
    let states = facts.member_states.len();
    let message = match (facts.coverage?, states) {
        (_, 0) => return None,
        (Coverage::National, 2..) => format!("the coverage is national, but {states} states benefit"),
        (Coverage::National, _) => return None,
        (coverage, 1) => format!("the coverage is {}, but one state benefits", coverage.as_str()),
        _ => return None,
    };
    Some(Warning::new(WarningCode::CoverageMismatch, Field::Coverage, message))
}

fn about_titles(facts: &Facts<'_>) -> Vec<Warning> {
    let mut named: Vec<CountryCode> = Vec::new();
    for state in facts.titles.iter().flat_map(|title| states::in_prose(title)) {
        if !facts.member_states.contains(&state) && !named.contains(&state) {
            named.push(state);
        }
    }
    let message = |state: &CountryCode| {
        format!("the title names {} ({state}), which is not among the states that benefit", state.name(Language::En))
    };
    named.iter().map(|state| Warning::new(WarningCode::StateOnlyInTitle, Field::MemberStates, message(state))).collect()
}

/// The doubts about how a page prints its title, its text and its type.
pub fn about_page(page: &ProjectReading) -> Vec<Warning> {
    let mut doubts = Vec::new();
    let title = page.title.value.as_str();
    let text = page.description.as_ref().map(|found| found.value.as_str());
    if title.is_empty() {
        doubts.push(Warning::new(WarningCode::ValueMissing, Field::Title, "the page has no title"));
    } else if is_cut(title, text.unwrap_or_default()) {
        doubts.push(title_cut(title));
    }
    if text.is_none() {
        doubts.push(Warning::new(WarningCode::BodyMissing, Field::Description, "the page has no text below the fields"));
    }
    if let Some(printed) = page.project_type.as_ref().filter(|found| !found.value.known()) {
        let hint = page.code.as_ref().and_then(|code| ProjectType::hinted_by(&code.value));
        let hint = hint.map(|kind| format!("; the code hints at {}", kind.code)).unwrap_or_default();
        let message = format!("no type of project is known as “{}”{hint}", printed.printed);
        doubts.push(Warning::new(WarningCode::UnknownType, Field::Type, message));
    }
    doubts
}

/// The doubt about a title that was cut.
pub fn title_cut(title: &str) -> Warning {
    let last = title.split(' ').next_back().unwrap_or(title);
    Warning::new(WarningCode::TitleCut, Field::Title, format!("the title ends with “{last}” and seems cut short"))
}

/// Whether a title was cut: at the site's limit, within an entity, behind a word that ends no title (`… of the`), within a word
/// that the text has in full, or at a letter that ends no word.
pub fn is_cut(title: &str, text: &str) -> bool {
    let letters = title.chars().count();
    if letters >= LONGEST_TITLE || title.ends_with(['&', '…', '’', '\'']) || title.ends_with("...") {
        return true;
    }
    if letters < LONG_TITLE {
        return false;
    }
    let last = title.rsplit(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    let ends_no_title = tables().flat_map(|table| table.within_places).any(|word| *word == last);
    if ends_no_title || last.len() >= 4 && last.ends_with(ENDS_NO_WORD) && last != "cinq" {
        return true;
    }
    let mut places = text.match_indices(last).take(1000).map(|(at, _)| text[at + last.len()..].chars().next()).peekable();
    last.len() >= 4 && places.peek().is_some() && places.all(|next| next.is_some_and(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn codes(facts: &Facts<'_>) -> Vec<WarningCode> {
        about_facts(facts, date(2026, 1, 31)).into_iter().map(|doubt| doubt.code).collect()
    }

    fn year(year: i16) -> Option<PartialDate> {
        PartialDate::year_only(year)
    }

    fn states(codes: &str) -> Vec<CountryCode> {
        codes.split_whitespace().map(|code| code.parse().unwrap()).collect()
    }

    fn sound<'a>(member_states: &'a [CountryCode]) -> Facts<'a> {
        Facts {
            titles: vec!["Une école pour la Géorgie"],
            status: Some(ProjectStatus::Completed),
            coverage: Some(Coverage::National),
            year: Some(2019),
            start_date: year(2020),
            end_date: year(2022),
            member_states,
            has_code: true,
        }
    }

    #[test]
    fn sound_facts_raise_no_doubt() {
        assert_eq!(codes(&sound(&states("GE"))), []);
    }

    #[test]
    fn an_end_without_a_start_may_be_the_placeholder() {
        let ge = states("GE");
        let ends = |start, end| codes(&Facts { year: None, start_date: start, end_date: end, ..sound(&ge) });
        assert_eq!(ends(None, year(2024)), [WarningCode::EndDatePlaceholder]);
        assert_eq!(ends(year(2012), year(2024)), [WarningCode::EndDatePlaceholder], "no project lasts so long");
        assert_eq!(ends(year(2021), year(2024)), []);
        assert_eq!(ends(None, year(2023)), []);
    }

    #[test]
    fn years_out_of_order_are_doubted() {
        let ge = states("GE");
        assert_eq!(codes(&Facts { year: Some(2018), ..sound(&ge) }), [WarningCode::YearBeforeStart]);
        assert_eq!(codes(&Facts { end_date: year(2019), ..sound(&ge) }), [WarningCode::YearBeforeStart]);
    }

    #[test]
    fn an_active_project_has_not_ended() {
        let ge = states("GE");
        let active = Facts { status: Some(ProjectStatus::Active), ..sound(&ge) };
        assert_eq!(codes(&active), [WarningCode::ActiveAfterEnd]);
        assert_eq!(codes(&Facts { end_date: year(2026), ..active }), []);
    }

    #[test]
    fn coverage_goes_with_the_number_of_states() {
        let covers = |coverage, list: &str| {
            let list = states(list);
            codes(&Facts { titles: vec!["Des écoles"], coverage: Some(coverage), ..sound(&list) })
        };
        assert_eq!(covers(Coverage::Global, "DJ"), [WarningCode::CoverageMismatch]);
        assert_eq!(covers(Coverage::Regional, "DJ"), [WarningCode::CoverageMismatch]);
        assert_eq!(covers(Coverage::National, "DJ KE"), [WarningCode::CoverageMismatch]);
        assert_eq!(covers(Coverage::Regional, "DJ KE"), []);
        assert_eq!(covers(Coverage::Global, ""), []);
    }

    #[test]
    fn a_state_in_the_title_should_be_in_the_list() {
        let cd = states("CD");
        let doubts =
            about_facts(&Facts { titles: vec!["A school for Congo", "Une école au Congo"], ..sound(&cd) }, date(2026, 1, 31));
        assert_eq!(doubts.len(), 1);
        assert_eq!(doubts[0].message, "the title names Congo - Brazzaville (CG), which is not among the states that benefit");
    }

    #[test]
    fn a_lost_code_is_told() {
        assert_eq!(codes(&Facts { has_code: false, ..sound(&states("GE")) }), [WarningCode::CodeMissing]);
    }

    #[test]
    fn a_title_is_cut_at_the_limit_in_an_entity_or_in_a_word() {
        let long = "Une école ".repeat(21);
        for (title, text) in [
            ("é".repeat(255), ""),
            ("Études de cas men&".to_owned(), ""),
            (format!("{long}des politiq"), ""),
            (format!("{long}des"), ""),
            (format!("{long}migratoi"), "La vie migratoire."),
        ] {
            assert!(is_cut(&title, text), "{title}");
        }
        for (title, text) in
            [("Une école".to_owned(), "écoles"), (format!("{long}migratoire"), "La vie migratoire des oiseaux migratoires.")]
        {
            assert!(!is_cut(&title, text), "{title}");
        }
    }
}
