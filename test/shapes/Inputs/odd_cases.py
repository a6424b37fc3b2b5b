"""Operators at odd shapes, as ONNX models, one a family: one channel, one pixel, prime
sizes, strides larger than the kernel, padding larger than the kernel, huge
dilations. Every draw comes from a generator with a fixed seed, so a case is the
same on every machine; its name says what was drawn.
"""

import math

import numpy as np

from onnx_files import BY_NUMPY, make_tensor, pb, set_attributes

CHANNELS = [1, 2, 3, 5, 7, 13, 16, 17, 31, 33]
EXTENTS = [1, 2, 3, 5, 7, 11, 13, 19]
KERNELS = [1, 2, 3, 5, 7]


class Model:
    """A graph under construction; each case takes its own input and gives its
    own output."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.proto = pb.ModelProto(ir_version=8)
        self.proto.opset_import.add(version=17)
        self.graph = self.proto.graph
        self.graph.name = "odd"
        self.inputs = {}
        self.names = 0
        self.outputs = set()

    def pick(self, values):
        return values[self.random.integers(len(values))]

    def array(self, shape, dtype=np.float32):
        if np.issubdtype(dtype, np.integer):
            return self.random.integers(-9 if dtype != np.uint8 else 0, 10, shape).astype(dtype)
        return self.random.normal(size=shape).astype(dtype)

    def input(self, shape, dtype=np.float32, values=None):
        name = f"x{len(self.inputs)}"
        self.inputs[name] = self.array(shape, dtype) if values is None else values
        self.declare(self.graph.input.add(), name, self.inputs[name].dtype, shape)
        return name

    def constant(self, array):
        self.names += 1
        self.graph.initializer.append(make_tensor(array, f"c{self.names}"))
        return f"c{self.names}"

    def weight(self, *shape, dtype=np.float32):
        """A constant whose sums keep the size of what it is applied to."""
        fan_in = max(1, math.prod(shape[1:]))
        array = self.array(shape, dtype)
        if np.issubdtype(dtype, np.floating):
            array = (array / math.sqrt(fan_in)).astype(dtype)
        return self.constant(array)

    def node(self, kind, inputs, outputs=1, domain="", **attributes):
        self.names += 1
        names = [f"t{self.names}_{i}" for i in range(outputs)]
        node = self.graph.node.add(
            op_type=kind, name=names[0], input=inputs, output=names, domain=domain)
        set_attributes(node, attributes)
        return names[0] if outputs == 1 else names

    def output(self, name, value, dtype=np.float32):
        """Makes `value` an output of the model, called `name`."""
        while name in self.outputs:
            name += "_again"
        self.outputs.add(name)
        self.graph.node.add(op_type="Identity", name=name, input=[value], output=[name])
        self.declare(self.graph.output.add(), name, np.dtype(dtype), None)

    @staticmethod
    def declare(value, name, dtype, shape):
        value.name = name
        tensor = value.type.tensor_type
        tensor.elem_type = BY_NUMPY[np.dtype(dtype)]
        if shape is not None:
            tensor.shape.SetInParent()
            for extent in shape:
                tensor.shape.dim.add(dim_value=extent)


def window(m, extent, kernels=KERNELS):
    """(kernel, stride, dilation, pad before, pad after) that fit `extent`."""
    while True:
        kernel = m.pick(kernels)
        stride, dilation = m.pick([1, 1, 2, 3, 5, 8]), m.pick([1, 1, 1, 2, 3, 7, 19])
        before, after = (int(m.pick([0, 0, 1, kernel // 2, kernel + 2])) for _ in range(2))
        if extent + before + after >= (kernel - 1) * dilation + 1:
            return kernel, stride, dilation, before, after


def convolution(m, label, cin, cout, extents, groups=1, kernels=KERNELS, bias=True,
                windows=None, dtype=np.float32):
    """One convolution of any rank."""
    windows = windows or [window(m, e, kernels) for e in extents]
    kernel, strides, dilations, before, after = zip(*windows)
    inputs = [m.input([1, cin, *extents], dtype),
              m.weight(cout, cin // groups, *kernel, dtype=dtype)]
    if bias:
        inputs.append(m.constant(m.array([cout], dtype)))
    value = m.node("Conv", inputs, group=groups, kernel_shape=kernel, strides=strides,
                   dilations=dilations, pads=[*before, *after])
    m.output(f"{label}_{cin}to{cout}g{groups}_" + "_".join(
        f"{e}k{k}s{s}d{d}p{b}{a}" for e, (k, s, d, b, a) in zip(extents, windows)), value, dtype)


def convolutions(m):
    for _ in range(14):
        convolution(m, "conv", m.pick(CHANNELS), m.pick(CHANNELS),
                    [m.pick(EXTENTS), m.pick(EXTENTS)], bias=bool(m.pick([0, 1])))
    for _ in range(4):  # the first layer
        convolution(m, "first", 3, m.pick(CHANNELS), [m.pick([7, 13, 19]), m.pick([5, 11, 23])],
                    windows=[(3, 2, 1, 0, 1), (3, 2, 1, 1, 1)])
    for _ in range(6):
        convolution(m, "pointwise", m.pick(CHANNELS), m.pick(CHANNELS),
                    [m.pick(EXTENTS), m.pick(EXTENTS)], windows=[(1, s, 1, 0, 0) for s in (1, 1)])
    convolution(m, "pointwise", 5, 19, [7, 7], windows=[(1, 3, 1, 0, 0)] * 2)
    convolution(m, "pointwise", 13, 3, [2, 5], windows=[(1, 2, 1, 2, 3)] * 2)
    for _ in range(6):  # what Winograd takes
        convolution(m, "square", m.pick([16, 17, 32, 37]), m.pick([16, 31, 32]),
                    [m.pick([5, 13, 17, 29]), m.pick([4, 11, 23])],
                    windows=[(3, 1, 1, 1, 1), (3, 1, 1, m.pick([0, 1, 2]), 1)])
    for _ in range(12):
        c = m.pick(CHANNELS)
        convolution(m, "depthwise", c, c, [m.pick(EXTENTS), m.pick(EXTENTS)], groups=c,
                    kernels=[3, 5, 7])
    convolution(m, "multiplier", 7, 21, [5, 9], groups=7)
    for groups, cin, cout in ((2, 6, 10), (3, 3, 9), (5, 35, 5), (2, 32, 34)):
        convolution(m, "grouped", cin, cout, [m.pick(EXTENTS), m.pick(EXTENTS)], groups=groups)
    for groups, channels, kernel, stride, dilation in (  # several groups in a vector
            (16, 32, 3, 1, 1), (8, 32, 3, 2, 1), (9, 36, 3, 1, 2), (5, 40, 5, 1, 1),
            (4, 32, 1, 1, 1), (8, 16, 11, 1, 1), (8, 32, 3, 5, 2)):
        convolution(m, "narrow", channels, channels, [13, 17], groups=groups,
                    windows=[(kernel, stride, dilation, kernel // 2, 1)] * 2)
    for _ in range(4):
        convolution(m, "conv1d", m.pick(CHANNELS), m.pick(CHANNELS), [m.pick([1, 7, 37])])
        convolution(m, "conv3d", m.pick([1, 3, 5]), m.pick([1, 2, 7]),
                    [m.pick([1, 3, 5]) for _ in range(3)], kernels=[1, 2, 3])
    for cin, cout, groups in ((33, 32, 1), (16, 17, 1), (64, 64, 2)):  # taps that meet padding
        convolution(m, "atrous", cin, cout, [20, 17], groups=groups,
                    windows=[(3, 1, 14, 14, 14), (3, 2, 9, 9, 10)])
    convolution(m, "atrous", 16, 16, [19, 5], windows=[(3, 1, 18, 18, 18), (5, 1, 7, 14, 14)])
    convolution(m, "conv_f64", 3, 5, [7, 6], dtype=np.float64)


def transposed_convolutions(m):
    for index in range(6):
        cin, cout, kernel, stride = m.pick(CHANNELS), m.pick(CHANNELS), m.pick(KERNELS), 1 + index % 4
        extents = [m.pick([1, 2, 5, 7]), m.pick([1, 3, 4])]
        value = m.node(
            "ConvTranspose", [m.input([1, cin, *extents]), m.weight(cin, cout, kernel, kernel)],
            kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[kernel // 3] * 4,
            output_padding=[stride - 1, 0])
        m.output(f"transposed_{cin}to{cout}_{extents[0]}x{extents[1]}k{kernel}s{stride}", value)


def products(m):
    for _ in range(10):
        rows, depth, columns = (int(m.pick([1, 2, 3, 7, 13, 31, 33, 67])) for _ in range(3))
        constant = bool(m.pick([0, 1, 1]))
        rhs = m.weight(depth, columns) if constant else m.input([depth, columns])
        m.output(f"matmul_{rows}x{depth}x{columns}_{'constant' if constant else 'given'}",
                 m.node("MatMul", [m.input([rows, depth]), rhs]))
    m.output("matmul_batched", m.node("MatMul", [m.input([3, 1, 5, 7]), m.input([2, 7, 11])]))
    m.output("matmul_vector", m.node("MatMul", [m.input([19]), m.input([19, 3])]))
    m.output("gemm_transposed", m.node(
        "Gemm", [m.input([7, 5]), m.weight(13, 7), m.constant(m.array([13]))],
        transA=1, transB=1, alpha=0.5, beta=2.0))
    m.output("matmul_f64", m.node(
        "MatMul", [m.input([5, 7], np.float64), m.weight(7, 9, dtype=np.float64)]), np.float64)
    m.output("matmul_f16", m.node(
        "MatMul", [m.input([5, 7], np.float16), m.weight(7, 9, dtype=np.float16)]), np.float16)
    m.output("matmul_integer", m.node(
        "MatMulInteger", [m.input([3, 17], np.int8), m.constant(m.array([17, 5], np.int8))]),
        np.int32)
    m.output("conv_integer", m.node(
        "ConvInteger", [m.input([1, 3, 7, 5], np.uint8), m.constant(m.array([4, 3, 3, 3], np.int8))],
        pads=[1, 1, 1, 1]), np.int32)
    # Every pair of signs over the whole range, depths in fours and others.
    for left in (np.int8, np.uint8):
        for right in (np.int8, np.uint8):
            def whole(kind, *shape):
                return m.random.integers(np.iinfo(kind).min, np.iinfo(kind).max + 1,
                                         shape).astype(kind)
            signs = f"{np.dtype(left).name}_{np.dtype(right).name}"
            for rows, depth, columns in ((5, 32, 19), (1, 64, 16), (3, 18, 7)):
                m.output(f"matmul_{signs}_{rows}x{depth}x{columns}", m.node("MatMulInteger", [
                    m.input([rows, depth], values=whole(left, rows, depth)),
                    m.constant(whole(right, depth, columns))]), np.int32)
            m.output(f"matmul_{signs}_given", m.node("MatMulInteger", [
                m.input([7, 12], values=whole(left, 7, 12)),
                m.input([12, 32], values=whole(right, 12, 32))]), np.int32)
            for groups, channels in ((1, 48), (2, 32)):
                m.output(f"conv_{signs}_{groups}", m.node("ConvInteger", [
                    m.input([1, channels, 6, 5], values=whole(left, 1, channels, 6, 5)),
                    m.constant(whole(right, 32, channels // groups, 3, 3))],
                    pads=[1, 1, 1, 1], group=groups), np.int32)


def wide(m):
    """Depths that groups, lanes of halves and matrix tiles divide, and others."""
    for rows, depth, columns in ((33, 64, 40), (17, 96, 33), (64, 48, 32), (5, 32, 16), (3, 36, 20)):
        for given in (False, True):
            rhs = m.input([depth, columns]) if given else m.weight(depth, columns)
            m.output(f"wide_{rows}x{depth}x{columns}_{given}",
                     m.node("MatMul", [m.input([rows, depth]), rhs]))
    m.output("wide_batched", m.node("MatMul", [m.input([3, 18, 32]), m.input([3, 32, 34])]))
    for cin, cout, extents, window in (
            (32, 48, [9, 20], (3, 1, 1, 1, 1)), (48, 32, [14, 15], (3, 2, 1, 1, 1)),
            (32, 34, [7, 7], (3, 1, 1, 1, 1)), (64, 32, [7, 5], (1, 1, 0, 0, 1)),
            (32, 32, [8, 35], (1, 2, 0, 0, 1)), (32, 32, [6, 40], (3, 1, 2, 2, 2))):
        kernel, stride, begin, end, dilation = window
        m.output(f"wide_conv_{cin}to{cout}_{extents[0]}x{extents[1]}k{kernel}s{stride}", m.node(
            "Conv", [m.input([1, cin, *extents]), m.weight(cout, cin, kernel, kernel),
                     m.constant(m.array([cout]))],
            pads=[begin, begin, end, end], strides=[stride] * 2, dilations=[dilation] * 2))


def attention(m):
    """Scores, softmax, weighted sum: what one pass over the keys may do."""
    for length, heads, width in ((1, 1, 1), (7, 3, 5), (17, 2, 16), (33, 1, 24)):
        shape = [1, heads, length, width]
        q, k, v = m.input(shape), m.input(shape), m.input(shape)
        scores = m.node("MatMul", [q, m.node("Transpose", [k], perm=[0, 1, 3, 2])])
        scaled = m.node("Mul", [scores, m.constant(np.array(width**-0.5, np.float32))])
        m.output(f"attention_{length}x{heads}x{width}",
                 m.node("MatMul", [m.node("Softmax", [scaled], axis=-1), v]))


def pooling(m):
    for index in range(8):
        kind = ["MaxPool", "AveragePool"][index % 2]
        channels, kernel = m.pick(CHANNELS), int(m.pick([1, 2, 3, 5]))
        stride, pad = int(m.pick([1, 2, 7])), int(m.pick([0, kernel // 2, kernel - 1]))
        extents = [int(m.pick([5, 7, 13])), int(m.pick([5, 11]))]
        attributes = {"ceil_mode": 1} if index % 3 == 0 else {}
        if kind == "AveragePool":
            attributes["count_include_pad"] = index // 2 % 2
        m.output(f"{kind}_{channels}x{extents[0]}x{extents[1]}k{kernel}s{stride}p{pad}", m.node(
            kind, [m.input([1, channels, *extents])], kernel_shape=[kernel] * 2,
            strides=[stride] * 2, pads=[pad] * 4, **attributes))
    m.output("max_pool_dilated", m.node(
        "MaxPool", [m.input([1, 3, 23, 19])], kernel_shape=[3, 2], dilations=[9, 13]))
    for channels in (1, 17):
        m.output(f"global_average_{channels}", m.node(
            "GlobalAveragePool", [m.input([1, channels, 1, 13])]))


def normalisation(m):
    for shape, axis in (([3, 1], 1), ([5, 7], 0), ([2, 37], -1), ([2, 3, 1, 19], 1), ([1, 257], 1)):
        size = "x".join(map(str, shape))
        m.output(f"softmax_{size}_{axis}", m.node("Softmax", [m.input(shape)], axis=axis))
        m.output(f"log_softmax_{size}_{axis}", m.node("LogSoftmax", [m.input(shape)], axis=axis))
    for rows, width in ((1, 1), (3, 7), (5, 33), (2, 131)):
        m.output(f"layer_norm_{rows}x{width}", m.node(
            "LayerNormalization", [m.input([rows, width]), m.constant(m.array([width])),
                                   m.constant(m.array([width]))], axis=-1, epsilon=1e-5))
    m.output("instance_norm", m.node(
        "InstanceNormalization", [m.input([2, 5, 3, 7]), m.constant(m.array([5])),
                                  m.constant(m.array([5]))]))
    m.output("lrn", m.node("LRN", [m.input([1, 7, 3, 5])], size=5))


def reductions(m):
    for kind in ("ReduceMean", "ReduceMax", "ReduceL2", "ReduceProd"):
        for shape, axes in (([7], [0]), ([3, 5, 17], [1]), ([2, 1, 33], [0, 2]), ([13, 3], [-1])):
            m.output(f"{kind}_{'x'.join(map(str, shape))}_{axes[0]}", m.node(
                kind, [m.input(shape)], axes=axes, keepdims=0))
    m.output("cumsum", m.node("CumSum", [
        m.input([3, 17]), m.constant(np.array(1, np.int64))], exclusive=1, reverse=1))
    m.output("argmax", m.node("ArgMax", [m.input([5, 13])], axis=1), np.int64)


def elementwise(m):
    for kind in ("Relu", "Sigmoid", "Tanh", "Erf", "Exp", "HardSwish", "Softplus", "Sqrt", "Floor"):
        for shape in ([1], [17], [3, 5, 7]):
            x = m.input(shape)
            if kind == "Sqrt":
                x = m.node("Abs", [x])
            m.output(f"{kind}_{'x'.join(map(str, shape))}", m.node(kind, [x]))
    for left, right in (([7, 1], [1, 5]), ([1], [3, 1, 17]), ([2, 33], []), ([5, 3, 1], [3, 19])):
        for kind in ("Add", "Div", "Max"):
            size = "x".join(map(str, left)) + "_" + "x".join(map(str, right))
            m.output(f"{kind}_{size}", m.node(kind, [m.input(left), m.input(right)]))


def movement(m):
    def integers(*values):
        return m.constant(np.array(values, np.int64))

    for shape, perm in (([7, 5], [1, 0]), ([3, 1, 17], [2, 0, 1]), ([1, 33, 5, 7], [0, 2, 3, 1]),
                        ([2, 5, 3, 13], [3, 1, 2, 0]), ([1, 37, 6, 9], [0, 2, 3, 1]), ([41, 29], [1, 0]),
                        ([2, 19, 3, 22], [0, 3, 2, 1])):
        m.output(f"transpose_{'x'.join(map(str, shape))}", m.node(
            "Transpose", [m.input(shape)], perm=perm))
    parts = [m.input([1, c, 3, 5]) for c in (1, 7, 2)]
    m.output("concat", m.node("Concat", parts, axis=1))
    m.output("slice_backwards", m.node("Slice", [
        m.input([13, 7]), integers(11, 6), integers(-100, 1), integers(0, 1), integers(-3, -2)]))
    m.output("pad_reflect", m.node("Pad", [m.input([1, 1, 5, 7]), integers(0, 0, 4, 1, 0, 0, 2, 6)],
                                   mode="reflect"))
    m.output("pad_large", m.node("Pad", [m.input([1, 3]), integers(5, 0, 0, 11)]))
    m.output("tile", m.node("Tile", [m.input([3, 1, 5]), integers(1, 7, 2)]))
    m.output("gather", m.node("Gather", [m.input([7, 3]), integers(6, 0, -1)], axis=0))
    for mode, size in (("nearest", (1, 3, 11, 2)), ("linear", (1, 3, 13, 9)), ("linear", (1, 3, 1, 1))):
        m.output(f"resize_{mode}_{size[2]}x{size[3]}", m.node(
            "Resize", [m.input([1, 3, 5, 7]), "", "", integers(*size)], mode=mode,
            coordinate_transformation_mode="half_pixel"))
    # Dimension by dimension, up and down, and in blocks of channels.
    for mode, size in (("linear", (1, 3, 23, 31)), ("cubic", (1, 3, 17, 2)), ("linear", (1, 17, 13, 19)),
                       ("nearest", (1, 17, 11, 2)), ("cubic", (1, 33, 3, 29))):
        x = m.input([1, 3, 5, 7])
        if size[1] != 3:
            x = m.node("Conv", [x, m.weight(size[1], 3, 1, 1)])
        m.output(f"resize_{mode}_{'x'.join(map(str, size))}", m.node(
            "Resize", [x, "", "", integers(*size)], mode=mode, coordinate_transformation_mode="align_corners"))


def recurrent(m):
    for kind, gates in (("LSTM", 4), ("GRU", 3), ("RNN", 1)):
        for length, batch, width, hidden in ((1, 1, 1, 1), (3, 2, 7, 5), (2, 1, 17, 13)):
            value = m.node(kind, [
                m.input([length, batch, width]), m.weight(1, gates * hidden, width),
                m.weight(1, gates * hidden, hidden)], outputs=2, hidden_size=hidden)
            m.output(f"{kind}_{length}x{batch}x{width}x{hidden}", value[0])


def chains(m):
    """What fusion takes together."""
    for channels, height, width in ((1, 1, 1), (7, 5, 3), (17, 13, 11)):
        x = m.input([1, channels, height, width])
        wide = 2 * channels + 1
        expanded = m.node("Clip", [m.node("Conv", [x, m.weight(wide, channels, 1, 1)]),
                                   m.constant(np.float32(0)), m.constant(np.float32(6))])
        depthwise = m.node("HardSwish", [m.node(
            "Conv", [expanded, m.weight(wide, 1, 3, 3)], group=wide, pads=[1, 1, 1, 1])])
        squeezed = m.node("GlobalAveragePool", [depthwise])
        gate = m.node("Sigmoid", [m.node("Conv", [squeezed, m.weight(wide, wide, 1, 1)])])
        scaled = m.node("Mul", [depthwise, gate])
        projected = m.node("Conv", [scaled, m.weight(channels, wide, 1, 1)])
        m.output(f"block_{channels}x{height}x{width}", m.node("Add", [projected, x]))


def special_values(m):
    """NaN, infinities and negative zero among ordinary numbers."""
    row = m.array([37])
    row[[3, 8, 21, 36]] = np.nan, np.inf, -np.inf, -0.0
    rows = m.array([4, 19])
    rows[0, 5], rows[1, 7], rows[2, 18] = np.nan, -np.inf, np.inf
    image = m.array([1, 5, 7, 6])
    image[0, 1, 3, 2], image[0, 4, 6, 5], image[0, 2, 0, 0] = np.nan, -np.inf, np.inf

    def values(array):
        return m.input(list(array.shape), values=array)

    for kind in ("Relu", "LeakyRelu", "Sigmoid", "Tanh", "Exp", "Erf", "HardSwish", "Sqrt", "Abs",
                 "Neg", "Floor", "Reciprocal", "Softplus"):
        m.output(f"special_{kind}", m.node(kind, [values(row)]))
    bounds = [m.constant(np.float32(v)) for v in (-0.5, 0.75)]
    m.output("special_Clip", m.node("Clip", [values(row), *bounds]))
    for kind in ("Add", "Mul", "Div", "Max", "Min"):
        m.output(f"special_{kind}", m.node(kind, [values(row), values(row[::-1].copy())]))
    for kind in ("Greater", "Equal", "LessOrEqual"):
        m.output(f"special_{kind}", m.node(kind, [values(row), values(row[::-1].copy())]), np.bool_)
    m.output("special_Softmax", m.node("Softmax", [values(rows)], axis=1))
    for kind in ("ReduceMax", "ReduceMin", "ReduceMean"):
        m.output(f"special_{kind}", m.node(kind, [values(rows)], axes=[1]))
        m.output(f"special_{kind}_columns", m.node(kind, [values(rows)], axes=[0]))
    m.output("special_MatMul", m.node("MatMul", [values(rows), m.weight(19, 7)]))
    m.output("special_Conv", m.node("Conv", [values(image), m.weight(9, 5, 3, 3)]))
    for kind in ("MaxPool", "AveragePool"):
        m.output(f"special_{kind}", m.node(kind, [values(image)], kernel_shape=[2, 3]))


def denormals(m):
    """Numbers below the smallest normal one, made large before they are seen."""
    large = np.float32(1e38)

    def tiny(*shape):
        return m.input(list(shape), values=(m.array(shape) * 1e-39).astype(np.float32))

    def output(name, value):
        m.output(f"denormal_{name}", m.node("Mul", [value, m.constant(large)]))

    output("Mul", tiny(37))
    output("Relu", m.node("Relu", [tiny(3, 7)]))
    output("MaxPool", m.node("MaxPool", [tiny(1, 17, 5, 5)], kernel_shape=[2, 2]))
    output("Transpose", m.node("Transpose", [tiny(5, 7)], perm=[1, 0]))
    # exp has the least normal results, and none below.
    output("Exp", m.node("Exp", [m.input([19], values=np.linspace(-87.3, -86, 19, dtype=np.float32))]))
    weight = m.constant(m.random.choice([-large, large], [17, 1, 1, 1]).astype(np.float32))
    m.output("denormal_Conv", m.node("Conv", [tiny(1, 1, 5, 7), weight]))
    m.output("denormal_MatMul", m.node("MatMul", [
        tiny(7, 1), m.constant(m.random.choice([-large, large], [1, 33]).astype(np.float32))]))


FAMILIES = [convolutions, transposed_convolutions, products, attention, pooling, normalisation,
            reductions, elementwise, movement, recurrent, chains, special_values, denormals, wide]


def build(seed):
    """{family: (model, {input name: array})}"""
    models = {}
    for number, family in enumerate(FAMILIES):
        m = Model([seed, number])
        family(m)
        models[family.__name__] = m.proto, m.inputs
    return models
