"""Everything that scripts/test runs once megcc is built.

    run_tests.py [--all]

Each suite prints its own line; the last line counts all their tests. --all adds
what takes long: every conformance test on every target and at its smallest
budget, and clang-tidy.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
LIT = "/usr/lib/llvm-19/build/utils/lit/lit.py"
ONNX_DATA = "/usr/share/libonnx-testdata/data"
OTHER_TARGETS = [
    *("generic", "x86-64-v2", "x86-64-v3", "x86-64-v4"),
    *("armv8-a", "armv7-a+neon"),
]
SAMPLE = "120"
# A number of inputs, not of seconds: the same ones everywhere.
FUZZ_LIMIT = "-runs=20000"
SOURCES = ["codegen", "dialects", "include", "lib", "passes", "tools", "test"]


def tracked(*patterns):
    """Files under version control that match, generated C templates aside."""
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True
    )
    return listed.stdout.split()


def command_suite(command):
    """A suite of one test: the command succeeds."""
    code = subprocess.run(command, cwd=ROOT).returncode
    return (1, 0, 0) if code == 0 else (0, 1, 0)


def check_format():
    """clang-format agrees with every C++ source."""
    files = tracked(*(f"{d}/**.{s}" for d in SOURCES for s in ("cpp", "h")))
    return command_suite(["clang-format-19", "--dry-run", "-Werror", *files])


def check_tests():
    """Every test checks something."""
    return command_suite(["scripts/check_tests"])


def clang_tidy():
    """clang-tidy's checks (.clang-tidy) hold in every C++ source."""
    files = tracked(*(f"{d}/**.cpp" for d in SOURCES))
    # The precompiled header is gcc's; clang parses the headers themselves.
    return command_suite(
        ["run-clang-tidy-19", "-quiet", "-p", str(BUILD), "-j", str(os.cpu_count())]
        + ["-extra-arg=-Wno-ignored-gch", *files]
    )


def lit():
    """The lit suite, with whole models and example projects in it."""
    results = BUILD / "test" / "results.json"
    results.unlink(missing_ok=True)
    subprocess.run([sys.executable, LIT, "-sv", "--output", results, BUILD / "test"])
    if not results.exists():
        return 0, 1, 0
    codes = [test["code"] for test in json.loads(results.read_text())["tests"]]
    passed = sum(code in ("PASS", "FLAKYPASS", "XFAIL") for code in codes)
    skipped = sum(code in ("UNSUPPORTED", "SKIPPED", "EXCLUDED") for code in codes)
    return passed, len(codes) - passed - skipped, skipped


def conformance(target, *options):
    """ONNX's backend tests on a target; failures are shown, skips go to a log."""

    def suite():
        log = BUILD / "test" / f"conformance{'-'.join([''] + [target, *options])}.log"
        command = ["test/onnx/conformance.py", ONNX_DATA, "--target", target, *options]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        log.write_text(done.stdout + done.stderr)
        lines = done.stdout.splitlines()
        print("\n".join(line for line in lines if line.startswith("FAILED")), end="")
        try:
            return tuple(int(part.split()[0]) for part in lines[-1].split(", "))
        except (IndexError, ValueError):
            print(done.stderr)
            return 0, 1, 0

    suite.__doc__ = f"ONNX conformance, {' '.join([target, *options])}"
    return suite


def fuzz():
    """The importer and the nn level on damaged models."""
    folder = ROOT / "build-fuzz" / "brief"
    shutil.rmtree(folder, ignore_errors=True)
    log = BUILD / "test" / "fuzz.log"
    with log.open("w") as out:
        code = subprocess.run(
            ["scripts/fuzz", FUZZ_LIMIT, folder], cwd=ROOT, stdout=out, stderr=out
        ).returncode
    if code:
        print("".join(log.read_text().splitlines(keepends=True)[-60:]))
    return (0, 1, 0) if code else (1, 0, 0)


def suites(everything):
    chosen = [check_format, check_tests, lit, fuzz]
    chosen += [conformance("native"), conformance("native", "--freeze-inputs")]
    least = [] if everything else ["--sample", SAMPLE]
    chosen.append(conformance("native", "--smallest", *least))
    for target in OTHER_TARGETS:
        sample = [] if everything else ["--sample", SAMPLE]
        chosen.append(conformance(target, *sample))
        if everything:
            chosen.append(conformance(target, "--freeze-inputs"))
    if everything:
        chosen.append(clang_tidy)
    return chosen


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true")
    args = parser.parse_args()
    (BUILD / "test").mkdir(parents=True, exist_ok=True)
    total = [0, 0, 0]
    for suite in suites(args.all):
        title = suite.__doc__.splitlines()[0].rstrip(".")
        print(f"== {title}", flush=True)
        start = time.monotonic()
        counts = suite()
        total = [a + b for a, b in zip(total, counts)]
        passed, failed, skipped = counts
        print(
            f"   {passed} passed, {failed} failed, {skipped} skipped "
            f"({time.monotonic() - start:.0f} s)",
            flush=True,
        )
    print("{} passed, {} failed, {} skipped".format(*total))
    return 1 if total[1] else 0


if __name__ == "__main__":
    sys.exit(main())
