//===- RowPlanner.h - Which kernels run row by row, and when ----*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A segment of consecutive kernels can run in turns, each a few rows at a time
// as soon as those rows exist that it reads. Then a buffer between them holds
// only the rows that are still to be read. This is synchronous dataflow (Lee &
// Messerschmitt 1987) with rows as tokens, except that a window reads rows more
// than once: how many rows a buffer must hold is found by running the schedule.
//
// A ring of three rows holds two most of the time. So rings whose rows follow
// each other at one rate share one (RowRings.cpp):
//
//   place 0 1 2 3 4 5 6 7 8      rows of a, b and c: where c lets go of a row
//         c c . b b . a a .      b writes next, where b does, a
//
// A result that may take the place of what it is made from does so row by row:
// in a ring with it, or, where the result is used by others, in the result.
//
// Which segments to take is a search over all cuts of the list of kernels: the
// smallest peak that any cut reaches, or the cheapest cut below a budget.
//
// Knows nothing of MLIR.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_ROWS_ROWPLANNER_H
#define MEGCC_PASSES_KERNEL_ROWS_ROWPLANNER_H

#include "passes/kernel/memory/ArenaPlanner.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace megcc {

/// Rows from `first` to `last`, both included; none if last < first.
struct RowRange {
  int64_t first, last;
};

/// What the firings of a kernel do with the rows of a buffer.
struct RowUse {
  unsigned buffer;
  bool isWrite;
  /// For each firing.
  std::vector<RowRange> rows;
  /// By how many rows a firing is further than the one before: a fraction.
  int64_t stepNumerator, stepDenominator;
};

struct RowKernel {
  /// How often it fires if it runs row by row; 0 if it can only run whole.
  int64_t firings = 0;
  std::vector<RowUse> uses = {};
  /// Buffers of which every firing may use all.
  std::vector<unsigned> wholes = {};
  /// It brings rows in from outside, each once: what it writes may only be a
  /// ring.
  bool isSource = false;
  /// Buffers that are read and written such that a row of the first may be the
  /// row of the second.
  struct InPlace {
    unsigned read, written;
  };
  std::vector<InPlace> inPlace = {};
  /// Other kernels add to what it writes, row by row.
  bool beginsSums = false;
  /// Those of `wholes` that are made only when all firings are done.
  std::vector<unsigned> made = {};
  /// Bytes that it needs less than its buffers have if it runs whole, as a
  /// result takes the place of what dies.
  int64_t saved = 0;
};

struct RowBuffer {
  /// 0 if it is no part of what is planned.
  int64_t bytes;
  int64_t rows = 1;
  /// Rows are divided among so many planes, which lie one behind the other
  /// unless only segments use the buffer.
  int64_t planes = 1;
  /// It is there before the first kernel; it is there after the last.
  bool isInput = false, isOutput = false;
  /// It may hold fewer rows than it has.
  bool mayBeRing = false;
  /// Buffers of different kinds don't share a ring.
  int64_t kind = 0;
  /// Segments that write it can let its rows grow into others that are dead,
  /// those that read it can let others grow into its rows.
  bool mayGrow = false;
};

struct RowProgram {
  std::vector<RowKernel> kernels;
  std::vector<RowBuffer> buffers;
};

/// A kernel's firings are in ticks start, start + period, ...
struct RowTurn {
  int64_t start, period;
};

/// Places in which rows lie by turns, of one buffer or of several.
struct RowRing {
  int64_t places, rowBytes;
  struct Member {
    unsigned buffer;
    /// Its row r lies in place (r + offset) mod places; no two members have a
    /// row for which r + offset is the same.
    int64_t offset;
  };
  std::vector<Member> members;
};

/// Kernels `begin` up to `end` in turns.
struct RowSegment {
  unsigned begin, end;
  int64_t ticks;
  std::vector<RowTurn> turns;
  /// Where the rows of buffers lie that only this segment uses.
  std::vector<RowRing> rings;
  /// Buffers whose rows lie where another one has them, which others use too.
  struct Guest {
    unsigned buffer, host;
  };
  std::vector<Guest> guests;
  /// The largest sum of bytes in use, as far as it is known before buffers have
  /// a place.
  int64_t peak;
};

/// When a buffer is first and last touched, as numbers of kernels: -1 and the
/// number of kernels for inputs and outputs.
struct RowLife {
  int64_t first = INT64_MAX, last = -1;
};
std::vector<RowLife> getRowLives(const RowProgram &program);

/// A ring before it is shared: of one buffer, with a row every `period` steps.
struct RowStream {
  RowRing ring;
  /// Counted back to row 0, the first step in which a row is written and the
  /// last in which it is used.
  int64_t period, earliest, latest;
  int64_t rows, kind;
  /// What is written is used at once, and has a place in any case.
  bool isWithinTick;
  /// Buffers of which a row may become one of this in the step in which it is
  /// used last.
  std::vector<unsigned> replaces = {};
};
/// Lets rings be one where that takes fewer bytes.
std::vector<RowRing> shareRings(std::vector<RowStream> streams);

struct RowPlan {
  std::vector<RowSegment> segments;
  /// That the arena takes.
  int64_t bytes = INT64_MAX;
  /// No smaller budget leads to another plan.
  bool isSmallest = true;
  /// Whether rings are shared.
  bool sharesRings = false;
};
/// The segments that bring the arena down to `budget` bytes at the smallest
/// number of firings, or as far as it goes.
RowPlan chooseSegments(const RowProgram &program, int64_t budget,
                       int64_t alignment);

/// The plan with segments from one kernel up to another one each; of INT64_MAX
/// bytes if kernels of one can't take turns.
RowPlan planSegments(const RowProgram &program,
                     const std::vector<std::pair<unsigned, unsigned>> &ends,
                     bool sharesRings, int64_t alignment);

/// Lets kernels run whole that need not take turns for the plan's bytes.
void dropNeedless(const RowProgram &program, RowPlan &plan, int64_t alignment);

/// The buffers of the program if `segments` take turns, for the arena's
/// planner.
std::vector<ArenaBuffer> getRowBuffers(const RowProgram &program,
                                       const std::vector<RowSegment> &segments,
                                       int64_t alignment);

} // namespace megcc

#endif // MEGCC_PASSES_KERNEL_ROWS_ROWPLANNER_H
