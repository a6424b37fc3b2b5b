//===- OperatorHelpers.cpp - Shared by the operators' imports -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"

using namespace mlir;
using namespace megcc;

Value megcc::iota(NodeContext &call, int64_t count) {
  if (call.hasFailed())
    return {};
  if (count > kMaxComputedElements) {
    call.error() << "found " << count
                 << " positions to compute at run time, expected at most 2^26";
    return {};
  }
  return call.ints({count}, llvm::to_vector(llvm::seq<int64_t>(0, count)),
                   call.i64());
}

SmallVector<int64_t> megcc::reduceShape(ArrayRef<int64_t> shape,
                                        ArrayRef<int64_t> axes, bool keepDims) {
  SmallVector<int64_t> result;
  for (auto [axis, dim] : llvm::enumerate(shape)) {
    if (!llvm::is_contained(axes, static_cast<int64_t>(axis)))
      result.push_back(dim);
    else if (keepDims)
      result.push_back(1);
  }
  return result;
}

SmallVector<int64_t> megcc::flattenShape(ArrayRef<int64_t> shape,
                                         int64_t axis) {
  int64_t outer = 1, inner = 1;
  for (auto [index, dim] : llvm::enumerate(shape))
    (static_cast<int64_t>(index) < axis ? outer : inner) *= dim;
  return {outer, inner};
}

SmallVector<int64_t> megcc::invertPermutation(ArrayRef<int64_t> perm) {
  SmallVector<int64_t> inverse(perm.size());
  for (auto [index, axis] : llvm::enumerate(perm))
    inverse[static_cast<size_t>(axis)] = static_cast<int64_t>(index);
  return inverse;
}

std::optional<SmallVector<int64_t>> megcc::readAxes(NodeContext &call,
                                                    int64_t inputSince,
                                                    int64_t rank,
                                                    bool &isAbsent) {
  std::optional<SmallVector<int64_t>> axes;
  if (call.getVersion() >= inputSince) {
    if (call.in(1) && !(axes = call.requireInts(1, "axes")))
      return std::nullopt;
  } else {
    axes = call.intsAttr("axes");
  }
  isAbsent = !axes;
  if (isAbsent)
    return SmallVector<int64_t>();
  return call.normalizeAxes(*axes, rank);
}

std::optional<SmallVector<int64_t>>
megcc::broadcastShapes(ArrayRef<int64_t> lhs, ArrayRef<int64_t> rhs) {
  if (lhs.size() < rhs.size())
    std::swap(lhs, rhs);
  SmallVector<int64_t> result(lhs);
  size_t offset = lhs.size() - rhs.size();
  for (auto [index, dim] : llvm::enumerate(rhs)) {
    int64_t &own = result[offset + index];
    if (own == 1)
      own = dim;
    else if (dim != 1 && dim != own)
      return std::nullopt;
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

/// The extents that follow from a window must stay exact in 64 bits.
static constexpr int64_t kMaxWindowNumber = int64_t(1) << 31;

static bool checkWindowNumbers(NodeContext &call, StringRef name,
                               ArrayRef<int64_t> values, int64_t low) {
  for (int64_t value : values)
    if (value < low || value > kMaxWindowNumber) {
      call.attrError(name, Twine(value),
                     "numbers in [" + Twine(low) + ", 2^31]");
      return false;
    }
  return true;
}

std::optional<Window> megcc::readWindow(NodeContext &call,
                                        ArrayRef<int64_t> spatial,
                                        std::optional<ArrayRef<int64_t>> kernel,
                                        bool hasCeilMode) {
  size_t rank = spatial.size();
  Window window;
  auto given = call.intsAttr("kernel_shape");
  if (given && given->size() != rank) {
    call.attrError("kernel_shape", Twine(given->size()) + " values",
                   Twine(rank) + " for input " +
                       describeType(call.typeOf(call.in(0))));
    return std::nullopt;
  }
  if (kernel) {
    window.kernel.assign(kernel->begin(), kernel->end());
    if (given && ArrayRef<int64_t>(*given) != *kernel) {
      call.attrError("kernel_shape", describeShape(*given),
                     describeShape(*kernel) + " as the weights have");
      return std::nullopt;
    }
  } else if (given) {
    window.kernel = *given;
  } else if (!call.hasFailed()) {
    call.attrError("kernel_shape", "no value", "one number for each axis");
    return std::nullopt;
  }
  window.strides = call.intsAttr("strides", rank, 1);
  window.dilations = call.intsAttr("dilations", rank, 1);
  window.pads = call.intsAttr("pads", 2 * rank, 0);
  std::string autoPad = call.stringAttr("auto_pad", "NOTSET");
  bool ceilMode = hasCeilMode && call.flagAttr("ceil_mode", false);
  if (call.hasFailed() ||
      !checkWindowNumbers(call, "kernel_shape", window.kernel, 1) ||
      !checkWindowNumbers(call, "strides", window.strides, 1) ||
      !checkWindowNumbers(call, "dilations", window.dilations, 1) ||
      !checkWindowNumbers(call, "pads", window.pads, 0))
    return std::nullopt;
  bool isSame = autoPad == "SAME_UPPER" || autoPad == "SAME_LOWER";
  if (!isSame && autoPad != "NOTSET" && autoPad != "VALID" &&
      !autoPad.empty()) {
    call.attrError("auto_pad", "\"" + autoPad + "\"",
                   "NOTSET, SAME_UPPER, SAME_LOWER or VALID");
    return std::nullopt;
  }

  window.appliedPads.resize(2 * rank);
  for (size_t axis = 0; axis < rank; ++axis) {
    int64_t &begin = window.pads[axis], &end = window.pads[rank + axis];
    int64_t stride = window.strides[axis], input = spatial[axis];
    int64_t extent = window.dilations[axis] * (window.kernel[axis] - 1) + 1;
    if (isSame) {
      int64_t output = (input + stride - 1) / stride;
      int64_t total =
          std::max<int64_t>(0, (output - 1) * stride + extent - input);
      begin = autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
      end = total - begin;
    } else if (autoPad == "VALID") {
      begin = end = 0;
    }
    int64_t room = input + begin + end - extent;
    if (room < 0) {
      call.error() << "axis " << axis << ": found a window of " << extent
                   << " elements, expected at most " << input + begin + end
                   << " as the padded input has";
      return std::nullopt;
    }
    int64_t steps = room / stride;
    // A last window that sticks out counts if it starts in the input or in the
    // padding before it.
    if (ceilMode && room % stride != 0 && (steps + 1) * stride < input + begin)
      ++steps;
    window.appliedPads[axis] = begin;
    window.appliedPads[rank + axis] =
        std::max(end, steps * stride + extent - input - begin);
  }
  return window;
}
