//===- Vision.cpp - Resampling, regions of interest, detection ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

#include <cmath>

using namespace mlir;
using namespace megcc;

//===----------------------------------------------------------------------===//
// Resize
//===----------------------------------------------------------------------===//

/// Extents beyond this are taken for damage before they overflow.
static constexpr double kMaxExtent = 1e12;

namespace {

/// Everything but x, per dimension of x.
struct ResizeParameters {
  SmallVector<int64_t> shape;
  SmallVector<double> scales;
  std::optional<SmallVector<double>> roi;
};

} // namespace

static bool checkScale(NodeContext &call, double scale) {
  if (scale > 0 && scale < kMaxExtent)
    return true;
  call.error() << "found the scale " << std::to_string(scale)
               << ", expected a number above 0";
  return false;
}

/// Extents from scales, rounded down in single precision as other runtimes do.
static bool applyScales(NodeContext &call, ArrayRef<double> scales,
                        ArrayRef<int64_t> axes, ResizeParameters &result) {
  if (scales.size() != axes.size()) {
    call.error() << "found " << scales.size() << " scales, expected "
                 << axes.size();
    return false;
  }
  for (auto [scale, axis] : llvm::zip(scales, axes)) {
    if (!checkScale(call, scale))
      return false;
    size_t index = static_cast<size_t>(axis);
    double extent = std::floor(static_cast<float>(result.shape[index]) *
                               static_cast<float>(scale));
    if (extent > kMaxExtent)
      return checkScale(call, INFINITY);
    result.scales[index] = scale;
    result.shape[index] = static_cast<int64_t>(extent);
  }
  return true;
}

/// Scales from extents; a policy may keep the ratio of the extents.
static bool applySizes(NodeContext &call, ArrayRef<int64_t> sizes,
                       ArrayRef<int64_t> axes, StringRef policy,
                       ResizeParameters &result) {
  if (sizes.size() != axes.size()) {
    call.error() << "found " << sizes.size() << " sizes, expected "
                 << axes.size();
    return false;
  }
  std::optional<double> common;
  for (auto [size, axis] : llvm::zip(sizes, axes)) {
    int64_t own = result.shape[static_cast<size_t>(axis)];
    double scale = static_cast<double>(size) / static_cast<double>(own);
    if (!checkScale(call, scale))
      return false;
    if (policy == "not_larger")
      common = std::min(common.value_or(scale), scale);
    else if (policy == "not_smaller")
      common = std::max(common.value_or(scale), scale);
  }
  for (auto [size, axis] : llvm::zip(sizes, axes)) {
    size_t index = static_cast<size_t>(axis);
    double own = static_cast<double>(result.shape[index]);
    int64_t extent =
        common ? static_cast<int64_t>(std::floor(*common * own + 0.5)) : size;
    result.scales[index] = common ? *common : static_cast<double>(extent) / own;
    result.shape[index] = extent;
  }
  return true;
}

static LogicalResult
buildResize(NodeContext &call, nn::Interpolation mode,
            nn::Coordinates coordinates, nn::Rounding rounding,
            const ResizeParameters &parameters, double cubicCoeff = -0.75,
            double extrapolation = 0, bool excludeOutside = false,
            bool antialias = false) {
  Value x = call.in(0);
  if (!countElements(parameters.shape))
    return call.error() << "found a result of shape "
                        << describeShape(parameters.shape)
                        << ", expected at most 2^40 elements";
  DenseF64ArrayAttr roi;
  if (parameters.roi)
    roi = call.builder.getDenseF64ArrayAttr(*parameters.roi);
  return call.result(call.createTyped<nn::ResizeOp>(
      RankedTensorType::get(parameters.shape, call.elementOf(x)), mode, x,
      ArrayRef<double>(parameters.scales), coordinates, rounding, cubicCoeff,
      extrapolation, roi, excludeOutside, antialias));
}

static std::optional<nn::Interpolation> readMode(NodeContext &call) {
  std::string name = call.stringAttr("mode", "nearest");
  // The oldest versions say how many dimensions they are linear in.
  if (name == "bilinear" || name == "trilinear")
    name = "linear";
  auto mode = nn::symbolizeInterpolation(name);
  if (!mode)
    call.attrError("mode", "\"" + name + "\"",
                   "\"nearest\", \"linear\" or \"cubic\"");
  return mode;
}

static ResizeParameters startParameters(NodeContext &call) {
  ResizeParameters parameters;
  parameters.shape.assign(call.dims(call.in(0)).begin(),
                          call.dims(call.in(0)).end());
  parameters.scales.assign(parameters.shape.size(), 1.0);
  return parameters;
}

/// Upsample, and the first version of Resize: positions are scaled, no more.
static LogicalResult importUpsample(NodeContext &call) {
  auto mode = readMode(call);
  ResizeParameters parameters = startParameters(call);
  auto axes = llvm::to_vector(
      llvm::seq<int64_t>(0, static_cast<int64_t>(parameters.shape.size())));
  std::optional<SmallVector<double>> scales;
  if (call.getVersion() < 9) {
    scales = call.floatsAttr("scales");
    if (!scales)
      return call.attrError("scales", "no value", "a list of floats");
  } else if (!call.in(1)) {
    return call.error() << "found no input 1 (scales), expected 2 inputs";
  } else {
    scales = call.requireFloats(1, "scales");
  }
  if (!mode || !scales || !applyScales(call, *scales, axes, parameters))
    return failure();
  return buildResize(call, *mode, nn::Coordinates::asymmetric,
                     nn::Rounding::floor, parameters);
}

static LogicalResult importResize(NodeContext &call) {
  if (call.getVersion() < 11)
    return importUpsample(call);
  Value x = call.in(0);
  int64_t rank = call.rankOf(x);
  auto mode = readMode(call);
  std::string coordinateName =
      call.stringAttr("coordinate_transformation_mode", "half_pixel");
  std::string roundingName =
      call.stringAttr("nearest_mode", "round_prefer_floor");
  double cubicCoeff = call.floatAttr("cubic_coeff_a", -0.75);
  double extrapolation = call.floatAttr("extrapolation_value", 0);
  bool excludeOutside = call.flagAttr("exclude_outside", false);
  bool antialias = call.flagAttr("antialias", false);
  std::string policy = call.stringAttr("keep_aspect_ratio_policy", "stretch");
  auto coordinates = nn::symbolizeCoordinates(coordinateName);
  auto rounding = nn::symbolizeRounding(roundingName);
  if (!coordinates)
    return call.attrError("coordinate_transformation_mode",
                          "\"" + coordinateName + "\"",
                          "a mode that ONNX knows");
  if (!rounding)
    return call.attrError("nearest_mode", "\"" + roundingName + "\"",
                          "a mode that ONNX knows");
  if (policy != "stretch" && policy != "not_larger" && policy != "not_smaller")
    return call.attrError("keep_aspect_ratio_policy", "\"" + policy + "\"",
                          "\"stretch\", \"not_larger\" or \"not_smaller\"");
  auto given = call.intsAttr("axes");
  auto axes = given ? call.normalizeAxes(*given, rank)
                    : llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (!mode || !axes)
    return failure();

  ResizeParameters parameters = startParameters(call);
  auto isGiven = [&](unsigned index) {
    return call.in(index) && call.typeOf(call.in(index)).getNumElements() != 0;
  };
  RankedTensorType declared = call.declared(0);
  if (isGiven(2)) {
    auto scales = call.requireFloats(2, "scales");
    if (!scales || !applyScales(call, *scales, *axes, parameters))
      return failure();
  } else if (isGiven(3)) {
    auto sizes = call.intsOf(call.in(3));
    // Extents computed at run time are those that the file declares.
    if (!sizes && declared && declared.getRank() == rank &&
        policy == "stretch") {
      sizes.emplace();
      for (int64_t axis : *axes)
        sizes->push_back(declared.getDimSize(static_cast<unsigned>(axis)));
    }
    if (!sizes)
      sizes = call.requireInts(3, "sizes");
    if (!sizes || !applySizes(call, *sizes, *axes, policy, parameters))
      return failure();
  } else {
    return call.error() << "found neither scales nor sizes, expected one of "
                           "them";
  }
  if (*coordinates == nn::Coordinates::tf_crop_and_resize) {
    auto roi = call.in(1) ? call.requireFloats(1, "roi") : std::nullopt;
    if (!roi || roi->size() != 2 * axes->size())
      return call.hasFailed() ? failure()
                              : call.error()
                                    << "input 1 (roi): found "
                                    << (roi ? roi->size() : 0)
                                    << " values, expected " << 2 * axes->size();
    SmallVector<double> whole(static_cast<size_t>(2 * rank), 0.0);
    std::fill(whole.begin() + rank, whole.end(), 1.0);
    for (auto [index, axis] : llvm::enumerate(*axes)) {
      whole[static_cast<size_t>(axis)] = (*roi)[index];
      whole[static_cast<size_t>(rank + axis)] = (*roi)[axes->size() + index];
    }
    parameters.roi = whole;
  }
  return buildResize(call, *mode, *coordinates, *rounding, parameters,
                     cubicCoeff, extrapolation, excludeOutside, antialias);
}

//===----------------------------------------------------------------------===//
// Sampling
//===----------------------------------------------------------------------===//

static LogicalResult importGridSample(NodeContext &call) {
  // Version 16 named the modes for two dimensions.
  std::string modeName = call.stringAttr("mode", "linear");
  std::string paddingName = call.stringAttr("padding_mode", "zeros");
  bool alignCorners = call.flagAttr("align_corners", false);
  auto mode = nn::symbolizeInterpolation(modeName == "bilinear"  ? "linear"
                                         : modeName == "bicubic" ? "cubic"
                                                                 : modeName);
  auto padding = nn::symbolizeGridPadding(paddingName);
  if (!mode)
    return call.attrError("mode", "\"" + modeName + "\"",
                          "\"linear\", \"nearest\" or \"cubic\"");
  if (!padding)
    return call.attrError("padding_mode", "\"" + paddingName + "\"",
                          "\"zeros\", \"border\" or \"reflection\"");
  Value x = call.in(0);
  Value grid = call.cast(call.in(1), call.elementOf(x));
  return call.result(
      call.create<nn::GridSampleOp>(*mode, x, grid, *padding, alignCorners));
}

static LogicalResult importRoiAlign(NodeContext &call) {
  std::string modeName = call.stringAttr("mode", "avg");
  auto mode = nn::symbolizeRoiMode(modeName);
  if (!mode)
    return call.attrError("mode", "\"" + modeName + "\"", "\"avg\" or \"max\"");
  int64_t height = call.intAttr("output_height", 1);
  int64_t width = call.intAttr("output_width", 1);
  int64_t ratio = call.intAttr("sampling_ratio", 0);
  double scale = call.floatAttr("spatial_scale", 1.0);
  bool isOld = call.getVersion() < 16;
  std::string coordinates =
      call.stringAttr("coordinate_transformation_mode",
                      isOld ? "output_half_pixel" : "half_pixel");
  if (coordinates != "half_pixel" && coordinates != "output_half_pixel")
    return call.attrError("coordinate_transformation_mode",
                          "\"" + coordinates + "\"",
                          "\"half_pixel\" or \"output_half_pixel\"");
  return call.result(call.create<nn::RoiAlignOp>(
      *mode, call.in(0), call.in(1), call.in(2), height, width, ratio, scale,
      coordinates == "half_pixel"));
}

/// nn's result has a row for every possible choice; the file may declare fewer.
static LogicalResult importNonMaxSuppression(NodeContext &call) {
  bool centerPoint = call.flagAttr("center_point_box", false);
  auto readScalar = [&](unsigned index, StringRef role,
                        double otherwise) -> std::optional<double> {
    if (!call.in(index))
      return otherwise;
    auto values = call.requireFloats(index, role);
    if (values && values->size() == 1)
      return values->front();
    if (!call.hasFailed())
      call.error() << "input " << index << " (" << role
                   << "): expected one number";
    return std::nullopt;
  };
  auto maxBoxes = readScalar(2, "max_output_boxes_per_class", 0);
  auto iou = readScalar(3, "iou_threshold", 0);
  auto score = readScalar(4, "score_threshold", 0);
  if (!maxBoxes || !iou || !score || !call.requireRank(0, 3, 3))
    return failure();
  FloatAttr threshold;
  if (call.in(4))
    threshold = call.builder.getF64FloatAttr(*score);
  int64_t limit =
      std::min(static_cast<int64_t>(std::clamp(*maxBoxes, 0.0, 1e9)),
               call.dims(call.in(0))[1]);
  Operation *op = call.createOp<nn::NonMaxSuppressionOp>(
      2, call.in(0), call.in(1), limit, *iou, threshold, centerPoint);
  if (!op)
    return failure();
  Value indices = op->getResult(0);
  RankedTensorType declared = call.declared(0);
  if (declared && declared.getRank() == 2 &&
      declared.getDimSize(0) <= call.dims(indices)[0])
    indices = call.slice(indices, 0, 0, declared.getDimSize(0));
  return call.result(indices);
}

static LogicalResult importDet(NodeContext &call) {
  return call.result(call.create<nn::DetOp>(call.in(0)));
}

void megcc::registerVision(Registry &registry) {
  registry.beginGroup("Vision");
  registry.add("Det", 1, 1, 11, importDet);
  registry.add("GridSample", 2, 2, 16, importGridSample);
  registry.add("NonMaxSuppression", 2, 5, 10, importNonMaxSuppression,
               "a result that shrinks at run time: rows that are not used "
               "hold -1");
  registry.add("Resize", 1, 4, 10, importResize);
  registry.add("RoiAlign", 3, 3, 10, importRoiAlign);
  registry.add("Upsample", 1, 2, 7, importUpsample, "", 9);
}
