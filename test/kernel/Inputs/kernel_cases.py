"""Kernels that between them take every path of the expansion."""

import numpy as np

from kernels import Gemm, Nest, Prologue

F32_ADD = "      %s = arith.addf %0, %1 : f32\n      kernel.yield %s : f32"
F32_MAC = ("      %p = arith.mulf %0, %1 : f32\n      %s = arith.addf %acc, %p : f32\n"
           "      kernel.yield %s : f32")
F32_SUM = "      %s = arith.addf %acc, %0 : f32\n      kernel.yield %s : f32"
F32_MAX = "      %s = arith.maximumf %acc, %0 : f32\n      kernel.yield %s : f32"
F32_COPY = "      kernel.yield %0 : f32"


def copy(acc, x, **_):
    return x


def mac(acc, a, b, **_):
    return acc + a * b


def total(acc, x, **_):
    return acc + x


def depthwise(size, stride, taps, blocks=2, lanes=16, pad=1):
    out = (size + 2 * pad - taps) // stride + 1
    h, w = f"h * {stride} + i - {pad}", f"w * {stride} + j - {pad}"
    return Nest(
        "c h w l i j", [blocks, out, out, lanes, taps, taps],
        [((blocks, size, size, lanes), f"c, {h}, {w}, l"),
         ((blocks, taps, taps, lanes), "c, i, j, l"), ((blocks, lanes), "c, l")],
        "c, h, w, l", (blocks, out, out, lanes), reduce=2, body_inputs=2,
        guards=(f"{h}, {w}", [size, size]), body=F32_MAC, py=mac,
        finish="      %s = arith.addf %acc, %0 : f32\n      kernel.yield %s : f32",
        py_finish=lambda acc, b: acc + b)


def gather():
    indices = np.array([3, 0, 2], np.int32)
    table = np.arange(5 * 37, dtype=np.float32).reshape(5, 37)
    return Nest(
        "i j", [3, 37], [((3,), "i"), ((5, 37), None)], "i, j", (3, 37),
        inputs=[indices, table],
        body="""      %zero = arith.constant 0 : i32
      %last = arith.constant 4 : i32
      %a = arith.maxsi %0, %zero : i32
      %b = arith.minsi %a, %last : i32
      %row = arith.index_cast %b : i32 to index
      %j = kernel.index 1
      %x = memref.load %1[%row, %j] : memref<5x37xf32>
      kernel.yield %x : f32""",
        py=lambda acc, index, table, at: table[index, at["j"]])


NESTS = {
    "add_broadcast": Nest(
        "a b c", [2, 5, 49], [((2, 5, 49), "a, b, c"), ((5,), "b")], "a, b, c", (2, 5, 49),
        body=F32_ADD, py=lambda acc, x, y, **_: x + y),
    "scalar_tensor": Nest("", [], [((), ""), ((), "")], "", (), body=F32_ADD,
                          py=lambda acc, x, y, **_: x + y),
    "transpose": Nest("a b", [7, 33], [((33, 7), "b, a")], "a, b", (7, 33),
                      body=F32_COPY, py=copy),
    "reverse": Nest("a", [9], [((9,), "8 - a")], "a", (9,), body=F32_COPY, py=copy),
    "blocked_to_rows": Nest(
        "c y", [32, 10], [((2, 10, 16), "c floordiv 16, y, c mod 16")], "y, c", (10, 32),
        body=F32_COPY, py=copy),
    "rows_to_blocked": Nest(
        "b y l", [2, 10, 16], [((10, 32), "y, b * 16 + l")], "b, y, l", (2, 10, 16),
        body=F32_COPY, py=copy),
    "reshape_flat": Nest(
        "a b", [6, 35], [((10, 21), "(a * 35 + b) floordiv 21, (a * 35 + b) mod 21")],
        "a, b", (6, 35), body=F32_COPY, py=copy),
    "pad": Nest(
        "y x", [9, 40], [((5, 33), "y - 2, x - 3")], "y, x", (9, 40), init="0.5", start=0.5,
        guards=("y - 2, x - 3", [5, 33]), body=F32_COPY, py=copy),
    "sum_rows": Nest("a b", [3, 203], [((3, 203), "a, b")], "a", (3,), reduce=1,
                     body=F32_SUM, py=total),
    "sum_blocks": Nest(
        "a k b l", [3, 2, 5, 16], [((3, 5, 2, 16), "a, b, k, l")], "a, k", (3, 2), reduce=2,
        body=F32_SUM, py=total),
    "sum_columns": Nest("b a", [203, 6], [((6, 203), "a, b")], "b", (203,), reduce=1,
                        body=F32_SUM, py=total),
    "max_short": Nest("a b", [4, 10], [((4, 10), "a, b")], "a", (4,), reduce=1,
                      init="0xFF800000", start=-np.inf, body=F32_MAX,
                      py=lambda acc, x, **_: max(acc, x)),
    "max_long": Nest("a b", [4, 130], [((4, 130), "a, b")], "a", (4,), reduce=1,
                     init="0xFF800000", start=-np.inf, body=F32_MAX,
                     py=lambda acc, x, **_: max(acc, x)),
    "dot_i32": Nest(
        "a b", [3, 100], [((3, 100), "a, b"), ((100,), "b")], "a", (3,), reduce=1,
        dtype=np.int32, init="5", start=5, py=mac,
        body="      %p = arith.muli %0, %1 : i32\n      %s = arith.addi %acc, %p : i32\n"
             "      kernel.yield %s : i32"),
    "matvec_columns": Nest(
        "n k", [70, 30], [((30,), "k"), ((30, 70), "k, n")], "n", (70,), reduce=1,
        body=F32_MAC, py=mac),
    "depthwise_3x3": depthwise(14, 1, 3),
    "depthwise_3x3_strided": depthwise(13, 2, 3),
    "depthwise_5x5_narrow": depthwise(9, 1, 5, lanes=8, pad=2),
    "depthwise_7x7": depthwise(8, 1, 7, blocks=1, pad=3),
    "convolution_rows": Nest(
        "o h w c i j", [3, 6, 40, 2, 3, 3],
        [((2, 6, 40), "c, h + i - 1, w + j - 1"), ((3, 2, 3, 3), "o, c, i, j")],
        "o, h, w", (3, 6, 40), reduce=3, guards=("h + i - 1, w + j - 1", [6, 40]),
        body=F32_MAC, py=mac),
    "transposed_convolution": Nest(
        "y i", [20, 3], [((10,), "(y - i + 1) floordiv 2"), ((3,), "i")], "y", (20,), reduce=1,
        guards=("(y - i + 1) floordiv 2, (y - i + 1) mod 2", [10, 1]), body=F32_MAC, py=mac),
    "max_pool_blocks": Nest(
        "c h w l i j", [1, 7, 7, 16, 3, 3],
        [((1, 14, 14, 16), "c, h * 2 + i - 1, w * 2 + j - 1, l")], "c, h, w, l", (1, 7, 7, 16),
        reduce=2, init="0xFF800000", start=-np.inf,
        guards=("h * 2 + i - 1, w * 2 + j - 1", [14, 14]), body=F32_MAX,
        py=lambda acc, x, **_: max(acc, x)),
    "convert_i8": Nest(
        "a", [70], [((70,), "a")], "a", (70,), dtypes=[np.int8],
        body="      %x = arith.sitofp %0 : i8 to f32\n      kernel.yield %x : f32", py=copy),
    "select_by_bool": Nest(
        "a", [70], [((70,), "a"), ((70,), "a")], "a", (70,), dtypes=[np.bool_, np.float32],
        body="      %z = arith.constant 7.0 : f32\n"
             "      %s = arith.select %0, %1, %z : f32\n      kernel.yield %s : f32",
        py=lambda acc, c, x, **_: x if c else 7),
    "compare_and_select": Nest(
        "a", [70], [((70,), "a"), ((70,), "a")], "a", (70,),
        body="      %c = arith.cmpf olt, %0, %1 : f32\n"
             "      %s = arith.select %c, %1, %0 : f32\n      kernel.yield %s : f32",
        py=lambda acc, x, y, **_: max(x, y)),
    "compare": Nest(
        "a", [70], [((70,), "a"), ((70,), "a")], "a", (70,), dtype=np.bool_,
        dtypes=[np.float32] * 2, init="false",
        body="      %c = arith.cmpf olt, %0, %1 : f32\n      kernel.yield %c : i1",
        py=lambda acc, x, y, **_: x < y),
    "iota": Nest(
        "a", [50], [], "a", (50,), dtype=np.int64, init="0",
        body="      %i = kernel.index 0\n      %x = arith.index_cast %i : index to i64\n"
             "      kernel.yield %x : i64", py=lambda acc, at: at["a"]),
    "gather": gather(),
    "empty_reduction": Nest("a b", [40, 0], [((40, 1), "a, b")], "a", (40,), reduce=1,
                            init="2.5", start=2.5, body=F32_SUM, py=total),
}

RELU_BIAS = ("      %s = arith.addf %acc, %0 : f32\n      %z = arith.constant 0.0 : f32\n"
             "      %m = arith.maximumf %s, %z : f32\n      kernel.yield %m : f32")


def pointwise(rows, columns, depth, lanes, tile, blocked_out=True):
    vectors = -(-columns // lanes)
    return Gemm(
        {}, {"r": rows}, columns, lanes, {"d": depth},
        f"d floordiv {lanes}, r, d mod {lanes}" if lanes > 1 else "d, r, 0", "v, d, 0",
        "v, r, 0" if blocked_out else f"r, v * {lanes}",
        [(depth // lanes, rows, lanes), (vectors, depth, lanes),
         (vectors, rows, lanes) if blocked_out else (rows, columns)],
        tile=tile, epilogue=[((vectors * lanes,), f"v * {lanes}")],
        body=RELU_BIAS, py=lambda acc, b: max(acc + b, 0))


def convolution(size, stride, tile, lanes=16, taps=3):
    out = (size - taps) // stride + 1
    return Gemm(
        {"n": 2}, {"y": out, "x": out}, 2 * lanes, lanes,
        {"c": 1, "i": taps, "j": taps, "l": lanes},
        f"n, c, y * {stride} + i, x * {stride} + j, l", "v, c, i, j, l, 0", "n, v, y, x, 0",
        [(2, 1, size, size, lanes), (2, 1, taps, taps, lanes, lanes), (2, 2, out, out, lanes)],
        tile=tile, epilogue=[((2, 2, out, out, lanes), "n, v, y, x, 0"), ((1,), "0")],
        body="      %s = arith.addf %acc, %0 : f32\n      %m = arith.mulf %s, %1 : f32\n"
             "      kernel.yield %m : f32", py=lambda acc, r, s: (acc + r) * s)


SCALE_SHIFT_RELU = ("      %m = arith.mulf %0, %1 : f32\n      %s = arith.addf %m, %2 : f32\n"
                    "      %z = arith.constant 0.0 : f32\n"
                    "      %r = arith.maximumf %s, %z : f32\n      kernel.yield %r : f32")


def pointwise_prologue(rows, blocks, lanes, tile):
    """Channels in blocks, two of them, scaled and shifted before they are read."""
    size = rows // blocks
    per_channel = ((2, lanes), "s0, s2")
    return Gemm(
        {}, {"r": rows}, 2 * lanes, lanes, {"d": 2 * lanes},
        f"d floordiv {lanes}, r mod {size}, d mod {lanes}", "v, d, 0", "v, r, 0",
        [(1,), (2, 2 * lanes, lanes), (2, rows, lanes)],
        tile=tile, epilogue=[((2 * lanes,), f"v * {lanes}")], body=RELU_BIAS,
        py=lambda acc, b: max(acc + b, 0),
        prologue=Prologue(blocks, (2, size, lanes),
                          [((2, rows, lanes), f"s0, b * {size} + s1, s2"), per_channel, per_channel],
                          SCALE_SHIFT_RELU, lambda x, a, b: max(x * a + b, 0)))


def strided_prologue(lanes):
    """Rows and columns of two images, every second of each, 2 of 4 lines at once."""
    return Gemm(
        {"n": 2}, {"y": 4, "x": 3}, 2 * lanes, lanes, {"d": lanes},
        "y mod 2, x, d", "v, d, 0", "n, v, y, x, 0",
        [(1,), (2, lanes, lanes), (2, 2, 4, 3, lanes)], tile=(3, 2),
        prologue=Prologue(2, (2, 3, lanes),
                          [((2, 7, 5, lanes),
                            "b floordiv 2, (b mod 2) * 4 + s0 * 2, s1 * 2, s2")],
                          "      %r = arith.negf %0 : f32\n      kernel.yield %r : f32",
                          lambda x: -x))


def int8_matmul(lanes, flags, lhs_type, rhs_type):
    return Gemm(
        {}, {"r": 10}, 20, lanes, {"d": 30}, "r, d", "v, d, 0", f"r, v * {lanes}",
        [(10, 30), (-(-20 // lanes), 30, lanes), (10, 20)], tile=(4, 2),
        epilogue=[((-(-20 // lanes) * lanes,), f"v * {lanes}")],
        body="      %s = arith.addi %acc, %0 : i32\n      kernel.yield %s : i32",
        py=lambda acc, b: acc + b, dtypes=(lhs_type, rhs_type, np.int32), acc="i32",
        flags=flags)


def gemms(lanes):
    """The same contractions for targets with any number of lanes."""
    half = max(lanes // 2, 1)
    return {
        "pointwise": pointwise(31, 2 * lanes, 3 * lanes, lanes, (14, 2)),
        "pointwise_tails": pointwise(29, 3 * lanes, 2 * lanes, lanes, (14, 2)),
        "pointwise_partial": pointwise(9, 2 * lanes + half, 32, lanes, (4, 2), blocked_out=False),
        "pointwise_partial_last": pointwise(9, lanes + half, 32, lanes, (4, 2),
                                            blocked_out=False),
        "pointwise_partial_only": pointwise(9, half, 32, lanes, (4, 1), blocked_out=False),
        "vector_by_matrix": pointwise(1, 16 * lanes, 64, lanes, (1, 8), blocked_out=False),
        "prologue": pointwise_prologue(30, 5, lanes, (3, 2)),
        "prologue_tails": pointwise_prologue(30, 3, lanes, (4, 1)),
        "prologue_strided": strided_prologue(lanes),
        "convolution": convolution(9, 1, (7, 2), lanes),
        "convolution_strided": convolution(10, 2, (3, 2), lanes),
        "batched": Gemm(
            {"b": 3}, {"r": 5}, lanes + half, lanes, {"d": 7}, "b, r, d", "b, v, d, 0",
            f"b, r, v * {lanes}",
            [(3, 5, 7), (3, -(-(lanes + half) // lanes), 7, lanes), (3, 5, lanes + half)],
            tile=(5, 2)),
        "signed": int8_matmul(lanes, "", np.int8, np.int8),
        "unsigned": int8_matmul(lanes, ", lhs_unsigned, rhs_unsigned", np.uint8, np.uint8),
        "mixed_sign": int8_matmul(lanes, ", lhs_unsigned", np.uint8, np.int8),
        "bool_epilogue": Gemm(
            {}, {"r": 5}, 2 * lanes, lanes, {"d": 8}, "r, d", "v, d, 0", f"r, v * {lanes}",
            [(5, 8), (2, 8, lanes), (5, 2 * lanes)], tile=(5, 2),
            dtypes=(np.float32, np.float32, np.bool_),
            body="      %z = arith.constant 0.0 : f32\n"
                 "      %c = arith.cmpf ogt, %acc, %z : f32\n      kernel.yield %c : i1",
            py=lambda acc: acc > 0),
    }


def regular(lanes):
    return {**{f"nest_{n}": k for n, k in NESTS.items()},
            **{f"gemm_{n}": k for n, k in gemms(lanes).items()}}
