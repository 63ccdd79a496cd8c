"""Holds a replay against the breaks that people have judged by hand.

    tierguard replay --repo CLONE.git --format jsonl > replay.jsonl
    python3 tests/history/judged.py replay.jsonl

Each line of judged.jsonl names a commit, a connector, the kinds that were reported, the verdict (`breaking`: it does break,
`wrong`: it does not) and why. Of those that the replay calls breaking at least nine in ten have to be right, and nine in
ten of those that do break have to be called so.

Each line of declared.jsonl names a commit, a connector that declares a break in it, whether the cause is visible in its
specification, schemas or manifest, and why. Of the visible ones nineteen in twenty have to be called breaking.

Exit code 1 otherwise. --self-test then turns the verdicts round and expects that to be found.
"""

import json
import pathlib
import sys

RIGHT = 0.9
FOUND = 0.95


def judged():
    """The verdict by commit and connector."""
    lines = pathlib.Path(__file__).with_name("judged.jsonl").read_text(encoding="utf-8").splitlines()
    verdicts = {}
    for line in lines:
        entry = json.loads(line)
        assert entry["verdict"] in ("breaking", "wrong") and entry["why"], line
        verdicts[entry["commit"], entry["connector"]] = entry["verdict"]
    assert len(verdicts) >= 40, "at least forty are judged"
    return verdicts


def declared():
    """Whether the cause of a declared break is visible, by commit and connector."""
    lines = pathlib.Path(__file__).with_name("declared.jsonl").read_text(encoding="utf-8").splitlines()
    visible = {}
    for line in lines:
        entry = json.loads(line)
        assert isinstance(entry["visible"], bool) and entry["why"], line
        visible[entry["commit"], entry["connector"]] = entry["visible"]
    assert sum(visible.values()) >= 40, "the visible ones are there"
    return visible


def hold_declared(visible, found):
    """Prints the figure; whether it suffices."""
    shown = [key for key in visible if visible[key]]
    missed = [key for key in shown if found[key] != "breaking"]
    print(f"{len(shown) - len(missed)} of {len(shown)} declared breaks with a visible cause are found")
    for key in missed:
        print(f"  {found[key]}: {key[0][:10]} {key[1]}")
    return len(shown) - len(missed) >= FOUND * len(shown)


def reported(replay, wanted):
    """The compatibility that the replay gives, for the judged ones."""
    found = {}
    with open(replay, encoding="utf-8") as lines:
        for line in lines:
            report = json.loads(line)
            for connector in report["connectors"]:
                key = (report["commit"], connector["name"])
                if key in wanted:
                    found[key] = connector["compatibility"]
    missing = set(wanted) - set(found)
    assert not missing, f"not in the replay: {sorted(missing)[:5]}"
    return found


def hold(verdicts, found):
    """Prints the figures; whether both suffice."""
    told = [key for key in verdicts if found[key] == "breaking"]
    right = [key for key in told if verdicts[key] == "breaking"]
    breaking = [key for key in verdicts if verdicts[key] == "breaking"]
    print(f"{len(right)} of {len(told)} that are called breaking are right; {len(right)} of {len(breaking)} breaks are found")
    for key in told:
        if verdicts[key] != "breaking":
            print(f"  wrong: {key[0][:10]} {key[1]}")
    for key in breaking:
        if found[key] != "breaking":
            print(f"  {found[key]}: {key[0][:10]} {key[1]}")
    return len(right) >= RIGHT * len(told) and len(right) >= RIGHT * len(breaking) and bool(told)


def main():
    replay = sys.argv[1]
    verdicts, visible = judged(), declared()
    found = reported(replay, {**verdicts, **visible})
    held = hold(verdicts, found)
    held = hold_declared(visible, found) and held
    if held and "--self-test" in sys.argv[2:]:
        turned = {key: "wrong" if verdict == "breaking" else "breaking" for key, verdict in verdicts.items()}
        print("turned round:")
        held = not hold(turned, found)
        held = not hold_declared({key: not is_visible for key, is_visible in visible.items()}, found) and held
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
