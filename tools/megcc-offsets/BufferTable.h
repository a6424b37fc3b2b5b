//===- BufferTable.h - Buffers with lifetimes as a table --------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_TOOLS_OFFSETS_BUFFERTABLE_H
#define MEGCC_TOOLS_OFFSETS_BUFFERTABLE_H

#include "passes/kernel/memory/ArenaPlanner.h"

#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace megcc {

/// The format of MiniMalloc's benchmarks: a line `id,lower,upper,size`, then a
/// buffer a line, alive from step `lower` up to but not including `upper`.
struct BufferTable {
  /// The lines as they were read, the first one excluded.
  std::vector<std::string> rows;
  std::vector<ArenaBuffer> buffers;

  /// Reads a table; otherwise `error` says in which line what was expected.
  static std::optional<BufferTable> read(std::istream &in, std::string &error);
};

/// A decimal number and nothing else.
std::optional<int64_t> parseNumber(std::string_view text);

} // namespace megcc

#endif // MEGCC_TOOLS_OFFSETS_BUFFERTABLE_H
