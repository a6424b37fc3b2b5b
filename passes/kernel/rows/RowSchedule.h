//===- RowSchedule.h - When kernels that take turns run ---------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The schedule of a segment in which every kernel fires as early as it can, and
// what it needs. A search asks for very many segments of one program: what
// those that begin with one kernel have in common is found once.
//
// Knows nothing of MLIR.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_ROWS_ROWSCHEDULE_H
#define MEGCC_PASSES_KERNEL_ROWS_ROWSCHEDULE_H

#include "passes/kernel/rows/RowTiming.h"
#include "llvm/ADT/ArrayRef.h"

namespace megcc {

class RowScheduler {
public:
  explicit RowScheduler(const RowProgram &program);

  /// What to count on.
  enum Assumption {
    /// Buffers with all of their rows are alive as a whole.
    Rigid,
    /// Such as may grow do.
    Growing,
    /// So, and rings are shared.
    Shared
  };

  /// What the segment needs; INT64_MAX if its kernels can't take turns.
  int64_t getPeak(unsigned begin, unsigned end, Assumption assumption);
  /// No segment of these ends needs less, as far as can be told at once.
  int64_t getBound(unsigned begin, unsigned end) const {
    return std::max(liveBefore[begin], liveBefore[end]);
  }
  /// The segment, if its kernels can take turns.
  std::optional<RowSegment> getSegment(unsigned begin, unsigned end,
                                       Assumption assumption);

private:
  /// What is known of the segments that begin with one kernel, of which those
  /// up to `end` were looked at.
  struct Beginning {
    unsigned end = 0;
    /// None from here on can take turns.
    unsigned limit = UINT32_MAX;
    /// Sources write what must not be needed after the segment.
    int64_t leastEnd = 0;
    /// Of each buffer, whether it is used by rows, whether these are written,
    /// whether it is made as a whole; by how many it is used as a whole; which
    /// writers its readers need.
    std::vector<bool> hasRows, isWritten, isMade;
    std::vector<unsigned> wholeUsers;
    std::vector<int64_t> needed;
    /// Ticks between firings and between rows, those of the first kernel being
    /// one, if they are related to it; otherwise to others of their group.
    std::vector<Fraction> periods, rates;
    std::vector<unsigned> groupOfKernel, groupOfBuffer;
    unsigned groups = 0, nextGroup = 0;
    /// For each end, the tick, if one serves all.
    std::vector<Fraction> ticks;
    int64_t commonDenominator = 1;
    /// For each assumption and end: INT64_MAX if they can't take turns; -1 if
    /// that isn't known.
    std::vector<int64_t> peaks[3];
  };

  /// The part of a buffer in the segment at hand.
  struct Buffer {
    /// Its first and last use there, in the buffer's list.
    unsigned firstUse, endUse;
    bool isWritten, isFromOutside, isInRing;
  };

  Beginning &extend(unsigned begin, unsigned end);
  bool addKernel(Beginning &beginning, unsigned begin, unsigned k);
  bool addRates(Beginning &beginning, unsigned begin, unsigned k);
  void mergeGroups(Beginning &beginning, unsigned from, unsigned to,
                   Fraction factor);
  bool findTick(Beginning &beginning, unsigned count);

  bool schedule(unsigned begin, unsigned end);
  void setPeriods(const Beginning &beginning);
  void findBuffers();
  void findStarts();
  std::vector<bool> findSources() const;
  int64_t getIdleTime(unsigned k, int64_t most);
  void delayKernels();
  void findRings(bool share);
  bool findHost(unsigned buffer);
  int64_t countRingRows(unsigned buffer);
  bool isWithinTick(unsigned buffer);
  RowStream getStream(unsigned buffer, const RowRing &ring);
  int64_t getPeriod(unsigned buffer) const;
  int64_t getPeak(bool grows);

  /// From when to when there is something in a place.
  struct Span {
    int64_t first, last;
  };
  void widenSpans(unsigned buffer, int64_t offset, std::vector<Span> &spans);
  void addAlive(int64_t from, int64_t to, int64_t bytes);

  const RowTurn &turnOf(unsigned use) const {
    return segment.turns[timing.uses[use].kernel - segment.begin];
  }
  bool isInside(unsigned buffer) const {
    const RowLife &life = timing.lives[buffer];
    return life.first >= segment.begin && life.last < segment.end;
  }
  bool isWrite(unsigned use) const { return timing.uses[use].use->isWrite; }
  /// The uses of a buffer in the segment.
  llvm::ArrayRef<unsigned> usesOf(unsigned buffer) const;

  const RowProgram &program;
  RowTiming timing;
  std::vector<Beginning> beginnings;
  /// Bytes of all buffers, and for each kernel those alive before it, used
  /// only from it on, and used only before it.
  int64_t allBytes = 0;
  std::vector<int64_t> liveBefore, bornFrom, goneBefore;

  /// The segment at hand.
  RowSegment segment;
  std::vector<Buffer> buffers;
  /// Those that it uses by rows, in order, and whether each buffer is one.
  std::vector<unsigned> used;
  std::vector<bool> isUsed;
  std::vector<int64_t> change;
  std::vector<Span> spans;
};

} // namespace megcc

#endif // MEGCC_PASSES_KERNEL_ROWS_ROWSCHEDULE_H
