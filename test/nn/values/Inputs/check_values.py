#!/usr/bin/python3
"""Checks that nn passes keep a model's values, with the reference evaluation.

    check_values.py MODEL_DIR [--passes=P,P...]...

MODEL_DIR holds model.onnx and test_data_set_0. The model is imported, its
inputs become constants, and --fold-constants evaluates it: as imported, and
after each of the lists of passes. Each result is compared with the data set's
outputs, within 1e-4 of their largest magnitude. Prints what departs; exit code
1 then.
"""

import pathlib
import re
import subprocess
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[4] / "scripts/pylib"))
import onnx_files

NUMPY = {"f32": np.float32, "f64": np.float64, "i64": np.int64, "i32": np.int32,
         "i8": np.int8, "ui8": np.uint8, "i1": np.bool_}
EVALUATE = "--fold-constants=max-growth=1000000000000"
ARGUMENT = re.compile(r"(%\w+): (tensor<([\dx]*)(\w+)>)[^,)]*")
CONSTANT = re.compile(r"(%\w+) = nn.constant dense(_resource)?<(.*)> : tensor<([\dx]*?)x?([a-z]+\d+)>")


def run(*command, text=None):
    result = subprocess.run(command, input=text, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(command)}:\n{result.stderr}")
    return result.stdout


def bind_inputs(ir, arrays):
    """@main without arguments: the first lines of its body make them."""
    head, body = ir.split(" {\n    %", 1)
    signature = head[head.index("@main(") : head.index(") -> ")]
    constants = []
    for (name, tensor, _, _), array in zip(ARGUMENT.findall(signature), arrays):
        value = f'"0x{array.tobytes().hex()}"'
        if array.dtype == np.bool_ or array.size == 1:
            value = str(array.tolist()).lower()
            value = value if array.size > 1 else value.strip("[]")
        constants.append(f"    {name} = nn.constant dense<{value}> : {tensor}\n")
    head = head.replace(signature, "@main(")
    return f"{head} {{\n{''.join(constants)}    %{body}"


def parse_value(value, is_resource, shape, dtype, resources):
    """The array of a printed constant: hexadecimal, a list or a splat."""
    shape = [int(size) for size in shape.split("x") if size]
    if is_resource:
        # The alignment comes first.
        data = bytes.fromhex(resources[value.strip('"')])[4:]
        return np.frombuffer(data, dtype).reshape(shape)
    if value.startswith('"0x'):
        data = bytes.fromhex(value[3:-1])
        if dtype is np.bool_:
            # MLIR packs truth values by the bit.
            bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
            return bits[: np.prod(shape, dtype=int)].astype(bool).reshape(shape)
        return np.frombuffer(data, dtype).reshape(shape)
    names = {"true": True, "false": False}
    return np.broadcast_to(np.array(eval(value or "[]", names), dtype), shape)


def evaluate(ir, arrays):
    """The results of @main for these inputs."""
    folded = run("megcc-opt", EVALUATE, "-", text=bind_inputs(ir, arrays))
    resources = dict(re.findall(r'^ *"?([^\n":]*)"?: "0x([0-9A-F]*)"', folded, re.M))
    constants = {
        name: parse_value(value, resource, shape, NUMPY[element], resources)
        for name, resource, value, shape, element in CONSTANT.findall(folded)
    }
    results = re.search(r"^    return (.*) : ", folded, re.M)[1].split(", ")
    return [constants[name] for name in results]


def compare(what, results, expected):
    good = True
    for i, (result, wanted) in enumerate(zip(results, expected)):
        tolerance = 1e-4 * np.max(np.abs(wanted), initial=0)
        worst = np.max(np.abs(result.astype(np.float64) - wanted), initial=0)
        if result.shape != wanted.shape or not worst <= tolerance:
            print(f"{what}: output {i} is off by {worst:.3g}, more than {tolerance:.3g}")
            good = False
    return good


def main():
    model = pathlib.Path(sys.argv[1])
    data = model / "test_data_set_0"
    inputs = [onnx_files.read_tensor(path)[1] for path in onnx_files.numbered(data, "input")]
    expected = [onnx_files.read_tensor(path)[1] for path in onnx_files.numbered(data, "output")]
    imported = run("megcc-import", "--weights", str(model / "model.onnx"))
    good = compare("as imported", evaluate(imported, inputs), expected)
    for option in sys.argv[2:]:
        passes = option.removeprefix("--passes=").split(",")
        text = run("megcc-opt", *(f"--{name}" for name in passes), "-", text=imported)
        good &= compare(" ".join(passes), evaluate(text, inputs), expected)
    sys.exit(not good)


if __name__ == "__main__":
    main()
