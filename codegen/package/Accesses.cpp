//===- Accesses.cpp - What calls touch ------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Accesses.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/Kernel/PlanAttributes.h"
#include "dialects/Kernel/Strides.h"

using namespace mlir;
using llvm::StringRef;

namespace megcc {

bool writesArgument(func::FuncOp callee, unsigned argument) {
  auto access =
      callee.getArgAttrOfType<StringAttr>(argument, kernel::kAccessAttr);
  return access && access.getValue() != "read";
}
static bool readsArgument(func::FuncOp callee, unsigned argument) {
  auto access =
      callee.getArgAttrOfType<StringAttr>(argument, kernel::kAccessAttr);
  return !access || access.getValue() != "write";
}

static std::optional<ByteRange> getRange(func::FuncOp callee, unsigned argument,
                                         StringRef name) {
  auto range = callee.getArgAttrOfType<DenseI64ArrayAttr>(argument, name);
  if (!range)
    return std::nullopt;
  return ByteRange(range[0], range[1]);
}

static ByteDims getDims(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset, bytes = kernel::getBufferElementBytes(type);
  ByteDims dims;
  // Planned buffers have strides.
  (void)kernel::getStrides(type, strides, offset);
  for (auto [extent, stride] : llvm::zip_equal(type.getShape(), strides))
    if (extent != 1)
      dims.push_back({extent, stride * bytes});
  return dims;
}

void describeAccess(Operand &operand, func::FuncOp callee, unsigned argument) {
  auto type = cast<MemRefType>(callee.getArgumentTypes()[argument]);
  operand.written = writesArgument(callee, argument);
  operand.read = readsArgument(callee, argument);
  operand.elementBytes = kernel::getBufferElementBytes(type);
  operand.dims = getDims(type);
  operand.bytesRead = getRange(callee, argument, kernel::kBytesReadAttr);
  operand.bytesWritten = getRange(callee, argument, kernel::kBytesWrittenAttr);
}

std::vector<RowAccess> getRowAccesses(func::CallOp call) {
  std::vector<RowAccess> accesses;
  auto recorded = call->getAttrOfType<ArrayAttr>(kernel::kRowAccessesAttr);
  if (!recorded)
    return accesses;
  for (auto fields : recorded.getAsRange<DictionaryAttr>()) {
    RowAccess access;
    access.operand = fields.getAs<IntegerAttr>("argument").getInt();
    access.isWrite = fields.contains("write");
    access.isRing = fields.contains("ring");
    access.planes = fields.getAs<IntegerAttr>("planes").getInt();
    access.elementBytes = fields.getAs<IntegerAttr>("element").getInt();
    auto dims = fields.getAs<DenseI64ArrayAttr>("dims").asArrayRef();
    for (; !dims.empty(); dims = dims.drop_front(2))
      access.dims.push_back({dims[0], dims[1]});
    for (auto firing :
         fields.getAs<ArrayAttr>("firings").getAsRange<DenseI64ArrayAttr>()) {
      ArrayRef<int64_t> rows = firing.asArrayRef();
      access.firings.emplace_back();
      for (; !rows.empty(); rows = rows.drop_front(2))
        access.firings.back().push_back({rows[0], rows[1]});
    }
    accesses.push_back(std::move(access));
  }
  return accesses;
}

bool isInOrder(MemRefType type) {
  ByteDims dims = getDims(type);
  return llvm::is_sorted(
      dims, [](const auto &a, const auto &b) { return a.second > b.second; });
}

GraphOptions getGraphOptions(ModuleOp module) {
  GraphOptions options;
  auto graph = module->getAttrOfType<DictionaryAttr>(kernel::kGraphAttr);
  if (!graph)
    return options;
  options.savesMemory = graph.contains("saves_memory");
  options.takesTurns = graph.contains("takes_turns");
  options.ioInArena = graph.contains("io_in_arena");
  if (auto algorithms = graph.getAs<ArrayAttr>("algorithms"))
    for (auto algorithm : algorithms.getAsRange<StringAttr>())
      options.algorithms.push_back(algorithm.str());
  if (auto patches = graph.getAs<DenseI64ArrayAttr>("patches"))
    options.patches = {patches[0], patches[1]};
  return options;
}

} // namespace megcc
