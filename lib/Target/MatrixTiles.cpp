//===- MatrixTiles.cpp - Registers that hold matrices ---------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Target/MatrixTiles.h"
#include "lib/Target/Intrinsics.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace megcc;

std::string megcc::getTileDotName(mlir::Type element) {
  std::string name = "isa.tile_dot.";
  llvm::raw_string_ostream(name) << element;
  return name;
}

MatrixTiles megcc::findMatrixTiles(const Target &target, mlir::Type element,
                                   mlir::Type accumulator) {
  if (lookupIntrinsic(target, getTileDotName(element), accumulator).empty())
    return {};
  // Eight registers of 16 rows of 64 bytes.
  int64_t group = 32 / element.getIntOrFloatBitWidth();
  return {/*rows=*/16, /*columns=*/16, /*depth=*/16 * group, group,
          /*side=*/2};
}
