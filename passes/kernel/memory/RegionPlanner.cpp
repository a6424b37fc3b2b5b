//===- RegionPlanner.cpp - Buffers in several memories --------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/memory/RegionPlanner.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace megcc;

namespace {

using Order = std::vector<unsigned>;

/// Which memory each item is in, -1 for none.
struct Division {
  std::vector<int> regionOf;
  int64_t excess = 0; ///< of the last memory
  /// Traffic of each memory, weighed by how many are slower.
  double benefit = 0;

  bool isBetterThan(const Division &other) const {
    return excess != other.excess ? excess < other.excess
                                  : benefit > other.benefit;
  }
};

class Divider {
public:
  Divider(const std::vector<RegionItem> &items,
          const std::vector<int64_t> &capacities, int64_t alignment)
      : items(items), capacities(capacities), greedy{alignment, /*effort=*/0} {}

  Division find() const;

  /// The items of memory `region`.
  std::vector<ArenaBuffer> getBuffers(const Division &division, int region,
                                      Order *indices = nullptr) const;

private:
  Division divide(const Order &order) const;
  bool fits(const std::vector<ArenaBuffer> &buffers, int64_t capacity) const;
  /// The item that holds most bytes where the last memory is fullest, of those
  /// that would fit into another and are not yet `first`; nothing if there is
  /// none.
  std::optional<unsigned> findHeaviest(const Division &division,
                                       llvm::ArrayRef<unsigned> first) const;

  const std::vector<RegionItem> &items;
  const std::vector<int64_t> &capacities;
  const ArenaPlannerOptions greedy;
};

} // namespace

bool Divider::fits(const std::vector<ArenaBuffer> &buffers,
                   int64_t capacity) const {
  return getArenaLowerBound(buffers, greedy.alignment) <= capacity &&
         planArena(buffers, greedy).bytes <= capacity;
}

std::vector<ArenaBuffer> Divider::getBuffers(const Division &division,
                                             int region, Order *indices) const {
  std::vector<ArenaBuffer> buffers;
  for (auto [i, item] : llvm::enumerate(items)) {
    if (division.regionOf[i] != region)
      continue;
    buffers.push_back(item.buffer);
    if (indices)
      indices->push_back(i);
  }
  return buffers;
}

Division Divider::divide(const Order &order) const {
  Division division;
  division.regionOf.assign(items.size(), -1);
  int last = int(capacities.size()) - 1;
  std::vector<std::vector<ArenaBuffer>> placed(capacities.size());
  for (unsigned i : order) {
    const RegionItem &item = items[i];
    for (int region = 0; region <= last; ++region) {
      if (region == last && item.isOptional)
        break;
      placed[region].push_back(item.buffer);
      if (region == last || fits(placed[region], capacities[region])) {
        division.regionOf[i] = region;
        division.benefit += item.traffic * (last - region);
        break;
      }
      placed[region].pop_back();
    }
  }
  division.excess = std::max<int64_t>(
      0, planArena(placed.back(), greedy).bytes - capacities.back());
  return division;
}

std::optional<unsigned>
Divider::findHeaviest(const Division &division,
                      llvm::ArrayRef<unsigned> first) const {
  int last = int(capacities.size()) - 1;
  Order indices;
  std::vector<ArenaBuffer> buffers = getBuffers(division, last, &indices);
  // The fullest step is one at which something begins.
  int64_t most = -1, fullest = 0;
  for (const ArenaBuffer &buffer : buffers) {
    int64_t live = getLiveBytes(buffers, 1, buffer.first, buffer.first);
    if (live > most)
      std::tie(most, fullest) = std::pair(live, buffer.first);
  }
  std::optional<unsigned> heaviest;
  for (unsigned i : indices) {
    const ArenaBuffer &buffer = items[i].buffer;
    bool isThere = buffer.first <= fullest && buffer.last >= fullest;
    bool hasRoom = llvm::any_of(
        llvm::ArrayRef(capacities).drop_back(),
        [&](int64_t capacity) { return buffer.bytes <= capacity; });
    if (isThere && hasRoom && !llvm::is_contained(first, i) &&
        (!heaviest || buffer.bytes > items[*heaviest].buffer.bytes))
      heaviest = i;
  }
  return heaviest;
}

Division Divider::find() const {
  Order byBenefit(items.size());
  std::iota(byBenefit.begin(), byBenefit.end(), 0);
  auto density = [&](unsigned i) {
    return items[i].traffic / std::max<int64_t>(1, items[i].buffer.bytes);
  };
  llvm::stable_sort(byBenefit, [&](unsigned a, unsigned b) {
    return density(a) > density(b);
  });
  Division best = divide(byBenefit);
  if (best.excess == 0)
    return best;
  // Weights after all buffers; then buffers that must leave the last memory
  // before the others.
  Order order = byBenefit;
  llvm::stable_sort(order, [&](unsigned a, unsigned b) {
    return items[a].isOptional < items[b].isOptional;
  });
  std::vector<unsigned> first;
  constexpr unsigned mostTurns = 64;
  for (unsigned turn = 0; turn < mostTurns; ++turn) {
    Order next = first;
    llvm::copy_if(order, std::back_inserter(next),
                  [&](unsigned i) { return !llvm::is_contained(first, i); });
    Division division = divide(next);
    if (division.isBetterThan(best))
      best = division;
    if (best.excess == 0)
      break;
    std::optional<unsigned> heaviest = findHeaviest(division, first);
    if (!heaviest)
      break;
    first.push_back(*heaviest);
  }
  return best;
}

RegionPlan megcc::planRegions(const std::vector<RegionItem> &items,
                              const std::vector<int64_t> &capacities,
                              const ArenaPlannerOptions &options) {
  Divider divider(items, capacities, options.alignment);
  Division division = divider.find();
  RegionPlan plan;
  plan.offsets.resize(items.size());
  std::vector<ArenaBuffer> all;
  for (size_t region = 0; region < capacities.size(); ++region) {
    Order indices;
    std::vector<ArenaBuffer> buffers =
        divider.getBuffers(division, region, &indices);
    // What greedy placement fits into a memory the search does not spoil.
    ArenaPlan own = planArena(buffers, options);
    plan.bases.push_back(plan.totalBytes);
    plan.bytes.push_back(own.bytes);
    for (auto [i, offset] : llvm::zip(indices, own.offsets))
      plan.offsets[i] = plan.totalBytes + offset;
    plan.totalBytes += llvm::alignTo(own.bytes, options.alignment);
    all.insert(all.end(), buffers.begin(), buffers.end());
  }
  plan.lowerBound = getArenaLowerBound(all, options.alignment);
  return plan;
}
