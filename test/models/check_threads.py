#!/usr/bin/python3
"""Checks that threads change nothing, for one model with data sets.

    check_threads.py MODEL_DIR WORK_DIR [--targets T,T...]

Parts of a layer are as small as they can be, so that small networks are shared
too. For each target, a package on one thread, one with a pool, one with the
program's threads:
  1. gcc and clang take the C with warnings as errors.
  2. The pool on 1, 2, 3 and 8 threads, and the tasks one by one in reverse
     order, give the bits of one thread.
  3. The pool runs clean under ThreadSanitizer, AddressSanitizer and
     UndefinedBehaviorSanitizer.

Prints what fails; exit code 1 then.
"""

import os
import subprocess
import sys

from check_model import SANITIZE, Failure, check_warnings, run, run_checks
import onnx_files
import package

TSAN = ["-O1", "-g", "-fsanitize=thread"]
COUNTS = (1, 2, 3, 8)


def make_package(model, folder, target, threads):
    command = [package.megcc(), "compile", model, "-o", folder, "--name", "net"]
    command += ["--target", target, "--threads", threads, "--weights", "c"]
    run([*command, "--part-work", "50"], f"megcc compile --threads {threads}")
    return package.Package(folder)


def build(made, folder, toolchain, flags):
    program, error = package.build_driver([made], folder, toolchain, flags)
    if not program:
        raise Failure(f"{folder.name}: {error}")
    return program


def outputs(program, made, values, threads):
    """The output bytes of one call."""
    folder = program.parent
    made.write_inputs(values, folder / "net.in")
    done = subprocess.run(
        [program, "run", folder, "net"],
        capture_output=True,
        text=True,
        errors="replace",
        env={**os.environ, package.THREADS: str(threads)},
    )
    if done.stdout.strip() != "net ok":
        raise Failure(f"{folder.name}: {done.stdout.strip()}\n{done.stderr}")
    return (folder / "net.out").read_bytes()


def check(model_dir, work, target):
    toolchain = package.Toolchain(target)
    model = model_dir / "model.onnx"
    made = {
        threads: make_package(model, work / threads, target, threads)
        for threads in ("none", "pool", "user")
    }
    shared = sum(layer["parts"] > 1 for layer in made["pool"].report["layers"])
    print(f"{target}: {shared} of {len(made['pool'].report['layers'])} layers shared")
    for threads in ("pool", "user"):
        check_warnings(made[threads], toolchain)

    graph = onnx_files.load_model(model)
    names = [value.name for value in onnx_files.real_inputs(graph)]
    files = onnx_files.numbered(onnx_files.data_sets(model_dir)[0], "input")
    values = {n: onnx_files.read_tensor(f)[1] for n, f in zip(names, files)}

    plain = build(made["none"], work / "alone", toolchain, ["-O1"])
    expected = outputs(plain, made["none"], values, 1)
    programs = [("pool", build(made["pool"], work / "plain", toolchain, ["-O1"]), COUNTS)]
    programs += [("user", build(made["user"], work / "tasks", toolchain, ["-O1"]), (7,))]
    programs += [("pool", build(made["pool"], work / "tsan", toolchain, TSAN), (3,))]
    programs += [("pool", build(made["pool"], work / "asan", toolchain, SANITIZE), (3,))]
    for threads, program, counts in programs:
        for count in counts:
            if outputs(program, made[threads], values, count) != expected:
                raise Failure(f"--threads {threads}: other bits on {count} threads")


if __name__ == "__main__":
    sys.exit(run_checks(__doc__, check, "native"))
