//===- Chain.cpp - Loops of kernel.chain ----------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   for slice
//     loops of the first kernel's slice
//     loops of the second one's
//     ...
//
// Each kernel expands as if it stood in a stream: its family knows of a given
// index, and nothing of chains. Buffers on the stack are made once, outside of
// the loop.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/KernelFamilies.h"
#include "codegen/kernels/LoopBuilder.h"
#include "dialects/Kernel/Kernel.h"
#include "megcc/Target.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

struct ChainFamily
    : KernelFamilyInterface::ExternalModel<ChainFamily, ChainOp> {
  LogicalResult expand(Operation *op, OpBuilder &builder,
                       const Target &target) const {
    auto chain = cast<ChainOp>(op);
    LoopBuilder loops(builder, chain.getLoc());
    IRMapping mapping;
    for (auto [i, operand] : llvm::enumerate(chain.getOperands()))
      mapping.map(chain.getInner(i), operand);
    for (auto stack : chain.getBody().front().getOps<memref::AllocaOp>())
      builder.clone(*stack, mapping);
    LogicalResult result = success();
    loops.forEach(chain.getCount(), [&](AffineExpr slice) {
      mapping.map(chain.getBody().front().getArgument(0), loops.index(slice));
      for (Operation *kernel : chain.getKernels()) {
        Operation *clone = builder.clone(*kernel, mapping);
        OpBuilder::InsertionGuard guard(builder);
        builder.setInsertionPoint(clone);
        if (failed(cast<KernelFamilyInterface>(clone).expand(builder, target)))
          result = failure();
        clone->erase();
      }
    });
    return result;
  }

  /// Each kernel's extents are those of all slices.
  int64_t getMacs(Operation *op) const {
    int64_t macs = 0;
    for (Operation *kernel : cast<ChainOp>(op).getKernels())
      macs += cast<KernelFamilyInterface>(kernel).getMacs();
    return macs;
  }

  std::string getKernelName(Operation *op) const {
    auto chain = cast<ChainOp>(op);
    Value output = chain.getOutputs().front();
    return getKernelStem(chain.getKind(), output,
                         cast<MemRefType>(output.getType()).getShape());
  }

  std::string describe(Operation *op, const Target &target) const {
    auto chain = cast<ChainOp>(op);
    std::string text;
    llvm::raw_string_ostream os(text);
    os << chain.getCount() << " slices: ";
    llvm::interleave(
        chain.getKernels(), os,
        [&](Operation *kernel) {
          if (auto nest = dyn_cast<NestOp>(kernel))
            os << nest.getKind();
          else
            os << cast<KernelFamilyInterface>(kernel).describe(target);
        },
        "; ");
    return text;
  }
};

} // namespace

void megcc::registerChainFamily(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    ChainOp::attachInterface<ChainFamily>(*context);
  });
}
