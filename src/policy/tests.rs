//! The built-in policy, its overrides, and what is shown of both.

use serde_json::Value;

use super::load::load;
use super::read::read;
use super::tree::Tree;
use super::*;

const FILE: &str = ".github/tierguard.yml";

fn with(over: &str) -> Policy {
    Policy::load(Some((FILE, over.as_bytes())))
        .unwrap_or_else(|errors| panic!("{}", shown(&errors).join("\n")))
}

fn refused(over: &str) -> Vec<String> {
    shown(&Policy::load(Some((FILE, over.as_bytes()))).expect_err("the file has a fault"))
}

fn shown(errors: &[PolicyError]) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

fn tree(text: &str) -> Tree {
    read("file", text.as_bytes(), &mut Vec::new()).expect("the text can be read")
}

fn rule<'a>(policy: &'a Policy, id: &str) -> &'a ConfiguredRule {
    policy
        .rules
        .iter()
        .find(|rule| rule.definition.id == id)
        .expect("every rule is configured")
}

/// The line of the built-in file that holds a text after another one.
fn built_in_line(after: &str, text: &str) -> usize {
    let start = BUILT_IN_TEXT.find(after).expect("the file holds the text");
    let place = start
        + BUILT_IN_TEXT[start..]
            .find(text)
            .expect("the file holds the text");
    BUILT_IN_TEXT[..place].matches('\n').count() + 1
}

/// Replay shares one policy between its threads.
fn assert_shared<T: Send + Sync>() {}

#[test]
fn the_built_in_policy_names_every_rule_exactly_once() {
    assert_shared::<Policy>();
    let policy = Policy::load(None).unwrap_or_else(|errors| panic!("{}", shown(&errors).join("\n")));
    let configured: Vec<&str> = policy.rules.iter().map(|rule| rule.definition.id).collect();
    let known: Vec<&str> = RULES.iter().map(|definition| definition.id).collect();
    assert_eq!(configured, known);
    assert_eq!(policy.provenance.source, "built-in");
}

#[test]
fn an_entry_that_is_missing_or_too_many_is_named() {
    let complete = (BUILT_IN, BUILT_IN_TEXT.as_bytes());
    let errors =
        load(&RULES[1..], complete, &[], Last::ExtendsNothing).expect_err("the file names a rule more");
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0]
            .message
            .starts_with("`support-level-changed` is no rule"),
        "{}",
        errors[0]
    );

    let (start, end) = ("  duplicate-identity:", "  name-or-page-changed:");
    let without = BUILT_IN_TEXT[..BUILT_IN_TEXT.find(start).unwrap()].to_owned()
        + &BUILT_IN_TEXT[BUILT_IN_TEXT.find(end).unwrap()..];
    let errors = load(RULES, (BUILT_IN, without.as_bytes()), &[], Last::ExtendsNothing)
        .expect_err("an entry is missing");
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].message, "the rule `duplicate-identity` has no entry");
}

#[test]
fn an_override_changes_what_it_names_and_nothing_else() {
    let policy = with(
        "fail-on: warning\n\
         teams: {support-level: [octo/owners]}\n\
         rules:\n  identity-changed:\n    level: warning\n  connector-removed:\n    options: {requires: []}\n",
    );
    assert_eq!(policy.fail_on, Level::Warning);
    assert_eq!(policy.provenance.fail_on, Level::Warning);
    assert_eq!(policy.provenance.source, FILE);
    assert_eq!(policy.settings.people("support-level"), ["@octo/owners"]);
    assert_eq!(
        policy.settings.people("breaking-change"),
        Policy::built_in().settings.people("breaking-change")
    );

    let identity = rule(&policy, "identity-changed");
    assert_eq!(
        (identity.level, identity.origin.to_string()),
        (Level::Warning, format!("{FILE}:5"))
    );
    let removed = rule(&policy, "connector-removed");
    let line = built_in_line("  connector-removed:", "level: ");
    assert_eq!(
        (removed.level, removed.origin.to_string()),
        (Level::Error, format!("built-in:{line}"))
    );
}

#[test]
fn every_rule_can_be_switched_off_and_an_empty_override_changes_nothing() {
    for definition in RULES {
        let policy = with(&format!("rules: {{{}: {{level: off}}}}", definition.id));
        assert_eq!(rule(&policy, definition.id).level, Level::Off);
    }
    for text in [
        "",
        "# nothing\n",
        "version: 1\n",
        "rules:\n",
        "rules:\n  identity-changed:\n",
        "fail-on: error\n",
    ] {
        assert_eq!(lines(&with(text)), lines(&Policy::built_in()), "{text:?}");
    }
}

#[test]
fn the_rules_of_another_month_are_refused() {
    let month = Policy::built_in().provenance.rules_of;
    with(&format!("rules-of: '{month}'\n"));
    assert_eq!(
        refused("rules-of: '2020-01'\n"),
        [format!(
            "{FILE}:1:11: this program has the rules of `{month}`, not of `2020-01`"
        )]
    );
}

#[test]
fn every_fault_of_a_file_is_told_at_once_in_its_order() {
    let errors = refused(
        "fail-on: warn\nrulez: {}\nrules:\n  identity-change: {level: error}\n  identity-changed: {level: 3}\n",
    );
    assert_eq!(
        errors,
        [
            format!("{FILE}:1:10: `warn` is no level; did you mean `warning`?"),
            format!("{FILE}:2:1: `rulez` is no key of a policy; did you mean `rules`?"),
            format!("{FILE}:4:3: `identity-change` is no rule; did you mean `identity-changed`?"),
            format!("{FILE}:5:29: `level` is a level, not a number"),
        ]
    );
}

#[test]
fn a_proposed_file_is_validated_without_being_obeyed() {
    let present = Policy::built_in();
    assert_eq!(faults(b"fail-on: error\n", &present), []);
    let faults = faults(b"fail-on: [\n", &present);
    assert_eq!(faults.len(), 1);
    assert!(faults[0].position.line >= 1);
}

#[test]
fn a_proposed_file_is_held_against_what_the_present_one_extends() {
    let home = Home {
        repository: Some("octo/connectors".to_owned()),
        path: crate::ids::RepoPath::new(b"ops/guard.yml").unwrap(),
    };
    let extends = |owner: &str, sha: char| {
        let sha = sha.to_string().repeat(40);
        format!("extends: {{ repository: {owner}/policies, path: base.yml, sha: '{sha}' }}\n")
    };
    let own = extends("octo", 'a');
    let shared = b"waivable: {never: [field-removed]}\n".to_vec();
    let present = super::load(("ops/guard.yml", own.as_bytes()), &home, |_| {
        Ok::<_, ()>(shared.clone())
    });
    let present = present.unwrap().unwrap();
    let said = |text: &str| {
        let faults = faults(text.as_bytes(), &present).into_iter();
        faults
            .map(|fault| (fault.position.line, fault.message))
            .collect::<Vec<_>>()
    };
    let waiver =
        "waivers: [{ rule: field-removed, connector: x, until: 2027-01-01, because: we say so, by: ada }]\n";
    assert_eq!(said(&own), []);
    assert_eq!(
        said(&format!("{own}{waiver}")),
        [(
            2,
            "`field-removed` may not be waived: `waivable.never` names it".to_owned()
        )]
    );
    // What nobody has read yet says nothing.
    assert_eq!(said(&format!("{}{waiver}", extends("octo", 'b'))), []);
    let foreign = said(&format!("fail-on: never\n{}", extends("acme", 'a')));
    assert!(
        foreign.len() == 2 && foreign[1].1.contains("does not belong to `octo`"),
        "{foreign:?}"
    );
}

/// The effective policy without its comments.
fn lines(policy: &Policy) -> Vec<String> {
    let text = policy.effective();
    text.lines()
        .map(|line| {
            line.rsplit_once("# ")
                .expect("every line has its origin")
                .0
                .trim_end()
                .to_owned()
        })
        .collect()
}

#[test]
fn the_effective_policy_is_a_complete_policy_that_gives_itself() {
    let policy =
        with("rules: {identity-changed: {reason: 'Why: \"#1\" # and, {2}', scope: {connectors: ['a/*']}}}\n");
    let text = policy.effective();
    let reloaded = load(
        RULES,
        ("effective.yml", text.as_bytes()),
        &[],
        Last::ExtendsNothing,
    )
    .unwrap_or_else(|errors| panic!("{}\n{text}", shown(&errors).join("\n")));
    assert_eq!(lines(&reloaded), lines(&policy));
    assert_eq!(tree(&text).to_json(), policy.tree.to_json());
    assert_eq!(lines(&with(&text)), lines(&policy), "it is an override as well");
}

#[test]
fn each_line_of_the_effective_policy_says_where_it_comes_from() {
    let text = with("\n\nrules:\n  identity-changed:\n    level: note\n").effective();
    let entry: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("  identity-changed:"))
        .take(3)
        .collect();
    let words: Vec<Vec<&str>> = entry
        .iter()
        .map(|line| line.split_whitespace().collect())
        .collect();
    let line = |text: &str| format!("built-in:{}", built_in_line("  identity-changed:", text));
    assert_eq!(words[0], ["identity-changed:", "#", &line("identity-changed:")]);
    assert_eq!(words[1], ["level:", "note", "#", ".github/tierguard.yml:5"]);
    assert_eq!(words[2], ["scope:", "{}", "#", &line("scope:")]);
    assert!(text.lines().all(|line| line.contains("  # ")), "{text}");
}

fn complaints(text: &str) -> Vec<String> {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is one");
    validator
        .iter_errors(&tree(text).to_json())
        .map(|error| error.to_string())
        .collect()
}

#[test]
fn the_schema_takes_what_the_program_takes() {
    for text in [
        BUILT_IN_TEXT,
        &Policy::built_in().effective(),
        "rules: {identity-changed: {level: off}, registry-visibility-changed: {level: off}}\n",
        "teams: {support-level: [octo/owners]}\ndeadlines: {source-days: 14}\n",
        "rules: {connector-removed: {options: {requires: []}, scope: {stability: [stable]}}}\n",
    ] {
        assert_eq!(complaints(text), [""; 0]);
        with(text);
    }
}

#[test]
fn the_schema_refuses_what_the_program_refuses() {
    for text in [
        "rules: {no-such-rule: {level: error}}\n",
        "rules: {identity-changed: {level: warn}}\n",
        "rules: {identity-changed: {levle: error}}\n",
        "rules: {support-level-changed: {level: error}}\n",
        "rules: {identity-changed: {options: {no-such-option: 1}}}\n",
        "rules: {identity-changed: {scope: {support-level: [gold]}}}\n",
        "rules: {identity-changed: {scope: {connectors: []}}}\n",
        "teams: {no-such-topic: [a/b]}\n",
        "deadlines: {source-days: soon}\n",
        "unknown: 1\n",
        "version: 2\n",
        "rules-of: '2020-01'\n",
    ] {
        assert_ne!(complaints(text), [""; 0], "{text}");
        refused(text);
    }
}

#[test]
fn the_schema_describes_what_an_editor_shows() {
    let schema = schema();
    for path in ["/properties/fail-on", "/properties/labels", "/properties/rules"] {
        let about = schema
            .pointer(path)
            .and_then(|part| part.get("description"))
            .and_then(Value::as_str);
        assert!(about.is_some_and(|about| !about.is_empty()), "{path}");
    }
    for definition in RULES {
        let entry = schema
            .pointer(&format!("/properties/rules/properties/{}", definition.id))
            .unwrap();
        assert_eq!(entry["description"], definition.headline());
    }
    let draft = "https://json-schema.org/draft/2020-12/schema";
    assert_eq!(schema["$schema"], draft);
}
