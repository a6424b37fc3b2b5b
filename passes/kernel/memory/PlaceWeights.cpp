//===- PlaceWeights.cpp - Give every constant a place in the blob ---------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before:
//
//   func.func @main(...) {
//     %v = kernel.constant dense_resource<v> : tensor<4x8xf32>
//       packed affine_map<(i, j) -> (j, i)> : memref<8x4xf32>
//     %w = kernel.constant dense_resource<w> : tensor<64xf32> : memref<64xf32>
//     ...
//     %again = kernel.constant dense_resource<w> ...
//
// After:
//
//   module attributes {kernel.weight_bytes = 384}
//   kernel.weight @v dense_resource<v> : tensor<4x8xf32>
//     packed affine_map<(i, j) -> (j, i)> at 0 : memref<8x4xf32>
//   kernel.weight @w dense_resource<w> : tensor<64xf32> at 128 : memref<64xf32>
//   func.func @main(..., %weights: memref<384xi8> {kernel.weights}) {
//     %v = kernel.view %weights[0] @v : memref<384xi8> to memref<8x4xf32>
//     %w = kernel.view %weights[128] @w : memref<384xi8> to memref<64xf32>
//     ...
//
// Weights lie in the order of their first use, so that a run walks through the
// blob from its beginning to its end. Constants are equal when they hold the
// same bytes and are packed alike, whatever they are called in the model.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/Buffers.h"
#include "passes/kernel/Passes.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/xxhash.h"

namespace megcc::kernel {
#define GEN_PASS_DEF_PLACEWEIGHTS
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

/// The bytes of a constant outside the IR; nothing for others, which are equal
/// exactly when their attributes are the same.
static ArrayRef<char> getBlob(ElementsAttr value) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      return blob->getData();
  return {};
}

/// Whether two constants lead to the same bytes in the blob. Without packing
/// the shapes do not matter, only the bytes do.
static bool areEqual(ConstantOp a, ConstantOp b) {
  if (a.getPackAttr() != b.getPackAttr() ||
      a.getWinogradAttr() != b.getWinogradAttr())
    return false;
  auto aType = cast<ShapedType>(a.getValue().getType());
  auto bType = cast<ShapedType>(b.getValue().getType());
  if (a.getPack() &&
      (aType != bType || a.getResult().getType() != b.getResult().getType()))
    return false;
  if (a.getValue() == b.getValue())
    return true;
  ArrayRef<char> aBlob = getBlob(a.getValue()), bBlob = getBlob(b.getValue());
  return aType.getElementType() == bType.getElementType() && !aBlob.empty() &&
         aBlob == bBlob;
}

static llvm::hash_code getHash(ConstantOp op) {
  ArrayRef<char> blob = getBlob(op.getValue());
  if (blob.empty())
    return llvm::hash_combine(op.getPackAttr(), op.getValue());
  return llvm::hash_combine(
      op.getPackAttr(),
      llvm::xxh3_64bits(ArrayRef(reinterpret_cast<const uint8_t *>(blob.data()),
                                 blob.size())));
}

/// A symbol's name from what the model calls the constant.
static std::string getStem(ConstantOp op) {
  std::string stem;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(op.getValue()))
    stem = resource.getRawHandle().getKey().str();
  else if (auto name = dyn_cast<NameLoc>(op.getLoc()))
    stem = name.getName().str();
  for (char &c : stem)
    if (!llvm::isAlnum(c))
      c = '_';
  return stem.empty() ? "weight" : stem;
}

namespace {

struct PlaceWeights : kernel::impl::PlaceWeightsBase<PlaceWeights> {
  using PlaceWeightsBase::PlaceWeightsBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<func::FuncOp> main = getMain(module);
    if (failed(main))
      return signalPassFailure();

    // First use, not definition, decides the order.
    llvm::SetVector<Operation *> constants;
    for (Operation &op : main->getBody().front())
      for (Value access : getAccesses(&op).reads)
        if (auto constant = getBuffer(access).getDefiningOp<ConstantOp>())
          constants.insert(constant);

    SymbolTable symbols(module);
    OpBuilder builder(*main);
    DenseMap<size_t, SmallVector<std::pair<ConstantOp, WeightOp>>> placed;
    DenseMap<Operation *, WeightOp> weightOf;
    int64_t bytes = 0;
    for (Operation *op : constants) {
      auto constant = cast<ConstantOp>(op);
      auto &candidates = placed[getHash(constant)];
      auto *same = llvm::find_if(candidates, [&](auto &candidate) {
        return areEqual(candidate.first, constant);
      });
      if (same != candidates.end()) {
        weightOf[op] = same->second;
        continue;
      }
      auto type = cast<MemRefType>(constant.getResult().getType());
      bytes = llvm::alignTo(bytes, alignment);
      auto weight = builder.create<WeightOp>(
          op->getLoc(), getStem(constant), constant.getValue(),
          constant.getWinogradAttr(), constant.getPackAttr(), bytes, type);
      symbols.insert(weight, Block::iterator(*main));
      bytes += getSpanBytes(type);
      candidates.push_back({constant, weight});
      weightOf[op] = weight;
    }
    rewriteConstants(*main, constants.getArrayRef(), weightOf, bytes);
    module->setAttr(kWeightBytesAttr, builder.getI64IntegerAttr(bytes));
  }

  void rewriteConstants(func::FuncOp main, ArrayRef<Operation *> constants,
                        DenseMap<Operation *, WeightOp> &weightOf,
                        int64_t bytes) {
    OpBuilder builder(&getContext());
    auto type = MemRefType::get({bytes}, builder.getI8Type());
    unsigned index = main.getNumArguments();
    main.insertArgument(index, type,
                        builder.getDictionaryAttr(builder.getNamedAttr(
                            kWeightsAttr, builder.getUnitAttr())),
                        main.getLoc());
    for (Operation *op : constants) {
      auto constant = cast<ConstantOp>(op);
      WeightOp weight = weightOf[op];
      builder.setInsertionPoint(op);
      auto view = builder.create<ViewOp>(
          op->getLoc(), constant.getResult().getType(), main.getArgument(index),
          weight.getOffset(), FlatSymbolRefAttr::get(weight));
      op->replaceAllUsesWith(view);
      op->erase();
    }
    eraseUnusedBuffers(main);
  }
};

} // namespace
