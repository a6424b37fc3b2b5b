#!/usr/bin/python3
"""How often must the steps of a long chain run where memory is short?

    bench/memory_chain.py STEPS C [--size 4096] [--megcc build/bin/megcc]

Writes a chain in training form: states s(i) = Softmax(s(i-1)), then gradients
g(i-1) = g(i) * s(i-1) from the last state to the first. Plans it, inputs and
outputs in the arena, with a budget of C states, the one being made and the
gradient, and the context. Checks that the plan fits, and prints the number of
forward steps in it last; the line before it says what is possible (revolve,
Griewank & Walther 2000, ACM Algorithm 799).
"""

import argparse
import math
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scripts/pylib"))
import onnx_files

CONTEXT = 24


def write_chain(path, steps, size):
    pb = onnx_files.pb
    graph = pb.GraphProto(name="chain")
    for i in range(1, steps):
        axis = pb.AttributeProto(name="axis", type=pb.AttributeProto.INT, i=1)
        graph.node.add(
            op_type="Softmax", name=f"s{i}", input=[f"s{i - 1}"], output=[f"s{i}"]
        ).attribute.append(axis)
    gradient = "gn"
    for i in reversed(range(steps)):
        result = f"g{i}"
        graph.node.add(op_type="Mul", name=result, input=[gradient, f"s{i}"], output=[result])
        gradient = result
    for values, names in ((graph.input, ("s0", "gn")), (graph.output, ("g0",))):
        for name in names:
            tensor = values.add(name=name).type.tensor_type
            tensor.elem_type = pb.TensorProto.FLOAT
            for extent in (1, size):
                tensor.shape.dim.add(dim_value=extent)
    model = pb.ModelProto(ir_version=8, graph=graph)
    model.opset_import.add(version=13)
    onnx_files.save_model(model, path)


def fewest(steps, kept):
    """Forward steps that reverse `steps` with `kept` states, the first included."""
    if steps <= 1:
        return 0
    if kept == 1:
        return steps * (steps - 1) // 2
    times = 0
    while math.comb(kept + times, kept) < steps:
        times += 1
    return times * steps - math.comb(kept + times, times - 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("steps", type=int)
    parser.add_argument("kept", type=int)
    parser.add_argument("--size", type=int, default=4096)
    build = pathlib.Path(__file__).resolve().parents[1] / "build"
    parser.add_argument("--megcc", default=str(build / "bin/megcc"))
    arguments = parser.parse_args()
    if arguments.steps < 2 or arguments.kept < 1 or arguments.size < 16:
        parser.error("at least 2 steps, 1 state kept, and 16 numbers in each")

    arena = (arguments.kept + 2) * arguments.size * 4
    with tempfile.TemporaryDirectory() as folder:
        model = pathlib.Path(folder) / "chain.onnx"
        write_chain(model, arguments.steps, arguments.size)
        command = [arguments.megcc, "compile", str(model), "--target", "generic", "--io", "arena"]
        command += ["--memory-budget", str(arena + CONTEXT), "--stop-after", "kernel"]
        command += ["--plan", "order,alias,recompute"]
        run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(run.stderr)
    planned = int(re.search(r"kernel\.arena_bytes = (\d+)", run.stdout).group(1))
    if planned > arena:
        sys.exit(f"the plan takes {planned} bytes of {arena}")
    steps = len(re.findall(r"^    call @softmax", run.stdout, re.MULTILINE))
    print(f"arena {planned} of {arena} bytes")
    print(f"fewest forward steps possible: {fewest(arguments.steps, arguments.kept)}")
    print(steps)


if __name__ == "__main__":
    main()
