//! A reading as one JSON object, for those who look at documents without storing them.

use serde_json::{Value, json};

use super::{NewsReading, ProjectReading, Reading, Unreadable};
use crate::domain::{Contact, CountryCode, NodeKind, Warning};

/// The object for one file. Projects and news items have the same keys, null or empty where a key is not for them; a list of
/// news items is the object of the first, with the others under `items`; a file that cannot be read has its name and the reason.
pub fn inspect_line(file: &str, result: &Result<Reading, Unreadable>) -> Value {
    match result {
        Ok(Reading::Project(reading)) => project(file, reading),
        Ok(Reading::News(reading)) => news(file, reading),
        Ok(Reading::List(items)) => {
            let mut objects = items.iter().map(|reading| news(file, reading));
            let mut first = objects.next().unwrap_or_default();
            first["items"] = objects.collect();
            first
        }
        Err(unreadable) => json!({ "file": file, "error": unreadable.to_string() }),
    }
}

fn project(file: &str, reading: &ProjectReading) -> Value {
    let value = |found: Option<String>| found;
    json!({
        "file": file,
        "kind": kind(NodeKind::Project),
        "language": reading.language.code().to_uppercase(),
        "code": reading.key(),
        "primaId": value(reading.prima_id.as_ref().map(|found| found.value.clone())),
        "title": reading.title.value,
        "status": reading.status.as_ref().map(|found| found.value.as_str()),
        "type": reading.project_type.as_ref().map(|found| found.printed.as_str()),
        "typeCode": reading.project_type.as_ref().map(|found| found.value.code.as_str()),
        "budgetUsd": reading.budget.as_ref().map(|found| super::project::dollars(found.value).amount.to_string()),
        "coverage": reading.coverage.as_ref().map(|found| found.value.as_str()),
        "region": reading.region.as_ref().map(|found| found.value.as_str()),
        "year": reading.year.as_ref().map(|found| found.value),
        "startDate": reading.start_date.as_ref().map(|found| found.value.to_string()),
        "endDate": reading.end_date.as_ref().map(|found| found.value.to_string()),
        "memberStates": states(&reading.member_states),
        "contacts": [],
        "place": null,
        "publishedOn": null,
        "body": reading.description.as_ref().map(|found| found.value.as_str()),
        "warnings": warnings(&reading.warnings),
    })
}

fn news(file: &str, reading: &NewsReading) -> Value {
    json!({
        "file": file,
        "kind": kind(NodeKind::NewsItem),
        "language": reading.language.code().to_uppercase(),
        "code": null,
        "primaId": null,
        "title": reading.title.value,
        "status": null,
        "type": null,
        "typeCode": null,
        "budgetUsd": null,
        "coverage": null,
        "region": null,
        "year": null,
        "startDate": null,
        "endDate": null,
        "memberStates": states(&reading.member_states),
        "contacts": reading.contacts.iter().map(contact).collect::<Vec<_>>(),
        "place": reading.place.as_ref().map(|found| found.value.as_str()),
        "publishedOn": reading.published_on.as_ref().map(|found| found.value.to_string()),
        "body": reading.body,
        "warnings": warnings(&reading.warnings),
    })
}

fn kind(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Project => "PROJECT",
        NodeKind::NewsItem => "NEWS_ITEM",
        NodeKind::MemberState => "MEMBER_STATE",
        NodeKind::Region => "REGION",
        NodeKind::Contact => "CONTACT",
    }
}

fn states(states: &[CountryCode]) -> Vec<&str> {
    states.iter().map(CountryCode::as_str).collect()
}

fn contact(contact: &Contact) -> Value {
    json!({ "name": contact.name, "email": contact.email, "phones": contact.phones, "office": contact.office })
}

fn warnings(warnings: &[Warning]) -> Vec<Value> {
    let field = |warning: &Warning| warning.field.map(|field| field.name());
    warnings
        .iter()
        .map(|warning| json!({ "code": warning.code.as_str(), "field": field(warning), "message": warning.message }))
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::documents::read;

    fn line(text: &str) -> Value {
        inspect_line("a.txt", &read(text, date(2026, 1, 31)))
    }

    #[test]
    fn projects_and_news_have_the_same_keys() {
        let project = line("A school\nA school\nAfrica\nLM.0000\n75,000\nKenya\nLabour Migration\nThe text.");
        let news = line("News\nA school\nNairobi - The school is open.");
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&project), keys(&news));
        assert_eq!(
            project,
            json!({
                "file": "a.txt", "kind": "PROJECT", "language": "EN", "code": "LM.0000", "primaId": null, "title": "A school",
                "status": null, "type": "Labour Migration", "typeCode": "LABOUR_MIGRATION", "budgetUsd": "75000.00",
                "coverage": null, "region": "AFRICA", "year": null, "startDate": null, "endDate": null, "memberStates": ["KE"],
                "contacts": [], "place": null, "publishedOn": null, "body": "The text.", "warnings": [],
            })
        );
        assert_eq!((&news["kind"], &news["place"], &news["code"]), (&json!("NEWS_ITEM"), &json!("Nairobi"), &Value::Null));
    }

    #[test]
    fn a_list_is_its_first_item_with_the_others() {
        let list = line("A school\nFri, 08/03/2018 - 09:20\nThe text.\nA second school\nThu, 08/02/2018 - 09:20\nIts text.");
        assert_eq!((&list["title"], &list["items"][0]["title"]), (&json!("A school"), &json!("A second school")));
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn what_cannot_be_read_has_its_reason() {
        assert_eq!(line(""), json!({ "file": "a.txt", "error": "the document is empty" }));
    }
}
