"""Kernels as data: their MLIR text, and what they must compute, point by point.

A map is written once, as MLIR prints it (`c, h * 2 + i - 1, w floordiv 4`); the
naive evaluation runs it as Python.
"""

import itertools

import numpy as np

MLIR_TYPES = {
    np.float32: "f32", np.float64: "f64", np.int8: "i8", np.uint8: "i8",
    np.int16: "i16", np.int32: "i32", np.int64: "i64", np.bool_: "i1",
}


def memref(array):
    shape = "".join(f"{n}x" for n in array.shape)
    return f"memref<{shape}{MLIR_TYPES[array.dtype.type]}>"


def evaluator(dims, text):
    """The map `text` over `dims` as a Python function of the point."""
    code = text.replace("floordiv", "//").replace("mod", "%")
    return eval(f"lambda {', '.join(dims)}: ({code}{',' if code else ''})")


def affine(dims, text):
    return f"affine_map<({', '.join(dims)}) -> ({text})>"


def sample(shape, dtype, seed):
    """Small values; floats are multiples of 1/8, so that sums are exact."""
    random = np.random.default_rng(seed)
    if np.issubdtype(dtype, np.floating):
        return (random.integers(-8, 9, shape) / 8).astype(dtype)
    info = (0, 2) if dtype is np.bool_ else (-9, 10)
    return random.integers(*info, shape).astype(dtype)


class Kernel:
    """inputs, outputs: arrays, the latter for shape and type. Subclasses give
    `mlir_op`, the text of the operator with the operands `names`, and
    `evaluate`, what the first outputs must be."""

    tolerance = 0.0

    def function(self, name):
        arrays = [*self.inputs, *self.outputs]
        args = ", ".join(f"%{name}{i}: {memref(a)}" for i, a in enumerate(arrays))
        op = self.mlir_op([f"%{name}{i}" for i in range(len(arrays))])
        return f"func.func @{name}({args}) {{\n{op}\n  return\n}}\n"


class Nest(Kernel):
    def __init__(self, dims, extents, reads, writes, shape, *, body, py, dtype=np.float32,
                 acc=None, init="0.0", start=0, reduce=0, body_inputs=None,
                 finish="", py_finish=None, guards=None, dtypes=None, inputs=None):
        """reads: (shape, map or None) per input. body, finish: MLIR lines that
        end in a yield; their arguments are %acc, %0, %1 ..; py(acc, *inputs, at=index)
        and py_finish(acc, *inputs) say the same in Python. guards: (map, extents)."""
        self.dims, self.extents = dims.split(), extents
        self.reads, self.writes = [m for _, m in reads], writes
        dtypes = dtypes or [dtype] * len(reads)
        self.inputs = inputs or [
            sample(s, t, i) for i, ((s, _), t) in enumerate(zip(reads, dtypes))]
        self.outputs = [np.zeros(shape, dtype)]
        self.acc = acc or MLIR_TYPES[dtype]
        self.body, self.py, self.init, self.start = body, py, init, start
        self.finish, self.py_finish = finish, py_finish
        self.reduce, self.guards = reduce, guards
        self.body_inputs = len(reads) if body_inputs is None else body_inputs

    def mlir_op(self, names):
        types = [memref(a) for a in [*self.inputs, *self.outputs]]
        maps = ", ".join("unit" if m is None else affine(self.dims, m)
                         for m in [*self.reads, self.writes])
        guards = ""
        if self.guards:
            extents = ", ".join(map(str, self.guards[1]))
            guards = (f", guards = {affine(self.dims, self.guards[0])},"
                      f" guard_extents = array<i64: {extents}>")

        def region(lines, first, last):
            args = [f"%acc: {self.acc}"]
            for i in range(first, last):
                unit = self.reads[i] is None
                args.append(f"%{i - first}: " + (
                    types[i] if unit else MLIR_TYPES[self.inputs[i].dtype.type]))
            return f"{{\n    ^bb0({', '.join(args)}):\n{lines}\n  }}"

        init = self.init if self.acc == "i1" else f"{self.init} : {self.acc}"
        finish = self.finish or f"      kernel.yield %acc : {self.acc}"
        n = len(self.inputs)
        ins = f'{", ".join(names[:-1])} : {", ".join(types[:-1])}' if n else ""
        return (
            f'  kernel.nest "nest" extents [{", ".join(map(str, self.extents))}]'
            f" ins({ins}) outs({names[-1]} : {types[-1]})"
            f" {{reduction_rank = {self.reduce} : i64, body_inputs = {self.body_inputs} : i64,"
            f" init = {init}, maps = [{maps}]{guards}}}"
            f" body {region(self.body, 0, self.body_inputs)}"
            f" finish {region(finish, self.body_inputs, n)}")

    def evaluate(self):
        out = self.outputs[0].copy()
        reads = [m if m is None else evaluator(self.dims, m) for m in self.reads]
        writes = evaluator(self.dims, self.writes)
        guard = evaluator(self.dims, self.guards[0]) if self.guards else None
        parallel = len(self.extents) - self.reduce

        def read(i, point):
            return self.inputs[i] if reads[i] is None else self.inputs[i][reads[i](*point)]

        for outer in itertools.product(*map(range, self.extents[:parallel])):
            acc = self.start
            for inner in itertools.product(*map(range, self.extents[parallel:])):
                point = outer + inner
                if guard and not all(
                        0 <= g < e for g, e in zip(guard(*point), self.guards[1])):
                    continue
                values = [read(i, point) for i in range(self.body_inputs)]
                acc = self.py(acc, *values, at=dict(zip(self.dims, point)))
            if self.py_finish:
                zero = outer + (0,) * self.reduce
                acc = self.py_finish(acc, *(
                    read(i, zero) for i in range(self.body_inputs, len(reads))))
            out[writes(*outer, *(0,) * self.reduce)] = acc
        return [out]


class Prologue:
    def __init__(self, blocks, shape, inputs, body, py):
        """shape: of a block; inputs: (shape, map) each, x first, over b and the
        block's dimensions s0, s1, ..."""
        self.blocks, self.shape, self.body, self.py = blocks, shape, body, py
        self.dims = ["b", *(f"s{i}" for i in range(len(shape)))]
        self.maps = [m for _, m in inputs]
        self.inputs = [sample(s, np.float32, 5 + i) for i, (s, _) in enumerate(inputs)]

    def attributes(self):
        maps = ", ".join(affine(self.dims, m) for m in self.maps)
        return f", prologue_blocks = {self.blocks} : i64, prologue_maps = [{maps}]"

    def region(self):
        args = ", ".join(f"%{i}: f32" for i in range(len(self.inputs)))
        return f" prologue {{\n  ^bb0({args}):\n{self.body}\n  }}"

    def evaluate(self, block):
        """The contents of the block with that number."""
        made = np.zeros(self.shape, np.float32)
        reads = [evaluator(self.dims, m) for m in self.maps]
        for at in np.ndindex(*self.shape):
            made[at] = self.py(*(a[read(block, *at)] for a, read in zip(self.inputs, reads)))
        return made


class Gemm(Kernel):
    def __init__(self, outer, rows, columns, lanes, depth, lhs, rhs, out, shapes, *,
                 tile, epilogue=(), body="      kernel.yield %acc : f32",
                 py=lambda acc: acc, dtypes=(np.float32,) * 3, acc="f32", flags="",
                 prologue=None):
        """outer, rows, depth: dict of dimension to extent. lhs, rhs, out: maps,
        as in the op's documentation, over those names and v. shapes: of lhs, rhs,
        out. epilogue: (shape, map) each. prologue: makes the lhs."""
        self.outer, self.rows, self.depth = outer, rows, depth
        self.columns, self.lanes, self.tile = columns, lanes, tile
        self.maps = lhs, rhs, out
        self.epilogue_maps = [m for _, m in epilogue]
        self.body, self.py, self.acc, self.flags = body, py, acc, flags
        self.inputs = [sample(shapes[0], dtypes[0], 0), sample(shapes[1], dtypes[1], 1)]
        self.inputs += [sample(s, np.int32 if acc == "i32" else np.float32, 2 + i)
                        for i, (s, _) in enumerate(epilogue)]
        self.outputs = [np.zeros(shapes[2], dtypes[2])]
        self.prologue = prologue
        if prologue:
            self.inputs[0] = prologue.inputs[0]
            self.inputs += prologue.inputs[1:]
            self.outputs.append(np.zeros(prologue.shape, np.float32))

    def mlir_op(self, names):
        types = [memref(a) for a in [*self.inputs, *self.outputs]]
        inputs, flags, prologue = len(self.inputs), self.flags, ""
        if self.prologue:
            flags += self.prologue.attributes()
            prologue = self.prologue.region()
        lhs_dims = [*self.outer, *self.rows, *self.depth]
        rhs_dims = [*self.outer, "v", *self.depth]
        out_dims = [*self.outer, *self.rows, "v"]
        epilogue = ", ".join(affine(out_dims, m) for m in self.epilogue_maps)
        args = [f"%acc: {self.acc}"] + [
            f"%{i}: {MLIR_TYPES[a.dtype.type]}"
            for i, a in enumerate(self.inputs[2:2 + len(self.epilogue_maps)])]

        def extents(dims):
            return "[" + ", ".join(map(str, dims.values())) + "]"

        return (
            f'  kernel.gemm "gemm" outer {extents(self.outer)} rows {extents(self.rows)}'
            f" columns {self.columns} lanes {self.lanes} depth {extents(self.depth)}"
            f' ins({", ".join(names[:inputs])} : {", ".join(types[:inputs])})'
            f' outs({", ".join(names[inputs:])} : {", ".join(types[inputs:])})'
            f" {{lhs_map = {affine(lhs_dims, self.maps[0])},"
            f" rhs_map = {affine(rhs_dims, self.maps[1])},"
            f" out_map = {affine(out_dims, self.maps[2])}, epilogue_maps = [{epilogue}],"
            f" tile_rows = {self.tile[0]} : i64, tile_vectors = {self.tile[1]} : i64{flags}}}"
            f" epilogue {{\n  ^bb0({', '.join(args)}):\n{self.body}\n  }}{prologue}")

    def evaluate(self):
        out = self.outputs[0].copy()
        lhs_dims = [*self.outer, *self.rows, *self.depth]
        rhs_dims = [*self.outer, "v", *self.depth]
        out_dims = [*self.outer, *self.rows, "v"]
        lhs = evaluator(lhs_dims, self.maps[0])
        rhs = evaluator(rhs_dims, self.maps[1])
        writes = evaluator(out_dims, self.maps[2])
        extras = [evaluator(out_dims, m) for m in self.epilogue_maps]
        wide = np.int64 if self.acc == "i32" else np.float64

        def shifted(index, lane):
            return (*index[:-1], index[-1] + lane)

        def points(dims):
            return itertools.product(*map(range, dims.values()))

        left, first = self.inputs[0], next(iter(self.rows.values()))
        for number, o in enumerate(points(self.outer)):
            for r in points(self.rows):
                if self.prologue:
                    blocks = self.prologue.blocks
                    left = self.prologue.evaluate(number * blocks + r[0] * blocks // first)
                for n in range(self.columns):
                    v, lane = divmod(n, self.lanes)
                    acc = wide(0)
                    for d in points(self.depth):
                        acc += wide(left[lhs(*o, *r, *d)]) * wide(
                            self.inputs[1][shifted(rhs(*o, v, *d), lane)])
                    extra = []
                    for i, m in enumerate(extras):
                        uses_v = "v" in self.epilogue_maps[i]
                        extra.append(self.inputs[2 + i][
                            shifted(m(*o, *r, v), lane if uses_v else 0)])
                    out[shifted(writes(*o, *r, v), lane)] = self.py(acc, *extra)
        return [out, left] if self.prologue else [out]


class Irregular(Kernel):
    """Any other operator: `op` is its text up to the buffers, `tail` what
    follows them."""

    def __init__(self, op, inputs, outputs, evaluate, tail="", tolerance=0.0):
        self.op, self.inputs, self.outputs = op, inputs, outputs
        self.evaluate_inputs, self.tail, self.tolerance = evaluate, tail, tolerance

    def mlir_op(self, names):
        n = len(self.inputs)
        types = [memref(a) for a in [*self.inputs, *self.outputs]]
        return (f"  kernel.{self.op}"
                f" ins({', '.join(names[:n])} : {', '.join(types[:n])})"
                f" outs({', '.join(names[n:])} : {', '.join(types[n:])}) {self.tail}")

    def evaluate(self):
        results = self.evaluate_inputs(*self.inputs)
        return results if isinstance(results, list) else [results]
