"""Compiles the cases of odd_cases.py for a target and compares what the package
computes with megcc's reference evaluation of the model as it was imported.

    odd_shapes.py --target T [--precision P] [--seed N] [--work FOLDER] [FAMILY...]

A number may be off by 1e-4 of the largest of its output, with a precision by as
much as numbers of that type; integers may not. The
vectors of 32-bit ARM take denormals for zero.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "scripts" / "pylib"))

import odd_cases  # noqa: E402
import onnx_files  # noqa: E402
import package  # noqa: E402

# Relative to the largest magnitude of an output; half precision has 11 bits.
TOLERANCE = {"f16": 2e-3, "bf16": 1e-2}


def difference(found, expected, kind, flushes):
    """Why the arrays disagree, or nothing. flushes: zeros may stand for anything."""
    if found.dtype.kind != "f":
        wrong = found != expected
    else:
        found, expected = found.astype(np.float64), expected.astype(np.float64)
        finite = np.abs(expected[np.isfinite(expected)])
        allowed = TOLERANCE.get(kind, 1e-4) * (finite.max() if finite.size else 0)
        with np.errstate(invalid="ignore"):  # inf - inf
            close = np.abs(found - expected) <= allowed + 1e-7
        close |= flushes & (found == 0)
        wrong = ~(close | (found == expected) | (np.isnan(found) & np.isnan(expected)))
    if not wrong.any():
        return ""
    at = tuple(np.argwhere(np.atleast_1d(wrong))[0])
    return (f"{int(wrong.sum())} of {wrong.size} elements differ, first at {list(map(int, at))}:"
            f" found {np.atleast_1d(found)[at]}, expected {np.atleast_1d(expected)[at]}")


def write_models(seed, work, chosen):
    """{family: inputs}; writes each model, its inputs and the reference's outputs
    to a folder of its name."""
    models = odd_cases.build(seed)
    models = {family: models[family] for family in chosen or models}
    for family, (proto, inputs) in models.items():
        folder = work / family / "test_data_set_0"
        folder.mkdir(parents=True, exist_ok=True)
        onnx_files.save_model(proto, work / family / "model.onnx")
        for index, value in enumerate(proto.graph.input):
            onnx_files.write_tensor(folder / f"input_{index}.pb", inputs[value.name])
    files = [str(work / family / "model.onnx") for family in models]
    subprocess.run(["megcc-import", "--evaluate", *files], check=True,
                   stdout=subprocess.DEVNULL)
    return {family: inputs for family, (_, inputs) in models.items()}


def compare(made, program, data, precision):
    """(how many outputs of a package agree, how many there are)"""
    agreeing = 0
    outputs = made.read_outputs(program.parent / f"{made.name}.out")
    for index, (port, found) in enumerate(zip(made.outputs, outputs)):
        raw = (data / f"output_{index}.bin").read_bytes()
        expected = np.frombuffer(raw, port.dtype).reshape(port.shape)
        flushes = made.target == "armv7-a+neon" and port.name.startswith("denormal")
        kind = precision if port.type == "f32" else port.type
        problem = difference(found, expected, kind, flushes)
        agreeing += not problem
        if problem:
            print(f"{made.name}: {port.name}: {problem}")
    return agreeing, len(outputs)


def check(target, precision, seed, work, chosen):
    toolchain = package.Toolchain(target)
    families = write_models(seed, work, chosen)
    packages = []
    for family in families:
        folder = work / family / "package"
        # Winograd makes NaN of an infinity's neighbours.
        options = ["--exact"] if family == "special_values" else []
        options += ["--precision", precision]
        done = package.compile_model(
            work / family / "model.onnx", folder, family, target, options)
        if done.returncode:
            print(f"{family}: {package.first_error(done.stderr)}")
            return False
        packages.append(package.Package(folder))
    program, error = package.build_driver(packages, work / "build", toolchain)
    if not program:
        print(error)
        return False
    for made in packages:
        made.write_inputs(families[made.name], program.parent / f"{made.name}.in")
    command = [*toolchain.run_prefix, program, "run", program.parent, *families]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if done.stdout.split("\n") != [f"{family} ok" for family in families] + [""]:
        print(done.stdout, done.stderr)
        return False
    counts = [compare(made, program, work / made.name / "test_data_set_0", precision) for made in packages]
    agreeing, shapes = (sum(numbers) for numbers in zip(*counts))
    print(f"{target}: {agreeing} shapes agree, {shapes - agreeing} do not")
    return agreeing == shapes


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", required=True)
    parser.add_argument("--precision", default="f32")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("families", nargs="*")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = args.work or pathlib.Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        return 0 if check(args.target, args.precision, args.seed, work, args.families) else 1


if __name__ == "__main__":
    sys.exit(main())
