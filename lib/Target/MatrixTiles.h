//===- MatrixTiles.h - Registers that hold matrices -------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Some targets have registers of two dimensions and one instruction for the
// product of two of them: Intel's AMX (Intel 64 and IA-32 Architectures
// Software Developer's Manual, volume 1, chapter 18). Contractions ask here for
// them.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_TARGET_MATRIXTILES_H
#define MEGCC_LIB_TARGET_MATRIXTILES_H

#include "megcc/Target.h"

#include <string>

namespace megcc {

struct MatrixTiles {
  /// The most rows that a tile has, of the lhs as of the sums.
  int64_t rows = 0;
  /// Columns of a tile of sums.
  int64_t columns = 0;
  /// The most elements along the depth in a tile; how many neighbours of it the
  /// rhs keeps together.
  int64_t depth = 0, group = 1;
  /// How many tiles of the lhs and of the rhs are multiplied with each other:
  /// as many squared have room for their sums.
  int64_t side = 0;

  explicit operator bool() const { return side != 0; }
  /// The registers: of sums, of the lhs, of the rhs.
  int64_t getSum(int64_t row, int64_t column, int64_t columns) const {
    return row * columns + column;
  }
  int64_t getLhs(int64_t row) const { return side * side + row; }
  int64_t getRhs(int64_t column) const { return side * side + side + column; }
};

/// The tiles of `target` for products of `element` into `accumulator`; none
/// where it has no such instruction.
MatrixTiles findMatrixTiles(const Target &target, mlir::Type element,
                            mlir::Type accumulator);

/// What lookupIntrinsic calls a product of tiles: "isa.tile_dot.bf16".
std::string getTileDotName(mlir::Type element);

} // namespace megcc

#endif // MEGCC_LIB_TARGET_MATRIXTILES_H
