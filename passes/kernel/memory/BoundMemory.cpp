//===- BoundMemory.cpp - How little memory any plan can do with -----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Changes nothing; kernel.plan_bound says what one kernel needs at one time,
// which no order, no sharing and no repetition can avoid:
//
//   kernel.nest "max_pool" ... ins(%a) outs(%b)      bytes of %a and %b
//
// with `rows` those of the rows that one firing reads and writes, if the kernel
// can take turns. Where a result may take the place of an operand that counts
// once. What only moves data counts nothing, as it may vanish. If the caller's
// inputs and outputs lie in the arena, all inputs are there at the beginning
// and all outputs at the end.
//
// Run where copies are elided and rows are not yet chosen: the kernels are
// those of the plan. Run again, where chains have been made, it says what those
// and what is neither chain nor stream need. Other algorithms, or layers cut
// into patches, may do with less.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/Passes.h"
#include "passes/kernel/memory/Planning.h"
#include "passes/kernel/rows/RowForm.h"

#include <map>
#include <set>

namespace megcc::kernel {
#define GEN_PASS_DEF_BOUNDMEMORY
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

/// What a kernel touches of one buffer at one time.
struct Touched {
  int64_t whole = 0;
  std::set<int64_t> rows;
  int64_t rowBytes = 0;

  int64_t getBytes() const {
    return std::max(whole, static_cast<int64_t>(rows.size()) * rowBytes);
  }
};

struct BoundMemory : kernel::impl::BoundMemoryBase<BoundMemory> {
  using BoundMemoryBase::BoundMemoryBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> main = getMain(getOperation());
    if (failed(main))
      return signalPassFailure();
    if (getOperation()->hasAttr(kPlanBoundAttr) &&
        main->getOps<ChainOp>().empty())
      return;
    Builder builder(&getContext());
    int64_t most = 0;
    std::string layer;
    auto take = [&](int64_t bytes, const Twine &name) {
      if (bytes <= most)
        return;
      most = bytes;
      layer = name.str();
    };
    auto [inputs, outputs] = getPortBytes(*main);
    take(inputs, "the inputs");
    take(outputs, "the outputs");
    RowTable table = rows ? findRows(*main) : RowTable();
    for (auto op : main->getOps<KernelOpInterface>())
      if (!isMovement(op))
        take(getNeed(op, table), getNodeNames(op.getLoc()));
    getOperation()->setAttr(
        kPlanBoundAttr,
        builder.getDictionaryAttr(
            {builder.getNamedAttr("bytes", builder.getI64IntegerAttr(most)),
             builder.getNamedAttr("layer", builder.getStringAttr(layer))}));
  }

private:
  /// Of the arena.
  static std::pair<int64_t, int64_t> getPortBytes(func::FuncOp main) {
    int64_t inputs = 0, outputs = 0;
    auto count = main->getAttrOfType<IntegerAttr>(kInputsAttr);
    for (BlockArgument argument : main.getArguments())
      if (isPlanned(argument))
        (count && argument.getArgNumber() < count.getInt() ? inputs
                                                           : outputs) +=
            getSpanBytes(cast<MemRefType>(argument.getType()));
    return {inputs, outputs};
  }

  /// Whether `op` computes nothing.
  static bool isMovement(KernelOpInterface op) {
    auto nest = dyn_cast<NestOp>(op.getOperation());
    return nest && llvm::hasSingleElement(nest.getBody().front());
  }

  /// An operand that lies in the arena.
  struct Operand {
    unsigned number;
    void *buffer;
    int64_t bytes, rowBytes;
    /// Which rows a firing touches; all of it if there is no expression.
    RowIndex rows;
  };

  int64_t getNeed(KernelOpInterface op, const RowTable &table) {
    std::optional<RowForm> form;
    if (rows)
      form = RowForm::get(op, table);
    if (form && !form->getFound().empty())
      form = std::nullopt;
    SmallVector<Operand> operands;
    for (auto [i, operand] : llvm::enumerate(getBufferOperands(op))) {
      Value buffer = getBuffer(operand.get());
      if (!isPlanned(buffer))
        continue;
      Operand found{unsigned(i), buffer.getAsOpaquePointer(),
                    getTouchedBytes(operand.get()), 0, RowIndex()};
      if (form && form->getOperands()[i].hasRows) {
        found.rows = form->getRowIndex(i);
        found.rowBytes = getSpanBytes(cast<MemRefType>(buffer.getType())) /
                         table.find(buffer)->second.count;
      }
      operands.push_back(std::move(found));
    }
    int64_t most = 0, count = form ? form->getCount() : 1;
    for (int64_t slice = 0; slice < count; ++slice)
      most = std::max(most, getNeed(op, operands, slice));
    return most;
  }

  /// What firing `slice` of `op` needs at one time.
  static int64_t getNeed(KernelOpInterface op, ArrayRef<Operand> operands,
                         int64_t slice) {
    std::map<void *, Touched> touched;
    unsigned inputs = op.getInputs().size();
    int64_t saved = 0, output = 0;
    SmallVector<int64_t> sizes;
    for (const Operand &operand : operands) {
      Touched &entry = touched[operand.buffer];
      std::optional<SmallVector<int64_t>> values;
      if (operand.rows.expr)
        values = operand.rows.getValues(slice);
      int64_t size = operand.bytes;
      if (values) {
        size = operand.rowBytes * static_cast<int64_t>(values->size());
        entry.rowBytes = operand.rowBytes;
        entry.rows.insert(values->begin(), values->end());
      } else {
        entry.whole = std::max(entry.whole, size);
      }
      sizes.push_back(size);
      if (operand.number >= inputs)
        output = std::max(output, size);
    }
    for (auto [operand, size] : llvm::zip_equal(operands, sizes))
      if (operand.number < inputs && op.mayRunInPlace(operand.number))
        saved = std::max(saved, std::min(size, output));
    int64_t sum = -saved;
    for (const auto &[buffer, entry] : touched)
      sum += entry.getBytes();
    return sum;
  }

  /// The elements that `value` means, each once.
  static int64_t getTouchedBytes(Value value) {
    auto type = cast<MemRefType>(value.getType());
    return std::min(getSpanBytes(type),
                    type.getNumElements() * getBufferElementBytes(type));
  }
};

} // namespace
