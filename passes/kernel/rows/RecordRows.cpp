//===- RecordRows.cpp - What calls in streams touch, firing by firing -----===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For the report, which says where the rows are that a layer has made, and with
// `all` for the certificate, which says that of what it reads as well: both are
// written when kernels are loops and their maps are gone. Before:
//
//   kernel.stream ticks 56 {
//     %0 = kernel.firing start 2 period 1 count 54
//     func.call @max_pool(%ring, %y, %0)
//
// After: a list for each access of a memref. A firing has two numbers for each
// row that it touches: which row, and at which byte of the buffer it lies; from
// there the row's elements are at every combination of `dims` (extent, stride),
// of which the first ones that together count `planes` come before the row.
//
//     func.call @max_pool(%ring, %y, %0) {kernel.row_accesses = [
//       {argument = 0, dims = [2, 896, 56, 4], element = 4,
//        firings = [[0, 0, 1, 224, 2, 448], [1, 224, 2, 448, 3, 0], ...],
//        planes = 2, ring},
//       {argument = 1, ..., write}]}
//
// With `all` a view gets a number, {kernel.buffer = 7}: two buffers of one type
// that lie in one place, one after the other, would become one view otherwise.
//
// In a ring the row is the proof; elsewhere each row has bytes of its own.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/Passes.h"
#include "passes/kernel/Slices.h"

namespace megcc::kernel {
#define GEN_PASS_DEF_RECORDROWS
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

struct RecordRows : kernel::impl::RecordRowsBase<RecordRows> {
  using RecordRowsBase::RecordRowsBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> main = getMain(getOperation());
    if (failed(main))
      return signalPassFailure();
    Builder builder(&getContext());
    for (auto [i, view] : llvm::enumerate(main->getOps<ViewOp>()))
      if (all)
        view->setAttr(kBufferAttr, builder.getI64IntegerAttr(i));
    for (auto stream : main->getOps<StreamOp>())
      for (Operation *op : getKernels(stream))
        if (auto call = dyn_cast<func::CallOp>(op))
          record(call);
  }

private:
  /// One access of a memref, by all firings.
  struct Record {
    unsigned argument;
    bool isWrite, isRing;
    SmallVector<int64_t> dims;
    int64_t elementBytes, planes;
    SmallVector<SmallVector<int64_t>> firings;
  };

  void record(func::CallOp call) {
    SmallVector<Record> records;
    auto count = static_cast<int64_t>(getFiring(call).getCount());
    for (int64_t slice = 0; slice < count; ++slice) {
      SmallVector<SliceAccess> accesses = getSliceAccesses(call, slice);
      if (!all)
        llvm::erase_if(accesses, [](const SliceAccess &access) {
          return !access.isWrite;
        });
      records.resize(accesses.size());
      for (auto [record, access] : llvm::zip_equal(records, accesses))
        add(record, call, access);
    }
    OpBuilder builder(call);
    SmallVector<Attribute> attributes;
    for (const Record &record : records) {
      SmallVector<Attribute> firings;
      for (const auto &firing : record.firings)
        firings.push_back(builder.getDenseI64ArrayAttr(firing));
      NamedAttrList fields;
      fields.set("argument", builder.getI64IntegerAttr(record.argument));
      fields.set("dims", builder.getDenseI64ArrayAttr(record.dims));
      fields.set("element", builder.getI64IntegerAttr(record.elementBytes));
      fields.set("firings", builder.getArrayAttr(firings));
      fields.set("planes", builder.getI64IntegerAttr(record.planes));
      if (record.isRing)
        fields.set("ring", builder.getUnitAttr());
      if (record.isWrite)
        fields.set("write", builder.getUnitAttr());
      attributes.push_back(fields.getDictionary(call.getContext()));
    }
    call->setAttr(kRowAccessesAttr, builder.getArrayAttr(attributes));
  }

  static void add(Record &record, func::CallOp call,
                  const SliceAccess &access) {
    record.argument =
        llvm::find(call.getOperands(), access.value) - call.operand_begin();
    record.isWrite = access.isWrite;
    record.isRing = access.isRing;
    record.planes = access.planes;
    int64_t start = getByteRegion(getBuffer(access.value)).offset;
    SmallVector<int64_t> firing;
    for (const SliceRow &row : access.rows) {
      // Rows of one access differ in where they begin alone.
      record.elementBytes = row.region.elementBytes;
      record.dims.clear();
      for (ByteRegion::Dim dim : row.region.dims)
        record.dims.append({dim.extent, dim.stride});
      if (!row.region.empty)
        firing.append({row.row, row.region.offset - start});
    }
    record.firings.push_back(std::move(firing));
  }
};

} // namespace
