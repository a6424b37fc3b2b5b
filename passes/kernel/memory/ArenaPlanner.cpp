//===- ArenaPlanner.cpp - Offsets for buffers with lifetimes --------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Greedy placement, the hill climb over its orders, and the choice among all
// plans. The tree search is in ArenaSearch.cpp.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/memory/ArenaPlanner.h"
#include "passes/kernel/memory/ArenaSearch.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <random>

using namespace megcc;

std::vector<ArenaPart> megcc::getParts(const ArenaBuffer &buffer) {
  if (buffer.parts.empty())
    return {{0, buffer.bytes, buffer.first, buffer.last}};
  return buffer.parts;
}

namespace {

using Order = std::vector<unsigned>;

enum class Fit { First, Best };

/// A problem whose sizes are rounded up, with what every placement needs.
class Placer {
public:
  explicit Placer(const std::vector<ArenaBuffer> &buffers);

  /// Places the buffers one after another in `order`, each into a gap between
  /// those placed before that it conflicts with. Counts `effort` down.
  ArenaPlan place(const Order &order, Fit fit, int64_t &effort) const;

  /// Exchanges places in `order` as long as that does not make the arena
  /// larger, until it has `target` bytes or the effort is spent.
  void climb(Order order, int64_t target, int64_t effort,
             ArenaPlan &best) const;

private:
  const std::vector<ArenaBuffer> &buffers;
  /// Of two buffers of which parts are alive together: the second's offset is
  /// at most the first's plus `below`, or at least that plus `above`.
  struct Conflict {
    unsigned other;
    int64_t below, above;
  };
  /// For each buffer as the second; several of one pair if there are parts.
  std::vector<std::vector<Conflict>> conflicts;
};

} // namespace

/// Between which distances, exclusive, a buffer of the parts `second` must not
/// lie behind one of `first`, because parts alive together would meet.
static std::vector<std::pair<int64_t, int64_t>>
getConflicts(const std::vector<ArenaPart> &first,
             const std::vector<ArenaPart> &second) {
  std::vector<std::pair<int64_t, int64_t>> all, merged;
  for (const ArenaPart &a : first) {
    // Parts that lie one behind the other are forbidden one range.
    size_t begin = all.size();
    for (size_t i = second.size(); i-- > 0;) {
      const ArenaPart &b = second[i];
      if (a.last < b.first || b.last < a.first)
        continue;
      int64_t below = a.offset - b.offset - b.bytes;
      int64_t above = a.offset + a.bytes - b.offset;
      if (all.size() > begin && below < all.back().second &&
          above > all.back().first)
        all.back() = {std::min(all.back().first, below),
                      std::max(all.back().second, above)};
      else
        all.push_back({below, above});
    }
  }
  std::sort(all.begin(), all.end());
  for (auto [below, above] : all)
    if (!merged.empty() && below < merged.back().second)
      merged.back().second = std::max(merged.back().second, above);
    else
      merged.push_back({below, above});
  return merged;
}

Placer::Placer(const std::vector<ArenaBuffer> &buffers)
    : buffers(buffers), conflicts(buffers.size()) {
  Order byFirst(buffers.size());
  std::iota(byFirst.begin(), byFirst.end(), 0);
  std::stable_sort(byFirst.begin(), byFirst.end(), [&](unsigned a, unsigned b) {
    return buffers[a].first < buffers[b].first;
  });
  std::vector<unsigned> alive;
  for (unsigned i : byFirst) {
    alive.erase(std::remove_if(alive.begin(), alive.end(),
                               [&](unsigned j) {
                                 return buffers[j].last < buffers[i].first;
                               }),
                alive.end());
    for (unsigned j : alive)
      for (auto [below, above] :
           getConflicts(getParts(buffers[j]), getParts(buffers[i]))) {
        conflicts[i].push_back({j, below, above});
        conflicts[j].push_back({i, -above, -below});
      }
    alive.push_back(i);
  }
}

ArenaPlan Placer::place(const Order &order, Fit fit, int64_t &effort) const {
  ArenaPlan plan;
  plan.offsets.assign(buffers.size(), -1);
  std::vector<std::pair<int64_t, int64_t>> taken;
  // A placement costs something even where no two buffers meet.
  constexpr int64_t effortOfBuffer = 16;
  effort -= effortOfBuffer * int64_t(order.size() + 1);
  for (unsigned i : order) {
    taken.clear();
    for (const Conflict &conflict : conflicts[i])
      if (int64_t offset = plan.offsets[conflict.other]; offset >= 0)
        taken.emplace_back(offset + conflict.below, offset + conflict.above);
    effort -= conflicts[i].size() + 4 * taken.size();
    std::sort(taken.begin(), taken.end());
    // Offsets strictly between the two numbers of a pair are taken.
    int64_t free = 0, chosen = -1, smallest = 0;
    for (auto [begin, end] : taken) {
      int64_t gap = begin - free;
      if (gap >= 0 && (chosen < 0 || gap < smallest)) {
        chosen = free;
        smallest = gap;
        if (fit == Fit::First)
          break;
      }
      free = std::max(free, end);
    }
    plan.offsets[i] = chosen < 0 ? free : chosen;
    plan.bytes = std::max(plan.bytes, plan.offsets[i] + buffers[i].bytes);
  }
  return plan;
}

void Placer::climb(Order order, int64_t target, int64_t effort,
                   ArenaPlan &best) const {
  // Its own arithmetic on the raw numbers: the standard fixes those, but not
  // what its distributions make of them.
  std::mt19937_64 random(1);
  ArenaPlan current = place(order, Fit::First, effort);
  std::vector<unsigned> top;
  while (effort > 0 && best.bytes > target) {
    // One of the buffers at the top has to be placed earlier.
    top.clear();
    for (unsigned at = 0; at < order.size(); ++at)
      if (current.offsets[order[at]] + buffers[order[at]].bytes ==
          current.bytes)
        top.push_back(at);
    Order next = order;
    unsigned from = top[random() % top.size()];
    std::swap(next[from], next[random() % (from + 1)]);
    if (random() % 2)
      std::swap(next[random() % next.size()], next[random() % next.size()]);
    ArenaPlan plan = place(next, Fit::First, effort);
    if (plan.bytes > current.bytes)
      continue;
    order = std::move(next);
    current = std::move(plan);
    if (current.bytes < best.bytes) {
      best.bytes = current.bytes;
      best.offsets = current.offsets;
      best.method = "hill climb";
    }
  }
}

/// For each buffer the largest sum of sizes alive at any step of its life.
static std::vector<int64_t>
getBreadths(const std::vector<ArenaBuffer> &buffers) {
  std::map<int64_t, int64_t> change;
  for (const ArenaBuffer &buffer : buffers)
    for (const ArenaPart &part : getParts(buffer)) {
      change[part.first] += part.bytes;
      change[part.last + 1] -= part.bytes;
    }
  int64_t live = 0;
  for (auto &[step, bytes] : change)
    bytes = live += bytes;
  std::vector<int64_t> breadths;
  for (const ArenaBuffer &buffer : buffers) {
    int64_t breadth = 0;
    for (auto it = change.find(buffer.first);
         it != change.end() && it->first <= buffer.last; ++it)
      breadth = std::max(breadth, it->second);
    breadths.push_back(breadth);
  }
  return breadths;
}

static int64_t alignUp(int64_t bytes, int64_t alignment) {
  return (bytes + alignment - 1) / alignment * alignment;
}

std::vector<ArenaBuffer> megcc::roundUp(const std::vector<ArenaBuffer> &buffers,
                                        int64_t alignment) {
  std::vector<ArenaBuffer> rounded = buffers;
  for (ArenaBuffer &buffer : rounded) {
    buffer.bytes = alignUp(buffer.bytes, alignment);
    for (ArenaPart &part : buffer.parts) {
      int64_t begin = part.offset / alignment * alignment;
      int64_t end = part.offset + part.bytes;
      part.offset = begin;
      part.bytes = alignUp(end - begin, alignment);
    }
  }
  return rounded;
}

int64_t megcc::getLiveBytes(const std::vector<ArenaBuffer> &buffers,
                            int64_t alignment, int64_t first, int64_t last) {
  // Parts of one buffer may share what they would be rounded up to.
  std::map<int64_t, int64_t> change;
  auto add = [&](int64_t from, int64_t to, int64_t bytes) {
    if (from > last || to < first)
      return;
    change[from] += bytes;
    change[to + 1] -= bytes;
  };
  for (const ArenaBuffer &buffer : buffers) {
    if (buffer.parts.empty())
      add(buffer.first, buffer.last, alignUp(buffer.bytes, alignment));
    for (const ArenaPart &part : buffer.parts)
      add(part.first, part.last, part.bytes);
  }
  int64_t live = 0, largest = 0;
  for (auto [step, bytes] : change) {
    live += bytes;
    largest = std::max(largest, live);
  }
  return alignUp(largest, alignment);
}

int64_t megcc::getArenaLowerBound(const std::vector<ArenaBuffer> &buffers,
                                  int64_t alignment) {
  int64_t bound =
      getLiveBytes(buffers, alignment, std::numeric_limits<int64_t>::min(),
                   std::numeric_limits<int64_t>::max() - 1);
  // A buffer is in one piece even where its parts are never alive together.
  for (const ArenaBuffer &buffer : buffers)
    bound = std::max(bound, alignUp(buffer.bytes, alignment));
  return bound;
}

/// Spends the effort on a plan that needs fewer bytes than `best`, which misses
/// the lower bound.
static void improve(const std::vector<ArenaBuffer> &buffers,
                    const Placer &placer, const Order &order,
                    const std::vector<Order> &others,
                    const ArenaPlannerOptions &options, ArenaPlan &best) {
  // The search recurses for each buffer, and knows of no parts.
  constexpr size_t maxSearched = 5000;
  bool maySearch = buffers.size() <= maxSearched &&
                   std::all_of(buffers.begin(), buffers.end(),
                               [](const ArenaBuffer &buffer) {
                                 return buffer.parts.empty();
                               });
  auto search = [&](int64_t capacity, int64_t effort) {
    std::optional<std::vector<int64_t>> offsets =
        searchArena(buffers, capacity, effort);
    if (!offsets)
      return false;
    best.offsets = std::move(*offsets);
    best.bytes = 0;
    for (size_t i = 0; i < buffers.size(); ++i)
      best.bytes = std::max(best.bytes, best.offsets[i] + buffers[i].bytes);
    best.method = "search";
    return true;
  };

  int64_t half = options.effort / 2;
  if (maySearch && search(best.lowerBound, half))
    return;
  placer.climb(order, best.lowerBound, maySearch ? half / 2 : half, best);
  if (!maySearch) {
    // What a climb reaches depends on where it begins.
    for (const Order &other : others)
      placer.climb(other, best.lowerBound, half / int64_t(others.size()), best);
    return;
  }
  // Halve the gap until the sizes tried are a part in a hundred apart.
  constexpr int64_t rounds = 6;
  int64_t below = best.lowerBound;
  for (int64_t round = 0;
       round < rounds && best.bytes - below > best.bytes / 100; ++round) {
    int64_t middle = below + (best.bytes - below) / 2;
    middle -= middle % options.alignment;
    if (middle <= below)
      break;
    if (!search(middle, half / 2 / rounds))
      below = middle;
  }
}

ArenaPlan megcc::planArena(const std::vector<ArenaBuffer> &given,
                           const ArenaPlannerOptions &options) {
  std::vector<ArenaBuffer> buffers = roundUp(given, options.alignment);
  std::vector<int64_t> breadths = getBreadths(buffers);
  int64_t bound = getArenaLowerBound(given, options.alignment);

  // Larger keys are placed first; equal ones in the order given.
  struct Heuristic {
    const char *firstFit, *bestFit;
    std::function<std::pair<double, double>(unsigned)> key;
  };
  auto size = [&](unsigned i) { return double(buffers[i].bytes); };
  auto life = [&](unsigned i) {
    return double(buffers[i].last - buffers[i].first + 1);
  };
  const Heuristic heuristics[] = {
      {"size, first fit", "size, best fit",
       [&](unsigned i) { return std::pair(size(i), life(i)); }},
      {"breadth, first fit", "breadth, best fit",
       [&](unsigned i) { return std::pair(double(breadths[i]), size(i)); }},
      {"area, first fit", "area, best fit",
       [&](unsigned i) { return std::pair(size(i) * life(i), size(i)); }},
      {"lifetime, first fit", "lifetime, best fit",
       [&](unsigned i) { return std::pair(life(i), size(i)); }},
      {"definition, first fit", "definition, best fit",
       [&](unsigned i) { return std::pair(-double(buffers[i].first), 0.0); }},
  };

  Placer placer(buffers);
  ArenaPlan best;
  Order bestOrder;
  std::vector<Order> orders;
  int64_t effort = options.effort;
  for (const Heuristic &heuristic : heuristics) {
    Order order(buffers.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](unsigned a, unsigned b) {
      return heuristic.key(a) > heuristic.key(b);
    });
    for (Fit fit : {Fit::First, Fit::Best}) {
      ArenaPlan plan = placer.place(order, fit, effort);
      if (best.offsets.size() == buffers.size() && plan.bytes >= best.bytes)
        continue;
      best = std::move(plan);
      best.method = fit == Fit::First ? heuristic.firstFit : heuristic.bestFit;
      bestOrder = order;
    }
    orders.push_back(std::move(order));
  }
  best.lowerBound = bound;
  if (best.bytes > bound)
    improve(buffers, placer, bestOrder, orders, options, best);
  return best;
}
