//===- IndexSpace.h - Affine expressions over bounded variables -*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// While loops are built, an index is an affine expression whose dimension `dk`
// stands for the k-th variable of an IndexSpace. As every variable runs from 0
// to a known extent, far more simplifies than upstream's ranges-free
// simplification can see:
//
//   (16*d0 + d1) floordiv 16  ->  d0           where d1 < 16
//   (d0 + 48) mod 64          ->  d0 + 48      where d0 < 16
//
// so a tensor's blocked layout costs no division in the loops.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_KERNELS_INDEXSPACE_H
#define MEGCC_CODEGEN_KERNELS_INDEXSPACE_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/AffineMap.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <utility>

namespace megcc {

/// Smallest and largest value, both included.
struct Interval {
  int64_t low, high;
  bool within(int64_t least, int64_t most) const {
    return least <= low && high <= most;
  }
};

/// sum of coefficient * atom, plus a constant. An atom is a variable, or a
/// floordiv or mod that does not simplify. Terms of outer loops come first:
/// what an inner loop need not compute again comes first in the sum.
struct LinearForm {
  llvm::SmallVector<std::pair<mlir::AffineExpr, int64_t>, 4> terms;
  int64_t constant = 0;

  void add(mlir::AffineExpr atom, int64_t coefficient);
  void add(const LinearForm &other, int64_t factor = 1);
  /// The coefficient of `atom`; 0 if it does not occur.
  int64_t getCoefficient(mlir::AffineExpr atom) const;
};

class IndexSpace {
public:
  explicit IndexSpace(mlir::MLIRContext *context) : context(context) {}

  /// A new variable over [0, extent).
  mlir::AffineExpr addVariable(int64_t extent);
  unsigned size() const { return extents.size(); }
  int64_t getExtent(unsigned variable) const { return extents[variable]; }

  mlir::AffineExpr constant(int64_t value) const {
    return mlir::getAffineConstantExpr(value, context);
  }

  LinearForm linearize(mlir::AffineExpr expr) const;
  mlir::AffineExpr simplify(mlir::AffineExpr expr) const;
  Interval bounds(mlir::AffineExpr expr) const;

  /// The results of `map` at `point`, simplified.
  llvm::SmallVector<mlir::AffineExpr>
  apply(mlir::AffineMap map, llvm::ArrayRef<mlir::AffineExpr> point) const;

private:
  LinearForm divide(const LinearForm &form, int64_t divisor) const;
  LinearForm modulo(const LinearForm &form, int64_t divisor) const;
  /// If `form` is divisor * q + r with 0 <= r < divisor, the two parts.
  bool split(const LinearForm &form, int64_t divisor, LinearForm &quotient,
             LinearForm &remainder) const;
  Interval bounds(const LinearForm &form) const;
  mlir::AffineExpr toExpr(const LinearForm &form) const;

  mlir::MLIRContext *context;
  llvm::SmallVector<int64_t> extents;
};

/// The highest numbered variable in `expr`, -1 if there is none: as variables
/// are added from the outermost loop inwards, it tells where `expr` changes.
int64_t innermostVariable(mlir::AffineExpr expr);

/// A divisor by which a loop over `size` indices of dimension `dim` from
/// `begin` on should be split in two, as `map` takes the quotient or remainder
/// of that dimension; 1 if it does not.
int64_t getDimensionSplit(mlir::AffineMap map, unsigned dim, int64_t begin,
                          int64_t size);

} // namespace megcc

#endif // MEGCC_CODEGEN_KERNELS_INDEXSPACE_H
