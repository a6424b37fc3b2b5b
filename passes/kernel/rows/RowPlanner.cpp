//===- RowPlanner.cpp - Which kernels take turns --------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/rows/RowPlanner.h"
#include "passes/kernel/rows/RowSchedule.h"

#include <algorithm>
#include <climits>
#include <set>

using namespace megcc;

/// For each plan of an arena.
static constexpr int64_t kEffort = 2'000'000;

namespace {

using Assumption = RowScheduler::Assumption;

/// Ways through the list of kernels, each step of which is a kernel that runs
/// whole or a segment.
class SegmentSearch {
public:
  /// With `allRows` every kernel that can run row by row does.
  SegmentSearch(const RowProgram &program, RowScheduler &scheduler,
                const std::vector<RowLife> &lives, bool allRows,
                Assumption assumption)
      : program(program), scheduler(scheduler), allRows(allRows),
        assumption(assumption) {
    for (unsigned k = 0; k < program.kernels.size(); ++k)
      wholePeaks.push_back(getWholePeak(lives, k));
  }

  /// The smallest peak that any cut has.
  int64_t getSmallestPeak();
  /// The segments with the fewest firings, if no step may need more than
  /// `most`.
  std::vector<RowSegment> getCheapest(int64_t most);

private:
  /// What kernel `k` needs if it runs whole.
  int64_t getWholePeak(const std::vector<RowLife> &lives, unsigned k) const {
    const RowKernel &kernel = program.kernels[k];
    if (kernel.isSource || (allRows && kernel.firings > 0))
      return INT64_MAX;
    int64_t bytes = -kernel.saved;
    for (unsigned b = 0; b < program.buffers.size(); ++b)
      if (lives[b].first <= k && lives[b].last >= k)
        bytes += program.buffers[b].bytes;
    return bytes;
  }

  /// The first kernel that `end` may be in one segment with.
  unsigned getFirst(unsigned end) const {
    unsigned first = end;
    while (first > 0 && program.kernels[first - 1].firings > 0)
      --first;
    return first;
  }

  const RowProgram &program;
  RowScheduler &scheduler;
  bool allRows;
  Assumption assumption;
  std::vector<int64_t> wholePeaks;
};

} // namespace

int64_t SegmentSearch::getSmallestPeak() {
  unsigned count = program.kernels.size();
  std::vector<int64_t> best(count + 1, INT64_MAX);
  best[0] = 0;
  for (unsigned end = 1; end <= count; ++end) {
    best[end] = std::max(best[end - 1], wholePeaks[end - 1]);
    // The most promising first, so that the others need no schedule.
    std::vector<std::pair<int64_t, unsigned>> begins;
    for (unsigned begin = getFirst(end); begin < end; ++begin)
      begins.push_back(
          {std::max(best[begin], scheduler.getBound(begin, end)), begin});
    std::sort(begins.begin(), begins.end());
    for (auto [bound, begin] : begins) {
      if (bound >= best[end])
        break;
      best[end] = std::min(
          best[end],
          std::max(best[begin], scheduler.getPeak(begin, end, assumption)));
    }
  }
  return best[count];
}

std::vector<RowSegment> SegmentSearch::getCheapest(int64_t most) {
  unsigned count = program.kernels.size();
  std::vector<int64_t> cost(count + 1, INT64_MAX);
  std::vector<unsigned> from(count + 1, 0);
  std::vector<bool> isStreamed(count + 1, false);
  cost[0] = 0;
  for (unsigned end = 1; end <= count; ++end) {
    if (cost[end - 1] != INT64_MAX && wholePeaks[end - 1] <= most) {
      cost[end] = cost[end - 1];
      from[end] = end - 1;
    }
    int64_t firings = 0;
    for (unsigned begin = end, first = getFirst(end); begin-- > first;) {
      firings += program.kernels[begin].firings;
      if (cost[begin] == INT64_MAX || cost[begin] + firings >= cost[end] ||
          scheduler.getBound(begin, end) > most)
        continue;
      int64_t peak = scheduler.getPeak(begin, end, assumption);
      if (peak == INT64_MAX || peak > most)
        continue;
      cost[end] = cost[begin] + firings;
      from[end] = begin;
      isStreamed[end] = true;
    }
  }
  std::vector<RowSegment> chosen;
  for (unsigned end = count; end > 0; end = from[end])
    if (isStreamed[end])
      chosen.insert(chosen.begin(),
                    *scheduler.getSegment(from[end], end, assumption));
  return chosen;
}

namespace {

/// Tries which segments a plan can do without for `most` bytes.
class NeedlessSegments {
public:
  NeedlessSegments(const RowProgram &program, int64_t most, int64_t alignment,
                   int64_t effort)
      : program(program), most(most), alignment(alignment), effort(effort) {}

  /// Of `segments` from `begin` up to `end`: all of them, or else as many as
  /// halving finds. The last first: their rows are the shortest, which costs
  /// kernels most.
  void drop(std::vector<RowSegment> &segments, size_t begin, size_t end) {
    if (begin == end || tries == 0)
      return;
    std::vector<RowSegment> others = segments;
    others.erase(others.begin() + begin, others.begin() + end);
    if (isAllowed(segments, begin, end) && fits(others)) {
      segments = std::move(others);
      return;
    }
    if (end - begin == 1)
      return;
    size_t middle = begin + (end - begin) / 2;
    drop(segments, middle, end);
    drop(segments, begin, middle);
  }

private:
  bool isAllowed(const std::vector<RowSegment> &segments, size_t begin,
                 size_t end) const {
    for (size_t i = begin; i < end; ++i)
      for (unsigned k = segments[i].begin; k < segments[i].end; ++k)
        if (program.kernels[k].isSource)
          return false;
    return true;
  }

  bool fits(const std::vector<RowSegment> &segments) {
    std::vector<ArenaBuffer> buffers =
        getRowBuffers(program, segments, alignment);
    if (getArenaLowerBound(buffers, alignment) > most)
      return false;
    --tries;
    return planArena(buffers, {alignment, effort}).bytes <= most;
  }

  const RowProgram &program;
  int64_t most, alignment, effort;
  /// Plans that may still be made.
  int tries = 48;
};

} // namespace

RowPlan megcc::chooseSegments(const RowProgram &program, int64_t budget,
                              int64_t alignment) {
  // What a cut needs is known for sure only when its buffers have places, so
  // several are tried: with peaks a little above the smallest; such as do not
  // count on rows that grow into others; and such as leave nothing whole that
  // could keep them from it; and such as count on shared rings, which are all
  // or nothing where single ones drain one by one.
  RowPlan best;
  std::set<std::pair<bool, std::vector<std::pair<unsigned, unsigned>>>> tried;
  RowScheduler scheduler(program);
  std::vector<RowLife> lives = getRowLives(program);
  struct Attempt {
    Assumption assumption;
    bool allRows;
  };
  for (Attempt attempt : {Attempt{RowScheduler::Rigid, false},
                          {RowScheduler::Growing, false},
                          {RowScheduler::Growing, true},
                          {RowScheduler::Shared, false},
                          {RowScheduler::Shared, true}}) {
    SegmentSearch search(program, scheduler, lives, attempt.allRows,
                         attempt.assumption);
    int64_t smallest = search.getSmallestPeak();
    if (smallest == INT64_MAX)
      continue;
    best.isSmallest &= smallest >= budget;
    for (int64_t percent : {100, 103, 107, 112, 120, 130}) {
      std::vector<RowSegment> segments = search.getCheapest(
          std::max(budget, smallest + smallest * (percent - 100) / 100));
      std::vector<std::pair<unsigned, unsigned>> ends;
      for (const RowSegment &segment : segments)
        ends.push_back({segment.begin, segment.end});
      bool share = attempt.assumption == RowScheduler::Shared;
      if (!tried.insert({share, std::move(ends)}).second)
        continue;
      std::vector<ArenaBuffer> buffers =
          getRowBuffers(program, segments, alignment);
      int64_t most = std::max(best.bytes, budget);
      if (std::max(getArenaLowerBound(buffers, alignment), budget) >= most)
        continue;
      int64_t bytes = planArena(buffers, {alignment, kEffort}).bytes;
      if (std::max(bytes, budget) < most)
        best = {std::move(segments), bytes, best.isSmallest, share};
    }
  }
  return best;
}

RowPlan
megcc::planSegments(const RowProgram &program,
                    const std::vector<std::pair<unsigned, unsigned>> &ends,
                    bool sharesRings, int64_t alignment) {
  RowScheduler scheduler(program);
  RowPlan plan;
  plan.sharesRings = sharesRings;
  for (auto [begin, end] : ends) {
    std::optional<RowSegment> segment = scheduler.getSegment(
        begin, end, sharesRings ? RowScheduler::Shared : RowScheduler::Growing);
    if (!segment)
      return RowPlan();
    plan.segments.push_back(std::move(*segment));
  }
  plan.bytes = planArena(getRowBuffers(program, plan.segments, alignment),
                         {alignment, kEffort})
                   .bytes;
  return plan;
}

void megcc::dropNeedless(const RowProgram &program, RowPlan &plan,
                         int64_t alignment) {
  NeedlessSegments(program, plan.bytes, alignment, kEffort)
      .drop(plan.segments, 0, plan.segments.size());
}
