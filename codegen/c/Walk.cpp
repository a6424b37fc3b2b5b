//===- Walk.cpp - Loads that follow each other through memory -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/c/Walk.h"
#include "codegen/c/ExpressionPrinter.h"
#include "lib/Support/LoopHints.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace megcc;

/// Adds `factor` times `value`, in terms of the variables of loops and of what
/// is known before `loop`.
static void addTerms(Value value, int64_t factor, scf::ForOp loop,
                     LinearIndex &sum) {
  APInt number;
  Operation *op = value.getDefiningOp();
  if (matchPattern(value, m_ConstantInt(&number))) {
    sum.number += factor * number.getSExtValue();
  } else if (loop.isDefinedOutsideOfLoop(value) && !isDisplacement(op)) {
    sum.terms[value] += factor;
  } else if (auto add = dyn_cast_or_null<arith::AddIOp>(op)) {
    addTerms(add.getLhs(), factor, loop, sum);
    addTerms(add.getRhs(), factor, loop, sum);
  } else if (auto product = dyn_cast_or_null<arith::MulIOp>(op);
             product &&
             matchPattern(product.getRhs(), m_ConstantInt(&number))) {
    addTerms(product.getLhs(), factor * number.getSExtValue(), loop, sum);
  } else {
    sum.terms[value] += factor;
  }
}

static std::optional<LinearIndex> placeOf(vector::LoadOp load,
                                          scf::ForOp loop) {
  SmallVector<int64_t> strides;
  LinearIndex place;
  if (failed(getStridesAndOffset(load.getMemRefType(), strides, place.number)))
    return std::nullopt;
  for (auto [index, stride] : llvm::zip_equal(load.getIndices(), strides))
    addTerms(index, stride, loop, place);
  place.terms.remove_if([](const auto &term) { return term.second == 0; });
  return place;
}

static bool sameTerms(LinearIndex &a, LinearIndex &b) {
  return a.terms.size() == b.terms.size() &&
         llvm::all_of(a.terms, [&](const auto &term) {
           return b.terms.lookup(term.first) == term.second;
         });
}

/// Those operations of `loop` without other effects whose results go nowhere
/// but to the addresses of `loads`.
static void collectIndices(scf::ForOp loop, Walk &walk) {
  SmallVector<Operation *> operations;
  loop.getBody()->walk([&](Operation *op) { operations.push_back(op); });
  for (Operation *op : llvm::reverse(operations))
    if (op->getNumResults() && !op->getNumRegions() && isMemoryEffectFree(op) &&
        llvm::all_of(op->getUsers(), [&](Operation *user) {
          return walk.loads.contains(user) || walk.indices.contains(user);
        }))
      walk.indices.insert(op);
}

std::optional<Walk> megcc::findWalk(scf::ForOp loop) {
  SmallVector<vector::LoadOp> loads;
  loop.walk([&](vector::LoadOp load) {
    if (load->hasAttr(kWalkAttr))
      loads.push_back(load);
  });
  if (loads.empty())
    return std::nullopt;

  // One iteration of the innermost loop.
  Walk walk;
  walk.buffer = loads.front().getBase();
  int64_t length = 0;
  for (vector::LoadOp load : loads) {
    std::optional<LinearIndex> place = placeOf(load, loop);
    if (!place || load.getBase() != walk.buffer ||
        load->getBlock() != loads.front()->getBlock())
      return std::nullopt;
    if (length == 0)
      walk.begin = *place;
    else if (!sameTerms(*place, walk.begin) ||
             place->number != walk.begin.number + length)
      return std::nullopt;
    length += load.getVectorType().getNumElements();
    walk.loads.insert(load);
  }

  // All of them, from the innermost loop outwards.
  Operation *at = loads.front();
  do {
    at = at->getParentOp();
    auto level = dyn_cast<scf::ForOp>(at);
    auto lower =
        level ? getConstantIntValue(level.getLowerBound()) : std::nullopt;
    auto upper =
        level ? getConstantIntValue(level.getUpperBound()) : std::nullopt;
    if (!lower || !upper || *lower != 0 || *upper < 1 ||
        getConstantIntValue(level.getStep()) != 1 ||
        walk.begin.terms.lookup(level.getInductionVar()) != length)
      return std::nullopt;
    walk.begin.terms.erase(level.getInductionVar());
    length *= *upper;
  } while (at != loop);
  for (auto [value, factor] : walk.begin.terms)
    if (!loop.isDefinedOutsideOfLoop(value))
      return std::nullopt;
  collectIndices(loop, walk);
  return walk;
}
