//===- RecomputeSearch.cpp - What to compute again to need less -----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/memory/RecomputeSearch.h"
#include "passes/kernel/memory/ReverseChain.h"

#include <algorithm>
#include <numeric>
#include <random>

using namespace megcc;

namespace {

using Sequence = std::vector<unsigned>;

class Recomputer {
public:
  Recomputer(const StepGraph &graph, const Sequence &order, int64_t budget,
             SearchLimit &limit);

  /// One descent from `sequence`; false if it ends above the budget.
  bool descend(Sequence &sequence, std::mt19937_64 *random);
  /// Takes back what is not needed.
  void prune(Sequence &sequence);
  /// The bound on the cost for the order given.
  int64_t getCostBound(const Sequence &order) const;

  /// What findRepetitions returns, in no order.
  std::vector<Repetition> getRepetitions(const Sequence &sequence);

  Usage look(const Sequence &sequence) {
    limit.spend(20 * sequence.size());
    return getUsage(graph, sequence);
  }

private:
  /// How many operators back what is made again may reach.
  static constexpr int64_t deepest = 8;
  /// The step that alone makes `buffer` and may run again; -1 if there is none.
  int64_t getMaker(unsigned buffer) const { return makers[buffer]; }
  /// Whether that step may run again at position `at` of `sequence`.
  bool mayMake(unsigned buffer, const Sequence &sequence, int64_t at) const;
  std::vector<std::vector<unsigned>> getInstances(const Usage &usage) const;
  /// Adds to `steps` what makes `buffer` anew before position `at`: up to
  /// `depth` steps back, as far as what they read is not there.
  void addSteps(unsigned buffer, const Sequence &sequence, int64_t at,
                int64_t depth,
                const std::vector<std::vector<unsigned>> &ofBuffer,
                const Usage &usage, Sequence &steps) const;
  /// What is above the budget, summed over time.
  int64_t getExcess(const Usage &usage) const;

  const StepGraph &graph;
  int64_t budget;
  SearchLimit &limit;
  std::vector<int64_t> makers;
  std::vector<std::vector<unsigned>> users;
};

} // namespace

Recomputer::Recomputer(const StepGraph &graph, const Sequence &order,
                       int64_t budget, SearchLimit &limit)
    : graph(graph), budget(budget), limit(limit),
      makers(graph.buffers.size(), -1), users(graph.buffers.size()) {
  std::vector<unsigned> writers(graph.buffers.size(), 0);
  for (unsigned s : order) {
    for (unsigned buffer : graph.steps[s].reads)
      users[buffer].push_back(s);
    for (unsigned buffer : graph.steps[s].writes) {
      users[buffer].push_back(s);
      bool isOnly = writers[buffer]++ == 0;
      makers[buffer] = isOnly && graph.steps[s].mayRepeat ? int64_t(s) : -1;
    }
  }
}

int64_t Recomputer::getExcess(const Usage &usage) const {
  int64_t excess = 0;
  for (int64_t live : usage.live)
    excess += std::max<int64_t>(live - budget, 0);
  return excess;
}

bool Recomputer::mayMake(unsigned buffer, const Sequence &sequence,
                         int64_t at) const {
  if (getMaker(buffer) < 0)
    return false;
  const std::vector<unsigned> &fixedBy = graph.steps[getMaker(buffer)].fixedBy;
  return fixedBy.empty() ||
         std::none_of(sequence.begin(), sequence.begin() + at,
                      [&](unsigned step) {
                        return std::find(fixedBy.begin(), fixedBy.end(),
                                         step) != fixedBy.end();
                      });
}

void Recomputer::addSteps(unsigned buffer, const Sequence &sequence, int64_t at,
                          int64_t depth,
                          const std::vector<std::vector<unsigned>> &ofBuffer,
                          const Usage &usage, Sequence &steps) const {
  unsigned maker = getMaker(buffer);
  if (std::find(steps.begin(), steps.end(), maker) != steps.end())
    return;
  for (unsigned read : graph.steps[maker].reads) {
    if (graph.buffers[read].bytes == 0)
      continue;
    bool isThere = std::any_of(
        ofBuffer[read].begin(), ofBuffer[read].end(), [&](unsigned i) {
          const Instance &instance = usage.instances[i];
          return instance.first < at && instance.last >= at;
        });
    if (!isThere && depth > 1 && mayMake(read, sequence, at))
      addSteps(read, sequence, at, depth - 1, ofBuffer, usage, steps);
  }
  steps.push_back(maker);
}

/// The numbers of the instances of each buffer.
std::vector<std::vector<unsigned>>
Recomputer::getInstances(const Usage &usage) const {
  std::vector<std::vector<unsigned>> ofBuffer(graph.buffers.size());
  for (unsigned i = 0; i < usage.instances.size(); ++i)
    ofBuffer[usage.instances[i].buffer].push_back(i);
  return ofBuffer;
}

std::vector<Repetition> Recomputer::getRepetitions(const Sequence &sequence) {
  Usage usage = look(sequence);
  std::vector<std::vector<unsigned>> ofBuffer = getInstances(usage);
  std::vector<Repetition> found;
  for (unsigned buffer = 0; buffer < graph.buffers.size(); ++buffer) {
    int64_t bytes = graph.buffers[buffer].bytes;
    if (bytes == 0 || getMaker(buffer) < 0)
      continue;
    const std::vector<unsigned> &list = users[buffer];
    int64_t last = -1;
    for (int64_t at = 0; at < int64_t(sequence.size()); ++at) {
      if (std::find(list.begin(), list.end(), sequence[at]) == list.end())
        continue;
      int64_t waits = last < 0 ? 0 : at - last;
      last = at;
      // Made anew here already, or wanted at once.
      if (waits < 2 || sequence[at] == getMaker(buffer) ||
          !mayMake(buffer, sequence, at))
        continue;
      Sequence steps;
      addSteps(buffer, sequence, at, deepest, ofBuffer, usage, steps);
      Repetition repetition;
      repetition.sequence = sequence;
      repetition.sequence.insert(repetition.sequence.begin() + at,
                                 steps.begin(), steps.end());
      repetition.extraCost = look(repetition.sequence).extraCost;
      repetition.worth = double(bytes) * double(waits) /
                         double(repetition.extraCost - usage.extraCost + 1);
      found.push_back(std::move(repetition));
      if (limit.isSpent())
        return found;
    }
  }
  return found;
}

bool Recomputer::descend(Sequence &sequence, std::mt19937_64 *random) {
  Usage usage = look(sequence);
  int64_t excess = getExcess(usage);
  while (excess > 0) {
    int64_t peak = std::max_element(usage.live.begin(), usage.live.end()) -
                   usage.live.begin();
    std::vector<std::vector<unsigned>> ofBuffer = getInstances(usage);

    Sequence best;
    Usage bestUsage;
    double bestScore = 0;
    for (const Instance &instance : usage.instances) {
      unsigned buffer = instance.buffer;
      if (instance.first >= peak || instance.last <= peak ||
          graph.buffers[buffer].bytes == 0 || getMaker(buffer) < 0)
        continue;
      // Idle at the peak: what uses it next?
      auto uses = [&](int64_t at) {
        const std::vector<unsigned> &list = users[buffer];
        return std::find(list.begin(), list.end(), sequence[at]) != list.end();
      };
      if (uses(peak))
        continue;
      int64_t next = peak + 1;
      while (next < int64_t(sequence.size()) && !uses(next))
        ++next;
      if (!mayMake(buffer, sequence, next))
        continue;
      Sequence before;
      for (int64_t depth = 1; depth <= deepest; ++depth) {
        Sequence steps;
        addSteps(buffer, sequence, next, depth, ofBuffer, usage, steps);
        if (depth > 1 && steps == before)
          break;
        before = steps;
        Sequence changed = sequence;
        changed.insert(changed.begin() + next, steps.begin(), steps.end());
        Usage other = look(changed);
        int64_t gain = excess - getExcess(other);
        if (gain <= 0)
          continue;
        double score =
            double(gain) / double(other.extraCost - usage.extraCost + 1);
        if (random)
          score *= 0.25 + double((*random)() >> 11) / double(1ull << 53);
        if (best.empty() || score > bestScore) {
          best = std::move(changed);
          bestUsage = std::move(other);
          bestScore = score;
        }
      }
      if (limit.isSpent())
        break;
    }
    if (best.empty())
      return false;
    sequence = std::move(best);
    usage = std::move(bestUsage);
    excess = getExcess(usage);
  }
  return true;
}

void Recomputer::prune(Sequence &sequence) {
  // The most expensive first.
  std::vector<bool> hasRun(graph.steps.size(), false);
  std::vector<std::pair<int64_t, unsigned>> repeated;
  for (unsigned at = 0; at < sequence.size(); ++at) {
    if (hasRun[sequence[at]])
      repeated.push_back({-graph.steps[sequence[at]].cost, at});
    hasRun[sequence[at]] = true;
  }
  std::sort(repeated.begin(), repeated.end());
  std::vector<bool> isGone(sequence.size(), false);
  for (auto [cost, at] : repeated) {
    if (limit.isSpent())
      break;
    isGone[at] = true;
    Sequence shorter;
    for (unsigned i = 0; i < sequence.size(); ++i)
      if (!isGone[i])
        shorter.push_back(sequence[i]);
    if (look(shorter).peak > budget)
      isGone[at] = false;
  }
  Sequence shorter;
  for (unsigned i = 0; i < sequence.size(); ++i)
    if (!isGone[i])
      shorter.push_back(sequence[i]);
  sequence = std::move(shorter);
}

int64_t Recomputer::getCostBound(const Sequence &order) const {
  Usage usage = getUsage(graph, order);
  double bound = 0;
  std::vector<std::pair<double, unsigned>> idle;
  for (int64_t at = 0; at < int64_t(order.size()); ++at) {
    int64_t excess = usage.live[at] - budget;
    if (excess <= 0)
      continue;
    // What does not matter to this step could be dropped, each for the cost of
    // its maker, a fraction of it for a fraction of that.
    const StepGraph::Step &step = graph.steps[order[at]];
    idle.clear();
    for (const Instance &instance : usage.instances) {
      unsigned buffer = instance.buffer;
      int64_t bytes = graph.buffers[buffer].bytes;
      if (instance.first >= at || instance.last <= at || bytes == 0 ||
          getMaker(buffer) < 0 ||
          std::find(step.reads.begin(), step.reads.end(), buffer) !=
              step.reads.end())
        continue;
      const StepGraph::Step &maker = graph.steps[getMaker(buffer)];
      int64_t made = 0;
      for (unsigned written : maker.writes)
        made += graph.buffers[written].bytes;
      idle.push_back({double(maker.cost) / double(made), buffer});
    }
    std::sort(idle.begin(), idle.end());
    double cost = 0;
    for (auto [price, buffer] : idle) {
      double bytes =
          std::min(double(graph.buffers[buffer].bytes), double(excess));
      if (bytes <= 0)
        break;
      cost += price * bytes;
      excess -= int64_t(bytes);
    }
    bound = std::max(bound, cost);
  }
  return int64_t(bound);
}

Recomputation megcc::findRecomputation(const StepGraph &graph,
                                       const Sequence &order, int64_t budget,
                                       SearchLimit &limit) {
  Recomputer recomputer(graph, order, budget, limit);
  Recomputation best;
  auto consider = [&](const Sequence &sequence) {
    Usage usage = recomputer.look(sequence);
    bool fits = usage.peak <= budget, fitted = best.peak <= budget;
    bool isBetter = fits && fitted ? usage.extraCost < best.extraCost
                                   : usage.peak < best.peak;
    if (best.sequence.empty() || isBetter)
      best = {sequence, usage.peak, usage.extraCost, 0};
    return fits;
  };
  if (consider(order))
    return best;

  // As many states of a chain as there is room for.
  ReverseChain chain = findReverseChain(graph, order);
  for (int64_t kept = chain.states.size(); kept-- > 1;) {
    kept = std::clamp<int64_t>(budget / chain.stateBytes, 1, kept);
    if (consider(reverseWith(chain, order, kept))) {
      best.costBound =
          chain.isUniform ? best.extraCost : recomputer.getCostBound(order);
      return best;
    }
    if (limit.isSpent())
      break;
  }

  int64_t bound = recomputer.getCostBound(order);
  std::vector<Sequence> beginnings{order};
  if (best.sequence != order)
    beginnings.push_back(best.sequence);
  for (const Sequence &beginning : beginnings) {
    Sequence sequence = beginning;
    if (recomputer.descend(sequence, nullptr))
      recomputer.prune(sequence);
    consider(sequence);
  }
  std::mt19937_64 random(1);
  constexpr int descents = 24;
  for (int i = 0; i < descents && best.peak <= budget &&
                  best.extraCost > bound && !limit.isSpent();
       ++i) {
    Sequence sequence = order;
    if (recomputer.descend(sequence, &random))
      recomputer.prune(sequence);
    consider(sequence);
  }
  best.costBound = bound;
  return best;
}

std::vector<Repetition> megcc::findRepetitions(const StepGraph &graph,
                                               const Sequence &sequence,
                                               SearchLimit &limit) {
  Recomputer recomputer(graph, sequence, /*budget=*/0, limit);
  std::vector<Repetition> found = recomputer.getRepetitions(sequence);
  std::stable_sort(found.begin(), found.end(),
                   [](const Repetition &a, const Repetition &b) {
                     return a.worth > b.worth;
                   });
  return found;
}
