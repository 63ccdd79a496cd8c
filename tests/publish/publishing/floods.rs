//! More comments than anybody reads.

use super::super::fake::Fault;
use super::{publish, saying, world};

#[test]
fn a_flood_of_comments_hides_no_summary() {
    let world = world();
    for number in 0..2_500 {
        world.comment_as("mallory", 1, &format!("{number}"));
    }
    publish(&world, |refused, _| saying(&world, &[20], refused));
    world.comment_as("mallory", 1, "one more");
    world.forget_requests();
    let outcome = publish(&world, |refused, _| saying(&world, &[20], refused));
    assert!(outcome.is_settled && world.writes().is_empty(), "{outcome:?}");
    assert!(world.reads().len() <= 60, "{}", world.reads().len());
    world.finish();
}

#[test]
fn beyond_what_one_look_reads_the_summary_is_found_again_at_the_end() {
    let world = world();
    for number in 0..6_500 {
        world.comment_as("mallory", 1, &format!("{number}"));
    }
    publish(&world, |refused, _| saying(&world, &[20], refused));
    world.forget_requests();
    publish(&world, |refused, _| saying(&world, &[20], refused));
    assert!(world.writes().is_empty() && world.reads().len() <= 60);
    world.finish();
}

#[test]
fn a_page_that_points_to_itself_ends() {
    let world = world();
    for number in 0..250 {
        world.comment_as("mallory", 1, &format!("{number}"));
    }
    world.fault(
        "query MoreComments",
        ..,
        Fault::edit(|answer| {
            let info = &mut answer["data"]["repository"]["pullRequest"]["comments"]["pageInfo"];
            info["hasPreviousPage"] = true.into();
            info["startCursor"] = "always the same".into();
        }),
    );
    let outcome = publish(&world, |refused, _| saying(&world, &[20], refused));
    assert!(world.reads().len() <= 62 * 2, "{}", world.reads().len());
    assert!(outcome.plan.is_some() || outcome.notices.len() == 1);
    world.finish();
}
