//===- ExpressionPrinter.cpp - Scalar operations as C expressions ---------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What scalars and vectors share, and the dispatch. Vector-only operations and
// memory accesses are in VectorExpressions.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/c/ExpressionPrinter.h"
#include "codegen/c/CText.h"
#include "lib/Target/Intrinsics.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/FormatVariadic.h"

using namespace megcc;
using namespace mlir;
using llvm::formatv;

/// Whether arithmetic on `op` may assume that nothing overflows: addresses,
/// and what its builder has marked.
static bool neverOverflows(Operation *op) {
  if (getElementTypeOrSelf(op->getResult(0)).isIndex())
    return true;
  auto flags = dyn_cast<arith::ArithIntegerOverflowFlagsInterface>(op);
  return flags && flags.hasNoSignedWrap();
}

static bool isScalarBool(Type type) { return type.isInteger(1); }

static bool isMaskVector(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector && vector.getElementType().isInteger(1);
}

/// C computes int8_t and int16_t as int; the cast says that the result is meant
/// to be narrow again.
CExpr ExpressionPrinter::narrowed(CExpr expr, Type type) {
  bool isNarrow = isa<IntegerType>(type) && !isScalarBool(type) &&
                  type.getIntOrFloatBitWidth() < 32;
  return isNarrow ? castTo(file.typeName(type), expr) : expr;
}

CExpr ExpressionPrinter::floatConstant(const APFloat &value, Type type) {
  if (type.isF16() || type.isBF16())
    return {formatv("{0:x}", value.bitcastToAPInt().getZExtValue())};
  if (value.isFinite())
    return {cFloatLiteral(value),
            value.isNegative() ? Prec::Unary : Prec::Primary};
  Type bits = IntegerType::get(type.getContext(), type.getIntOrFloatBitWidth());
  APInt pattern = value.bitcastToAPInt();
  return call(file.bitsHelper(bits, type), {cIntLiteral(pattern)});
}

CExpr ExpressionPrinter::constant(Type type, Attribute value) {
  if (auto number = dyn_cast<FloatAttr>(value))
    return floatConstant(number.getValue(), type);
  if (auto number = dyn_cast<IntegerAttr>(value)) {
    APInt bits = type.isIndex() ? number.getValue().trunc(file.indexBits)
                                : number.getValue();
    std::string text = cIntLiteral(bits);
    return {text, text[0] == '-' ? Prec::Unary : Prec::Primary};
  }
  auto vector = cast<VectorType>(type);
  Type element = vector.getElementType();
  if (element.isInteger(1)) // A mask: all bits of a lane, or none.
    element = IntegerType::get(type.getContext(), 32);
  vector = VectorType::get(vector.getShape(), element);
  auto lane = [&](Attribute each) {
    if (auto mask = dyn_cast<BoolAttr>(each))
      return CExpr(mask.getValue() ? "-1" : "0");
    return constant(element, each);
  };
  auto elements = cast<DenseElementsAttr>(value);
  if (elements.isSplat())
    return call(file.vectorHelper("splat", vector),
                {lane(elements.getSplatValue<Attribute>()).text});
  SmallVector<std::string> lanes;
  for (Attribute each : elements.getValues<Attribute>())
    lanes.push_back(lane(each).text);
  return {"(" + file.typeName(vector) + "){" + llvm::join(lanes, ", ") + "}"};
}

static CExpr unsignedConstant(const APInt &number) {
  std::string digits = llvm::toString(number, 10, /*Signed=*/false);
  return {number.getBitWidth() <= 32 ? digits + "u"
                                     : "UINT64_C(" + digits + ")"};
}

CExpr ExpressionPrinter::asUnsigned(Value value) {
  APInt number;
  Type type = value.getType();
  if (isa<IntegerType>(type) && matchPattern(value, m_ConstantInt(&number)))
    return unsignedConstant(number);
  CExpr expr = operand(value);
  if (!expr.unsignedText.empty())
    return {expr.unsignedText, expr.unsignedPrec};
  return castTo(file.typeName(type, /*isUnsigned=*/true), expr);
}

/// An operation on unsigned operands, whose result is signed again.
CExpr ExpressionPrinter::asUnsignedOperation(Operation *op, StringRef symbol,
                                             Prec prec) {
  Value rhs = op->getOperand(1);
  CExpr left = asUnsigned(op->getOperand(0));
  APInt number;
  bool subtracts = symbol == "+" && isa<IntegerType>(rhs.getType()) &&
                   matchPattern(rhs, m_ConstantInt(&number)) &&
                   number.isNegative();
  CExpr right = subtracts ? unsignedConstant(-number) : asUnsigned(rhs);
  CExpr result = binary(left, subtracts ? "-" : symbol, right, prec);
  return asSigned(file.typeName(op->getResult(0).getType()), result);
}

CExpr ExpressionPrinter::wrapping(Operation *op, StringRef symbol, Prec prec) {
  Type type = op->getResult(0).getType();
  bool isNarrow = isa<IntegerType>(type) && type.getIntOrFloatBitWidth() < 32;
  if (!neverOverflows(op) && !isNarrow)
    return asUnsignedOperation(op, symbol, prec);
  CExpr lhs = operand(op->getOperand(0)), rhs = operand(op->getOperand(1));
  if (symbol == "+" && rhs.text[0] == '-' && rhs.prec == Prec::Unary)
    return narrowed(binary(lhs, "-", {rhs.text.substr(1)}, prec), type);
  // Exact integer addition needs no parentheses on its right.
  if (symbol == "+" && rhs.prec == Prec::Additive)
    return narrowed({lhs.at(prec) + " + " + rhs.text, prec}, type);
  return narrowed(binary(lhs, symbol, rhs, prec), type);
}

CExpr ExpressionPrinter::bitwise(Operation *op, StringRef symbol, Prec prec) {
  Type type = op->getResult(0).getType();
  Value lhs = op->getOperand(0), rhs = op->getOperand(1);
  bool negates = isa<arith::XOrIOp>(op) && matchPattern(rhs, m_One());
  if (isMaskVector(type)) {
    Type element = cast<VectorType>(declaredType(lhs)).getElementType();
    if (negates)
      return {"~" + mask(lhs, element).at(Prec::Unary), Prec::Unary};
    return binaryExplicit(mask(lhs, element), symbol, mask(rhs, element), prec);
  }
  if (!isScalarBool(type))
    return narrowed(binaryExplicit(operand(lhs), symbol, operand(rhs), prec),
                    type);
  if (negates)
    return {"!" + operand(lhs).at(Prec::Unary), Prec::Unary};
  if (isa<arith::XOrIOp>(op))
    return {operand(lhs).at(Prec::Shift) +
                " != " + operand(rhs).at(Prec::Shift),
            Prec::Equality};
  // Both sides have been computed or cost nothing; && reads better than &.
  Prec logical = isa<arith::AndIOp>(op) ? Prec::And : Prec::Or;
  auto side = [&](Value value) {
    CExpr expr = operand(value);
    return expr.prec == logical ? expr.text : expr.at(Prec::BitOr);
  };
  std::string left = side(lhs);
  return {left + " " + symbol.str() + symbol.str() + " " + side(rhs), logical};
}

CExpr ExpressionPrinter::shift(Operation *op, StringRef symbol,
                               bool isUnsigned) {
  Type type = op->getResult(0).getType();
  CExpr value =
      isUnsigned ? asUnsigned(op->getOperand(0)) : operand(op->getOperand(0));
  CExpr result =
      binaryExplicit(value, symbol, operand(op->getOperand(1)), Prec::Shift);
  if (!isUnsigned)
    return narrowed(result, type);
  return asSigned(file.typeName(type), result);
}

CExpr ExpressionPrinter::minMax(Operation *op, StringRef relation,
                                bool isUnsigned) {
  Type type = op->getResult(0).getType();
  CExpr lhs = repeatable(op->getOperand(0));
  CExpr rhs = repeatable(op->getOperand(1));
  CExpr test = isUnsigned
                   ? binary(asUnsigned(op->getOperand(0)), relation,
                            asUnsigned(op->getOperand(1)), Prec::Relational)
                   : binary(lhs, relation, rhs, Prec::Relational);
  if (auto vector = dyn_cast<VectorType>(type))
    return call(file.vectorHelper("select", vector),
                {test.text, lhs.text, rhs.text});
  return narrowed(
      {test.text + " ? " + lhs.at(Prec::Or) + " : " + rhs.at(Prec::Or),
       Prec::Conditional},
      type);
}

CExpr ExpressionPrinter::compareInts(arith::CmpIOp op) {
  using P = arith::CmpIPredicate;
  P predicate = op.getPredicate();
  bool isUnsigned = predicate >= P::ult;
  static const StringRef symbols[] = {"==", "!=", "<",  "<=", ">",
                                      ">=", "<",  "<=", ">",  ">="};
  bool isEquality = predicate == P::eq || predicate == P::ne;
  auto side = [&](Value value) {
    return isUnsigned ? asUnsigned(value) : operand(value);
  };
  CExpr lhs = side(op.getLhs());
  // Comparisons of comparisons take parentheses: compilers warn.
  Prec least = Prec::Shift;
  return {lhs.at(least) + " " + symbols[int(predicate)].str() + " " +
              side(op.getRhs()).at(least),
          isEquality ? Prec::Equality : Prec::Relational};
}

FailureOr<CExpr> ExpressionPrinter::compareFloats(arith::CmpFOp op) {
  using P = arith::CmpFPredicate;
  bool isVector = isa<VectorType>(op.getType());
  auto relation = [&](StringRef symbol, bool negated) -> CExpr {
    Prec prec =
        symbol == "==" || symbol == "!=" ? Prec::Equality : Prec::Relational;
    CExpr lhs = operand(op.getLhs());
    CExpr test = binary(lhs, symbol, operand(op.getRhs()), prec);
    if (!negated)
      return test;
    return {(isVector ? "~(" : "!(") + test.text + ")", Prec::Unary};
  };
  // An ordered and an unordered test, joined.
  auto both = [&](StringRef first, StringRef joint, StringRef second) -> CExpr {
    CExpr lhs = repeatable(op.getLhs()), rhs = repeatable(op.getRhs());
    CExpr left = binary(lhs, first, rhs, Prec::Relational);
    CExpr right = binary(lhs, second, rhs, Prec::Relational);
    std::string symbol = isVector ? joint.str() : joint.str() + joint.str();
    return {"(" + left.text + ") " + symbol + " (" + right.text + ")",
            joint == "&" ? Prec::And : Prec::Or};
  };
  auto nan = [&](StringRef relation, StringRef joint) -> CExpr {
    if (op.getLhs() == op.getRhs()) {
      CExpr value = repeatable(op.getLhs());
      return binary(value, relation, value, Prec::Equality);
    }
    CExpr lhs = repeatable(op.getLhs()), rhs = repeatable(op.getRhs());
    CExpr left = binary(lhs, relation, lhs, Prec::Equality);
    CExpr right = binary(rhs, relation, rhs, Prec::Equality);
    std::string symbol = isVector ? joint.str() : joint.str() + joint.str();
    return {"(" + left.text + ") " + symbol + " (" + right.text + ")",
            joint == "&" ? Prec::And : Prec::Or};
  };
  switch (op.getPredicate()) {
  case P::OEQ:
    return relation("==", false);
  case P::OGT:
    return relation(">", false);
  case P::OGE:
    return relation(">=", false);
  case P::OLT:
    return relation("<", false);
  case P::OLE:
    return relation("<=", false);
  case P::UNE:
    return relation("!=", false);
  case P::UGT:
    return relation("<=", true);
  case P::UGE:
    return relation("<", true);
  case P::ULT:
    return relation(">=", true);
  case P::ULE:
    return relation(">", true);
  case P::ONE:
    return both("<", "|", ">");
  case P::UEQ: {
    CExpr differs = both("<", "|", ">");
    return CExpr{(isVector ? "~(" : "!(") + differs.text + ")", Prec::Unary};
  }
  case P::ORD:
    return nan("==", "&");
  case P::UNO:
    return nan("!=", "|");
  case P::AlwaysTrue:
  case P::AlwaysFalse:
    return op.emitOpError("compares nothing; it should have been folded");
  }
  llvm_unreachable("unknown predicate");
}

CExpr ExpressionPrinter::select(arith::SelectOp op) {
  Type type = declaredType(op.getResult());
  auto vector = dyn_cast<VectorType>(type);
  Value onTrue = op.getTrueValue(), onFalse = op.getFalseValue();
  if (!isa<VectorType>(op.getCondition().getType())) {
    CExpr condition = operand(op.getCondition());
    CExpr left = operand(onTrue);
    return narrowed({condition.at(Prec::Or) + " ? " + left.at(Prec::Or) +
                         " : " + operand(onFalse).at(Prec::Or),
                     Prec::Conditional},
                    type);
  }
  // a > b ? a : b is one instruction on some targets.
  auto compare = op.getCondition().getDefiningOp<arith::CmpFOp>();
  if (compare && compare->hasOneUse() && compare.getLhs() == onTrue &&
      compare.getRhs() == onFalse) {
    StringRef key = compare.getPredicate() == arith::CmpFPredicate::OGT
                        ? "arith.select.ogt"
                    : compare.getPredicate() == arith::CmpFPredicate::OLT
                        ? "arith.select.olt"
                        : "";
    StringRef spelling = lookupIntrinsic(file.target, key, type);
    if (!spelling.empty()) {
      operand(op.getCondition()); // It is part of the instruction.
      return {intrinsic(spelling, {onTrue, onFalse})};
    }
  }
  CExpr lanes = mask(op.getCondition(), vector.getElementType());
  CExpr left = operand(onTrue);
  return call(file.vectorHelper("select", vector),
              {lanes.text, left.text, operand(onFalse).text});
}

CExpr ExpressionPrinter::convert(Operation *op, bool fromUnsigned,
                                 bool toUnsigned) {
  Value source = op->getOperand(0);
  Type from = source.getType(), to = op->getResult(0).getType();
  auto step = [&](CExpr expr, bool isUnsigned) {
    std::string type = file.typeName(to, isUnsigned);
    if (!isa<VectorType>(to))
      return castTo(type, expr);
    return call("__builtin_convertvector", {expr.text, type});
  };
  if (isMaskVector(from)) {
    // A true lane is -1.
    CExpr lanes = operand(source);
    if (fromUnsigned)
      lanes = {"-" + lanes.at(Prec::Unary), Prec::Unary};
    return file.typeName(declaredType(source)) == file.typeName(to)
               ? lanes
               : step(lanes, false);
  }
  if (isScalarBool(from)) {
    CExpr value = step(operand(source), false);
    return fromUnsigned ? value : CExpr{"-" + value.text, Prec::Unary};
  }
  if (isScalarBool(to))
    return {"(" + operand(source).at(Prec::Unary) + " & 1) != 0",
            Prec::Equality};
  if (file.typeName(from) == file.typeName(to))
    return operand(source);
  CExpr result =
      step(fromUnsigned ? asUnsigned(source) : operand(source), toUnsigned);
  return toUnsigned ? castTo(file.typeName(to), result) : result;
}

CExpr ExpressionPrinter::bitcast(Value from, Type to) {
  Type type = from.getType();
  if (isa<VectorType>(to))
    return castTo(file.typeName(to), operand(from));
  bool isStorageCast = type.getIntOrFloatBitWidth() < 32;
  if (isStorageCast || (isa<IntegerType>(type) == isa<IntegerType>(to)))
    return castTo(file.typeName(to), operand(from));
  return call(file.bitsHelper(type, to), {operand(from).text});
}

FailureOr<CExpr> ExpressionPrinter::expression(Operation *op) {
  using Result = FailureOr<CExpr>;
  if (StringRef spelling = lookupIntrinsic(
          file.target,
          isa<vector::FMAOp>(op) ? "math.fma" : op->getName().getStringRef(),
          op->getResult(0).getType());
      !spelling.empty())
    return arithmeticIntrinsic(op, spelling);
  auto plain = [&](StringRef symbol, Prec prec) {
    CExpr lhs = operand(op->getOperand(0));
    return binary(lhs, symbol, operand(op->getOperand(1)), prec);
  };
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](arith::ConstantOp c) {
        return constant(c.getType(), c.getValue());
      })
      .Case([&](arith::AddFOp) { return plain("+", Prec::Additive); })
      .Case([&](arith::SubFOp) { return plain("-", Prec::Additive); })
      .Case([&](arith::MulFOp) { return plain("*", Prec::Multiplicative); })
      .Case([&](arith::DivFOp) { return plain("/", Prec::Multiplicative); })
      .Case([&](arith::NegFOp neg) {
        return CExpr{"-" + operand(neg.getOperand()).at(Prec::Primary),
                     Prec::Unary};
      })
      .Case([&](arith::AddIOp) { return wrapping(op, "+", Prec::Additive); })
      .Case([&](arith::SubIOp) { return wrapping(op, "-", Prec::Additive); })
      .Case([&](arith::MulIOp) {
        return wrapping(op, "*", Prec::Multiplicative);
      })
      .Case<arith::DivSIOp, arith::RemSIOp>([&](Operation *) {
        StringRef symbol = isa<arith::DivSIOp>(op) ? "/" : "%";
        return narrowed(plain(symbol, Prec::Multiplicative),
                        op->getResult(0).getType());
      })
      .Case([&](arith::DivUIOp) {
        return asUnsignedOperation(op, "/", Prec::Multiplicative);
      })
      .Case([&](arith::RemUIOp) {
        return asUnsignedOperation(op, "%", Prec::Multiplicative);
      })
      .Case([&](arith::AndIOp) { return bitwise(op, "&", Prec::BitAnd); })
      .Case([&](arith::OrIOp) { return bitwise(op, "|", Prec::BitOr); })
      .Case([&](arith::XOrIOp) { return bitwise(op, "^", Prec::BitXor); })
      .Case([&](arith::ShLIOp) { return shift(op, "<<", true); })
      .Case([&](arith::ShRUIOp) { return shift(op, ">>", true); })
      .Case([&](arith::ShRSIOp) { return shift(op, ">>", false); })
      .Case([&](arith::MinSIOp) { return minMax(op, "<", false); })
      .Case([&](arith::MaxSIOp) { return minMax(op, ">", false); })
      .Case([&](arith::MinUIOp) { return minMax(op, "<", true); })
      .Case([&](arith::MaxUIOp) { return minMax(op, ">", true); })
      .Case([&](arith::CmpIOp cmp) { return compareInts(cmp); })
      .Case([&](arith::CmpFOp cmp) { return compareFloats(cmp); })
      .Case([&](arith::SelectOp sel) { return select(sel); })
      .Case<arith::ExtSIOp, arith::TruncIOp, arith::SIToFPOp, arith::FPToSIOp,
            arith::IndexCastOp, arith::ExtFOp, arith::TruncFOp>(
          [&](Operation *) -> Result {
            Type from = op->getOperand(0).getType();
            Type to = op->getResult(0).getType();
            if (StringRef spelling = lookupConversion(file.target, from, to);
                !spelling.empty())
              return castTo(file.typeName(to),
                            {intrinsic(spelling, op->getOperands())});
            for (Type type : {from, to})
              if (Type element = getElementTypeOrSelf(type);
                  element.isF16() || element.isBF16())
                return op->emitOpError("computes in a storage type");
            return convert(op, false, false);
          })
      .Case<arith::ExtUIOp, arith::UIToFPOp, arith::IndexCastUIOp>(
          [&](Operation *) { return convert(op, true, false); })
      .Case([&](arith::FPToUIOp) { return convert(op, false, true); })
      .Case([&](arith::BitcastOp cast) {
        return bitcast(cast.getIn(), cast.getType());
      })
      .Default([&](Operation *) { return vectorExpression(op); });
}
