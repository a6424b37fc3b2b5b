//===- WidenHalf.cpp - f16 and bf16 are storage, f32 computes -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before:
//
//   %2 = arith.addf %0, %1 : f16
//
// After:
//
//   func.func private @f16_to_f32(%h: f16) -> f32 { ... integer arithmetic ...
//   } func.func private @f32_to_f16(%x: f32) -> f16 { ... }
//
//   %3 = call @f16_to_f32(%0) : (f16) -> f32
//   %4 = call @f16_to_f32(%1) : (f16) -> f32
//   %5 = arith.addf %3, %4 : f32
//   %2 = call @f32_to_f16(%5) : (f32) -> f16
//
// Each operation rounds to its type, as the type promises. Loads, stores,
// selects and bit casts move the 16 bits as they are. Where the target converts
// by one instruction, the functions consist of that.
//
//===----------------------------------------------------------------------===//

#include "lib/Target/Intrinsics.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "passes/loops/Passes.h"
#include "passes/loops/TypeNames.h"

namespace megcc::loops {
#define GEN_PASS_DEF_WIDENHALF
#include "passes/loops/Passes.h.inc"
} // namespace megcc::loops

using namespace megcc;
using namespace mlir;

static bool isHalf(Type type) {
  Type element = getElementTypeOrSelf(type);
  return element.isF16() || element.isBF16();
}

namespace {

/// Arithmetic on the bit patterns of f32, as 32-bit integers, scalar or vector.
class BitBuilder {
public:
  BitBuilder(OpBuilder &builder, Location loc, Type floatType)
      : builder(builder), loc(loc), floatType(floatType),
        intType(withElement(floatType, builder.getI32Type())),
        shortType(withElement(floatType, builder.getI16Type())) {}

  Value number(int64_t value) {
    Attribute attr = builder.getI32IntegerAttr(int32_t(value));
    if (auto vector = dyn_cast<VectorType>(intType))
      attr = DenseElementsAttr::get(vector, attr);
    return builder.create<arith::ConstantOp>(loc, cast<TypedAttr>(attr));
  }
  Value real(float value) {
    Attribute attr = builder.getF32FloatAttr(value);
    if (auto vector = dyn_cast<VectorType>(floatType))
      attr = DenseElementsAttr::get(vector, attr);
    return builder.create<arith::ConstantOp>(loc, cast<TypedAttr>(attr));
  }
  Value bits(Value value) { return make<arith::BitcastOp>(intType, value); }
  Value real(Value bits) { return make<arith::BitcastOp>(floatType, bits); }
  /// The 16 bits of a half, and back.
  Value bitsOfHalf(Value half) {
    return make<arith::ExtUIOp>(intType,
                                make<arith::BitcastOp>(shortType, half));
  }
  Value half(Value bits, Type type) {
    return make<arith::BitcastOp>(type, make<arith::TruncIOp>(shortType, bits));
  }
  Value left(Value a, int64_t by) { return make<arith::ShLIOp>(a, number(by)); }
  Value right(Value a, int64_t by) {
    return make<arith::ShRUIOp>(a, number(by));
  }
  Value mask(Value a, int64_t bits) {
    return make<arith::AndIOp>(a, number(bits));
  }
  Value add(Value a, Value b) { return make<arith::AddIOp>(a, b); }
  Value add(Value a, int64_t b) { return add(a, number(b)); }
  Value join(Value a, Value b) { return make<arith::OrIOp>(a, b); }
  Value isAbove(Value a, int64_t b) {
    return make<arith::CmpIOp>(arith::CmpIPredicate::sgt, a, number(b));
  }
  Value select(Value condition, Value a, Value b) {
    return make<arith::SelectOp>(condition, a, b);
  }
  template <typename Op, typename... Args> Value make(Args... args) {
    return builder.create<Op>(loc, args...);
  }

private:
  OpBuilder &builder;
  Location loc;
  Type floatType, intType, shortType;
};

Value widenF16(BitBuilder &b, Value half) {
  Value bits = b.bitsOfHalf(half);
  Value sign = b.left(b.mask(bits, 0x8000), 16);
  Value magnitude = b.left(b.mask(bits, 0x7fff), 13);
  // The exponent's bias grows by 112, and so does a subnormal's.
  Value finite =
      b.bits(b.make<arith::MulFOp>(b.real(magnitude), b.real(0x1p112f)));
  Value special = b.join(magnitude, b.number(0x7f800000));
  Value isSpecial = b.isAbove(magnitude, (0x7c00 << 13) - 1);
  return b.real(b.join(b.select(isSpecial, special, finite), sign));
}

Value narrowToF16(BitBuilder &b, Value value, Type type) {
  Value bits = b.bits(value);
  Value sign = b.mask(b.right(bits, 16), 0x8000);
  Value magnitude = b.mask(bits, 0x7fffffff);
  // Adding 1/2 moves a subnormal's bits to the end of the sum, rounded.
  Value subnormal =
      b.add(b.bits(b.make<arith::AddFOp>(b.real(magnitude), b.real(0.5f))),
            -0x3f000000);
  // Half of the last place less one, plus its parity: halves go to the even.
  Value parity = b.mask(b.right(magnitude, 13), 1);
  Value normal =
      b.right(b.add(b.add(magnitude, parity), 0xfff - (112 << 23)), 13);
  Value isNormal = b.isAbove(magnitude, (113 << 23) - 1);
  Value result = b.select(isNormal, normal, subnormal);
  Value isTooLarge = b.isAbove(magnitude, 0x477fefff);
  result = b.select(isTooLarge, b.number(0x7c00), result);
  Value isNan = b.isAbove(magnitude, 0x7f800000);
  result = b.select(isNan, b.number(0x7e00), result);
  return b.half(b.join(result, sign), type);
}

Value narrowToBF16(BitBuilder &b, Value value, Type type) {
  Value bits = b.bits(value);
  Value parity = b.mask(b.right(bits, 16), 1);
  Value rounded = b.right(b.add(b.add(bits, parity), 0x7fff), 16);
  Value quiet = b.join(b.right(bits, 16), b.number(0x40));
  Value isNan = b.isAbove(b.mask(bits, 0x7fffffff), 0x7f800000);
  return b.half(b.select(isNan, quiet, rounded), type);
}

class HalfWidening {
public:
  HalfWidening(ModuleOp module, const Target &target)
      : module(module), target(target), symbols(module),
        builder(module.getContext()) {}

  void run() {
    SmallVector<Operation *> found;
    module.walk([&](Operation *op) {
      if (isa<arith::ConstantOp, arith::SelectOp, arith::BitcastOp>(op) ||
          !isa<arith::ArithDialect>(op->getDialect()))
        return;
      if (llvm::any_of(op->getOperandTypes(), isHalf) ||
          llvm::any_of(op->getResultTypes(), isHalf))
        found.push_back(op);
    });
    for (Operation *op : found)
      widen(op);
  }

private:
  void widen(Operation *op);
  Value widened(Value half);
  Value narrowed(Value value, Type type);
  Value convert(Value value, Type to);
  func::FuncOp conversion(Type from, Type to);

  ModuleOp module;
  const Target &target;
  SymbolTable symbols;
  OpBuilder builder;
};

func::FuncOp HalfWidening::conversion(Type from, Type to) {
  std::string name = typeTag(from) + "_to_" + typeTag(to);
  if (auto existing = symbols.lookup<func::FuncOp>(name))
    return existing;
  OpBuilder::InsertionGuard guard(builder);
  Location loc = builder.getUnknownLoc();
  auto function =
      func::FuncOp::create(loc, name, builder.getFunctionType({from}, {to}));
  function.setPrivate();
  symbols.insert(function, module.getBody()->begin());
  builder.setInsertionPointToStart(function.addEntryBlock());
  Value argument = function.getArgument(0), result;
  bool widens = isHalf(from);
  bool isInstruction = !lookupConversion(target, from, to).empty();
  BitBuilder b(builder, loc, widens ? to : from);
  if (isInstruction && widens)
    result = b.make<arith::ExtFOp>(to, argument);
  else if (isInstruction)
    result = b.make<arith::TruncFOp>(to, argument);
  else if (widens && getElementTypeOrSelf(from).isBF16())
    result = b.real(b.left(b.bitsOfHalf(argument), 16));
  else if (widens)
    result = widenF16(b, argument);
  else if (getElementTypeOrSelf(to).isBF16())
    result = narrowToBF16(b, argument, to);
  else
    result = narrowToF16(b, argument, to);
  builder.create<func::ReturnOp>(loc, result);
  return function;
}

/// `value` as f32; constants are converted here and now.
Value HalfWidening::widened(Value half) {
  Type type = withElement(half.getType(), builder.getF32Type());
  Location loc = half.getLoc();
  FloatAttr number;
  if (matchPattern(half, m_Constant(&number)))
    return builder.create<arith::ConstantOp>(
        loc, builder.getF32FloatAttr(number.getValueAsDouble()));
  DenseFPElementsAttr splat;
  if (matchPattern(half, m_Constant(&splat)) && splat.isSplat())
    return builder.create<arith::ConstantOp>(
        loc, DenseElementsAttr::get(
                 cast<ShapedType>(type),
                 float(splat.getSplatValue<FloatAttr>().getValueAsDouble())));
  return builder
      .create<func::CallOp>(loc, conversion(half.getType(), type), half)
      .getResult(0);
}

Value HalfWidening::narrowed(Value value, Type type) {
  return builder
      .create<func::CallOp>(value.getLoc(), conversion(value.getType(), type),
                            value)
      .getResult(0);
}

void HalfWidening::widen(Operation *op) {
  builder.setInsertionPoint(op);
  Location loc = op->getLoc();
  Type f32 = builder.getF32Type();
  // A conversion between f32 and half is the function itself; from or to f64 it
  // passes through f32.
  if (auto extend = dyn_cast<arith::ExtFOp>(op)) {
    Value result = widened(extend.getIn());
    if (result.getType() != extend.getType())
      result = builder.create<arith::ExtFOp>(loc, extend.getType(), result);
    extend.replaceAllUsesWith(result);
  } else if (auto truncate = dyn_cast<arith::TruncFOp>(op)) {
    Value value = truncate.getIn();
    if (getElementTypeOrSelf(value).isF64())
      value = builder.create<arith::TruncFOp>(
          loc, withElement(value.getType(), f32), value);
    truncate.replaceAllUsesWith(narrowed(value, truncate.getType()));
  } else {
    Operation *wide = op->clone();
    for (OpOperand &operand : wide->getOpOperands())
      if (isHalf(operand.get().getType()))
        operand.set(widened(operand.get()));
    builder.insert(wide);
    for (auto [before, after] :
         llvm::zip_equal(op->getResults(), wide->getResults())) {
      Value result = after;
      if (isHalf(before.getType())) {
        after.setType(withElement(before.getType(), f32));
        result = narrowed(after, before.getType());
      }
      before.replaceAllUsesWith(result);
    }
  }
  op->erase();
}

struct WidenHalf : megcc::loops::impl::WidenHalfBase<WidenHalf> {
  using WidenHalfBase::WidenHalfBase;

  void runOnOperation() override {
    llvm::Expected<Target> target = lookupTarget(targetName);
    if (!target) {
      getOperation().emitError(llvm::toString(target.takeError()));
      return signalPassFailure();
    }
    HalfWidening(getOperation(), *target).run();
  }
};

} // namespace
