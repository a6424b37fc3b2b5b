#!/usr/bin/python3
"""Networks whose memory is hard to plan, and how far plans are from the least.

    bench/memory_networks.py write KIND OUT.onnx     writes one of the networks
    bench/memory_networks.py measure [KIND...] [--megcc build/bin/megcc]

KIND is nasnet (cells of separable convolutions, two inputs each, joined by
concats), hrnet (four branches of different resolution that exchange what they
have), lstm (two layers and a dense one), transformer (an encoder of eight
blocks) or unet (256x256, 64 channels). Weights are random, from a fixed seed.

`measure` compiles each for the generic target with --exact --io arena, by order
and sharing alone and row by row, and prints the bytes reached, the lower bound
for these lifetimes, and the gap. What the order is worth is in the line that
megcc prints.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scripts/pylib"))
import onnx_files

pb = onnx_files.pb


class Graph:
    """Nodes and weights as they come; values are names."""

    def __init__(self):
        self.graph = pb.GraphProto(name="g")
        self.random = np.random.default_rng(0)
        self.count = 0

    def name(self, stem):
        self.count += 1
        return f"{stem.lower()}_{self.count}"

    def tensor(self, array):
        name = self.name("w")
        self.graph.initializer.append(onnx_files.make_tensor(array, name))
        return name

    def weight(self, *shape):
        fan = max(int(np.prod(shape[1:])), 1)
        values = self.random.standard_normal(shape) * (2.0 / fan) ** 0.5
        return self.tensor(values.astype(np.float32))

    def op(self, kind, *inputs, **attributes):
        result = self.name(kind)
        node = self.graph.node.add(op_type=kind, name=result, input=inputs, output=[result])
        onnx_files.set_attributes(node, attributes)
        return result

    def conv(self, x, inputs, outputs, size, stride=1, group=1, relu=True):
        weights = (self.weight(outputs, inputs // group, size, size), self.weight(outputs))
        pads = [size // 2] * 4
        y = self.op("Conv", x, *weights, strides=[stride] * 2, pads=pads, group=group)
        return self.op("Relu", y) if relu else y

    def write(self, path, inputs, outputs):
        for values, ports in ((self.graph.input, inputs), (self.graph.output, outputs)):
            for name, shape in ports:
                tensor = values.add(name=name).type.tensor_type
                tensor.elem_type = pb.TensorProto.FLOAT
                for extent in shape:
                    tensor.shape.dim.add(dim_value=extent)
        model = pb.ModelProto(ir_version=8, graph=self.graph)
        model.opset_import.add(version=13)
        onnx_files.save_model(model, path)


def nasnet(path, width=32, size=56):
    g = Graph()

    def separable(x, channels, kernel, stride=1):
        x = g.conv(g.op("Relu", x), channels, channels, kernel, stride, channels, relu=False)
        return g.conv(x, channels, channels, 1, relu=False)

    def pool(x, kind, stride=1):
        return g.op(kind, x, kernel_shape=[3, 3], strides=[stride] * 2, pads=[1] * 4)

    def cell(before, now, stride):
        """`before` and `now` are (value, channels, side)."""
        channels = width * (56 // now[2]) * stride
        # Both come to as many channels, and to the side of `now`.
        left = g.conv(g.op("Relu", before[0]), before[1], channels, 1, before[2] // now[2], relu=False)
        right = g.conv(g.op("Relu", now[0]), now[1], channels, 1, relu=False)
        if stride == 1:
            one = g.op("Add", separable(right, channels, 3), right)
            two = g.op("Add", separable(left, channels, 3), separable(right, channels, 5))
            three = g.op("Add", pool(right, "AveragePool"), left)
            four = g.op("Add", pool(left, "AveragePool"), pool(left, "AveragePool"))
            five = g.op("Add", separable(left, channels, 5), separable(left, channels, 3))
            parts = [left, one, two, three, four, five]
        else:
            one = g.op("Add", separable(right, channels, 5, 2), separable(left, channels, 7, 2))
            two = g.op("Add", pool(right, "MaxPool", 2), separable(left, channels, 7, 2))
            three = g.op("Add", pool(right, "AveragePool", 2), separable(left, channels, 5, 2))
            four = g.op("Add", pool(one, "AveragePool"), two)
            five = g.op("Add", separable(one, channels, 3), pool(right, "MaxPool", 2))
            parts = [two, three, four, five]
        return g.op("Concat", *parts, axis=1), channels * len(parts), now[2] // stride

    before = now = (g.conv("input", 3, width, 3, 2, relu=False), width, size)
    for stride in (1, 1, 2, 1, 1, 2, 1, 1):
        before, now = now, cell(before, now, stride)
    x = g.op("Flatten", g.op("GlobalAveragePool", g.op("Relu", now[0])))
    g.op("Gemm", x, g.weight(now[1], 100), g.weight(100))
    g.graph.node[-1].output[0] = "output"
    g.write(path, [("input", [1, 3, 2 * size, 2 * size])], [("output", [1, 100])])


def hrnet(path, width=16, size=64):
    g = Graph()

    def block(x, channels):
        y = g.conv(g.conv(x, channels, channels, 3), channels, channels, 3, relu=False)
        return g.op("Relu", g.op("Add", y, x))

    def exchange(branches, count):
        results = []
        for target in range(count):
            total = None
            for source, value in enumerate(branches):
                channels = width << source
                if source > target:
                    value = g.conv(value, channels, width << target, 1, relu=False)
                    factor = float(1 << (source - target))
                    scales = g.tensor(np.array([1, 1, factor, factor], np.float32))
                    value = g.op("Resize", value, "", scales, mode="nearest",
                                 coordinate_transformation_mode="asymmetric",
                                 nearest_mode="floor")
                for step in range(source, target):
                    last = step + 1 == target
                    value = g.conv(value, width << step, width << (step + 1), 3, 2, relu=not last)
                total = value if total is None else g.op("Add", total, value)
            results.append(g.op("Relu", total))
        return results

    stem = g.conv(g.conv("input", 3, width, 3, 2), width, width, 3, 2)
    branches = [block(stem, width)]
    for count in (2, 3, 4, 4):
        branches = [block(block(b, width << i), width << i) for i, b in enumerate(branches)]
        branches = exchange(branches, count)
    out = exchange(branches, 1)[0]
    g.conv(out, width, 19, 1, relu=False)
    g.graph.node[-1].output[0] = "output"
    g.write(path, [("input", [1, 3, 4 * size, 4 * size])], [("output", [1, 19, size, size])])


def lstm(path, steps=64, inputs=40, hidden=128):
    g, x = Graph(), "input"
    for size in (inputs, hidden):
        weights = (g.weight(1, 4 * hidden, size), g.weight(1, 4 * hidden, hidden))
        y = g.op("LSTM", x, *weights, g.weight(1, 8 * hidden), hidden_size=hidden)
        x = g.op("Squeeze", y, g.tensor(np.array([1], np.int64)))
    x = g.op("MatMul", x, g.weight(hidden, 30))
    g.op("LogSoftmax", x, axis=-1)
    g.graph.node[-1].output[0] = "output"
    g.write(path, [("input", [steps, 1, inputs])], [("output", [steps, 1, 30])])


def transformer(path, blocks=8, tokens=128, width=256, heads=8):
    g, x = Graph(), "input"
    depth = width // heads

    def dense(value, inputs, outputs):
        return g.op("Add", g.op("MatMul", value, g.weight(inputs, outputs)), g.weight(outputs))

    def norm(value):
        mean = g.op("ReduceMean", value, axes=[-1])
        centred = g.op("Sub", value, mean)
        variance = g.op("ReduceMean", g.op("Mul", centred, centred), axes=[-1])
        small = g.tensor(np.array(1e-5, np.float32))
        scaled = g.op("Div", centred, g.op("Sqrt", g.op("Add", variance, small)))
        return g.op("Add", g.op("Mul", scaled, g.weight(width)), g.weight(width))

    def split(value, order):
        shape = g.tensor(np.array([1, tokens, heads, depth], np.int64))
        return g.op("Transpose", g.op("Reshape", value, shape), perm=order)

    for _ in range(blocks):
        y = norm(x)
        query, key, value = (dense(y, width, width) for _ in range(3))
        scores = g.op("MatMul", split(query, [0, 2, 1, 3]), split(key, [0, 2, 3, 1]))
        scores = g.op("Mul", scores, g.tensor(np.array(depth**-0.5, np.float32)))
        mixed = g.op("MatMul", g.op("Softmax", scores, axis=-1), split(value, [0, 2, 1, 3]))
        shape = g.tensor(np.array([1, tokens, width], np.int64))
        mixed = g.op("Reshape", g.op("Transpose", mixed, perm=[0, 2, 1, 3]), shape)
        x = g.op("Add", x, dense(mixed, width, width))
        y = g.op("Relu", dense(norm(x), width, 4 * width))
        x = g.op("Add", x, dense(y, 4 * width, width))
    g.op("Identity", norm(x))
    g.graph.node[-1].output[0] = "output"
    g.write(path, [("input", [1, tokens, width])], [("output", [1, tokens, width])])


def unet(path, base=64, size=256, depth=4):
    g, x, channels, skips = Graph(), "input", 3, []
    for level in range(depth + 1):
        wide = base << level
        x = g.conv(g.conv(x, channels, wide, 3), wide, wide, 3)
        channels = wide
        if level < depth:
            skips.append((x, wide))
            x = g.op("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    for skip, wide in reversed(skips):
        weights = (g.weight(channels, wide, 2, 2), g.weight(wide))
        x = g.op("ConvTranspose", x, *weights, kernel_shape=[2, 2], strides=[2, 2])
        x = g.op("Concat", skip, x, axis=1)
        x = g.conv(g.conv(x, 2 * wide, wide, 3), wide, wide, 3)
        channels = wide
    g.conv(x, channels, 1, 1, relu=False)
    g.graph.node[-1].output[0] = "output"
    g.write(path, [("input", [1, 3, size, size])], [("output", [1, 1, size, size])])


KINDS = {f.__name__: f for f in (nasnet, hrnet, lstm, transformer, unet)}
PLANS = ("order,alias", "order,alias,rows")


def measure(kind, megcc, folder):
    model = folder / f"{kind}.onnx"
    KINDS[kind](model)
    for plan in PLANS:
        package = folder / "package"
        command = [megcc, "compile", model, "-o", package, "--target", "generic", "--exact"]
        command += ["--io", "arena", "--plan", plan]
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        report = json.loads((package / "report.json").read_text())
        size, bound = report["arena_bytes"], report["arena_lower_bound_bytes"]
        gap = 100.0 * (size - bound) / bound
        notes = "; ".join(report["plan"])
        print(f"{kind:12} {plan:17} {size:11,} {bound:11,} {gap:6.2f} %  {notes}", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    actions = parser.add_subparsers(dest="action", required=True)
    writer = actions.add_parser("write")
    writer.add_argument("kind", choices=KINDS)
    writer.add_argument("path")
    measurer = actions.add_parser("measure")
    measurer.add_argument("kinds", nargs="*", metavar="KIND")
    build = pathlib.Path(__file__).resolve().parents[1] / "build"
    measurer.add_argument("--megcc", default=str(build / "bin/megcc"))
    args = parser.parse_args()
    if args.action == "write":
        KINDS[args.kind](args.path)
        return
    unknown = set(args.kinds) - KINDS.keys()
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
    print(f"{'network':12} {'--plan':17} {'arena':>11} {'bound':>11}    gap")
    with tempfile.TemporaryDirectory() as folder:
        for kind in args.kinds or KINDS:
            measure(kind, args.megcc, pathlib.Path(folder))


if __name__ == "__main__":
    main()
