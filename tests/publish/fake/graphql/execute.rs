//! Selections: fields with their aliases and arguments, fragments, directives, pages.

use std::collections::BTreeMap;

use graphql_parser::query::{
    Definition, Directive, Document, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
    TypeCondition, Value as Written, VariableDefinition,
};
use serde_json::{Map, Value, json};

use super::node::{Node, Out, is_a};
use super::pages::{cut, page_field};
use super::{Context, Problem, commits, mutations, people, pulls, query, talk};

/// The arguments of a field, variables filled in.
pub(super) type Arguments = BTreeMap<String, Value>;

struct Run<'d> {
    fragments: BTreeMap<&'d str, &'d FragmentDefinition<'d, String>>,
    variables: Map<String, Value>,
}

type Operation<'d> = (
    Option<&'d String>,
    bool,
    &'d [VariableDefinition<'d, String>],
    &'d SelectionSet<'d, String>,
);

/// Runs the operation that a request names; what is left out of the data stands in the errors.
pub(super) fn run<'d>(
    context: &mut Context<'_>,
    document: &'d Document<'d, String>,
    body: &Value,
) -> Result<Value, String> {
    let mut fragments = BTreeMap::new();
    let mut operations: Vec<Operation<'d>> = Vec::new();
    for definition in &document.definitions {
        match definition {
            Definition::Fragment(fragment) => {
                fragments.insert(fragment.name.as_str(), fragment);
            }
            Definition::Operation(OperationDefinition::Query(query)) => {
                operations.push((
                    query.name.as_ref(),
                    false,
                    &query.variable_definitions,
                    &query.selection_set,
                ));
            }
            Definition::Operation(OperationDefinition::Mutation(mutation)) => {
                let variables = &mutation.variable_definitions;
                operations.push((mutation.name.as_ref(), true, variables, &mutation.selection_set));
            }
            Definition::Operation(OperationDefinition::SelectionSet(set)) => {
                operations.push((None, false, &[], set));
            }
            Definition::Operation(OperationDefinition::Subscription(_)) => {
                return Err("a subscription".to_owned());
            }
        }
    }
    let wanted = body["operationName"].as_str();
    let mut chosen = operations
        .iter()
        .filter(|operation| wanted.is_none_or(|wanted| operation.0.is_some_and(|name| name == wanted)));
    let (Some(&(_, mutates, variables, set)), None) = (chosen.next(), chosen.next()) else {
        return Err("An operation name is required".to_owned());
    };
    let run = Run {
        fragments,
        variables: coerce(variables, &body["variables"])?,
    };
    let root = if mutates { Node::Mutation } else { Node::Query };
    Ok(run.select(context, &root, set, &mut Vec::new()))
}

fn coerce(
    definitions: &[VariableDefinition<'_, String>],
    sent: &Value,
) -> Result<Map<String, Value>, String> {
    let mut variables = Map::new();
    let mut sent = sent.as_object().cloned().unwrap_or_default();
    for definition in definitions {
        let name = &definition.name;
        let value = match (sent.remove(name), &definition.default_value) {
            (Some(value), _) => value,
            (None, Some(default)) => json_of(default, &Map::new()),
            (None, None) => Value::Null,
        };
        let kind = definition.var_type.to_string();
        if kind.ends_with('!') && value.is_null() {
            return Err(format!(
                "Variable ${name} of type {kind} was provided invalid value"
            ));
        }
        let plain = kind.trim_matches(['!', '[', ']']);
        let fits = match plain {
            _ if value.is_null() => true,
            _ if kind.starts_with('[') => value.is_array(),
            "Int" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            "String" | "ID" | "GitObjectID" | "URI" | "DateTime" => value.is_string(),
            "Boolean" => value.is_boolean(),
            _ => true,
        };
        if !fits {
            return Err(format!(
                "Variable ${name} of type {kind} was provided invalid value"
            ));
        }
        variables.insert(name.clone(), value);
    }
    // GitHub takes what no variable is declared for in silence; here it is a mistake of the client.
    match sent.keys().next() {
        Some(name) => Err(format!("variable {name} is sent and not declared")),
        None => Ok(variables),
    }
}

fn json_of(value: &Written<'_, String>, variables: &Map<String, Value>) -> Value {
    match value {
        Written::Variable(name) => variables.get(name).cloned().unwrap_or_default(),
        Written::Int(number) => json!(number.as_i64()),
        Written::Float(number) => json!(number),
        Written::String(text) => json!(text),
        Written::Boolean(truth) => json!(truth),
        Written::Null => Value::Null,
        Written::Enum(name) => json!(name),
        Written::List(items) => items.iter().map(|item| json_of(item, variables)).collect(),
        Written::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| (name.clone(), json_of(value, variables)));
            Value::Object(fields.collect())
        }
    }
}

impl Run<'_> {
    fn select(
        &self,
        context: &mut Context<'_>,
        node: &Node,
        set: &SelectionSet<'_, String>,
        path: &mut Vec<Value>,
    ) -> Value {
        let mut fields = Map::new();
        self.select_into(context, node, set, path, &mut fields);
        Value::Object(fields)
    }

    fn select_into(
        &self,
        context: &mut Context<'_>,
        node: &Node,
        set: &SelectionSet<'_, String>,
        path: &mut Vec<Value>,
        fields: &mut Map<String, Value>,
    ) {
        let name = type_name(context, node);
        for item in &set.items {
            match item {
                Selection::Field(field) if self.is_included(&field.directives) => {
                    let key = field.alias.as_ref().unwrap_or(&field.name).clone();
                    path.push(json!(key));
                    let value = self.field(context, node, name, field, path);
                    path.pop();
                    match fields.get_mut(&key) {
                        // The same field from two fragments: their parts are one.
                        Some(before) => merge(before, value),
                        None => {
                            fields.insert(key, value);
                        }
                    }
                }
                Selection::FragmentSpread(spread) if self.is_included(&spread.directives) => {
                    let Some(fragment) = self.fragments.get(spread.fragment_name.as_str()) else {
                        unknown(context, &format!("fragment {}", spread.fragment_name), path);
                        continue;
                    };
                    let TypeCondition::On(condition) = &fragment.type_condition;
                    if is_a(name, condition) {
                        self.select_into(context, node, &fragment.selection_set, path, fields);
                    }
                }
                Selection::InlineFragment(fragment) if self.is_included(&fragment.directives) => {
                    let holds = match &fragment.type_condition {
                        Some(TypeCondition::On(condition)) => is_a(name, condition),
                        None => true,
                    };
                    if holds {
                        self.select_into(context, node, &fragment.selection_set, path, fields);
                    }
                }
                _ => {}
            }
        }
    }

    fn is_included(&self, directives: &[Directive<'_, String>]) -> bool {
        directives.iter().all(|directive| {
            let condition = directive.arguments.iter().find(|(name, _)| name == "if");
            let truth = condition.is_none_or(|(_, value)| json_of(value, &self.variables) == json!(true));
            match directive.name.as_str() {
                "skip" => !truth,
                _ => truth,
            }
        })
    }

    fn field(
        &self,
        context: &mut Context<'_>,
        node: &Node,
        type_name: &str,
        field: &Field<'_, String>,
        path: &mut Vec<Value>,
    ) -> Value {
        if field.name == "__typename" {
            return json!(type_name);
        }
        let arguments: Arguments = field
            .arguments
            .iter()
            .map(|(name, value)| (name.clone(), json_of(value, &self.variables)))
            .filter(|(_, value)| !value.is_null())
            .collect();
        let out = resolve(context, node, &field.name, &arguments);
        let out = match out {
            Ok(Out::Connection(name, nodes)) => cut(name, &field.name, &nodes, &arguments),
            other => other,
        };
        match out {
            Ok(out) => self.complete(context, out, field, path),
            Err(Problem::Unknown) => {
                unknown(context, &format!("field {type_name}.{}", field.name), path);
                Value::Null
            }
            Err(Problem::Error(kind, message)) => {
                let error = json!({"type": kind, "path": path, "message": message, "locations": [{"line": field.position.line, "column": field.position.column}]});
                context.errors.push(error);
                Value::Null
            }
        }
    }

    fn complete(
        &self,
        context: &mut Context<'_>,
        out: Out,
        field: &Field<'_, String>,
        path: &mut Vec<Value>,
    ) -> Value {
        let leaf = field.selection_set.items.is_empty();
        match out {
            Out::Null => Value::Null,
            Out::Value(value) if leaf => value,
            Out::Node(node) if !leaf => self.select(context, &node, &field.selection_set, path),
            Out::List(items) => {
                let mut values = Vec::with_capacity(items.len());
                for (place, item) in items.into_iter().enumerate() {
                    path.push(json!(place));
                    values.push(self.complete(context, item, field, path));
                    path.pop();
                }
                Value::Array(values)
            }
            _ => {
                unknown(context, &format!("selection of {}", field.name), path);
                Value::Null
            }
        }
    }
}

fn merge(before: &mut Value, value: Value) {
    match (before, value) {
        (Value::Object(before), Value::Object(more)) => {
            for (key, value) in more {
                match before.get_mut(&key) {
                    Some(before) => merge(before, value),
                    None => {
                        before.insert(key, value);
                    }
                }
            }
        }
        (Value::Array(before), Value::Array(more)) => {
            for (before, value) in before.iter_mut().zip(more) {
                merge(before, value);
            }
        }
        _ => {}
    }
}

fn unknown(context: &mut Context<'_>, what: &str, path: &[Value]) {
    context.unknown = true;
    context
        .site
        .unexpected(format!("GraphQL: {what} is not known to the fake, at {path:?}"));
    let message = format!("The {what} doesn't exist");
    context
        .errors
        .push(json!({"path": path, "extensions": {"code": "undefinedField"}, "message": message}));
}

fn type_name(context: &Context<'_>, node: &Node) -> &'static str {
    match node {
        Node::Event(id) => people::event_type(context, *id),
        other => other.plain_type(),
    }
}

fn resolve(
    context: &mut Context<'_>,
    node: &Node,
    field: &str,
    arguments: &Arguments,
) -> Result<Out, Problem> {
    match node {
        Node::Query => query::query(context, field, arguments),
        Node::Mutation => mutations::mutation(context, field, arguments),
        Node::Repository | Node::Fork(_) => query::repository(context, node, field, arguments),
        Node::Ref(_)
        | Node::Commit(_)
        | Node::Tree(..)
        | Node::Blob(_)
        | Node::Entry(..)
        | Node::Signature(_) => commits::resolve(context, node, field, arguments),
        Node::Pull(number) => pulls::pull(context, *number, field, arguments),
        Node::Remark(_) | Node::Review(_) | Node::Inline(_) | Node::Thread(_) => {
            talk::resolve(context, node, field, arguments)
        }
        Node::Page(page) => page_field(page, field),
        Node::Fields(_, fields) => {
            let found = fields.iter().find(|(name, _)| *name == field);
            found.map(|(_, out)| out.clone()).ok_or(Problem::Unknown)
        }
        _ => people::resolve(context, node, field),
    }
}
