//===- VectorExpressions.cpp - Vectors and memory as C expressions --------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/c/CText.h"
#include "codegen/c/ExpressionPrinter.h"
#include "dialects/ISA/ISA.h"
#include "lib/Target/DotProducts.h"
#include "lib/Target/Intrinsics.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace megcc;
using namespace mlir;

/// How many bits a lane of a mask has: those of what was compared.
unsigned ExpressionPrinter::maskBits(Value value) {
  Operation *op = value.getDefiningOp();
  if (op && isa<arith::CmpFOp, arith::CmpIOp>(op)) {
    Type element = getElementTypeOrSelf(op->getOperand(0));
    if (element.isInteger(1))
      return maskBits(op->getOperand(0));
    return element.isIndex() ? file.indexBits : element.getIntOrFloatBitWidth();
  }
  if (op && isa<arith::AndIOp, arith::OrIOp, arith::XOrIOp>(op))
    return maskBits(op->getOperand(0));
  if (auto select = dyn_cast_or_null<arith::SelectOp>(op))
    return maskBits(select.getTrueValue());
  return 32;
}

Type ExpressionPrinter::declaredType(Value value) {
  auto vector = dyn_cast<VectorType>(value.getType());
  if (!vector || !vector.getElementType().isInteger(1))
    return value.getType();
  return VectorType::get(vector.getShape(),
                         IntegerType::get(value.getContext(), maskBits(value)));
}

/// The registers that one instruction loads, where each is all that is used of
/// `value` at a time.
RegisterTuple ExpressionPrinter::tupleOf(Value value) {
  auto load = value.getDefiningOp<vector::LoadOp>();
  if (!load)
    return {};
  int64_t lanes = file.target.lanes(load.getVectorType().getElementType());
  bool isTakenApart = llvm::all_of(value.getUsers(), [&](Operation *user) {
    auto slice = dyn_cast<vector::ExtractStridedSliceOp>(user);
    return slice && slice.getType().getNumElements() == lanes &&
           cast<IntegerAttr>(slice.getOffsets()[0]).getInt() % lanes == 0;
  });
  return isTakenApart ? lookupTuple(file.target, load.getVectorType())
                      : RegisterTuple();
}

std::string ExpressionPrinter::declaredTypeName(Value value) {
  if (RegisterTuple tuple = tupleOf(value))
    return tuple.type.str();
  return file.typeName(declaredType(value));
}

/// A mask with lanes as wide as `element`.
CExpr ExpressionPrinter::mask(Value value, Type element) {
  unsigned bits = element.isIndex()      ? file.indexBits
                  : element.isInteger(1) ? maskBits(value)
                                         : element.getIntOrFloatBitWidth();
  CExpr lanes = operand(value);
  if (bits == maskBits(value))
    return lanes;
  auto type = VectorType::get(cast<VectorType>(value.getType()).getShape(),
                              IntegerType::get(value.getContext(), bits));
  return call("__builtin_convertvector", {lanes.text, file.typeName(type)});
}

/// `spelling` with $0, $1, ... replaced by `texts`.
static std::string substitute(StringRef spelling, ArrayRef<std::string> texts) {
  std::string result;
  for (size_t i = 0; i < spelling.size(); ++i)
    if (spelling[i] == '$')
      result += texts[spelling[++i] - '0'];
    else
      result += spelling[i];
  return result;
}

std::string ExpressionPrinter::intrinsic(StringRef spelling,
                                         ValueRange operands,
                                         ArrayRef<int64_t> numbers) {
  file.useIntrinsic();
  SmallVector<std::string> texts;
  for (Value value : operands)
    texts.push_back(operand(value).text);
  for (int64_t number : numbers)
    texts.push_back(std::to_string(number));
  return substitute(spelling, texts);
}

std::string ExpressionPrinter::spell(StringRef spelling,
                                     ArrayRef<std::string> texts) {
  file.useIntrinsic();
  return substitute(spelling, texts);
}

/// An operation that `spelling` spells; a sum with a product that waits for it
/// is one instruction where the target has one.
CExpr ExpressionPrinter::arithmeticIntrinsic(Operation *op,
                                             StringRef spelling) {
  file.useIntrinsic();
  SmallVector<CExpr, 3> operands;
  SmallVector<std::string, 3> texts;
  for (Value value : op->getOperands()) {
    operands.push_back(operand(value));
    texts.push_back(operands.back().text);
  }
  if (isa<arith::AddFOp>(op)) {
    StringRef multiplyAdd = lookupIntrinsic(file.target, "arith.mulf.addf",
                                            op->getResult(0).getType());
    for (unsigned side : {1, 0}) {
      SmallVector<std::string, 3> parts =
          llvm::to_vector<3>(operands[side].factors);
      parts.push_back(texts[1 - side]);
      if (!multiplyAdd.empty() && parts.size() == 3)
        return {substitute(multiplyAdd, parts)};
    }
  }
  CExpr result = substitute(spelling, texts);
  if (isa<arith::MulFOp>(op))
    result.factors.assign(texts.begin(), texts.end());
  return result;
}

namespace {

/// `expr * scale + number`, where the expression may be missing.
struct Offset {
  std::optional<CExpr> expr;
  int64_t scale = 1;
  int64_t number = 0;

  void multiply(int64_t factor) {
    number *= factor;
    scale *= factor;
  }
  std::optional<CExpr> scaled() const {
    if (!expr || scale == 1)
      return expr;
    return binary(*expr, "*", {std::to_string(scale)}, Prec::Multiplicative);
  }
  void add(const CExpr &other) {
    // Exact integer addition needs no parentheses on its right.
    expr = expr ? CExpr{scaled()->text + " + " + other.at(Prec::Additive),
                        Prec::Additive}
                : other;
    scale = 1;
  }
  void add(const Offset &other) {
    number += other.number;
    if (auto term = other.scaled())
      add(*term);
  }
  CExpr total() const {
    auto sum = scaled();
    if (!sum)
      return {std::to_string(number)};
    if (number == 0)
      return *sum;
    return {sum->at(Prec::Additive) + (number < 0 ? " - " : " + ") +
                std::to_string(std::abs(number)),
            Prec::Additive};
  }
};

} // namespace

bool megcc::isDisplacement(Operation *op) {
  auto add = dyn_cast_or_null<arith::AddIOp>(op);
  return add && add.getType().isIndex() &&
         matchPattern(add.getRhs(), m_Constant()) &&
         !matchPattern(add.getLhs(), m_Constant()) &&
         llvm::all_of(add->getUses(), [](OpOperand &use) {
           Operation *user = use.getOwner();
           // Stored values are never indices.
           return isa<memref::LoadOp, memref::StoreOp, memref::PrefetchOp,
                      vector::LoadOp, vector::StoreOp>(user) ||
                  isDisplacement(user);
         });
}

CExpr ExpressionPrinter::subscript(Value memref, ValueRange indices) {
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<int64_t> strides;
  Offset total;
  // The verifier of the level below kernel has shown strides to be static.
  (void)getStridesAndOffset(type, strides, total.number);

  // Horner's scheme where each stride divides the one before it; a fresh term
  // where it does not.
  Offset inner;
  int64_t previous = 0;
  for (auto [index, stride] : llvm::zip_equal(indices, strides)) {
    if (previous) {
      if (stride && previous % stride == 0) {
        inner.multiply(previous / stride);
      } else {
        inner.multiply(previous);
        total.add(inner);
        inner = {};
      }
    }
    previous = stride;
    APInt number;
    Value variable = index;
    while (isDisplacement(variable.getDefiningOp())) {
      auto add = variable.getDefiningOp<arith::AddIOp>();
      (void)matchPattern(add.getRhs(), m_ConstantInt(&number));
      inner.number += number.getSExtValue();
      variable = add.getLhs();
    }
    if (matchPattern(variable, m_ConstantInt(&number)))
      inner.number += number.getSExtValue();
    else
      inner.add(operand(variable));
  }
  if (previous)
    inner.multiply(previous);
  total.add(inner);
  return {operand(memref).text + "[" + total.total().text + "]"};
}

CExpr ExpressionPrinter::shuffle(ArrayRef<Value> vectors,
                                 ArrayRef<int64_t> lanes) {
  SmallVector<std::string> arguments;
  for (Value vector : vectors)
    arguments.push_back(operand(vector).text);
  for (int64_t lane : lanes)
    arguments.push_back(std::to_string(lane));
  return call("__builtin_shufflevector", arguments);
}

FailureOr<CExpr> ExpressionPrinter::vectorExpression(Operation *op) {
  using Result = FailureOr<CExpr>;
  auto splat = [&](Value source, VectorType type) -> Result {
    if (isa<VectorType>(source.getType()))
      return op->emitOpError("broadcasts a vector; C has no form for it");
    return call(file.vectorHelper("splat", type), {operand(source).text});
  };
  auto lane = [&](Value vector, OpFoldResult position) -> Result {
    CExpr source = operand(vector);
    std::string index = isa<Attribute>(position)
                            ? std::to_string(*getConstantIntValue(position))
                            : operand(cast<Value>(position)).text;
    return CExpr{source.at(Prec::Primary) + "[" + index + "]"};
  };
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](memref::LoadOp load) {
        CExpr access = subscript(load.getMemref(), load.getIndices());
        if (load.getType().isInteger(1))
          return CExpr{access.text + " != 0", Prec::Equality};
        return access;
      })
      .Case([&](vector::LoadOp load) {
        CExpr access = subscript(load.getBase(), load.getIndices());
        if (RegisterTuple tuple = tupleOf(load)) {
          file.useIntrinsic();
          return call(tuple.load.str(), {"&" + access.text});
        }
        return call(file.vectorHelper("load", load.getVectorType()),
                    {"&" + access.text});
      })
      .Case([&](vector::BroadcastOp broadcast) {
        return splat(broadcast.getSource(), broadcast.getResultVectorType());
      })
      .Case([&](vector::SplatOp op) {
        return splat(op.getInput(), op.getAggregate().getType());
      })
      .Case([&](vector::ExtractOp extract) -> Result {
        if (extract.getNumIndices() != 1)
          return extract.emitOpError("extracts no single lane");
        return lane(extract.getVector(), extract.getMixedPosition()[0]);
      })
      .Case([&](vector::ExtractElementOp extract) {
        return lane(extract.getVector(), extract.getPosition());
      })
      .Case([&](vector::ShuffleOp op) {
        SmallVector<int64_t> lanes;
        for (auto lane : op.getMask().getAsRange<IntegerAttr>())
          lanes.push_back(lane.getInt());
        return shuffle({op.getV1(), op.getV2()}, lanes);
      })
      .Case([&](vector::ExtractStridedSliceOp slice) -> Result {
        int64_t first = cast<IntegerAttr>(slice.getOffsets()[0]).getInt();
        int64_t count = slice.getType().getNumElements();
        if (tupleOf(slice.getVector())) {
          CExpr tuple = operand(slice.getVector());
          return CExpr{tuple.at(Prec::Primary) + ".val[" +
                       std::to_string(first / count) + "]"};
        }
        return shuffle({slice.getVector(), slice.getVector()},
                       llvm::to_vector(llvm::seq(first, first + count)));
      })
      .Case([&](instructions::RepeatOp repeat) {
        // As one number of 32 bits, which instructions broadcast.
        VectorType type = repeat.getType();
        auto words =
            VectorType::get({type.getNumElements() /
                             repeat.getSource().getType().getNumElements()},
                            IntegerType::get(op->getContext(), 32));
        CExpr word = castTo("int32_t", operand(repeat.getSource()));
        return castTo(file.typeName(type),
                      call(file.vectorHelper("splat", words), {word.text}));
      })
      .Case([&](instructions::DotOp dot) -> Result {
        Type element = dot.getLhs().getType().getElementType();
        StringRef spelling =
            lookupIntrinsic(file.target,
                            getDotProductName({element, dot.getLhsUnsigned()},
                                              {element, dot.getRhsUnsigned()}),
                            dot.getType());
        if (spelling.empty())
          return op->emitOpError("is no instruction of ") << file.target.name;
        return castTo(file.typeName(dot.getType()),
                      {intrinsic(spelling, op->getOperands())});
      })
      .Case([&](instructions::LaneFmaOp fma) -> Result {
        StringRef spelling = lookupIntrinsic(
            file.target,
            getLaneProductName(fma.getLhs().getType().getElementType(),
                               fma.getPart()),
            fma.getType());
        if (spelling.empty())
          return op->emitOpError("is no instruction of ") << file.target.name;
        return CExpr{
            intrinsic(spelling, op->getOperands(), {int64_t(fma.getLane())})};
      })
      .Case([&](vector::BitCastOp cast) {
        return castTo(file.typeName(cast.getType()), operand(cast.getSource()));
      })
      .Default([&](Operation *) -> Result {
        return op->emitOpError("has no C form; a pass should have lowered it");
      });
}
