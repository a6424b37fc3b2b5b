//===- RowArena.cpp - What the arena holds if kernels take turns ----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/rows/RowPlanner.h"

#include <algorithm>
#include <climits>

using namespace megcc;

namespace {

/// When the rows, or places, of each buffer are in use.
class RowLifetimes {
public:
  RowLifetimes(const RowProgram &program,
               const std::vector<RowSegment> &segments, int64_t alignment)
      : program(program), alignment(alignment), uses(program.buffers.size()) {
    for (const RowSegment &segment : segments)
      segmentAt[segment.begin] = &segment;
    findLayouts();
    for (unsigned k = 0; k < program.kernels.size();) {
      if (auto it = segmentAt.find(k); it != segmentAt.end()) {
        addSegment(*it->second);
        k = it->second->end;
        continue;
      }
      for (const RowUse &use : program.kernels[k].uses)
        touchAll(use.buffer, step);
      for (unsigned buffer : program.kernels[k].wholes)
        touchAll(buffer, step);
      ++step;
      ++k;
    }
  }

  std::vector<ArenaBuffer> get() {
    std::vector<ArenaBuffer> buffers = std::move(shared);
    for (unsigned b = 0; b < program.buffers.size(); ++b) {
      const RowBuffer &given = program.buffers[b];
      if (given.isInput)
        touchAll(b, -1);
      if (given.isOutput)
        touchAll(b, step);
      ArenaBuffer buffer = getBuffer(b);
      if (given.bytes != 0 && uses[b].home == b && buffer.last >= buffer.first)
        buffers.push_back(std::move(buffer));
    }
    return buffers;
  }

private:
  struct Span {
    int64_t first = INT64_MAX, last = -2;
  };
  struct Use {
    /// Of each row or place.
    std::vector<Span> spans;
    bool isOutermost = true, isWithinTick = false;
    /// The buffer in which its rows lie, and by how many places further on.
    unsigned home = 0;
    int64_t offset = 0, rowBytes = 0;
  };

  /// Rows are outermost if every user sees them as rows.
  void findLayouts() {
    std::vector<bool> isStreamed(program.kernels.size(), false);
    for (auto [begin, segment] : segmentAt)
      for (unsigned k = begin; k < segment->end; ++k)
        isStreamed[k] = true;
    for (unsigned b = 0; b < uses.size(); ++b) {
      uses[b].spans.resize(program.buffers[b].rows);
      uses[b].home = b;
      uses[b].rowBytes = program.buffers[b].bytes / program.buffers[b].rows;
    }
    for (unsigned k = 0; k < program.kernels.size(); ++k) {
      for (unsigned buffer : program.kernels[k].wholes)
        uses[buffer].isOutermost = false;
      for (const RowUse &use : program.kernels[k].uses)
        uses[use.buffer].isOutermost &=
            isStreamed[k] && program.buffers[use.buffer].mayBeRing;
    }
    for (auto [begin, segment] : segmentAt)
      for (RowSegment::Guest guest : segment->guests) {
        uses[guest.buffer].home = guest.host;
        uses[guest.buffer].spans.clear();
      }
    // All members of a ring are where its first one is.
    for (auto [begin, segment] : segmentAt)
      for (const RowRing &ring : segment->rings)
        for (const RowRing::Member &member : ring.members) {
          Use &use = uses[member.buffer];
          use.home = ring.members.front().buffer;
          use.offset = member.offset;
          use.rowBytes = ring.rowBytes;
          use.spans.resize(use.home == member.buffer ? ring.places : 0);
        }
  }

  void touch(Span &span, int64_t now) {
    span.first = std::min(span.first, now);
    span.last = std::max(span.last, now);
  }
  void touchAll(unsigned buffer, int64_t now) {
    for (Span &span : uses[buffer].spans)
      touch(span, now);
  }

  void addSegment(const RowSegment &segment) {
    int64_t count = segment.end - segment.begin;
    std::map<unsigned, Span> positions;
    std::map<unsigned, std::map<int64_t, int64_t>> written;
    std::map<unsigned, bool> isWithinTick;
    for (int64_t i = 0; i < count; ++i) {
      const RowKernel &kernel = program.kernels[segment.begin + i];
      for (unsigned buffer : kernel.wholes) {
        touchAll(buffer, step);
        touchAll(buffer, step + segment.ticks * count - 1);
      }
      for (const RowUse &use : kernel.uses) {
        touch(positions[use.buffer], i);
        std::vector<Span> &spans = uses[uses[use.buffer].home].spans;
        int64_t offset = uses[use.buffer].offset;
        bool &within = isWithinTick.try_emplace(use.buffer, true).first->second;
        for (int64_t r = 0; r < kernel.firings; ++r) {
          int64_t tick = segment.turns[i].start + r * segment.turns[i].period;
          for (int64_t row = use.rows[r].first; row <= use.rows[r].last;
               ++row) {
            touch(spans[(row + offset) % spans.size()],
                  step + tick * count + i);
            auto &ticks = written[use.buffer];
            if (use.isWrite)
              within &= ticks.try_emplace(row, tick).first->second == tick;
            else
              within &= ticks.count(row) && ticks[row] == tick;
          }
        }
      }
    }
    std::vector<ArenaBuffer> tickBuffers;
    Span all;
    for (const RowRing &ring : segment.rings) {
      unsigned buffer = ring.members.front().buffer;
      if (ring.members.size() > 1 || !isWithinTick[buffer] ||
          program.buffers[buffer].bytes == 0)
        continue;
      uses[buffer].isWithinTick = true;
      tickBuffers.push_back({ring.places * ring.rowBytes,
                             positions[buffer].first, positions[buffer].last});
      for (const Span &span : uses[buffer].spans) {
        touch(all, span.first);
        touch(all, span.last);
      }
    }
    if (!tickBuffers.empty())
      shared.push_back(
          {getArenaLowerBound(tickBuffers, alignment), all.first, all.last});
    step += segment.ticks * count;
  }

  ArenaBuffer getBuffer(unsigned number) const {
    const RowBuffer &given = program.buffers[number];
    const Use &use = uses[number];
    int64_t places = use.spans.size(),
            planes = use.isOutermost ? 1 : given.planes;
    int64_t bytes = use.rowBytes / planes;
    ArenaBuffer buffer{bytes * planes * places, INT64_MAX, -2};
    if (use.isWithinTick)
      return buffer;
    for (const Span &span : use.spans) {
      buffer.first = std::min(buffer.first, span.first);
      buffer.last = std::max(buffer.last, span.last);
    }
    // Many planes leave no room for others between their rows.
    constexpr int64_t mostPlanes = 4;
    if (planes > mostPlanes)
      return buffer;
    for (int64_t plane = 0; plane < planes; ++plane)
      for (int64_t place = 0; place < places; ++place) {
        const Span &span = use.spans[place];
        if (span.last < span.first)
          continue;
        int64_t offset = (plane * places + place) * bytes;
        ArenaPart *before =
            buffer.parts.empty() ? nullptr : &buffer.parts.back();
        if (before && before->first == span.first &&
            before->last == span.last &&
            before->offset + before->bytes == offset)
          before->bytes += bytes;
        else
          buffer.parts.push_back({offset, bytes, span.first, span.last});
      }
    return buffer;
  }

  const RowProgram &program;
  int64_t alignment;
  std::map<unsigned, const RowSegment *> segmentAt;
  std::vector<Use> uses;
  std::vector<ArenaBuffer> shared;
  int64_t step = 0;
};

} // namespace

std::vector<ArenaBuffer>
megcc::getRowBuffers(const RowProgram &program,
                     const std::vector<RowSegment> &segments,
                     int64_t alignment) {
  return RowLifetimes(program, segments, alignment).get();
}
