"""Compares the YAML reader with PyYAML on every version of every YAML file of a history.

    cargo build --release --example yaml_dump
    python3 tests/history/yaml_differential.py CLONE.git target/release/examples/yaml_dump

Compared are the typed value of each file and the place of each scalar (PyYAML's own marks, and the text cut out).
metadata.yaml is read by the pure Python loader, the publisher's; other files too, but those above LARGE bytes by
the C loader, which is the same constructor over libyaml. Needs PyYAML 6.0.3: in 6.0.4 a later map of a merged list
wins over an earlier one, against YAML's own rule for `<<`. Exit code 1 on any difference.

--metadata         metadata.yaml alone
--edits            also inserts an entry into each metadata.yaml and reads the result with PyYAML
--mutations N      instead: N damaged metadata files. A file that PyYAML refuses must be refused, what both read must
                   be equal; refusing more than PyYAML does is counted and shown, and is no failure.
--self-test        corrupts results and expects each to be found
"""

import argparse
import collections
import json
import multiprocessing
import os
import random
import subprocess
import sys

import yaml

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "yaml"))
from typed import to_json  # noqa: E402

LARGE = 64 * 1024
CHUNK = 400
FAST = getattr(yaml, "CSafeLoader", None)


def blobs_of(clone):
    """Every distinct blob that ever stood at a *.yaml or *.yml path: name of the file by object id."""
    log = ["git", "-C", clone, "log", "--all", "--root", "-m", "--raw", "--no-renames", "--no-abbrev", "-z", "--format="]
    fields = subprocess.run(log, check=True, stdout=subprocess.PIPE).stdout.split(b"\0")
    blobs = {}
    for at, field in enumerate(fields):
        if not field.lstrip(b"\n").startswith(b":"):
            continue
        words = field.lstrip(b"\n").split()
        mode, oid, path = words[1], words[3].decode(), fields[at + 1]
        if mode not in (b"100644", b"100755") or not path.endswith((b".yaml", b".yml")):
            continue
        name = path.rsplit(b"/", 1)[-1].decode("utf-8", "replace")
        if blobs.get(oid) != "metadata.yaml":
            blobs[oid] = name
    return blobs


def contents_of(clone, oids):
    """The bytes of blobs, in order."""
    batch = subprocess.run(
        ["git", "-C", clone, "cat-file", "--batch"],
        input="\n".join(oids).encode() + b"\n",
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    files, at = [], 0
    for oid in oids:
        end = batch.index(b"\n", at)
        name, kind, size = batch[at:end].decode().split()
        assert (name, kind) == (oid, "blob"), batch[at:end]
        files.append(batch[end + 1 : end + 1 + int(size)])
        at = end + 1 + int(size) + 1
    return files


def dumps_of(program, files):
    """What the program under test makes of files."""
    frame = b"".join(b"%d blob %d\n%s\n" % (index, len(file), file) for index, file in enumerate(files))
    output = subprocess.run([program], input=frame, check=True, stdout=subprocess.PIPE).stdout
    dumps = [json.loads(line) for line in output.split(b"\n") if line]
    assert len(dumps) == len(files), "one answer for each file"
    return dumps


def scalars_of(node, seen, found):
    """[start, end, style, text] of each scalar, in characters, in the order of the file."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        found.append((node.start_mark.index, node.end_mark.index, node.style or "", node.value))
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            scalars_of(item, seen, found)
    else:
        for key, value in node.value:
            scalars_of(key, seen, found)
            scalars_of(value, seen, found)


def read_by_pyyaml(file, loader_class):
    """(value, scalars) as PyYAML reads a file, or the error."""
    try:
        loader = loader_class(file)
        try:
            node = loader.get_single_node()
            found = []
            if node is not None:
                scalars_of(node, set(), found)
            value = None if node is None else loader.construct_document(node)
            return to_json(value), found
        finally:
            loader.dispose()
    except Exception as error:  # PyYAML lets ValueError, KeyError and others through: a file that is not read.
        return error


def to_bytes(text):
    """A function from characters to bytes."""
    if text.isascii():
        return lambda index: index
    offsets, at = [], 0
    for character in text:
        offsets.append(at)
        at += len(character.encode())
    offsets.append(at)
    return offsets.__getitem__


def compare_places(file, theirs, ours):
    """The first difference between the places of scalars; None where they are equal."""
    if len(theirs) != len(ours):
        return f"{len(theirs)} scalars for PyYAML, {len(ours)} here"
    text = file.decode()
    byte_of = to_bytes(text)
    for (start, end, style, value), (first, last, written, content, reread) in zip(theirs, ours):
        cut = file[first:last].decode()
        place = f"scalar {value[:40]!r} at byte {first}"
        if (style, value) != (written, content):
            return f"{place}: {style}{value!r} for PyYAML, {written}{content!r} here"
        if cut == value == "" and not file[min(byte_of(end), last) : max(byte_of(end), last)].decode().strip():
            continue  # An absent value in flow style: PyYAML puts some after the white space.
        properties = text[start : start + 1] in ("&", "!")
        if byte_of(end) != last or (byte_of(start) != first and not properties):
            return f"{place}: bytes {byte_of(start)}..{byte_of(end)} for PyYAML, {first}..{last} here"
        # At the start of a text these mean something else than in its middle.
        if reread is False and not cut.startswith(("\ufeff", "---", "...")):
            return f"{place}: the text cut out is {cut!r}"
        if style == "" and not set(cut) & set("\r\n\x85\u2028\u2029") and cut != value:
            return f"{place}: plain, and the text cut out is {cut!r}"
        if style in "'\"|>" and style and not cut.startswith(style):
            return f"{place}: the text cut out begins with {cut[:1]!r}"
    return None


def compare(file, theirs, ours, strict=True):
    """(what happened, the difference or None)."""
    if isinstance(theirs, Exception):
        if "error" in ours:
            return "both refuse", None
        return "only PyYAML refuses", f"PyYAML refuses ({theirs.__class__.__name__}: {theirs})"
    if "error" in ours:
        return "only refused here", f"refused here: {ours['error']}" if strict else None
    value, scalars = theirs
    if value != ours["value"]:
        return "values differ", f"{json.dumps(value)[:300]} for PyYAML, {json.dumps(ours['value'])[:300]} here"
    if "merge" in ours["ambiguities"] or not scalars:
        # A merged entry stands at its origin, and its `<<` nowhere; an absent document has no place.
        return "equal, places not compared", None
    difference = compare_places(file, scalars, ours["scalars"])
    return ("places differ" if difference else "equal"), difference


def compare_insertion(theirs, ours):
    """(what happened, the difference or None): the edited file is the old value with one entry more."""
    if ours.get("inserted") is None:
        return "no insertion", None
    edited = read_by_pyyaml(ours["inserted"].encode(), yaml.SafeLoader)
    value = {"map": [["message", 'Drops `a: b` # and "c"\n'], ["upgradeDeadline", "2025-01-02"]]}
    place = theirs[0]
    for key in ("data", "releases", "breakingChanges"):
        found = [inner for name, inner in place["map"] if name == key]
        if not found:
            place["map"].append([key, {"map": []}])
            found = [place["map"][-1][1]]
        place = found[0]
    place["map"].append(["99.0.0", value])
    if isinstance(edited, Exception) or edited[0] != theirs[0]:
        return "wrong insertion", f"the edited file is read as {str(edited)[:300]}"
    return "insertion equal", None


def corrupt(dump, how):
    """Damages one result, for the self-test."""
    if "error" in dump:
        return {"value": None, "scalars": []}
    if how == 0:
        return {**dump, "value": ["corrupted"]}
    if how == 1:
        first, *rest = dump["scalars"]
        return {**dump, "scalars": [[first[0], first[1] + 1, *first[2:]], *rest]}
    if how == 2:
        return {**dump, "scalars": dump["scalars"][1:]}
    if how == 3:
        return {**dump, "inserted": "data: {}"}
    return {"error": "corrupted"}


def work(job):
    """Compares one chunk; gives counts and the first differences."""
    clone, program, chunk, self_test, with_edits = job
    counts, differences = collections.Counter(), []
    files = contents_of(clone, [oid for oid, _ in chunk])
    for (oid, name), file, ours in zip(chunk, files, dumps_of(program, files)):
        is_fast = FAST is not None and name != "metadata.yaml" and len(file) > LARGE
        if self_test is not None:
            ours = corrupt(ours, self_test)
        theirs = read_by_pyyaml(file, FAST if is_fast else yaml.SafeLoader)
        outcome, difference = compare(file, theirs, ours)
        counts[name if name in NAMES else "other YAML"] += 1
        counts["read by the C loader" if is_fast else "read by the pure loader"] += 1
        counts["bytes"] += len(file)
        counts["scalars"] += len(ours.get("scalars", ()))
        counts["result: " + outcome] += 1
        for kind in ours.get("ambiguities", ()):
            counts["ambiguity: " + kind] += 1
        if difference:
            differences.append(f"{oid} {name}: {difference}")
        elif with_edits and name == "metadata.yaml" and "inserted" in ours and not isinstance(theirs, Exception):
            outcome, difference = compare_insertion(theirs, ours)
            counts["edit: " + outcome] += 1
            if difference:
                differences.append(f"{oid} {name}: {difference}")
    return counts, differences


NAMES = ("metadata.yaml", "manifest.yaml", "spec.yaml", "acceptance-test-config.yml")

PIECES = [
    "\t", " ", "  ", "\n", "\r\n", ":", ": ", "- ", "#", " #", "'", '"', "[", "]", "{", "}", ",", "?", "? ", "|\n", ">-\n",
    "&a ", "*a", "!!str ", "! ", "!x ", "<<: ", "<<: *a", "---\n", "...\n", "%", "@", "`", "\\", "~", "null", "yes", "=",
    "1.10", "010", "1:30", "0x1F", "1_0", "2025-02-30", "2025-01-02 03:04:05", ".inf", "\u2028", "\u0085", "\r", "\ufeff",
    "\u00e9", "\U0001f419", "\x00", "|+\n", "|2\n", "\n  ", "\n    - ", "\n\n", "a: 1\n", "\n? a\n: b\n", "- - ",
]

# What the real files lack: flow style, properties, merges, every kind of scalar.
SAMPLES = [
    "a: {b: [1, 'x', \"y\\n\"], c: {d: e f, ? g : h}, i: }\nj: [k: l, [m], {n: o}]\n",
    "base: &b {x: 1, y: [2, 3]}\nuse:\n  <<: *b\n  y: 4\nmore: {<<: [*b, {z: 5}], x: 6}\n",
    "- - a\n  - |\n    text\n\n     more\n  - >-\n    folded\n    on\n\n      deep\n- ? key\n  : value\n- !!str 12\n- ! '3'\n",
    "%YAML 1.1\n%TAG !e! tag:yaml.org,2002:\n---\na: !e!int '1'\nb: !!float 2\nc: !!binary aGk=\n...\n",
    "1: a\n1.0: b\nyes: c\n2025-01-02: d\n? |\n  block\n: e\n~: f\n=: g\n",
    "a: plain\n  over lines\n\n  and more # comment\nb: 'single\n\n  quoted ''x'' '\nc: \"double \\\n  \\x41\\u00e9\\\"\"\n",
    "a:\n- x\n-   y: 1\n    z: 2\n-\n  - &n v\n  - *n\nb: |2-\n   x\n  y\nc: >+\n\n  z\n\n\nd: e\n",
    "n: [1_000, 0b11, -0x1f, 017, 1:30:00, 1.5e+3, .5, -.inf, .nan, 1:30.5, +12, 0, 00, 1e3, 0o7, 08, 1_.5_0]\n",
    "t: [2001-12-14t21:59:43.10-05:00, 2001-12-14 21:59:43.1 -5, 2025-1-2, 2025-1-2 3:04:05Z, 1-1-1, 2025-01-02]\n",
]


def mutate(text, chance):
    """Damages a text in one to three places."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(text) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            text = text[:at] + chance.choice(PIECES) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + chance.randint(1, 8) :]
        elif kind == 2:
            text = text[:at] + chance.choice(PIECES) + text[at + chance.randint(1, 3) :]
        else:
            other = chance.randrange(len(text) + 1)
            text = text[:at] + text[other : other + chance.randint(1, 40)] + text[at:]
    return text


def work_on_mutations(job):
    """Compares damaged files; gives counts, failures and examples of what is refused here alone."""
    clone, program, chunk, seed, number = job
    chance = random.Random(seed)
    originals = [file.decode() for file in contents_of(clone, [oid for oid, _ in chunk])]
    bases = [
        chance.choice(SAMPLES) if chance.random() < 0.5 else chance.choice(originals)[: chance.randint(20, 1500)]
        for _ in range(number)
    ]
    files = [mutate(base, chance).encode() for base in bases]
    counts, differences, refused = collections.Counter(), [], []
    for file, ours in zip(files, dumps_of(program, files)):
        outcome, difference = compare(file, read_by_pyyaml(file, yaml.SafeLoader), ours, strict=False)
        counts["result: " + outcome] += 1
        if outcome == "only refused here":
            refused.append(ours["error"].split(": ", 1)[-1])
        if difference:
            differences.append(f"{difference}\n{file.decode()!r}\n")
    return counts, differences, refused


def run_mutations(options, blobs):
    chance = random.Random(options.seed)
    metadata = sorted(oid for oid, name in blobs.items() if name == "metadata.yaml")
    jobs = []
    while len(jobs) * CHUNK < options.mutations:
        sample = [(oid, "metadata.yaml") for oid in chance.sample(metadata, min(40, len(metadata)))]
        jobs.append((options.clone, options.program, sample, chance.random(), CHUNK))
    counts, differences, refused = collections.Counter(), [], collections.Counter()
    with multiprocessing.Pool(options.jobs) as pool:
        for part, found, alone in pool.imap_unordered(work_on_mutations, jobs):
            counts.update(part)
            differences += found
            refused.update(alone)
    for message, number in refused.most_common(30):
        print(f"  refused here alone, {number}: {message}")
    return counts, differences


def run_history(options, blobs, self_test=None):
    chosen = sorted((name, oid) for oid, name in blobs.items() if name == "metadata.yaml" or not options.metadata)
    if self_test is not None:
        chosen = [pair for pair in chosen if pair[0] == "metadata.yaml"][:1]
    pairs = [(oid, name) for name, oid in chosen]
    jobs = [(options.clone, options.program, pairs[at : at + CHUNK], self_test, options.edits) for at in range(0, len(pairs), CHUNK)]
    counts, differences = collections.Counter(), []
    with multiprocessing.Pool(options.jobs) as pool:
        for part, found in pool.imap_unordered(work, jobs):
            counts.update(part)
            differences += found
    return counts, differences


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", help="a clone of the history, bare or not")
    parser.add_argument("program", help="the built example yaml_dump")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--metadata", action="store_true")
    parser.add_argument("--mutations", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--edits", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    blobs = blobs_of(options.clone)
    if options.self_test:
        options.edits = True
        missed = [how for how in range(5) if not run_history(options, blobs, how)[1]]
        print(f"self-test: 5 corruptions, {len(missed)} not found")
        return 1 if missed else 0
    counts, differences = run_mutations(options, blobs) if options.mutations else run_history(options, blobs)
    for name, number in sorted(counts.items()):
        print(f"{number:>10}  {name}")
    for difference in sorted(differences)[:20]:
        print(difference)
    print(f"{len(differences)} differences")
    # An empty comparison proves nothing.
    return 1 if differences or not counts else 0


if __name__ == "__main__":
    sys.exit(main())
