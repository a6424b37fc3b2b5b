//===- NodeOrder.h - Order and liveness of a list of nodes ------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ONNX wants nodes sorted so that each comes after those it depends on. Not all
// producers keep to that, and a damaged file may hold a cycle.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_IMPORT_ONNX_NODEORDER_H
#define MEGCC_LIB_IMPORT_ONNX_NODEORDER_H

#include "lib/Import/ONNX/Schema.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace megcc {

using NodeList = google::protobuf::RepeatedPtrField<onnx::NodeProto>;

struct NodeOrder {
  /// The nodes that `outputs` depend on, dependencies first; otherwise in the
  /// order of the file.
  std::vector<unsigned> live;
  /// A node that depends on itself, and the input through which it does; -1 if
  /// there is no cycle.
  int cyclicNode = -1;
  std::string cyclicInput;
};

/// Calls `fn` with each name that the node reads: its inputs, and what its
/// subgraphs take from the graph around them.
void forEachReadName(const onnx::NodeProto &node,
                     llvm::function_ref<void(llvm::StringRef)> fn);

/// Every value must have one producer at most (checked before).
NodeOrder orderNodes(const NodeList &nodes,
                     llvm::ArrayRef<llvm::StringRef> outputs);

} // namespace megcc

#endif // MEGCC_LIB_IMPORT_ONNX_NODEORDER_H
