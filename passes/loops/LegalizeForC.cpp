//===- LegalizeForC.cpp - What else the C printer has no form for ---------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before:
//
//   func.func private @double(%x: memref<8xf32>) {
//     %1:2 = scf.for ... iter_args(%a = %0, %unused = %0) -> (f32, f32)
//
// After: values that a loop carries for nobody are gone, as are private
// functions that nobody calls - C compilers warn of them - and names are such
// as C allows.
//
//   func.func private @double_(%x: memref<8xf32>) {
//     %1 = scf.for ... iter_args(%a = %0) -> (f32)
//
//===----------------------------------------------------------------------===//

#include "codegen/c/CText.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "passes/loops/Passes.h"

namespace megcc::loops {
#define GEN_PASS_DEF_LEGALIZEFORC
#include "passes/loops/Passes.h.inc"
} // namespace megcc::loops

using namespace megcc;
using namespace mlir;

namespace {

/// Gives every function a name that C allows and no other function has.
LogicalResult renameFunctions(ModuleOp module, SymbolTable &symbols) {
  for (auto function : module.getOps<func::FuncOp>()) {
    std::string name = cIdentifier(function.getName());
    if (name == function.getName() || !function.isPrivate())
      continue;
    while (symbols.lookup(name))
      name += "_";
    if (failed(symbols.rename(function, name)))
      return failure();
  }
  return success();
}

void eraseUncalled(ModuleOp module) {
  bool changed = true;
  while (std::exchange(changed, false))
    for (auto function :
         llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
      if (function.isPrivate() &&
          SymbolTable::symbolKnownUseEmpty(function, module)) {
        function.erase();
        changed = true;
      }
}

struct LegalizeForC : megcc::loops::impl::LegalizeForCBase<LegalizeForC> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    RewritePatternSet patterns(&getContext());
    scf::ForOp::getCanonicalizationPatterns(patterns, &getContext());
    scf::IfOp::getCanonicalizationPatterns(patterns, &getContext());
    if (failed(applyPatternsAndFoldGreedily(module, std::move(patterns))) ||
        failed(renameFunctions(module, symbols)))
      return signalPassFailure();
    eraseUncalled(module);
  }
};

} // namespace
