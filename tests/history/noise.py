"""Holds a replay of a real history against the bounds of noise.

    tierguard replay --repo CLONE.git --policy tests/history/policy.yaml --format jsonl > replay.jsonl
    python3 tests/history/noise.py CLONE.git replay.jsonl

Commits that raise a version and change nothing else that the history holds (the great majority): at most one in a hundred
may get a finding above `note`. And each rule that speaks above `note` in more than two of a hundred of all commits has to
say why in its page, under "How often". Exit code 1 otherwise. --self-test then looks that a louder replay is found out.
"""

import collections
import json
import pathlib
import subprocess
import sys

QUIET = 0.01
OFTEN = 0.02
PAGES = pathlib.Path(__file__).parents[2] / "docs" / "rules"


def touched(repository):
    """The files of every commit."""
    log = subprocess.run(
        ["git", "-C", repository, "log", "--format=%x00%H", "--name-only", "--no-renames", "HEAD"],
        check=True, capture_output=True, text=True,
    ).stdout
    files = {}
    for part in log.split("\0")[1:]:
        commit, *names = part.split()
        files[commit] = names
    return files


def is_bump(report, files):
    """Whether versions are all that a commit changes."""
    kinds = {change["kind"] for connector in report["connectors"] for change in connector["changes"]}
    return kinds == {"version"} and all(name.endswith("/metadata.yaml") for name in files)


def loud_rules(report):
    """The rules that speak above note."""
    findings = report["findings"] + [found for connector in report["connectors"] for found in connector["findings"]]
    return {found["rule"] for found in findings if found["level"] in ("warning", "error")}


def held(files, reports):
    """Prints the figures; whether the bounds hold."""
    bumps, loud, spoken = 0, [], collections.Counter()
    for report in reports:
        rules = loud_rules(report)
        spoken.update(rules)
        if is_bump(report, files.get(report["commit"], [])):
            bumps += 1
            if rules:
                loud.append((report["commit"][:10], sorted(rules)))
    share = len(loud) / max(bumps, 1)
    print(f"{len(loud)} of {bumps} commits that only raise versions get more than a note ({share:.2%})")
    for commit, rules in loud:
        print(f"  {commit} {', '.join(rules)}")
    often = [(rule, count) for rule, count in spoken.most_common() if count > OFTEN * len(reports)]
    unexplained = []
    for rule, count in often:
        page = (PAGES / f"{rule}.md").read_text(encoding="utf-8")
        explained = "\n## How often\n" in page
        print(f"{rule} speaks in {count} of {len(reports)} commits{'' if explained else ', and its page does not say why'}")
        if not explained:
            unexplained.append(rule)
    # A replay without such commits would hold any bound.
    return bumps > 1000 and share <= QUIET and not unexplained


def main():
    repository, replay = sys.argv[1:3]
    files = touched(repository)
    with open(replay, encoding="utf-8") as lines:
        reports = [json.loads(line) for line in lines]
    if not held(files, reports):
        return 1
    if "--self-test" in sys.argv:
        print("--- with a finding in every hundredth report and one more:")
        for report in reports[::50]:
            report["findings"].append({"rule": "version-decremented", "level": "warning"})
        return 1 if held(files, reports) else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
