"""Counts what the transitions of a real history lacked, by requirement.

    tierguard replay --repo CLONE.git --policy tests/history/policy.yaml --format jsonl > replay.jsonl
    python3 tests/history/requirements.py replay.jsonl            # prints the table
    python3 tests/history/requirements.py replay.jsonl --check    # compares it with requirements.md

Each line of sampled.jsonl is one transition that a person has held against its commit: what was missing, whether the list
was right, and why. --check looks that the lists still say so.

For each kind of transition: how many there were, and for each requirement how often it was met, missing, or for a person
to confirm. Exit code 1 where the kept table says something else, or where a transition got no list at all.
"""

import collections
import json
import pathlib
import re
import sys

TABLE = pathlib.Path(__file__).with_name("requirements.md")
STABLE = "breaking change of a certified or generally available connector"
KINDS = (
    STABLE + ", declared",
    STABLE + ", undeclared",
    "promotion to certified",
    "certified where no level was written before",
    "demotion from certified",
    "archiving",
    "return from the archive",
)


def version(text):
    """A version's three numbers; zeros where it has none."""
    numbers = re.match(r"(\d+)\.(\d+)\.(\d+)", text or "")
    return tuple(map(int, numbers.groups())) if numbers else (0, 0, 0)


def declares_ahead(connector, base):
    """Whether a new entry speaks of a version that was not released before."""
    entries = (change for change in connector["changes"] if change["kind"] == "breaking-change-declared")
    return any(version(entry["version"]) > version(base.get("version")) for entry in entries)


def breaks(connector):
    """Whether a change breaks by its files, or says so by a major version."""
    versions = (change for change in connector["changes"] if change["kind"] == "version")
    announces = any(change["bump"] == "major" and not change.get("prerelease") for change in versions)
    return announces or connector["compatibility"] == "breaking"


def moves(connector):
    """The kinds of transition that a connector's change is."""
    base, head = connector["base"] or {}, connector["head"] or {}
    levels = [side.get("support_level") for side in (base, head)]
    promised = any(
        side.get("support_level") == "certified" or side.get("release_stage") == "generally_available"
        for side in (base, head)
    )
    kinds = {change["kind"] for change in connector["changes"]}
    if not base or not head:
        return
    if promised and declares_ahead(connector, base):
        yield KINDS[0]
    elif promised and breaks(connector) and not connector["declared"] and levels[1] != "archived":
        yield KINDS[1]
    if "support-level" in kinds:
        before, after = levels
        if after == "certified":
            yield KINDS[3] if before is None else KINDS[2]
        if before == "certified" and after in ("community", "custom"):
            yield KINDS[4]
        if after == "archived":
            yield KINDS[5]
        if before == "archived" and after in ("community", "custom"):
            yield KINDS[6]


def counted(replay):
    """Transitions by kind, states by kind and requirement, and transitions without a list."""
    transitions = collections.Counter()
    states = collections.defaultdict(collections.Counter)
    bare = []
    with open(replay, encoding="utf-8") as lines:
        for line in lines:
            report = json.loads(line)
            for connector in report["connectors"]:
                for kind in moves(connector):
                    transitions[kind] += 1
                    for requirement in connector["requirements"]:
                        states[kind][requirement["id"], requirement["state"]] += 1
                    if not connector["requirements"]:
                        bare.append((kind, report["commit"][:10], connector["name"]))
    return transitions, states, bare


def otherwise(replay):
    """The sampled transitions whose lists no longer lack what a person found missing."""
    lines = TABLE.with_name("sampled.jsonl").read_text(encoding="utf-8").splitlines()
    wanted = {(entry["commit"], entry["connector"]): entry for entry in map(json.loads, lines)}
    assert len(wanted) >= 20 and all(entry["why"] for entry in wanted.values())
    with open(replay, encoding="utf-8") as reports:
        for report in map(json.loads, reports):
            for connector in report["connectors"]:
                entry = wanted.pop((report["commit"][:10], connector["name"]), None)
                lacking = [asked["id"] for asked in connector["requirements"] if asked["state"] == "missing"]
                if entry and sorted(lacking) != sorted(entry["missing"]):
                    yield f"{entry['commit']} {entry['connector']}: {lacking}, not {entry['missing']}"
    for commit, connector in wanted:
        yield f"{commit} {connector}: no such transition"


def table(transitions, states):
    """The table as Markdown."""
    lines = [
        "# What transitions lacked",
        "",
        "Every transition of the history that CI replays (commits of a connector repository up to April 2025), judged by",
        "today's requirements on the day of its commit: how often each was met, missing, or left for a person to confirm.",
        "Titles, labels, approvals and files that this history does not hold are for a person. `changelog-row-written` is in no",
        "row: it is asked only where base's page has a changelog, and this history holds no pages. Written by `requirements.py`.",
    ]
    for kind in KINDS:
        lines += ["", f"## {kind[0].upper()}{kind[1:]}: {transitions[kind]}", ""]
        lines += ["| requirement | met | missing | to confirm |", "|---|---|---|---|"]
        names = {name for name, _ in states[kind]}
        order = sorted(names, key=lambda name: (-states[kind][name, "missing"], -states[kind][name, "met"], name))
        for name in order:
            counts = (states[kind][name, state] for state in ("met", "missing", "to-confirm"))
            lines.append("| " + " | ".join([f"`{name}`", *map(str, counts)]) + " |")
    return "\n".join(lines) + "\n"


def main():
    transitions, states, bare = counted(sys.argv[1])
    made = table(transitions, states)
    for kind, commit, name in bare:
        print(f"no list of requirements: {kind}: {commit} {name}")
    if "--check" not in sys.argv:
        print(made, end="")
        return 1 if bare else 0
    same = TABLE.read_text(encoding="utf-8") == made
    wrong = list(otherwise(sys.argv[1]))
    print("\n".join(wrong + [f"{len(wrong)} of the sampled transitions read otherwise"]))
    print(f"{sum(transitions.values())} transitions, {'as the table says' if same else 'the table says something else'}")
    return 0 if same and not bare and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
