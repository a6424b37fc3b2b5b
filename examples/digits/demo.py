"""The demo behind scripts/demo: digits.onnx becomes C for two targets, is
compiled, and recognises all held-out images. Exit code 1 when the accuracy is
below 97 % or not PyTorch's own."""

import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORK = ROOT / "build" / "demo"
MEGCC = ROOT / "build" / "bin" / "megcc"


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}\nfailed: {' '.join(map(str, command))}")
    return done.stdout


def shown(path):
    return path.relative_to(ROOT)


def flash_bytes(build):
    """(code, constants) of the package's objects, as `size -A` sees them."""
    code = constants = 0
    for archive in build.glob("package/*.a"):
        for line in run("size", "-A", archive).splitlines():
            match = re.match(r"(\.text|\.rodata|\.data)\S*\s+(\d+)", line)
            if match and match[1] == ".text":
                code += int(match[2])
            elif match:
                constants += int(match[2])
    return code, constants


def demonstrate(target):
    package, build = WORK / target / "package", WORK / target / "build"
    package.parent.mkdir(parents=True, exist_ok=True)
    print(f"$ megcc compile {shown(HERE / 'digits.onnx')} -o {shown(package)}", end="")
    print(f" --target {target}", flush=True)
    run(MEGCC, "compile", HERE / "digits.onnx", "-o", package, "--target", target)
    report = json.loads((package / "report.json").read_text())
    files = sorted(p for p in package.iterdir() if p.is_file())
    print("  wrote " + ", ".join(f"{p.name} ({p.stat().st_size:,} B)" for p in files))

    run("cmake", "-S", HERE, "-B", build, "-G", "Ninja", f"-DPACKAGE={package}")
    run("cmake", "--build", build)
    print(f"$ {shown(build / 'digits_demo')} {shown(HERE)}\n")
    output = run(build / "digits_demo", HERE)
    print(output, end="")
    code, constants = flash_bytes(build)
    print(f"RAM:      {report['arena_bytes']:,} B arena, and no heap")
    print(f"flash:    {code + constants:,} B: code {code:,}, weights {constants:,}\n")
    accuracy = float(re.search(r"accuracy: ([\d.]+) %", output)[1])
    torch = float(re.search(r"PyTorch: +([\d.]+) %", output)[1])
    return accuracy >= 97 and accuracy == torch


def main():
    print("A small CNN, trained with PyTorch on scans of handwritten digits.\n")
    good = [demonstrate(target) for target in ("generic", "native")]
    sources = shown(WORK / "generic" / "package")
    print(f"Read the C: {sources}/digits.h, {sources}/digits.c")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
