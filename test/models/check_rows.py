#!/usr/bin/python3
"""Checks that running row by row, or patch by patch, changes nothing, for one
model with data sets.

    check_rows.py MODEL_DIR WORK_DIR [--targets T,T...] [--plan rows|patches]

For each target, a plain package and one whose layers take turns where that
needs less memory, or are cut into patches:
  1. the second has layers that take turns, or patches whose extra
     multiply-accumulates are what it does more than the first, and no larger an
     arena.
  2. gcc and clang take its C with warnings as errors.
  3. It gives the bits of the plain package.
  4. It runs clean under AddressSanitizer and UndefinedBehaviorSanitizer.

Prints what fails; exit code 1 then.
"""

import argparse
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


def count_macs(made):
    return sum(layer["macs"] for layer in made.report["layers"])


def check(model_dir, work, target, plan="rows"):
    toolchain = package.Toolchain(target)
    model = model_dir / "model.onnx"
    plain = make_package(model, work / "plain", target, [])
    rows = make_package(model, work / plan, target, ["--plan", f"alias,{plan}"])
    source = (rows.folder / "net.c").read_text()
    arenas = [made.report["arena_bytes"] for made in (plain, rows)]
    print(f"{target}: arena {arenas[0]}, by {plan} {arenas[1]}")
    if plan == "rows" and "take turns" not in source:
        raise Failure("no layers take turns")
    if plan == "patches":
        if not any("patches over layers" in line for line in rows.report["plan"]):
            raise Failure("no layers run patch by patch")
        if rows.report["extra_macs"] != count_macs(rows) - count_macs(plain):
            raise Failure("extra_macs is not what patches do again")
        if rows.report["weights_bytes"] > plain.report["weights_bytes"]:
            raise Failure("patches have weights of their own")
    if arenas[1] > arenas[0]:
        raise Failure(f"{plan} need more memory")
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
            raise Failure(f"by {plan} other bits come out")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--plan", choices=["rows", "patches"], default="rows")
    options, sys.argv[1:] = parser.parse_known_args()
    sys.exit(
        run_checks(
            __doc__,
            lambda model_dir, work, target: check(
                model_dir, work, target, options.plan
            ),
            "native,generic",
        )
    )
