//===- ScalarInterpreter.cpp - Runs scalar arith/math code ----------------===//
//
// Floats of every type are computed in double and rounded to their type after
// each operation. For + - * / and sqrt that is the correctly rounded result of
// the narrow type, as double has more than twice its bits (Figueroa 1995, "When
// is double rounding innocuous?"); fma needs the care taken below; for the
// other functions the result is correct but in a few cases in 2^29.
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/ScalarInterpreter.h"

#include "lib/Support/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include <cfenv>
#include <cmath>

using namespace mlir;
using namespace megcc;

//===----------------------------------------------------------------------===//
// Float arithmetic
//===----------------------------------------------------------------------===//

static double maximum(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return std::numeric_limits<double>::quiet_NaN();
  if (a == b)
    return std::signbit(a) ? b : a;
  return std::max(a, b);
}

static double minimum(double a, double b) { return -maximum(-a, -b); }

/// Half to even, whatever rounding mode the process is in.
static double roundEven(double a) { return a - std::remainder(a, 1.0); }

/// a * b + c rounded to odd: a last bit of 1 stands for anything inexact, so
/// that rounding to a narrower type afterwards is right. The product of two
/// numbers of up to 24 bits is exact in double; the error of the sum is that
/// of Knuth's TwoSum.
static double fmaRoundedToOdd(double a, double b, double c) {
  double product = a * b;
  double sum = product + c;
  double part = sum - product;
  double error = (product - (sum - part)) + (c - part);
  if (error == 0 || !std::isfinite(sum))
    return sum;
  uint64_t bits = llvm::bit_cast<uint64_t>(sum);
  if (bits & 1)
    return sum;
  bool awayFromZero = (error > 0) == (sum > 0);
  return llvm::bit_cast<double>(awayFromZero ? bits + 1 : bits - 1);
}

using FloatUnary = double (*)(double);
using FloatBinary = double (*)(double, double);

static FloatUnary findFloatUnary(StringRef name) {
  static const llvm::StringMap<FloatUnary> table = {
      {"arith.negf", [](double a) { return -a; }},
      {"math.absf", [](double a) { return std::fabs(a); }},
      {"math.acos", [](double a) { return std::acos(a); }},
      {"math.acosh", [](double a) { return std::acosh(a); }},
      {"math.asin", [](double a) { return std::asin(a); }},
      {"math.asinh", [](double a) { return std::asinh(a); }},
      {"math.atan", [](double a) { return std::atan(a); }},
      {"math.atanh", [](double a) { return std::atanh(a); }},
      {"math.cbrt", [](double a) { return std::cbrt(a); }},
      {"math.ceil", [](double a) { return std::ceil(a); }},
      {"math.cos", [](double a) { return std::cos(a); }},
      {"math.cosh", [](double a) { return std::cosh(a); }},
      {"math.erf", [](double a) { return std::erf(a); }},
      {"math.exp", [](double a) { return std::exp(a); }},
      {"math.exp2", [](double a) { return std::exp2(a); }},
      {"math.expm1", [](double a) { return std::expm1(a); }},
      {"math.floor", [](double a) { return std::floor(a); }},
      {"math.log", [](double a) { return std::log(a); }},
      {"math.log10", [](double a) { return std::log10(a); }},
      {"math.log1p", [](double a) { return std::log1p(a); }},
      {"math.log2", [](double a) { return std::log2(a); }},
      {"math.round", [](double a) { return std::round(a); }},
      {"math.roundeven", roundEven},
      {"math.rsqrt", [](double a) { return 1 / std::sqrt(a); }},
      {"math.sin", [](double a) { return std::sin(a); }},
      {"math.sinh", [](double a) { return std::sinh(a); }},
      {"math.sqrt", [](double a) { return std::sqrt(a); }},
      {"math.tan", [](double a) { return std::tan(a); }},
      {"math.tanh", [](double a) { return std::tanh(a); }},
      {"math.trunc", [](double a) { return std::trunc(a); }},
  };
  return table.lookup(name);
}

static FloatBinary findFloatBinary(StringRef name) {
  static const llvm::StringMap<FloatBinary> table = {
      {"arith.addf", [](double a, double b) { return a + b; }},
      {"arith.subf", [](double a, double b) { return a - b; }},
      {"arith.mulf", [](double a, double b) { return a * b; }},
      {"arith.divf", [](double a, double b) { return a / b; }},
      {"arith.remf", [](double a, double b) { return std::fmod(a, b); }},
      {"arith.maximumf", maximum},
      {"arith.minimumf", minimum},
      {"arith.maxnumf", [](double a, double b) { return std::fmax(a, b); }},
      {"arith.minnumf", [](double a, double b) { return std::fmin(a, b); }},
      {"math.atan2", [](double a, double b) { return std::atan2(a, b); }},
      {"math.copysign", [](double a, double b) { return std::copysign(a, b); }},
      {"math.powf", [](double a, double b) { return std::pow(a, b); }},
  };
  return table.lookup(name);
}

static bool compareFloats(arith::CmpFPredicate predicate, double a, double b) {
  using P = arith::CmpFPredicate;
  bool unordered = std::isnan(a) || std::isnan(b);
  switch (predicate) {
  case P::AlwaysFalse:
    return false;
  case P::AlwaysTrue:
    return true;
  case P::ORD:
    return !unordered;
  case P::UNO:
    return unordered;
  case P::OEQ:
    return a == b;
  case P::UEQ:
    return unordered || a == b;
  case P::ONE:
    return !unordered && a != b;
  case P::UNE:
    return a != b;
  case P::OLT:
    return a < b;
  case P::ULT:
    return unordered || a < b;
  case P::OLE:
    return a <= b;
  case P::ULE:
    return unordered || a <= b;
  case P::OGT:
    return a > b;
  case P::UGT:
    return unordered || a > b;
  case P::OGE:
    return a >= b;
  case P::UGE:
    return unordered || a >= b;
  }
  llvm_unreachable("covered switch");
}

//===----------------------------------------------------------------------===//
// Integer arithmetic
//===----------------------------------------------------------------------===//

/// An integer operation on 64 bits; `a` and `b` are sign-extended for the
/// table of signed operations, zero-extended for that of unsigned ones, and the
/// result is wrapped to the type. Division by zero, which has no meaning in
/// arith, gives 0, and a shift by the width or more what infinitely many single
/// shifts would give.
using IntBinary = int64_t (*)(int64_t, int64_t);

static int64_t wrapping(uint64_t value) { return static_cast<int64_t>(value); }

static int64_t power(int64_t base, int64_t exponent) {
  if (exponent < 0)
    return base == 1 ? 1 : base == -1 ? (exponent % 2 ? -1 : 1) : 0;
  uint64_t result = 1, factor = base;
  for (; exponent; exponent >>= 1, factor *= factor)
    if (exponent & 1)
      result *= factor;
  return wrapping(result);
}

static IntBinary findSignedBinary(StringRef name) {
  using I = int64_t;
  using U = uint64_t;
  static const llvm::StringMap<IntBinary> table = {
      {"arith.addi", [](I a, I b) { return wrapping(U(a) + U(b)); }},
      {"arith.subi", [](I a, I b) { return wrapping(U(a) - U(b)); }},
      {"arith.muli", [](I a, I b) { return wrapping(U(a) * U(b)); }},
      {"arith.andi", [](I a, I b) { return a & b; }},
      {"arith.ori", [](I a, I b) { return a | b; }},
      {"arith.xori", [](I a, I b) { return a ^ b; }},
      {"arith.maxsi", [](I a, I b) { return std::max(a, b); }},
      {"arith.minsi", [](I a, I b) { return std::min(a, b); }},
      // Minus one is set apart: the smallest number divided by it overflows.
      {"arith.divsi",
       [](I a, I b) { return b == 0    ? 0
                             : b == -1 ? wrapping(-U(a))
                                       : a / b; }},
      {"arith.remsi", [](I a, I b) { return b == 0 || b == -1 ? 0 : a % b; }},
      {"arith.floordivsi",
       [](I a, I b) {
         if (b == 0)
           return I(0);
         if (b == -1)
           return wrapping(-U(a));
         return a / b - (a % b != 0 && (a < 0) != (b < 0));
       }},
      {"arith.ceildivsi",
       [](I a, I b) {
         if (b == 0)
           return I(0);
         if (b == -1)
           return wrapping(-U(a));
         return a / b + (a % b != 0 && (a < 0) == (b < 0));
       }},
      {"arith.shrsi", [](I a, I b) { return a >> (U(b) > 63 ? 63 : b); }},
      {"math.ipowi", power},
  };
  return table.lookup(name);
}

static IntBinary findUnsignedBinary(StringRef name) {
  using I = int64_t;
  using U = uint64_t;
  static const llvm::StringMap<IntBinary> table = {
      {"arith.divui",
       [](I a, I b) { return b == 0 ? 0 : wrapping(U(a) / U(b)); }},
      {"arith.remui",
       [](I a, I b) { return b == 0 ? 0 : wrapping(U(a) % U(b)); }},
      {"arith.ceildivui",
       [](I a, I b) {
         return b == 0 ? 0 : wrapping(U(a) / U(b) + (U(a) % U(b) != 0));
       }},
      {"arith.maxui", [](I a, I b) { return wrapping(std::max(U(a), U(b))); }},
      {"arith.minui", [](I a, I b) { return wrapping(std::min(U(a), U(b))); }},
      {"arith.shrui",
       [](I a, I b) { return U(b) > 63 ? 0 : wrapping(U(a) >> b); }},
      {"arith.shli",
       [](I a, I b) { return U(b) > 63 ? 0 : wrapping(U(a) << b); }},
  };
  return table.lookup(name);
}

/// Index computes as 64 bits.
static unsigned getWidth(Type type) {
  return type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
}

static int64_t signExtend(int64_t value, unsigned width) {
  return llvm::SignExtend64(static_cast<uint64_t>(value), width);
}

static int64_t zeroExtend(int64_t value, unsigned width) {
  return static_cast<int64_t>(static_cast<uint64_t>(value) &
                              llvm::maskTrailingOnes<uint64_t>(width));
}

/// The form in which lanes hold integers: sign-extended, but i1 as 0 or 1.
static int64_t wrap(int64_t value, Type type) {
  unsigned width = getWidth(type);
  return width == 1 ? value & 1 : signExtend(value, width);
}

static bool compareInts(arith::CmpIPredicate predicate, int64_t a, int64_t b,
                        unsigned width) {
  using P = arith::CmpIPredicate;
  int64_t sa = signExtend(a, width), sb = signExtend(b, width);
  uint64_t ua = zeroExtend(a, width), ub = zeroExtend(b, width);
  switch (predicate) {
  case P::eq:
    return ua == ub;
  case P::ne:
    return ua != ub;
  case P::slt:
    return sa < sb;
  case P::sle:
    return sa <= sb;
  case P::sgt:
    return sa > sb;
  case P::sge:
    return sa >= sb;
  case P::ult:
    return ua < ub;
  case P::ule:
    return ua <= ub;
  case P::ugt:
    return ua > ub;
  case P::uge:
    return ua >= ub;
  }
  llvm_unreachable("covered switch");
}

/// Float to integer of `width` bits: towards zero, then saturated; NaN is 0.
static int64_t convertToInt(double value, unsigned width, bool isSigned) {
  if (std::isnan(value))
    return 0;
  double limit = std::ldexp(1.0, isSigned ? width - 1 : width);
  double low = isSigned ? -limit : 0;
  value = std::trunc(value);
  if (value <= low)
    return isSigned ? signExtend(int64_t(1) << (width - 1), width) : 0;
  if (value >= limit)
    return zeroExtend(-1, isSigned ? width - 1 : width);
  return isSigned ? static_cast<int64_t>(value)
                  : wrapping(static_cast<uint64_t>(value));
}

//===----------------------------------------------------------------------===//
// The interpreter
//===----------------------------------------------------------------------===//

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
