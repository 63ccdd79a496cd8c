//! Connections: how they are cut to pages, and what a page tells.

use serde_json::Value;

use super::Problem;
use super::execute::Arguments;
use super::node::{Node, Out, Page};

/// The most nodes of one page.
const LARGEST_PAGE: u64 = 100;

/// Cuts a connection to the page that is asked for.
pub(super) fn cut(
    name: &'static str,
    field: &str,
    nodes: &[Node],
    arguments: &Arguments,
) -> Result<Out, Problem> {
    let number = |name: &str| arguments.get(name).and_then(Value::as_u64);
    let place = |name: &str| -> Option<usize> {
        arguments
            .get(name)?
            .as_str()?
            .strip_prefix("cursor:")?
            .parse()
            .ok()
    };
    let (first, last) = (number("first"), number("last"));
    let Some(size) = first.or(last) else {
        let message = format!(
            "You must provide a `first` or `last` value to properly paginate the `{field}` connection."
        );
        return Err(Problem::Error("MISSING_PAGINATION_BOUNDARIES", message));
    };
    if size > LARGEST_PAGE || size == 0 {
        let message = format!(
            "Requesting {size} records on the `{field}` connection exceeds the `first` limit of 100 records."
        );
        return Err(Problem::Error("EXCESSIVE_PAGINATION", message));
    }
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let total = nodes.len();
    let mut from = place("after").map_or(0, |place| place + 1).min(total);
    let mut to = place("before").unwrap_or(total).clamp(from, total);
    if first.is_some() {
        to = to.min(from + size);
    } else {
        from = from.max(to.saturating_sub(size));
    }
    let page = Page {
        name,
        nodes: nodes[from..to].to_vec(),
        first: from,
        total,
    };
    Ok(Out::Node(Node::Page(Box::new(page))))
}

pub(super) fn page_field(page: &Page, field: &str) -> Result<Out, Problem> {
    let cursor = |place: usize| Out::from(format!("cursor:{place}"));
    let end = page.first + page.nodes.len();
    Ok(match field {
        "totalCount" => Out::from(page.total),
        "nodes" => Out::List(page.nodes.iter().cloned().map(Out::Node).collect()),
        "edges" => {
            let edge = |(place, node): (usize, &Node)| {
                let fields = vec![
                    ("cursor", cursor(page.first + place)),
                    ("node", Out::Node(node.clone())),
                ];
                Out::Node(Node::Fields("Edge", fields))
            };
            Out::List(page.nodes.iter().enumerate().map(edge).collect())
        }
        "pageInfo" => {
            let empty = page.nodes.is_empty();
            let fields = vec![
                ("hasNextPage", Out::from(end < page.total)),
                ("hasPreviousPage", Out::from(page.first > 0)),
                ("startCursor", if empty { Out::Null } else { cursor(page.first) }),
                ("endCursor", if empty { Out::Null } else { cursor(end - 1) }),
            ];
            Out::Node(Node::Fields("PageInfo", fields))
        }
        _ => return Err(Problem::Unknown),
    })
}
