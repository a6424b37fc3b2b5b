"""Random networks mean the same before and after planning.

Writes modules of kernel.nest on random graphs (elementwise work, broadcasts,
reductions, transposes, slices, concats, reshapes, copied results, buffers that
are written again), plans them with megcc-opt, and runs both forms in a small
interpreter: every value is an f32, a memory is a list of them that starts as
NaN, and the points of a nest are visited in random order, as vector code may.
At least a third of the copies must go, so that a planner which does nothing is
noticed.
"""

import itertools
import math
import random
import re
import subprocess
import sys

INPUTS = 4
PLAN = ["--plan-arena", "--verify-arena"]
PASSES = ["--elide-copies", "--run-in-place", "--elide-padding", "--merge-nest-dimensions"] + PLAN
# The order does not matter to what a network computes.
REVERSED = ["--run-in-place", "--elide-copies"] + PLAN
REORDERED = ["--reorder-kernels"] + PASSES
# Nothing fits, so that as much as possible is computed again.
RECOMPUTED = ["--recompute-tensors=budget=1"] + PASSES
# Succeeds if all arguments can be C pointers that do not alias.
OUTLINED = PASSES + ["--outline-kernels", "--verify-arena"]


def product(numbers):
    return math.prod(numbers)


def row_major(shape):
    return [product(shape[i + 1 :]) for i in range(len(shape))]


def memref(shape, strides=None):
    text = "".join(f"{n}x" for n in shape) + "f32"
    if strides and strides != row_major(shape):
        return f"memref<{text}, strided<{list(strides)}>>"
    return f"memref<{text}>"


class Generator:
    """Builds one module; values are (name, shape), all plain buffers."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.concats = {}
        self.lines = []
        self.values = []
        self.roots = {}
        self.count = 0

    def name(self, stem):
        self.count += 1
        return f"%{stem}{self.count}"

    def alloc(self, shape):
        name = self.name("b")
        self.lines.append(f"{name} = memref.alloc() : {memref(shape)}")
        self.roots[name] = name
        return name

    def alias(self, source, source_shape, shape, offset, strides=None):
        name = self.name("a")
        self.lines.append(
            f"{name} = kernel.alias {source}[{offset}] : "
            f"{memref(source_shape)} to {memref(shape, strides)}"
        )
        self.roots[name] = self.roots[source]
        return name

    def nest(self, kind, extents, inputs, output, reduced=0, finish=0):
        """inputs and output: (name, type, map results)."""
        dims = ", ".join(f"d{i}" for i in range(len(extents)))
        maps = ", ".join(
            f"affine_map<({dims}) -> ({', '.join(results)})>"
            for _, _, results in inputs + [output]
        )
        body_inputs = len(inputs) - finish
        head = (
            f'kernel.nest "{kind}" extents {list(extents)} '
            f"ins({', '.join(i[0] for i in inputs)} : "
            f"{', '.join(i[1] for i in inputs)}) outs({output[0]} : {output[1]}) "
            f"{{body_inputs = {body_inputs}, init = 0.0 : f32, maps = [{maps}], "
            f"reduction_rank = {reduced}}}"
        )
        args = lambda n: "".join(f", %i{i}: f32" for i in range(n))
        op = "%acc" if kind == "sum" else "%i0"
        other = {"add": "%i1", "sum": "%i0"}.get(kind)
        compute, result = "", "%i0"
        if kind == "scale":
            compute, result = "%r = arith.addf %i0, %i0 : f32", "%r"
        elif other:
            compute, result = f"%r = arith.addf {op}, {other} : f32", "%r"
        body = f"^bb0(%acc: f32{args(body_inputs)}):\n {compute}\n kernel.yield {result} : f32"
        if finish:
            end = "%r = arith.addf %acc, %i0 : f32\n kernel.yield %r : f32"
        else:
            end = "kernel.yield %acc : f32"
        self.lines.append(
            f"{head} body {{\n{body}\n}} finish {{\n^bb0(%acc: f32{args(finish)}):\n {end}\n}}"
        )

    def copy(self, source, shape, target, target_type, results=None):
        plain = [f"d{i}" for i in range(len(shape))]
        self.nest(
            "copy",
            shape,
            [(source[0], memref(source[1]), results or plain)],
            (target, target_type, plain),
        )

    def pick(self):
        """Recent values more often: long chains, some long lives."""
        if self.random.random() < 0.6:
            return self.values[-1]
        return self.random.choice(self.values)

    def step(self):
        kind = self.random.choice(
            ["scale", "scale", "add", "add", "bias", "sum", "transpose"]
            + ["slice", "concat", "concat", "reshape", "copy", "overwrite"]
        )
        x = self.pick()
        shape = x[1]
        dims = [f"d{i}" for i in range(len(shape))]
        if kind == "reshape":
            i = self.random.randrange(len(shape))
            factor = self.random.choice([f for f in range(1, 7) if shape[i] % f == 0])
            new = shape[:i] + [factor, shape[i] // factor] + shape[i + 1 :]
            if len(new) > 3:
                new = [new[0] * new[1]] + new[2:]
            self.values.append((self.alias(x[0], shape, new, 0), new))
            return
        if kind == "overwrite":
            targets = [
                v
                for v in self.values
                if v[1] == shape and self.roots[v[0]] != self.roots[x[0]]
            ]
            targets = [v for v in targets if self.roots[v[0]].startswith("%b")]
            if targets:
                y = self.random.choice(targets)[0]
                how = self.random.choice(["scale", "copy"])
                type = memref(shape)
                self.nest(how, shape, [(x[0], type, dims)], (y, type, dims))
            return
        if kind in ("scale", "copy"):
            y = self.alloc(shape)
            self.nest(kind, shape, [(x[0], memref(shape), dims)], (y, memref(shape), dims))
        elif kind == "add":
            other = self.random.choice([v for v in self.values if v[1] == shape])
            y = self.alloc(shape)
            self.nest(
                "add",
                shape,
                [(v[0], memref(shape), dims) for v in (x, other)],
                (y, memref(shape), dims),
            )
        elif kind == "bias":
            rows = [v for v in self.values if v[1] == shape[-1:]]
            if not rows:
                return
            bias = self.random.choice(rows)
            y = self.alloc(shape)
            self.nest(
                "add",
                shape,
                [(x[0], memref(shape), dims), (bias[0], memref(bias[1]), dims[-1:])],
                (y, memref(shape), dims),
            )
        elif kind == "sum":
            new = shape[:-1] or [1]
            out = dims[:-1] or ["0"]
            residual = [v for v in self.values if v[1] == new]
            inputs = [(x[0], memref(shape), dims)]
            finish = 0
            if residual and self.random.random() < 0.7:
                r = self.random.choice(residual)
                inputs.append((r[0], memref(new), out))
                finish = 1
            y = self.alloc(new)
            self.nest("sum", shape, inputs, (y, memref(new), out), 1, finish)
            shape = new
        elif kind == "transpose":
            order = list(range(len(shape)))
            self.random.shuffle(order)
            new = [shape[i] for i in order]
            y = self.alloc(new)
            at = [f"d{order.index(i)}" for i in range(len(shape))]
            self.copy(x, new, y, memref(new), at)
            shape = new
        elif kind == "slice":
            new, at = list(shape), list(dims)
            for i in range(len(shape)):
                if shape[i] > 1 and self.random.random() < 0.6:
                    step = self.random.choice([1, 1, 1, 2])
                    new[i] = self.random.randint(1, (shape[i] - 1) // step + 1)
                    last = (new[i] - 1) * step
                    begin = self.random.randint(0, shape[i] - 1 - last)
                    at[i] = f"d{i} * {step} + {begin}"
            y = self.alloc(new)
            self.copy(x, new, y, memref(new), at)
            shape = new
        else:
            axis = self.random.randrange(len(shape))
            fits = lambda v: len(v[1]) == len(shape) and all(
                a == b for i, (a, b) in enumerate(zip(v[1], shape)) if i != axis
            )
            parts = [x] + self.random.choices([v for v in self.values if fits(v)], k=2)
            self.random.shuffle(parts)
            # As in a dense block: all parts of an earlier concat, and one more.
            if (axis, x[0]) in self.concats and self.random.random() < 0.8:
                parts = self.concats[axis, x[0]] + parts[:1]
            new = list(shape)
            new[axis] = sum(v[1][axis] for v in parts)
            if product(new) > 200:
                return
            y = self.alloc(new)
            strides, begin = row_major(new), 0
            for part in parts:
                to = self.alias(y, new, part[1], begin * strides[axis], strides)
                self.copy(part, part[1], to, memref(part[1], strides))
                begin += part[1][axis]
            shape = new
            self.concats[axis, y] = parts
        self.values.append((y, shape))

    def module(self):
        shapes = [[4, 6], [4, 6], [2, 3, 4], [6]]
        inputs = [(f"%x{i}", s) for i, s in enumerate(shapes)]
        self.values += inputs
        self.roots.update((name, name) for name, _ in inputs)
        for _ in range(self.random.randint(4, 20)):
            self.step()
        results = []
        for value in {v[0]: v for v in self.values[-3:]}.values():
            name = f"%y{len(results)}"
            self.copy(value, value[1], name, memref(value[1]))
            results.append((name, value[1]))
        if self.random.random() < 0.5:
            value = self.random.choice(self.values)
            self.copy(value, value[1], "%y_more", memref(value[1]))
            results.append(("%y_more", value[1]))
        arguments = ", ".join(f"{n}: {memref(s)}" for n, s in inputs + results)
        body = "\n".join(self.lines)
        return f"func.func @main({arguments}) {{\n{body}\nreturn\n}}\n"


class Interpreter:
    """Runs @main of a module as megcc-opt prints it."""

    def __init__(self, order):
        self.order = order
        self.buffers = {}  # name -> (memory, offset, shape, strides)

    def parse_type(self, text):
        shape = [int(n) for n in re.match(r"memref<((?:\d+x)*)", text)[1].split("x") if n]
        strided = re.search(r"strided<\[([^]]*)\]", text)
        if strided:
            return shape, [int(n) for n in strided[1].split(",") if n.strip()]
        return shape, row_major(shape)

    def run(self, text):
        outputs = []
        for line in text.splitlines():
            line = line.strip()
            if line.startswith("func.func @main"):
                for name, type in re.findall(r"(%\w+): (memref<[^>]*>)", line):
                    outputs.append(self.argument(name, type))
            elif " = " in line and re.match(r"%\w+ = (memref|kernel)\.", line):
                self.define(line)
            elif line.startswith("kernel.nest"):
                self.nest(line)
        return outputs

    def argument(self, name, type):
        shape, strides = self.parse_type(type)
        count = product(shape) // (4 if "i8>" in type else 1)
        memory = [math.nan] * count
        if len(self.buffers) < INPUTS:
            memory = [float(i * 7 % 11 - 5 + len(self.buffers)) for i in range(count)]
        self.buffers[name] = (memory, 0, shape, strides)
        return memory

    def define(self, line):
        name, rest = line.split(" = ", 1)
        shape, strides = self.parse_type(re.findall(r"memref<.*?>+", rest)[-1])
        if rest.startswith("memref.alloc"):
            self.buffers[name] = ([math.nan] * product(shape), 0, shape, strides)
            return
        source, at = re.search(r"(%\w+)\[(\d+)\]", rest).groups()
        memory, offset, _, _ = self.buffers[source]
        step = int(at) // 4 if rest.startswith("kernel.view") else int(at)
        self.buffers[name] = (memory, offset + step, shape, strides)

    def nest(self, line):
        kind = re.match(r'kernel.nest "(\w+)"', line)[1]
        extents = re.search(r"extents \[([^]]*)\]", line)[1]
        extents = [int(n) for n in extents.split(",") if n]
        names = lambda word: re.search(word + r"\(([^:]*) :", line)[1].split(", ")
        inputs, output = names("ins"), names("outs")[0]
        reduced = int(re.search(r"reduction_rank = (\d+)", line)[1])
        maps = []
        for dims, results in re.findall(r"affine_map<\(([^)]*)\) -> \(([^)]*)\)>", line):
            maps.append(eval(f"lambda {dims}: [{results}]"))

        def address(name, index):
            memory, offset, shape, strides = self.buffers[name]
            assert all(0 <= i < n for i, n in zip(index, shape)), line
            return memory, offset + sum(i * s for i, s in zip(index, strides))

        def load(i, point):
            memory, at = address(inputs[i], maps[i](*point))
            return memory[at]

        outer = extents[: len(extents) - reduced]
        points = list(itertools.product(*map(range, outer)))
        self.order.shuffle(points)
        for point in points:
            if kind == "sum":
                inner = itertools.product(*map(range, extents[len(outer) :]))
                result = sum(load(0, point + rest) for rest in inner)
                if len(inputs) > 1:
                    result += load(1, point + (0,) * reduced)
            elif kind == "add":
                result = load(0, point) + load(1, point)
            else:
                result = load(0, point) * (2 if kind == "scale" else 1)
            memory, at = address(output, maps[-1](*point + (0,) * reduced))
            # Sums are compared exactly; keep them small.
            memory[at] = math.remainder(result, 1021.0)


def plan(modules, passes):
    """The modules after these passes, all in one run of megcc-opt."""
    cut = "// -----\n"
    done = subprocess.run(
        ["megcc-opt", "-", "--split-input-file", "--mlir-print-local-scope"] + passes,
        input=cut.join(modules),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout.split(cut)


def main():
    count = int(sys.argv[1])
    modules = [Generator(seed).module() for seed in range(count)]
    before = plan(modules, [])
    planned = plan(modules, PASSES)
    others = [plan(modules, passes) for passes in (REVERSED, REORDERED, RECOMPUTED)]
    plan(modules, OUTLINED)
    for seed, texts in enumerate(zip(before, planned, *others)):
        runs = [Interpreter(random.Random(seed)).run(text) for text in texts]
        defined = not any(math.isnan(x) for values in runs[0] for x in values)
        for run, text in zip(runs, texts):
            if not defined or runs[0] != run[: len(runs[0])]:
                sys.exit(f"{texts[0]}\n{text}\nnetwork {seed} differs")
    count_copies = lambda texts: sum(t.count('kernel.nest "copy"') for t in texts)
    copies, left = count_copies(before), count_copies(planned)
    if left > 2 / 3 * copies:
        sys.exit(f"of {copies} copies {left} are left, expected fewer")
    repeated = sum(text.count("kernel.repeated") for text in others[-1])
    if repeated < count / 50:
        sys.exit(f"{repeated} kernels run again in {count} networks, expected more")
    print(f"{count} networks agree, {copies} copies became {left}, {repeated} kernels run again")


main()
