"""Checks the sizes in the report of a package for several levels."""

import json
import sys

report = json.load(open(sys.argv[1]))
levels = report["levels"]
assert report["target"] == ",".join(level["target"] for level in levels)
assert report["arena_bytes"] == max(level["arena_bytes"] for level in levels)
own = [level["weights_bytes"] for level in levels]
assert max(own) < report["weights_bytes"] < sum(own), (own, report["weights_bytes"])
for level in levels:
    for layer in level["layers"]:
        for operand in layer["operands"]:
            end = operand["offset"] + operand["bytes"]
            if operand["buffer"] == "weights":
                assert end <= report["weights_bytes"]
            if operand["buffer"] == "arena":
                assert end <= level["arena_bytes"]
