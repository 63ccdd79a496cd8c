"""Writes golden.json: what PyYAML's safe_load (pure Python) makes of a table of texts.

    python3 tests/yaml/golden.py > tests/yaml/golden.json

`scalars`: each text as a plain value, `k: <text>`. `files`: whole files. Each with the typed value, or null and the
error's class where PyYAML refuses. Needs PyYAML 6.0.3.
"""

import json
import sys

import yaml
from typed import to_json

WORDS = "null Null NULL nUll ~ yes Yes YES yEs no No NO on On ON off Off OFF true True TRUE tRue false False FALSE y Y n N none nil"
NUMBERS = """
0 -0 +0 00 1 -1 +1 12 010 0010 -010 08 09 018 0o17 0O17 0b101 -0b1 0b 0b2 0b_ 0b1_0 0x1F 0X1F 0xfg 0x_ 0x_a -0xff 1_000 1__0 _1
1_ 0_ 0_7 1:30 1:3 1:60 1:59 1:30:59 -1:30 01:30 0:30 1:30:5 1:300 1_0:30 9:9:9:9 1: 190:20:30 190:20:30.15 1:30.5 1:30. 1:60.5
123456789012345678901234567890 170141183460469231731687303715884105727 170141183460469231731687303715884105728
-170141183460469231731687303715884105729 0xffffffffffffffffffffffffffffffffff 07777777777777777777777777777777777777777777777777
1.0 1.10 0.10 0.1 1. .5 -.5 +.5 . .. -. 1.5 -1.5 +1.5 1e3 1E3 1.5e3 1.5e+3 1.5E-3 1.5e 1.5e+ .5e+1 .5e1 1.e+3 1_0.5 1._5 1.5_ .5_ ._5
1.0e+400 1.0e-400 0.30000000000000004 123456789.123456789 5e-324 2.2250738585072014e-308 .inf -.inf +.inf .Inf .INF .iNF .nan .NaN .NAN
-.nan +.nan inf nan 1.2.3 2.0.0 0.10.1 1.0.0-rc.1 1.10.0+b 1-2 1+1 - -- --1 +-1 + 1a a1 1e 0e 1,000
"""
DATES = """
2025-01-02 2025-1-2 2025-01-2 2025-02-30 2025-13-01 2024-02-29 2023-02-29 0000-01-01 0001-01-01 9999-12-31 2025-01-021 02-01-2025
2025-01-02T03:04:05 2025-01-02t03:04:05 2025-01-02T3:04:05 2025-01-02T03:04 2025-01-02T24:00:00 2025-01-02T23:60:00 2025-01-02T23:59:60
2025-1-2T3:04:05 2025-01-02T03:04:05Z 2025-01-02T03:04:05z 2025-01-02T03:04:05.1 2025-01-02T03:04:05.123456789 2025-01-02T03:04:05.
2025-01-02T03:04:05+02:00 2025-01-02T03:04:05-05:30 2025-01-02T03:04:05+2 2025-01-02T03:04:05+23:59 2025-01-02T03:04:05+24:00
2025-01-02T03:04:05+23:99 2025-01-02T03:04:05-00:00 2025-01-02T03:04:05-0:30 2025-01-02T03:04:05.000000Z 2025-01-02T 2025-01-02X
2025/01/02 20250102 2025-W01-1
"""
SPACED = [
    "2025-01-02 03:04:05", "2025-01-02  03:04:05", "2025-01-02 00:00:00 +2", "2001-12-14 21:59:43.10 -5", "2025-1-2 3:04:05 Z",
    "2025-01-02 03:04", "1 000", "1 .0", "yes no", "null null", "a b", "- a", "a: b", "a #b", "a#b", "a:b", "[a", "[a]", "{a: b}",
    "'a'", "'it''s'", '"a\\tb\\x41\\u00e9"', '"\\q"', "&a b", "*a", "!a b", "!!str 1", "!!str", "!!int '12'", "!!int 0o7",
    "!!int x", "!!float 1", "!!float '1_0.5'", "!!bool 'Yes'", "!!bool x", "!!null x", "!!binary aGVsbG8=", "!!timestamp 2025-1-2",
    "!!timestamp x", "! 12", "! '12'", "!!python/object/apply:os.system [x]", "!!map {a: b}", "!!seq [a]", "!!map [a]", "<<", "=", "@a",
    "`a", "%a", "? a", "|", ">", "?", "?a", ":a", "-a", "a?", "a,b", "a]", "a}", "\u00e9", "\u65e5\u672c", "\U0001f419", "a\u00a0b", "a\ufeffb",
    "a\u2028b", "a\u0085b", "a\rb", "a\tb", "\ta", "a\t", "a\u0000b", "a\u001bb", "a\ufffeb", "a\u007fb", "a\u0080b", "",
]
FILES = [
    "", "# only\n", "---\n", "---\n...\n", "a", "- a\n- b", "[a, b, [c]]", "{a: b}", "a: 1\na: 2\n", "1: a\n1.0: b\ntrue: c\n", "1: a\nyes: b\n",
    "2025-01-02: a\n'2025-01-02': b\n", ".nan: a\n.nan: b\n", "0: a\n-0.0: b\nfalse: c\n", "2025-01-02T00:00:00Z: a\n2025-01-02T02:00:00+02:00: b\n",
    "a: &x 1\nb: *x\n", "a: &x 1\nb: &x 2\n", "a: *x\n", "&a [*a]", "? [a]\n: b", "? {a: b}\n: c", "&a k: 1\nl: *a\n",
    "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n", "a: &x {b: 1}\ne: &y {b: 2, f: 3}\nd: {<<: [*x, *y], g: 4}\n", "d: {a: 1, <<: {a: 2, b: 3}}\n",
    "d: {<<: {a: 1}, <<: {a: 2}}\n", "d: {<<: 1}", "d: {<<: [1]}", "'<<': 1", "=: 1", "a: =", "- <<", "a: !!set {b}", "a: !!omap [b: c]",
    "a: 1\n---\nb: 2\n", "a: 1\n...\nb: 2\n", "a: 1\n...\n", "%YAML 1.1\n---\na: 1\n", "%YAML 1.2\n---\na: 010\n", "%YAML 2.0\n---\na: 1\n",
    "%TAG !e! tag:yaml.org,2002:\n---\na: !e!int '1'\n", "\ufeffa: 1\n", "\ufeff# c\na: 1\n", "a: 1\n\ufeffb: 2\n", "a: |\n  b\n  c\n", "a: |\n  b",
    "a: |-\n  b\n\n", "a: |+\n  b\n\n", "a: |+\n  b\n ", "a: >\n  b\n  c\n\n  d\n", "a: >-\n  b\n   c\n  d\n", "a: |2\n   b\n", "a: |\n  b\n ", "a: |",
    "a: |+", "a: |\n\n\n", "a: b\n  c\n", "a: 'b\n  c\n\n  d'\n", "a: \"b \\\n  c\"\n", "a:\n- b\n- c\n", "a:\n\tb: c\n", "a:\tb\n", "a: b\t# c\n", "a: b #\tc\n",
    "a: [b,\tc]\n", "a: 'b\tc'\n", "a: b: c\n", "a:\n  b: 1\n c: 2\n", "a: [b\n", "a: 'b\n", "a: \"b\\", "- - - a\n    - b\n", "a: {b, c: d, ? e : f}\n", "[a: b, c]",
    "[a?b]", "{a: b?}", "a?: b?", "a: b\r\nc: d\r\n", "a: b\rc: d\r", "a: b\u2028c: d\n", "a: b\u0085c: d\n", "a: |#c\n  b\n", "? a\n? b\n", "a: ''\nb: \"\"\n",
    ": a\n", "a:\n  - &n v\n  - *n\n", "a:\n", "a: # c\n", "a: !!str\n", "a: &x\nb: *x\n",
]


def read(text):
    """The typed value, or null with the error."""
    try:
        value = yaml.load(text.encode("utf-8"), Loader=yaml.SafeLoader)
    except Exception as error:
        return {"text": text, "error": type(error).__name__}
    try:
        return {"text": text, "value": to_json(value)}
    except (RecursionError, TypeError):  # A list in itself, a set: read, but without a form here.
        return {"text": text, "value": {"other": type(value).__name__}}


def main():
    # Halves of surrogate pairs are left out: neither JSON nor Rust can hold them.
    texts = WORDS.split() + NUMBERS.split() + DATES.split() + SPACED
    scalars = []
    for text in texts:
        found = read(f"k: {text}\n")
        found["text"] = text
        if "value" in found:
            found["value"] = found["value"]["map"][0][1] if len(found["value"]["map"]) == 1 else None
            if found["value"] is None and text not in ("", "~", "null", "Null", "NULL", "!!null x"):
                continue
        scalars.append(found)
    table = {"pyyaml": yaml.__version__, "scalars": scalars, "files": [read(text) for text in FILES]}
    json.dump(table, sys.stdout, indent=0, ensure_ascii=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
