//! Texts with `{{ parameters['name'] }}` in them.
//!
//! Fills in what a component's parameters say; anything else that a template may hold is decided while the connector
//! runs.

/// How long a text may grow.
const LONGEST: usize = 4096;

/// Fills in a text; `None` where it needs more than parameters.
pub(super) fn fill<'a>(text: &str, parameter: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let (plain, opened) = rest.split_at(start);
        filled.push_str(plain);
        if opened.starts_with("{%") || opened.starts_with("{#") {
            return None;
        }
        let Some(inner) = opened.strip_prefix("{{") else {
            filled.push('{');
            rest = &opened[1..];
            continue;
        };
        let (expression, after) = inner.split_once("}}")?;
        let (name, default) =
            reads(expression.trim_matches(|edge: char| edge == '-' || edge.is_whitespace()))?;
        let value = parameter(name).or(default)?;
        // What a parameter says is not filled in once more.
        if value.contains("{{") || value.contains("{%") {
            return None;
        }
        filled.push_str(value);
        if filled.len() > LONGEST {
            return None;
        }
        rest = after;
    }
    filled.push_str(rest);
    Some(filled)
}

/// The parameter that an expression reads, and what it takes instead where there is none.
fn reads(expression: &str) -> Option<(&str, Option<&str>)> {
    let rest = ["parameters", "options"]
        .iter()
        .find_map(|word| expression.strip_prefix(word))?
        .trim_start();
    if let Some(inner) = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return Some((quoted(inner)?, None));
    }
    let rest = rest.strip_prefix('.')?;
    if let Some(inner) = rest.strip_prefix("get(").and_then(|rest| rest.strip_suffix(')')) {
        return match inner.split_once(',') {
            Some((name, default)) => Some((quoted(name)?, Some(quoted(default)?))),
            None => Some((quoted(inner)?, None)),
        };
    }
    let is_name = !rest.is_empty()
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some((rest, None))
}

fn quoted(text: &str) -> Option<&str> {
    let text = text.trim();
    ['\'', '"'].iter().find_map(|quote| {
        let inner = text.strip_prefix(*quote)?.strip_suffix(*quote)?;
        (!inner.contains(['\'', '"', '\\'])).then_some(inner)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Option<String> {
        fill(text, |name| match name {
            "name" => Some("orders"),
            "nested" => Some("{{ config['x'] }}"),
            _ => None,
        })
    }

    #[test]
    fn parameters_are_filled_in_whatever_their_notation() {
        for text in [
            "{{ parameters['name'] }}",
            "{{parameters.name}}",
            "{{- parameters[ \"name\" ] -}}",
            "{{ options['name'] }}",
            "{{ parameters.get('name', '') }}",
            "{{ parameters.get('other', 'orders') }}",
            "orders",
        ] {
            assert_eq!(filled(text).as_deref(), Some("orders"), "{text}");
        }
        assert_eq!(
            filled("./s/{{ parameters['name'] }}.json").as_deref(),
            Some("./s/orders.json")
        );
        assert_eq!(filled("a{b}").as_deref(), Some("a{b}"));
    }

    #[test]
    fn what_needs_more_than_parameters_is_not_filled_in() {
        for text in [
            "{{ config['name'] }}",
            "{{ parameters['name'] | upper }}",
            "{{ parameters['name'] or 'x' }}",
            "{{ parameters['other'] }}",
            "{{ parameters['nested'] }}",
            "{% if x %}a{% endif %}",
            "{{ parameters['name'] + 'b' }}",
            "{{ parameters['name']",
            "{{ parameters.get('name', 'a', 'b') }}",
        ] {
            assert_eq!(filled(text), None, "{text}");
        }
    }
}
