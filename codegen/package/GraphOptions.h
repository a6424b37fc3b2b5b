//===- GraphOptions.h - What a graph is made with ---------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_PACKAGE_GRAPHOPTIONS_H
#define MEGCC_CODEGEN_PACKAGE_GRAPHOPTIONS_H

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace megcc {

/// What the graph depends on that layers are made of, beside model and target:
/// who knows these can make it again. See kernel.graph.
struct GraphOptions {
  bool savesMemory = false, takesTurns = false, ioInArena = false;
  std::vector<std::string> algorithms;
  /// Aim and slack.
  std::optional<std::pair<int64_t, int64_t>> patches;

  bool areUsual() const {
    return !savesMemory && !takesTurns && algorithms.empty() && !patches;
  }
};

} // namespace megcc

#endif // MEGCC_CODEGEN_PACKAGE_GRAPHOPTIONS_H
