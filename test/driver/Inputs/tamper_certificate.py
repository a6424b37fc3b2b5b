#!/usr/bin/python3
"""Makes a certificate wrong in one place, and shows what the checker says.

    tamper_certificate.py CHECKER PACKAGE KIND...

Each KIND is a function below. Prints a line for each; exit code 1 if the
checker lets one pass.
"""

import copy
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile


def inner(level):
    """Buffers of the arena that are neither inputs nor outputs."""
    known = {"input", "output", "preloaded"}
    return [b for b in level["buffers"] if b["space"] == "arena" and not known & b.keys()]


def moved_offset(whole, level):
    """A buffer lies where one does that is alive at the same time."""
    buffers = [b for b in inner(level) if len(b["alive"]) == 1 and "turns" not in b]
    for a in buffers:
        for b in buffers:
            (_, _, first, last), (_, _, other_first, other_last) = a["alive"][0], b["alive"][0]
            if a is not b and first <= other_last and other_first <= last:
                a["offset"] = b["offset"]
                return


def crooked_offset(whole, level):
    inner(level)[0]["offset"] += 4


def beyond_arena(whole, level):
    inner(level)[0]["offset"] = level["arena_bytes"]


def first_argument(level, access):
    return next(a for c in level["calls"] for a in c["arguments"] if a["access"] == access)


def enlarged_range(whole, level):
    first_argument(level, "read")["reads"][1] += 4


def narrowed_write(whole, level):
    first_argument(level, "write")["writes"][1] -= 4


def written_weights(whole, level):
    for call in level["calls"]:
        for argument in call["arguments"]:
            if level["buffers"][argument["buffer"]]["space"] == "weights":
                argument["access"], argument["writes"] = "readwrite", argument["reads"]
                return


def shortened_lifetime(whole, level):
    part = max((part for b in inner(level) for part in b["alive"]), key=lambda p: p[3] - p[2])
    part[3] -= 1


def wrong_sum(whole, level):
    whole["ram_bytes"] += 4


def other_header(whole, level):
    whole["context_bytes"] += 8
    whole["ram_bytes"] += 8


def wrong_stack(whole, level):
    level["stack_bytes"] = whole["stack_bytes"] = whole["stack_bytes"] - 8


def wrong_bound(whole, level):
    level["lower_bound"]["bytes"] -= 4


def dead_witness(whole, level):
    """The bound counts bytes that are not alive, and as many fewer elsewhere."""
    alive = level["lower_bound"]["alive"]
    alive[0][1] += 4
    alive[-1][1] -= 4


def late_call(whole, level):
    level["calls"][0], level["calls"][1] = level["calls"][1], level["calls"][0]


def wrong_row(whole, level):
    """A ring's reader finds another row than it means."""
    for call in level["calls"]:
        for rows in call.get("rows", []):
            if "ring" in rows and rows["access"] == "read":
                rows["firings"][-1][0] += 1
                return


def missing_field(whole, level):
    del level["calls"][0]["arguments"]


def main(checker, package, *kinds):
    good, code = json.loads((pathlib.Path(package) / "certificate.json").read_text()), 0
    for kind in kinds:
        whole = copy.deepcopy(good)
        globals()[kind](whole, whole["levels"][0])
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(pathlib.Path(package) / "net.h", folder)
            path = pathlib.Path(folder) / "certificate.json"
            path.write_text(json.dumps(whole))
            done = subprocess.run(
                [sys.executable, checker, path], capture_output=True, text=True
            )
        if done.returncode != 1:
            code = 1
        print(f"{kind}: {done.stdout.replace(str(path), '').strip()}{done.stderr}")
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
