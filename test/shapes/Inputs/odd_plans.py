"""Compiles random networks of odd shapes plainly and with other plans, and
compares the results bit for bit under --exact.

    odd_plans.py --target T [--seed N] [--count N] [--work FOLDER]

Images of one row or of prime sizes; windows that are dilated, that move by more
than they cover, that lie in padding alone, or that are higher than the image;
pools, residual additions and concats. A failing network's number and the seed
make it again.
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

PLANS = {
    "plain": ["--plan", "order,alias"],
    "rows": ["--plan", "order,alias,rows"],
    "patches": ["--plan", "order,alias,patches"],
}
ROWS = [1, 2, 7, 13, 19, 23]
COLUMNS = [1, 5, 8, 11, 16]
CHANNELS = [1, 3, 4, 7, 16]


class Image:
    """A value of the network, and its shape."""

    def __init__(self, value, channels, extents):
        self.value, self.channels, self.extents = value, channels, extents


def windows_for(m, image, kernels):
    """A window for rows and one for columns; none that makes the image huge."""
    return [odd_cases.window(m, extent, kernels) for extent in image.extents]


def shrunk(extents, windows):
    return [(e + b + a - (k - 1) * d - 1) // s + 1
            for e, (k, s, d, b, a) in zip(extents, windows)]


def convolve(m, image):
    windows = windows_for(m, image, [1, 2, 3, 5])
    depthwise = m.pick([False, True])
    channels = image.channels if depthwise else m.pick(CHANNELS)
    groups = image.channels if depthwise else 1
    kernel, strides, dilations, before, after = zip(*windows)
    weights = m.weight(channels, image.channels // groups, *kernel)
    value = m.node("Conv", [image.value, weights, m.constant(m.array([channels]))],
                   group=groups, kernel_shape=kernel, strides=strides,
                   dilations=dilations, pads=[*before, *after])
    return Image(value, channels, shrunk(image.extents, windows))


def pool(m, image):
    # Padding is at most half of a pool's window.
    windows = []
    for kernel, stride, _, _, _ in windows_for(m, image, [1, 2, 3]):
        windows.append((kernel, stride, 1, kernel // 2, kernel // 2))
    kernel, strides, _, before, after = zip(*windows)
    kind = m.pick(["MaxPool", "AveragePool"])
    value = m.node(kind, [image.value], kernel_shape=kernel, strides=strides,
                   pads=[*before, *after])
    return Image(value, image.channels, shrunk(image.extents, windows))


def pointwise(m, image, channels):
    value = m.node("Conv", [image.value, m.weight(channels, image.channels, 1, 1)],
                   kernel_shape=[1, 1])
    return Image(value, channels, image.extents)


def add(m, image):
    """A residual block whose branch keeps the shape."""
    kernel = m.pick([1, 3, 5])
    dilation = m.pick([1, 2])
    pad = (kernel - 1) * dilation // 2
    value = m.node(
        "Conv", [image.value, m.weight(image.channels, image.channels, kernel, kernel)],
        kernel_shape=[kernel] * 2, dilations=[dilation] * 2, pads=[pad] * 4)
    value = m.node("Relu", [m.node("Add", [value, image.value])])
    return Image(value, image.channels, image.extents)


def concat(m, image):
    parts = [pointwise(m, image, m.pick(CHANNELS)) for _ in range(2)]
    value = m.node("Concat", [part.value for part in parts], axis=1)
    return Image(value, sum(part.channels for part in parts), image.extents)


def relu(m, image):
    return Image(m.node("Relu", [image.value]), image.channels, image.extents)


def build(seed):
    """One network, and its inputs."""
    m = odd_cases.Model(seed)
    extents = [m.pick(ROWS), m.pick(COLUMNS)]
    channels = m.pick([1, 3, 4])
    image = Image(m.input([1, channels, *extents]), channels, extents)
    for _ in range(m.pick([3, 4, 5, 6])):
        layer = m.pick([convolve, convolve, pool, add, concat, relu])
        image = layer(m, image)
    m.output("y", image.value)
    return m.proto, m.inputs


def check(target, seed, count, work):
    toolchain = package.Toolchain(target)
    made, changed = [], {"rows": 0, "patches": 0}
    for number in range(count):
        proto, inputs = build([seed, number])
        model = work / f"n{number}.onnx"
        onnx_files.save_model(proto, model)
        for plan, options in PLANS.items():
            name = f"n{number}_{plan}"
            done = package.compile_model(
                model, work / name, name, target, ["--exact", *options])
            if done.returncode:
                print(f"{name}: {package.first_error(done.stderr)}")
                return False
            one = package.Package(work / name)
            if plan != "plain":
                changed[plan] += any(plan in line for line in one.report.get("plan", []))
            made.append((one, inputs))
    packages = [one for one, _ in made]
    program, error = package.build_driver(
        packages, work / "build", toolchain, ["-O1", "-fsanitize=address,undefined"])
    if not program:
        print(error)
        return False
    for one, inputs in made:
        one.write_inputs(inputs, program.parent / f"{one.name}.in")
    names = [one.name for one in packages]
    done = subprocess.run([*toolchain.run_prefix, program, "run", program.parent, *names],
                          capture_output=True, text=True, errors="replace")
    if done.stdout.split("\n") != [f"{name} ok" for name in names] + [""]:
        print(done.stdout, done.stderr)
        return False
    results = {one.name: one.read_outputs(program.parent / f"{one.name}.out")
               for one in packages}
    wrong = 0
    for number in range(count):
        plain = results[f"n{number}_plain"]
        for plan in changed:
            for a, b in zip(plain, results[f"n{number}_{plan}"]):
                if np.asarray(a).tobytes() != np.asarray(b).tobytes():
                    print(f"network {number} of seed {seed}: other bits by {plan}")
                    wrong += 1
    print(f"{target}: {count} networks, {changed['rows']} by rows,"
          f" {changed['patches']} by patches: {wrong} differ")
    return wrong == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", default="generic")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--work", type=pathlib.Path)
    options = parser.parse_args()
    if options.work:
        options.work.mkdir(parents=True, exist_ok=True)
        return check(options.target, options.seed, options.count, options.work)
    with tempfile.TemporaryDirectory() as folder:
        return check(options.target, options.seed, options.count, pathlib.Path(folder))


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
