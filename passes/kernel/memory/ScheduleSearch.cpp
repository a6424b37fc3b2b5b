//===- ScheduleSearch.cpp - Order of steps for least memory ---------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Level k holds sets of k steps that have run, each with the smallest peak at
// which it can be reached.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/memory/ScheduleSearch.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <unordered_map>

using namespace megcc;

namespace {

/// A set of steps that have run.
struct State {
  std::vector<uint64_t> done;
  /// Tells sets apart (Zobrist hashing).
  uint64_t key = 0;
  /// Steps that may run next.
  std::vector<unsigned> ready;
  int64_t live = 0, peak = 0;

  bool isDone(unsigned step) const {
    return done[step / 64] >> (step % 64) & 1;
  }
};

/// What running a step does to the live bytes: while it runs, and after.
struct Change {
  int64_t during = 0, after = 0;
};

/// The graph seen from its steps and buffers.
class Network {
public:
  explicit Network(const StepGraph &graph);

  State getStart() const;
  Change getChange(const State &state, unsigned step) const;
  void run(State &state, unsigned step) const;

  const StepGraph &graph;

private:
  bool areDone(const State &state, const std::vector<unsigned> &steps,
               unsigned except) const {
    return std::all_of(steps.begin(), steps.end(), [&](unsigned step) {
      return step == except || state.isDone(step);
    });
  }
  bool isBorn(const State &state, unsigned buffer) const {
    return graph.buffers[buffer].isInput ||
           std::any_of(users[buffer].begin(), users[buffer].end(),
                       [&](unsigned step) { return state.isDone(step); });
  }
  bool dies(const State &state, unsigned buffer, unsigned step) const {
    return !graph.buffers[buffer].isOutput &&
           areDone(state, users[buffer], step);
  }

  /// Who uses each buffer; the buffers of each step; who waits for each step.
  std::vector<std::vector<unsigned>> users, used, waiting;
  std::vector<uint64_t> keys;
};

} // namespace

Network::Network(const StepGraph &graph)
    : graph(graph), users(graph.buffers.size()), used(graph.steps.size()),
      waiting(graph.steps.size()) {
  std::mt19937_64 random(1);
  for (unsigned s = 0; s < graph.steps.size(); ++s) {
    const StepGraph::Step &step = graph.steps[s];
    keys.push_back(random());
    used[s] = step.reads;
    used[s].insert(used[s].end(), step.writes.begin(), step.writes.end());
    std::sort(used[s].begin(), used[s].end());
    used[s].erase(std::unique(used[s].begin(), used[s].end()), used[s].end());
    for (unsigned buffer : used[s])
      users[buffer].push_back(s);
    for (unsigned other : step.before)
      waiting[other].push_back(s);
  }
}

State Network::getStart() const {
  State state;
  state.done.assign((graph.steps.size() + 63) / 64, 0);
  for (const StepGraph::Buffer &buffer : graph.buffers)
    if (buffer.isInput)
      state.live += buffer.bytes;
  state.peak = state.live;
  for (unsigned s = 0; s < graph.steps.size(); ++s)
    if (graph.steps[s].before.empty())
      state.ready.push_back(s);
  return state;
}

/// Bytes that the pairs of `step` for which `mayShare` holds have in common.
template <typename MayShare>
static int64_t getShared(const StepGraph &graph, unsigned step,
                         MayShare mayShare) {
  const std::vector<StepGraph::InPlace> &pairs = graph.steps[step].inPlace;
  int64_t shared = 0;
  std::vector<int64_t> taken(pairs.size(), 0);
  for (size_t i = 0; i < pairs.size(); ++i) {
    if (!mayShare(pairs[i]))
      continue;
    int64_t left = graph.buffers[pairs[i].read].bytes;
    int64_t room = graph.buffers[pairs[i].written].bytes;
    for (size_t j = 0; j < i; ++j) {
      left -= pairs[j].read == pairs[i].read ? taken[j] : 0;
      room -= pairs[j].written == pairs[i].written ? taken[j] : 0;
    }
    taken[i] = std::min(left, room);
    shared += taken[i];
  }
  return shared;
}

Change Network::getChange(const State &state, unsigned step) const {
  Change change;
  for (unsigned buffer : used[step]) {
    int64_t bytes = graph.buffers[buffer].bytes;
    if (!isBorn(state, buffer)) {
      change.during += bytes;
      change.after += bytes;
    }
    if (dies(state, buffer, step))
      change.after -= bytes;
  }
  change.during -= getShared(graph, step, [&](StepGraph::InPlace pair) {
    return dies(state, pair.read, step) && !isBorn(state, pair.written);
  });
  return change;
}

void Network::run(State &state, unsigned step) const {
  Change change = getChange(state, step);
  state.peak = std::max(state.peak, state.live + change.during);
  state.live += change.after;
  state.done[step / 64] |= uint64_t(1) << (step % 64);
  state.key ^= keys[step];
  state.ready.erase(std::find(state.ready.begin(), state.ready.end(), step));
  for (unsigned next : waiting[step])
    if (areDone(state, graph.steps[next].before, next))
      state.ready.insert(
          std::lower_bound(state.ready.begin(), state.ready.end(), next), next);
}

/// What each step alone needs: its operands, what may lie in one place once.
int64_t megcc::getStepBound(const StepGraph &graph) {
  int64_t bound = 0, inputs = 0, outputs = 0;
  for (const StepGraph::Buffer &buffer : graph.buffers) {
    inputs += buffer.isInput ? buffer.bytes : 0;
    outputs += buffer.isOutput ? buffer.bytes : 0;
  }
  for (const StepGraph::Step &step : graph.steps) {
    int64_t read = 0, written = 0;
    for (unsigned b : step.reads)
      read += graph.buffers[b].bytes;
    for (unsigned b : step.writes)
      if (std::find(step.reads.begin(), step.reads.end(), b) ==
          step.reads.end())
        written += graph.buffers[b].bytes;
    unsigned number = &step - graph.steps.data();
    written -=
        getShared(graph, number, [](StepGraph::InPlace) { return true; });
    bound = std::max(bound, read + std::max<int64_t>(written, 0));
  }
  return std::max({bound, inputs, outputs});
}

namespace {

/// How a state of one level was reached.
struct Link {
  unsigned parent, step;
};

/// One pass over all levels.
class LevelSearch {
public:
  /// Looks for a peak below `peak`, never below `bound`.
  LevelSearch(const Network &network, int64_t peak, int64_t bound, size_t width)
      : network(network), peak(peak), bound(bound), width(width) {}

  /// False if there is no order with a smaller peak among those looked at.
  bool run(SearchLimit &limit, std::vector<unsigned> &order);
  /// Whether nothing was left out but what can't be better.
  bool isComplete() const { return complete; }

private:
  void expand(unsigned parent, unsigned step);
  bool finishLevel();

  const Network &network;
  int64_t peak, bound;
  size_t width;
  bool complete = true;
  std::vector<State> level, next;
  std::vector<Link> reached;
  std::unordered_map<uint64_t, unsigned> known;
  std::vector<std::vector<Link>> links;
};

} // namespace

void LevelSearch::expand(unsigned parent, unsigned step) {
  State state = level[parent];
  network.run(state, step);
  if (state.peak >= peak)
    return;
  auto [it, isNew] = known.insert({state.key, unsigned(next.size())});
  if (isNew) {
    next.push_back(std::move(state));
    reached.push_back({parent, step});
  } else if (state.peak < next[it->second].peak) {
    next[it->second] = std::move(state);
    reached[it->second] = {parent, step};
  }
}

/// Keeps the best of `next`: of equal peaks what holds least.
bool LevelSearch::finishLevel() {
  if (next.empty())
    return false;
  std::vector<unsigned> best(next.size());
  std::iota(best.begin(), best.end(), 0);
  std::stable_sort(best.begin(), best.end(), [&](unsigned a, unsigned b) {
    return std::pair(next[a].peak, next[a].live) <
           std::pair(next[b].peak, next[b].live);
  });
  if (best.size() > width) {
    best.resize(width);
    complete = false;
  }
  level.clear();
  links.emplace_back();
  for (unsigned i : best) {
    level.push_back(std::move(next[i]));
    links.back().push_back(reached[i]);
  }
  next.clear();
  reached.clear();
  known.clear();
  return true;
}

bool LevelSearch::run(SearchLimit &limit, std::vector<unsigned> &order) {
  size_t count = network.graph.steps.size();
  level.push_back(network.getStart());
  for (size_t k = 0; k < count; ++k) {
    for (unsigned parent = 0; parent < level.size(); ++parent) {
      const State &state = level[parent];
      if (!limit.spend(30 * state.ready.size() + count / 8)) {
        complete = false;
        return false;
      }
      const auto *forced = std::find_if(
          state.ready.data(), state.ready.data() + state.ready.size(),
          [&](unsigned step) {
            Change change = network.getChange(state, step);
            return change.after <= 0 &&
                   state.live + change.during <= std::max(state.peak, bound);
          });
      if (forced != state.ready.data() + state.ready.size()) {
        expand(parent, *forced);
        continue;
      }
      for (unsigned step : state.ready)
        expand(parent, step);
    }
    if (!finishLevel())
      return false;
  }
  order.resize(count);
  unsigned at = 0;
  for (size_t k = count; k-- > 0; at = links[k][at].parent)
    order[k] = links[k][at].step;
  return true;
}

Schedule megcc::findSchedule(const StepGraph &graph, SearchLimit &limit) {
  Schedule best;
  best.order.resize(graph.steps.size());
  std::iota(best.order.begin(), best.order.end(), 0);
  best.peak = getUsage(graph, best.order).peak;
  int64_t bound = getStepBound(graph);
  Network network(graph);
  // Narrow passes find good orders, by which wide ones leave out more.
  for (size_t width = 8; width <= 8192 && !limit.isSpent(); width *= 8) {
    if (best.peak <= bound) {
      best.isBest = true;
      break;
    }
    LevelSearch search(network, best.peak, bound, width);
    std::vector<unsigned> order;
    bool isFound = search.run(limit, order);
    if (isFound) {
      best.order = std::move(order);
      best.peak = getUsage(graph, best.order).peak;
    }
    if (search.isComplete()) {
      best.isBest = true;
      break;
    }
  }
  return best;
}
