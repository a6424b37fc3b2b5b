//===- RowRates.cpp - Which kernels can take turns, and how fast ----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All kernels of a segment advance at one rate: a kernel that moves by two rows
// of a buffer in each firing fires every second time that one fires which
// writes a row. Kernels are added one by one to all that begin with one kernel.
// Those that no buffer relates yet to the first one form groups, until one
// comes that joins them.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/rows/RowSchedule.h"

#include <algorithm>
#include <climits>

using namespace megcc;

/// Of a buffer that no kernel has used.
static constexpr unsigned kNoGroup = UINT_MAX;
/// Ticks are no finer than this part of the first kernel's period.
static constexpr int64_t kMostTicks = 4096;

RowScheduler::Beginning &RowScheduler::extend(unsigned begin, unsigned end) {
  Beginning &beginning = beginnings[begin];
  unsigned count = program.buffers.size();
  if (beginning.ticks.empty()) {
    unsigned kernels = program.kernels.size() - begin;
    beginning.end = begin;
    beginning.hasRows.assign(count, false);
    beginning.isWritten.assign(count, false);
    beginning.isMade.assign(count, false);
    beginning.wholeUsers.assign(count, 0);
    beginning.needed.assign(count, INT64_MAX);
    beginning.rates.resize(count);
    beginning.groupOfBuffer.assign(count, kNoGroup);
    beginning.ticks.resize(kernels + 1);
    for (std::vector<int64_t> &peaks : beginning.peaks)
      peaks.assign(kernels + 1, -1);
  }
  while (beginning.end < end && beginning.end + 1 < beginning.limit) {
    unsigned k = beginning.end++;
    if (!addKernel(beginning, begin, k) || !addRates(beginning, begin, k) ||
        !findTick(beginning, beginning.end - begin))
      beginning.limit = beginning.end;
  }
  return beginning;
}

/// Whole buffers must not be made in a segment, unless nobody else uses them
/// there; what comes from outside must not be needed later; what is read must
/// have been written, if anything of the buffer is.
bool RowScheduler::addKernel(Beginning &beginning, unsigned begin, unsigned k) {
  const RowKernel &kernel = program.kernels[k];
  if (kernel.firings == 0)
    return false;
  for (unsigned u = timing.firstUse[k]; u < timing.firstUse[k + 1]; ++u) {
    unsigned buffer = timing.uses[u].use->buffer;
    const RowLife &life = timing.lives[buffer];
    beginning.hasRows[buffer] = true;
    if (isWrite(u))
      beginning.isWritten[buffer] = true;
    else
      beginning.needed[buffer] =
          std::min(beginning.needed[buffer], timing.getFirstNeeded(u));
    if (beginning.wholeUsers[buffer] > 0 ||
        (beginning.isWritten[buffer] && beginning.needed[buffer] < begin))
      return false;
    if (isWrite(u) && kernel.isSource) {
      if (life.first < begin)
        return false;
      beginning.leastEnd = std::max(beginning.leastEnd, life.last + 1);
    }
  }
  for (unsigned buffer : kernel.made)
    beginning.isMade[buffer] = true;
  for (unsigned buffer : kernel.wholes)
    if (++beginning.wholeUsers[buffer], beginning.hasRows[buffer])
      return false;
  for (unsigned buffer : kernel.wholes)
    if (beginning.isMade[buffer] && beginning.wholeUsers[buffer] > 1)
      return false;
  return true;
}

/// False if the kernel is to fire at two rates.
bool RowScheduler::addRates(Beginning &beginning, unsigned begin, unsigned k) {
  unsigned group = kNoGroup;
  Fraction period;
  unsigned first = timing.firstUse[k], end = timing.firstUse[k + 1];
  for (unsigned u = first; u < end; ++u) {
    unsigned buffer = timing.uses[u].use->buffer;
    unsigned other = beginning.groupOfBuffer[buffer];
    if (other == kNoGroup)
      continue;
    Fraction needed = beginning.rates[buffer] * timing.uses[u].getStep();
    if (group == kNoGroup) {
      group = other;
      period = needed;
    } else if (group == other) {
      if (period != needed)
        return false;
    } else if (other < group) {
      mergeGroups(beginning, group, other, needed / period);
      group = other;
      period = needed;
    } else {
      mergeGroups(beginning, other, group, period / needed);
    }
  }
  if (group == kNoGroup) {
    group = beginning.nextGroup++;
    ++beginning.groups;
    period = {1, 1};
  }
  beginning.periods.push_back(period);
  beginning.groupOfKernel.push_back(group);
  for (unsigned u = first; u < end; ++u) {
    unsigned buffer = timing.uses[u].use->buffer;
    Fraction rate = period / timing.uses[u].getStep();
    if (beginning.groupOfBuffer[buffer] == kNoGroup) {
      beginning.groupOfBuffer[buffer] = group;
      beginning.rates[buffer] = rate;
    } else if (beginning.rates[buffer] != rate) {
      return false;
    }
  }
  return true;
}

void RowScheduler::mergeGroups(Beginning &beginning, unsigned from, unsigned to,
                               Fraction factor) {
  --beginning.groups;
  auto merge = [&](unsigned &group, Fraction &value) {
    if (group != from)
      return;
    group = to;
    value = value * factor;
  };
  for (size_t i = 0; i < beginning.periods.size(); ++i)
    merge(beginning.groupOfKernel[i], beginning.periods[i]);
  for (size_t b = 0; b < beginning.rates.size(); ++b)
    merge(beginning.groupOfBuffer[b], beginning.rates[b]);
}

/// The tick of the first `count` kernels: all periods are multiples of it.
/// False if it would be too fine.
bool RowScheduler::findTick(Beginning &beginning, unsigned count) {
  // What some groups have in common says nothing yet.
  if (beginning.groups > 1)
    return true;
  Fraction tick = beginning.ticks[count - 1];
  unsigned from = tick.isKnown() ? count - 1 : 0;
  for (unsigned i = from; i < count; ++i) {
    Fraction period = beginning.periods[i];
    beginning.commonDenominator =
        std::lcm(beginning.commonDenominator, period.denominator);
    if (beginning.commonDenominator > kMostTicks)
      return false;
    tick = tick.isKnown()
               ? Fraction::get(std::gcd(tick.numerator * period.denominator,
                                        period.numerator * tick.denominator),
                               tick.denominator * period.denominator)
               : period;
  }
  beginning.ticks[count] = tick;
  return true;
}
