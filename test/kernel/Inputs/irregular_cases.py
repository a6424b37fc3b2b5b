"""The families whose accesses are data, each beside a naive evaluation."""

import itertools

import numpy as np

from kernels import Irregular, sample


def zeros(shape, dtype=np.float32):
    return np.zeros(shape, dtype)


def ints(values, dtype=np.int64):
    return np.array(values, dtype)


def lines(x):
    return itertools.product(range(x.shape[0]), range(x.shape[2]))


#===-----------------------------------------------------------------------===#
# Along one axis
#===-----------------------------------------------------------------------===#

LINES = sample((2, 9, 3), np.float32, 5)
# Small numbers, and such as would be negative if they had a sign.
BYTES = sample((2, 9, 3), np.uint8, 5)


def arg_reduce(attributes, pick, values=LINES):
    def evaluate(x):
        result = zeros((x.shape[0], x.shape[2]), np.int64)
        for o, i in lines(x):
            line = x[o, :, i]
            places = np.flatnonzero(line == pick(line))
            result[o, i] = places[-1 if "last" in attributes else 0]
        return result

    return Irregular("arg_reduce", [values], [zeros((2, 3), np.int64)], evaluate,
                     "{" + attributes + "}")


def scan(exclusive, reverse):
    def evaluate(x):
        line = x[:, ::-1] if reverse else x
        total = np.cumsum(line, axis=1, dtype=x.dtype) - (line if exclusive else 0)
        return total[:, ::-1] if reverse else total

    words = [w for w, on in (("exclusive", exclusive), ("reverse", reverse)) if on]
    return Irregular("scan", [LINES], [zeros(LINES.shape)], evaluate,
                     "{" + ", ".join(words) + "}")


def top_k(x, k, least=False):
    def evaluate(x):
        keys = x.astype(np.float64)
        order = np.argsort(keys if least else -keys, axis=1, kind="stable")[:, :k]
        return [np.take_along_axis(x, order, 1), order]

    shape = (x.shape[0], k, x.shape[2])
    return Irregular("top_k", [x], [zeros(shape, x.dtype), zeros(shape, np.int64)], evaluate,
                     "{" + ", ".join(w for w, on in (
                         ("least", least), ("is_unsigned", x.dtype == np.uint8)) if on) + "}")


#===-----------------------------------------------------------------------===#
# Scattering
#===-----------------------------------------------------------------------===#

COMBINE = {"assign": lambda a, b: b, "add": np.add, "mul": np.multiply, "min": np.minimum,
           "max": np.maximum}


def scatter_elements(kind, axis, dtype=np.float32):
    x, updates = sample((4, 5), dtype, 1), sample((3, 2), dtype, 2)
    indices = ints([[0, -1], [3, 0], [2, 1]])

    def evaluate(x, indices, updates):
        y = x.copy()
        for at in np.ndindex(indices.shape):
            to = list(at)
            to[axis] = indices[at]
            y[tuple(to)] = COMBINE[kind](y[tuple(to)], updates[at])
        return y

    return Irregular(f"scatter_elements {kind}", [x, indices, updates],
                     [zeros((4, 5), dtype)], evaluate,
                     f"{{axis = {axis} : i64{', is_unsigned' * (dtype is np.uint8)}}}")


def scatter_nd(kind):
    x, updates = sample((3, 4, 5), np.float32, 1), sample((3, 5), np.float32, 2)

    def evaluate(x, indices, updates):
        y = x.copy()
        for t, index in enumerate(indices):
            y[tuple(index)] = COMBINE[kind](y[tuple(index)], updates[t])
        return y

    return Irregular(f"scatter_nd {kind}", [x, ints([[0, 1], [2, -1], [0, 1]]), updates],
                     [zeros((3, 4, 5))], evaluate)


def max_unpool(x, indices):
    y = zeros(20)
    for value, i in zip(x, indices):
        if 0 <= i < 20:
            y[i] = value
    return y


def reverse_sequence(x, lengths):
    y = x.copy()
    for b, n in enumerate(lengths):
        y[b, :n] = x[b, :n][::-1]
    return y


#===-----------------------------------------------------------------------===#
# Vision
#===-----------------------------------------------------------------------===#


def max_pool(x):
    """3x3, stride 2, padded by 1."""
    y, where = zeros((2, 4, 4)), zeros((2, 4, 4), np.int64)
    for p, h, w in np.ndindex(y.shape):
        best = None
        for i, j in np.ndindex(3, 3):
            r, c = h * 2 + i - 1, w * 2 + j - 1
            if 0 <= r < 7 and 0 <= c < 8 and (best is None or x[p, r, c] > best):
                best, where[p, h, w] = x[p, r, c], (p * 7 + r) * 8 + c
        y[p, h, w] = best
    return [y, where]


def overlap(a, b):
    height = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    width = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    area = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return height * width / (area - height * width)


def corners(boxes):
    """[y1, x1, y2, x2] from [x, y, width, height] of the centre."""
    x, y, width, height = np.moveaxis(boxes, -1, 0)
    return np.stack([y - height / 2, x - width / 2, y + height / 2, x + width / 2], -1)


def non_max_suppression(boxes, scores):
    rows = []
    for b, c in np.ndindex(*scores.shape[:2]):
        chosen = []
        for box in np.argsort(-scores[b, c], kind="stable"):
            if len(chosen) < 3 and scores[b, c, box] > 0.25 and all(
                    overlap(boxes[b, box], boxes[b, other]) <= 0.5 for other in chosen):
                chosen.append(box)
        rows += [[b, c, box] for box in chosen]
    return [np.array(rows + [[-1] * 3] * (12 - len(rows))), len(rows)]


def suppression(center_point):
    random = np.random.default_rng(3)
    corner, size = random.uniform(0, 4, (2, 8, 2)), random.uniform(1, 3, (2, 8, 2))
    boxes = np.concatenate([corner, size if center_point else corner + size], -1)
    scores = np.random.default_rng(4).uniform(0, 1, (2, 2, 8))
    return Irregular(
        "non_max_suppression", [boxes.astype(np.float32), scores.astype(np.float32)],
        [zeros((12, 3), np.int64), zeros((), np.int64), zeros((8,), np.int8)],
        lambda boxes, scores: non_max_suppression(
            corners(boxes) if center_point else boxes, scores),
        "{max_boxes = 3 : i64, iou_threshold = 0.5 : f64, score_threshold = 0.25 : f64"
        + ", center_point" * center_point + "}")


def roi_align(x, regions, images):
    y = zeros((2, 3, 2, 2))

    def bilinear(plane, v, u):
        if v < -1 or v > 6 or u < -1 or u > 7:
            return 0
        v, u = min(max(v, 0), 5), min(max(u, 0), 6)
        i, j = int(v), int(u)
        i1, j1 = min(i + 1, 5), min(j + 1, 6)
        return ((1 - v + i) * ((1 - u + j) * plane[i, j] + (u - j) * plane[i, j1])
                + (v - i) * ((1 - u + j) * plane[i1, j] + (u - j) * plane[i1, j1]))

    for r, c, h, w in np.ndindex(y.shape):
        left, top, right, bottom = regions[r] * 0.5 - 0.5
        dh, dw = (bottom - top) / 2, (right - left) / 2
        y[r, c, h, w] = np.mean([
            bilinear(x[images[r], c], top + (h + (i + 0.5) / 2) * dh,
                     left + (w + (j + 0.5) / 2) * dw) for i, j in np.ndindex(2, 2)])
    return y


def grid_sample(mode, padding, align, extents=(5, 6), places=(4, 5)):
    """Element by element, as the definition in ONNX."""

    def reflect(v, low, high):
        while v < low or v > high:
            v = 2 * low - v if v < low else 2 * high - v
        return v

    def weights(f):
        if mode == "nearest":
            return [(0, 1)]
        if mode == "linear":
            return [(0, 1 - f), (1, f)]
        a = -0.75
        near, far = (lambda d: ((a + 2) * d - (a + 3)) * d * d + 1,
                     lambda d: ((a * d - 5 * a) * d + 8 * a) * d - 4 * a)
        return [(-1, far(1 + f)), (0, near(f)), (1, near(1 - f)), (2, far(2 - f))]

    def along(g, n):
        low, high = (0, n - 1) if align else (-0.5, n - 0.5)
        v = (g + 1) / 2 * (n - 1) if align else ((g + 1) * n - 1) / 2
        v = np.rint(v) if mode == "nearest" else v
        if padding == "border" and not low <= v <= high:
            v = min(max(v, 0), n - 1)
        if padding == "reflection":
            v = reflect(v, low, high)
        whole = int(np.floor(v))
        for offset, weight in weights(v - whole):
            i = whole + offset
            if padding == "reflection":
                i = int(reflect(i, low, high))
            if 0 <= i < n or padding != "zeros":
                yield min(max(i, 0), n - 1), weight

    def evaluate(x, grid):
        y = zeros((1, 2, *places), np.float64)
        for place in np.ndindex(*places):
            # The grid's last coordinate belongs to the first spatial dimension.
            at = grid[0][place].astype(np.float64)[::-1]
            for taps in itertools.product(*(list(along(g, n)) for g, n in zip(at, extents))):
                index, weights = zip(*taps)
                y[(0, slice(None), *place)] += np.prod(weights) * x[(0, slice(None), *index)]
        return y

    rank = len(extents)
    grid = np.random.default_rng(7).uniform(-1.6, 1.6, (1, *places, rank)).astype(np.float32)
    return Irregular(f"grid_sample {mode} {padding}", [sample((1, 2, *extents), np.float32, 0), grid],
                     [zeros((1, 2, *places))], evaluate, "{align_corners}" if align else "", 1e-4)


#===-----------------------------------------------------------------------===#
# Recurrent networks
#===-----------------------------------------------------------------------===#

# Activations that need no library: f halves, g is the identity plus an eighth.
REGIONS = {
    "f": "{\n  ^bb0(%0: f32):\n    %h = arith.constant 0.5 : f32\n"
         "    %1 = arith.mulf %0, %h : f32\n    kernel.yield %1 : f32\n  }",
    "g": "{\n  ^bb0(%0: f32):\n    %h = arith.constant 0.125 : f32\n"
         "    %1 = arith.addf %0, %h : f32\n    kernel.yield %1 : f32\n  }",
}


def f(v):
    return v * 0.5


def g(v):
    return v + 0.125


def recurrent(cell, direction="forward", hidden=18, inputs=5, lengths=None, linear=False,
              peepholes=False, forget=False, clip=None):
    steps, batch = 4, 2
    gates = {"rnn": 1, "gru": 3, "lstm": 4}[cell]
    directions = 2 if direction == "bidirectional" else 1
    scale = np.float32(0.25)
    x = sample((steps, batch, inputs), np.float32, 0) * scale
    w = sample((directions, gates * hidden, inputs), np.float32, 1) * scale
    r = sample((directions, gates * hidden, hidden), np.float32, 2) * scale
    bias = sample((directions, 2 * gates * hidden), np.float32, 3) * scale
    start = sample((directions, batch, hidden), np.float32, 4)
    arrays, words = [x, w, r, bias], ["has_bias"]
    if lengths:
        arrays.append(ints(lengths))
        words.append("has_lengths")
    arrays.append(start)
    words.append("has_initial_h")
    pi = po = pf = 0
    if cell == "lstm":
        arrays.append(start[::-1] * 2)
        words.append("has_initial_c")
        if peepholes:
            arrays.append(sample((directions, 3 * hidden), np.float32, 6) * scale)
            words.append("has_peepholes")
    words += (["linear_before_reset"] * linear + ["input_forget"] * forget
              + ([f"clip = {clip} : f64"] if clip else []))

    def limit(v):
        return np.clip(v, -clip, clip) if clip else v

    def step(d, v, h, c):
        wb, rb = np.split(bias[d], 2)
        from_x, from_h = w[d] @ v + wb, r[d] @ h + rb
        if cell == "rnn":
            return f(limit(from_x + from_h)), c
        part = [slice(i * hidden, (i + 1) * hidden) for i in range(gates)]
        if cell == "gru":
            z, reset = (f(limit(from_x[p] + from_h[p])) for p in part[:2])
            last = part[2]
            state = (reset * from_h[last] if linear
                     else r[d][last] @ (reset * h) + rb[last])
            return (1 - z) * g(limit(from_x[last] + state)) + z * h, c
        pre = [from_x[p] + from_h[p] for p in part]
        pi, po, pf = np.split(arrays[-1][d], 3) if peepholes else (0, 0, 0)
        i = f(limit(pre[0] + pi * c))
        keep = 1 - i if forget else f(limit(pre[2] + pf * c))
        c = keep * c + i * g(limit(pre[3]))
        return f(limit(pre[1] + po * c)) * f(c), c

    def evaluate(*_):
        y = zeros((steps, directions, batch, hidden))
        last_h, last_c = start.copy(), start[::-1] * 2
        for d, b in np.ndindex(directions, batch):
            n = lengths[b] if lengths else steps
            order = range(n)
            if direction == "reverse" or d == 1:
                order = reversed(order)
            for t in order:
                last_h[d, b], last_c[d, b] = step(d, x[t, b], last_h[d, b], last_c[d, b])
                y[t, d, b] = last_h[d, b]
        return [y, last_h] + ([last_c] if cell == "lstm" else [])

    outputs = [zeros((steps, directions, batch, hidden)), zeros(start.shape)]
    if cell == "lstm":
        outputs.append(zeros(start.shape))
    outputs.append(zeros((gates + 1, hidden)))
    activations = {"rnn": "f", "gru": "fg", "lstm": "fgf"}[cell] * directions
    regions = ", ".join(REGIONS[a] for a in activations)
    return Irregular(f"recurrent {cell} {direction}", arrays, outputs, evaluate,
                     "{" + ", ".join(words) + "} activations " + regions, 1e-4)


IRREGULAR = {
    "arg_max": arg_reduce("", np.max),
    "arg_max_last": arg_reduce("select_last", np.max),
    "arg_min": arg_reduce("least", np.min),
    "arg_max_unsigned": arg_reduce("is_unsigned", np.max, BYTES),
    "arg_min_unsigned": arg_reduce("least, is_unsigned", np.min, BYTES),
    "scan": scan(False, False),
    "scan_exclusive": scan(True, False),
    "scan_reverse": scan(False, True),
    "scan_exclusive_reverse": scan(True, True),
    "top_k": top_k(LINES, 4),
    "top_k_all_least": top_k(LINES, 9, least=True),
    "top_k_unsigned": top_k(BYTES, 5),
    "top_k_integers": top_k(sample((1, 30, 1), np.int32, 2), 7),
    **{f"scatter_elements_{kind}": scatter_elements(kind, 0) for kind in COMBINE},
    "scatter_elements_columns": scatter_elements("assign", 1),
    "scatter_elements_min_unsigned": scatter_elements("min", 0, np.uint8),
    "scatter_elements_max_unsigned": scatter_elements("max", 1, np.uint8),
    **{f"scatter_nd_{kind}": scatter_nd(kind) for kind in COMBINE},
    "max_unpool": Irregular(
        "max_unpool", [sample((5,), np.float32, 1), ints([3, 19, 0, 25, -2])], [zeros(20)],
        max_unpool),
    "reverse_sequence": Irregular(
        "reverse_sequence", [sample((3, 4, 2), np.float32, 0), ints([4, 1, 3])],
        [zeros((3, 4, 2))], reverse_sequence, "{batch_axis = 0 : i64, time_axis = 1 : i64}"),
    "max_pool_indices": Irregular(
        "max_pool", [sample((2, 7, 8), np.float32, 9)],
        [zeros((2, 4, 4)), zeros((2, 4, 4), np.int64)], max_pool,
        "{kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1>,"
        " dilations = array<i64: 1, 1>}"),
    "non_max_suppression": suppression(False),
    "non_max_suppression_center_point": suppression(True),
    "roi_align": Irregular(
        "roi_align",
        [sample((2, 3, 6, 7), np.float32, 0),
         np.array([[1, 2, 9, 10], [-3, 0, 4, 13]], np.float32), ints([1, 0])],
        [zeros((2, 3, 2, 2))], roi_align,
        "{sampling_ratio = 2 : i64, spatial_scale = 0.5 : f64, half_pixel}", 1e-4),
    "grid_sample_linear": grid_sample("linear", "zeros", False),
    "grid_sample_border": grid_sample("linear", "border", True),
    "grid_sample_reflection": grid_sample("linear", "reflection", False),
    "grid_sample_nearest": grid_sample("nearest", "reflection", True),
    "grid_sample_cubic": grid_sample("cubic", "zeros", True),
    "grid_sample_cubic_border": grid_sample("cubic", "border", False),
    "grid_sample_volume": grid_sample("linear", "reflection", False, (3, 5, 4), (2, 3, 4)),
    "grid_sample_volume_nearest": grid_sample("nearest", "zeros", True, (3, 5, 4), (2, 3, 4)),
    "rnn": recurrent("rnn"),
    "rnn_bidirectional": recurrent("rnn", "bidirectional", lengths=[4, 2]),
    "gru": recurrent("gru", clip=0.25),
    "gru_linear": recurrent("gru", "reverse", linear=True),
    "lstm": recurrent("lstm"),
    "lstm_peepholes": recurrent("lstm", "bidirectional", lengths=[3, 0], peepholes=True),
    "lstm_input_forget": recurrent("lstm", "reverse", forget=True, inputs=40),
    "det": Irregular("det", [sample((5, 4, 4), np.float32, 8)],
                     [zeros((5,)), zeros((4, 4))],
                     lambda x: np.linalg.det(x.astype(np.float64)), "", 1e-4),
}
