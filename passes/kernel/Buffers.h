//===- Buffers.h - Which bytes a memref value means, and when ---*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the planning passes share. All of them work on @main as a straight line
// of kernels: its body is one block whose operators have no control flow among
// them, so that the place of an operator in the block is the time at which it
// runs. A kernel.stream takes as many steps as it has ticks times kernels.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_BUFFERS_H
#define MEGCC_PASSES_KERNEL_BUFFERS_H

#include "dialects/Kernel/Kernel.h"
#include "dialects/Kernel/PlanAttributes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/kernel/memory/ArenaPlanner.h"
#include "llvm/ADT/MapVector.h"

namespace megcc::kernel {

/// The model's function, or failure with a message: it is missing or not a
/// straight line.
mlir::FailureOr<mlir::func::FuncOp> getMain(mlir::ModuleOp module);

/// The value behind all aliases: an allocation, a view, a constant or a
/// function's argument.
mlir::Value getBuffer(mlir::Value value);

/// The memrefs that `op` reads and those that it writes: a family, the call of
/// an outlined one, or a stream of such. Others touch no memory.
struct Accesses {
  llvm::SmallVector<mlir::Value> reads, writes;
};
Accesses getAccesses(mlir::Operation *op);

/// The bytes that a memref value means: `elementBytes` at every combination of
/// indices of `dims`, from `offset` on.
struct ByteRegion {
  /// What lies behind all aliases and views.
  mlir::Value base;
  int64_t offset = 0;
  struct Dim {
    int64_t extent, stride;
    bool operator==(const Dim &other) const {
      return extent == other.extent && stride == other.stride;
    }
  };
  /// Outermost first, without those of extent 1; neighbours that together are
  /// one run are merged, so that equal regions are equal under any shape.
  llvm::SmallVector<Dim> dims;
  int64_t elementBytes = 0;
  bool empty = false;

  /// Past the last byte.
  int64_t getEnd() const;
  bool operator==(const ByteRegion &other) const;
};
ByteRegion getByteRegion(mlir::Value value);
/// Of the elements that have the index `second` in dimension `first`.
ByteRegion getByteRegion(mlir::Value value, std::pair<unsigned, int64_t> fixed);

/// The contiguous pieces of `region`, as first and past the last byte. Beyond a
/// great number of them they count as one: the gaps are then part of it.
llvm::SmallVector<std::pair<int64_t, int64_t>>
getRuns(const ByteRegion &region);

/// Whether the two surely have no byte in common. Exact for parts of one
/// buffer that a concat or a slice makes; elsewhere it may err towards false.
bool areDisjoint(const ByteRegion &a, const ByteRegion &b);

/// Whether `buffer` is a single number that lies on the stack.
bool isStackNumber(mlir::Value buffer);

/// Whether the planner chooses where in the arena `buffer` lies: a memref.alloc
/// of more than a number, or an argument of @main that carries kernel.in_arena.
bool isPlanned(mlir::Value buffer);

/// Whether `buffer` is an input that the caller hands over row by row.
bool isStreamed(mlir::Value buffer);

/// Whether `buffer` is an output of @main: the caller reads it in the end.
bool isOutput(mlir::Value buffer);

/// The bytes of inputs and outputs that lie in buffers of the caller's.
int64_t getCallersBytes(mlir::func::FuncOp main);

/// An access of a buffer's bytes from `begin` up to `end` at some step.
struct ByteAccess {
  int64_t step, begin, end;
};
/// When the bytes of `buffer` matter: each from its first to its last access.
/// What the caller puts in is there before step 0; what it takes out is there
/// until `endStep`.
ArenaBuffer getArenaBuffer(mlir::Value buffer,
                           llvm::ArrayRef<ByteAccess> accesses,
                           int64_t endStep);

/// The steps in which the operators of @main's block run, the first and the
/// last of each, and how many there are.
struct Timeline {
  explicit Timeline(mlir::func::FuncOp main);
  llvm::DenseMap<mlir::Operation *, std::pair<int64_t, int64_t>> steps;
  int64_t endStep = 0;
};

/// When a buffer's bytes matter, in steps of the timeline.
struct Lifetime {
  /// Null for several buffers of a stream that are each written and read within
  /// a tick: they share a place that is theirs while any of them is used.
  mlir::Value buffer;
  ArenaBuffer bytes;
  /// Those buffers, and where each lies in that place.
  llvm::SmallVector<std::pair<mlir::Value, int64_t>> members = {};
};

/// What a stream does with planned buffers: those that live within its ticks,
/// and the accesses of all others.
struct StreamLifetimes {
  std::optional<Lifetime> shared;
  llvm::MapVector<mlir::Value, llvm::SmallVector<ByteAccess>> accesses;
};
/// Of `stream`, which begins at step `step`.
StreamLifetimes getStreamLifetimes(StreamOp stream, int64_t step,
                                   int64_t alignment);

/// The lifetimes of all planned buffers of @main, by first access, unused
/// allocations left out. Buffers of a tick are aligned to `alignment` in their
/// common place.
llvm::SmallVector<Lifetime> getLifetimes(mlir::func::FuncOp main,
                                         int64_t alignment);

/// When the single numbers on the stack matter.
llvm::SmallVector<Lifetime> getNumberLifetimes(mlir::func::FuncOp main);

/// Erases allocations, constants, aliases and views that nothing uses.
void eraseUnusedBuffers(mlir::func::FuncOp main);

} // namespace megcc::kernel

#endif // MEGCC_PASSES_KERNEL_BUFFERS_H
