//===- Lifetimes.h - When bytes of a package's buffers matter ---*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From the calls and what they touch, not from what the planner thought. Time
// is counted in steps: each layer takes one, those of a stream together one for
// each layer in each tick. Step -1 is before the run, where inputs are
// written; outputs are read after the last step.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_PACKAGE_LIFETIMES_H
#define MEGCC_CODEGEN_PACKAGE_LIFETIMES_H

#include "codegen/package/Package.h"

namespace megcc {

/// Bytes of a place that are alive from step `first` to `last`, both included.
struct AlivePart {
  int64_t offset, bytes, first, last;
};

struct PlaceLifetime {
  std::vector<AlivePart> parts;
  /// Of a place whose rows are read in the tick in which they are written, as
  /// its only part is then alive in some steps of each tick only: the stream,
  /// and its layers by which it is first and last used.
  struct Turns {
    unsigned stream;
    int64_t first, last;
  };
  std::optional<Turns> turns;
};

/// When layers run.
struct Steps {
  explicit Steps(const Variant &variant);

  struct Stream {
    int64_t firstLayer, lastLayer, ticks, firstStep;
    int64_t layers() const { return lastLayer - firstLayer + 1; }
  };
  std::vector<Stream> streams;
  /// Of a layer outside of streams; where its stream begins for others.
  std::vector<int64_t> stepOf;
  int64_t end = 0;
};

/// One for each of the variant's places.
std::vector<PlaceLifetime> findLifetimes(const Variant &variant,
                                         const Steps &steps);

/// Where the most bytes of the arena are alive.
struct LiveWitness {
  int64_t bytes = 0;
  /// None where one place alone is larger than all that is ever alive.
  std::optional<int64_t> step;
  /// The places alive there, and how many bytes of each.
  std::vector<std::pair<unsigned, int64_t>> alive;
};
LiveWitness findLiveWitness(const Variant &variant, const Steps &steps,
                            const std::vector<PlaceLifetime> &lifetimes);

} // namespace megcc

#endif // MEGCC_CODEGEN_PACKAGE_LIFETIMES_H
