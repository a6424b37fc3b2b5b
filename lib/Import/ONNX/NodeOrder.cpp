//===- NodeOrder.cpp - Order and liveness of a list of nodes --------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/NodeOrder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace megcc;
using llvm::StringRef;

static void
forEachSubgraph(const onnx::NodeProto &node,
                llvm::function_ref<void(const onnx::GraphProto &)> fn) {
  for (const onnx::AttributeProto &attribute : node.attribute()) {
    if (attribute.has_g())
      fn(attribute.g());
    for (const onnx::GraphProto &graph : attribute.graphs())
      fn(graph);
  }
}

/// Nesting is bounded: protobuf parses a hundred levels of messages at most.
static void forEachCapturedName(const onnx::GraphProto &graph,
                                llvm::function_ref<void(StringRef)> fn) {
  llvm::StringSet<> own;
  for (const auto &input : graph.input())
    own.insert(input.name());
  for (const auto &tensor : graph.initializer())
    own.insert(tensor.name());
  for (const onnx::NodeProto &node : graph.node())
    for (const std::string &output : node.output())
      own.insert(output);
  auto report = [&](StringRef name) {
    if (!name.empty() && !own.contains(name))
      fn(name);
  };
  for (const onnx::NodeProto &node : graph.node())
    forEachReadName(node, report);
  for (const auto &output : graph.output())
    report(output.name());
}

void megcc::forEachReadName(const onnx::NodeProto &node,
                            llvm::function_ref<void(StringRef)> fn) {
  for (const std::string &input : node.input())
    if (!input.empty())
      fn(input);
  forEachSubgraph(node, [&](const onnx::GraphProto &graph) {
    forEachCapturedName(graph, fn);
  });
}

NodeOrder megcc::orderNodes(const NodeList &nodes,
                            llvm::ArrayRef<StringRef> outputs) {
  size_t count = static_cast<size_t>(nodes.size());
  llvm::StringMap<unsigned> producers;
  for (auto [index, node] : llvm::enumerate(nodes))
    for (const std::string &output : node.output())
      if (!output.empty())
        producers[output] = static_cast<unsigned>(index);

  struct Edge {
    unsigned producer;
    StringRef name;
  };
  std::vector<std::vector<Edge>> reads(count);
  for (auto [index, node] : llvm::enumerate(nodes))
    forEachReadName(node, [&, index = index](StringRef name) {
      auto it = producers.find(name);
      if (it != producers.end())
        reads[index].push_back({it->second, it->first()});
    });

  // Depth first with a stack of our own: graphs are deeper than call stacks.
  NodeOrder order;
  enum State : char { Unseen, Open, Done };
  std::vector<State> states(count, Unseen);
  std::vector<char> isLive(count, 0);
  std::vector<std::pair<unsigned, size_t>> stack;
  std::vector<unsigned> finished;
  auto visit = [&](unsigned root) {
    if (states[root] != Unseen)
      return true;
    states[root] = Open;
    stack.assign({{root, 0}});
    while (!stack.empty()) {
      auto &[node, next] = stack.back();
      if (next == reads[node].size()) {
        states[node] = Done;
        finished.push_back(node);
        stack.pop_back();
        continue;
      }
      const Edge &edge = reads[node][next++];
      if (states[edge.producer] == Open) {
        order.cyclicNode = static_cast<int>(node);
        order.cyclicInput = edge.name.str();
        return false;
      }
      if (states[edge.producer] == Unseen) {
        states[edge.producer] = Open;
        stack.push_back({edge.producer, 0});
      }
    }
    return true;
  };
  for (unsigned index = 0; index < count; ++index)
    if (!visit(index))
      return order;

  for (StringRef output : outputs) {
    auto it = producers.find(output);
    if (it != producers.end())
      isLive[it->second] = 1;
  }
  for (unsigned node : llvm::reverse(finished))
    if (isLive[node])
      for (const Edge &edge : reads[node])
        isLive[edge.producer] = 1;
  for (unsigned node : finished)
    if (isLive[node])
      order.live.push_back(node);
  return order;
}
