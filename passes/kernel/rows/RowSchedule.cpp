//===- RowSchedule.cpp - When kernels that take turns run -----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What segments that begin with one kernel have in common is in RowRates.cpp.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/rows/RowSchedule.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <climits>

using namespace megcc;

RowScheduler::RowScheduler(const RowProgram &program)
    : program(program), timing(program), beginnings(program.kernels.size()),
      buffers(program.buffers.size()), isUsed(program.buffers.size(), false) {
  int64_t count = program.kernels.size();
  liveBefore.assign(count + 1, 0);
  bornFrom.assign(count + 1, 0);
  goneBefore.assign(count + 1, 0);
  for (unsigned b = 0; b < program.buffers.size(); ++b) {
    const RowLife &life = timing.lives[b];
    int64_t bytes = program.buffers[b].bytes;
    if (life.first > life.last)
      continue;
    allBytes += bytes;
    for (int64_t k = 0; k <= count; ++k) {
      bornFrom[k] += life.first >= k ? bytes : 0;
      goneBefore[k] += life.last < k ? bytes : 0;
      liveBefore[k] += life.first < k && life.last >= k ? bytes : 0;
    }
  }
}

int64_t RowScheduler::getPeak(unsigned begin, unsigned end,
                              Assumption assumption) {
  extend(begin, end);
  int64_t &peak = beginnings[begin].peaks[assumption][end - begin];
  if (peak >= 0)
    return peak;
  if (!schedule(begin, end))
    return peak = INT64_MAX;
  findRings(assumption == Shared);
  return peak = getPeak(assumption != Rigid);
}

std::optional<RowSegment> RowScheduler::getSegment(unsigned begin, unsigned end,
                                                   Assumption assumption) {
  extend(begin, end);
  if (!schedule(begin, end))
    return std::nullopt;
  findRings(assumption == Shared);
  segment.peak = getPeak(assumption != Rigid);
  return segment;
}

bool RowScheduler::schedule(unsigned begin, unsigned end) {
  const Beginning &beginning = beginnings[begin];
  if (end >= beginning.limit || beginning.leastEnd > end ||
      !beginning.ticks[end - begin].isKnown())
    return false;
  segment.begin = begin;
  segment.end = end;
  segment.turns.clear();
  Fraction tick = beginning.ticks[end - begin];
  for (unsigned k = begin; k < end; ++k) {
    Fraction period = beginning.periods[k - begin];
    segment.turns.push_back({0, period.numerator * tick.denominator /
                                    (period.denominator * tick.numerator)});
  }
  findBuffers();
  findStarts();
  delayKernels();
  segment.ticks = 0;
  for (unsigned k = begin; k < end; ++k) {
    const RowTurn &turn = segment.turns[k - begin];
    segment.ticks = std::max(
        segment.ticks,
        turn.start + turn.period * (program.kernels[k].firings - 1) + 1);
  }
  return true;
}

void RowScheduler::findBuffers() {
  for (unsigned buffer : used)
    isUsed[buffer] = false;
  used.clear();
  for (unsigned u = timing.firstUse[segment.begin];
       u < timing.firstUse[segment.end]; ++u) {
    unsigned number = timing.uses[u].use->buffer;
    Buffer &buffer = buffers[number];
    if (!isUsed[number]) {
      isUsed[number] = true;
      used.push_back(number);
      buffer = {timing.ordinal[u], 0, false, false, false};
    }
    buffer.endUse = timing.ordinal[u] + 1;
    buffer.isWritten |= isWrite(u);
    buffer.isFromOutside |=
        isWrite(u) && program.kernels[timing.uses[u].kernel].isSource;
  }
  std::sort(used.begin(), used.end());
}

llvm::ArrayRef<unsigned> RowScheduler::usesOf(unsigned buffer) const {
  const Buffer &part = buffers[buffer];
  return llvm::ArrayRef(timing.ofBuffer[buffer])
      .slice(part.firstUse, part.endUse - part.firstUse);
}

/// Each as early as its rows are there. What begins sums may do so before there
/// are rows, where it reads none in its first firing.
void RowScheduler::findStarts() {
  int64_t first = 0;
  for (unsigned k = segment.begin; k < segment.end; ++k) {
    RowTurn &turn = segment.turns[k - segment.begin];
    std::optional<int64_t> earliest;
    for (unsigned u = timing.firstUse[k]; u < timing.firstUse[k + 1]; ++u) {
      if (isWrite(u))
        continue;
      for (unsigned write : usesOf(timing.uses[u].use->buffer)) {
        if (timing.uses[write].kernel >= k)
          break;
        if (!isWrite(write))
          continue;
        const RowMeeting &meeting = timing.getMeeting(write, u);
        const RowTurn &writer = turnOf(write);
        int64_t start = writer.start + writer.period * meeting.lateWrite -
                        turn.period * meeting.lateUse;
        if (meeting.meets)
          earliest = std::max(earliest.value_or(start), start);
      }
    }
    turn.start = earliest.value_or(0);
    if (!program.kernels[k].beginsSums)
      turn.start = std::max<int64_t>(turn.start, 0);
    first = std::min(first, turn.start);
  }
  for (RowTurn &turn : segment.turns)
    turn.start -= first;
}

/// Of each kernel, whether all that leads to it here leads nowhere else.
std::vector<bool> RowScheduler::findSources() const {
  std::vector<unsigned> readers(program.buffers.size(), 0);
  std::vector<char> isFromSources(program.buffers.size(), 2);
  unsigned first = timing.firstUse[segment.begin];
  for (unsigned u = first; u < timing.firstUse[segment.end]; ++u)
    readers[timing.uses[u].use->buffer] += !isWrite(u);
  std::vector<bool> isSource(segment.end - segment.begin, true);
  for (unsigned k = segment.begin; k < segment.end; ++k) {
    bool all = true;
    for (unsigned u = timing.firstUse[k]; u < timing.firstUse[k + 1]; ++u) {
      unsigned buffer = timing.uses[u].use->buffer;
      if (!isWrite(u) && buffers[buffer].isWritten &&
          (readers[buffer] > 1 || !isInside(buffer) ||
           isFromSources[buffer] != 1))
        all = false;
    }
    isSource[k - segment.begin] = all;
    for (unsigned u = timing.firstUse[k]; u < timing.firstUse[k + 1]; ++u)
      if (isWrite(u)) {
        char &known = isFromSources[timing.uses[u].use->buffer];
        known = known != 0 && all;
      }
  }
  return isSource;
}

/// By how many ticks, `most` at most, kernel `k` may be later without keeping
/// what it reads for longer than others do.
int64_t RowScheduler::getIdleTime(unsigned k, int64_t most) {
  const RowTurn &turn = segment.turns[k - segment.begin];
  for (unsigned u = timing.firstUse[k]; u < timing.firstUse[k + 1]; ++u) {
    unsigned buffer = timing.uses[u].use->buffer;
    if (isWrite(u) || timing.lives[buffer].last >= segment.end)
      continue;
    const std::vector<int64_t> &own = timing.uses[u].last;
    std::vector<int64_t> others(own.size(), -1);
    for (unsigned other : usesOf(buffer)) {
      if (isWrite(other) || timing.uses[other].kernel == k)
        continue;
      const RowTurn &reader = turnOf(other);
      const std::vector<int64_t> &last = timing.uses[other].last;
      for (size_t row = 0; row < own.size(); ++row)
        if (last[row] >= 0)
          others[row] =
              std::max(others[row], reader.start + reader.period * last[row]);
    }
    for (size_t row = 0; row < own.size(); ++row)
      if (own[row] >= 0)
        most =
            std::min(most, others[row] - turn.start - turn.period * own[row]);
  }
  return std::max<int64_t>(most, 0);
}

/// A kernel that reads nothing made here, or alone what such make, waits until
/// its result is needed, or, if it is not, until the others' results are not
/// needed any more. Others wait for that as long as what they read is there
/// anyway.
void RowScheduler::delayKernels() {
  std::vector<bool> isSource = findSources();
  for (unsigned k = segment.end; k-- > segment.begin;) {
    RowTurn &turn = segment.turns[k - segment.begin];
    int64_t slack = INT64_MAX, lastRead = 0;
    for (unsigned u = timing.firstUse[k]; u < timing.firstUse[k + 1]; ++u) {
      if (!isWrite(u))
        continue;
      for (unsigned read : usesOf(timing.uses[u].use->buffer)) {
        if (isWrite(read) || timing.uses[read].kernel <= k)
          continue;
        const RowTurn &reader = turnOf(read);
        if (timing.uses[read].lastFiring >= 0)
          lastRead = std::max(lastRead,
                              reader.start +
                                  reader.period * timing.uses[read].lastFiring);
        const RowMeeting &meeting = timing.getMeeting(u, read);
        if (meeting.meets)
          slack =
              std::min(slack, reader.start + reader.period * meeting.lateUse -
                                  turn.start - turn.period * meeting.lateWrite);
      }
    }
    if (!isSource[k - segment.begin]) {
      if (slack > 0 && slack != INT64_MAX)
        turn.start += getIdleTime(k, slack);
      continue;
    }
    turn.start = slack == INT64_MAX ? std::max(turn.start, lastRead)
                                    : turn.start + slack;
  }
}

//===----------------------------------------------------------------------===//
// Rings
//===----------------------------------------------------------------------===//

void RowScheduler::findRings(bool share) {
  segment.rings.clear();
  segment.guests.clear();
  std::vector<RowStream> streams;
  for (unsigned number : used) {
    Buffer &buffer = buffers[number];
    const RowBuffer &given = program.buffers[number];
    buffer.isInRing = isInside(number) && given.mayBeRing;
    if (!buffer.isInRing || findHost(number))
      continue;
    int64_t rowBytes = given.bytes / given.rows;
    RowRing ring{countRingRows(number), rowBytes, {{number, 0}}};
    if (share && rowBytes > 0 && getPeriod(number) > 0 && !buffer.isFromOutside)
      streams.push_back(getStream(number, ring));
    else
      segment.rings.push_back(ring);
  }
  for (RowRing &ring : shareRings(std::move(streams)))
    segment.rings.push_back(std::move(ring));
}

/// Whether a buffer can be where the result of the one kernel that reads it is,
/// which others use as well. Kernels that add to it do not count.
bool RowScheduler::findHost(unsigned buffer) {
  llvm::ArrayRef<unsigned> uses = usesOf(buffer);
  unsigned reader = timing.uses[uses.back()].kernel;
  if (buffers[buffer].isFromOutside || isWrite(uses.back()))
    return false;
  for (unsigned read : uses) {
    unsigned kernel = timing.uses[read].kernel;
    if (!isWrite(read) && kernel != reader &&
        llvm::none_of(uses, [&](unsigned use) {
          return isWrite(use) && timing.uses[use].kernel == kernel;
        }))
      return false;
  }
  for (RowKernel::InPlace pair : program.kernels[reader].inPlace) {
    bool isRing =
        isInside(pair.written) && program.buffers[pair.written].mayBeRing;
    if (pair.read != buffer || isRing ||
        timing.lives[pair.written].first != reader)
      continue;
    segment.guests.push_back({buffer, pair.written});
    return true;
  }
  return false;
}

/// What is there between a write and the last read of a row.
int64_t RowScheduler::countRingRows(unsigned buffer) {
  int64_t most = 1;
  llvm::ArrayRef<unsigned> uses = usesOf(buffer);
  for (unsigned write : uses) {
    if (!isWrite(write))
      continue;
    most = std::max(most, timing.uses[write].most);
    const RowTurn &writer = turnOf(write);
    for (unsigned read : uses) {
      if (isWrite(read))
        continue;
      const RowTurn &reader = turnOf(read);
      most = std::max(most, timing.getRingRows(write, read, writer.period,
                                               reader.period,
                                               reader.start - writer.start));
    }
  }
  return most;
}

/// Ticks from one row to the next; 0 if that is no whole number.
int64_t RowScheduler::getPeriod(unsigned buffer) const {
  int64_t period = 0;
  for (unsigned u : usesOf(buffer))
    if (isWrite(u)) {
      const RowUse &use = *timing.uses[u].use;
      int64_t ticks = turnOf(u).period * use.stepDenominator;
      period = ticks % use.stepNumerator == 0 ? ticks / use.stepNumerator : 0;
    }
  return period;
}

/// The time of a buffer's rows, in steps: a tick has one for each kernel.
RowStream RowScheduler::getStream(unsigned buffer, const RowRing &ring) {
  int64_t steps = segment.end - segment.begin, period = getPeriod(buffer);
  RowStream stream{ring,
                   period * steps,
                   INT64_MAX,
                   INT64_MIN,
                   program.buffers[buffer].rows,
                   program.buffers[buffer].kind,
                   isWithinTick(buffer)};
  unsigned writer = segment.begin;
  for (unsigned u : usesOf(buffer)) {
    const RowTouches &touches = timing.uses[u];
    if (touches.lastFiring < 0)
      continue;
    const RowTurn &turn = turnOf(u);
    auto getTime = [&](const RowTouches::Moment &moment) {
      int64_t tick =
          turn.start + turn.period * moment.firing - period * moment.row;
      return tick * steps + touches.kernel - segment.begin;
    };
    stream.latest = std::max(stream.latest, getTime(touches.latest));
    if (isWrite(u) && getTime(touches.earliest) < stream.earliest) {
      stream.earliest = getTime(touches.earliest);
      writer = touches.kernel;
    }
  }
  for (RowKernel::InPlace pair : program.kernels[writer].inPlace)
    if (pair.written == buffer)
      stream.replaces.push_back(pair.read);
  return stream;
}

/// Whether all uses of a row are in one tick.
bool RowScheduler::isWithinTick(unsigned buffer) {
  llvm::ArrayRef<unsigned> uses = usesOf(buffer);
  for (unsigned write : uses) {
    if (!isWrite(write))
      continue;
    const RowTurn &writer = turnOf(write);
    for (unsigned use : uses) {
      const RowMeeting &meeting = timing.getMeeting(write, use);
      const RowTurn &user = turnOf(use);
      if (meeting.meets && (writer.start + writer.period * meeting.lateWrite !=
                                user.start + user.period * meeting.lateUse ||
                            writer.start + writer.period * meeting.earlyWrite !=
                                user.start + user.period * meeting.earlyUse))
        return false;
    }
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Bytes
//===----------------------------------------------------------------------===//

/// Row r of the buffer lies in place (r + offset) mod places.
void RowScheduler::widenSpans(unsigned buffer, int64_t offset,
                              std::vector<Span> &spans) {
  int64_t places = spans.size(), rows = program.buffers[buffer].rows;
  int64_t turned = offset % places;
  for (unsigned u : usesOf(buffer)) {
    const RowTouches &touches = timing.uses[u];
    const RowTurn &turn = turnOf(u);
    for (int64_t first = 0; first < std::min(places, rows); ++first) {
      Span &span = spans[first + turned < places ? first + turned
                                                 : first + turned - places];
      int64_t row = first, last = first + (rows - 1 - first) / places * places;
      if (touches.isMonotone) {
        while (row <= last && touches.first[row] < 0)
          row += places;
        while (last >= row && touches.first[last] < 0)
          last -= places;
        if (row > last)
          continue;
        span.first =
            std::min(span.first, turn.start + turn.period * touches.first[row]);
        span.last =
            std::max(span.last, turn.start + turn.period * touches.last[last]);
        continue;
      }
      for (; row <= last; row += places) {
        if (touches.first[row] < 0)
          continue;
        span.first =
            std::min(span.first, turn.start + turn.period * touches.first[row]);
        span.last =
            std::max(span.last, turn.start + turn.period * touches.last[row]);
      }
    }
  }
}

void RowScheduler::addAlive(int64_t from, int64_t to, int64_t bytes) {
  if (from > to)
    return;
  change[from] += bytes;
  change[to + 1] -= bytes;
}

static int64_t getLargestSum(const std::vector<int64_t> &change) {
  int64_t sum = 0, largest = 0;
  for (int64_t bytes : change) {
    sum += bytes;
    largest = std::max(largest, sum);
  }
  return largest;
}

/// The largest sum of bytes in a tick: what is there all the time, what is
/// there for some ticks, and the most that is there within one.
int64_t RowScheduler::getPeak(bool grows) {
  int64_t constant =
      allBytes - bornFrom[segment.end] - goneBefore[segment.begin];
  change.assign(segment.ticks + 1, 0);
  std::vector<int64_t> changeWithin(segment.end - segment.begin + 1, 0);
  for (const RowRing &ring : segment.rings) {
    unsigned first = ring.members.front().buffer;
    if (ring.members.size() == 1 && isWithinTick(first)) {
      llvm::ArrayRef<unsigned> uses = usesOf(first);
      unsigned from = timing.uses[uses.front()].kernel - segment.begin;
      unsigned to = timing.uses[uses.back()].kernel - segment.begin;
      changeWithin[from] += ring.places * ring.rowBytes;
      changeWithin[to + 1] -= ring.places * ring.rowBytes;
      continue;
    }
    spans.assign(ring.places, Span{segment.ticks, -1});
    for (const RowRing::Member &member : ring.members)
      widenSpans(member.buffer, member.offset, spans);
    for (const Span &place : spans)
      addAlive(place.first, place.last, ring.rowBytes);
  }
  for (unsigned b : used) {
    const RowBuffer &given = program.buffers[b];
    bool isRing = buffers[b].isInRing;
    if (given.bytes == 0 || (!isRing && !(grows && given.mayGrow)))
      continue;
    constant -= given.bytes;
    if (isRing)
      continue;
    bool isBefore = timing.lives[b].first < segment.begin;
    bool isAfter = timing.lives[b].last >= segment.end;
    spans.assign(given.rows, Span{segment.ticks, -1});
    widenSpans(b, 0, spans);
    for (RowSegment::Guest guest : segment.guests)
      if (guest.host == b)
        widenSpans(guest.buffer, 0, spans);
    for (const Span &row : spans)
      addAlive(isBefore ? 0 : row.first, isAfter ? segment.ticks - 1 : row.last,
               given.bytes / given.rows);
  }
  return constant + getLargestSum(change) + getLargestSum(changeWithin);
}
