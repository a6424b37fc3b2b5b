"""Random networks of odd shapes: images of one row or of prime sizes; windows that
are dilated, that move by more than they cover, that lie in padding alone, or that
are higher than the image; and what else networks are made of. A network is a few
layers, each of which takes the latest value or, now and then, an earlier one, so
that values wait for late uses; build(seed) gives the same one on every machine.
"""

import numpy as np

import odd_cases

ROWS = [1, 2, 7, 13, 19, 23]
COLUMNS = [1, 5, 8, 11, 16]
CHANNELS = [1, 3, 4, 7, 16]
MOST_ELEMENTS = 1 << 15


class Image:
    """A value of the network, and its shape."""

    def __init__(self, value, batch, channels, extents):
        self.value, self.batch, self.channels = value, batch, int(channels)
        self.extents = [int(extent) for extent in extents]

    @property
    def shape(self):
        return [self.batch, self.channels, *self.extents]

    def like(self, value, channels=None, extents=None):
        """`value`, which differs from this one as told."""
        return Image(value, self.batch, self.channels if channels is None else channels,
                     self.extents if extents is None else extents)


def integers(m, *numbers):
    return m.constant(np.array(numbers, np.int64))


#
# Windows
#


def shrunk(extents, windows):
    return [(e + b + a - (k - 1) * d - 1) // s + 1
            for e, (k, s, d, b, a) in zip(extents, windows)]


def convolve(m, image):
    windows = [odd_cases.window(m, extent, [1, 2, 3, 5]) for extent in image.extents]
    depthwise = m.pick([False, True])
    channels = image.channels if depthwise else m.pick(CHANNELS)
    groups = image.channels if depthwise else 1
    kernel, strides, dilations, before, after = zip(*windows)
    weights = m.weight(channels, image.channels // groups, *kernel)
    value = m.node("Conv", [image.value, weights, m.constant(m.array([channels]))],
                   group=groups, kernel_shape=kernel, strides=strides,
                   dilations=dilations, pads=[*before, *after])
    return image.like(value, channels, shrunk(image.extents, windows))


def convolve_same(m, image):
    """The usual layer: 3x3, of stride 1 or 2."""
    channels, stride = m.pick(CHANNELS), m.pick([1, 1, 2])
    value = m.node("Conv", [image.value, m.weight(channels, image.channels, 3, 3)],
                   kernel_shape=[3, 3], strides=[stride] * 2, pads=[1] * 4)
    return image.like(m.node("Relu", [value]), channels,
                      [(extent - 1) // stride + 1 for extent in image.extents])


def pool(m, image):
    # Padding is at most half of a pool's window.
    windows = []
    for extent in image.extents:
        kernel, stride, *_ = odd_cases.window(m, extent, [1, 2, 3])
        windows.append((kernel, stride, 1, kernel // 2, kernel // 2))
    kernel, strides, _, before, after = zip(*windows)
    kind = m.pick(["MaxPool", "AveragePool"])
    value = m.node(kind, [image.value], kernel_shape=kernel, strides=strides,
                   pads=[*before, *after])
    return image.like(value, extents=shrunk(image.extents, windows))


def transposed(m, image):
    channels, kernel, stride = m.pick(CHANNELS), m.pick([1, 2, 3]), m.pick([1, 2])
    weights = m.weight(image.channels, channels, kernel, kernel)
    value = m.node("ConvTranspose", [image.value, weights],
                   kernel_shape=[kernel] * 2, strides=[stride] * 2)
    return image.like(value, channels, [(e - 1) * stride + kernel for e in image.extents])


def pointwise(m, image, channels):
    value = m.node("Conv", [image.value, m.weight(channels, image.channels, 1, 1)],
                   kernel_shape=[1, 1])
    return image.like(value, channels)


#
# Several values
#


def add(m, image):
    """A residual block whose branch keeps the shape."""
    kernel = m.pick([1, 3, 5])
    dilation = m.pick([1, 2])
    pad = (kernel - 1) * dilation // 2
    value = m.node(
        "Conv", [image.value, m.weight(image.channels, image.channels, kernel, kernel)],
        kernel_shape=[kernel] * 2, dilations=[dilation] * 2, pads=[pad] * 4)
    return image.like(m.node("Relu", [m.node("Add", [value, image.value])]))


def concat(m, image):
    """Of channels, rows or columns."""
    axis = int(m.pick([1, 1, 2, 3]))
    parts = [pointwise(m, image, m.pick(CHANNELS)) for _ in range(2)]
    if axis != 1:
        parts[1] = pointwise(m, image, parts[0].channels)
    value = m.node("Concat", [part.value for part in parts], axis=axis)
    shape = list(parts[0].shape)
    shape[axis] += parts[1].shape[axis]
    return image.like(value, shape[1], shape[2:])


def split(m, image):
    """Halves of which one takes another way, swapped."""
    if image.channels < 2:
        return pointwise(m, image, 4)
    first = int(image.channels // m.pick([2, 3]) or 1)
    sizes = [first, image.channels - first]
    left, right = m.node("Split", [image.value, integers(m, *sizes)], outputs=2, axis=1)
    left = add(m, image.like(left, first))
    return image.like(m.node("Concat", [right, left.value], axis=1))


def excite(m, image):
    """Scales channels by what their means say."""
    inner = image.like(m.node("GlobalAveragePool", [image.value]), extents=[1, 1])
    inner = pointwise(m, inner, 3)
    inner = pointwise(m, inner.like(m.node("Relu", [inner.value])), image.channels)
    return image.like(m.node("Mul", [image.value, m.node("Sigmoid", [inner.value])]))


def join(m, image, other):
    """With an earlier value, brought to this one's shape."""
    if image.batch != other.batch:
        return relu(m, image)
    if other.extents != image.extents:
        other = resized(m, other, image.extents, m.pick(["nearest", "linear"]))
    kind = m.pick(["Add", "Mul", "Max", "Concat", "Concat"])
    if kind == "Concat":
        value = m.node("Concat", [other.value, image.value], axis=1)
        return image.like(value, image.channels + other.channels)
    if other.channels != image.channels:
        other = pointwise(m, other, image.channels)
    return image.like(m.node(kind, [image.value, other.value]))


#
# One value
#


def relu(m, image):
    return image.like(m.node("Relu", [image.value]))


def activate(m, image):
    kind = m.pick(["Sigmoid", "Tanh", "HardSwish", "LeakyRelu", "Abs"])
    return image.like(m.node(kind, [image.value]))


def scale(m, image):
    """By channels, rows or columns, before a convolution perhaps."""
    shape = [1, 1, 1]
    axis = int(m.pick([0, 0, 1, 2]))
    shape[axis] = image.shape[axis + 1]
    value = m.node("Mul", [image.value, m.constant(m.array(shape))])
    value = m.node("Add", [value, m.constant(m.array(shape))])
    image = image.like(m.node("Relu", [value]))
    return convolve(m, image) if m.pick([False, True]) else image


def normalise(m, image):
    kind = m.pick(["InstanceNormalization", "softmax", "layer"])
    if kind == "softmax":
        return image.like(m.node("Softmax", [image.value], axis=int(m.pick([1, 2, 3]))))
    if kind == "layer":
        last = m.node("Transpose", [image.value], perm=[0, 2, 3, 1])
        value = m.node("LayerNormalization", [
            last, m.constant(m.array([image.channels])), m.constant(m.array([image.channels]))],
            axis=-1, epsilon=1e-5)
        return image.like(m.node("Transpose", [value], perm=[0, 3, 1, 2]))
    return image.like(m.node(kind, [
        image.value, m.constant(m.array([image.channels])),
        m.constant(m.array([image.channels]))]))


def center(m, image):
    axis = int(m.pick([1, 2, 3]))
    mean = m.node(m.pick(["ReduceMean", "ReduceMax"]), [image.value], axes=[axis], keepdims=1)
    return image.like(m.node("Sub", [image.value, mean]))


def attend(m, image):
    """Each pixel asks all pixels."""
    pixels = image.extents[0] * image.extents[1]
    rows = m.node("Reshape", [image.value, integers(m, image.batch, image.channels, pixels)])
    columns = m.node("Transpose", [rows], perm=[0, 2, 1])
    scores = m.node("Softmax", [m.node("MatMul", [columns, rows])], axis=-1)
    value = m.node("Transpose", [m.node("MatMul", [scores, columns])], perm=[0, 2, 1])
    return image.like(m.node("Reshape", [value, integers(m, *image.shape)]))


def multiply(m, image):
    """Rows by a matrix."""
    columns = int(m.pick(COLUMNS))
    value = m.node("MatMul", [image.value, m.weight(columns, image.extents[1])]) \
        if columns == image.extents[1] else \
        m.node("MatMul", [image.value, m.weight(image.extents[1], columns)])
    return image.like(value, extents=[image.extents[0], columns])


def accumulate(m, image):
    return image.like(m.node("CumSum", [image.value, m.constant(np.array(int(m.pick([2, 3])), np.int64))]))


def quantise(m, image):
    scale_of, zero = m.constant(np.array(0.1, np.float32)), m.constant(np.array(3, np.int8))
    value = m.node("QuantizeLinear", [image.value, scale_of, zero])
    return image.like(m.node("DequantizeLinear", [value, scale_of, zero]))


#
# Movement
#


def resized(m, image, extents, mode):
    sizes = integers(m, image.batch, image.channels, *extents)
    value = m.node("Resize", [image.value, "", "", sizes], mode=mode,
                   coordinate_transformation_mode="half_pixel" if mode == "linear" else "asymmetric",
                   nearest_mode="floor")
    return image.like(value, extents=extents)


def resize(m, image):
    extents = [int(m.pick([extent * 2, extent * 3, (extent + 1) // 2])) for extent in image.extents]
    return resized(m, image, extents, m.pick(["nearest", "linear"]))


def slice_some(m, image):
    """Every second or third row or column from somewhere on, perhaps backwards."""
    axis = int(m.pick([1, 2, 3]))
    extent, step = image.shape[axis], int(m.pick([1, 2, 3, -1]))
    first = int(m.random.integers(extent))
    end = extent if step > 0 else -extent - 1
    value = m.node("Slice", [image.value, integers(m, first), integers(m, end),
                             integers(m, axis), integers(m, step)])
    shape = list(image.shape)
    shape[axis] = len(range(extent)[first::step])
    return image.like(value, shape[1], shape[2:])


def pad(m, image):
    mode = m.pick(["constant", "constant", "edge", "reflect"])
    most = [min(2, extent - 1) if mode == "reflect" else 2 for extent in image.extents]
    before, after = ([int(m.random.integers(n + 1)) for n in most] for _ in range(2))
    value = m.node("Pad", [image.value, integers(m, 0, 0, *before, 0, 0, *after)], mode=mode)
    return image.like(value, extents=[b + e + a for b, e, a in zip(before, image.extents, after)])


def transpose(m, image):
    perm = [int(axis) for axis in m.pick([(0, 1, 3, 2), (0, 2, 1, 3), (0, 3, 1, 2)])]
    shape = [image.shape[axis] for axis in perm]
    return image.like(m.node("Transpose", [image.value], perm=perm), shape[1], shape[2:])


def rearrange(m, image):
    """Two by two pixels and channels."""
    height, width = image.extents
    if height % 2 == 0 and width % 2 == 0:
        value = m.node("SpaceToDepth", [image.value], blocksize=2)
        return image.like(value, image.channels * 4, [height // 2, width // 2])
    if image.channels % 4 != 0:
        image = pointwise(m, image, 4)
    value = m.node("DepthToSpace", [image.value], blocksize=2)
    return image.like(value, image.channels // 4, [height * 2, width * 2])


# The first come most often.
COMMON = [convolve, convolve_same, pool, add, concat, relu]
OTHERS = [transposed, split, excite, activate, scale, normalise, center, attend, multiply,
          accumulate, quantise, resize, slice_some, pad, transpose, rearrange]


def build(seed):
    """One network, and its inputs."""
    m = odd_cases.Model(seed)
    batch = int(m.pick([1, 1, 1, 2]))
    extents = [m.pick(ROWS), m.pick(COLUMNS)]
    channels = m.pick([1, 3, 4])
    image = Image(m.input([batch, int(channels), *map(int, extents)]), batch, channels, extents)
    made = [image]
    for _ in range(m.pick([3, 4, 5, 6, 8])):
        choice = m.random.integers(10)
        if choice == 0 and len(made) > 1:
            layer = join(m, image, made[m.random.integers(len(made) - 1)])
        else:
            layer = m.pick(COMMON if choice < 6 else OTHERS)(m, image)
        if np.prod(layer.shape) > MOST_ELEMENTS:
            layer = slice_some(m, image)
        image = layer
        made.append(image)
    m.output("y", image.value)
    if m.pick([False, False, False, True]):
        m.output("z", made[m.random.integers(len(made))].value)
    return m.proto, m.inputs
