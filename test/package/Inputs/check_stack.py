#!/usr/bin/python3
"""Checks the stack that a package states against what a compiler needs.

    check_stack.py PACKAGE COMPILER [FLAG...]

Compiles the package's C for size and for speed, and adds up what gcc says of
each function (-fstack-usage). Kernels call nothing but inlined helpers; the
interface calls three functions deep: infer, run, layers. Fails where that is
more than NAME_STACK_BYTES or of unknown size.
"""

import json
import pathlib
import subprocess
import sys
import tempfile


def frames(package, name, compiler, flags):
    """{function: bytes} as gcc compiles it."""
    with tempfile.TemporaryDirectory() as work:
        usage = pathlib.Path(work) / "net.su"
        subprocess.run(
            [compiler, "-std=c11", *flags, "-fstack-usage", f"-I{package}", "-c"]
            + [package / f"{name}.c", "-o", usage.with_suffix(".o")],
            check=True,
        )
        found = {}
        for line in usage.read_text().splitlines():
            place, size, kind = line.split("\t")
            if kind not in ("static", "dynamic,bounded"):
                sys.exit(f"{place}: {kind}")
            found[place.rsplit(":", 1)[1]] = int(size)
        return found


def main():
    package, compiler, *flags = sys.argv[1:]
    package = pathlib.Path(package)
    report = json.loads((package / "report.json").read_text())
    name, stated = report["name"], report["stack_bytes"]
    for level in ("-O1", "-O2", "-O3", "-Os"):
        found = frames(package, name, compiler, [level, *flags])
        interface = [f for f in found if f.startswith(name + "_")]
        kernels = [size for f, size in found.items() if f not in interface]
        needed = sum(found[f] for f in interface) + max(kernels, default=0)
        print(f"{level}: {needed} of {stated} bytes")
        if needed > stated:
            sys.exit("more than stated")


if __name__ == "__main__":
    main()
