"""Instances of which the smallest arena is known, for the arena planner.

A rectangle, time by bytes, is cut into random pieces by straight cuts from side
to side; each piece is a buffer. No byte of the rectangle is left unused at any
time, so its height is both a solution and the lower bound. `check CAPACITY`
reads what megcc-offsets printed and recomputes that it fits.
"""

import random
import sys

STEPS, BYTES = 64, 65536


def cut(rng, lower, upper, size, pieces):
    """Cuts [lower, upper) x size into `pieces` buffers."""
    if pieces == 1:
        return [(lower, upper, size)]
    left = rng.randint(1, pieces - 1)
    across_time = rng.random() < 0.5
    if across_time and upper - lower > 1:
        at = rng.randint(lower + 1, upper - 1)
        return cut(rng, lower, at, size, left) + cut(rng, at, upper, size, pieces - left)
    if size > 64:
        at = rng.randrange(64, size, 64)
        return cut(rng, lower, upper, at, left) + cut(rng, lower, upper, size - at, pieces - left)
    return [(lower, upper, size)]


def generate(seed, pieces):
    rng = random.Random(seed)
    buffers = cut(rng, 0, STEPS, BYTES, pieces)
    rng.shuffle(buffers)
    print("id,lower,upper,size")
    for i, (lower, upper, size) in enumerate(buffers):
        print(f"{i},{lower},{upper},{size}")


def check(capacity):
    lines = sys.stdin.read().splitlines()
    assert lines[0] == "id,lower,upper,size,offset"
    buffers = [[int(n) for n in line.split(",")] for line in lines[1:]]
    for _, lower, upper, size, offset in buffers:
        assert offset >= 0 and offset + size <= capacity, "past the end"
    for i, (_, lower, upper, size, offset) in enumerate(buffers):
        for _, lower2, upper2, size2, offset2 in buffers[:i]:
            apart_in_time = upper <= lower2 or upper2 <= lower
            apart = offset + size <= offset2 or offset2 + size2 <= offset
            assert apart_in_time or apart, "two live buffers overlap"
    print(f"{len(buffers)} buffers fit into {capacity}")


if sys.argv[1] == "check":
    check(int(sys.argv[2]))
else:
    generate(int(sys.argv[1]), int(sys.argv[2]))
