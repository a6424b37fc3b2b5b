"""Runs kernel.winograd over odd shapes and compares with sums in double.

    run_winograd.py --target T [--work FOLDER] [--sanitize]

Cases come from a generator with a fixed seed: each of the three tiles on few
and many channels, prime sizes, two pixels, no padding up to more than the filter
is wide, asymmetric padding, several images, with bias, activation and residual.
All are nodes of one model, for each of which --algorithm forces the tile. The
result must lie within 1e-4 of the largest magnitude. With --sanitize the
package runs under AddressSanitizer and UndefinedBehaviorSanitizer.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "scripts/pylib"))
import onnx_files
import package

pb = onnx_files.pb
SANITIZE = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
# images, channels in and out, height, width, pads (top, left, bottom, right)
SHAPES = [
    (1, 1, 1, 2, 2, (1, 1, 1, 1)),
    (1, 1, 1, 3, 3, (0, 0, 0, 0)),
    (1, 16, 16, 2, 2, (1, 1, 1, 1)),
    (1, 3, 17, 7, 5, (1, 1, 1, 1)),
    (1, 17, 1, 5, 11, (0, 1, 2, 0)),
    (2, 19, 33, 13, 9, (2, 2, 2, 2)),
    (1, 32, 16, 12, 12, (0, 0, 0, 0)),
    (3, 16, 5, 4, 3, (4, 3, 0, 5)),
    (1, 64, 48, 23, 29, (1, 1, 1, 1)),
]
EPILOGUES = ["none", "relu", "residual"]


def value(name, shape):
    info = pb.ValueInfoProto(name=name)
    info.type.tensor_type.elem_type = 1
    for extent in shape:
        info.type.tensor_type.shape.dim.add(dim_value=extent)
    return info


def convolve(x, w, pads):
    """The definition, in double."""
    top, left, bottom, right = pads
    x = np.pad(x.astype(float), ((0, 0), (0, 0), (top, bottom), (left, right)))
    height, width = x.shape[2] - 2, x.shape[3] - 2
    out = np.zeros((x.shape[0], w.shape[0], height, width))
    for i in range(3):
        for j in range(3):
            part = x[:, :, i:i + height, j:j + width]
            out += np.einsum("nchw,kc->nkhw", part, w[:, :, i, j].astype(float))
    return out


def build():
    """The model, options, inputs and expected outputs."""
    random = np.random.default_rng(20160624)
    model = pb.ModelProto(ir_version=8)
    model.opset_import.add(version=13)
    graph, options, inputs, expected = model.graph, [], {}, {}
    graph.name = "winograd"

    def sample(shape):
        return random.standard_normal(shape).astype(np.float32)

    def feed(name, array):
        inputs[name] = array
        graph.input.append(value(name, array.shape))

    def node(kind, ins, out, **attributes):
        made = graph.node.add(op_type=kind, name=out, input=ins, output=[out])
        for key, ints in attributes.items():
            made.attribute.add(name=key, type=7, ints=ints)

    for number, (shape, tile) in enumerate((s, t) for t in (2, 4, 6) for s in SHAPES):
        images, channels, filters, height, width, pads = shape
        epilogue = EPILOGUES[number % len(EPILOGUES)]
        x = sample((images, channels, height, width))
        w, b = sample((filters, channels, 3, 3)), sample(filters)
        out = convolve(x, w, pads)
        feed(f"x{number}", x)
        graph.initializer.append(onnx_files.make_tensor(w, f"w{number}"))
        ins = [f"x{number}", f"w{number}"]
        if epilogue != "none":
            graph.initializer.append(onnx_files.make_tensor(b, f"b{number}"))
            ins.append(f"b{number}")
            out += b[None, :, None, None]
        # The input in blocks of channels, as another layer leaves it.
        node("Conv", ins, f"conv{number}", pads=pads)
        last = f"conv{number}"
        if epilogue == "residual":
            r = sample(out.shape)
            feed(f"r{number}", r)
            node("Add", [last, f"r{number}"], f"sum{number}")
            last, out = f"sum{number}", out + r
        if epilogue != "none":
            node("Relu", [last], f"relu{number}")
            last, out = f"relu{number}", np.maximum(out, 0)
        graph.output.append(value(last, out.shape))
        expected[last] = out
        options.append(f"--algorithm=conv{number}=winograd{tile}")
    return model, options, inputs, expected


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--target", required=True)
    parser.add_argument("--work")
    parser.add_argument("--sanitize", action="store_true")
    args = parser.parse_args()
    model, options, inputs, expected = build()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(args.work or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        onnx_files.save_model(model, folder / "model.onnx")
        done = package.compile_model(
            folder / "model.onnx", folder / "net", "net", args.target, options)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        made = package.Package(folder / "net")
        toolchain = package.Toolchain(args.target)
        flags = SANITIZE if args.sanitize else ["-O1"]
        program, error = package.build_driver([made], folder, toolchain, flags)
        if not program:
            sys.exit(error)
        made.write_inputs(inputs, folder / "net.in")
        done = subprocess.run([*toolchain.run_prefix, program, "run", folder, "net"],
                              capture_output=True, text=True)
        if done.stdout.strip() != "net ok":
            sys.exit(done.stdout + done.stderr)
        wrong = 0
        for port, found in zip(made.outputs, made.read_outputs(folder / "net.out")):
            right = expected[port.name]
            # An activation may leave nothing but zeros.
            error = np.abs(found - right).max() / (np.abs(right).max() or 1)
            if not error <= 1e-4:
                wrong += 1
                print(f"{port.name} {list(port.shape)}: error {error:.2g}")
        used = sum(layer["algorithm"].startswith("Winograd")
                   for layer in made.report["layers"])
        print(f"{len(expected) - wrong} convolutions agree, {wrong} do not, {used} by Winograd")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
