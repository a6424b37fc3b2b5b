//===- RowChoice.cpp - Kernels as rows need them least --------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/rows/RowChoice.h"

#include "passes/kernel/DetachParts.h"
#include "passes/kernel/rows/SplitWindows.h"
#include "passes/kernel/rows/SwapSums.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

/// What plan-arena rounds up to.
static constexpr int64_t kAlignment = 64;

namespace {

/// Changes the kernels of one function.
class RowChooser {
public:
  RowChooser(func::FuncOp main, const RowChoiceOptions &options)
      : main(main), options(options) {}

  RowChoice run(bool swapsAll) {
    bool isSwapped = swapsAll && swapAll();
    plan(findRows(main), choice);
    if (isAbove())
      tryParts();
    bool isSplit = options.splitsWindows && isAbove() && tryWindows();
    isSwapped |= !swapsAll && !options.estimates && isAbove() && trySums();
    if ((!isSplit || isSwapped) && !options.estimates)
      dropNeedless(choice.model->program, choice.plan, kAlignment);
    return std::move(choice);
  }

private:
  bool isAbove() const { return choice.plan.bytes > options.budget; }

  void plan(RowTable rows, RowChoice &result) {
    result.model =
        std::make_unique<RowModel>(main, std::move(rows), options.target);
    result.plan =
        chooseSegments(result.model->program, options.budget, kAlignment);
  }

  /// The same turns as in `other`, whose kernels outside of them have changed.
  RowChoice planAgain(const RowTable &rows, const RowChoice &other) {
    RowChoice result;
    result.model = std::make_unique<RowModel>(main, rows, options.target);
    std::vector<std::pair<unsigned, unsigned>> ends;
    for (const RowSegment &segment : other.plan.segments)
      ends.push_back(
          {result.model->find(other.model->kernels[segment.begin]),
           result.model->find(other.model->kernels[segment.end - 1]) + 1});
    result.plan = planSegments(result.model->program, ends,
                               other.plan.sharesRings, kAlignment);
    result.plan.isSmallest = other.plan.isSmallest;
    return result;
  }

  /// Takes `other` if it needs less. What is smallest is so of all tried.
  bool takeIfLess(RowChoice other) {
    bool isSmallest = choice.plan.isSmallest && other.plan.isSmallest;
    bool isLess = other.plan.bytes < choice.plan.bytes;
    if (isLess)
      choice = std::move(other);
    choice.plan.isSmallest = isSmallest;
    return isLess;
  }

  /// First parts of a concat may be worth a copy.
  void tryParts() {
    SmallVector<DetachedPart> parts = detachFirstParts(main);
    if (parts.empty())
      return;
    RowChoice other;
    plan(findRows(main), other);
    if (!takeIfLess(std::move(other)))
      for (DetachedPart &part : parts)
        part.undo();
  }

  /// Splits windows, first all that may be worth it, then those of them alone
  /// that take turns, if that needs less. True if it does.
  bool tryWindows() {
    const RowTable &rows = choice.model->rows;
    SmallVector<SplitWindow> windows = splitWindows(main, rows, options.target);
    bool isSplit = false;
    while (!windows.empty()) {
      RowChoice split;
      plan(rows, split);
      bool isLess = split.plan.bytes < choice.plan.bytes;
      if (isLess)
        dropNeedless(split.model->program, split.plan, kAlignment);
      auto undone = llvm::partition(windows, [&](SplitWindow &window) {
        return isLess &&
               split.model->isWithin(split.plan.segments, window.parts);
      });
      if (undone == windows.end()) {
        isSplit = takeIfLess(std::move(split));
        break;
      }
      choice.plan.isSmallest &= split.plan.isSmallest;
      auto others = llvm::make_range(undone, windows.end());
      bool isApart =
          isLess && llvm::none_of(others, [&](SplitWindow &window) {
            return split.model->touches(split.plan.segments, window.parts);
          });
      for (SplitWindow &window : others)
        window.undo();
      windows.erase(undone, windows.end());
      // Then the plan is as good without them.
      if (isApart && takeIfLess(planAgain(rows, split))) {
        isSplit = true;
        break;
      }
    }
    for (SplitWindow &window : windows)
      window.whole->erase();
    return isSplit;
  }

  /// Swaps sums one by one, if that needs less. True if any does.
  bool trySums() {
    // Each is a plan of its own.
    constexpr size_t most = 8;
    llvm::SmallPtrSet<Operation *, 8> swapped;
    SmallVector<SwappedSum> sums = findSums(main);
    for (SwappedSum &sum : MutableArrayRef(sums).take_front(most)) {
      if (swapped.contains(sum.first) || swapped.contains(sum.second))
        continue;
      sum.apply();
      RowChoice other;
      plan(choice.model->rows, other);
      if (!takeIfLess(std::move(other))) {
        sum.undo();
        continue;
      }
      erase(sum, swapped);
    }
    return !swapped.empty();
  }

  /// Swaps all sums; false if there are none. Of three summands two are.
  bool swapAll() {
    llvm::SmallPtrSet<Operation *, 8> swapped;
    for (SwappedSum &sum : findSums(main))
      if (!swapped.contains(sum.first) && !swapped.contains(sum.second)) {
        sum.apply();
        erase(sum, swapped);
      }
    return !swapped.empty();
  }

  /// Erases what was swapped, which other sums know as well.
  static void erase(SwappedSum &sum,
                    llvm::SmallPtrSetImpl<Operation *> &swapped) {
    for (kernel::GemmOp gemm : {sum.first, sum.second}) {
      swapped.insert(gemm);
      gemm->erase();
    }
  }

  func::FuncOp main;
  const RowChoiceOptions &options;
  RowChoice choice;
};

} // namespace

RowChoice kernel::chooseRows(func::FuncOp main,
                             const RowChoiceOptions &options) {
  OwningOpRef<func::FuncOp> copy;
  if (options.splitsWindows && !options.estimates && !findSums(main).empty())
    copy = main.clone();
  RowChoice choice = RowChooser(main, options).run(/*swapsAll=*/false);
  if (!copy || choice.plan.bytes <= options.budget)
    return choice;
  RowChoice other = RowChooser(*copy, options).run(/*swapsAll=*/true);
  bool isSmallest = choice.plan.isSmallest && other.plan.isSmallest;
  if (other.plan.bytes < choice.plan.bytes) {
    choice = std::move(other);
    main.getBody().takeBody(copy->getBody());
  }
  choice.plan.isSmallest = isSmallest;
  return choice;
}
