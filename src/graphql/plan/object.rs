//! Objects: the fields that a plan can ask of them, each with what answers it.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::walk::{At, Walk};
use super::writable::{Refused, Written};
use super::{Field, compile};

/// Writes the answer of one field.
pub(in crate::graphql) type Writer<T> = fn(&T, &At<'_>, &mut String) -> Written;

/// A type of the API with fields. [`object`] and [`members`] make one.
pub(in crate::graphql) trait Object: Sized + 'static {
    /// Its name in the API.
    const NAME: &'static str;
    /// Its fields by their names in the API, but for those of its parts.
    const FIELDS: &'static [(&'static str, Writer<Self>)] = &[];

    fn field_names() -> Vec<&'static str> {
        Self::FIELDS.iter().map(|(name, _)| *name).collect()
    }

    /// Writes the field of a number, counted in the order of their names.
    fn write_field(&self, number: usize, at: &At<'_>, out: &mut String) -> Written {
        let (_, write) = Self::FIELDS[number];
        write(self, at, out)
    }
}

/// Lets plans ask for the fields of an object: each line is a name of the API, and the resolver that the library calls for it.
macro_rules! object {
    ($name:literal, $object:ty, $($fields:tt)+) => {
        crate::graphql::plan::fields!($name, $object, $($fields)+);

        impl crate::graphql::plan::Writable for $object {
            fn write(&self, at: &crate::graphql::plan::At<'_>, out: &mut String) -> crate::graphql::plan::Written {
                crate::graphql::plan::write_below(self, 0, at, out)
            }
        }
    };
}

/// The same for a record, which may stand in a list.
macro_rules! node {
    ($name:literal, $object:ty, $($fields:tt)+) => {
        crate::graphql::plan::fields!($name, $object, $($fields)+);

        impl crate::graphql::plan::Writable for $object {
            fn write(&self, at: &crate::graphql::plan::At<'_>, out: &mut String) -> crate::graphql::plan::Written {
                crate::graphql::plan::write_node(self, at, out)
            }
        }
    };
}

/// The fields of an object.
macro_rules! fields {
    ($name:literal, $object:ty, |$this:pat_param, $at:pat_param| { $($field:literal => $resolved:expr),+ $(,)? }) => {
        impl crate::graphql::plan::Object for $object {
            const NAME: &'static str = $name;
            const FIELDS: &'static [(&'static str, crate::graphql::plan::Writer<Self>)] = &[$((
                $field,
                |$this, at, out| {
                    let $at = at;
                    crate::graphql::plan::Writable::write(&crate::graphql::plan::now($resolved)?, at, out)
                },
            )),+];
        }
    };
}

/// Lets plans ask for the members of an object that has no resolvers: each line is a name of the API, and the member.
macro_rules! members {
    ($name:literal, $object:ty { $($field:literal => $member:ident),+ $(,)? }) => {
        impl crate::graphql::plan::Object for $object {
            const NAME: &'static str = $name;
            const FIELDS: &'static [(&'static str, crate::graphql::plan::Writer<Self>)] =
                &[$(($field, |this, at, out| crate::graphql::plan::Writable::write(&this.$member, at, out))),+];
        }

        impl crate::graphql::plan::Writable for $object {
            fn write(&self, at: &crate::graphql::plan::At<'_>, out: &mut String) -> crate::graphql::plan::Written {
                crate::graphql::plan::write_below(self, 0, at, out)
            }
        }
    };
}

/// Lets plans ask for an object that has the fields of several parts.
macro_rules! parts {
    ($name:literal, $whole:ty { $($part:ident),+ $(,)? }) => {
        impl crate::graphql::plan::Object for $whole {
            const NAME: &'static str = $name;

            fn field_names() -> Vec<&'static str> {
                [$(<$part as crate::graphql::plan::Object>::field_names()),+].concat()
            }

            fn write_field(
                &self,
                number: usize,
                at: &crate::graphql::plan::At<'_>,
                out: &mut String,
            ) -> crate::graphql::plan::Written {
                let mut before = 0;
                $(
                    let fields = <$part as crate::graphql::plan::Object>::FIELDS;
                    if let Some((_, write)) = fields.get(number - before) {
                        return write(&$part, at, out);
                    }
                    before += fields.len();
                )+
                unreachable!("{} has {before} fields, and plans have only their numbers", $name)
            }
        }
    };
}

/// Lets plans ask for an enum that holds an object of any kind of record.
macro_rules! any_kind {
    ($any:ident) => {
        any_kind!($any: Project, MemberState, Region, NewsItem, Contact);
    };
    ($any:ident: $($kind:ident),+) => {
        impl crate::graphql::plan::Writable for $any {
            fn write(&self, at: &crate::graphql::plan::At<'_>, out: &mut String) -> crate::graphql::plan::Written {
                match self {
                    $($any::$kind(node) => crate::graphql::plan::write_below(node, NodeKind::$kind as usize, at, out)),+
                }
            }
        }
    };
}

pub(in crate::graphql) use {any_kind, fields, members, node, object, parts};

/// What a resolver answers. None of a query ever waits.
pub(in crate::graphql) fn now<T>(resolver: impl Future<Output = async_graphql::Result<T>>) -> Result<T, Refused> {
    match pin!(resolver).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer.map_err(|_| Refused),
        Poll::Pending => Err(Refused),
    }
}

/// Writes what is asked of an object. `kind` counts the types that the objects of the field may be of.
pub(in crate::graphql) fn write_below<T: Object>(object: &T, kind: usize, at: &At<'_>, out: &mut String) -> Written {
    write_object(object, at.field.below.get(kind).ok_or(Refused)?, at.walk, out)
}

/// Writes the fields of an object.
pub(super) fn write_object<T: Object>(object: &T, fields: &[Field], walk: &Walk<'_>, out: &mut String) -> Written {
    let mut before = '{';
    for field in fields {
        if !field.conditions.iter().all(|condition| condition.holds(walk.variables)) {
            continue;
        }
        out.push(before);
        before = ',';
        out.push_str(&field.key);
        match field.number {
            compile::TYPE_NAME => {
                out.push('"');
                out.push_str(T::NAME);
                out.push('"');
            }
            number => object.write_field(number, &At::new(walk, field), out)?,
        }
    }
    out.push_str(if before == '{' { "{}" } else { "}" });
    Ok(())
}
