"""Expands, proves, prints, compiles and runs every kernel of kernel_cases.py for one
target and compares with its naive evaluation.

    run_kernels.py --target T [--cc CC] [--work FOLDER] [NAME...]

Inputs are small multiples of powers of two, so most results must be equal.
Each buffer lies between guard bytes that must survive.
"""

import argparse
import ctypes
import os
import subprocess
import sys
import tempfile

import numpy as np

from irregular_cases import IRREGULAR
from kernel_cases import regular

GUARD = 64
LANES = {"generic": 1, "x86-64-v2": 4, "x86-64-v3": 8, "x86-64-v4": 16}
STRICT = ["-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Werror",
          "-Wno-missing-prototypes"]


def build(cases, target, compiler, folder):
    source = os.path.join(folder, "kernels.mlir")
    with open(source, "w") as out:
        for name, kernel in cases.items():
            out.write(kernel.function(name))
    loops = os.path.join(folder, "loops.mlir")
    text = os.path.join(folder, "kernels.c")
    library = os.path.join(folder, "kernels.so")
    for command in (
            ["megcc-opt", f"--expand-kernels=target={target}", "--prove-bounds",
             f"--loops-to-c=target={target}", source, "-o", loops],
            ["megcc-translate", "--mlir-to-c", f"--target={target}", loops, "-o", text],
            [compiler, *STRICT, *([f"-march={target}"] if target != "generic" else []), "-O1", "-shared", "-fPIC", text,
             "-o", library, "-lm"]):
        subprocess.run(command, check=True)
    return ctypes.CDLL(library)


def guarded(array):
    """The bytes of `array` between guards, and the array inside them."""
    storage = np.full(array.nbytes + 2 * GUARD, 0xA5, np.uint8)
    inside = storage[GUARD:GUARD + array.nbytes].view(array.dtype).reshape(array.shape)
    inside[...] = array
    return storage, inside


def run(function, kernel):
    """What is wrong with the kernel's result, or nothing."""
    inputs = [guarded(a) for a in kernel.inputs]
    outputs = [guarded(np.full_like(a, a.dtype != np.bool_ and 77)) for a in kernel.outputs]
    buffers = [storage for storage, _ in inputs + outputs]
    function(*[ctypes.c_void_p(b.ctypes.data + GUARD) for b in buffers])
    for i, buffer in enumerate(buffers):
        if (buffer[:GUARD] != 0xA5).any() or (buffer[-GUARD:] != 0xA5).any():
            return f"buffer {i} is written outside"
    for i, (expected, (_, found)) in enumerate(zip(kernel.evaluate(), outputs)):
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
    parser.add_argument("--cc", default="gcc")
    parser.add_argument("--work")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    cases = {**regular(LANES[args.target]), **IRREGULAR}
    if args.names:
        cases = {n: cases[n] for n in args.names}
    with tempfile.TemporaryDirectory() as scratch:
        library = build(cases, args.target, args.cc, args.work or scratch)
        failed = 0
        for name, kernel in cases.items():
            problem = run(getattr(library, name), kernel)
            if problem:
                failed += 1
                print(f"{name}: {problem}")
        print(f"{len(cases) - failed} kernels agree, {failed} do not")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
