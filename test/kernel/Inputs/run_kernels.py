"""Expands, proves, prints, compiles and runs every kernel of kernel_cases.py for one
target, under its emulator where it has one, and compares with its naive evaluation.

    run_kernels.py --target T [--work FOLDER] [NAME...]

Inputs are small multiples of powers of two, so most results must be equal.
Each buffer lies between guard bytes that must survive.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "scripts" / "pylib"))

import package  # noqa: E402
from irregular_cases import IRREGULAR  # noqa: E402
from kernel_cases import regular  # noqa: E402

GUARD = 64
LANES = {"generic": 1, "x86-64-v2": 4, "x86-64-v3": 8, "x86-64-v4": 16, "x86-64-v4+vnni+bf16": 16, "armv8-a": 4,
         "armv8.2-a+fp16": 4, "armv7-a+neon": 4}
STRICT = ["-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Werror"]

# Reads all buffers with their guards from the first file, runs every kernel,
# writes the buffers to the second.
MAIN = """
#include "kernels.c"
#include <stdio.h>
#include <stdlib.h>

struct kernel {{ void (*call)(unsigned char *const *b); int count; size_t bytes[16]; }};
{wrappers}
static const struct kernel kernels[] = {{
{rows}}};

int main(int argc, char **argv) {{
  FILE *in = fopen(argv[1], "rb"), *out = fopen(argv[argc - 1], "wb");
  for (size_t k = 0; k < sizeof kernels / sizeof *kernels; ++k) {{
    unsigned char *b[16] = {{0}}, *inside[16] = {{0}};
    for (int i = 0; i < kernels[k].count; ++i) {{
      b[i] = aligned_alloc(64, (kernels[k].bytes[i] + 63) / 64 * 64);
      inside[i] = b[i] + {guard};
      if (fread(b[i], 1, kernels[k].bytes[i], in) != kernels[k].bytes[i])
        return 1;
    }}
    kernels[k].call(inside);
    for (int i = 0; i < kernels[k].count; ++i) {{
      fwrite(b[i], 1, kernels[k].bytes[i], out);
      free(b[i]);
    }}
  }}
  return fclose(in) + fclose(out);
}}
"""


def driver(cases):
    """The C program that runs `cases`."""
    wrappers, rows = [], []
    for name, kernel in cases.items():
        arrays = [*kernel.inputs, *kernel.outputs]
        arguments = ", ".join(f"(void *)b[{i}]" for i in range(len(arrays)))
        wrappers.append(f"static void call_{name}(unsigned char *const *b) {{ {name}({arguments}); }}")
        sizes = ", ".join(str(a.nbytes + 2 * GUARD) for a in arrays)
        rows.append(f"  {{call_{name}, {len(arrays)}, {{{sizes}}}}},\n")
    return MAIN.format(wrappers="\n".join(wrappers), rows="".join(rows), guard=GUARD)


def build(cases, toolchain, folder):
    def path(name):
        return os.path.join(folder, name)

    with open(path("kernels.mlir"), "w") as out:
        out.write("".join(kernel.function(name) for name, kernel in cases.items()))
    pathlib.Path(path("main.c")).write_text(driver(cases))
    target = toolchain.target
    for command in (
            ["megcc-opt", f"--expand-kernels=target={target}", "--prove-bounds",
             f"--loops-to-c=target={target}", path("kernels.mlir"), "-o", path("loops.mlir")],
            ["megcc-translate", "--mlir-to-c", f"--target={target}", path("loops.mlir"),
             "-o", path("kernels.c")],
            [toolchain.compiler, *STRICT, "-O1", path("main.c"), "-o", path("program"),
             *toolchain.link_flags, "-lm"]):
        subprocess.run(command, check=True)
    return path("program")


def guarded(array):
    """The bytes of `array` between guards."""
    storage = np.full(array.nbytes + 2 * GUARD, 0xA5, np.uint8)
    storage[GUARD:GUARD + array.nbytes] = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    return storage


def run(cases, program, toolchain, folder):
    """{name: the buffers that the kernel left, with their guards}"""
    before, after = os.path.join(folder, "before"), os.path.join(folder, "after")
    buffers = {
        name: [guarded(a) for a in kernel.inputs] +
              [guarded(np.full_like(a, a.dtype != np.bool_ and 77)) for a in kernel.outputs]
        for name, kernel in cases.items()}
    with open(before, "wb") as out:
        for storages in buffers.values():
            out.write(b"".join(storage.tobytes() for storage in storages))
    subprocess.run([*toolchain.run_prefix, program, before, after], check=True)
    data, offset = np.fromfile(after, np.uint8), 0
    for storages in buffers.values():
        for i, storage in enumerate(storages):
            storages[i] = data[offset:offset + storage.size]
            offset += storage.size
    return buffers


def problem_of(kernel, buffers):
    """What is wrong with the kernel's result, or nothing."""
    for i, buffer in enumerate(buffers):
        if (buffer[:GUARD] != 0xA5).any() or (buffer[-GUARD:] != 0xA5).any():
            return f"buffer {i} is written outside"
    outputs = buffers[len(kernel.inputs):]
    for i, (expected, like, buffer) in enumerate(
            zip(kernel.evaluate(), kernel.outputs, outputs)):
        found = buffer[GUARD:-GUARD].view(like.dtype).reshape(like.shape)
        agree = found == expected
        if kernel.tolerance:
            agree = np.isclose(found, expected, rtol=kernel.tolerance, atol=kernel.tolerance)
        if not np.all(agree):
            where = tuple(np.argwhere(~np.atleast_1d(agree))[0])
            return (f"output {i} differs at {where}: found {np.atleast_1d(found)[where]},"
                    f" expected {np.atleast_1d(expected)[where]}")
    return ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--target", required=True)
    parser.add_argument("--work")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    cases = {**regular(LANES[args.target]), **IRREGULAR}
    if args.names:
        cases = {n: cases[n] for n in args.names}
    toolchain = package.Toolchain(args.target)
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.work or scratch
        buffers = run(cases, build(cases, toolchain, folder), toolchain, folder)
        failed = 0
        for name, kernel in cases.items():
            problem = problem_of(kernel, buffers[name])
            if problem:
                failed += 1
                print(f"{name}: {problem}")
        print(f"{len(cases) - failed} kernels agree, {failed} do not")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
