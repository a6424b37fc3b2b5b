//===- ChooseLayouts.cpp - Which results have channels in blocks ----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layout of a result decides two things. What its kernel costs: in blocks,
// a convolution is a GEMM whose columns fill vectors, however few channels
// there are; in the plain layout it is a nest with neighbouring pixels in a
// vector, which multiplies nothing in vain. And where relayouts are: a value is
// moved once for all that read it in the other layout.
//
//   conv 32 -> 3 channels, 9x9         blocked   3 of 16 columns count
//                                      plain     x is moved, all lanes count
//
// Both are one sum of costs, of which the least is looked for over the whole
// graph at once (MinimizeCosts.h). Costs are in cycles, rough on purpose, and
// rather against nests: where the two are close, channels are in blocks.
//
//===----------------------------------------------------------------------===//

#include "passes/nn/ChooseLayouts.h"
#include "passes/nn/MinimizeCosts.h"
#include "passes/nn/SeparateResizes.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// Whether `op` computes the same with blocked operands and result.
static bool isAgnostic(Operation *op, int64_t size, const Target &target) {
  if (op->getNumResults() != 1 || op->getNumOperands() == 0)
    return false;
  RankedTensorType result = typeOf(op->getResult(0));
  if (result.getRank() <= channelDim)
    return false;
  if (isa<nn::ElementwiseOpInterface>(op))
    return target.lanes(result.getElementType()) == size ||
           result.getElementType().isInteger(1);
  if (isa<nn::MaxPoolOp, nn::AveragePoolOp, nn::LpPoolOp>(op))
    return true;
  if (auto reduce = dyn_cast<nn::ReduceOp>(op))
    return reduce.getKeepdims() &&
           !llvm::is_contained(reduce.getAxes(), channelDim);
  if (auto concat = dyn_cast<nn::ConcatOp>(op))
    return concat.getAxis() != channelDim ||
           llvm::all_of(concat.getInputs(), [&](Value input) {
             return typeOf(input).getDimSize(channelDim) % size == 0;
           });
  // Channels keep their places, and the result's vectors are as long.
  if (auto resize = dyn_cast<nn::ResizeOp>(op))
    return resize.getScales()[channelDim] == 1 &&
           resize.getCoordinates() != nn::Coordinates::tf_crop_and_resize &&
           target.lanes(result.getElementType()) == size;
  if (auto pad = dyn_cast<nn::PadOp>(op))
    return pad.getLow()[channelDim] == 0 && pad.getHigh()[channelDim] == 0 &&
           pad.getInterior()[channelDim] == 0;
  return false;
}

bool nn::wantsBlocks(OpOperand &operand, int64_t size) {
  Operation *op = operand.getOwner();
  RankedTensorType type = typeOf(operand.get());
  if (auto conv = dyn_cast<nn::ConvOp>(op))
    // Few channels, as in an image, are read as they lie.
    return operand.getOperandNumber() == 0 &&
           (conv.isDepthwise() || type.getDimSize(channelDim) >= size);
  // Operands broadcast along channels, or of lower rank, are read plain.
  RankedTensorType result = typeOf(op->getResult(0));
  return isa<nn::ConcatOp>(op) ||
         (type.getRank() == result.getRank() &&
          type.getDimSize(channelDim) == result.getDimSize(channelDim));
}

namespace {

class LayoutChooser {
public:
  LayoutChooser(Block &block, const Target &target,
                ArrayRef<std::string> blocked)
      : block(block), target(target), blocked(blocked) {}

  LayoutChoice run() {
    for (Operation &op : block)
      classify(&op);
    for (Operation &op : block) {
      addKernel(&op);
      for (Value result : op.getResults())
        addRelayouts(result);
    }
    for (Value argument : block.getArguments())
      addRelayouts(argument);
    CostSum::Minimum minimum = sum.minimize();
    LayoutChoice choice;
    choice.free = variableOf.size();
    choice.fixed = minimum.fixed;
    for (auto [op, size] : sizeOf) {
      auto variable = variableOf.find(op);
      if (variable == variableOf.end() || minimum.states[variable->second])
        choice.blocks[op] = size;
    }
    return choice;
  }

private:
  /// What a core moves from one layout to another, or through an operator of
  /// its own, in bytes a cycle.
  static constexpr double bytesPerCycle = 4;
  /// A nest's multiply-add takes longer than a register tile's.
  static constexpr double nestCycles = 2.5;

  //===--------------------------------------------------------------------===//
  // What may be how
  //===--------------------------------------------------------------------===//

  void classify(Operation *op) {
    if (auto conv = dyn_cast<nn::ConvOp>(op)) {
      int64_t size = target.lanes(typeOf(conv.getResult()).getElementType());
      if (size == 1 || (!conv.isDepthwise() && !conv.getGroupsPerBlock(size)))
        return;
      sizeOf[op] = size;
      if (mayBePlain(conv, size) && !isNamed(op->getLoc()))
        variableOf[op] = sum.addVariable(/*preferred=*/true);
      return;
    }
    for (Value operand : op->getOperands()) {
      Operation *producer = operand.getDefiningOp();
      auto size = sizeOf.find(producer);
      if (!producer || size == sizeOf.end())
        continue;
      int64_t block = size->second;
      if (isAgnostic(op, block, target)) {
        sizeOf[op] = block;
        variableOf[op] = sum.addVariable(/*preferred=*/true);
      }
      return;
    }
  }

  /// Whether a name of `loc` is among those that keep blocks.
  bool isNamed(Location loc) {
    return loc
        ->walk([&](Location part) {
          auto name = dyn_cast<NameLoc>(part);
          return name && llvm::is_contained(blocked, name.getName().str())
                     ? WalkResult::interrupt()
                     : WalkResult::advance();
        })
        .wasInterrupted();
  }

  /// Whether a nest with pixels along the lanes is an alternative: most columns
  /// of a GEMM would count for nothing.
  static bool mayBePlain(nn::ConvOp conv, int64_t size) {
    RankedTensorType x = typeOf(conv.getX()), y = typeOf(conv.getResult());
    return conv.getGroups() == 1 && y.getRank() > 2 &&
           2 * y.getDimSize(channelDim) <= size && x.getElementType().isF32() &&
           y.getElementType().isF32() &&
           typeOf(conv.getW()).getElementType().isF32() &&
           conv.getStrides().back() == 1;
  }

  //===--------------------------------------------------------------------===//
  // Costs
  //===--------------------------------------------------------------------===//

  double getBytes(Value value, bool blocked, int64_t size) {
    RankedTensorType type = typeOf(value);
    if (blocked)
      type = nn::withLayout(type, nn::BlockedLayout{channelDim, size});
    return double(nn::physicalBytes(type));
  }

  double getConvCycles(nn::ConvOp conv, bool blocked, int64_t size) {
    RankedTensorType y = typeOf(conv.getResult()), w = typeOf(conv.getW());
    double depth = double(w.getNumElements()) / w.getDimSize(0);
    double pixels = double(y.getNumElements()) / y.getDimSize(channelDim);
    int64_t channels = y.getDimSize(channelDim), width = y.getShape().back();
    if (!blocked)
      return pixels / width * double(llvm::divideCeil(width, size)) * channels *
             depth * nestCycles;
    // A fast convolution multiplies less.
    bool mayBeFast = y.getRank() == 4 &&
                     w.getShape().take_back(2) == ArrayRef<int64_t>{3, 3};
    for (int64_t step : conv.getStrides())
      mayBeFast &= step == 1;
    for (int64_t step : conv.getDilations())
      mayBeFast &= step == 1;
    return pixels * double(llvm::divideCeil(channels, size)) * depth /
           target.multiplyAddPorts / (mayBeFast ? 4 : 1);
  }

  /// The operator that `op` follows in one kernel if it has the same layout.
  Operation *getFusedProducer(Operation *op) {
    if (!isa<nn::ElementwiseOpInterface>(op))
      return nullptr;
    for (Value operand : op->getOperands())
      if (Operation *producer = operand.getDefiningOp();
          producer && sizeOf.count(producer) && operand.hasOneUse() &&
          isa<nn::ElementwiseOpInterface, nn::ConvOp>(producer))
        return producer;
    return nullptr;
  }

  void addKernel(Operation *op) {
    if (!variableOf.count(op))
      return;
    int64_t size = sizeOf[op];
    if (auto conv = dyn_cast<nn::ConvOp>(op))
      return addTerm({op}, [&](ArrayRef<bool> states) {
        return getConvCycles(conv, states[0], size);
      });
    Value result = op->getResult(0);
    if (Operation *producer = getFusedProducer(op))
      return addTerm({producer, op}, [&](ArrayRef<bool> states) {
        return states[0] == states[1]
                   ? 0
                   : getBytes(result, states[1], size) / bytesPerCycle;
      });
    // Windows are read in whole vectors where channels are.
    bool isPool = isa<nn::MaxPoolOp, nn::AveragePoolOp, nn::LpPoolOp>(op);
    addTerm({op}, [&](ArrayRef<bool> states) {
      Value moved =
          isPool || isa<nn::ReduceOp>(op) ? op->getOperand(0) : result;
      double cycles = getBytes(moved, states[0], size) / bytesPerCycle;
      if (states[0])
        return cycles;
      if (auto resize = dyn_cast<nn::ResizeOp>(op))
        return getResizeOrder(resize, target).empty() ? 6 * cycles : cycles;
      return isPool ? 3 * cycles : cycles;
    });
  }

  /// Whether `user` reads `value` in blocks; nothing if it takes either.
  std::optional<bool> getWanted(Operation *user, Value value, bool blocked) {
    auto size = sizeOf.find(user);
    if (size == sizeOf.end() || !blocked)
      return false;
    bool wants = false;
    for (OpOperand &operand : user->getOpOperands())
      if (operand.get() == value)
        wants |= wantsBlocks(operand, size->second);
    if (!wants && isa<nn::ConvOp>(user))
      return std::nullopt;
    return wants;
  }

  void addRelayouts(Value value) {
    Operation *producer = value.getDefiningOp();
    bool isConstant = producer && isa<nn::ConstantOp>(producer);
    // What has no channels is broadcast.
    if (isConstant || typeOf(value).getRank() <= channelDim)
      return;
    SmallVector<Operation *> users;
    int64_t size = 0;
    auto see = [&](Operation *op) {
      if (auto found = sizeOf.find(op); op && found != sizeOf.end())
        size = found->second;
    };
    see(producer);
    bool isFree = variableOf.count(producer);
    for (Operation *user : value.getUsers()) {
      if (!llvm::is_contained(users, user))
        users.push_back(user);
      see(user);
      isFree |= variableOf.count(user) != 0;
    }
    if (!isFree || size == 0)
      return;
    // What is moved anyway is moved to where it is wanted.
    bool isFromMovement =
        producer && isa<nn::TransposeOp>(producer) && users.size() == 1;
    double cycles =
        isFromMovement
            ? 0
            : (getBytes(value, true, size) + getBytes(value, false, size)) /
                  bytesPerCycle;
    auto isMoved = [this](Operation *user, Value value, bool made, bool state) {
      std::optional<bool> wanted = getWanted(user, value, state);
      return wanted && *wanted != made;
    };
    if (users.size() == 1)
      return addTerm({producer, users[0]}, [&](ArrayRef<bool> states) {
        return isMoved(users[0], value, states[0], states[1]) &&
                       !isa<nn::TransposeOp>(users[0])
                   ? cycles
                   : 0;
      });
    // One relayout serves all: a variable says whether there is one.
    unsigned moved = sum.addVariable(/*preferred=*/false);
    sum.add(moved,
            [&](ArrayRef<bool> states) { return states[0] ? cycles : 0; });
    for (Operation *user : users)
      addTerm(
          {producer, user},
          [&](ArrayRef<bool> states) {
            return isMoved(user, value, states[0], states[1]) && !states[2]
                       ? 1e18
                       : 0;
          },
          moved);
  }

  /// A cost of the layouts of `ops`, of which some are given; null and what
  /// cannot have blocks is plain. `further` is a variable behind them.
  void addTerm(ArrayRef<Operation *> ops,
               llvm::function_ref<double(ArrayRef<bool>)> cost,
               std::optional<unsigned> further = std::nullopt) {
    SmallVector<unsigned> variables;
    for (Operation *op : ops)
      if (auto found = variableOf.find(op); op && found != variableOf.end())
        if (!llvm::is_contained(variables, found->second))
          variables.push_back(found->second);
    if (further)
      variables.push_back(*further);
    sum.add(variables, [&](ArrayRef<bool> states) {
      SmallVector<bool> all;
      for (Operation *op : ops) {
        auto found = variableOf.find(op);
        if (op && found != variableOf.end())
          all.push_back(
              states[llvm::find(variables, found->second) - variables.begin()]);
        else
          all.push_back(op && sizeOf.count(op));
      }
      if (further)
        all.push_back(states.back());
      return cost(all);
    });
  }

  Block &block;
  const Target &target;
  ArrayRef<std::string> blocked;
  CostSum sum;
  /// Of what may have blocks, in order.
  llvm::MapVector<Operation *, int64_t> sizeOf;
  /// Of what there is a choice for.
  llvm::DenseMap<Operation *, unsigned> variableOf;
};

} // namespace

LayoutChoice nn::chooseLayouts(Block &block, const Target &target,
                               ArrayRef<std::string> blocked) {
  return LayoutChooser(block, target, blocked).run();
}
