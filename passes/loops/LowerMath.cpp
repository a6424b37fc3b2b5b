//===- LowerMath.cpp - Mathematical functions as own functions ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before:
//
//   %1 = math.exp %0 : vector<16xf32>
//   %2 = math.absf %1 : vector<16xf32>
//
// After: what takes more than a few operations is a function, defined once.
//
//   func.func private @exp_f32x16(%x: vector<16xf32>) -> vector<16xf32> { ... }
//
//   %1 = call @exp_f32x16(%0) : (vector<16xf32>) -> vector<16xf32>
//   %i = arith.bitcast %1 : vector<16xf32> to vector<16xi32>
//   %j = arith.andi %i, %c2147483647
//   %2 = arith.bitcast %j : vector<16xi32> to vector<16xf32>
//
// Operations that the target has an instruction for (a row of
// lib/Target/Intrinsics.cpp) stay. f16 and bf16 are computed in f32.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "passes/loops/MathFunctions.h"
#include "passes/loops/Passes.h"
#include "passes/loops/TypeNames.h"
#include "llvm/ADT/TypeSwitch.h"

namespace megcc::loops {
#define GEN_PASS_DEF_LOWERMATH
#include "passes/loops/Passes.h.inc"
} // namespace megcc::loops

using namespace megcc;
using namespace mlir;

namespace {

class MathLowering {
public:
  MathLowering(ModuleOp module, const Target &target)
      : module(module), target(target), symbols(module),
        builder(module.getContext()) {}

  void run() {
    collect(module);
    while (!worklist.empty())
      lower(worklist.pop_back_val());
  }

private:
  void collect(Operation *root) {
    root->walk([&](Operation *op) { push(op); });
  }
  void push(Operation *op) {
    if (isa_and_nonnull<math::MathDialect>(op->getDialect()) ||
        isa<arith::RemFOp, vector::FMAOp>(op))
      worklist.push_back(op);
  }

  void lower(Operation *op);
  bool expandInPlace(Operation *op, MathBuilder &b);
  void computeIn(Operation *op, Type element);
  void computeLanes(Operation *op);
  Value expandPower(math::PowFOp op, MathBuilder &b);
  Value expandIntegerPower(math::IPowIOp op);
  void callFunction(Operation *op, const MathFunction &function);
  void replace(Operation *op, Value value) {
    op->getResult(0).replaceAllUsesWith(value);
    op->erase();
  }
  /// Creates an operation that is lowered in its turn.
  template <typename Op, typename... Args>
  Value create(Location loc, Args... args) {
    auto op = builder.create<Op>(loc, args...);
    push(op);
    return op;
  }

  ModuleOp module;
  const Target &target;
  SymbolTable symbols;
  OpBuilder builder;
  SmallVector<Operation *> worklist;
  /// The functions made so far. A kernel may have such a name as well: then the
  /// symbol table gives the function another.
  llvm::StringMap<func::FuncOp> functions;
};

void MathLowering::lower(Operation *op) {
  Type type = op->getResult(0).getType();
  Type element = getElementTypeOrSelf(type);
  if (element.isF16() || element.isBF16())
    return computeIn(op, builder.getF32Type());
  if (!lookupIntrinsic(target,
                       isa<vector::FMAOp>(op) ? "math.fma"
                                              : op->getName().getStringRef(),
                       type)
           .empty())
    return;
  builder.setInsertionPoint(op);
  MathBuilder b(builder, op->getLoc(), type, target);
  if (expandInPlace(op, b))
    return;
  const MathFunction *function =
      lookupMathFunction(op->getName().getStringRef());
  // What is unknown here is refused by the printer, at its place.
  if (!function)
    return;
  if (element.isF64() && !function->hasDouble)
    return computeIn(op, builder.getF32Type());
  if (function->isScalar && isa<VectorType>(type))
    return computeLanes(op);
  callFunction(op, *function);
}

/// Computes `op` lane by lane.
void MathLowering::computeLanes(Operation *op) {
  Location loc = op->getLoc();
  auto type = cast<VectorType>(op->getResult(0).getType());
  Value result =
      builder.create<arith::ConstantOp>(loc, builder.getZeroAttr(type));
  for (int64_t lane = 0; lane < type.getNumElements(); ++lane) {
    Operation *scalar = op->clone();
    for (OpOperand &operand : scalar->getOpOperands())
      operand.set(builder.create<vector::ExtractOp>(loc, operand.get(), lane));
    scalar->getResult(0).setType(type.getElementType());
    builder.insert(scalar);
    push(scalar);
    result = builder.create<vector::InsertOp>(loc, scalar->getResult(0), result,
                                              lane);
  }
  replace(op, result);
}

/// Computes `op` with its float operands and result converted to `element`.
void MathLowering::computeIn(Operation *op, Type element) {
  Location loc = op->getLoc();
  builder.setInsertionPoint(op);
  auto convert = [&](Value value, Type to) -> Value {
    Type from = getElementTypeOrSelf(value);
    if (!isa<FloatType>(from))
      return value;
    Type type = withElement(value.getType(), to);
    if (from.getIntOrFloatBitWidth() < to.getIntOrFloatBitWidth())
      return builder.create<arith::ExtFOp>(loc, type, value);
    return builder.create<arith::TruncFOp>(loc, type, value);
  };
  Type original = getElementTypeOrSelf(op->getResult(0));
  Operation *inner = op->clone();
  for (OpOperand &operand : inner->getOpOperands())
    operand.set(convert(operand.get(), element));
  inner->getResult(0).setType(
      withElement(inner->getResult(0).getType(), element));
  builder.insert(inner);
  push(inner);
  replace(op, convert(inner->getResult(0), original));
}

bool MathLowering::expandInPlace(Operation *op, MathBuilder &b) {
  Location loc = op->getLoc();
  Value result =
      llvm::TypeSwitch<Operation *, Value>(op)
          .Case([&](math::AbsFOp abs) {
            return b.fromBits(
                b.andI(b.bits(abs.getOperand()), b.integer(~b.signBit())));
          })
          .Case([&](math::CopySignOp copy) {
            Value magnitude =
                b.andI(b.bits(copy.getLhs()), b.integer(~b.signBit()));
            Value sign = b.andI(b.bits(copy.getRhs()), b.integer(b.signBit()));
            return b.fromBits(b.orI(magnitude, sign));
          })
          .Case<math::FmaOp, vector::FMAOp>([&](Operation *) -> Value {
            return b.add(b.mul(op->getOperand(0), op->getOperand(1)),
                         op->getOperand(2));
          })
          .Case([&](math::RsqrtOp rsqrt) {
            return b.div(b.number(1),
                         create<math::SqrtOp>(loc, rsqrt.getOperand()));
          })
          .Case([&](math::AbsIOp abs) -> Value {
            Value zero = builder.create<arith::ConstantOp>(
                loc, builder.getZeroAttr(abs.getType()));
            Value negative =
                builder.create<arith::SubIOp>(loc, zero, abs.getOperand());
            return builder.create<arith::MaxSIOp>(loc, abs.getOperand(),
                                                  negative);
          })
          .Case([&](math::FPowIOp power) {
            Value exponent = builder.create<arith::SIToFPOp>(
                loc, power.getType(), power.getRhs());
            return create<math::PowFOp>(loc, power.getLhs(), exponent);
          })
          .Case([&](math::PowFOp power) { return expandPower(power, b); })
          .Case([&](math::IPowIOp power) { return expandIntegerPower(power); })
          .Default([](Operation *) { return Value(); });
  if (result)
    replace(op, result);
  return bool(result);
}

/// Powers with the exponents that networks use need no logarithm.
Value MathLowering::expandPower(math::PowFOp op, MathBuilder &b) {
  Value x = op.getLhs();
  FloatAttr scalar;
  DenseFPElementsAttr splat;
  APFloat exponent(0.0);
  if (matchPattern(op.getRhs(), m_Constant(&scalar)))
    exponent = scalar.getValue();
  else if (matchPattern(op.getRhs(), m_Constant(&splat)) && splat.isSplat())
    exponent = splat.getSplatValue<APFloat>();
  else
    return {};
  if (exponent.isExactlyValue(2))
    return b.mul(x, x);
  if (exponent.isExactlyValue(3))
    return b.mul(b.mul(x, x), x);
  if (exponent.isExactlyValue(0.5))
    return create<math::SqrtOp>(op.getLoc(), x);
  if (exponent.isExactlyValue(-0.5))
    return create<math::RsqrtOp>(op.getLoc(), x);
  if (exponent.isExactlyValue(-1))
    return b.div(b.number(1), x);
  if (exponent.isExactlyValue(1))
    return x;
  return {};
}

/// A call of a function that squares and multiplies, bit by bit of the
/// exponent. Negative exponents give 1 / x^-n, truncated: 0, 1 or -1.
Value MathLowering::expandIntegerPower(math::IPowIOp op) {
  Type type = op.getType();
  std::string name = "ipow_" + typeTag(type);
  func::FuncOp &function = functions[name];
  Location loc = op.getLoc();
  if (!function) {
    OpBuilder::InsertionGuard guard(builder);
    function = func::FuncOp::create(
        loc, name, builder.getFunctionType({type, type}, {type}));
    function.setPrivate();
    symbols.insert(function, module.getBody()->begin());
    builder.setInsertionPointToStart(function.addEntryBlock());
    auto constant = [&](int64_t value) -> Value {
      Attribute attr =
          builder.getIntegerAttr(getElementTypeOrSelf(type), value);
      if (auto vector = dyn_cast<VectorType>(type))
        attr = DenseElementsAttr::get(vector, attr);
      return builder.create<arith::ConstantOp>(loc, cast<TypedAttr>(attr));
    };
    auto compare = [&](arith::CmpIPredicate predicate, Value a, Value b) {
      return builder.create<arith::CmpIOp>(loc, predicate, a, b);
    };
    auto index = [&](int64_t value) -> Value {
      return builder.create<arith::ConstantIndexOp>(loc, value);
    };
    Value base = function.getArgument(0), exponent = function.getArgument(1);
    Value zero = constant(0), one = constant(1);
    unsigned bits = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
    auto loop = builder.create<scf::ForOp>(
        loc, index(0), index(bits), index(1), ValueRange{one, base, exponent},
        [&](OpBuilder &, Location, Value, ValueRange carried) {
          Value power = carried[0], square = carried[1], rest = carried[2];
          Value bit = builder.create<arith::AndIOp>(loc, rest, one);
          Value isSet = compare(arith::CmpIPredicate::ne, bit, zero);
          Value product = builder.create<arith::MulIOp>(loc, power, square);
          power = builder.create<arith::SelectOp>(loc, isSet, product, power);
          square = builder.create<arith::MulIOp>(loc, square, square);
          rest = builder.create<arith::ShRUIOp>(loc, rest, one);
          builder.create<scf::YieldOp>(loc, ValueRange{power, square, rest});
        });
    // (-1)^n depends on the lowest bit alone, whatever the sign of n.
    Value isUnit = builder.create<arith::OrIOp>(
        loc, compare(arith::CmpIPredicate::eq, base, one),
        compare(arith::CmpIPredicate::eq, base, constant(-1)));
    Value ofNegative =
        builder.create<arith::SelectOp>(loc, isUnit, loop.getResult(0), zero);
    Value result = builder.create<arith::SelectOp>(
        loc, compare(arith::CmpIPredicate::slt, exponent, zero), ofNegative,
        loop.getResult(0));
    builder.create<func::ReturnOp>(loc, result);
  }
  return builder.create<func::CallOp>(loc, function, op.getOperands())
      .getResult(0);
}

void MathLowering::callFunction(Operation *op, const MathFunction &math) {
  Type type = op->getResult(0).getType();
  std::string name = (math.name + "_" + typeTag(type)).str();
  func::FuncOp function = functions.lookup(name);
  if (!function) {
    OpBuilder::InsertionGuard guard(builder);
    Location loc = builder.getUnknownLoc();
    SmallVector<Type> inputs(op->getNumOperands(), type);
    function = func::FuncOp::create(loc, name,
                                    builder.getFunctionType(inputs, {type}));
    function.setPrivate();
    symbols.insert(function, module.getBody()->begin());
    functions[name] = function;
    builder.setInsertionPointToStart(function.addEntryBlock());
    MathBuilder b(builder, loc, type, target);
    Value result = math.build(b, function.getArguments());
    builder.create<func::ReturnOp>(loc, result);
    collect(function);
  }
  replace(
      op,
      builder.create<func::CallOp>(op->getLoc(), function, op->getOperands())
          .getResult(0));
}

struct LowerMath : megcc::loops::impl::LowerMathBase<LowerMath> {
  using LowerMathBase::LowerMathBase;

  void runOnOperation() override {
    llvm::Expected<Target> target = lookupTarget(targetName);
    if (!target) {
      getOperation().emitError(llvm::toString(target.takeError()));
      return signalPassFailure();
    }
    MathLowering(getOperation(), *target).run();
  }
};

} // namespace
