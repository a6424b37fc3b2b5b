#!/usr/bin/python3
"""Checks that running row by row changes nothing, for one model with data sets.

    check_rows.py MODEL_DIR WORK_DIR [--targets T,T...]

For each target, a plain package and one whose layers take turns where that
needs less memory:
  1. the second has layers that take turns, and no larger an arena.
  2. gcc and clang take its C with warnings as errors.
  3. It gives the bits of the plain package.
  4. It runs clean under AddressSanitizer and UndefinedBehaviorSanitizer.

Prints what fails; exit code 1 then.
"""

import sys

from check_model import SANITIZE, Failure, check_warnings, run, run_checks
from check_threads import build, outputs
import onnx_files
import package


def make_package(model, folder, target, options):
    command = [package.megcc(), "compile", model, "-o", folder, "--name", "net"]
    command += ["--target", target, "--weights", "c", "--exact", *options]
    run(command, f"megcc compile {' '.join(options)}")
    return package.Package(folder)


def check(model_dir, work, target):
    toolchain = package.Toolchain(target)
    model = model_dir / "model.onnx"
    plain = make_package(model, work / "plain", target, [])
    rows = make_package(model, work / "rows", target, ["--plan", "alias,rows"])
    source = (rows.folder / "net.c").read_text()
    arenas = [made.report["arena_bytes"] for made in (plain, rows)]
    print(f"{target}: arena {arenas[0]}, by rows {arenas[1]}")
    if "take turns" not in source:
        raise Failure("no layers take turns")
    if arenas[1] > arenas[0]:
        raise Failure("rows need more memory")
    check_warnings(rows, toolchain)

    graph = onnx_files.load_model(model)
    names = [value.name for value in onnx_files.real_inputs(graph)]
    files = onnx_files.numbered(onnx_files.data_sets(model_dir)[0], "input")
    values = {n: onnx_files.read_tensor(f)[1] for n, f in zip(names, files)}
    expected = outputs(
        build(plain, work / "plain_run", toolchain, ["-O1"]), plain, values, 1
    )
    for name, flags in (("rows_run", ["-O1"]), ("asan", SANITIZE)):
        if outputs(build(rows, work / name, toolchain, flags), rows, values, 1) != expected:
            raise Failure("row by row other bits come out")


if __name__ == "__main__":
    sys.exit(run_checks(__doc__, check, "native,generic"))
