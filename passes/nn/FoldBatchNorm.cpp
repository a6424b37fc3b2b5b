//===- FoldBatchNorm.cpp - Merges channel scales into weights -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   %w = nn.constant                           %w = nn.constant  // w * s
//   %0 = nn.conv %x, %w, %b {...}              %b = nn.constant  // b * s + t
//   %1 = nn.batch_norm %0, ...           =>    %1 = nn.conv %x, %w, %b {...}
//
// where s = scale / sqrt(variance + epsilon) and t = bias - mean * s. Products,
// quotients, sums and differences with one constant per channel are treated
// alike: all of them are y = x * s + t with an s and a t of each channel. The
// new weights are computed in double and rounded once.
//
// A matrix product has no bias: its s goes into the right factor, a t stays as
// a sum, which becomes part of the epilogue.
//
//===----------------------------------------------------------------------===//

#include "lib/Support/Constants.h"
#include "passes/nn/Passes.h"
#include "passes/nn/Utils.h"

namespace megcc::nn {
#define GEN_PASS_DEF_FOLDBATCHNORM
#include "passes/nn/Passes.h.inc"
} // namespace megcc::nn

using namespace mlir;
using namespace megcc;

namespace {
/// y = x * scale[c] + shift[c]
struct ChannelMap {
  std::vector<double> scale, shift;

  explicit ChannelMap(int64_t channels) : scale(channels, 1), shift(channels) {}

  bool scales() const {
    return llvm::any_of(scale, [](double s) { return s != 1; });
  }
  bool shifts() const {
    return llvm::any_of(shift, [](double t) { return t != 0; });
  }
  /// A division by zero is left to where it stands: 0 * infinity is no number.
  bool isFinite() const {
    auto finite = [](double value) { return std::isfinite(value); };
    return llvm::all_of(scale, finite) && llvm::all_of(shift, finite);
  }
};

/// A contraction that can take up a ChannelMap.
struct Contraction {
  Operation *op;
  /// The dimension of the result that counts channels.
  int64_t channelDim;
  /// Operand number of the weights.
  unsigned weights;
};
} // namespace

/// The producer of `value`, if it is a float contraction with constant weights
/// (and bias) whose result nothing else uses.
static std::optional<Contraction> getContraction(Value value) {
  Operation *op = value.getDefiningOp();
  auto type = cast<RankedTensorType>(value.getType());
  if (!op || !value.hasOneUse() || !isa<FloatType>(type.getElementType()))
    return std::nullopt;
  bool isMatMul = isa<nn::MatMulOp>(op);
  if (!isMatMul && !isa<nn::ConvOp, nn::ConvTransposeOp>(op))
    return std::nullopt;
  for (Value operand : op->getOperands().drop_front())
    if (!getConstantValue(operand))
      return std::nullopt;
  // A vector on the right leaves no dimension for its columns.
  if (isMatMul && cast<ShapedType>(op->getOperand(1).getType()).getRank() < 2)
    return std::nullopt;
  return Contraction{op, isMatMul ? type.getRank() - 1 : 1, 1};
}

/// One value per channel from a constant that broadcasts to `type` and varies
/// along `channelDim` at most.
static std::optional<std::vector<double>>
readPerChannel(Value value, RankedTensorType type, int64_t channelDim) {
  ElementsAttr attr = getConstantValue(value);
  if (!attr || attr.getNumElements() == 0)
    return std::nullopt;
  ArrayRef<int64_t> shape = attr.getShapedType().getShape();
  int64_t lead = type.getRank() - static_cast<int64_t>(shape.size());
  for (auto [d, size] : llvm::enumerate(shape))
    if (size != 1 && static_cast<int64_t>(d) + lead != channelDim)
      return std::nullopt;
  std::vector<double> values = readFloats(attr);
  values.resize(type.getDimSize(channelDim), values.front());
  return values;
}

static std::optional<ChannelMap> matchBatchNorm(nn::BatchNormOp op) {
  auto type = cast<RankedTensorType>(op.getX().getType());
  SmallVector<std::vector<double>> parameters;
  for (Value value : op->getOperands().drop_front()) {
    ElementsAttr attr = getConstantValue(value);
    if (!attr)
      return std::nullopt;
    parameters.push_back(readFloats(attr));
  }
  ChannelMap map(type.getDimSize(1));
  for (size_t c = 0; c < map.scale.size(); ++c) {
    map.scale[c] =
        parameters[0][c] / std::sqrt(parameters[3][c] + op.getEpsilon());
    map.shift[c] = parameters[1][c] - parameters[2][c] * map.scale[c];
  }
  return map;
}

/// x op c or, where it is the same, c op x.
static std::optional<ChannelMap> matchArithmetic(Operation *op, unsigned input,
                                                 int64_t channelDim) {
  if (!isa<nn::AddOp, nn::SubOp, nn::MulOp, nn::DivOp>(op) ||
      (input == 1 && isa<nn::DivOp>(op)))
    return std::nullopt;
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  std::optional<std::vector<double>> values =
      readPerChannel(op->getOperand(1 - input), type, channelDim);
  if (!values)
    return std::nullopt;
  ChannelMap map(values->size());
  for (size_t c = 0; c < values->size(); ++c) {
    double value = (*values)[c];
    if (isa<nn::MulOp>(op)) {
      map.scale[c] = value;
    } else if (isa<nn::DivOp>(op)) {
      map.scale[c] = 1 / value;
    } else if (isa<nn::SubOp>(op) && input == 0) {
      map.shift[c] = -value;
    } else {
      map.scale[c] = isa<nn::SubOp>(op) ? -1 : 1;
      map.shift[c] = value;
    }
  }
  return map;
}

/// The channel that element `i` of the weights contributes to.
static int64_t getChannel(Operation *op, ArrayRef<int64_t> shape, int64_t i) {
  if (isa<nn::MatMulOp>(op))
    return i % shape.back();
  int64_t kernel = 1;
  for (int64_t size : shape.drop_front(2))
    kernel *= size;
  if (isa<nn::ConvOp>(op))
    return i / (shape[1] * kernel);
  int64_t perGroup = shape[0] / cast<nn::ConvTransposeOp>(op).getGroups();
  int64_t group = i / (shape[1] * kernel) / perGroup;
  return group * shape[1] + i / kernel % shape[1];
}

static Value makeFloats(OpBuilder &builder, Location loc, RankedTensorType type,
                        ArrayRef<double> values) {
  return builder.create<nn::ConstantOp>(
      loc, type, makeFloatConstant(type, values, nn::getNodeName(loc)));
}

static Value scaleWeights(OpBuilder &builder, const Contraction &contraction,
                          const ChannelMap &map) {
  Value weights = contraction.op->getOperand(contraction.weights);
  auto type = cast<RankedTensorType>(weights.getType());
  std::vector<double> values = readFloats(getConstantValue(weights));
  for (size_t i = 0; i < values.size(); ++i)
    values[i] *= map.scale[getChannel(contraction.op, type.getShape(), i)];
  return makeFloats(builder, contraction.op->getLoc(), type, values);
}

/// The bias after the map; null where there is none.
static Value mapBias(OpBuilder &builder, Operation *op, const ChannelMap &map) {
  bool hasBias = op->getNumOperands() == 3;
  if (!hasBias && !map.shifts())
    return {};
  std::vector<double> values(map.shift.size());
  if (hasBias)
    values = readFloats(getConstantValue(op->getOperand(2)));
  for (size_t c = 0; c < values.size(); ++c)
    values[c] = values[c] * map.scale[c] + map.shift[c];
  auto resultType = cast<RankedTensorType>(op->getResult(0).getType());
  auto type = RankedTensorType::get({static_cast<int64_t>(values.size())},
                                    resultType.getElementType());
  return makeFloats(builder, op->getLoc(), type, values);
}

/// The contraction with `map` applied to its result, built anew with weights of
/// the same type.
static Value applyMap(OpBuilder &builder, const Contraction &contraction,
                      const ChannelMap &map, Location loc) {
  Operation *op = contraction.op;
  SmallVector<Value> operands(op->getOperands());
  if (map.scales())
    operands[contraction.weights] = scaleWeights(builder, contraction, map);
  bool isMatMul = isa<nn::MatMulOp>(op);
  if (!isMatMul) {
    operands.truncate(2);
    if (Value bias = mapBias(builder, op, map))
      operands.push_back(bias);
  }
  OperationState state(loc, op->getName(), operands, op->getResultTypes(),
                       op->getAttrs());
  Value result = builder.create(state)->getResult(0);
  if (!isMatMul || !map.shifts())
    return result;
  auto resultType = cast<RankedTensorType>(result.getType());
  auto shiftType = RankedTensorType::get({resultType.getShape().back()},
                                         resultType.getElementType());
  Value shift = makeFloats(builder, loc, shiftType, map.shift);
  return builder.create<nn::AddOp>(loc, result, shift);
}

/// Merges `op`, if it maps channels, into the contraction before it.
static void foldIntoProducer(Operation &op) {
  for (auto [input, operand] : llvm::enumerate(op.getOperands())) {
    std::optional<Contraction> contraction = getContraction(operand);
    if (!contraction || op.getResultTypes() != TypeRange(operand.getType()))
      continue;
    std::optional<ChannelMap> map;
    if (auto batchNorm = dyn_cast<nn::BatchNormOp>(op)) {
      if (contraction->channelDim == 1 && input == 0)
        map = matchBatchNorm(batchNorm);
    } else {
      map = matchArithmetic(&op, input, contraction->channelDim);
      // Nothing to gain where a sum would be built again.
      if (map && !map->scales() && isa<nn::MatMulOp>(contraction->op))
        continue;
    }
    if (!map || !map->isFinite())
      continue;
    OpBuilder builder(&op);
    Location loc =
        builder.getFusedLoc({contraction->op->getLoc(), op.getLoc()});
    op.getResult(0).replaceAllUsesWith(
        applyMap(builder, *contraction, *map, loc));
    op.erase();
    contraction->op->erase();
    return;
  }
}

namespace {
struct FoldBatchNorm : nn::impl::FoldBatchNormBase<FoldBatchNorm> {
  // In order, so that what follows a folded operator meets the new contraction.
  void runOnOperation() override {
    for (Operation &op :
         llvm::make_early_inc_range(getOperation().getBody().getOps()))
      if (op.getNumResults() == 1)
        foldIntoProducer(op);
  }
};
} // namespace
