#!/usr/bin/python3
"""Checks all that a package promises, for one model with data sets.

    check_model.py MODEL_DIR WORK_DIR [--targets T,T...]

MODEL_DIR holds model.onnx and test_data_set_N. For each target:
  1. megcc compile; the same model in another folder gives the same bytes.
  2. gcc and clang take the C with warnings as errors.
  3. megcc verify agrees with the data sets.
  4. the package runs clean under AddressSanitizer and
     UndefinedBehaviorSanitizer, and stays inside its arena.

Prints what fails; exit code 1 then.
"""

import argparse
import filecmp
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/pylib"))
import onnx_files
import package

STRICT = ["-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Werror"]
SANITIZE = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]


class Failure(Exception):
    pass


def run(command, what):
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, errors="replace"
    )
    if done.returncode:
        output = (done.stdout + done.stderr).strip()
        raise Failure(f"{what} (exit code {done.returncode}):\n{output}")
    return done.stdout


def make_package(model, folder, target):
    shutil.rmtree(folder, ignore_errors=True)
    run(
        [package.megcc(), "compile", model, "-o", folder, "--name", "net"]
        + ["--target", target],
        f"megcc compile --target {target}",
    )
    return package.Package(folder)


def check_reproducible(model, made, work, target):
    """A copy of the model elsewhere gives the same files."""
    elsewhere = work / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    shutil.copy(model, elsewhere / "another_name.onnx")
    make_package(elsewhere / "another_name.onnx", elsewhere / "package", target)
    names = sorted(p.name for p in made.folder.iterdir())
    if names != sorted(p.name for p in (elsewhere / "package").iterdir()):
        raise Failure("another folder gives other files")
    _, differing, _ = filecmp.cmpfiles(
        made.folder, elsewhere / "package", names, shallow=False
    )
    if differing:
        raise Failure(f"another folder gives other bytes in {', '.join(differing)}")


def check_warnings(made, toolchain):
    """Strict compilation by every compiler there is for the target."""
    pedantic = ["-pedantic"] if toolchain.target == "generic" else []
    sources = [source for source in made.sources() if source.suffix == ".c"]
    compilers = [[toolchain.compiler, "-O1", "-c", "-o", os.devnull]]
    clang = shutil.which("clang-19") or shutil.which("clang")
    if clang:
        compilers.append([clang, *toolchain.clang_flags, "-fsyntax-only"])
    for compiler in compilers:
        for source in sources:
            command = [*compiler, *STRICT, *pedantic, f"-I{made.folder}", source]
            run(command, f"{compiler[0]} on {source.name}")


def check_sanitizers(made, model_dir, work, toolchain):
    """Every data set, with the package instrumented."""
    program, error = package.build_driver([made], work / "asan", toolchain, SANITIZE)
    if not program:
        raise Failure(f"the sanitizers' build: {error}")
    model = onnx_files.load_model(model_dir / "model.onnx")
    names = [value.name for value in onnx_files.real_inputs(model)]
    for data_set in onnx_files.data_sets(model_dir):
        files = onnx_files.numbered(data_set, "input")
        values = {n: onnx_files.read_tensor(f)[1] for n, f in zip(names, files)}
        made.write_inputs(values, program.parent / f"{made.name}.in")
        command = [program, "run", program.parent, made.name]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        if done.stdout.strip() != f"{made.name} ok":
            raise Failure(f"sanitizers: {done.stdout.strip()}\n{done.stderr}")


def check(model_dir, work, target):
    toolchain = package.Toolchain(target)
    model = model_dir / "model.onnx"
    made = make_package(model, work / "package", target)
    check_reproducible(model, made, work, target)
    check_warnings(made, toolchain)
    if toolchain.cannot_run():
        print(f"{target}: compiled only: {toolchain.cannot_run()}")
        return
    run(
        [package.megcc(), "verify", made.folder, "--data", model_dir],
        f"megcc verify, {target}",
    )
    if not toolchain.run_prefix:  # the sanitizers do not run under QEMU
        check_sanitizers(made, model_dir, work, toolchain)


def run_checks(description, check, default_targets):
    """main() of a checker: check(model_dir, work, target) for each target."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model_dir", type=pathlib.Path)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("--targets", default=default_targets)
    args = parser.parse_args()
    failed = False
    for target in args.targets.split(","):
        work = args.work_dir.resolve() / target
        work.mkdir(parents=True, exist_ok=True)
        try:
            check(args.model_dir.resolve(), work, target)
        except Failure as failure:
            failed = True
            print(f"{args.model_dir.name}, {target}: {failure}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run_checks(__doc__, check, "generic,native,armv8-a"))
