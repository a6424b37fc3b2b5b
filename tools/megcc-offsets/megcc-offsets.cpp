//===- megcc-offsets.cpp - Places buffers given as a table ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   megcc-offsets FILE.csv [--capacity N] [--alignment N] [--seconds N]
//
// Prints the rows with their offsets on standard output and what was reached on
// standard error. Exits with 1 if the table is none or the buffers were not
// made to fit, and then prints no row; with 2 on wrong usage. First the plan
// that megcc itself would make, then, where that needs more than the capacity,
// a search for as long as --seconds allows, then a shorter one for less.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/memory/ArenaSearch.h"
#include "tools/megcc-offsets/BufferTable.h"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iostream>
#include <limits>

using namespace megcc;

static int fail(const std::string &message, int code = 1) {
  std::cerr << "megcc-offsets: " << message << "\n";
  return code;
}

/// What this process has had of a processor, which other load does not change.
static double getSeconds() { return double(std::clock()) / CLOCKS_PER_SEC; }

/// Finds offsets below `capacity`, in `effort` steps and in all of `seconds`.
static bool search(const BufferTable &table, int64_t capacity,
                   int64_t alignment, int64_t &effort, double seconds,
                   ArenaPlan &plan) {
  std::vector<ArenaBuffer> buffers = roundUp(table.buffers, alignment);
  auto offsets = searchArena(buffers, capacity, effort,
                             [&] { return getSeconds() >= seconds; });
  if (!offsets)
    return false;
  plan = {std::move(*offsets), 0, plan.lowerBound, "search"};
  for (size_t i = 0; i < buffers.size(); ++i)
    plan.bytes = std::max(plan.bytes, plan.offsets[i] + buffers[i].bytes);
  return true;
}

int main(int argc, char **argv) {
  std::string file;
  int64_t capacity = 0, alignment = 1, seconds = 45;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    int64_t *value = word == "--capacity"    ? &capacity
                     : word == "--alignment" ? &alignment
                     : word == "--seconds"   ? &seconds
                                             : nullptr;
    if (!value && (word.size() > 1 && word[0] == '-'))
      return fail("unknown option `" + word + "`", 2);
    if (!value && !file.empty())
      return fail("expected one file, found a second: `" + word + "`", 2);
    if (!value) {
      file = word;
      continue;
    }
    std::string text = i + 1 < argc ? argv[++i] : "";
    std::optional<int64_t> number = parseNumber(text);
    if (!number || *number < 1 || *number > int64_t(1) << 52)
      return fail(word + ": expected a positive integer, found `" + text + "`",
                  2);
    *value = *number;
  }
  if (file.empty())
    return fail("usage: megcc-offsets FILE.csv [--capacity N] [--alignment N] "
                "[--seconds N]",
                2);

  std::ifstream in(file == "-" ? "/dev/stdin" : file);
  if (!in)
    return fail("cannot read '" + file + "'");
  std::string error;
  std::optional<BufferTable> table = BufferTable::read(in, error);
  if (!table)
    return fail(file + ": " + error);

  ArenaPlan plan = planArena(table->buffers, {alignment, 300'000'000});
  std::string bound = "lower bound " + std::to_string(plan.lowerBound);
  if (capacity && plan.lowerBound > capacity)
    return fail("no arena of " + std::to_string(capacity) +
                " bytes can hold them: " + bound);
  int64_t effort = std::numeric_limits<int64_t>::max();
  if (capacity && plan.bytes > capacity &&
      !search(*table, capacity, alignment, effort, seconds, plan))
    return fail((effort <= 0 ? "found no way to fit them into "
                             : "there is no way to fit them into ") +
                std::to_string(capacity) + " bytes; smallest found " +
                std::to_string(plan.bytes) + ", " + bound);
  // What is left of the gap shrinks by eighths.
  effort = 3'000'000'000;
  for (int64_t gap; (gap = plan.bytes - plan.lowerBound) > 0;)
    if (!search(*table, plan.bytes - std::max<int64_t>(gap / 8, 1), alignment,
                effort, seconds, plan))
      break;
  std::cout << "id,lower,upper,size,offset\n";
  for (size_t i = 0; i < table->rows.size(); ++i)
    std::cout << table->rows[i] << "," << plan.offsets[i] << "\n";
  std::cerr << table->rows.size() << " buffers, arena " << plan.bytes << ", "
            << bound << ", by " << plan.method << "\n";
  return 0;
}
