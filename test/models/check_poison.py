#!/usr/bin/python3
"""Checks that a plan touches no dead byte, for one model with data sets.

    check_poison.py MODEL_DIR WORK_DIR [--targets T,T...]

For each target and each of several plans:
  1. The certificate holds (scripts/check_certificate.py).
  2. The package gives the bits of the plain one.
  3. So it does under AddressSanitizer with every buffer poisoned while the
     certificate says that it is dead: before each call, in streams before each
     firing, and with guards around the arena.

Prints what fails; exit code 1 then.
"""

import json
import re
import shutil
import subprocess
import sys

from check_model import Failure, run, run_checks
from check_threads import build, outputs
import onnx_files
import package

POISON = ["-O1", "-fsanitize=address"]
CHECKER = package.ROOT / "scripts" / "check_certificate.py"

PRELUDE = """#include <sanitizer/asan_interface.h>
#include <stddef.h>
#include <stdint.h>
/* Offset, bytes, first and last step; in streams the first of its steps, steps
   in a tick, and which of these. */
static const int64_t poison_parts[][8] = {
%s  {0, 0, -1, -1, 0, 1, 0, 0}};
static void poison_step(unsigned char *arena, int64_t step) {
  ASAN_POISON_MEMORY_REGION(arena, %d);
  for (size_t i = 0; i < sizeof poison_parts / sizeof *poison_parts; ++i) {
    const int64_t *p = poison_parts[i];
    int64_t turn = (step - p[4]) %% p[5];
    if (p[2] <= step && step <= p[3] && p[6] <= turn && turn <= p[7])
      ASAN_UNPOISON_MEMORY_REGION(arena + p[0], p[1]);
  }
}
"""


def make_package(model, folder, target, options):
    shutil.rmtree(folder, ignore_errors=True)
    command = [package.megcc(), "compile", model, "-o", folder, "--name", "net"]
    command += ["--target", target, "--weights", "c", "--exact", *options]
    run(command, f"megcc compile {' '.join(options)}")
    return package.Package(folder)


def find_call(text, kernel, start):
    """Begin and end of the next statement that calls `kernel`."""
    match = re.compile(rf"\b{kernel}\(").search(text, start)
    if not match:
        raise Failure(f"{kernel} is not called where the certificate says")
    return match.start(), text.index(");", match.end()) + 2


def poison(made, folder):
    """A copy of the package with dead bytes poisoned."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(made.folder, folder)
    level = json.loads((folder / "certificate.json").read_text())["levels"][0]
    rows = []
    for buffer in level["buffers"]:
        if buffer["space"] != "arena":
            continue
        turns = (0, 1, 0, 0)
        if "turns" in buffer:
            stream = level["streams"][buffer["stream"]]
            count = stream["last_call"] - stream["first_call"] + 1
            turns = (stream["first_step"], count, *buffer["turns"])
        for offset, size, first, last in buffer["alive"]:
            fields = (buffer["offset"] + offset, size, first, last, *turns)
            rows.append("  {%s},\n" % ", ".join(map(str, fields)))
    source = folder / "net.c"
    text = source.read_text()
    at = text.index("void net_layers(")
    pieces, done = [], 0
    for number, call in enumerate(level["calls"]):
        begin, end = find_call(text, call["kernel"], at)
        step = str(call.get("step"))
        if "stream" in call:
            stream = level["streams"][call["stream"]]
            first = stream["first_call"]
            count = stream["last_call"] - first + 1
            step = f"{stream['first_step'] + number - first} + (int64_t)tick * {count}"
        pieces += [text[done:begin], "{\n poison_step(arena, ", step, ");\n "]
        pieces += [text[begin:end], "\n}"]
        at = done = end
    close = text.index("\n}\n", at)
    unpoison = f"\n  ASAN_UNPOISON_MEMORY_REGION(arena, {level['arena_bytes']});"
    pieces += [text[done:close], unpoison, text[close:]]
    prelude = PRELUDE % ("".join(rows), level["arena_bytes"])
    source.write_text(prelude + "".join(pieces))
    return package.Package(folder)


def check(model_dir, work, target):
    toolchain = package.Toolchain(target)
    model = model_dir / "model.onnx"
    graph = onnx_files.load_model(model)
    names = [value.name for value in onnx_files.real_inputs(graph)]
    files = onnx_files.numbered(onnx_files.data_sets(model_dir)[0], "input")
    values = {n: onnx_files.read_tensor(f)[1] for n, f in zip(names, files)}

    plain = make_package(model, work / "plain", target, [])
    program = build(plain, work / "plain_run", toolchain, ["-O1"])
    expected = outputs(program, plain, values, 1)
    # The smallest budget takes what recomputation can do.
    done = subprocess.run(
        [package.megcc(), "compile", model, "-o", work / "none", "--target", target]
        + ["--exact", "--plan", "order,alias,recompute", "--memory-budget", "1"],
        capture_output=True,
        text=True,
    )
    smallest = re.search(r"smallest plan found for \S+ takes (\d+)", done.stderr)
    if not smallest:
        raise Failure(f"no smallest budget: {done.stderr}")
    plans = {
        "alias": ["--plan", "order,alias"],
        "rows": ["--plan", "alias,rows"],
        "recompute": ["--plan", "order,alias,recompute", "--memory-budget", smallest[1]],
    }
    for plan, options in plans.items():
        made = make_package(model, work / plan, target, [*options, "--certificate"])
        holds = run([sys.executable, CHECKER, made.folder / "certificate.json"], "certificate")
        print(f"{target}, {plan}: {holds.split(': ', 1)[1]}", end="")
        poisoned = poison(made, work / f"{plan}_poisoned")
        program = build(poisoned, work / f"{plan}_run", toolchain, POISON)
        if outputs(program, poisoned, values, 1) != expected:
            raise Failure(f"with --plan {plan} other bits come out")


if __name__ == "__main__":
    sys.exit(run_checks(__doc__, check, "native"))
