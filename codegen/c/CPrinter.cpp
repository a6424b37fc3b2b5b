//===- CPrinter.cpp - Prints the loop level as C11 ------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/c/CPrinter.h"
#include "codegen/c/FunctionPrinter.h"

using namespace megcc;
using namespace mlir;

/// 64 bits where some buffer has more elements than int32_t counts, and where
/// the addressing modes take them: a C compiler for AArch64 folds the constants
/// of a sum into loads only if it need not extend the sum first.
static unsigned indexBitsOf(ModuleOp module, const Target &target) {
  if (target.architecture == Architecture::AArch64)
    return 64;
  auto isLarge = [](Type type) {
    auto memref = dyn_cast<MemRefType>(type);
    return memref && memref.hasStaticShape() &&
           memref.getNumElements() > INT32_MAX;
  };
  for (auto function : module.getOps<func::FuncOp>())
    if (llvm::any_of(function.getArgumentTypes(), isLarge))
      return 64;
  return 32;
}

/// Appends `function` after everything that it calls: C declares before use.
static void appendAfterCallees(func::FuncOp function,
                               llvm::SetVector<func::FuncOp> &order) {
  if (order.contains(function))
    return;
  function.walk([&](func::CallOp call) {
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
        call, call.getCalleeAttr());
    if (callee && callee != function)
      appendAfterCallees(callee, order);
  });
  order.insert(function);
}

LogicalResult megcc::printC(ModuleOp module, const Target &target,
                            const CPrintOptions &options, raw_ostream &os) {
  CFile file(target, indexBitsOf(module, target));
  llvm::SetVector<func::FuncOp> order;
  for (auto function : module.getOps<func::FuncOp>())
    if (function.getName() != options.entry)
      appendAfterCallees(function, order);

  std::string functions;
  llvm::raw_string_ostream body(functions);
  for (func::FuncOp function : order) {
    // Declared by what the file includes.
    if (function.isExternal())
      continue;
    if (function != order.front())
      body << "\n";
    if (auto comment = function->getAttrOfType<StringAttr>("comment"))
      body << "/* " << comment.getValue() << " */\n";
    if (failed(FunctionPrinter(file, body).print(function)))
      return failure();
  }

  file.printHead(options, os);
  os << functions;
  if (options.tail) {
    os << "\n";
    if (failed(options.tail(os)))
      return failure();
  }
  file.printFoot(os);
  return success();
}

std::string megcc::printCSignature(func::FuncOp function) {
  Target none{};
  CFile file(none, indexBitsOf(function->getParentOfType<ModuleOp>(), none));
  std::string ignored;
  llvm::raw_string_ostream os(ignored);
  return FunctionPrinter(file, os).signature(function);
}
