"""Reads a history of connectors with PyYAML and compares what changed with what `tierguard replay` says.

    target/release/tierguard replay --repo CLONE.git --format jsonl > replay.jsonl
    python3 tests/history/independent_reader.py CLONE.git replay.jsonl

It shares nothing with the program under test: git's own log says which metadata.yaml a commit touches, PyYAML's pure
loader says what both sides hold, and the rules below say what kind of change that is. Each commit of the first-parent
chain but the root is compared, in both directions: a change that is not reported and one that should not be are the
same failure. Kinds `field` and `registry-override` are not compared one by one; but metadata whose values differ have
some change, and metadata whose values are equal have none but `field` (a change of quoting).

Needs PyYAML 6. Exit code 1 on any difference. --self-test then corrupts
the replay in many ways, one at a time, and expects each corruption to be found.
"""

import argparse
import collections
import copy
import datetime
import functools
import json
import multiprocessing
import re
import subprocess
import sys

import yaml

ROOT = b"airbyte-integrations/connectors/"
REGISTRIES = ("cloud", "oss")
IDENTITY = ("definitionId", "dockerRepository", "connectorType")
# Not compared one by one.
OTHER = ("field", "registry-override")
REGULAR = (b"100644", b"100755")


# What git says


def log_of(clone, revisions):
    """[(commit, [(status, old mode, new mode, old blob, new blob, old path, new path)])], newest first."""
    argv = ["git", "-C", clone, "-c", "core.quotePath=false", "log", "--first-parent", "--diff-merges=first-parent"]
    argv += ["--raw", "-M", "-l2000", "--no-abbrev", "-z", "--format=commit %H %P", revisions, "--"]
    fields = iter(subprocess.run(argv, check=True, stdout=subprocess.PIPE).stdout.split(b"\0"))
    commits = []
    for field in fields:
        field = field.lstrip(b"\n")
        if field.startswith(b"commit "):
            words = field.decode().split()
            if len(words) > 2:
                commits.append((words[1], []))
        elif field.startswith(b":"):
            old_mode, new_mode, old, new, status = field[1:].split()
            first = next(fields)
            second = next(fields) if status[:1] in b"RC" else first
            if commits:
                commits[-1][1].append((status[:1], old_mode, new_mode, old.decode(), new.decode(), first, second))
    return commits


def connector_of(path, mode):
    """The folder whose metadata.yaml this path is, or None."""
    inner = path[len(ROOT) :] if path.startswith(ROOT) else b""
    if mode in REGULAR and inner.endswith(b"/metadata.yaml") and inner.count(b"/") == 1:
        return path.rsplit(b"/", 1)[0].decode("utf-8", "replace")
    return None


def blobs_in(clone, oids):
    """The bytes of each blob."""
    argv = ["git", "-C", clone, "cat-file", "--batch"]
    output = subprocess.run(argv, check=True, input="".join(f"{oid}\n" for oid in oids).encode(), stdout=subprocess.PIPE).stdout
    found, at = {}, 0
    for oid in oids:
        end = output.index(b"\n", at)
        size = int(output[at:end].split()[2])
        found[oid] = output[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return found


# What PyYAML reads


class Written:
    """A scalar: what it means, and the text without its quotes."""

    def __init__(self, value, text):
        self.value, self.text = value, text

    def __eq__(self, other):
        return isinstance(other, Written) and alike(self.value) == alike(other.value)

    def __repr__(self):
        return repr(self.text)


def alike(value):
    """A value with its type; a date is its text, so that quoting it changes nothing."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        value = value.isoformat()
    return (type(value).__name__, repr(value))


def plain(loader, node):
    """A tree of dictionaries by the key's text, lists and Written."""
    if isinstance(node, yaml.ScalarNode):
        return Written(loader.construct_object(node, deep=True), node.value)
    if isinstance(node, yaml.SequenceNode):
        return [plain(loader, item) for item in node.value]
    loader.flatten_mapping(node)
    return {key.value if isinstance(key, yaml.ScalarNode) else repr(key): plain(loader, value) for key, value in node.value}


def read(file):
    """The tree of a file; a text where PyYAML refuses it."""
    try:
        loader = yaml.SafeLoader(file)
        try:
            node = loader.get_single_node()
            return {} if node is None else plain(loader, node)
        finally:
            loader.dispose()
    except Exception as error:  # Whatever PyYAML lets through: a file that is not read.
        return f"{type(error).__name__}: {error}"


def read_pair(item):
    return item[0], read(item[1])


def at(tree, *keys):
    """What stands below keys, or None; a written null is None too."""
    for key in keys:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return None if isinstance(tree, Written) and tree.value is None else tree


def text_at(tree, *keys):
    found = at(tree, *keys)
    return found.text if isinstance(found, Written) else None


def with_todays_names(tree):
    """The older name of registryOverrides replaced."""
    data = at(tree, "data")
    if not isinstance(data, dict) or "registries" not in data or "registryOverrides" in data:
        return tree
    renamed = {"registryOverrides" if key == "registries" else key: value for key, value in data.items()}
    return {**tree, "data": renamed}


# What that means


SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)


@functools.total_ordering
class Version:
    """A version in the order of semver.org, §11."""

    def __init__(self, match):
        self.core = tuple(int(part) for part in match.groups()[:3])
        self.prerelease = match.group(4)
        parts = self.prerelease.split(".") if self.prerelease else []
        self.rank = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]

    def key(self):
        return (self.core, not self.prerelease, self.rank)

    def __eq__(self, other):
        return self.key() == other.key()

    def __lt__(self, other):
        return self.key() < other.key()

    @staticmethod
    def of(text):
        match = SEMVER.fullmatch(text) if text is not None else None
        return Version(match) if match else None


def bump_of(before, after):
    """(the word, or every word where the core says none; whether head is a prerelease)."""
    old, new = Version.of(before), Version.of(after)
    if old is None or new is None:
        return ("unknown",), bool(new and new.prerelease)
    if new < old:
        return ("downgrade",), bool(new.prerelease)
    for word, previous, next_ in zip(("major", "minor", "patch"), old.core, new.core):
        if previous != next_:
            return (word,), bool(new.prerelease)
    if old.prerelease:
        # On the way to a release, or there: the word of that release.
        return ("patch" if new.core[2] else "minor" if new.core[1] else "major",), bool(new.prerelease)
    # The build alone differs, which has no word.
    return ("major", "minor", "patch"), bool(new.prerelease)


def transitions(base, head):
    """The changes between two trees as comparable tuples: (kind, subject, from, to)."""
    base, head = with_todays_names(base), with_todays_names(head)
    found = []

    def scalar(kind, subject, *path):
        if at(base, *path) != at(head, *path):
            found.append((kind, subject, text_at(base, *path), text_at(head, *path)))

    scalar("support-level", None, "data", "supportLevel")
    scalar("release-stage", None, "data", "releaseStage")
    scalar("version", None, "data", "dockerImageTag")
    for field in IDENTITY:
        scalar("identity", field, "data", field)
    for registry in REGISTRIES:
        scalar("registry-enabled", registry, "data", "registryOverrides", registry, "enabled")
    entries = [at(side, "data", "releases", "breakingChanges") for side in (base, head)]
    old, new = (side if isinstance(side, dict) else {} for side in entries)
    for version in sorted(old.keys() | new.keys()):
        if version not in old:
            found.append(("breaking-change-declared", version, None, None))
        elif version not in new:
            found.append(("breaking-change-removed", version, None, None))
        elif old[version] != new[version]:
            found.append(("breaking-change-edited", version, None, None))
    return found


def joined(changes, trees):
    """{folder: (old folder or None, old tree or None, new tree or None)} of one commit."""
    result, gone, born = {}, {}, {}
    for _, old_mode, new_mode, old, new, old_path, new_path in changes:
        before, after = connector_of(old_path, old_mode), connector_of(new_path, new_mode)
        if before and after:
            result[after] = (before, trees[old], trees[new])
        elif before:
            gone[before] = trees[old]
        elif after:
            born[after] = trees[new]
    # A folder that moved and changed so much that git sees a deletion and an addition.
    for folder, tree in sorted(born.items()):
        id_ = text_at(tree, "data", "definitionId")
        twin = next((old for old in sorted(gone) if id_ and text_at(gone[old], "data", "definitionId") == id_), None)
        result[folder] = (twin, gone.pop(twin), tree) if twin else (None, None, tree)
    for folder, tree in gone.items():
        result[folder] = (folder, tree, None)
    return result


def expected_of(changes, trees):
    """{folder: (transitions, whether values differ beyond the registries' name, readable)} of one commit."""
    result = {}
    for folder, (old_folder, old, new) in joined(changes, trees).items():
        if old is None:
            result[folder] = ([("connector-added", None, None, None)], None, True)
        elif new is None:
            result[folder] = ([("connector-removed", None, None, None)], None, True)
        elif isinstance(old, str) or isinstance(new, str):
            result[folder] = ([], None, False)
        else:
            moved = [("connector-renamed", None, old_folder, None)] if old_folder != folder else []
            differ = with_todays_names(old) != with_todays_names(new)
            # The older name alone: the values of the connector are the same, those of the file are not.
            result[folder] = (moved + transitions(old, new), None if not differ and old != new else differ, True)
    return result


# What the replay says


def reported_of(line):
    """{folder: changes} of one line of the replay."""
    return {connector["directory"]: connector["changes"] for connector in line["connectors"]}


def key_of(change):
    """A reported change in the form of an expected one."""
    kind = change["kind"]
    subject = {"identity": "field", "registry-enabled": "registry"}.get(kind)
    if kind.startswith("breaking-change-"):
        subject = "version"
    if kind in ("connector-added", "connector-removed") or kind.startswith("breaking-change-"):
        return (kind, subject and change.get(subject), None, None)
    if kind == "connector-renamed":
        return (kind, None, change.get("from"), None)
    field = change.get(subject) if subject else None
    # `data.definitionId` and `definitionId` name the same.
    field = field.rsplit(".", 1)[-1] if kind == "identity" and field else field
    return (kind, field, change.get("from"), change.get("to"))


def compare_folder(expected, differ, reported):
    """The differences of one connector in one commit."""
    compared = [change for change in reported if change["kind"] not in OTHER]
    ours, theirs = collections.Counter(expected), collections.Counter(key_of(change) for change in compared)
    for change in sorted((ours - theirs).elements(), key=str):
        yield f"not reported: {change}"
    for change in sorted((theirs - ours).elements(), key=str):
        yield f"reported, and not found: {change}"
    for change in compared:
        if change["kind"] == "version" and key_of(change) in ours:
            words, prerelease = bump_of(change.get("from"), change.get("to"))
            if change.get("bump") not in words or bool(change.get("prerelease", False)) != prerelease:
                yield f"wrong bump, {' or '.join(words)} with prerelease {prerelease} is right: {change}"
    kinds = {change["kind"] for change in reported}
    if differ and not kinds - {"connector-renamed"}:
        yield "the values differ, and no change is reported"
    if differ is False and kinds - {"connector-renamed", "field"}:
        yield f"the values are equal, and changes are reported: {sorted(kinds)}"
    if expected in ([("connector-added", None, None, None)], [("connector-removed", None, None, None)]) and len(reported) > 1:
        yield f"more is reported of a connector that came or went: {sorted(kinds)}"


def compare(history, replay):
    """(totals by kind, differences) of the whole history."""
    totals, differences = collections.Counter(), []
    names = [line["commit"] for line in replay]
    for name, number in collections.Counter(names).items():
        if number > 1:
            differences.append(f"{name[:12]}: reported {number} times")
    reported = {line["commit"]: reported_of(line) for line in replay}
    order = [commit for commit, _ in history]
    if names != order and sorted(names) == sorted(order):
        differences.append("the lines are not in the order of the commits")
    for commit in sorted(set(reported) - set(order)):
        differences.append(f"{commit[:12]}: reported, and not in the history")
    for commit, folders in history:
        totals["commits"] += 1
        if commit not in reported:
            differences.append(f"{commit[:12]}: not reported")
            continue
        for folder in sorted(folders.keys() | reported[commit].keys()):
            expected, differ, readable = folders.get(folder, ([], False, True))
            if not readable:
                totals["not compared: PyYAML refuses a side"] += 1
                continue
            changes = reported[commit].get(folder, [])
            totals["connectors compared"] += folder in folders
            totals.update(f"kind {change[0]}" for change in expected)
            totals.update(f"reported {change['kind']}" for change in changes if change["kind"] in OTHER)
            for difference in compare_folder(expected, differ, changes):
                differences.append(f"{commit[:12]} {folder}: {difference}")
    return totals, differences


# That it can fail


def corruptions(replay):
    """(what was done, a replay with one line damaged)."""

    def first(kind):
        return next(
            ((line, connector, change) for line in range(len(replay)) for connector, one in enumerate(replay[line]["connectors"])
             for change, reported in enumerate(one["changes"]) if reported["kind"] == kind), None)

    def damaged(place, edit):
        line, connector, change = place
        lines = list(replay)
        lines[line] = copy.deepcopy(replay[line])
        edit(lines[line]["connectors"][connector]["changes"], change)
        return lines

    kinds = sorted({change["kind"] for line in replay for one in line["connectors"] for change in one["changes"]} - set(OTHER))
    for kind in kinds:
        yield f"a {kind} left out", damaged(first(kind), lambda changes, index: changes.pop(index))
        yield f"a {kind} told twice", damaged(first(kind), lambda changes, index: changes.append(changes[index]))
    for kind in set(kinds) & {"support-level", "release-stage", "version", "identity", "registry-enabled"}:
        for side in ("from", "to"):
            yield f"another `{side}` in a {kind}", damaged(
                first(kind), lambda changes, index, side=side: changes[index].update({side: "corrupted"}))
    if "version" in kinds:
        yield "another bump", damaged(first("version"), lambda changes, index: changes[index].update(bump="corrupted"))
    for kind in set(kinds) & {"breaking-change-declared", "breaking-change-edited", "breaking-change-removed"}:
        yield f"another version in a {kind}", damaged(first(kind), lambda changes, index: changes[index].update(version="9.9.9"))
    yield "a commit left out", replay[:-1]
    yield "a commit told twice", [*replay, replay[-1]]
    yield "two commits swapped", [replay[1], replay[0], *replay[2:]]


def self_test(history, replay):
    done = missed = 0
    for what, lines in corruptions(replay):
        done += 1
        if not compare(history, lines)[1]:
            missed += 1
            print(f"self-test: not found: {what}")
    print(f"self-test: {done} corruptions, {missed} not found")
    return 1 if missed or done < 10 else 0


def read_history(clone, revisions, jobs):
    """[(commit, {folder: expected})], oldest first."""
    commits = log_of(clone, revisions)[::-1]
    wanted = {}
    for _, changes in commits:
        for _, old_mode, new_mode, old, new, old_path, new_path in changes:
            wanted.update({old: True} if connector_of(old_path, old_mode) else {})
            wanted.update({new: True} if connector_of(new_path, new_mode) else {})
    with multiprocessing.Pool(jobs) as pool:
        trees = dict(pool.imap_unordered(read_pair, blobs_in(clone, list(wanted)).items(), chunksize=100))
    print(f"{len(commits):>10}  commits\n{len(trees):>10}  distinct files read by PyYAML")
    return [(commit, expected_of(changes, trees)) for commit, changes in commits]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", help="a clone of the history, bare or not")
    parser.add_argument("replay", help="what `tierguard replay --format jsonl` wrote")
    parser.add_argument("--range", default="HEAD", help="the range of the replay")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    with open(options.replay, encoding="utf-8") as file:
        replay = [json.loads(line) for line in file if line.strip()]
    history = read_history(options.clone, options.range, options.jobs)
    totals, differences = compare(history, replay)
    for name, number in sorted(totals.items()):
        print(f"{number:>10}  {name}")
    for difference in differences[:20]:
        print(difference)
    print(f"{len(differences)} differences")
    # An empty comparison proves nothing.
    failed = bool(differences) or not totals["connectors compared"]
    if options.self_test and not failed:
        return self_test(history, replay)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
