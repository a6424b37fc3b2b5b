//===- StepGraph.h - Steps, the buffers among them, and time ----*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What choosing an order and choosing what to compute again have to know of a
// network: steps that read and write buffers. It is made before buffers move
// into others, so it says which may: a buffer written in place of one that dies
// needs no bytes beside it.
//
// A sequence runs every step at least once. A step that runs again makes new
// instances of the buffers that it writes; reads are of the latest instance.
//
// Knows nothing of MLIR.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_MEMORY_STEPGRAPH_H
#define MEGCC_PASSES_KERNEL_MEMORY_STEPGRAPH_H

#include <cstdint>
#include <vector>

namespace megcc {

struct StepGraph {
  /// Alive from its first to its last use, as an input from the beginning, as
  /// an output until the end.
  struct Buffer {
    int64_t bytes = 0;
    bool isInput = false, isOutput = false;
  };
  /// `written` may take the place of `read`, or of part of it; both belong to
  /// one step.
  struct InPlace {
    unsigned read, written;
  };
  struct Step {
    /// Each buffer once.
    std::vector<unsigned> reads, writes;
    std::vector<InPlace> inPlace;
    /// Steps that must have run.
    std::vector<unsigned> before;
    /// Of running it again, in multiply-accumulates.
    int64_t cost = 0;
    /// Whether it may run again: it makes all that it writes, from nothing but
    /// what it reads, and does nothing else.
    bool mayRepeat = false;
    /// Steps after which it may not: what it makes was copied by then.
    std::vector<unsigned> fixedBy;
  };

  std::vector<Buffer> buffers;
  /// In an order that is legal.
  std::vector<Step> steps;
};

/// An instance of a buffer in a sequence: positions of its first and its last
/// use, -1 and the sequence's length for what comes from and goes to the
/// caller.
struct Instance {
  unsigned buffer;
  int64_t first, last;
};

/// What a sequence needs.
struct Usage {
  std::vector<Instance> instances;
  /// Bytes in use at each position.
  std::vector<int64_t> live;
  int64_t peak = 0;
  /// Of all repetitions.
  int64_t extraCost = 0;
};

Usage getUsage(const StepGraph &graph, const std::vector<unsigned> &sequence);

} // namespace megcc

#endif // MEGCC_PASSES_KERNEL_MEMORY_STEPGRAPH_H
