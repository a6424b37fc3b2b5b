//===- ScalarInterpreter.cpp - Runs scalar arith/math code ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Floats of every type are computed in double and rounded to their type after
// each operation. For + - * / and sqrt that is the correctly rounded result of
// the narrow type, as double has more than twice its bits (Figueroa 1995, "When
// is double rounding innocuous?"); fma is rounded to odd first; for the other
// functions the result is correct but in a few cases in 2^29.
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/ScalarInterpreter.h"

#include "lib/Reference/ScalarFunctions.h"
#include "lib/Support/Constants.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace megcc;

namespace {
class Interpreter {
public:
  Interpreter(size_t count) : count(count) {}

  LogicalResult run(Operation &op);
  void bind(Value value, const Lanes &lanes) { values[value] = lanes; }
  const Lanes &get(Value value) const { return values.find(value)->second; }

private:
  /// Computes a float or integer result lane by lane.
  template <typename Fn> void setFloats(Operation &op, Fn fn) {
    Type type = op.getResult(0).getType();
    std::vector<double> lanes(count);
    for (size_t i = 0; i < count; ++i)
      lanes[i] = roundToType(fn(i), type);
    values[op.getResult(0)].floats = std::move(lanes);
  }
  template <typename Fn> void setInts(Operation &op, Fn fn) {
    Type type = op.getResult(0).getType();
    std::vector<int64_t> lanes(count);
    for (size_t i = 0; i < count; ++i)
      lanes[i] = wrap(fn(i), type);
    values[op.getResult(0)].ints = std::move(lanes);
  }
  const double *floats(Operation &op, unsigned i) const {
    return get(op.getOperand(i)).floats.data();
  }
  const int64_t *ints(Operation &op, unsigned i) const {
    return get(op.getOperand(i)).ints.data();
  }

  bool runFromTables(Operation &op);
  bool runIntUnary(Operation &op);
  bool runConversion(Operation &op);
  void runConstant(arith::ConstantOp op);
  void runBitcast(arith::BitcastOp op);

  size_t count;
  llvm::DenseMap<Value, Lanes> values;
};
} // namespace

bool Interpreter::runFromTables(Operation &op) {
  StringRef name = op.getName().getStringRef();
  if (FloatUnary fn = findFloatUnary(name)) {
    const double *a = floats(op, 0);
    setFloats(op, [&](size_t i) { return fn(a[i]); });
    return true;
  }
  if (FloatBinary fn = findFloatBinary(name)) {
    const double *a = floats(op, 0), *b = floats(op, 1);
    setFloats(op, [&](size_t i) { return fn(a[i], b[i]); });
    return true;
  }
  IntBinary signedFn = findSignedBinary(name);
  IntBinary unsignedFn = findUnsignedBinary(name);
  if (!signedFn && !unsignedFn)
    return false;
  const int64_t *a = ints(op, 0), *b = ints(op, 1);
  unsigned width = getWidth(op.getOperand(0).getType());
  setInts(op, [&](size_t i) {
    if (signedFn)
      return signedFn(signExtend(a[i], width), signExtend(b[i], width));
    return unsignedFn(zeroExtend(a[i], width), zeroExtend(b[i], width));
  });
  return true;
}

bool Interpreter::runIntUnary(Operation &op) {
  if (!isa<math::AbsIOp, math::CtPopOp, math::CountLeadingZerosOp,
           math::CountTrailingZerosOp>(op))
    return false;
  const int64_t *a = ints(op, 0);
  unsigned width = getWidth(op.getOperand(0).getType());
  setInts(op, [&](size_t i) -> int64_t {
    uint64_t bits = zeroExtend(a[i], width);
    if (isa<math::AbsIOp>(op))
      return signExtend(a[i], width) < 0 ? wrapping(-bits) : wrapping(bits);
    if (isa<math::CtPopOp>(op))
      return llvm::popcount(bits);
    if (isa<math::CountLeadingZerosOp>(op))
      return llvm::countl_zero(bits) - (64 - static_cast<int>(width));
    return bits == 0 ? width : llvm::countr_zero(bits);
  });
  return true;
}

bool Interpreter::runConversion(Operation &op) {
  if (op.getNumOperands() != 1)
    return false;
  Type from = op.getOperand(0).getType();
  Type to = op.getResult(0).getType();
  if (isa<arith::ExtFOp, arith::TruncFOp>(op)) {
    const double *a = floats(op, 0);
    setFloats(op, [&](size_t i) { return a[i]; });
  } else if (isa<arith::FPToSIOp, arith::FPToUIOp>(op)) {
    const double *a = floats(op, 0);
    bool isSigned = isa<arith::FPToSIOp>(op);
    unsigned width = getWidth(to);
    setInts(op, [&](size_t i) { return convertToInt(a[i], width, isSigned); });
  } else if (isa<arith::SIToFPOp>(op)) {
    const int64_t *a = ints(op, 0);
    // Straight to f32: by way of double, 64-bit integers would round twice.
    setFloats(op, [&](size_t i) -> double {
      int64_t value = signExtend(a[i], getWidth(from));
      return to.isF32() ? static_cast<float>(value)
                        : static_cast<double>(value);
    });
  } else if (isa<arith::UIToFPOp>(op)) {
    const int64_t *a = ints(op, 0);
    setFloats(op, [&](size_t i) -> double {
      uint64_t value = zeroExtend(a[i], getWidth(from));
      return to.isF32() ? static_cast<float>(value)
                        : static_cast<double>(value);
    });
  } else if (isa<arith::ExtSIOp, arith::TruncIOp, arith::IndexCastOp>(op)) {
    const int64_t *a = ints(op, 0);
    setInts(op, [&](size_t i) { return signExtend(a[i], getWidth(from)); });
  } else if (isa<arith::ExtUIOp, arith::IndexCastUIOp>(op)) {
    const int64_t *a = ints(op, 0);
    setInts(op, [&](size_t i) { return zeroExtend(a[i], getWidth(from)); });
  } else {
    return false;
  }
  return true;
}

void Interpreter::runConstant(arith::ConstantOp op) {
  if (auto attr = dyn_cast<FloatAttr>(op.getValue())) {
    llvm::APFloat exact = attr.getValue();
    bool lossy;
    exact.convert(llvm::APFloat::IEEEdouble(),
                  llvm::APFloat::rmNearestTiesToEven, &lossy);
    double value = exact.convertToDouble();
    setFloats(*op, [&](size_t) { return value; });
    return;
  }
  int64_t value = cast<IntegerAttr>(op.getValue()).getValue().getSExtValue();
  setInts(*op, [&](size_t) { return value; });
}

void Interpreter::runBitcast(arith::BitcastOp op) {
  // By way of the bytes in memory.
  Type from = op.getIn().getType(), to = op.getType();
  std::vector<char> bytes(count * getElementBytes(from));
  if (isa<FloatType>(from))
    storeFloats(from, floats(*op, 0), count, bytes.data());
  else
    storeInts(from, ints(*op, 0), count, bytes.data());
  Lanes lanes;
  if (isa<FloatType>(to)) {
    lanes.floats.resize(count);
    loadFloats(to, bytes.data(), count, lanes.floats.data());
  } else {
    lanes.ints.resize(count);
    loadInts(to, bytes.data(), count, lanes.ints.data());
  }
  values[op.getResult()] = std::move(lanes);
}

LogicalResult Interpreter::run(Operation &op) {
  // Lanes of the result are inserted while those of operands are read, and a
  // growing map moves its entries (though not the vectors' memory).
  if (op.getNumResults() == 1)
    values[op.getResult(0)];
  if (runFromTables(op) || runIntUnary(op) || runConversion(op))
    return success();

  return llvm::TypeSwitch<Operation *, LogicalResult>(&op)
      .Case([&](arith::ConstantOp constant) {
        runConstant(constant);
        return success();
      })
      .Case([&](arith::BitcastOp bitcast) {
        runBitcast(bitcast);
        return success();
      })
      .Case([&](arith::CmpFOp compare) {
        const double *a = floats(op, 0), *b = floats(op, 1);
        arith::CmpFPredicate predicate = compare.getPredicate();
        setInts(op,
                [&](size_t i) { return compareFloats(predicate, a[i], b[i]); });
        return success();
      })
      .Case([&](arith::CmpIOp compare) {
        const int64_t *a = ints(op, 0), *b = ints(op, 1);
        arith::CmpIPredicate predicate = compare.getPredicate();
        unsigned width = getWidth(op.getOperand(0).getType());
        setInts(op, [&](size_t i) {
          return compareInts(predicate, a[i], b[i], width);
        });
        return success();
      })
      .Case([&](arith::SelectOp select) {
        const int64_t *condition = ints(op, 0);
        if (isa<FloatType>(select.getType())) {
          const double *a = floats(op, 1), *b = floats(op, 2);
          setFloats(op, [&](size_t i) { return condition[i] ? a[i] : b[i]; });
        } else {
          const int64_t *a = ints(op, 1), *b = ints(op, 2);
          setInts(op, [&](size_t i) { return condition[i] ? a[i] : b[i]; });
        }
        return success();
      })
      .Case([&](math::FmaOp fma) {
        const double *a = floats(op, 0), *b = floats(op, 1), *c = floats(op, 2);
        bool isDouble = fma.getType().isF64();
        setFloats(op, [&](size_t i) {
          return isDouble ? std::fma(a[i], b[i], c[i])
                          : fmaRoundedToOdd(a[i], b[i], c[i]);
        });
        return success();
      })
      .Case([&](math::FPowIOp) {
        const double *a = floats(op, 0);
        const int64_t *b = ints(op, 1);
        setFloats(op, [&](size_t i) {
          return std::pow(a[i], static_cast<double>(b[i]));
        });
        return success();
      })
      .Default([](Operation *unknown) {
        return unknown->emitOpError(
            "is not known to the scalar interpreter of the reference");
      });
}

FailureOr<Lanes> megcc::interpretScalars(Block &block, Value result,
                                         ArrayRef<Lanes> arguments,
                                         size_t count) {
  Interpreter interpreter(count);
  for (auto [argument, lanes] :
       llvm::zip_equal(block.getArguments(), arguments))
    interpreter.bind(argument, lanes);
  for (Operation &op : block)
    if (failed(interpreter.run(op)))
      return failure();
  return interpreter.get(result);
}
