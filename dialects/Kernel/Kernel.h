//===- Kernel.h - The kernel dialect ----------------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
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
#include "dialects/Kernel/KernelEnums.h.inc"
#include "dialects/Kernel/KernelInterfaces.h.inc"

#define GET_OP_CLASSES
#include "dialects/Kernel/KernelOps.h.inc"

namespace megcc::kernel {

/// Bytes that one element of a buffer takes; 1 for a bool.
int64_t getBufferElementBytes(mlir::MemRefType type);

/// Bytes from the first to past the last element of `type`, which has static
/// strides; 0 if it has no elements.
int64_t getSpanBytes(mlir::MemRefType type);

/// `type`'s shape and element type at other strides; plain where they are the
/// row-major ones.
mlir::MemRefType withStrides(mlir::MemRefType type,
                             llvm::ArrayRef<int64_t> strides);

/// The operands that are buffers: inputs, then outputs.
llvm::MutableArrayRef<mlir::OpOperand> getBufferOperands(KernelOpInterface op);

/// When `op`, a kernel or the call of an outlined one, runs within its stream;
/// null if it is in none.
FiringOp getFiring(mlir::Operation *op);

//===----------------------------------------------------------------------===//
// What planning tells emission: discardable attributes
//===----------------------------------------------------------------------===//

/// Arguments of @main (unit): the arena, the weight blob.
constexpr llvm::StringLiteral kArenaAttr = "kernel.arena";
constexpr llvm::StringLiteral kWeightsAttr = "kernel.weights";
/// Arguments of an outlined kernel: "read", "write" or "readwrite".
constexpr llvm::StringLiteral kAccessAttr = "kernel.access";
/// Arguments of a user's function: the element type with its signedness.
constexpr llvm::StringLiteral kElementAttr = "kernel.element";
/// A user's function: what its arguments behind the buffers are like; a call of
/// it: what they are.
constexpr llvm::StringLiteral kParametersAttr = "kernel.parameters";
/// The module (i64, bytes).
constexpr llvm::StringLiteral kArenaBytesAttr = "kernel.arena_bytes";
constexpr llvm::StringLiteral kArenaLowerBoundAttr = "kernel.arena_lower_bound";
constexpr llvm::StringLiteral kWeightBytesAttr = "kernel.weight_bytes";
/// The module (array of dictionaries): the buffers of the arena. `name` is the
/// operator that makes it, `offset` and `bytes` its place; `parts` (array<i64>)
/// are four numbers for each part: offset in the arena, bytes, and the first
/// and the last of @main's kernels during which it is alive.
constexpr llvm::StringLiteral kBuffersAttr = "kernel.buffers";
/// A kernel of @main, or its call: bytes of the arena in use while it runs
/// (i64), what it is (string, one line), its multiply-accumulates (i64).
constexpr llvm::StringLiteral kLiveBytesAttr = "kernel.live_bytes";
constexpr llvm::StringLiteral kLayerAttr = "kernel.layer";
constexpr llvm::StringLiteral kMacsAttr = "kernel.macs";
/// An argument that is the index of a slice (i64): it is below this.
constexpr llvm::StringLiteral kIndexExtentAttr = "kernel.index_extent";
/// A function that runs in parts (array<i64>): its last two arguments are a
/// range of so many units; into how many parts it pays to divide them.
constexpr llvm::StringLiteral kSplitAttr = "kernel.split";

} // namespace megcc::kernel

#endif // MEGCC_DIALECTS_KERNEL_KERNEL_H
