"""Judges the cases of other detectors through `tierguard compat`.

    peers.py CASES TIERGUARD

Each line of `CASES/*.jsonl` holds both sides and whether the change has to be found breaking. Where a side is no valid
JSON Schema, "cannot tell" is an answer too.
"""

import json
import pathlib
import subprocess
import sys
import tempfile


def wrapped(kind, side):
    return {"streams": list(side.values())} if kind == "catalog" else side


def main(cases, program):
    wrong, count = [], 0
    with tempfile.TemporaryDirectory() as folder:
        base, head = (pathlib.Path(folder, name) for name in ("base.json", "head.json"))
        for file in sorted(pathlib.Path(cases).glob("*.jsonl")):
            for line in file.read_text().splitlines():
                case = json.loads(line)
                base.write_text(json.dumps(wrapped(case["kind"], case["previous"])))
                head.write_text(json.dumps(wrapped(case["kind"], case["actual"])))
                run = subprocess.run(
                    [program, "compat", case["kind"], base, head], capture_output=True, text=True, check=False
                )
                allowed = {1 if case["should_fail"] else 0}
                if not case["is_valid_json_schema"]:
                    allowed.add(2)
                count += 1
                if run.returncode not in allowed:
                    wrong.append(f"{case['id']}: {run.returncode}\n{run.stdout}{run.stderr}")
    print(f"{count} cases, {len(wrong)} wrong")
    sys.exit("\n".join(wrong) if wrong or count == 0 else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
