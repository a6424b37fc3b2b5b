//===- RowTiming.cpp - How the uses of rows follow each other -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/rows/RowTiming.h"

#include <algorithm>
#include <climits>

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

RowTiming::RowTiming(const RowProgram &program)
    : ofBuffer(program.buffers.size()), lives(getRowLives(program)),
      meetings(program.buffers.size()) {
  for (unsigned k = 0; k < program.kernels.size(); ++k) {
    firstUse.push_back(uses.size());
    for (const RowUse &use : program.kernels[k].uses)
      addUse(k, use, program.buffers[use.buffer].rows);
  }
  firstUse.push_back(uses.size());
  for (unsigned u = 0; u < uses.size(); ++u)
    needed.push_back(uses[u].use->isWrite ? -1 : findFirstNeeded(u));
}

void RowTiming::addUse(unsigned kernel, const RowUse &use, int64_t rows) {
  RowTouches touches{kernel, &use, {}, {}, {}, -1, 0, true, {}, {}};
  touches.first.assign(rows, -1);
  touches.last.assign(rows, -1);
  touches.oldest.assign(use.rows.size() + 1, INT64_MAX);
  RowRange before{0, 0};
  // Of the moments, in parts of a row.
  int64_t least = INT64_MAX, most = INT64_MIN;
  auto compare = [&](int64_t firing, int64_t row) {
    int64_t time = firing * use.stepNumerator - row * use.stepDenominator;
    if (time < least) {
      least = time;
      touches.earliest = {firing, row};
    }
    if (time > most) {
      most = time;
      touches.latest = {firing, row};
    }
  };
  for (int64_t i = 0; i < int64_t(use.rows.size()); ++i) {
    RowRange range = use.rows[i];
    if (range.first > range.last)
      continue;
    touches.lastFiring = i;
    touches.most = std::max(touches.most, range.last - range.first + 1);
    touches.isMonotone &=
        range.first >= before.first && range.last >= before.last;
    before = range;
    compare(i, range.first);
    compare(i, range.last);
    for (int64_t row = range.first; row <= range.last; ++row) {
      if (touches.first[row] < 0)
        touches.first[row] = i;
      touches.last[row] = i;
    }
  }
  for (size_t i = use.rows.size(); i-- > 0;) {
    RowRange range = use.rows[i];
    touches.oldest[i] = touches.oldest[i + 1];
    if (range.first <= range.last)
      touches.oldest[i] = std::min(touches.oldest[i], range.first);
  }
  ordinal.push_back(ofBuffer[use.buffer].size());
  ofBuffer[use.buffer].push_back(uses.size());
  uses.push_back(std::move(touches));
}

int64_t RowTiming::findFirstNeeded(unsigned read) const {
  const RowTouches &reader = uses[read];
  std::vector<bool> isWritten(reader.first.size(), false);
  // Writers from the reader back until all of its rows are there.
  size_t row = 0;
  auto isCovered = [&] {
    while (row < isWritten.size() && (reader.first[row] < 0 || isWritten[row]))
      ++row;
    return row == isWritten.size();
  };
  const std::vector<unsigned> &list = ofBuffer[reader.use->buffer];
  for (size_t i = list.size(); i-- > 0;) {
    const RowTouches &writer = uses[list[i]];
    if (!writer.use->isWrite || writer.kernel >= reader.kernel)
      continue;
    for (size_t r = 0; r < isWritten.size(); ++r)
      if (writer.first[r] >= 0)
        isWritten[r] = true;
    if (isCovered())
      return writer.kernel;
  }
  return isCovered() ? reader.kernel : -1;
}

RowMeeting &RowTiming::getMeeting(unsigned write, unsigned use) {
  const RowTouches &a = uses[write], &b = uses[use];
  unsigned buffer = a.use->buffer;
  size_t count = ofBuffer[buffer].size();
  std::vector<RowMeeting> &table = meetings[buffer];
  if (table.empty())
    table.resize(count * count);
  RowMeeting &meeting = table[ordinal[write] * count + ordinal[use]];
  if (meeting.isKnown)
    return meeting;
  meeting.isKnown = true;
  // Firings of both in one measure.
  Fraction ratio = a.getStep() / b.getStep();
  auto getTime = [&](int64_t firingOfWrite, int64_t firingOfUse) {
    return firingOfWrite * ratio.numerator - firingOfUse * ratio.denominator;
  };
  int64_t latest = INT64_MIN, earliest = INT64_MAX;
  for (size_t row = 0; row < a.first.size(); ++row) {
    if (a.first[row] < 0 || b.first[row] < 0)
      continue;
    meeting.meets = true;
    if (int64_t time = getTime(a.last[row], b.first[row]); time > latest) {
      latest = time;
      meeting.lateWrite = a.last[row];
      meeting.lateUse = b.first[row];
    }
    if (int64_t time = getTime(a.first[row], b.last[row]); time < earliest) {
      earliest = time;
      meeting.earlyWrite = a.first[row];
      meeting.earlyUse = b.last[row];
    }
  }
  return meeting;
}

int64_t RowTiming::getRingRows(unsigned write, unsigned use,
                               int64_t writePeriod, int64_t usePeriod,
                               int64_t distance) {
  RowMeeting &meeting = getMeeting(write, use);
  // Segments differ in how long a tick is. What matters is whether firings are
  // at one time: with ticks half as long as what periods have in common.
  int64_t unit = std::gcd(writePeriod, usePeriod);
  writePeriod = 2 * (writePeriod / unit);
  usePeriod = 2 * (usePeriod / unit);
  int64_t whole = distance / unit - (distance % unit < 0 ? 1 : 0);
  distance = 2 * whole + (distance % unit != 0 ? 1 : 0);
  auto &last = meeting.last;
  if (last.rows == 0 || last.writePeriod != writePeriod ||
      last.usePeriod != usePeriod || last.distance != distance)
    last = {writePeriod, usePeriod, distance,
            countRingRows(uses[write], uses[use], writePeriod, usePeriod,
                          distance)};
  return last.rows;
}

int64_t RowTiming::countRingRows(const RowTouches &write,
                                 const RowTouches &read, int64_t writePeriod,
                                 int64_t readPeriod, int64_t distance) const {
  // A kernel reads before it writes, and before those behind it.
  bool isBefore = read.kernel < write.kernel;
  int64_t most = 1, next = 0, count = read.use->rows.size();
  for (int64_t i = 0; i < int64_t(write.use->rows.size()); ++i) {
    RowRange rows = write.use->rows[i];
    if (rows.first > rows.last)
      continue;
    int64_t now = i * writePeriod;
    while (next < count) {
      int64_t time = distance + next * readPeriod;
      if (time > now || (time == now && !isBefore))
        break;
      ++next;
    }
    most =
        std::max(most, rows.last + 1 - std::min(rows.first, read.oldest[next]));
  }
  return most;
}
