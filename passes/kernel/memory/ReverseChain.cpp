//===- ReverseChain.cpp - Chains used forwards, then backwards ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/memory/ReverseChain.h"

#include <algorithm>
#include <map>
#include <optional>

using namespace megcc;

int64_t megcc::getReverseSteps(int64_t n, int64_t c) {
  if (n <= 1)
    return 0;
  if (c == 1)
    return n * (n - 1) / 2;
  // The least number of times r that each step may have to run: the first with
  // binomial(c + r, c) >= n.
  int64_t r = 0, reach = 1;
  while (reach < n) {
    ++r;
    reach = reach * (c + r) / r;
  }
  int64_t less = 1;
  for (int64_t i = 1; i < r; ++i)
    less = less * (c + r - (i - 1)) / i;
  return r * n - less;
}

//===----------------------------------------------------------------------===//
// Finding chains
//===----------------------------------------------------------------------===//

namespace {

class ChainFinder {
public:
  ChainFinder(const StepGraph &graph, const std::vector<unsigned> &order)
      : graph(graph), order(order), readers(graph.buffers.size()),
        writers(graph.buffers.size()), positions(graph.steps.size()) {
    for (unsigned at = 0; at < order.size(); ++at) {
      const StepGraph::Step &step = graph.steps[order[at]];
      positions[order[at]] = at;
      for (unsigned buffer : step.reads)
        readers[buffer].push_back(order[at]);
      for (unsigned buffer : step.writes)
        writers[buffer].push_back(order[at]);
    }
  }

  /// The chain that begins with `buffer`.
  ReverseChain follow(unsigned buffer) const;

private:
  /// Steps that make one buffer from another alone.
  struct Link {
    std::vector<unsigned> steps;
    unsigned next;
    /// Those who read the first buffer besides.
    std::vector<unsigned> others;
  };
  std::optional<Link> getLink(unsigned buffer) const;
  bool mayBelong(unsigned step, unsigned buffer,
                 const std::vector<unsigned> &made) const;

  const StepGraph &graph;
  const std::vector<unsigned> &order;
  /// In order of time.
  std::vector<std::vector<unsigned>> readers, writers;
  std::vector<unsigned> positions;
};

} // namespace

static bool contains(const std::vector<unsigned> &list, unsigned value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// Whether `step` may run again and reads nothing but `buffer` and what was
/// `made` since.
bool ChainFinder::mayBelong(unsigned step, unsigned buffer,
                            const std::vector<unsigned> &made) const {
  const StepGraph::Step &run = graph.steps[step];
  return run.mayRepeat && run.fixedBy.empty() &&
         std::all_of(run.reads.begin(), run.reads.end(),
                     [&](unsigned read) {
                       return read == buffer || contains(made, read) ||
                              graph.buffers[read].bytes == 0;
                     }) &&
         std::all_of(run.writes.begin(), run.writes.end(),
                     [&](unsigned written) {
                       return !graph.buffers[written].isOutput &&
                              writers[written].size() == 1;
                     });
}

std::optional<ChainFinder::Link> ChainFinder::getLink(unsigned buffer) const {
  // A softmax takes four steps. What is much smaller than the state is no
  // state.
  constexpr size_t longest = 8;
  constexpr int64_t smallest = 16;
  Link link;
  std::vector<unsigned> made;
  for (size_t at = positions[readers[buffer].front()];
       at < order.size() && link.steps.size() < longest; ++at) {
    if (!mayBelong(order[at], buffer, made))
      return std::nullopt;
    link.steps.push_back(order[at]);
    const std::vector<unsigned> &writes = graph.steps[order[at]].writes;
    made.insert(made.end(), writes.begin(), writes.end());
    auto isOutside = [&](unsigned step) { return !contains(link.steps, step); };
    unsigned leaving = 0;
    for (unsigned written : made)
      if (std::any_of(readers[written].begin(), readers[written].end(),
                      isOutside)) {
        link.next = written;
        ++leaving;
      }
    link.others.clear();
    std::copy_if(readers[buffer].begin(), readers[buffer].end(),
                 std::back_inserter(link.others), isOutside);
    if (leaving == 1 && link.others.size() <= 1 &&
        graph.buffers[link.next].bytes * smallest >=
            graph.buffers[buffer].bytes)
      return link;
  }
  return std::nullopt;
}

ReverseChain ChainFinder::follow(unsigned buffer) const {
  ReverseChain chain;
  std::vector<unsigned> between;
  auto getCost = [&](const std::vector<unsigned> &steps) {
    int64_t cost = 0;
    for (unsigned step : steps)
      cost += graph.steps[step].cost;
    return cost;
  };
  while (!graph.buffers[buffer].isOutput && !readers[buffer].empty()) {
    std::optional<Link> link = getLink(buffer);
    if (!link || !link->others.empty()) {
      // A state: used again before all those before it.
      unsigned use = link ? link->others.front() : readers[buffer].back();
      int64_t bytes = graph.buffers[buffer].bytes;
      if (!chain.uses.empty() && positions[use] >= positions[chain.uses.back()])
        break;
      if (!chain.states.empty()) {
        chain.isUniform &= bytes == chain.stateBytes &&
                           (chain.links.empty() ||
                            getCost(between) == getCost(chain.links.front()));
        chain.links.push_back(std::move(between));
      }
      between.clear();
      chain.states.push_back(buffer);
      chain.uses.push_back(use);
      chain.stateBytes = std::max(chain.stateBytes, bytes);
    } else if (chain.states.empty()) {
      break;
    }
    if (!link)
      break;
    between.insert(between.end(), link->steps.begin(), link->steps.end());
    buffer = link->next;
  }
  return chain;
}

ReverseChain megcc::findReverseChain(const StepGraph &graph,
                                     const std::vector<unsigned> &order) {
  ChainFinder finder(graph, order);
  std::vector<bool> isInside(graph.buffers.size(), false);
  ReverseChain best;
  int64_t most = 0;
  for (unsigned step : order)
    for (unsigned buffer : graph.steps[step].reads) {
      if (isInside[buffer])
        continue;
      ReverseChain chain = finder.follow(buffer);
      for (unsigned state : chain.states)
        isInside[state] = true;
      int64_t bytes = chain.stateBytes * int64_t(chain.states.size());
      if (chain.states.size() >= 3 && bytes > most) {
        most = bytes;
        best = std::move(chain);
      }
    }
  return best;
}

//===----------------------------------------------------------------------===//
// Reversing
//===----------------------------------------------------------------------===//

namespace {

/// Lists, for each state, the links to run before its use.
class Reverser {
public:
  explicit Reverser(int64_t states) : runs(states), hasRun(states, false) {}

  /// Uses the states from `first` to `first + n - 1`, the last first; state
  /// `first` is there and one of the `kept`.
  void reverse(int64_t first, int64_t n, int64_t kept);

  std::vector<std::vector<int64_t>> runs;

private:
  /// Makes state `to` from state `from`.
  void advance(int64_t from, int64_t to) {
    for (int64_t link = from; link < to; ++link)
      if (hasRun[link])
        pending.push_back(link);
      else
        hasRun[link] = true;
  }

  std::vector<bool> hasRun;
  std::vector<int64_t> pending;
};

} // namespace

/// How far to go before a state is kept: the cost of going `k` steps is convex
/// in k.
static int64_t getSplit(int64_t n, int64_t kept) {
  auto cost = [&](int64_t k) {
    return k + getReverseSteps(n - k, kept - 1) + getReverseSteps(k, kept);
  };
  int64_t low = 1, high = n - 1;
  while (low < high) {
    int64_t middle = (low + high) / 2;
    if (cost(middle) <= cost(middle + 1))
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

void Reverser::reverse(int64_t first, int64_t n, int64_t kept) {
  while (n > 1 && kept > 1) {
    int64_t split = getSplit(n, kept);
    advance(first, first + split);
    reverse(first + split, n - split, kept - 1);
    n = split;
  }
  for (int64_t state = first + n; state-- > first;) {
    advance(first, state);
    runs[state] = std::move(pending);
    pending.clear();
  }
}

std::vector<unsigned> megcc::reverseWith(const ReverseChain &chain,
                                         const std::vector<unsigned> &order,
                                         int64_t kept) {
  int64_t count = chain.states.size();
  Reverser reverser(count);
  reverser.reverse(0, count, std::min(kept, count));
  std::map<unsigned, int64_t> stateOf;
  for (int64_t state = 0; state < count; ++state)
    stateOf[chain.uses[state]] = state;
  std::vector<unsigned> sequence;
  for (unsigned step : order) {
    if (auto it = stateOf.find(step); it != stateOf.end())
      for (int64_t link : reverser.runs[it->second])
        sequence.insert(sequence.end(), chain.links[link].begin(),
                        chain.links[link].end());
    sequence.push_back(step);
  }
  return sequence;
}
