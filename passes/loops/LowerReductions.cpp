//===- LowerReductions.cpp - Vectors reduced by halving -------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before:
//
//   %1 = vector.reduction <add>, %0 : vector<8xf32> into f32
//
// After: the order in which lanes are combined is fixed, by halving.
//
//   func.func private @reduce_add_f32x8(%v: vector<8xf32>) -> f32 {
//     %low = vector.extract_strided_slice %v {offsets = [0], sizes = [4], ...}
//     %high = vector.extract_strided_slice %v {offsets = [4], sizes = [4], ...}
//     %half = arith.addf %low, %high : vector<4xf32>
//     ...
//
//   %1 = call @reduce_add_f32x8(%0) : (vector<8xf32>) -> f32
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "passes/loops/Passes.h"
#include "passes/loops/TypeNames.h"

namespace megcc::loops {
#define GEN_PASS_DEF_LOWERREDUCTIONS
#include "passes/loops/Passes.h.inc"
} // namespace megcc::loops

using namespace megcc;
using namespace mlir;

namespace {

/// Combines the halves of `vector` until one lane is left.
Value halve(OpBuilder &b, Location loc, Value vector,
            vector::CombiningKind kind) {
  int64_t lanes = cast<VectorType>(vector.getType()).getNumElements();
  if (lanes == 1)
    return b.create<vector::ExtractOp>(loc, vector, 0);
  // An odd lane joins at the end.
  int64_t half = lanes / 2;
  auto slice = [&](int64_t first) -> Value {
    return b.create<vector::ExtractStridedSliceOp>(
        loc, vector, ArrayRef<int64_t>{first}, ArrayRef<int64_t>{half},
        ArrayRef<int64_t>{1});
  };
  Value low = slice(0), high = slice(half);
  Value sum = vector::makeArithReduction(b, loc, kind, low, high);
  Value result = halve(b, loc, sum, kind);
  if (lanes % 2)
    result = vector::makeArithReduction(
        b, loc, kind, result,
        b.create<vector::ExtractOp>(loc, vector, lanes - 1));
  return result;
}

struct LowerReductions
    : megcc::loops::impl::LowerReductionsBase<LowerReductions> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SmallVector<vector::ReductionOp> reductions;
    getOperation().walk(
        [&](vector::ReductionOp op) { reductions.push_back(op); });
    for (vector::ReductionOp op : reductions)
      lower(op, symbols);
  }

private:
  void lower(vector::ReductionOp op, SymbolTable &symbols) {
    OpBuilder builder(op);
    Location loc = op.getLoc();
    Type from = op.getVector().getType(), to = op.getDest().getType();
    std::string name = "reduce_" +
                       vector::stringifyCombiningKind(op.getKind()) + "_" +
                       typeTag(from);
    auto function = symbols.lookup<func::FuncOp>(name);
    if (!function) {
      function = func::FuncOp::create(builder.getUnknownLoc(), name,
                                      builder.getFunctionType({from}, {to}));
      function.setPrivate();
      symbols.insert(function, getOperation().getBody()->begin());
      builder.setInsertionPointToStart(function.addEntryBlock());
      Value result = halve(builder, function.getLoc(), function.getArgument(0),
                           op.getKind());
      builder.create<func::ReturnOp>(function.getLoc(), result);
    }
    builder.setInsertionPoint(op);
    Value result = builder.create<func::CallOp>(loc, function, op.getVector())
                       .getResult(0);
    if (op.getAcc())
      result = vector::makeArithReduction(builder, loc, op.getKind(), result,
                                          op.getAcc());
    op.replaceAllUsesWith(result);
    op.erase();
  }
};

} // namespace
