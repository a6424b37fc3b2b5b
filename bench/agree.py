#!/usr/bin/python3
"""Does megcc's package of a model agree with ONNX Runtime?

    bench/agree.py MODEL... [--target T]... [--option O]...

MODEL is an ONNX file, or a folder with model.onnx (bench/export_models.py makes
such). Each is compiled, run on seeded random inputs, and judged by `megcc
verify` against ONNX Runtime: within 1e-4 of the output's largest magnitude.
Dimensions that a model leaves open are taken as 1.

Prints a line per model and target; exit code 1 when any disagrees.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scripts/pylib"))
import onnx_files
import onnxruntime
import package


def random_inputs(model):
    """Seeded values for every input the caller feeds."""
    generator = np.random.default_rng(0)
    values = {}
    for value in onnx_files.real_inputs(model):
        shape = [d or 1 for d in onnx_files.dimensions(value)]
        _, dtype, _ = onnx_files.ELEMENT_TYPES[value.type.tensor_type.elem_type]
        if np.dtype(dtype).kind == "f":
            values[value.name] = generator.standard_normal(shape).astype(dtype)
        else:
            values[value.name] = generator.integers(0, 2, shape).astype(dtype)
    return values


def shape_options(model):
    """--input-shape for inputs whose shape the model leaves open."""
    return [
        f"--input-shape={v.name}=" + "x".join(str(d or 1) for d in onnx_files.dimensions(v))
        for v in onnx_files.real_inputs(model)
        if None in onnx_files.dimensions(v)
    ]


def agree(path, target, judge, extra):
    """None when they agree, else what was wrong."""
    try:
        model = onnx_files.load_model(path)
    except OSError as error:
        return str(error)
    with tempfile.TemporaryDirectory() as scratch:
        work = pathlib.Path(scratch)
        options = [*shape_options(model), *extra]
        done = package.compile_model(path, work / "package", "net", target, options)
        if done.returncode:
            return package.first_error(done.stderr + done.stdout)
        inputs = random_inputs(model)
        outputs = onnxruntime.run(judge, path, inputs)
        data = work / "data" / "test_data_set_0"
        for index, (name, array) in enumerate(inputs.items()):
            onnx_files.write_tensor(data / f"input_{index}.pb", array, name)
        for index, value in enumerate(model.graph.output):
            onnx_files.write_tensor(
                data / f"output_{index}.pb", outputs[value.name], value.name
            )
        verify = subprocess.run(
            [package.megcc(), "verify", work / "package", "--data", data],
            capture_output=True,
            text=True,
        )
        return None if verify.returncode == 0 else verify.stdout + verify.stderr


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="+", type=pathlib.Path, metavar="MODEL")
    parser.add_argument("--target", action="append")
    parser.add_argument("--option", action="append", default=[], metavar="O",
                        help="of megcc compile, such as --option=--plan=alias,rows")
    args = parser.parse_args()
    judge = onnxruntime.find(install=True)
    if not judge:
        parser.error("onnxruntime-node can't be found or installed")
    failed = 0
    for given in args.models:
        path = given / "model.onnx" if given.is_dir() else given
        for target in args.target or ["native"]:
            problem = agree(path.resolve(), target, judge, args.option)
            failed += problem is not None
            print(f"{given.stem:24} {target:10} {problem or 'agrees'}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
