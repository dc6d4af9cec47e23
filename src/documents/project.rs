//! What one page says about a project.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::layouts::{Entry, Layout, ProjectSheet};
use super::lines::Content;
use super::words::{self, Label};
use super::{doubts, language, paragraphs, states, values};
use crate::domain::{
    CountryCode, Coverage, Field, Language, Money, PartialDate, ProjectStatus, ProjectType, RegionCode, Warning, WarningCode,
};

/// A value, what was printed for it, and the line of the document where it stood, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    pub value: T,
    pub printed: String,
    pub line: usize,
}

/// A page of a project, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectReading {
    pub language: Language,
    pub layout: Layout,
    pub code: Option<Found<String>>,
    pub prima_id: Option<Found<String>>,
    /// Empty where the page lost it.
    pub title: Found<String>,
    /// The paragraphs of the text, with a blank line between them; of what was printed the first line.
    pub description: Option<Found<String>>,
    pub status: Option<Found<ProjectStatus>>,
    pub project_type: Option<Found<ProjectType>>,
    pub coverage: Option<Found<Coverage>>,
    pub region: Option<Found<RegionCode>>,
    /// In United States dollars.
    pub budget: Option<Found<Decimal>>,
    pub year: Option<Found<i16>>,
    pub start_date: Option<Found<PartialDate>>,
    pub end_date: Option<Found<PartialDate>>,
    /// In the order of the page, each once.
    pub member_states: Vec<CountryCode>,
    /// What stood in the list of states and names none, as printed.
    pub unrecognized_states: Vec<String>,
    /// The line of the list of states.
    pub states_line: Option<usize>,
    pub warnings: Vec<Warning>,
    /// The day on which the page was read: a project may be active until its end.
    pub read_on: Date,
}

impl ProjectReading {
    pub(super) fn of(content: &Content<'_>, sheet: &ProjectSheet<'_>, today: Date) -> Self {
        let title = title(sheet);
        let description = description(content, sheet.body);
        let text = description.as_ref().map_or("", |found| found.value.as_str());
        let labels = sheet.fields.iter().find_map(|entry| words::label_language(entry.printed?.text));
        let mut reading = ProjectReading {
            language: language::of(&[text, &title.value], labels),
            layout: sheet.layout,
            code: None,
            prima_id: None,
            title,
            description,
            status: None,
            project_type: None,
            coverage: None,
            region: None,
            budget: None,
            year: None,
            start_date: None,
            end_date: None,
            member_states: Vec::new(),
            unrecognized_states: Vec::new(),
            states_line: None,
            warnings: Vec::new(),
            read_on: today,
        };
        for (place, entry) in sheet.fields.iter().enumerate() {
            reading.take(role(entry, &sheet.fields, place), entry);
        }
        reading.take_states(&sheet.fields);
        for (label, below) in &sheet.unknown {
            let printed = label.text.trim_start_matches(|letter: char| !letter.is_alphanumeric());
            let below = below.map_or(String::new(), |line| format!(" and “{}” below it was left out", line.text));
            reading.warnings.push(Warning::new(
                WarningCode::UnknownValue,
                None,
                format!("the label “{printed}” is not known{below}"),
            ));
        }
        reading.warnings.extend(doubts::about_page(&reading));
        reading.warnings.extend(doubts::about_facts(&reading.facts(), today));
        reading
    }

    /// The facts that doubts are about.
    pub(super) fn facts(&self) -> doubts::Facts<'_> {
        doubts::Facts {
            titles: vec![&self.title.value],
            status: value(&self.status),
            coverage: value(&self.coverage),
            year: value(&self.year),
            start_date: value(&self.start_date),
            end_date: value(&self.end_date),
            member_states: &self.member_states,
            has_code: self.code.is_some(),
        }
    }

    fn take(&mut self, label: Label, entry: &Entry<'_>) {
        let Some(field) = field(label) else { return };
        let Some(line) = entry.value else {
            let printed = entry.printed.map_or("", |line| line.text).trim_start_matches(['•', ' ']);
            let message = format!("the label “{printed}” stands without a value");
            self.doubt(WarningCode::ValueMissing, field, message);
            return;
        };
        let (text, number) = (line.text, line.number);
        let understood = match label {
            Label::StartDate => keep(&mut self.start_date, values::date(text), text, number),
            Label::EndDate => keep(&mut self.end_date, values::date(text), text, number),
            Label::Status => keep(&mut self.status, words::status(text), text, number),
            Label::Type => keep(&mut self.project_type, Some(ProjectType::from_label(text)), text, number),
            Label::Budget => keep(&mut self.budget, values::budget(text), text, number),
            Label::Coverage => keep(&mut self.coverage, words::coverage(text), text, number),
            Label::Year => keep(&mut self.year, values::year(text), text, number),
            Label::Region => keep(&mut self.region, words::region(text), text, number),
            Label::PrimaId => keep(&mut self.prima_id, values::prima_id(text), text, number),
            Label::Code => keep(&mut self.code, values::code(text), text, number),
            Label::States | Label::OtherStates => true,
        };
        if !understood {
            let message = format!("“{text}” was not understood as the project’s {}", field.name());
            self.doubt(WarningCode::UnknownValue, field, message);
        }
    }

    /// Keeps a doubt, once.
    fn doubt(&mut self, code: WarningCode, field: Field, message: String) {
        let warning = Warning::new(code, field, message);
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Reads the list of states, which may be printed a state a line.
    fn take_states(&mut self, fields: &[Entry<'_>]) {
        let lines: Vec<_> =
            fields.iter().filter(|entry| entry.label == Label::States).filter_map(|entry| entry.value).collect();
        let printed: Vec<_> = lines.iter().map(|line| line.text).collect();
        let list = states::in_list(&printed.join("\n"));
        for unknown in &list.unknown {
            let message = format!("“{unknown}” stands in the list of states and names none that is known");
            self.warnings.push(Warning::new(WarningCode::UnknownState, Field::MemberStates, message));
        }
        self.states_line = lines.first().map(|line| line.number);
        self.member_states = list.states;
        self.unrecognized_states = list.unknown;
    }
}

/// What an entry is about. Spanish pages label the status like the type, and print it first.
fn role(entry: &Entry<'_>, fields: &[Entry<'_>], place: usize) -> Label {
    if entry.label != Label::Type || entry.printed.is_none() {
        return entry.label;
    }
    let is_status = entry.value.is_some_and(|line| words::status(line.text).is_some());
    let status_elsewhere = fields.iter().any(|other| other.label == Label::Status);
    let type_follows = fields[place + 1..].iter().any(|other| other.label == Label::Type);
    if is_status || !status_elsewhere && type_follows { Label::Status } else { Label::Type }
}

/// The field of the record that a label is about.
fn field(label: Label) -> Option<Field> {
    Some(match label {
        Label::StartDate => Field::StartDate,
        Label::EndDate => Field::EndDate,
        Label::Status => Field::Status,
        Label::Type => Field::Type,
        Label::Budget => Field::Budget,
        Label::Coverage => Field::Coverage,
        Label::Year => Field::Year,
        Label::Region => Field::Region,
        Label::PrimaId => Field::PrimaId,
        Label::Code => Field::Code,
        Label::States => Field::MemberStates,
        Label::OtherStates => return None,
    })
}

/// Keeps the first value of a field; whether the text was understood.
fn keep<T>(field: &mut Option<Found<T>>, value: Option<T>, printed: &str, line: usize) -> bool {
    let Some(value) = value else { return false };
    if field.is_none() {
        *field = Some(Found { value, printed: printed.to_owned(), line });
    }
    true
}

fn value<T: Copy>(found: &Option<Found<T>>) -> Option<T> {
    found.as_ref().map(|found| found.value)
}

fn title(sheet: &ProjectSheet<'_>) -> Found<String> {
    let printed: Vec<_> = sheet.title.iter().map(|line| line.text).collect();
    let line = sheet.title.first().map_or(1, |line| line.number);
    Found { value: printed.join(" "), printed: printed.join("\n"), line }
}

fn description(content: &Content<'_>, body: usize) -> Option<Found<String>> {
    let first = content.from(body).find(|line| !line.text.is_empty())?;
    let lines = || content.from(body).map(|line| line.text);
    let value = paragraphs::join(lines(), paragraphs::wrapped_at(lines()));
    Some(Found { value, printed: first.text.to_owned(), line: first.number })
}

/// An amount as the record holds it.
pub(super) fn dollars(amount: Decimal) -> Money {
    Money::usd(amount.normalize())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::documents::{Reading, read};

    fn reading(text: &str) -> ProjectReading {
        match read(text, date(2026, 1, 31)) {
            Ok(Reading::Project(reading)) => reading,
            other => panic!("no project: {other:?}"),
        }
    }

    fn doubts(text: &str) -> Vec<(&'static str, Option<&'static str>)> {
        reading(text).warnings.iter().map(|warning| (warning.code.as_str(), warning.field.map(Field::name))).collect()
    }

    const PAGE: &str = "-\nMenu\n- 2030 AGENDA\nUne école des métiers pour la Géorgie\n-\nDate de début\n2019\n-\nDate de fin\n2021\n-\nStatut du projet\nAchevé\n-\nType de projet\nMigration de main-d’œuvre\n-\nBudget Amount (USD)\n40000.00\n-\nCouverture\nRegional\n-\nAnnée\n2018\n-\nIDF Region\nEurope\n-\nPrima ID\nGE10P0000\n-\nProjet ID\nLM.0000\n-\nEtat(s) membre(s) beneficiaires remplissant les conditions requises\nGéorgie Arménie\nGéorgie et Arménie ouvrent une école.\nElle forme les jeunes.\n";

    #[test]
    fn every_field_knows_what_was_printed_and_where() {
        let page = reading(PAGE);
        let code = page.code.as_ref().unwrap();
        assert_eq!((code.value.as_str(), code.line), ("LM.0000", 34));
        let kind = page.project_type.as_ref().unwrap();
        assert_eq!(
            (kind.value.code.as_str(), kind.printed.as_str(), kind.line),
            ("LABOUR_MIGRATION", "Migration de main-d’œuvre", 16)
        );
        assert_eq!(page.status.as_ref().unwrap().value, ProjectStatus::Completed);
        assert_eq!(page.coverage.as_ref().unwrap().value, Coverage::Regional);
        assert_eq!(page.region.as_ref().unwrap().value, RegionCode::Europe);
        assert_eq!(dollars(page.budget.as_ref().unwrap().value).amount.to_string(), "40000.00");
        assert_eq!(page.start_date.as_ref().unwrap().value.to_string(), "2019");
        assert_eq!(page.member_states, ["GE".parse().unwrap(), "AM".parse().unwrap()]);
        assert_eq!((page.states_line, page.language), (Some(37), Language::Fr));
        assert_eq!(page.description.unwrap().value, "Géorgie et Arménie ouvrent une école.\n\nElle forme les jeunes.");
        assert_eq!(page.warnings, []);
    }

    #[test]
    fn a_spanish_page_labels_the_status_like_the_type() {
        let page = |first: &str| {
            reading(&format!(
                "Una escuela\n\n  • Tipo de proyecto\n{first}  • Tipo de proyecto\n    Inmigración y fronteras\n  • Proyecto ID\n    IB.0000\n\nLa escuela abre sus puertas a los jóvenes."
            ))
        };
        let whole = page("    Activo\n");
        assert_eq!(whole.status.unwrap().value, ProjectStatus::Active);
        assert_eq!(whole.project_type.unwrap().value.code, "IMMIGRATION_AND_BORDERS");
        let dropped = page("");
        assert!(dropped.status.is_none());
        assert_eq!(dropped.project_type.unwrap().value.code, "IMMIGRATION_AND_BORDERS");
        let alone = reading(
            "Una escuela\n\n  • Tipo de proyecto\n    Inmigración y fronteras\n  • Proyecto ID\n    IB.0000\n\nLa escuela abre.",
        );
        assert_eq!(alone.project_type.unwrap().printed, "Inmigración y fronteras");
    }

    #[test]
    fn what_is_not_understood_is_kept_and_doubted() {
        let page = PAGE
            .replace("Géorgie Arménie", "Géorgie Atlantide Arménie")
            .replace("Migration de main-d’œuvre", "Mobilité lunaire")
            .replace("Achevé", "Suspendu")
            .replace("40000.00", "beaucoup");
        assert_eq!(
            doubts(&page),
            [
                ("UNKNOWN_VALUE", Some("status")),
                ("UNKNOWN_VALUE", Some("budget")),
                ("UNKNOWN_STATE", Some("memberStates")),
                ("UNKNOWN_TYPE", Some("type")),
            ]
        );
        let page = reading(&page);
        assert_eq!(page.unrecognized_states, ["Atlantide"]);
        assert_eq!(page.project_type.unwrap().value.code, "MOBILITE_LUNAIRE");
        assert!(page.warnings[3].message.ends_with("the code hints at LABOUR_MIGRATION"));
    }

    #[test]
    fn missing_values_and_a_missing_text_are_told() {
        assert_eq!(
            doubts("A school\n\n  • Start Date\n  • Projects ID\n    LM.0000\n  • Benefiting Member States\n"),
            [
                ("VALUE_MISSING", Some("startDate")),
                ("VALUE_MISSING", Some("memberStates")),
                ("BODY_MISSING", Some("description"))
            ]
        );
    }

    #[test]
    fn damage_is_told() {
        let page = PAGE.replace("jeunes", "je\0unes");
        assert_eq!(doubts(&page), [("DAMAGED_TEXT", None)]);
    }

    #[test]
    fn a_page_reads_alike_however_it_is_encoded() {
        use unicode_normalization::UnicodeNormalization;
        let plain = reading(PAGE);
        let decomposed: String = PAGE.nfd().collect();
        for text in
            [format!("\u{feff}{PAGE}"), PAGE.replace('\n', "\r\n"), decomposed, PAGE.replace("école", "éco\u{ad}le\u{200b}")]
        {
            assert_eq!(reading(&text), plain);
        }
    }
}
