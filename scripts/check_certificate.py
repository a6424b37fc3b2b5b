#!/usr/bin/env python3
"""Checks certificates that `megcc compile --certificate` wrote.

    check_certificate.py CERTIFICATE|PACKAGE...

A certificate is the argument why a package touches no memory but its own. This
program needs neither megcc nor any package of Python's. It verifies

  ranges     each access lies inside its argument, each argument inside its
             buffer, each buffer inside its memory (arena, stack, weights, the
             caller's inputs and outputs), where its alignment asks for it;
  lifetimes  whatever touches a buffer does so while it is declared alive, and
             no two buffers that are alive at one time have a byte in common;
  contents   the schedule is run, row by row where layers take turns, with a
             mark for every byte: what is read was written before, by the buffer
             and the row that are meant, and nothing was written there since;
             inputs and weights are written never, outputs wholly;
  sums       RAM_BYTES is what it consists of (also in the header beside the
             certificate, if there is one), the stack what the calls need, and
             the lower bound the sum of what is alive at its step.

What it takes for granted: that a call touches what is stated (megcc proves the
ranges from the loops that it prints, and knows rows from the kernels' index
maps; functions of the user's are trusted), and that a kernel which only writes
an argument reads there only what it wrote.
"""

import array
import json
import math
import pathlib
import re
import sys


class Refused(Exception):
    pass


def require(condition, message):
    if not condition:
        raise Refused(message)


def runs(offset, element, dims, cache={}):
    """The contiguous pieces (begin, end) of elements at every combination of
    dims, a flat list of extents and strides."""
    key = (element, *dims)
    if key not in cache:
        length, starts = element, [0]
        for extent, stride in sorted(zip(dims[::2], dims[1::2]), key=lambda d: d[1]):
            if len(starts) == 1 and stride == length:
                length *= extent
            else:
                starts = [s + i * stride for i in range(extent) for s in starts]
        cache[key] = (length, sorted(starts) if length else [])
    length, starts = cache[key]
    return [(offset + s, offset + s + length) for s in starts]


class Level:
    """The buffers and calls for one instruction set."""

    def __init__(self, certificate, level):
        self.whole, self.level = certificate, level
        self.buffers, self.calls = level["buffers"], level["calls"]
        self.streams, self.steps = level["streams"], level["steps"]
        # Of runs of bytes: from when to when alive, when touched first and last.
        self.touched = {}
        self.check_buffers()
        for call in self.calls:
            for number in range(len(call["arguments"])):
                self.check_argument(call, number)
        self.check_overlaps()
        self.run()
        self.check_bound()
        pointer, stated = certificate["address_bytes"], level["stack_bytes"]
        calls = (call["stack_bytes"] + pointer * len(call["arguments"]) for call in self.calls)
        total = max(calls, default=0) + level["number_bytes"] + certificate["interface_stack_bytes"]
        require(total == stated, f"stack_bytes is said to be {stated}, but is {total}")

    def name(self, number):
        return f"buffer {number} ({self.buffers[number]['name']})"

    def memory(self, buffer):
        """Which memory a buffer lies in, and its size."""
        space = buffer["space"]
        if space in ("input", "output"):
            port = self.whole[space + "s"][buffer[space]]
            require(not port["in_arena"], f"{buffer['name']} lies in the arena")
            require(not port.get("streamed"), f"{buffer['name']} is nowhere as a whole")
            return (space, buffer[space]), port["bytes"]
        sizes = {"arena": self.level["arena_bytes"], "stack": self.level["number_bytes"]}
        return (space, 0), {**sizes, "weights": self.whole["weights_bytes"]}[space]

    def check_buffers(self):
        for number, buffer in enumerate(self.buffers):
            (space, _), size = self.memory(buffer)
            begin, end = buffer["offset"], buffer["offset"] + buffer["bytes"]
            place = f"{self.name(number)} takes bytes {begin} to {end} of the {space}"
            require(0 <= begin <= end <= size, f"{place}, which has {size}")
            regions = [(r["base"], r["base"] + r["bytes"]) for r in self.level.get("regions", [])]
            inside = any(low <= begin and end <= high for low, high in regions) or not regions
            require(inside or space != "arena", f"{place}, in none of its memories")
            aligned = begin % buffer["alignment"] == 0
            require(aligned, f"{place}, which is not aligned to {buffer['alignment']}")
            for port in {"input", "output"} & buffer.keys():
                size = self.whole[port + "s"][buffer[port]]["bytes"]
                require(buffer["bytes"] == size, f"{place}; the {port} has {size}")
            for offset, size, first, last in buffer.get("alive", []):
                inside = 0 <= offset and offset + size <= buffer["bytes"] and first <= last
                require(inside, f"{place}; a part of it lies outside")

    def check_argument(self, call, number):
        argument, where = call["arguments"][number], f"{call['name']}, argument {number},"
        buffer, element = self.buffers[argument["buffer"]], argument["element"]
        begin, size = argument["offset"], argument["bytes"]
        inside = 0 <= begin and begin + size <= buffer["bytes"]
        place = f"takes bytes {begin} to {begin + size} of {self.name(argument['buffer'])}"
        require(inside, f"{where} {place}, which has {buffer['bytes']}")
        aligned = (buffer["offset"] + begin) % element == 0
        require(aligned, f"{where} is not aligned to its elements of {element} bytes")
        end = max((end for _, end in runs(0, element, argument["dims"])), default=0)
        require(end <= size, f"{where} has elements outside of its {size} bytes")
        for key in ("reads", "writes"):
            low, high = argument.get(key, (0, 0))
            require(0 <= low <= high <= size, f"{where} {key} bytes {low} to {high}, but has {size}")
        writes = "write" in argument["access"]
        constant = buffer["space"] in ("weights", "input") or "preloaded" in buffer
        require(writes or "writes" not in argument, f"{where} is written, but read only")
        require(not writes or not constant, f"{where} writes what is constant")

    def check_overlaps(self):
        """No two buffers that are alive at one time share a byte."""
        parts, active = [], []
        for number, buffer in enumerate(self.buffers):
            turns = (buffer["stream"], *buffer["turns"]) if "turns" in buffer else None
            for offset, size, first, last in buffer.get("alive", []):
                begin = buffer["offset"] + offset
                place = (self.memory(buffer)[0], begin, begin + size)
                parts.append((*place, first, last, turns, number))
        for part in sorted(parts, key=lambda p: p[:2]):
            space, begin, _, first, last, turns, number = part
            active = [other for other in active if other[0] == space and other[2] > begin]
            for *_, other_first, other_last, other_turns, other in active:
                apart = last < other_first or other_last < first or other == number
                if turns and other_turns and turns[0] == other_turns[0]:
                    apart |= turns[2] < other_turns[1] or other_turns[2] < turns[1]
                both = f"{self.name(other)} and {self.name(number)}"
                require(apart, f"{both} are alive at one time and share byte {begin}")
            active.append(part)

    def check_alive(self, number, piece, step):
        """A run of bytes that is touched at `step` is declared alive then."""
        buffer, known = self.buffers[number], self.touched.get((number, piece))
        if known is None:
            first, last, missing = -1, self.steps, piece[1] - piece[0]
            for offset, size, born, dead in buffer["alive"]:
                shared = min(piece[1], offset + size) - max(piece[0], offset)
                if shared > 0:
                    first, last, missing = max(first, born), min(last, dead), missing - shared
            known = [first, last if missing <= 0 else first - 1, step, step]
            self.touched[number, piece] = known
        known[2:] = min(known[2], step), max(known[3], step)
        alive = known[0] <= step <= known[1]
        if alive and "turns" in buffer:
            stream = self.streams[buffer["stream"]]
            calls = stream["last_call"] - stream["first_call"] + 1
            turn = (step - stream["first_step"]) % calls
            alive = buffer["turns"][0] <= turn <= buffer["turns"][1]
        require(alive, f"{self.name(number)} is touched at step {step}, when it is not alive")

    def firings(self):
        """(step, call, which firing of it or None), in order."""
        starts = {stream["first_call"]: stream for stream in self.streams}
        step = index = 0
        while index < len(self.calls):
            stream, call = starts.get(index), self.calls[index]
            if stream is None:
                in_order = "stream" not in call and call["step"] == step
                require(in_order, f"{call['name']} is out of order")
                yield step, call, None
                index, step = index + 1, step + 1
                continue
            calls = self.calls[index : stream["last_call"] + 1]
            require(calls and stream["first_step"] == step, "a stream is out of order")
            for call in calls:
                end = call["start"] + call["period"] * (call["count"] - 1)
                require(end < stream["ticks"], f"{call['name']} does not come to its end")
            for tick in range(stream["ticks"]):
                for position, call in enumerate(calls):
                    firing, rest = divmod(tick - call["start"], call["period"])
                    if rest == 0 and 0 <= firing < call["count"]:
                        yield step + tick * len(calls) + position, call, firing
            index, step = index + len(calls), step + stream["ticks"] * len(calls)
        require(step == self.steps, f"there are {step} steps, not {self.steps}")

    def accesses(self, call, firing):
        """(is it a write, argument, row or -1, pieces of its buffer): what a
        call, or a firing of it, touches; what is read first."""
        arguments, found, given = call["arguments"], [], call.get("rows", [])
        kinds = {(n, k) for n, a in enumerate(arguments) for k in ("read", "write") if k in a["access"]}
        if firing is None:
            given = [{**arguments[n], "argument": n, "access": kind} for n, kind in kinds]
        stated = {(access["argument"], access["access"]) for access in given}
        require(stated == kinds, f"{call['name']}: rows for other arguments than it has")
        for access in given:
            number, kind, argument = access["argument"], access["access"], arguments[access["argument"]]
            low, high = (argument["offset"] + x for x in argument.get(kind + "s", (0, 0)))
            flat = access["firings"][firing] if firing is not None else [-1, argument["offset"]]
            for row, offset in zip(flat[::2], flat[1::2]):
                pieces = runs(offset, access["element"], access["dims"])
                pieces = [(max(b, low), min(e, high)) for b, e in pieces if b < high and e > low]
                label = row if "ring" in access else -1
                found.append((kind == "write", number, label, pieces))
        return sorted(found, key=lambda access: access[0])

    def check_aliases(self, call, accesses):
        """What a call writes is no other argument of its."""
        for _, number, _, pieces in (access for access in accesses if access[0] and access[3]):
            for _, other, _, others in accesses:
                a, b = (self.buffers[call["arguments"][n]["buffer"]] for n in (number, other))
                if number == other or not others or self.memory(a)[0] != self.memory(b)[0]:
                    continue
                shift = b["offset"] - a["offset"]
                if others[0][0] + shift >= pieces[-1][1] or pieces[0][0] >= others[-1][1] + shift:
                    continue
                merged = sorted(pieces + [(begin + shift, end + shift) for begin, end in others])
                apart = all(end <= begin for (_, end), (begin, _) in zip(merged, merged[1:]))
                require(apart, f"{call['name']}: argument {number}, written, overlaps {other}")

    def unit(self):
        """Every offset and size is a multiple of this."""
        numbers = [buffer[key] for buffer in self.buffers for key in ("offset", "bytes")]
        for access in (a for call in self.calls for a in call["arguments"] + call.get("rows", [])):
            numbers += [access["element"], *access["dims"][1::2], access.get("offset", 0)]
            numbers += [x for key in ("reads", "writes") for x in access.get(key, ())]
            numbers += [x for flat in access.get("firings", ()) for x in flat[1::2]]
        return math.gcd(*numbers) or 1

    def run(self):
        """Runs the schedule with a mark for every byte."""
        unit, marks, memories = self.unit(), {}, {}

        def touch(number, row, pieces, step, reader):
            """Writes the buffer's and row's mark, or looks for it."""
            buffer = self.buffers[number]
            key, size = self.memory(buffer)
            if key not in memories:
                memories[key] = array.array("I", [0]) * (size // unit + 1)
            mark = array.array("I", [marks.setdefault((number, row), len(marks) + 1)])
            for piece in pieces:
                self.check_alive(number, piece, step)
                begin, end = ((buffer["offset"] + x) // unit for x in piece)
                if reader is None:
                    memories[key][begin:end] = mark * (end - begin)
                elif memories[key][begin:end] != mark * (end - begin):
                    explain(number, row, set(memories[key][begin:end]), reader)

        def explain(number, row, found, reader):
            what = f"{reader} reads {self.name(number)}"
            require(0 not in found, f"{what} where nothing was written")
            for owner, held in (key for key, mark in marks.items() if mark in found):
                require(owner == number, f"{what}, which {self.name(owner)} has overwritten")
                require(row in (-1, held), f"{what}, row {row}, where row {held} is")

        def touch_ports(port, step, reader):
            for number, buffer in enumerate(self.buffers):
                if port in buffer:
                    touch(number, -1, [(0, buffer["bytes"])], step, reader)

        touch_ports("input", -1, None)
        touch_ports("preloaded", -1, None)
        for step, call, firing in self.firings():
            accesses = self.accesses(call, firing)
            self.check_aliases(call, accesses)
            for is_write, argument, row, pieces in accesses:
                number = call["arguments"][argument]["buffer"]
                if self.buffers[number]["space"] != "weights":
                    touch(number, row, pieces, step, None if is_write else call["name"])
        touch_ports("output", self.steps, "the caller")
        touch_ports("preloaded", self.steps, "the next run")

    def check_bound(self):
        """Each byte of the witness is touched both up to its step and from it on."""
        bound, arena = self.level["lower_bound"], self.level["arena_bytes"]
        step, total = bound.get("step"), sum(size for _, size in bound["alive"])
        require(bound["bytes"] == total, f"the lower bound is {bound['bytes']}, its sum {total}")
        require(total <= arena, f"the arena of {arena} bytes is below its lower bound {total}")
        require(len({n for n, _ in bound["alive"]}) == len(bound["alive"]), "a buffer counts twice")
        for number, size in bound["alive"]:
            alive, at, before, after, changes = 0, 0, 0, 0, []
            for (owner, (begin, end)), (_, _, first, last) in self.touched.items():
                if owner == number and step is not None:
                    counts = (first <= step, last >= step)
                    changes += [(begin, counts), (end, [-x for x in counts])]
            for edge, counts in sorted(changes, key=lambda change: change[0]):
                alive += (edge - at) * (before > 0 and after > 0)
                at, before, after = edge, before + counts[0], after + counts[1]
            if step is None and len(bound["alive"]) == 1:  # A buffer is in one piece.
                alive = self.buffers[number]["bytes"]
            claim = f"the lower bound counts {size} bytes of {self.name(number)} at step {step}"
            counted = alive >= size and self.buffers[number]["space"] == "arena"
            require(counted, f"{claim}, but {alive} are alive there")


def check(path):
    """Returns what to say of a certificate that holds."""
    certificate = json.loads(path.read_text())
    require(certificate.get("version") == 1, "is of another version")
    levels = certificate["levels"]
    for level in levels:
        Level(certificate, level)
    needed = {key: max(level[key] for level in levels) for key in ("arena_bytes", "stack_bytes")}
    ports = certificate["inputs"] + certificate["outputs"]
    needed["io_bytes"] = sum(
        port["bytes"] for port in ports if not port["in_arena"] and not port.get("streamed"))
    needed["ram_bytes"] = sum(certificate[key + "_bytes"] for key in ("arena", "io", "context"))
    for key, size in needed.items():
        require(size == certificate[key], f"{key} is said to be {certificate[key]}, but is {size}")
    header = path.parent / (certificate["name"] + ".h")
    text, prefix = header.read_text() if header.is_file() else "", certificate["name"].upper()
    for word in ("RAM", "ARENA", "CONTEXT", "STACK"):
        for found in re.findall(rf"^#define {prefix}_{word}_BYTES \(?(\d+)", text, re.M):
            stated = certificate[word.lower() + "_bytes"]
            require(int(found) == stated, f"the header's {word}_BYTES is {found}, not {stated}")
    calls, buffers = (sum(len(level[key]) for level in levels) for key in ("calls", "buffers"))
    bound = max(level["lower_bound"]["bytes"] for level in levels)
    arena = f"arena {certificate['arena_bytes']} (with these lifetimes at least {bound})"
    return f"holds: {calls} calls, {buffers} buffers, RAM {certificate['ram_bytes']}, {arena}"


def main(paths):
    if not paths or any(path.startswith("-") for path in paths):
        print(__doc__)
        return 2
    code = 0
    for path in paths:
        try:
            file = pathlib.Path(path)
            if file.is_dir():
                file /= "certificate.json"
            print(f"{path}: {check(file)}")
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            print(f"{path}: is no whole certificate: {error!r}")
            code = 1
        except (OSError, ValueError, Refused) as error:
            print(f"{path}: {error}")
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
