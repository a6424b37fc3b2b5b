//===- IntRange.cpp - Intervals of integers -------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/loops/IntRange.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace megcc;
using namespace mlir;

IntRange IntRange::ofType(Type type) {
  if (type.isIndex())
    return {INT32_MIN, INT32_MAX};
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer || integer.getWidth() >= 64)
    return {};
  // A bool is 0 or 1, though one signed bit would be 0 or -1.
  if (integer.getWidth() == 1)
    return {0, 1};
  int64_t half = int64_t(1) << (integer.getWidth() - 1);
  return {-half, half - 1};
}

namespace {

int64_t floorDivide(int64_t x, int64_t y) {
  return llvm::divideFloorSigned(x, y);
}
int64_t ceilDivide(int64_t x, int64_t y) {
  return llvm::divideCeilSigned(x, y);
}
bool addOverflows(int64_t x, int64_t y, int64_t &sum) {
  return llvm::AddOverflow(x, y, sum);
}
bool subOverflows(int64_t x, int64_t y, int64_t &difference) {
  return llvm::SubOverflow(x, y, difference);
}
bool mulOverflows(int64_t x, int64_t y, int64_t &product) {
  return llvm::MulOverflow(x, y, product);
}

/// The range of a function of two ranges that takes its extremes at corners.
std::optional<IntRange>
corners(IntRange a, IntRange b,
        llvm::function_ref<bool(int64_t, int64_t, int64_t &)> overflows) {
  IntRange result{INT64_MAX, INT64_MIN};
  for (int64_t x : {a.low, a.high})
    for (int64_t y : {b.low, b.high}) {
      int64_t value;
      if (overflows(x, y, value))
        return std::nullopt;
      result = result.join(IntRange::ofNumber(value));
    }
  return result;
}

/// Quotients of `a` by every divisor in `b`, which must be all of one sign.
std::optional<IntRange>
quotients(IntRange a, IntRange b,
          llvm::function_ref<int64_t(int64_t, int64_t)> divide) {
  if (b.low <= 0 || a.low == INT64_MIN)
    return std::nullopt;
  return corners(a, b, [&](int64_t x, int64_t y, int64_t &value) {
    value = divide(x, y);
    return false;
  });
}

std::optional<IntRange> infer(Operation *op,
                              llvm::function_ref<IntRange(Value)> rangeOf) {
  using Result = std::optional<IntRange>;
  auto lhs = [&] { return rangeOf(op->getOperand(0)); };
  auto rhs = [&] { return rangeOf(op->getOperand(1)); };
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](arith::ConstantOp constant) -> Result {
        auto number = dyn_cast<IntegerAttr>(constant.getValue());
        if (!number || number.getValue().getSignificantBits() > 64)
          return std::nullopt;
        if (number.getType().isInteger(1))
          return IntRange::ofNumber(number.getValue().getZExtValue());
        return IntRange::ofNumber(number.getValue().getSExtValue());
      })
      .Case([&](arith::AddIOp) { return corners(lhs(), rhs(), addOverflows); })
      .Case([&](arith::SubIOp) { return corners(lhs(), rhs(), subOverflows); })
      .Case([&](arith::MulIOp) { return corners(lhs(), rhs(), mulOverflows); })
      .Case([&](arith::DivSIOp) {
        return quotients(lhs(), rhs(),
                         [](int64_t x, int64_t y) { return x / y; });
      })
      .Case([&](arith::FloorDivSIOp) {
        return quotients(lhs(), rhs(), floorDivide);
      })
      .Case([&](arith::CeilDivSIOp) {
        return quotients(lhs(), rhs(), ceilDivide);
      })
      .Case([&](arith::RemSIOp) -> Result {
        IntRange a = lhs(), b = rhs();
        if (b.low <= 0)
          return std::nullopt;
        if (a.low >= 0 && a.high < b.low)
          return a;
        return IntRange{a.low < 0 ? std::max(a.low, 1 - b.high) : 0,
                        a.high > 0 ? std::min(a.high, b.high - 1) : 0};
      })
      .Case<arith::DivUIOp, arith::CeilDivUIOp>([&](Operation *) -> Result {
        // Equal to the signed quotient where nothing is negative.
        if (lhs().low < 0)
          return std::nullopt;
        bool ceil = isa<arith::CeilDivUIOp>(op);
        return quotients(lhs(), rhs(), [&](int64_t x, int64_t y) {
          return ceil ? ceilDivide(x, y) : x / y;
        });
      })
      .Case([&](arith::RemUIOp) -> Result {
        if (rhs().low <= 0)
          return std::nullopt;
        IntRange a = lhs();
        return IntRange{0, a.low < 0 ? rhs().high - 1
                                     : std::min(a.high, rhs().high - 1)};
      })
      .Case([&](arith::AndIOp) -> Result {
        // At most the smaller of two numbers that are not negative.
        IntRange a = lhs(), b = rhs();
        if (a.low < 0 && b.low < 0)
          return std::nullopt;
        return IntRange{0, a.low < 0   ? b.high
                           : b.low < 0 ? a.high
                                       : std::min(a.high, b.high)};
      })
      .Case([&](arith::MinSIOp) -> Result {
        IntRange a = lhs(), b = rhs();
        return IntRange{std::min(a.low, b.low), std::min(a.high, b.high)};
      })
      .Case([&](arith::MaxSIOp) -> Result {
        IntRange a = lhs(), b = rhs();
        return IntRange{std::max(a.low, b.low), std::max(a.high, b.high)};
      })
      .Case([&](arith::SelectOp select) -> Result {
        return rangeOf(select.getTrueValue())
            .join(rangeOf(select.getFalseValue()));
      })
      .Case<arith::IndexCastOp, arith::ExtSIOp, arith::TruncIOp>(
          [&](Operation *) -> Result {
            if (op->getOperand(0).getType().isInteger(1))
              return std::nullopt;
            return lhs();
          })
      .Case<arith::ExtUIOp, arith::IndexCastUIOp>([&](Operation *) -> Result {
        IntRange a = lhs();
        if (a.low >= 0)
          return a;
        auto from = dyn_cast<IntegerType>(op->getOperand(0).getType());
        if (!from || from.getWidth() >= 63)
          return std::nullopt;
        return IntRange{0, (int64_t(1) << from.getWidth()) - 1};
      })
      .Default([](Operation *) { return std::nullopt; });
}

} // namespace

IntRange megcc::inferRange(Operation *op,
                           llvm::function_ref<IntRange(Value)> rangeOf) {
  IntRange all = IntRange::ofType(op->getResult(0).getType());
  auto range = infer(op, rangeOf);
  return range && range->within(all) ? *range : all;
}

IntRange megcc::refineByComparison(arith::CmpIPredicate predicate,
                                   IntRange range, IntRange other) {
  using P = arith::CmpIPredicate;
  switch (predicate) {
  case P::eq:
    return range.meet(other);
  case P::ne:
    if (other.isNumber() && range.low == other.low)
      ++range.low;
    else if (other.isNumber() && range.high == other.low)
      --range.high;
    return range;
  case P::slt:
    return other.high == INT64_MIN ? range
                                   : range.meet({INT64_MIN, other.high - 1});
  case P::sle:
    return range.meet({INT64_MIN, other.high});
  case P::sgt:
    return other.low == INT64_MAX ? range
                                  : range.meet({other.low + 1, INT64_MAX});
  case P::sge:
    return range.meet({other.low, INT64_MAX});
  case P::ult:
  case P::ule:
    // Below a number that is not negative: not negative itself.
    if (other.low < 0)
      return range;
    return range.meet({0, other.high - (predicate == P::ult)});
  case P::ugt:
  case P::uge:
    if (other.low < 0 || range.low < 0)
      return range;
    return range.meet({other.low + (predicate == P::ugt), INT64_MAX});
  }
  llvm_unreachable("unknown predicate");
}
