//===- GemmFamily.cpp - kernel.gemm as a family of kernels ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/CodeSize.h"
#include "codegen/kernels/Gemm.h"
#include "codegen/kernels/GemmLanes.h"
#include "codegen/kernels/GemmMatrix.h"
#include "codegen/kernels/GemmPrefetch.h"
#include "codegen/kernels/KernelFamilies.h"
#include "codegen/kernels/SimpleFamily.h"
#include "dialects/ISA/ISA.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

struct GemmFamily : KernelFamilyInterface::ExternalModel<GemmFamily, GemmOp> {
  LogicalResult expand(Operation *op, OpBuilder &builder,
                       const Target &target) const {
    LoopBuilder loops(builder, op->getLoc());
    Target chosen = target;
    // What prefetching gains in time costs a quarter of a kernel's code.
    if (prefersSmallCode(op))
      chosen.lineBytes = 0;
    buildGemm(cast<GemmOp>(op), loops, chosen);
    return success();
  }

  int64_t getMacs(Operation *op) const {
    auto gemm = cast<GemmOp>(op);
    int64_t macs = ShapedType::getNumElements(gemm.getOuter()) *
                   ShapedType::getNumElements(gemm.getRows()) *
                   gemm.getColumns() *
                   ShapedType::getNumElements(gemm.getDepth());
    if (auto diagonal = gemm.getDiagonal())
      macs = macs / static_cast<int64_t>(gemm.getLanes()) *
             static_cast<int64_t>(*diagonal);
    return macs;
  }

  std::string getKernelName(Operation *op) const {
    auto gemm = cast<GemmOp>(op);
    return getKernelStem(gemm.getKind(), gemm.getOutput(), getSizes(gemm));
  }

  std::string describe(Operation *op, const Target &target) const {
    auto gemm = cast<GemmOp>(op);
    std::string text;
    llvm::raw_string_ostream os(text);
    os << "GEMM ";
    llvm::interleave(getSizes(gemm), os, "x");
    os << ", tile " << gemm.getTileRows() << 'x' << gemm.getTileVectors() << 'x'
       << gemm.getLanes();
    if (auto matrix = findChosenMatrixTiles(gemm, target)) {
      os << " on matrix tiles of " << matrix->tiles.rows << 'x'
         << matrix->tiles.columns << 'x' << matrix->depth;
      return text;
    }
    if (auto diagonal = gemm.getDiagonal())
      os << ", groups of " << *diagonal;
    if (gemm.hasPrologue())
      os << ", lhs made in " << *gemm.getPrologueBlocks() << " blocks";
    if (int64_t group = getDepthGroup(gemm); group > 1)
      os << ", "
         << (multipliesByLane(gemm, target) ? "" : std::to_string(group) + " ")
         << "products of " << getElementTypeOrSelf(gemm.getLhs().getType())
         << (multipliesByLane(gemm, target) ? " into f32" : " at once");
    return text;
  }

  /// Rows, columns, depth; before them the outer dimensions where there are
  /// several.
  static SmallVector<int64_t> getSizes(GemmOp gemm) {
    SmallVector<int64_t> sizes;
    if (int64_t outer = ShapedType::getNumElements(gemm.getOuter()); outer != 1)
      sizes.push_back(outer);
    sizes.append({ShapedType::getNumElements(gemm.getRows()),
                  static_cast<int64_t>(gemm.getColumns()),
                  ShapedType::getNumElements(gemm.getDepth())});
    return sizes;
  }
};

} // namespace

void megcc::registerGemmFamily(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    GemmOp::attachInterface<GemmFamily>(*context);
    // What its loops may consist of.
    context->loadDialect<instructions::ISADialect>();
  });
}
