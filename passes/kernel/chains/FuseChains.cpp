//===- FuseChains.cpp - Kernels take slices in turns, near the core -------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before:
//
//   kernel.nest "max" extents [2364, 197] ins(%x) outs(%m)
//   kernel.nest "exp" extents [2364, 197] ins(%x, %m) outs(%e)
//   kernel.nest "sum" extents [2364, 197] ins(%e) outs(%s)
//   kernel.nest "softmax" extents [2364, 197] ins(%e, %s) outs(%y)
//
// After: %e is a row, %m and %s are numbers.
//
//   kernel.chain "softmax" count 2364 ins(%x) outs(%y, %e, %m, %s) {
//   ^bb0(%i: index, ...):
//     kernel.nest "max" extents [2364, 197] at %i ...
//     ...
//
// With the contractions around it that is attention without a matrix of scores:
// a block of queries at a time meets all keys. No sum changes its order.
//
// A chain begins at any kernel and goes on as long as there are common rows
// (ChainForm.h); kernels in between that have nothing to do with it are passed
// by. Of all chains those go first that save most traffic beyond the nearest
// cache. A chain needs a reduction: elementwise operators alone have been fused
// already. A contraction's columns are read again for each block, so they must
// be near, and no packed weights, and that must cost less than what is saved.
//
// No chain is built at the price of memory: what a chain reads and writes is
// alive together.
//
//===----------------------------------------------------------------------===//

#include "dialects/Kernel/PlanAttributes.h"
#include "megcc/Target.h"
#include "passes/kernel/Passes.h"
#include "passes/kernel/chains/ChainForm.h"
#include "llvm/Support/MathExtras.h"

namespace megcc::kernel {
#define GEN_PASS_DEF_FUSECHAINS
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

/// Chains longer than this, or with more kernels to pass by, are not looked at.
constexpr unsigned maxKernels = 16, maxPassed = 32;

bool isReduction(const ChainKernel &kernel) {
  auto nest = dyn_cast<NestOp>(kernel.op.getOperation());
  return nest && nest.getReductionRank() > 0;
}

int64_t getBytes(Value value) {
  auto type = cast<MemRefType>(value.getType());
  return type.getNumElements() * getBufferElementBytes(type);
}

/// Decides how a form is cut into slices, and whether that pays.
class SliceChooser {
public:
  SliceChooser(const ChainForm &form, const Target &target, bool stack)
      : form(form), target(target), stack(stack),
        lanes(std::max<int64_t>(target.vectorBits / 32, 1)) {}

  /// Rows of a slice; nothing if there had better be no chain.
  std::optional<int64_t> chooseSize() {
    bool hasReduction = false;
    for (const ChainKernel &kernel : form.getKernels()) {
      hasReduction |= isReduction(kernel);
      gemms += kernel.isGemm();
    }
    if (!hasReduction || !alignsGemms())
      return std::nullopt;
    std::optional<int64_t> size = gemms ? chooseBlock() : chooseRows();
    if (!size || form.getRows() / *size < (stack ? threadSlices : 2))
      return std::nullopt;
    saved = getSavedBytes() - getReadAgain(*size);
    return saved > 0 ? size : std::nullopt;
  }
  /// Bytes that need not come from far, once a size was chosen.
  double getSaved() const { return saved; }

private:
  /// Threads share slices; with fewer they had better share each kernel.
  static constexpr int64_t threadSlices = 8;

  /// What lies on a stack stays small.
  int64_t getMostBytes() const {
    return stack ? std::min(kMostPrivateBytes, target.l2Bytes / 4)
                 : target.l2Bytes / 4;
  }

  /// Whether blocks of rows are rows of every contraction.
  bool alignsGemms() {
    for (const ChainKernel &kernel : form.getKernels())
      if (kernel.isGemm() && kernel.rowDims.back() + 1 != kernel.parallel)
        return false;
    return true;
  }

  /// Blocks of rows that fill register tiles and whose slices stay near.
  std::optional<int64_t> chooseBlock() {
    int64_t rowBytes = std::max<int64_t>(form.getVanishingRowBytes(), 1);
    int64_t extent = form.getRowExtents().back(), tile = 1;
    for (const ChainKernel &kernel : form.getKernels())
      if (auto gemm = dyn_cast<GemmOp>(kernel.op.getOperation())) {
        tile = std::max<int64_t>(tile, gemm.getTileRows());
        break;
      }
    int64_t near = target.l1Bytes / rowBytes, most = getMostBytes() / rowBytes;
    if (extent <= near)
      return extent;
    if (near >= tile)
      return near / tile * tile;
    int64_t size = std::min({extent, tile, most});
    return size >= 1 ? std::optional(size) : std::nullopt;
  }

  /// Single rows, or, where neighbouring rows lie along the lanes, as many as
  /// stay near.
  std::optional<int64_t> chooseRows() {
    int64_t rowBytes = std::max<int64_t>(form.getVanishingRowBytes(), 1);
    int64_t extent = form.getRowExtents().back();
    if (rowsAreLanes()) {
      if (extent % lanes != 0 && extent < 8 * lanes)
        return std::nullopt;
      int64_t most = getMostBytes() / rowBytes, size = extent;
      // Equal blocks of whole vectors.
      while (size > most && size % 2 == 0 && size / 2 % lanes == 0)
        size /= 2;
      return size <= most ? std::optional(size) : std::nullopt;
    }
    if (rowBytes > target.l2Bytes / 2)
      return std::nullopt;
    for (const ChainKernel &kernel : form.getKernels())
      if (!hasLongRows(kernel))
        return std::nullopt;
    return 1;
  }

  /// Whether some kernel moves through rows by one element.
  bool rowsAreLanes() {
    for (const ChainKernel &kernel : form.getKernels()) {
      unsigned operands =
          kernel.op.getInputs().size() + kernel.op.getOutputs().size();
      for (unsigned i = 0; i < operands; ++i) {
        SmallVector<AffineExpr> index = kernel.getIndex(i);
        auto type = cast<MemRefType>(kernel.op->getOperand(i).getType());
        // The tensors of the most elements decide.
        if (type.getNumElements() <= form.getRows())
          continue;
        for (unsigned at = index.size(); at-- > 0;) {
          if (type.getDimSize(at) == 1)
            continue;
          if (index[at].isFunctionOfDim(kernel.rowDims.back()))
            return true;
          break;
        }
      }
    }
    return false;
  }

  /// What could be one long loop over all rows must not become short ones.
  bool hasLongRows(const ChainKernel &kernel) {
    int64_t points = 1;
    for (auto [dim, extent] : llvm::enumerate(kernel.extents))
      if (!llvm::is_contained(kernel.rowDims, dim))
        points *= extent;
    if (points < 2 * lanes && points % lanes != 0)
      return points == 1;
    auto nest = cast<NestOp>(kernel.op.getOperation());
    if (nest.getReductionRank() > 0 || points % lanes == 0 ||
        points >= 8 * lanes)
      return true;
    // Something is read once for each row anyway.
    for (unsigned i = 0; i < nest.getInputs().size(); ++i) {
      bool usesAll = true;
      for (unsigned dim = 0; dim < kernel.parallel; ++dim)
        usesAll &= kernel.extents[dim] == 1 ||
                   nest.getInputMap(i).isFunctionOfDim(dim);
      if (!usesAll)
        return true;
    }
    return false;
  }

  /// What passes between kernels, and what several of them read: beyond the
  /// first time it is near.
  double getSavedBytes() {
    double bytes = 0;
    llvm::SmallDenseMap<Value, int64_t> reads;
    for (auto [number, kernel] : llvm::enumerate(form.getKernels()))
      for (unsigned i = 0; i < kernel.op.getInputs().size(); ++i)
        if (!form.getTensor(number, i) && !kernel.isGemm())
          ++reads[getBuffer(kernel.op->getOperand(i))];
    for (auto [buffer, count] : reads)
      bytes += double(count - 1) * getBytes(buffer);
    for (const ChainTensor &tensor : form.getTensors())
      bytes += double(tensor.getBytes()) *
               (tensor.readers.size() + (tensor.vanishes ? 1 : 0));
    return bytes;
  }

  /// Columns that every block reads.
  double getReadAgain(int64_t size) {
    int64_t blocks = llvm::divideCeil(form.getRowExtents().back(), size);
    double bytes = 0;
    for (const ChainKernel &kernel : form.getKernels())
      if (auto gemm = dyn_cast<GemmOp>(kernel.op.getOperation()))
        bytes += double(blocks - 1) * getBytes(gemm.getRhs());
    return bytes;
  }

  const ChainForm &form;
  const Target &target;
  bool stack;
  int64_t lanes;
  unsigned gemms = 0;
  double saved = 0;
};

/// Kernels that may become a chain.
struct Candidate {
  SmallVector<KernelOpInterface> kernels;
  int64_t size = 1;
  double saved = 0;
};

struct FuseChains : kernel::impl::FuseChainsBase<FuseChains> {
  using FuseChainsBase::FuseChainsBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> main = getMain(getOperation());
    llvm::Expected<Target> found = lookupTarget(targetName);
    if (failed(main))
      return signalPassFailure();
    if (!found) {
      getOperation().emitError(llvm::toString(found.takeError()));
      return signalPassFailure();
    }
    // What one chain takes may have cut another short.
    constexpr int rounds = 3;
    for (int round = 0; round < rounds; ++round)
      if (!fuseOnce(*main, *found))
        break;
    eraseUnusedBuffers(*main);
  }

private:
  bool fuseOnce(func::FuncOp main, const Target &target) {
    std::vector<std::pair<KernelOpInterface, Candidate>> candidates;
    for (auto op : main.getBody().getOps<KernelOpInterface>())
      if (std::optional<Candidate> candidate = findChain(op, target))
        candidates.push_back({op, *candidate});
    llvm::stable_sort(candidates, [](const auto &a, const auto &b) {
      return a.second.saved > b.second.saved;
    });
    llvm::SmallPtrSet<Operation *, 32> taken;
    bool changed = false;
    for (auto &[op, candidate] : candidates) {
      if (llvm::any_of(candidate.kernels, [&](KernelOpInterface kernel) {
            return taken.contains(kernel);
          }))
        continue;
      // Kernels have moved since.
      std::optional<Candidate> again = findChain(op, target);
      if (!again || again->kernels != candidate.kernels)
        continue;
      SmallVector<Operation *> ops(candidate.kernels.begin(),
                                   candidate.kernels.end());
      if (!build(main, *again))
        continue;
      taken.insert(ops.begin(), ops.end());
      changed = true;
    }
    return changed;
  }

  /// A contraction is part of a chain where its columns are made by the network
  /// and near.
  static bool mayTakePart(KernelOpInterface op, const Target &target) {
    // Multiply-accumulates of what runs again are counted for themselves.
    if (!ChainKernel::get(op) || op->hasAttr(kRepeatedAttr))
      return false;
    auto gemm = dyn_cast<GemmOp>(op.getOperation());
    if (!gemm)
      return true;
    if (getBuffer(gemm.getRhs()).getDefiningOp<ConstantOp>())
      return false;
    int64_t bytes = getBytes(gemm.getRhs());
    for (auto [dim, extent] : llvm::enumerate(gemm.getOuter()))
      if (gemm.getRhsMap().isFunctionOfDim(dim))
        bytes /= extent;
    return bytes <= target.l2Bytes / 2;
  }

  static bool overlaps(ArrayRef<Value> a, ArrayRef<Value> b) {
    for (Value x : a)
      for (Value y : b)
        if (!areDisjoint(getByteRegion(x), getByteRegion(y)))
          return true;
    return false;
  }

  /// The best chain that begins with `first`.
  std::optional<Candidate> findChain(KernelOpInterface first,
                                     const Target &target) {
    if (!mayTakePart(first, target))
      return std::nullopt;
    Candidate current{{first}}, best;
    SmallVector<Value> reads, writes;
    auto add = [&](KernelOpInterface op) {
      llvm::append_range(reads, op.getInputs());
      llvm::append_range(writes, op.getOutputs());
    };
    add(first);
    unsigned passed = 0;
    for (Operation *op = first->getNextNode(); op && passed < maxPassed;
         op = op->getNextNode()) {
      Accesses accesses = getAccesses(op);
      if (accesses.reads.empty() && accesses.writes.empty())
        continue;
      auto next = dyn_cast<KernelOpInterface>(op);
      bool readsOurs = overlaps(accesses.reads, writes);
      bool joins = next && readsOurs && current.kernels.size() < maxKernels &&
                   mayTakePart(next, target);
      std::optional<ChainForm> form;
      if (joins) {
        current.kernels.push_back(next);
        form = ChainForm::get(current.kernels);
        if (!form)
          current.kernels.pop_back();
      }
      if (!form) {
        // The chain runs where its last kernel stands.
        if (readsOurs || overlaps(accesses.writes, writes) ||
            overlaps(accesses.writes, reads))
          break;
        ++passed;
        continue;
      }
      add(next);
      SliceChooser chooser(*form, target, stack);
      std::optional<int64_t> size = chooser.chooseSize();
      if (size && chooser.getSaved() > best.saved)
        best = {current.kernels, *size, chooser.getSaved()};
    }
    return best.kernels.empty() ? std::nullopt : std::optional(best);
  }

  static int64_t getLiveBytes(func::FuncOp main) {
    std::vector<ArenaBuffer> buffers;
    for (const Lifetime &lifetime : getLifetimes(main, /*alignment=*/64))
      buffers.push_back(lifetime.bytes);
    return getArenaLowerBound(buffers, /*alignment=*/64);
  }

  /// Builds the chain unless it needs memory.
  bool build(func::FuncOp main, Candidate candidate) {
    std::optional<ChainForm> form = ChainForm::get(candidate.kernels);
    int64_t before = getLiveBytes(main);
    OpBuilder builder(candidate.kernels.back());
    int64_t extent = form->getRowExtents().back();
    SmallVector<ChainOp> chains;
    ChainForm::Slicing slicing{candidate.size, extent / candidate.size, 0};
    chains.push_back(form->build(builder, slicing, stack));
    // What is left of the rows has slices of its own.
    if (int64_t rest = extent % candidate.size)
      chains.push_back(form->build(builder, {rest, 1, extent - rest}, stack));

    SmallVector<Operation *> places;
    for (KernelOpInterface op : candidate.kernels) {
      places.push_back(op->getNextNode());
      op->remove();
    }
    if (getLiveBytes(main) <= before) {
      for (KernelOpInterface op : candidate.kernels)
        op->erase();
      return true;
    }
    for (auto [op, place] :
         llvm::reverse(llvm::zip_equal(candidate.kernels, places)))
      place->getBlock()->getOperations().insert(Block::iterator(place),
                                                op.getOperation());
    for (ChainOp chain : llvm::reverse(chains)) {
      SmallVector<Value> operands(chain.getOperands());
      chain.erase();
      for (Value operand : operands)
        if (Operation *op = operand.getDefiningOp(); op && op->use_empty())
          op->erase();
    }
    return false;
  }
};

} // namespace
