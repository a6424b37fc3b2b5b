//===- Embedding.h - Putting one buffer inside another ----------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The step that removing copies and running in place have in common: a buffer
// ceases to exist, and all kernels that used it use bytes of another buffer
// instead. Whether that is sound is for the passes to decide, from the times
// and regions of all accesses; here is how it is done.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_KERNEL_EMBEDDING_H
#define MEGCC_PASSES_KERNEL_EMBEDDING_H

#include "passes/kernel/Buffers.h"
#include "passes/kernel/memory/LiveProfile.h"

namespace megcc::kernel {

/// One use of a buffer by a kernel.
struct Access {
  int64_t step;
  mlir::OpOperand *operand;
  ByteRegion region;
  bool isWrite;
};

/// The accesses of all buffers of @main, each buffer's in order of time. Kept
/// up to date as buffers move into others, since to build it takes as long as
/// to look at the whole network.
class AccessTable {
public:
  explicit AccessTable(mlir::func::FuncOp main);

  mlir::func::FuncOp getMain() const { return main; }

  llvm::ArrayRef<Access> of(mlir::Value buffer) const {
    auto it = accesses.find(buffer);
    return it == accesses.end() ? llvm::ArrayRef<Access>() : it->second;
  }
  int64_t getStep(mlir::Operation *op) const { return steps.lookup(op); }

  /// `op`, which runs at `step`, was added; `op` is about to be erased.
  void insert(KernelOpInterface op, int64_t step);
  void erase(KernelOpInterface op);
  /// All users of `source` use `target` instead by now.
  void move(mlir::Value source, mlir::Value target);

  /// When the bytes of `buffer` matter, if it is planned.
  std::optional<ArenaBuffer> getLife(mlir::Value buffer) const {
    auto it = lives.find(buffer);
    return it == lives.end() ? std::nullopt : std::optional(it->second);
  }
  /// Whether the largest sum of live bytes stays what it is or shrinks if the
  /// accesses of `source` become these ones of `target`.
  bool keepsArenaSmall(mlir::Value source, mlir::Value target,
                       llvm::ArrayRef<ByteAccess> moved) const;

  /// When the bytes of the planned buffers matter.
  std::vector<ArenaBuffer> getArenaBuffers() const;
  /// The same if the accesses of `source` were these ones of `target`.
  std::vector<ArenaBuffer>
  getArenaBuffers(mlir::Value source, mlir::Value target,
                  llvm::ArrayRef<ByteAccess> moved) const;

private:
  void update(mlir::Value buffer);
  void setLife(mlir::Value buffer, std::optional<ArenaBuffer> life);
  llvm::SmallVector<ByteAccess> getByteAccesses(mlir::Value buffer) const;

  mlir::func::FuncOp main;
  int64_t endStep = 0;
  llvm::DenseMap<mlir::Value, llvm::SmallVector<Access>> accesses;
  llvm::DenseMap<mlir::Operation *, int64_t> steps;
  /// Of every planned buffer but those that live within ticks of a stream. Sums
  /// over them do not depend on their order.
  llvm::DenseMap<mlir::Value, ArenaBuffer> lives;
  /// What streams do with buffers, which does not change.
  llvm::DenseMap<mlir::Value, llvm::SmallVector<ByteAccess>> streamed;
  std::vector<ArenaBuffer> tickBuffers;
  /// The sums of all of these.
  LiveProfile profile;
};

/// A loop nest's walk over a buffer: point (i, j, ...) is at byte
/// `offset + i * strides[0] + j * strides[1] + ...` of it.
struct Walk {
  mlir::Value buffer;
  int64_t offset = 0;
  llvm::SmallVector<int64_t> strides;
};

/// The walk over the elements of `value` in the order of its own indices.
Walk getWalk(mlir::Value value);
/// The walk over `value` through an affine map; nothing unless it is linear.
std::optional<Walk> getWalk(mlir::Value value, mlir::AffineMap map);

/// Whether two values of one shape mean the same element at every index; their
/// types may differ in the strides of extents of 1.
bool areSameElements(mlir::Value a, mlir::Value b);

/// Whether all that `nest` does where its guards hold is to write the element
/// that it reads; elsewhere it writes `init`.
bool movesElements(NestOp nest);

/// What lies at each point of one walk belongs to the same point of another.
struct Move {
  llvm::SmallVector<int64_t> extents;
  Walk from, to;
};

/// Where each byte of a whole buffer goes in another one.
class Embedding {
public:
  /// Puts the elements where all of `moves`, which are between the same two
  /// buffers, have them. Nothing unless together they visit all of the source,
  /// each element once, and agree on how the whole lies in the target.
  static std::optional<Embedding> get(llvm::ArrayRef<Move> moves);

  mlir::Value getSource() const { return source; }
  mlir::Value getTarget() const { return target; }
  /// Where the element at byte `at` of the source is in the target.
  int64_t getPlace(int64_t at) const;
  /// The bytes of the target that the source takes.
  ByteRegion getRegion() const;

  /// Whether all users of the source can do with the target, that is, whether
  /// the shapes in which they see it exist there with strides they accept.
  bool isAccepted(const AccessTable &table) const;

  /// Whether the largest sum of live bytes stays what it is or shrinks. The
  /// source must be accepted.
  bool keepsArenaSmall(const AccessTable &table) const;

  /// Lets all users of the source use the target.
  void apply(AccessTable &table) const;

private:
  /// Where a walk over the source's elements leads in the target; nothing if
  /// its steps aren't steps there.
  std::optional<Walk> map(llvm::ArrayRef<int64_t> extents,
                          const Walk &walk) const;

  /// The place of a value that aliases the source.
  struct Place {
    int64_t offset;
    mlir::MemRefType type;
  };
  std::optional<Place> getPlace(mlir::Value value) const;
  bool setDims(const Move &move);

  struct Dim {
    int64_t extent, from, to;
  };
  mlir::Value source, target;
  int64_t offset = 0;
  int64_t elementBytes = 0;
  /// Outermost in the source first; neighbours that are one run in both are
  /// merged.
  llvm::SmallVector<Dim> dims;
};

} // namespace megcc::kernel

#endif // MEGCC_PASSES_KERNEL_EMBEDDING_H
