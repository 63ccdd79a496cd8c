//! How a world is shown and compared, and how the program is run in it.

use serde_json::json;

use super::super::bot::Bot;
use super::super::fake::{Fault, Trap, World};
use super::client::{get, send};
use super::{PATH, world};

fn talk(world: &World, first: &str, second: &str) {
    for body in [first, second] {
        let id = send(world, "POST", "issues/1/comments", Some(&json!({"body": body}))).json()["id"].clone();
        send(
            world,
            "PATCH",
            &format!("issues/comments/{id}"),
            Some(&json!({"body": format!("{body} #issuecomment-{id}")})),
        );
    }
}

#[test]
fn two_ways_to_the_same_end_compare_equal() {
    let (one, other) = (world(), world());
    talk(&one, "a", "b");
    other.delete_comment(other.comment_as("maria", 1, "gone"));
    talk(&other, "b", "a");
    assert_eq!(one.snapshot(), other.snapshot());
    other.comment_as("maria", 1, "more");
    assert_ne!(one.snapshot(), other.snapshot());
}

#[test]
fn a_pull_request_is_shown_as_a_person_sees_it() {
    let world = world();
    world.label_as("maria", 1, "breaking");
    let id = world.comment_as("maria", 1, "### Hello\n\nworld");
    world.minimize(id, Some("outdated"));
    let inline = world.inline_as(
        "github-actions[bot]",
        1,
        PATH,
        10,
        "Why?\n```suggestion\nline 10\n```",
    );
    world.reply_as("ada", inline, "Because.");
    let shown = world.shown(1);
    let wanted = "\
# Change connectors #1

open: `change-1` into `main`, by ada

Labels: `breaking`

## maria commented (hidden as outdated)

> ### Hello
>
> world

## github-actions[bot] reviewed

### `c/source-a/metadata.yaml`, line 10 at head

```diff
 line 8
 line 9
-line 10
+line ten
```

> Why?
> ```suggestion
> line 10
> ```

ada answered:

> Because.
";
    assert_eq!(shown, wanted);
}

#[test]
fn the_program_runs_as_in_a_workflow() {
    let world = world();
    let run = Bot::new(&world).on_pull_request(1).subcommand("--version").run();
    assert_eq!(
        (run.code, run.stdout.trim()),
        (0, concat!("tierguard ", env!("CARGO_PKG_VERSION")))
    );
    assert!(run.outputs.is_empty() && run.commands.is_empty() && run.files.is_empty());
    assert!(world.requests().is_empty());
}

#[test]
fn a_trap_sees_who_asks() {
    let (world, trap) = (world(), Trap::new());
    world.fault("GET /pulls/1", .., Fault::Redirect(302, trap.url()));
    assert_eq!(
        get(&world, "pulls/1").header("location"),
        Some(trap.url().as_str())
    );
    assert_eq!(trap.seen(), []);
}
