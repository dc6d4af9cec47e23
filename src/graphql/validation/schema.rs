//! The schema as a validation asks it: what a name stands for, and what it may hold.

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, DirectiveLocation, FieldDefinition, InputValueDefinition, OperationType, Type, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};
use async_graphql::{Positioned, Value};

/// The types that every schema has, to be asked about the others.
const INTROSPECTION: &str = include_str!("introspection.graphql");
/// Why the SDL that is read here can be read.
const OURS: &str = "the schema is printed by the library that reads it here";

#[derive(Debug)]
pub(in crate::graphql) struct Schema {
    types: HashMap<String, TypeDef>,
    directives: HashMap<String, DirectiveDef>,
    /// The types at which an operation begins.
    roots: [Option<String>; 3],
    /// `__typename`, which every type with fields has and none lists, and `__schema` and `__type` of the query's root.
    typename: FieldDef,
    of_query: HashMap<&'static str, FieldDef>,
}

#[derive(Debug)]
pub(in crate::graphql) struct TypeDef {
    pub(in crate::graphql) name: String,
    pub(in crate::graphql) kind: Kind,
    /// The objects that a value of this type can be; none where it is no object, interface or union.
    objects: HashSet<String>,
}

#[derive(Debug)]
pub(in crate::graphql) enum Kind {
    Scalar,
    Enum(HashSet<String>),
    Object(HashMap<String, FieldDef>),
    Interface(HashMap<String, FieldDef>),
    Union,
    Input { fields: Vec<InputDef>, one_of: bool },
}

#[derive(Debug)]
pub(in crate::graphql) struct FieldDef {
    pub(in crate::graphql) ty: Type,
    pub(in crate::graphql) arguments: Vec<InputDef>,
}

/// An argument, or a field of an input object.
#[derive(Debug)]
pub(in crate::graphql) struct InputDef {
    pub(in crate::graphql) name: String,
    pub(in crate::graphql) ty: Type,
    pub(in crate::graphql) default: Option<Value>,
}

impl InputDef {
    /// Whether it must be given.
    pub(in crate::graphql) fn required(&self) -> bool {
        !self.ty.nullable && self.default.is_none()
    }
}

#[derive(Debug)]
pub(in crate::graphql) struct DirectiveDef {
    pub(in crate::graphql) locations: Vec<DirectiveLocation>,
    pub(in crate::graphql) arguments: Vec<InputDef>,
}

impl Schema {
    /// The schema that an SDL describes.
    pub(in crate::graphql) fn new(sdl: &str) -> Schema {
        let mut schema = Schema {
            types: HashMap::new(),
            directives: HashMap::new(),
            roots: [None, None, None],
            typename: FieldDef { ty: ty("String!"), arguments: Vec::new() },
            of_query: HashMap::from_iter([
                ("__schema", FieldDef { ty: ty("__Schema!"), arguments: Vec::new() }),
                (
                    "__type",
                    FieldDef {
                        ty: ty("__Type"),
                        arguments: vec![InputDef { name: "name".to_owned(), ty: ty("String!"), default: None }],
                    },
                ),
            ]),
        };
        for name in ["String", "Int", "Float", "Boolean", "ID"] {
            schema.types.insert(name.to_owned(), TypeDef::new(name, Kind::Scalar));
        }
        let mut objects: HashMap<String, HashSet<String>> = HashMap::new();
        for text in [INTROSPECTION, sdl] {
            for definition in parse_schema(text).expect(OURS).definitions {
                schema.add(definition, &mut objects);
            }
        }
        for (name, objects) in objects {
            if let Some(of) = schema.types.get_mut(&name) {
                of.objects = objects;
            }
        }
        schema
    }

    fn add(&mut self, definition: TypeSystemDefinition, objects: &mut HashMap<String, HashSet<String>>) {
        match definition {
            TypeSystemDefinition::Schema(schema) => {
                let schema = schema.node;
                let roots = [schema.query, schema.mutation, schema.subscription];
                self.roots = roots.map(|root| root.map(|root| root.node.to_string()));
            }
            TypeSystemDefinition::Directive(directive) => {
                let directive = directive.node;
                let locations = directive.locations.into_iter().map(|location| location.node).collect();
                let definition = DirectiveDef { locations, arguments: inputs(directive.arguments) };
                self.directives.insert(directive.name.node.to_string(), definition);
            }
            TypeSystemDefinition::Type(definition) => {
                let TypeDefinition { name, kind, directives, .. } = definition.node;
                let name = name.node.to_string();
                let mut is = |one_of: &str| objects.entry(one_of.to_owned()).or_default().insert(name.clone());
                let kind = match kind {
                    TypeKind::Scalar => Kind::Scalar,
                    TypeKind::Enum(values) => {
                        Kind::Enum(values.values.into_iter().map(|value| value.node.value.node.to_string()).collect())
                    }
                    TypeKind::Object(object) => {
                        is(&name);
                        for interface in &object.implements {
                            is(&interface.node);
                        }
                        Kind::Object(fields(object.fields))
                    }
                    TypeKind::Interface(interface) => Kind::Interface(fields(interface.fields)),
                    TypeKind::Union(union) => {
                        let members = union.members.into_iter().map(|member| member.node.to_string());
                        objects.insert(name.clone(), members.collect());
                        Kind::Union
                    }
                    TypeKind::InputObject(input) => {
                        let one_of = directives.iter().any(|directive| directive.node.name.node == "oneOf");
                        Kind::Input { fields: inputs(input.fields), one_of }
                    }
                };
                self.types.insert(name.clone(), TypeDef::new(&name, kind));
            }
        }
    }

    pub(in crate::graphql) fn named(&self, name: &str) -> Option<&TypeDef> {
        self.types.get(name)
    }

    /// What a type is about, under its lists and exclamation marks.
    pub(in crate::graphql) fn innermost(&self, ty: &Type) -> Option<&TypeDef> {
        self.named(innermost(ty))
    }

    pub(in crate::graphql) fn names(&self) -> impl Iterator<Item = &str> {
        self.types.keys().map(String::as_str)
    }

    pub(in crate::graphql) fn root(&self, kind: OperationType) -> Option<&TypeDef> {
        self.named(self.roots[kind as usize].as_deref()?)
    }

    pub(in crate::graphql) fn directive(&self, name: &str) -> Option<&DirectiveDef> {
        self.directives.get(name)
    }

    pub(in crate::graphql) fn field<'s>(&'s self, of: &'s TypeDef, name: &str) -> Option<&'s FieldDef> {
        if name == "__typename" && of.is_composite() {
            return Some(&self.typename);
        }
        let listed = of.fields().and_then(|fields| fields.get(name));
        let is_query = || self.roots[0].as_ref() == Some(&of.name);
        listed.or_else(|| self.of_query.get(name).filter(|_| is_query()))
    }
}

impl TypeDef {
    fn new(name: &str, kind: Kind) -> TypeDef {
        TypeDef { name: name.to_owned(), kind, objects: HashSet::new() }
    }

    pub(in crate::graphql) fn fields(&self) -> Option<&HashMap<String, FieldDef>> {
        match &self.kind {
            Kind::Object(fields) | Kind::Interface(fields) => Some(fields),
            _ => None,
        }
    }

    /// Whether fields are selected of it.
    pub(in crate::graphql) fn is_composite(&self) -> bool {
        matches!(self.kind, Kind::Object(_) | Kind::Interface(_) | Kind::Union)
    }

    pub(in crate::graphql) fn is_object(&self) -> bool {
        matches!(self.kind, Kind::Object(_))
    }

    pub(in crate::graphql) fn is_leaf(&self) -> bool {
        matches!(self.kind, Kind::Scalar | Kind::Enum(_))
    }

    /// Whether it is given, and not only answered.
    pub(in crate::graphql) fn is_input(&self) -> bool {
        self.is_leaf() || matches!(self.kind, Kind::Input { .. })
    }

    /// The names of the objects that a value of this type can be.
    #[cfg(test)]
    pub(in crate::graphql) fn objects(&self) -> impl Iterator<Item = &str> {
        self.objects.iter().map(String::as_str)
    }

    /// Whether some object is of both types.
    pub(in crate::graphql) fn overlaps(&self, other: &TypeDef) -> bool {
        self.name == other.name || !self.objects.is_disjoint(&other.objects)
    }
}

/// The name under a type's lists and exclamation marks.
pub(in crate::graphql) fn innermost(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => innermost(item),
    }
}

fn ty(text: &str) -> Type {
    Type::new(text).expect("the type is written as the specification has it")
}

fn fields(fields: Vec<Positioned<FieldDefinition>>) -> HashMap<String, FieldDef> {
    let field = |field: Positioned<FieldDefinition>| {
        let FieldDefinition { name, arguments, ty, .. } = field.node;
        (name.node.to_string(), FieldDef { ty: ty.node, arguments: inputs(arguments) })
    };
    fields.into_iter().map(field).collect()
}

fn inputs(inputs: Vec<Positioned<InputValueDefinition>>) -> Vec<InputDef> {
    let input = |input: Positioned<InputValueDefinition>| {
        let InputValueDefinition { name, ty, default_value, .. } = input.node;
        InputDef { name: name.node.to_string(), ty: ty.node, default: default_value.map(|value| value.node) }
    };
    inputs.into_iter().map(input).collect()
}
