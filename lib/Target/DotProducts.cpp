//===- DotProducts.cpp - Products of groups of narrow elements ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Target/DotProducts.h"
#include "lib/Target/Intrinsics.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace megcc;

std::string megcc::getDotProductName(Factor lhs, Factor rhs) {
  std::string name = "isa.dot.";
  if (!lhs.type.isInteger(8)) {
    llvm::raw_string_ostream os(name);
    lhs.type.print(os);
    return name;
  }
  name += lhs.isUnsigned ? 'u' : 's';
  name += rhs.isUnsigned ? 'u' : 's';
  return name + "8";
}

std::string megcc::getLaneProductName(mlir::Type type, int64_t part) {
  std::string name = "isa.lane_fma.";
  llvm::raw_string_ostream(name) << type << '.' << part;
  return name;
}

std::pair<mlir::AffineExpr, mlir::AffineExpr>
DotProduct::unpack(mlir::AffineExpr element, int64_t lanes) const {
  if (byLane)
    return {element % lanes, element.floorDiv(lanes)};
  return {element.floorDiv(group), element % group};
}

DotProduct megcc::findDotProduct(const Target &target, Factor lhs, Factor rhs,
                                 mlir::Type accumulator) {
  int64_t lanes = target.lanes(accumulator);
  if (lhs.type != rhs.type || lanes == 1 ||
      accumulator.getIntOrFloatBitWidth() != 32)
    return {};
  auto sums = mlir::VectorType::get({lanes}, accumulator);
  auto has = [&](Factor left) {
    return !lookupIntrinsic(target, getDotProductName(left, rhs), sums).empty();
  };
  int64_t group = 32 / lhs.type.getIntOrFloatBitWidth();
  if (has(lhs))
    return {group, /*shiftsLhs=*/false};
  if (lhs.type.isInteger(8) && !lhs.isUnsigned && has({lhs.type, true}))
    return {group, /*shiftsLhs=*/true};
  if (!lookupIntrinsic(target, getLaneProductName(lhs.type, 0), sums).empty())
    return {group, /*shiftsLhs=*/false, /*byLane=*/true};
  return {};
}
