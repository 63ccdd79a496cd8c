//! The plan as a person reads it.

use std::collections::BTreeMap;

use super::super::model::Model;
use super::super::plan;
use super::beside::{check_run, status};
use super::{nothing, saying};
use crate::publish::history::Reviewer;

#[test]
fn a_dry_run_reads_in_the_order_of_the_changes() {
    let mut desired = saying(&[(1, 4)]);
    desired.labels = BTreeMap::from([("breaking-change".to_owned(), true)]);
    desired.reviewers = vec![Reviewer::Person("hubot".to_owned())];
    desired.check_run = check_run("one").check_run;
    desired.status = Some(status(false));
    desired.notices.push("one thing is left out".to_owned());
    insta::assert_snapshot!(plan(&Model::new().observe(), &desired));
    insta::assert_snapshot!(plan(&Model::new().observe(), &nothing()));
}
