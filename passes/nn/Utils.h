//===- Utils.h - What the passes on nn share --------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_NN_UTILS_H
#define MEGCC_PASSES_NN_UTILS_H

#include "mlir/IR/Location.h"

namespace megcc::nn {

/// The name of the model's node that a location stands for; of the first one
/// where several were merged. Empty if there is none.
inline llvm::StringRef getNodeName(mlir::Location loc) {
  if (auto name = mlir::dyn_cast<mlir::NameLoc>(loc))
    return name.getName();
  if (auto fused = mlir::dyn_cast<mlir::FusedLoc>(loc))
    for (mlir::Location part : fused.getLocations())
      if (llvm::StringRef name = getNodeName(part); !name.empty())
        return name;
  return {};
}

} // namespace megcc::nn

#endif // MEGCC_PASSES_NN_UTILS_H
