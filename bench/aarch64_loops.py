#!/usr/bin/python3
"""How near the inner loops for AArch64 come to a core's multiply-add limit.

    bench/aarch64_loops.py MODEL... [--cpu neoverse-n1] [--flags=-O2] [--filter RE]
                           [--target armv8-a] [--precision f16]

Compiles each model for the target, its C with aarch64-linux-gnu-gcc, and gives every
innermost loop of at least 16 vector multiply-adds to llvm-mca, which simulates
the core's pipelines (data in the first cache). Prints, for the loop of each
kernel that has most multiply-adds per instruction: their number, all instructions,
cycles of one iteration, and the share of the core's two multiply-adds a cycle.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scripts/pylib"))
import package

ITERATIONS = 200
PORTS = 2
LEAST = 16
LABEL = re.compile(r"^(\.L\d+):")
BRANCH = re.compile(r"^\s+(?:b\.?\w*|cbn?z|tbn?z)\s+(?:.*,\s*)?(\.L\d+)")


def functions(assembly):
    """(name, lines) of each function."""
    name, lines = None, []
    for line in assembly.splitlines():
        started = re.match(r"^([A-Za-z_]\w*):", line)
        if started:
            if name:
                yield name, lines
            name, lines = started.group(1), []
        else:
            lines.append(line)
    if name:
        yield name, lines


def is_code(line):
    return line.strip() and not line.strip().startswith(".")


def inner_loops(lines):
    """The instructions of each loop without another in it."""
    labels = {}
    for i, line in enumerate(lines):
        label = LABEL.match(line)
        if label:
            labels[label.group(1)] = i
        branch = BRANCH.match(line)
        if branch and branch.group(1) in labels:
            body = lines[labels[branch.group(1)] + 1 : i + 1]
            if not any(LABEL.match(part) for part in body):
                yield [part for part in body if is_code(part)]


def multiply_adds(loop):
    return sum(bool(re.match(r"\s+fml[as]l?2?\s", line)) for line in loop)


def cycles(loop, cpu):
    done = subprocess.run(
        ["llvm-mca-19", "-mtriple=aarch64", f"-mcpu={cpu}", f"-iterations={ITERATIONS}"],
        input="\n".join(loop),
        capture_output=True,
        text=True,
        check=True,
    )
    return int(re.search(r"Total Cycles:\s+(\d+)", done.stdout).group(1)) / ITERATIONS


def measure(model, args, work):
    done = package.compile_model(model, work / "package", "net", args.target,
                                 ["--precision", args.precision])
    if done.returncode:
        sys.exit(f"{model}: {package.first_error(done.stderr + done.stdout)}")
    assembly = work / "net.s"
    subprocess.run(
        ["aarch64-linux-gnu-gcc", "-std=c11", *args.flags.split(), "-S"]
        + [work / "package/net.c", "-o", assembly],
        check=True,
    )
    for name, lines in functions(assembly.read_text()):
        loops = [loop for loop in inner_loops(lines) if multiply_adds(loop) >= LEAST]
        if not loops or not re.search(args.filter, name):
            continue
        loop = max(loops, key=lambda loop: multiply_adds(loop) / len(loop))
        count, time = multiply_adds(loop), cycles(loop, args.cpu)
        print(
            f"{name:48} {count:4} fmla {len(loop):4} instructions "
            f"{time:6.1f} cycles {100 * count / PORTS / time:5.1f} %"
        )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--cpu", default="neoverse-n1")
    parser.add_argument("--flags", default="-O2")
    parser.add_argument("--filter", default="")
    parser.add_argument("--target", default="armv8-a")
    parser.add_argument("--precision", default="f32")
    args = parser.parse_args()
    for model in args.models:
        print(f"== {model}")
        with tempfile.TemporaryDirectory() as work:
            measure(model, args, pathlib.Path(work))


if __name__ == "__main__":
    main()
