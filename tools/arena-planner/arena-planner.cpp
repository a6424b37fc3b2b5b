//===- arena-planner.cpp - Plans buffers given as a table -----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   arena-planner [ALIGNMENT [EFFORT]] < buffers.csv
//
// Reads the format of MiniMalloc's benchmarks: a line `id,lower,upper,size`,
// then one buffer a line, alive from step `lower` up to but not including
// `upper`. Prints the same lines with their offsets, then what was reached.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/ArenaPlanner.h"

#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

static int fail(const std::string &message) {
  std::cerr << "arena-planner: " << message << "\n";
  return 1;
}

int main(int argc, char **argv) {
  megcc::ArenaPlannerOptions options;
  if (argc > 1)
    options.alignment = std::atoll(argv[1]);
  if (argc > 2)
    options.effort = std::atoll(argv[2]);
  if (options.alignment < 1)
    return fail("expected a positive alignment");

  std::string line;
  std::vector<std::string> lines;
  std::vector<megcc::ArenaBuffer> buffers;
  if (!std::getline(std::cin, line) || line != "id,lower,upper,size")
    return fail("expected `id,lower,upper,size` in the first line");
  while (std::getline(std::cin, line)) {
    std::istringstream fields(line);
    std::string id;
    int64_t lower, upper, size;
    char comma;
    if (!std::getline(fields, id, ',') ||
        !(fields >> lower >> comma >> upper >> comma >> size) || size < 0 ||
        lower >= upper)
      return fail("expected a buffer, found `" + line + "`");
    lines.push_back(line);
    buffers.push_back({size, lower, upper - 1});
  }

  megcc::ArenaPlan plan = megcc::planArena(buffers, options);
  std::cout << "id,lower,upper,size,offset\n";
  for (size_t i = 0; i < lines.size(); ++i)
    std::cout << lines[i] << "," << plan.offsets[i] << "\n";
  std::cout << "arena " << plan.bytes << ", lower bound " << plan.lowerBound
            << ", by " << plan.method << "\n";
  return 0;
}
