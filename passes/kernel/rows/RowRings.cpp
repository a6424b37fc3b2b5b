//===- RowRings.cpp - Rings that several buffers share --------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registers of a pipelined loop rotate (Rau et al. 1992); so do rows. Row r of
// a buffer is in use from step `earliest + r * period` to `latest + r *
// period`. If another buffer is to write what it leaves, d places further down,
// then
//
//   latest + (r - d) * period < earliest' + r * period
//
// which holds from some d on; if the writer is the last reader and may write in
// place, "at the latest" does. As a ring is closed, it takes as many places as
// these distances add up to, in the order in which its members follow each
// other. Alone, each buffer would round its time up to whole periods.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/rows/RowPlanner.h"

#include <algorithm>

using namespace megcc;

static int64_t divideFloor(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// By how many places the rows of `b` lie behind those of `a`.
static int64_t getDistance(const RowStream &a, const RowStream &b) {
  int64_t time = a.latest - b.earliest;
  unsigned buffer = a.ring.members.front().buffer;
  bool mayMeet = std::find(b.replaces.begin(), b.replaces.end(), buffer) !=
                 b.replaces.end();
  // Steps of one kernel alone are whole periods apart.
  if (mayMeet && time % a.period == 0)
    return time / a.period;
  return divideFloor(time, a.period) + 1;
}

namespace {

/// Buffers in the order in which one writes where the one before it was.
struct Cycle {
  std::vector<const RowStream *> members;
  int64_t places = 0, rowBytes = 0;
  int64_t getBytes() const { return places * rowBytes; }

  /// With `stream` where it takes the fewest places.
  Cycle with(const RowStream &stream) const {
    size_t best = 0;
    int64_t fewest = INT64_MAX;
    for (size_t i = 0; i < members.size(); ++i) {
      const RowStream &next = *members[(i + 1) % members.size()];
      int64_t more = getDistance(*members[i], stream) +
                     getDistance(stream, next) - getDistance(*members[i], next);
      if (more < fewest) {
        fewest = more;
        best = i;
      }
    }
    Cycle result = *this;
    result.members.insert(result.members.begin() + best + 1, &stream);
    result.places += fewest;
    result.rowBytes = std::max(rowBytes, stream.ring.rowBytes);
    return result;
  }

  RowRing getRing() const {
    RowRing ring{places, rowBytes, {}};
    // Offsets go down from member to member, and up by whole turns, so that
    // no two members have the same.
    int64_t below = 0, turns = 0;
    for (size_t i = 0; i < members.size(); ++i) {
      int64_t offset = divideFloor(-below, places) * -places - below;
      ring.members.push_back(
          {members[i]->ring.members.front().buffer, offset + turns * places});
      turns += members[i]->rows / places + 2;
      below += getDistance(*members[i], *members[(i + 1) % members.size()]);
    }
    return ring;
  }
};

} // namespace

std::vector<RowRing> megcc::shareRings(std::vector<RowStream> streams) {
  // What needs a place of its own first, and long rows before short ones.
  std::stable_sort(streams.begin(), streams.end(),
                   [](const RowStream &a, const RowStream &b) {
                     return a.isWithinTick != b.isWithinTick
                                ? b.isWithinTick
                                : a.ring.rowBytes > b.ring.rowBytes;
                   });
  std::vector<bool> isTaken(streams.size(), false);
  std::vector<RowRing> rings;
  for (size_t i = 0; i < streams.size(); ++i) {
    const RowStream &first = streams[i];
    if (isTaken[i])
      continue;
    Cycle cycle{{&first}, getDistance(first, first), first.ring.rowBytes};
    int64_t alone = first.ring.places * first.ring.rowBytes;
    for (size_t j = i + 1; j < streams.size(); ++j) {
      const RowStream &other = streams[j];
      if (isTaken[j] || first.isWithinTick || other.period != first.period ||
          other.kind != first.kind)
        continue;
      int64_t bytes =
          other.isWithinTick ? 0 : other.ring.places * other.ring.rowBytes;
      int64_t now = cycle.members.size() == 1 ? alone : cycle.getBytes();
      Cycle larger = cycle.with(other);
      if (larger.getBytes() > now + bytes ||
          (larger.getBytes() == now + bytes && !other.isWithinTick))
        continue;
      cycle = std::move(larger);
      isTaken[j] = true;
    }
    rings.push_back(cycle.members.size() == 1 ? first.ring : cycle.getRing());
  }
  return rings;
}
