//===- RowSchedule.cpp - When kernels that take turns run -----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/RowPlanner.h"

#include <algorithm>
#include <climits>
#include <numeric>

using namespace megcc;

std::vector<RowLife> megcc::getRowLives(const RowProgram &program) {
  std::vector<RowLife> lives(program.buffers.size());
  auto touch = [&](unsigned buffer, int64_t kernel) {
    lives[buffer].first = std::min(lives[buffer].first, kernel);
    lives[buffer].last = std::max(lives[buffer].last, kernel);
  };
  int64_t count = program.kernels.size();
  for (int64_t k = 0; k < count; ++k) {
    for (const RowUse &use : program.kernels[k].uses)
      touch(use.buffer, k);
    for (unsigned buffer : program.kernels[k].wholes)
      touch(buffer, k);
  }
  for (unsigned b = 0; b < program.buffers.size(); ++b) {
    if (program.buffers[b].isInput)
      touch(b, -1);
    if (program.buffers[b].isOutput)
      touch(b, count);
  }
  return lives;
}

namespace {

//===----------------------------------------------------------------------===//
// Rates
//===----------------------------------------------------------------------===//

/// A positive fraction.
struct Fraction {
  int64_t numerator = 0, denominator = 1;
  bool isKnown() const { return numerator != 0; }
  bool operator==(const Fraction &other) const {
    return numerator == other.numerator && denominator == other.denominator;
  }
};

Fraction reduced(int64_t numerator, int64_t denominator) {
  int64_t common = std::gcd(numerator, denominator);
  return {numerator / common, denominator / common};
}

//===----------------------------------------------------------------------===//
// One segment
//===----------------------------------------------------------------------===//

class Scheduler {
public:
  Scheduler(const RowProgram &program, const std::vector<RowLife> &lives,
            unsigned begin, unsigned end, bool share)
      : program(program), lives(lives), share(share) {
    segment.begin = begin;
    segment.end = end;
  }

  std::optional<RowSegment> run() {
    if (!isLegal() || !findPeriods() || !findStarts())
      return std::nullopt;
    delaySources();
    findRings();
    findPeak();
    return segment;
  }

private:
  /// Before all ticks.
  static constexpr int64_t kNever = INT64_MIN;

  /// A use in a firing, as one of all that happen in order.
  struct Event {
    int64_t tick, position;
    RowRange rows;
  };
  struct Buffer {
    /// For each row, the tick of its last write, or `kNever`.
    std::vector<int64_t> written;
    std::vector<Event> reads, writes;
    bool isWritten = false, isFromOutside = false;
    /// Ticks from one row to the next; 0 if that is no whole number.
    int64_t period = 0;
    int64_t firstPosition = INT64_MAX, lastPosition = -1;
  };

  const RowKernel &kernel(unsigned k) const { return program.kernels[k]; }
  RowTurn &turn(unsigned k) { return segment.turns[k - segment.begin]; }
  bool isInside(unsigned buffer) const {
    return lives[buffer].first >= segment.begin &&
           lives[buffer].last < segment.end;
  }

  /// Whole buffers must not be made here, unless nobody else uses them here,
  /// and what comes from outside must not be needed later.
  bool isLegal() {
    std::map<unsigned, unsigned> users;
    for (unsigned k = segment.begin; k < segment.end; ++k) {
      if (kernel(k).firings == 0)
        return false;
      for (const RowUse &use : kernel(k).uses) {
        buffers[use.buffer].isWritten |= use.isWrite;
        buffers[use.buffer].isFromOutside |= use.isWrite && kernel(k).isSource;
        if (use.isWrite && kernel(k).isSource && !isInside(use.buffer))
          return false;
      }
    }
    for (unsigned k = segment.begin; k < segment.end; ++k)
      for (unsigned buffer : kernel(k).wholes)
        if (++users[buffer]; buffers.count(buffer))
          return false;
    for (unsigned k = segment.begin; k < segment.end; ++k)
      for (unsigned buffer : kernel(k).made)
        if (users[buffer] > 1)
          return false;
    return true;
  }

  /// All kernels advance at one rate; true if there is such a one.
  bool findPeriods() {
    unsigned count = segment.end - segment.begin;
    std::vector<Fraction> periods(count);
    std::map<unsigned, Fraction> rates;
    periods[0] = {1, 1};
    bool changed = true, isConsistent = true;
    auto learn = [&](Fraction &known, Fraction value) {
      if (!known.isKnown()) {
        known = value;
        changed = true;
      }
      isConsistent &= known == value;
    };
    while (changed && isConsistent) {
      changed = false;
      for (unsigned i = 0; i < count; ++i)
        for (const RowUse &use : kernel(segment.begin + i).uses) {
          Fraction &rate = rates[use.buffer];
          if (periods[i].isKnown())
            learn(rate, reduced(periods[i].numerator * use.stepDenominator,
                                periods[i].denominator * use.stepNumerator));
          else if (rate.isKnown())
            learn(periods[i], reduced(rate.numerator * use.stepNumerator,
                                      rate.denominator * use.stepDenominator));
        }
    }
    int64_t scale = 1, common = 0;
    for (const Fraction &period : periods) {
      isConsistent &= period.isKnown();
      scale = std::lcm(scale, period.denominator);
    }
    if (!isConsistent || scale > 4096)
      return false;
    for (const Fraction &period : periods) {
      segment.turns.push_back(
          {0, period.numerator * (scale / period.denominator)});
      common = std::gcd(common, segment.turns.back().period);
    }
    for (RowTurn &turn : segment.turns)
      turn.period /= common;
    return true;
  }

  /// Each as early as its rows are there. What begins sums may do so before
  /// there are rows, where it reads none in its first firing.
  bool findStarts() {
    int64_t first = 0;
    for (unsigned k = segment.begin; k < segment.end; ++k) {
      RowTurn &turn = this->turn(k);
      std::optional<int64_t> earliest;
      for (const RowUse &use : kernel(k).uses) {
        Buffer &buffer = buffers[use.buffer];
        if (use.isWrite || !buffer.isWritten)
          continue;
        for (int64_t i = 0; i < kernel(k).firings; ++i)
          for (int64_t row = use.rows[i].first; row <= use.rows[i].last;
               ++row) {
            if (buffer.written.empty() || buffer.written[row] == kNever)
              return false;
            int64_t start = buffer.written[row] - i * turn.period;
            earliest = std::max(earliest.value_or(start), start);
          }
      }
      turn.start = earliest.value_or(0);
      if (!kernel(k).beginsSums)
        turn.start = std::max<int64_t>(turn.start, 0);
      first = std::min(first, turn.start);
      for (const RowUse &use : kernel(k).uses)
        if (use.isWrite)
          recordWrites(k, use);
    }
    for (RowTurn &turn : segment.turns)
      turn.start -= first;
    return true;
  }

  void recordWrites(unsigned k, const RowUse &use) {
    Buffer &buffer = buffers[use.buffer];
    buffer.written.resize(program.buffers[use.buffer].rows, kNever);
    for (int64_t i = 0; i < kernel(k).firings; ++i)
      for (int64_t row = use.rows[i].first; row <= use.rows[i].last; ++row)
        buffer.written[row] =
            std::max(buffer.written[row], turn(k).start + i * turn(k).period);
  }

  /// Of each kernel, whether all that leads to it here leads nowhere else.
  std::vector<bool> findSources() {
    std::map<unsigned, unsigned> readers;
    for (unsigned k = segment.begin; k < segment.end; ++k)
      for (const RowUse &use : kernel(k).uses)
        readers[use.buffer] += !use.isWrite;
    std::vector<bool> isSource(segment.end - segment.begin, true);
    std::map<unsigned, bool> isFromSources;
    for (unsigned k = segment.begin; k < segment.end; ++k) {
      for (const RowUse &use : kernel(k).uses)
        if (!use.isWrite && buffers[use.buffer].isWritten &&
            (readers[use.buffer] > 1 || !isInside(use.buffer) ||
             !isFromSources[use.buffer]))
          isSource[k - segment.begin] = false;
      for (const RowUse &use : kernel(k).uses)
        if (use.isWrite) {
          bool &all = isFromSources.try_emplace(use.buffer, true).first->second;
          all = all && isSource[k - segment.begin];
        }
    }
    return isSource;
  }

  /// A kernel that reads nothing made here, or alone what such make, waits
  /// until its result is needed, or, if it is not, until the others' results
  /// are not needed any more.
  void delaySources() {
    std::vector<bool> isSource = findSources();
    for (unsigned k = segment.end; k-- > segment.begin;) {
      if (!isSource[k - segment.begin])
        continue;
      int64_t slack = INT64_MAX, lastRead = 0;
      for (const RowUse &use : kernel(k).uses) {
        if (!use.isWrite)
          continue;
        std::vector<int64_t> written(program.buffers[use.buffer].rows, -1);
        for (int64_t i = 0; i < kernel(k).firings; ++i)
          for (int64_t row = use.rows[i].first; row <= use.rows[i].last; ++row)
            written[row] = turn(k).start + i * turn(k).period;
        for (unsigned reader = k + 1; reader < segment.end; ++reader)
          for (const RowUse &read : kernel(reader).uses)
            if (!read.isWrite && read.buffer == use.buffer)
              for (int64_t i = 0; i < kernel(reader).firings; ++i)
                for (int64_t row = read.rows[i].first; row <= read.rows[i].last;
                     ++row) {
                  int64_t tick = turn(reader).start + i * turn(reader).period;
                  lastRead = std::max(lastRead, tick);
                  if (written[row] >= 0)
                    slack = std::min(slack, tick - written[row]);
                }
      }
      turn(k).start = slack == INT64_MAX ? std::max(turn(k).start, lastRead)
                                         : turn(k).start + slack;
    }
  }

  /// Every use in order, then what each buffer must hold.
  void findRings() {
    segment.ticks = 0;
    for (unsigned k = segment.begin; k < segment.end; ++k) {
      segment.ticks = std::max(
          segment.ticks,
          turn(k).start + turn(k).period * (kernel(k).firings - 1) + 1);
      for (const RowUse &use : kernel(k).uses) {
        Buffer &buffer = buffers[use.buffer];
        if (use.isWrite && use.stepNumerator > 0) {
          int64_t ticks = turn(k).period * use.stepDenominator;
          buffer.period =
              ticks % use.stepNumerator == 0 ? ticks / use.stepNumerator : 0;
        }
        buffer.firstPosition = std::min<int64_t>(buffer.firstPosition, k);
        buffer.lastPosition = std::max<int64_t>(buffer.lastPosition, k);
        for (int64_t i = 0; i < kernel(k).firings; ++i)
          if (use.rows[i].first <= use.rows[i].last)
            (use.isWrite ? buffer.writes : buffer.reads)
                .push_back(
                    {turn(k).start + i * turn(k).period, k, use.rows[i]});
      }
    }
    std::vector<RowStream> streams;
    auto isBefore = [](const Event &a, const Event &b) {
      return a.tick != b.tick ? a.tick < b.tick : a.position < b.position;
    };
    for (auto &[number, buffer] : buffers) {
      std::sort(buffer.reads.begin(), buffer.reads.end(), isBefore);
      std::sort(buffer.writes.begin(), buffer.writes.end(), isBefore);
      if (!isInside(number) || !program.buffers[number].mayBeRing)
        continue;
      // The oldest row that is read from a read on.
      std::vector<int64_t> oldest(buffer.reads.size() + 1, INT64_MAX);
      for (size_t i = buffer.reads.size(); i-- > 0;)
        oldest[i] = std::min(oldest[i + 1], buffer.reads[i].rows.first);
      int64_t most = 1;
      size_t next = 0;
      for (const Event &write : buffer.writes) {
        while (next < buffer.reads.size() &&
               isBefore(buffer.reads[next], write))
          ++next;
        most = std::max(most, write.rows.last + 1 -
                                  std::min(write.rows.first, oldest[next]));
      }
      int64_t rowBytes =
          program.buffers[number].bytes / program.buffers[number].rows;
      RowRing ring{most, rowBytes, {{number, 0}}};
      if (share && rowBytes > 0 && buffer.period > 0 && !buffer.isFromOutside)
        streams.push_back(getStream(buffer, ring));
      else
        segment.rings.push_back(ring);
    }
    for (RowRing &ring : shareRings(std::move(streams)))
      segment.rings.push_back(std::move(ring));
  }

  /// The time of `buffer`'s rows, in steps: a tick has one for each kernel.
  RowStream getStream(const Buffer &buffer, const RowRing &ring) {
    unsigned number = ring.members.front().buffer;
    int64_t steps = segment.end - segment.begin;
    RowStream stream{ring,
                     buffer.period * steps,
                     INT64_MAX,
                     INT64_MIN,
                     program.buffers[number].rows,
                     program.buffers[number].kind,
                     isWithinTick(buffer)};
    auto look = [&](const Event &event, bool isWrite) {
      int64_t now = event.tick * steps + event.position - segment.begin;
      for (int64_t row = event.rows.first; row <= event.rows.last; ++row) {
        int64_t time = now - row * stream.period;
        stream.latest = std::max(stream.latest, time);
        if (isWrite)
          stream.earliest = std::min(stream.earliest, time);
      }
    };
    for (const Event &event : buffer.reads)
      look(event, false);
    for (const Event &event : buffer.writes)
      look(event, true);
    return stream;
  }

  /// Whether all that is read of a buffer was written in the same tick.
  bool isWithinTick(const Buffer &buffer) {
    std::map<int64_t, int64_t> written;
    for (const Event &write : buffer.writes)
      for (int64_t row = write.rows.first; row <= write.rows.last; ++row)
        if (written.try_emplace(row, write.tick).first->second != write.tick)
          return false;
    for (const Event &read : buffer.reads)
      for (int64_t row = read.rows.first; row <= read.rows.last; ++row)
        if (written[row] != read.tick)
          return false;
    return true;
  }

  /// From when to when there is something in each of so many places.
  struct Span {
    int64_t first, last;
  };
  std::vector<Span> getSpans(const RowRing &ring) {
    std::vector<Span> spans(ring.places, Span{segment.ticks, -1});
    for (const RowRing::Member &member : ring.members) {
      const Buffer &buffer = buffers[member.buffer];
      for (const std::vector<Event> *events : {&buffer.reads, &buffer.writes})
        for (const Event &event : *events)
          for (int64_t row = event.rows.first; row <= event.rows.last; ++row) {
            Span &span = spans[(row + member.offset) % ring.places];
            span.first = std::min(span.first, event.tick);
            span.last = std::max(span.last, event.tick);
          }
    }
    return spans;
  }

  /// Sums of bytes over ticks.
  void findPeak() {
    std::vector<int64_t> change(segment.ticks + 1, 0);
    int64_t constant = 0;
    std::vector<ArenaBuffer> withinTick;
    auto alive = [&](int64_t from, int64_t to, int64_t bytes) {
      if (from > to)
        return;
      change[from] += bytes;
      change[to + 1] -= bytes;
    };
    std::vector<bool> isInRing(program.buffers.size(), false);
    for (const RowRing &ring : segment.rings) {
      for (const RowRing::Member &member : ring.members)
        isInRing[member.buffer] = true;
      const Buffer &buffer = buffers[ring.members.front().buffer];
      if (ring.members.size() == 1 && isWithinTick(buffer)) {
        withinTick.push_back({ring.places * ring.rowBytes, buffer.firstPosition,
                              buffer.lastPosition});
        continue;
      }
      for (const Span &place : getSpans(ring))
        alive(place.first, place.last, ring.rowBytes);
    }
    for (unsigned b = 0; b < program.buffers.size(); ++b) {
      const RowBuffer &given = program.buffers[b];
      if (given.bytes == 0 || isInRing[b])
        continue;
      bool isBefore = lives[b].first < segment.begin;
      bool isAfter = lives[b].last >= segment.end;
      auto it = buffers.find(b);
      if (it == buffers.end()) {
        if (lives[b].first < segment.end && lives[b].last >= segment.begin)
          constant += given.bytes;
        continue;
      }
      int64_t rowBytes = given.bytes / given.rows;
      if (!given.mayGrow) {
        constant += given.bytes;
        continue;
      }
      for (const Span &row : getSpans({given.rows, rowBytes, {{b, 0}}}))
        alive(isBefore ? 0 : row.first, isAfter ? segment.ticks - 1 : row.last,
              rowBytes);
    }
    int64_t live = 0, most = 0;
    for (int64_t bytes : change) {
      live += bytes;
      most = std::max(most, live);
    }
    segment.peak = constant + most + getArenaLowerBound(withinTick, 1);
  }

  const RowProgram &program;
  const std::vector<RowLife> &lives;
  bool share;
  RowSegment segment;
  std::map<unsigned, Buffer> buffers;
};

} // namespace

std::optional<RowSegment> megcc::scheduleRows(const RowProgram &program,
                                              const std::vector<RowLife> &lives,
                                              unsigned begin, unsigned end,
                                              bool share) {
  return Scheduler(program, lives, begin, end, share).run();
}
