//===- WorkEstimate.cpp - How much work loops are -------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/loops/WorkEstimate.h"
#include "dialects/ISA/ISA.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "passes/loops/AccessRegions.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace megcc;
using namespace mlir;

/// What a vector of memory counts: kernels that move data take their time from
/// caches beyond the first, of which an operation's time brings so many bytes.
static double estimateAccess(VectorType type) {
  constexpr double bytesPerOperation = 16;
  double bytes = type.getNumElements() * type.getElementTypeBitWidth() / 8.0;
  return std::max(1.0, bytes / bytesPerOperation);
}

/// Iterations of a loop whose number is known at run time only.
static constexpr double unknownIterations = 16;

double megcc::estimateWork(Block &block) {
  double sum = 0;
  for (Operation &op : block)
    sum += estimateWork(&op);
  return sum;
}

double megcc::estimateWork(Operation *op) {
  return llvm::TypeSwitch<Operation *, double>(op)
      .Case([](scf::ForOp loop) {
        auto extent = getExtent(loop);
        double iterations = extent ? double(*extent) : unknownIterations;
        return iterations * (estimateWork(*loop.getBody()) + 1);
      })
      .Case([](scf::IfOp branch) {
        double otherwise =
            branch.elseBlock() ? estimateWork(*branch.elseBlock()) : 0;
        return 1 + std::max(estimateWork(*branch.thenBlock()), otherwise);
      })
      .Case([](scf::WhileOp loop) {
        return unknownIterations * (estimateWork(*loop.getBeforeBody()) +
                                    estimateWork(*loop.getAfterBody()));
      })
      // Sixteen rows, a cycle each.
      .Case([](instructions::TileDotOp) { return 16.0; })
      .Case([](instructions::TileSumsOp sums) {
        return estimateWork(sums.getBody().front()) +
               2.0 * sums.getTotalRows() * sums.getVectors();
      })
      .Case([](vector::LoadOp load) {
        return estimateAccess(load.getVectorType());
      })
      .Case([](vector::StoreOp store) {
        return estimateAccess(store.getVectorType());
      })
      .Case<arith::ConstantOp, scf::YieldOp, vector::BroadcastOp>(
          [](Operation *) { return 0.0; })
      .Case<arith::DivFOp, math::SqrtOp, vector::ReductionOp>(
          [](Operation *) { return 8.0; })
      .Case<math::FmaOp, math::AbsFOp, math::FloorOp, math::CeilOp,
            math::RoundEvenOp, math::TruncOp, math::CopySignOp>(
          [](Operation *) { return 1.0; })
      .Default([](Operation *op) {
        if (isa<math::MathDialect>(op->getDialect()))
          return 30.0;
        // Indices are folded into addresses.
        bool isIndex =
            op->getNumResults() == 1 && op->getResult(0).getType().isIndex();
        return isIndex ? 0.0 : 1.0;
      });
}
