//! How one layer of a policy lies over those below it: key by key, and row by row where the first row that fits decides.
//!
//! A layer that names one row must not silence the others, so its own rows come before those below. What nobody may waive,
//! and what is waived, adds up. Every other list is one value and is replaced.

use super::tree::{Content, Tree};
use super::waivers;
use crate::rules::ROW_LISTS;

/// The words of a row of transitions that fits every move.
const EVERY_MOVE: [&str; 2] = ["from", "to"];
/// The word by which a row of transitions speaks of some connectors only.
const CONDITION: &str = "support-level-after";

/// Lays a layer over those below it.
pub(super) fn laid(below: &Tree, over: Tree) -> Tree {
    let mut lists: Vec<Vec<String>> = Vec::new();
    for entry in over.get("rules").map(Tree::entries).unwrap_or_default() {
        for key in ROW_LISTS {
            let path = ["rules", &entry.key, "options", key].map(str::to_owned).to_vec();
            if items(&over, &path).is_some() {
                lists.push(path);
            }
        }
    }
    let waivers = waivers::together(below, &over);
    let mut tree = below.clone().overlaid(over);
    for path in lists {
        if let (Some(rows), Some(others)) = (items_mut(&mut tree, &path), items(below, &path)) {
            add_below(rows, others);
        }
    }
    waivers::keep_floor(&mut tree, below);
    if let (Some(list), Some(waivers)) = (tree.get_mut("waivers"), waivers) {
        list.content = Content::List(waivers);
    }
    tree
}

/// Adds the rows of the layers below; one that stands there already, and those after a row for everything, could never
/// decide.
fn add_below(rows: &mut Vec<Tree>, below: &[Tree]) {
    for row in below {
        let json = row.to_json();
        if rows.iter().any(is_for_everything) {
            return;
        }
        if !rows.iter().any(|known| known.to_json() == json) {
            rows.push(row.clone());
        }
    }
}

fn is_for_everything(row: &Tree) -> bool {
    let names_levels = row.get(CONDITION).is_some();
    !names_levels
        && EVERY_MOVE
            .iter()
            .all(|key| match row.get(key).map(|words| &words.content) {
                Some(Content::List(words)) => words.iter().any(|word| word.text() == Some("any")),
                _ => false,
            })
}

fn items<'t>(tree: &'t Tree, path: &[String]) -> Option<&'t [Tree]> {
    let list = path.iter().try_fold(tree, |tree, key| tree.get(key))?;
    match &list.content {
        Content::List(items) => Some(items),
        _ => None,
    }
}

fn items_mut<'t>(tree: &'t mut Tree, path: &[String]) -> Option<&'t mut Vec<Tree>> {
    let list = path.iter().try_fold(tree, |tree, key| tree.get_mut(key))?;
    match &mut list.content {
        Content::List(items) => Some(items),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::read::read;
    use super::*;

    fn laid_over(below: &str, over: &str) -> serde_json::Value {
        let tree = |text: &str| read("file", text.as_bytes(), &mut Vec::new()).expect("the text can be read");
        laid(&tree(below), tree(over)).to_json()
    }

    fn rows(list: &str) -> String {
        format!("rules: {{r: {{options: {{transitions: {list}, fields: {list}}}}}}}")
    }

    #[test]
    fn rows_come_before_those_below_and_other_lists_replace() {
        let both = laid_over(&rows("[{a: 1}, {b: 1}]"), &rows("[{c: 1}, {b: 1}]"));
        assert_eq!(
            both,
            json!({"rules": {"r": {"options": {
                "transitions": [{"c": 1}, {"b": 1}, {"a": 1}],
                "fields": [{"c": 1}, {"b": 1}],
            }}}})
        );
    }

    #[test]
    fn what_nobody_may_waive_and_what_is_waived_adds_up() {
        let below = "waivable: {never: [a]}\nwaivers: [{rule: b, until: 1}, {rule: c}]";
        let over = "waivable: {never: [d, b]}\nwaivers: [{rule: e}]";
        let both = json!({"waivable": {"never": ["d", "b", "a"]}, "waivers": [{"rule": "e"}, {"rule": "c"}]});
        assert_eq!(laid_over(below, over), both);
        let kept =
            json!({"waivable": {"never": ["a"]}, "waivers": [{"rule": "b", "until": 1}, {"rule": "c"}]});
        assert_eq!(laid_over(below, "waivable: {never: []}"), kept);
    }

    #[test]
    fn a_row_for_every_move_of_some_connectors_leaves_the_rows_below_for_the_others() {
        let some = "[{from: [any], to: [any], support-level-after: [archived], level: note}]";
        let both = laid_over(&rows("[{b: 1}]"), &rows(some));
        assert_eq!(both["rules"]["r"]["options"]["transitions"][1], json!({"b": 1}));
    }

    #[test]
    fn a_row_for_every_move_leaves_those_below_no_word() {
        let every = "[{a: 1}, {from: [any], to: [any], level: note}]";
        assert_eq!(
            laid_over(&rows("[{b: 1}]"), &rows(every)),
            laid_over("{}", &rows(every))
        );
    }
}
