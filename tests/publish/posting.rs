//! What a pull request shows after a run, and after the next one.

use super::bot::Bot;
use super::fake::{Files, World};

const FILE: &str = "airbyte-integrations/connectors/source-x/metadata.yaml";
const GOOD: &str = "data:\n  definitionId: 0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1\n  connectorType: source\n  dockerImageTag: 1.4.2\n  dockerRepository: airbyte/source-x\n  releaseStage: generally_available\n  supportLevel: certified\n";

fn files(text: &str) -> Files {
    Files::new().file(FILE, text)
}

#[test]
fn a_second_run_writes_nothing() {
    let world = World::with_pull(&files(GOOD), &files(&GOOD.replace("1.4.2", "2.0.0")));
    let first = Bot::new(&world).on_pull_request(1).args(&["--pace", "10"]).run();
    assert_eq!(first.code, 1, "{} {}", first.stdout, first.stderr);
    let shown = world.shown(1);
    println!("{shown}");
    println!("{}", first.step_summary);
    println!("{}", first.stdout);
    let writes = world.writes().len();
    assert!(writes > 0);
    let second = Bot::new(&world).on_pull_request(1).args(&["--pace", "10"]).run();
    assert_eq!(second.code, 1);
    assert_eq!(world.writes().len(), writes, "{:#?}", world.writes());
    assert_eq!(world.shown(1), shown);
    world.finish();
}
