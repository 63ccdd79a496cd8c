//! What is read, how often, and what is decided without writing anything.

use super::bot::Bot;
use super::fake::{Files, World};

const FILE: &str = "airbyte-integrations/connectors/source-x/metadata.yaml";
const GOOD: &str = "data:\n  definitionId: 0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1\n  connectorType: source\n  dockerImageTag: 1.4.2\n  dockerRepository: airbyte/source-x\n  releaseStage: generally_available\n  supportLevel: certified\n";

fn files(text: &str) -> Files {
    Files::new().file(FILE, text)
}

#[test]
fn a_typical_pull_request_takes_five_reads() {
    let world = World::with_pull(&files(GOOD), &files(&GOOD.replace("1.4.2", "1.4.3")));
    let output = Bot::new(&world).on_pull_request(1).run();
    assert_eq!(output.code, 0, "{} {}", output.stdout, output.stderr);
    assert_eq!(output.outputs["verdict"], "pass");
    assert!(world.reads().len() <= 5, "{:?}", world.reads());
    world.finish();
}
