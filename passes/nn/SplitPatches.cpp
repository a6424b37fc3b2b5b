//===- SplitPatches.cpp - Runs layers patch by patch ----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before: %a is large and alive as a whole.
//
//   %a = nn.conv %x, %w ... pads = [1, 1, 1, 1] : ... -> tensor<1x64x8x8xf32>
//   %y = nn.conv %a, %v ... pads = [1, 1, 1, 1] : ... -> tensor<1x4x8x8xf32>
//
// After, with a grid of 2x1: rows 0 to 3 of %y need rows 0 to 4 of %a, and
// these rows 0 to 5 of %x; padding stays at the image's own borders.
//
//   %x0 = nn.slice %x offsets = [0, 0, 0, 0] sizes = [1, 3, 6, 8] ...
//   %a0 = nn.conv %x0, %w ... pads = [1, 1, 0, 1] : ... -> tensor<1x64x5x8xf32>
//   %y0 = nn.conv %a0, %v ... pads = [1, 1, 0, 1] : ... -> tensor<1x4x4x8xf32>
//   %x1 = nn.slice %x offsets = [0, 0, 2, 0] sizes = [1, 3, 6, 8] ...
//   %a1 = nn.conv %x1, %w ... pads = [0, 1, 1, 1] : ... -> tensor<1x64x5x8xf32>
//   %y1 = nn.conv %a1, %v ... pads = [0, 1, 1, 1] : ... -> tensor<1x4x4x8xf32>
//   %y = nn.concat %y0, %y1 axis = 2
//
// Rows 3 and 4 of %a are computed twice. Slices and concats become views at the
// kernel level; weights are the same constants. Which operators and which grid:
// PatchSearch.h.
//
//===----------------------------------------------------------------------===//

#include "dialects/Kernel/PlanAttributes.h"
#include "passes/nn/Passes.h"
#include "passes/nn/PatchOps.h"
#include "passes/nn/PatchSearch.h"
#include "llvm/Support/FormatVariadic.h"

namespace megcc::nn {
#define GEN_PASS_DEF_SPLITPATCHES
#include "passes/nn/Passes.h.inc"
} // namespace megcc::nn

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

/// Makes the operators of `segment` compute their last one's result in patches.
static void split(const PatchGraph &graph, const PatchSegment &segment) {
  ArrayRef<Operation *> ops =
      graph.getOps().slice(segment.first, segment.last - segment.first);
  Value exit = ops.back()->getResult(0);
  RankedTensorType type = tensorType(exit);
  OpBuilder builder(exit.getContext());
  builder.setInsertionPointAfter(ops.back());

  SmallVector<Value> cells;
  for (int64_t number = 0; number < segment.grid.getCount(); ++number) {
    Box cell = segment.grid.getCell(type, number);
    auto boxes = *graph.getBoxes(segment.first, segment.last, cell);
    DenseMap<Value, std::pair<Value, Box>> parts;
    for (auto [op, box] : llvm::zip(ops, boxes)) {
      if (!box)
        continue;
      auto get = [&, &op = op](Value value, const Box &needed) {
        auto it = parts.find(value);
        bool isInside = it != parts.end();
        return buildSlice(
            builder, op->getLoc(), isInside ? it->second.first : value,
            isInside ? it->second.second : Box::whole(tensorType(value)),
            needed);
      };
      Value result = buildPart(builder, op, *box, get);
      parts[op->getResult(0)] = {result, *box};
    }
    cells.push_back(parts[exit].first);
  }

  // Innermost dimension first.
  for (const PatchGrid::Cut &cut : llvm::reverse(segment.grid.cuts)) {
    if (cut.count == 1)
      continue;
    SmallVector<Value> joined;
    for (size_t i = 0; i < cells.size(); i += cut.count)
      joined.push_back(builder.create<ConcatOp>(
          exit.getLoc(), ArrayRef(cells).slice(i, cut.count), cut.dim));
    cells = joined;
  }
  exit.replaceAllUsesWith(cells.front());
  for (Operation *op : llvm::reverse(ops))
    op->erase();
}

namespace {

struct SplitPatches : nn::impl::SplitPatchesBase<SplitPatches> {
  using SplitPatchesBase::SplitPatchesBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto main = module.lookupSymbol<func::FuncOp>("main");
    if (!main || main.isDeclaration())
      return;
    PatchGraph graph(main.front(), ioInArena);
    FailureOr<std::vector<PatchSegment>> segments = choose(main, graph);
    if (failed(segments))
      return signalPassFailure();
    if (segments->empty())
      return;
    int64_t macs = graph.getMacs(), extra = 0;
    OpBuilder builder(&getContext());
    SmallVector<Attribute> decisions;
    if (auto given = module->getAttrOfType<ArrayAttr>(kernel::kDecisionsAttr))
      llvm::append_range(decisions, given);
    for (const PatchSegment &segment : *segments) {
      extra += segment.extraMacs;
      std::string text = llvm::formatv("{0} patches over layers {1}-{2}",
                                       segment.grid.getName(),
                                       segment.first + 1, segment.last);
      if (macs != 0)
        text += llvm::formatv(": +{0:F1} % MACs",
                              100.0 * double(segment.extraMacs) / double(macs));
      decisions.push_back(builder.getStringAttr(text));
    }
    for (const PatchSegment &segment : *segments)
      split(graph, segment);
    module->setAttr(kernel::kDecisionsAttr, builder.getArrayAttr(decisions));
    module->setAttr(kernel::kHaloMacsAttr, builder.getI64IntegerAttr(extra));
  }

private:
  /// What the options say, or what is best.
  FailureOr<std::vector<PatchSegment>> choose(func::FuncOp main,
                                              const PatchGraph &graph) {
    if (first == 0 && last == 0)
      return graph.findSegments(aim, slack);
    if (first < 1 || last < first || last > graph.getOps().size())
      return main.emitError("split-patches: expected layers from 1 to ")
             << graph.getOps().size() << ", found " << first.getValue()
             << " to " << last.getValue();
    Operation *exit = graph.getOps()[last - 1];
    if (!graph.isSegment(first - 1, last))
      return exit->emitError("split-patches: layers ")
             << first.getValue() << " to " << last.getValue()
             << " can't be cut: each must be able to compute a part of its "
                "result, and only the last one's may be used by others";
    RankedTensorType type = tensorType(exit->getResult(0));
    PatchGrid grid;
    for (auto [i, count] : llvm::enumerate(counts)) {
      int64_t dim = std::min<int64_t>(2, type.getRank() - 1) + i;
      if (dim >= type.getRank() || count < 1 || count > type.getDimSize(dim))
        return exit->emitError("split-patches: a grid that ")
               << type << " doesn't have";
      grid.cuts.push_back({dim, count});
    }
    if (grid.cuts.empty())
      return main.emitError("split-patches: expected a grid");
    std::optional<PatchSegment> segment =
        graph.getSegment(first - 1, last, grid);
    if (!segment)
      return exit->emitError("split-patches: patches of a grid of ")
             << grid.getName()
             << " can't be computed each by itself: one would need nothing but "
                "padding, or parts of others";
    return std::vector<PatchSegment>{*segment};
  }
};

} // namespace
