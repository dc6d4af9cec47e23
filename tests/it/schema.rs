//! The schema is what the code says, and explains itself.

use std::fs;
use std::path::Path;

use async_graphql_parser::parse_schema;
use async_graphql_parser::types::{TypeKind, TypeSystemDefinition};

use serde_json::json;

use crate::app::{App, fundgraph};

#[test]
fn the_schema_file_is_what_the_code_prints() {
    let printed = String::from_utf8(fundgraph(["schema"]).stdout).unwrap();
    let kept = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql")).unwrap();
    assert!(kept == printed, "schema.graphql is not what the code says: run `cargo run -- schema > schema.graphql`");
}

#[test]
fn every_type_field_argument_and_value_has_a_description() {
    let document = parse_schema(fundgraph::graphql::sdl()).unwrap();
    let mut silent = Vec::new();
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let definition = definition.node;
        let name = definition.name.node.to_string();
        let mut look = |described: bool, what: String| {
            if !described {
                silent.push(what);
            }
        };
        // The roots are explained by what they hold.
        look(definition.description.is_some() || ["Query", "Mutation", "Subscription"].contains(&name.as_str()), name.clone());
        let fields = match &definition.kind {
            TypeKind::Object(object) => &object.fields,
            TypeKind::Interface(interface) => &interface.fields,
            _ => &Vec::new(),
        };
        for field in fields {
            look(field.node.description.is_some(), format!("{name}.{}", field.node.name));
            for argument in &field.node.arguments {
                look(argument.node.description.is_some(), format!("{name}.{}({})", field.node.name, argument.node.name));
            }
        }
        if let TypeKind::InputObject(input) = &definition.kind {
            input.fields.iter().for_each(|field| look(field.node.description.is_some(), format!("{name}.{}", field.node.name)));
        }
        if let TypeKind::Enum(values) = &definition.kind {
            values
                .values
                .iter()
                .for_each(|value| look(value.node.description.is_some(), format!("{name}.{}", value.node.value)));
        }
    }
    assert_eq!(silent, [""; 0], "these have no description");
}

#[test]
fn no_directive_is_deprecated_and_the_schema_says_so() {
    let app = App::empty();
    let query = "{ __schema { ...S } } fragment S on __Schema { directives(includeDeprecated: true) { isRepeatable is: isDeprecated deprecationReason isDeprecated @include(if: true) } }";
    let data = app.ask(query);
    let directives = data["__schema"]["directives"].as_array().unwrap();
    assert!(directives.len() > 2);
    let expected = json!({ "isRepeatable": false, "is": false, "deprecationReason": null, "isDeprecated": false });
    assert!(directives.iter().all(|directive| *directive == expected), "{data:#}");
}

#[test]
fn every_kind_of_warning_is_explained() {
    let sdl = fundgraph::graphql::sdl();
    for code in fundgraph::domain::WarningCode::ALL {
        assert!(sdl.contains(&format!("- `{}`: ", code.as_str())), "{} is not explained at DataWarning.code", code.as_str());
    }
}
