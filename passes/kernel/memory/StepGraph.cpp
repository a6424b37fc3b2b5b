//===- StepGraph.cpp - Steps, the buffers among them, and time ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/memory/StepGraph.h"

#include <algorithm>

using namespace megcc;

/// The instances of all buffers and, for each, which are in use by whom.
static std::vector<Instance>
getInstances(const StepGraph &graph, const std::vector<unsigned> &sequence,
             std::vector<std::vector<unsigned>> &ofReads,
             std::vector<std::vector<unsigned>> &ofWrites) {
  constexpr unsigned none = ~0u;
  std::vector<Instance> instances;
  std::vector<unsigned> latest(graph.buffers.size(), none);
  for (unsigned b = 0; b < graph.buffers.size(); ++b)
    if (graph.buffers[b].isInput) {
      latest[b] = instances.size();
      instances.push_back({b, -1, -1});
    }
  std::vector<bool> hasRun(graph.steps.size(), false);
  for (int64_t at = 0; at < int64_t(sequence.size()); ++at) {
    const StepGraph::Step &step = graph.steps[sequence[at]];
    for (unsigned b : step.reads) {
      if (latest[b] == none) {
        latest[b] = instances.size();
        instances.push_back({b, at, at});
      }
      instances[latest[b]].last = at;
      ofReads[at].push_back(latest[b]);
    }
    for (unsigned b : step.writes) {
      if (latest[b] == none || hasRun[sequence[at]]) {
        latest[b] = instances.size();
        instances.push_back({b, at, at});
      }
      instances[latest[b]].last = at;
      ofWrites[at].push_back(latest[b]);
    }
    hasRun[sequence[at]] = true;
  }
  for (unsigned b = 0; b < graph.buffers.size(); ++b)
    if (graph.buffers[b].isOutput && latest[b] != none)
      instances[latest[b]].last = sequence.size();
  return instances;
}

Usage megcc::getUsage(const StepGraph &graph,
                      const std::vector<unsigned> &sequence) {
  Usage result;
  int64_t length = sequence.size();
  std::vector<std::vector<unsigned>> ofReads(length), ofWrites(length);
  result.instances = getInstances(graph, sequence, ofReads, ofWrites);

  std::vector<int64_t> change(length + 2, 0);
  for (const Instance &instance : result.instances) {
    int64_t bytes = graph.buffers[instance.buffer].bytes;
    change[std::max<int64_t>(instance.first, 0)] += bytes;
    change[instance.last + 1] -= bytes;
  }
  // What an instance gives to one it can't give to another.
  std::vector<int64_t> left;
  for (const Instance &instance : result.instances)
    left.push_back(graph.buffers[instance.buffer].bytes);
  std::vector<int64_t> shared(length, 0);
  std::vector<int64_t> room = left;
  for (int64_t at = 0; at < length; ++at)
    for (StepGraph::InPlace pair : graph.steps[sequence[at]].inPlace) {
      auto find = [&](const std::vector<unsigned> &list, unsigned buffer) {
        return *std::find_if(list.begin(), list.end(), [&](unsigned i) {
          return result.instances[i].buffer == buffer;
        });
      };
      unsigned read = find(ofReads[at], pair.read);
      unsigned written = find(ofWrites[at], pair.written);
      if (result.instances[read].last != at ||
          result.instances[written].first != at)
        continue;
      int64_t bytes = std::min(left[read], room[written]);
      left[read] -= bytes;
      room[written] -= bytes;
      shared[at] += bytes;
    }
  int64_t live = 0;
  std::vector<bool> hasRun(graph.steps.size(), false);
  for (int64_t at = 0; at < length; ++at) {
    live += change[at];
    result.live.push_back(live - shared[at]);
    result.peak = std::max(result.peak, result.live.back());
    if (hasRun[sequence[at]])
      result.extraCost += graph.steps[sequence[at]].cost;
    hasRun[sequence[at]] = true;
  }
  return result;
}
