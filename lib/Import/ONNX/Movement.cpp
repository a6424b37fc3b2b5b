//===- Movement.cpp - Reshaping, joining, splitting, repeating ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

using namespace mlir;
using namespace megcc;

//===----------------------------------------------------------------------===//
// Reshape and its relatives
//===----------------------------------------------------------------------===//

/// A result whose shape is computed at run time, but which has the elements of
/// its operand: the declared shape is as good.
static LogicalResult reshapeAsDeclared(NodeContext &call, unsigned index,
                                       StringRef role) {
  RankedTensorType type = call.declared(0);
  if (!type) {
    call.requireInts(index, role);
    return failure();
  }
  return call.result(call.reshape(call.in(0), type.getShape()));
}

static LogicalResult importReshape(NodeContext &call) {
  Value x = call.in(0);
  bool allowsZero = call.flagAttr("allowzero", false);
  std::optional<SmallVector<int64_t>> shape;
  if (call.getVersion() < 5) {
    call.ignoreAttrs({"consumed_inputs"});
    shape = call.intsAttr("shape");
    if (!shape)
      return call.attrError("shape", "no value", "a list of integers");
  } else {
    if (!call.in(1))
      return call.error() << "found no input 1 (shape), expected 2 inputs";
    shape = call.intsOf(call.in(1));
    if (!shape)
      return reshapeAsDeclared(call, 1, "shape");
  }
  ArrayRef<int64_t> own = call.dims(x);
  int64_t known = 1, free = -1;
  SmallVector<int64_t> result(*shape);
  auto refuse = [&](const Twine &expected) {
    return call.error() << "input 1 (shape): found " << describeShape(*shape)
                        << " for " << describeType(call.typeOf(x))
                        << ", expected " << expected.str();
  };
  for (size_t axis = 0; axis < result.size(); ++axis) {
    if (result[axis] == 0 && !allowsZero) {
      if (axis >= own.size())
        return refuse("0 only where the input has a dimension to copy");
      result[axis] = own[axis];
    }
    if (result[axis] == -1) {
      if (free >= 0)
        return refuse("one -1 at most");
      free = static_cast<int64_t>(axis);
    } else if (result[axis] < 0 || result[axis] > kMaxTensorElements) {
      return refuse("sizes, 0 or -1");
    } else if (result[axis] != 0 && known > kMaxTensorElements / result[axis]) {
      return refuse("as many elements as the input has");
    } else {
      known *= result[axis];
    }
  }
  int64_t count = call.typeOf(x).getNumElements();
  if (free >= 0) {
    if (known == 0 || count % known != 0)
      return refuse("a shape whose other sizes divide the number of elements");
    result[static_cast<size_t>(free)] = count / known;
    known = count;
  }
  if (known != count)
    return refuse("as many elements as the input has");
  return call.result(call.reshape(x, result));
}

static LogicalResult importFlatten(NodeContext &call) {
  Value x = call.in(0);
  int64_t rank = call.rankOf(x), axis = call.intAttr("axis", 1);
  // The axis behind the last is allowed: a column.
  if (axis < -rank || axis > rank)
    return call.attrError("axis", Twine(axis),
                          "an axis in [" + Twine(-rank) + ", " + Twine(rank) +
                              "]");
  return call.result(call.reshape(
      x, flattenShape(call.dims(x), axis < 0 ? axis + rank : axis)));
}

static LogicalResult importSqueeze(NodeContext &call) {
  Value x = call.in(0);
  if (call.getVersion() >= 13 && call.in(1) && !call.intsOf(call.in(1)))
    return reshapeAsDeclared(call, 1, "axes");
  bool isAbsent = false;
  auto axes = readAxes(call, 13, call.rankOf(x), isAbsent);
  if (!axes)
    return failure();
  SmallVector<int64_t> shape;
  for (auto [index, dim] : llvm::enumerate(call.dims(x))) {
    bool isNamed = llvm::is_contained(*axes, static_cast<int64_t>(index));
    if (isNamed && dim != 1)
      return call.error() << "axis " << index << ": found extent " << dim
                          << ", expected 1";
    if (!(isNamed || (isAbsent && dim == 1)))
      shape.push_back(dim);
  }
  return call.result(call.reshape(x, shape));
}

static LogicalResult importUnsqueeze(NodeContext &call) {
  Value x = call.in(0);
  std::optional<SmallVector<int64_t>> given;
  if (call.getVersion() < 13) {
    given = call.intsAttr("axes");
    if (!given)
      return call.attrError("axes", "no value", "a list of integers");
  } else {
    if (!call.in(1))
      return call.error() << "found no input 1 (axes), expected 2 inputs";
    given = call.intsOf(call.in(1));
    if (!given)
      return reshapeAsDeclared(call, 1, "axes");
  }
  int64_t rank = call.rankOf(x) + static_cast<int64_t>(given->size());
  auto axes = call.normalizeAxes(*given, rank);
  if (!axes)
    return failure();
  ArrayRef<int64_t> rest = call.dims(x);
  SmallVector<int64_t> shape;
  for (int64_t axis = 0; axis < rank; ++axis) {
    if (llvm::is_contained(*axes, axis)) {
      shape.push_back(1);
    } else {
      shape.push_back(rest.front());
      rest = rest.drop_front();
    }
  }
  return call.result(call.reshape(x, shape));
}

static LogicalResult importTranspose(NodeContext &call) {
  int64_t rank = call.rankOf(call.in(0));
  auto given = call.intsAttr("perm");
  if (!given) {
    auto reversed = llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, rank)));
    return call.result(call.transpose(call.in(0), reversed));
  }
  SmallVector<int64_t> sorted(*given);
  llvm::sort(sorted);
  if (!llvm::equal(sorted, llvm::seq<int64_t>(0, rank)))
    return call.attrError("perm", describeShape(*given),
                          "a permutation of the " + Twine(rank) +
                              " dimensions");
  return call.result(call.transpose(call.in(0), *given));
}

//===----------------------------------------------------------------------===//
// Joining and splitting
//===----------------------------------------------------------------------===//

static LogicalResult importConcat(NodeContext &call) {
  int64_t rank = call.rankOf(call.in(0));
  auto axis = call.axisAttr("axis", 1, rank);
  if (!axis)
    return failure();
  SmallVector<Value> parts;
  for (auto [index, value] : llvm::enumerate(call.getInputs())) {
    if (!value)
      return call.error() << "found an input left out, expected all of them";
    if (!call.requireRank(static_cast<unsigned>(index), rank, rank))
      return failure();
    // Empty parts, as some exporters leave them, add nothing.
    if (call.dims(value)[*axis] != 0)
      parts.push_back(value);
  }
  if (parts.empty())
    return call.result(call.in(0));
  return call.result(call.concat(parts, *axis));
}

/// The extents of a Split's parts: given, equal, or as declared.
static std::optional<SmallVector<int64_t>>
readSplit(NodeContext &call, int64_t axis, int64_t extent) {
  int64_t count = call.getNumOutputs();
  std::optional<SmallVector<int64_t>> sizes;
  if (call.getVersion() < 13 && call.hasAttr("split"))
    sizes = call.intsAttr("split");
  if (Value input = call.in(1)) {
    sizes = call.intsOf(input);
    if (!sizes) {
      sizes.emplace();
      for (unsigned index = 0; index < call.getNumOutputs(); ++index) {
        RankedTensorType type = call.declared(index);
        if (!type || axis >= type.getRank()) {
          call.requireInts(1, "split");
          return std::nullopt;
        }
        sizes->push_back(type.getDimSize(static_cast<unsigned>(axis)));
      }
    }
  }
  if (!sizes) {
    int64_t parts = call.intAttr("num_outputs", count);
    if (parts < count || parts < 1 || parts > std::max<int64_t>(extent, 1)) {
      call.attrError("num_outputs", Twine(parts),
                     Twine(count) + " parts of " + Twine(extent) + " elements");
      return std::nullopt;
    }
    // Only since version 18 may the last part be smaller.
    int64_t size = (extent + parts - 1) / parts;
    sizes = SmallVector<int64_t>(parts, size);
    sizes->back() = extent - size * (parts - 1);
    if (sizes->back() < 0 ||
        (call.getVersion() < 18 && sizes->back() != size)) {
      call.error() << "found " << extent << " elements along axis " << axis
                   << ", expected a multiple of the " << parts << " parts";
      return std::nullopt;
    }
  }
  int64_t sum = 0;
  for (int64_t size : *sizes) {
    if (size < 0 || size > extent) {
      call.error() << "split: found parts of " << describeShape(*sizes)
                   << " elements, expected " << extent << " in all";
      return std::nullopt;
    }
    sum += size;
  }
  if (sum != extent || static_cast<int64_t>(sizes->size()) < count) {
    call.error() << "split: found parts of " << describeShape(*sizes)
                 << " elements, expected " << count << " parts with " << extent
                 << " in all";
    return std::nullopt;
  }
  return sizes;
}

static LogicalResult importSplit(NodeContext &call) {
  Value x = call.in(0);
  auto axis = call.axisAttr("axis", 0, call.rankOf(x));
  if (!axis)
    return failure();
  auto sizes = readSplit(call, *axis, call.dims(x)[*axis]);
  if (!sizes)
    return failure();
  int64_t begin = 0;
  for (auto [index, size] : llvm::enumerate(*sizes)) {
    if (index >= call.getNumOutputs())
      break;
    if (call.wants(static_cast<unsigned>(index)))
      call.out(static_cast<unsigned>(index), call.slice(x, *axis, begin, size));
    begin += size;
  }
  return success(!call.hasFailed());
}

//===----------------------------------------------------------------------===//
// Repeating
//===----------------------------------------------------------------------===//

static LogicalResult importExpand(NodeContext &call) {
  Value x = call.in(0);
  auto wanted = call.intsOf(call.in(1));
  if (!wanted) {
    RankedTensorType type = call.declared(0);
    if (!type) {
      call.requireInts(1, "shape");
      return failure();
    }
    wanted = SmallVector<int64_t>(type.getShape());
  }
  auto shape = broadcastShapes(call.dims(x), *wanted);
  if (!shape)
    return call.error() << "input 1 (shape): found " << describeShape(*wanted)
                        << ", expected a shape to which "
                        << describeType(call.typeOf(x)) << " broadcasts";
  return call.result(call.expand(x, *shape));
}

static LogicalResult importTile(NodeContext &call) {
  Value x = call.in(0);
  ArrayRef<int64_t> shape = call.dims(x);
  if (call.getVersion() < 6)
    return call.error() << "found operator set " << call.getVersion()
                        << ", expected at least 6";
  auto repeats = call.intsOf(call.in(1));
  if (!repeats) {
    RankedTensorType type = call.declared(0);
    bool isClear = type && type.getShape().size() == shape.size();
    repeats.emplace();
    for (size_t axis = 0; isClear && axis < shape.size(); ++axis) {
      int64_t result = type.getDimSize(static_cast<unsigned>(axis));
      isClear = shape[axis] > 0 && result % shape[axis] == 0;
      if (isClear)
        repeats->push_back(result / shape[axis]);
    }
    if (!isClear) {
      call.requireInts(1, "repeats");
      return failure();
    }
  }
  if (repeats->size() != shape.size())
    return call.error() << "input 1 (repeats): found " << repeats->size()
                        << " values, expected " << shape.size();
  SmallVector<int64_t> result;
  for (auto [count, dim] : llvm::zip(*repeats, shape)) {
    if (count < 0 || count > kMaxTensorElements)
      return call.error() << "input 1 (repeats): found " << count
                          << ", expected a number of at least 0";
    result.push_back(
        dim *
        std::min(count, kMaxTensorElements / std::max<int64_t>(dim, 1) + 1));
  }
  if (!countElements(result))
    return call.error() << "found a result of shape " << describeShape(result)
                        << ", expected at most 2^40 elements";
  return call.result(call.create<nn::TileOp>(x, ArrayRef<int64_t>(*repeats)));
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

/// The channels are blocks x blocks (DCR) or blocks within channels (CRD).
static LogicalResult importDepthToSpace(NodeContext &call) {
  if (!call.requireRank(0, 4, 4))
    return failure();
  int64_t block = call.intAttr("blocksize", 0);
  std::string mode = call.stringAttr("mode", "DCR");
  ArrayRef<int64_t> dims = call.dims(call.in(0));
  if (mode != "DCR" && mode != "CRD")
    return call.attrError("mode", "\"" + mode + "\"", "\"DCR\" or \"CRD\"");
  if (block < 1 || block > (1 << 20) || dims[1] % (block * block) != 0)
    return call.attrError("blocksize", Twine(block),
                          "a number whose square divides the " +
                              Twine(dims[1]) + " channels");
  int64_t n = dims[0], c = dims[1] / (block * block), h = dims[2], w = dims[3];
  Value x =
      mode == "DCR"
          ? call.transpose(call.reshape(call.in(0), {n, block, block, c, h, w}),
                           {0, 3, 4, 1, 5, 2})
          : call.transpose(call.reshape(call.in(0), {n, c, block, block, h, w}),
                           {0, 1, 4, 2, 5, 3});
  return call.result(call.reshape(x, {n, c, h * block, w * block}));
}

static LogicalResult importSpaceToDepth(NodeContext &call) {
  if (!call.requireRank(0, 4, 4))
    return failure();
  int64_t block = call.intAttr("blocksize", 0);
  ArrayRef<int64_t> dims = call.dims(call.in(0));
  if (block < 1 || dims[2] % block != 0 || dims[3] % block != 0)
    return call.attrError("blocksize", Twine(block),
                          "a divisor of the extents " + Twine(dims[2]) +
                              " and " + Twine(dims[3]));
  int64_t n = dims[0], c = dims[1], h = dims[2] / block, w = dims[3] / block;
  Value x = call.transpose(call.reshape(call.in(0), {n, c, h, block, w, block}),
                           {0, 3, 5, 1, 2, 4});
  return call.result(call.reshape(x, {n, c * block * block, h, w}));
}

//===----------------------------------------------------------------------===//
// Windows as columns
//===----------------------------------------------------------------------===//

/// Each column of x is a block; blocks are added up where they overlap in the
/// image. For each position in the block, the elements that stand there form a
/// small image, which is spread out to its place and added.
static LogicalResult importCol2Im(NodeContext &call) {
  if (!call.requireRank(0, 3, 3))
    return failure();
  auto image = call.requireInts(1, "image_shape");
  auto block = call.requireInts(2, "block_shape");
  if (!image || !block)
    return failure();
  size_t rank = image->size();
  auto strides = call.intsAttr("strides", rank, 1);
  auto dilations = call.intsAttr("dilations", rank, 1);
  auto pads = call.intsAttr("pads", 2 * rank, 0);
  if (call.hasFailed())
    return failure();
  ArrayRef<int64_t> dims = call.dims(call.in(0));
  SmallVector<int64_t> counts;
  int64_t blockSize = 1, columns = 1;
  for (size_t axis = 0; axis < rank && block->size() == rank; ++axis) {
    auto isSane = [](int64_t value, int64_t low) {
      return value >= low && value <= (1 << 24);
    };
    if (!isSane((*image)[axis], 1) || !isSane((*block)[axis], 1) ||
        !isSane(strides[axis], 1) || !isSane(dilations[axis], 1) ||
        !isSane(pads[axis], 0) || !isSane(pads[rank + axis], 0))
      return call.error()
             << "found a shape, stride, dilation or padding out of "
                "range along axis "
             << axis << ", expected numbers below 2^24";
    int64_t room = (*image)[axis] + pads[axis] + pads[rank + axis] -
                   dilations[axis] * ((*block)[axis] - 1) - 1;
    counts.push_back(room < 0 ? 0 : room / strides[axis] + 1);
    blockSize = std::min<int64_t>(blockSize * (*block)[axis], 1 << 24);
    columns = std::min<int64_t>(columns * counts.back(), 1 << 30);
  }
  if (block->size() != rank || columns != dims[2] || blockSize > 1024 ||
      dims[1] % blockSize != 0)
    return call.error() << "input 0: found "
                        << describeType(call.typeOf(call.in(0)))
                        << " for blocks of " << describeShape(*block)
                        << " in an image of " << describeShape(*image)
                        << ", expected channels times at most 1024 elements of "
                           "a block, and as many columns as blocks";
  int64_t channels = dims[1] / blockSize;
  Value blocks =
      call.reshape(call.in(0), {dims[0], channels, blockSize, dims[2]});
  Value sum;
  for (int64_t position = 0; position < blockSize; ++position) {
    SmallVector<int64_t> shape{dims[0], channels}, low{0, 0}, high{0, 0},
        interior{0, 0};
    shape.append(counts);
    int64_t rest = position;
    SmallVector<int64_t> place(rank);
    for (size_t axis = rank; axis-- > 0;) {
      place[axis] = rest % (*block)[axis];
      rest /= (*block)[axis];
    }
    for (size_t axis = 0; axis < rank; ++axis) {
      int64_t begin = place[axis] * dilations[axis] - pads[axis];
      int64_t extent = (counts[axis] - 1) * strides[axis] + 1;
      low.push_back(begin);
      high.push_back((*image)[axis] - begin - extent);
      interior.push_back(strides[axis] - 1);
    }
    Value part = call.reshape(call.slice(blocks, 2, position, 1), shape);
    part = call.create<nn::PadOp>(
        part, Value(), ArrayRef<int64_t>(low), ArrayRef<int64_t>(high),
        ArrayRef<int64_t>(interior), nn::PadMode::constant);
    sum = sum ? call.create<nn::AddOp>(sum, part) : part;
  }
  return call.result(sum);
}

void megcc::registerMovement(Registry &registry) {
  registry.beginGroup("Data movement");
  registry.add("Col2Im", 3, 3, 18, importCol2Im);
  registry.add("Concat", 1, Registry::kAnyNumber, 1, importConcat);
  registry.add("DepthToSpace", 1, 1, 1, importDepthToSpace);
  registry.add("Expand", 2, 2, 8, importExpand);
  registry.add("Flatten", 1, 1, 1, importFlatten);
  registry.add("Reshape", 1, 2, 1, importReshape);
  registry.add("SpaceToDepth", 1, 1, 1, importSpaceToDepth);
  registry.add("Split", 1, 2, 1, importSplit);
  registry.add("Squeeze", 1, 2, 1, importSqueeze);
  registry.add("Tile", 2, 2, 1, importTile);
  registry.add("Transpose", 1, 1, 1, importTranspose);
  registry.add("Unsqueeze", 1, 2, 1, importUnsqueeze);
}
