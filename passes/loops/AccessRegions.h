//===- AccessRegions.h - What accesses can touch the same element ---------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The proof behind splitting a kernel: each index of an access is a sum of
// values with constant factors. Values that are fixed while two pieces of code
// are compared stay symbols; what varies inside a piece is an interval. Two
// accesses are apart if in some dimension they have the same symbols and
// intervals without a common number:
//
//   for %i = 0 to 8
//     for %j = 0 to 16:  store %y[%n, %i * 16 + %j]
//
// Seen from one iteration of %i, dimension 1 is 16 * %i + [0, 15]: as the
// interval is no longer than the step, no two iterations meet.
//
// Where %i is the number of a tile, what tells iterations apart are the tile's
// row and column, %i / 14 and %i % 14. Such digits are symbols, too; iterations
// that have different digits are apart if every digit of %i is found.
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_PASSES_LOOPS_ACCESSREGIONS_H
#define MEGCC_PASSES_LOOPS_ACCESSREGIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "passes/loops/IntRange.h"

namespace megcc {

/// A load or store of one element, vector or tile.
struct MemoryAccess {
  mlir::Operation *op;
  mlir::Value buffer;
  mlir::OperandRange indices;
  /// Elements along the last dimension.
  int64_t elements;
  bool isStore;
  /// Of a tile: indices of dimension `tileDim` from its first to its last row.
  unsigned tileDim = 0;
  int64_t span = 1;

  /// How many indices of a dimension are accessed.
  int64_t countAlong(unsigned dim) const {
    return dim + 1 == indices.size() ? elements : dim == tileDim ? span : 1;
  }
};

/// `op` as an access; nothing if it is none.
std::optional<MemoryAccess> getAccess(mlir::Operation *op);

/// The sum of value * factor, plus a constant.
struct LinearIndex {
  llvm::SmallVector<std::pair<mlir::Value, int64_t>, 4> terms;
  int64_t constant = 0;

  void add(mlir::Value value, int64_t factor);
  void add(const LinearIndex &other, int64_t factor);
  int64_t getFactor(mlir::Value value) const;
};
LinearIndex linearize(mlir::Value index);

/// The extent of a loop that runs from 0 by 1 to a constant.
std::optional<int64_t> getExtent(mlir::scf::ForOp loop);

class AccessRegions {
public:
  /// Every access of `function`. Fails (isKnown) if it touches memory in other
  /// ways than by loads and stores of whole buffers, or writes to one in which
  /// two indices are the same element.
  explicit AccessRegions(mlir::func::FuncOp function);

  bool isKnown() const { return known; }
  /// Whether anything in the function stores to `buffer`.
  bool isWritten(mlir::Value buffer) const { return written.contains(buffer); }
  /// Whether `op` or something in it stores.
  bool writes(mlir::Operation *op) const;

  /// Whether no iteration of `loop` touches what another one writes. Buffers
  /// on the stack are left out: see usesOwnScratch.
  bool hasIndependentIterations(mlir::scf::ForOp loop);

  /// Whether none of `a` touches what one of `b` writes, or the reverse; all
  /// are operations of one block, compared within one execution of it.
  bool areIndependent(mlir::ArrayRef<mlir::Operation *> a,
                      mlir::ArrayRef<mlir::Operation *> b);

  /// Whether each of `ops` - or `body`'s operations, in any iteration - reads
  /// of buffers on the stack only what was written there before in the same
  /// run of them.
  bool usesOwnScratch(mlir::ArrayRef<mlir::Operation *> ops);

  /// Iterations of `loop` after which every store begins at the same place of
  /// a cache line again; 1 where an iteration writes several lines.
  int64_t getLineIterations(mlir::scf::ForOp loop);

  /// Every number that an integer may be, from loop bounds alone.
  IntRange rangeOf(mlir::Value value);

private:
  /// One dimension of an access: symbols, and the interval of the rest.
  struct Extent {
    LinearIndex symbols;
    IntRange range;
  };
  using Box = llvm::SmallVector<Extent, 4>;
  Box getBox(const MemoryAccess &access,
             llvm::function_ref<bool(mlir::Value)> isFixed);
  static bool areApart(const Box &a, const Box &b);
  /// By how much dimension `dim` varies inside of `boxes` together; nothing if
  /// they have different symbols.
  static std::optional<int64_t> getLength(llvm::ArrayRef<Box> boxes,
                                          unsigned dim);

  /// base floordiv divisor, modulo `modulus` unless that is 0.
  struct Digit {
    mlir::Value base;
    int64_t divisor, modulus;
  };
  std::optional<Digit> getDigit(mlir::Value value);
  /// Whether `digits`, all of the same base, tell any two values of it apart.
  bool areAllDigits(llvm::ArrayRef<Digit> digits);
  bool differInDigits(mlir::scf::ForOp loop,
                      llvm::ArrayRef<MemoryAccess> accesses);

  void forEachAccess(mlir::Operation *root,
                     llvm::function_ref<void(const MemoryAccess &)> visit);

  bool known = true;
  llvm::DenseSet<mlir::Value> written;
  llvm::DenseMap<mlir::Value, IntRange> ranges;
};

} // namespace megcc

#endif // MEGCC_PASSES_LOOPS_ACCESSREGIONS_H
