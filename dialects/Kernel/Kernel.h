//===- Kernel.h - The kernel dialect ----------------------------*- C++ -*-===//
//
// Kernel families on physical buffers. Rationale: docs/rationale-kernel.md.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_DIALECTS_KERNEL_KERNEL_H
#define MEGCC_DIALECTS_KERNEL_KERNEL_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace megcc {
struct Target;
} // namespace megcc

#include "dialects/Kernel/KernelDialect.h.inc"
#include "dialects/Kernel/KernelInterfaces.h.inc"

#define GET_OP_CLASSES
#include "dialects/Kernel/KernelOps.h.inc"

#endif // MEGCC_DIALECTS_KERNEL_KERNEL_H
