//===- MergeWeights.cpp - One blob for the weights of all variants --------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A package for several levels of an architecture holds each constant once per
// packing: biases and the filters of depthwise convolutions are shared wherever
// the channels fill their blocks; a matrix in panels of 8 lanes and the same in
// panels of 16 are two. Each variant folded and packed on its own, so what is
// equal is found by the packed bytes.
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Emitters.h"
#include "lib/Support/Constants.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/MathExtras.h"
#include <array>
#include <map>

using namespace llvm;
using namespace mlir;

namespace megcc {

/// Stands for the packed bytes.
using Digest = std::array<uint8_t, 32>;

static Digest digestOf(const Weight &weight) {
  BLAKE3 hasher;
  packWeight(weight, [&](ArrayRef<char> block) {
    hasher.update(StringRef(block.data(), block.size()));
  });
  return hasher.final();
}

namespace {

/// The blob of a package as it grows.
class Blob {
public:
  explicit Blob(PackageDescription &package) : package(package) {}

  /// The offset of `weight`, which is added unless an equal one is there.
  int64_t place(Weight weight) {
    auto [known, isNew] = places.try_emplace({digestOf(weight), sizeOf(weight)},
                                             package.weightsBytes);
    if (!isNew)
      return known->second;
    weight.offset = known->second =
        int64_t(alignTo(package.weightsBytes, packageAlignment));
    package.weightsBytes = weight.offset + sizeOf(weight);
    package.weights.push_back(weight);
    return weight.offset;
  }

  static int64_t sizeOf(const Weight &weight) {
    return weight.type.getNumElements() *
           getElementBytes(weight.type.getElementType());
  }

private:
  PackageDescription &package;
  std::map<std::pair<Digest, int64_t>, int64_t> places;
};

} // namespace

void mergeWeights(PackageDescription &package,
                  ArrayRef<std::vector<Weight>> weights) {
  if (!package.hasLevels()) {
    package.weights = weights.front();
    package.weightsBytes = package.best().weightsBytes;
    return;
  }
  Blob blob(package);
  for (auto [variant, own] : zip(package.variants, weights)) {
    std::vector<int64_t> moved;
    for (const Weight &weight : own)
      moved.push_back(blob.place(weight));
    for (Layer &layer : variant.layers)
      for (Operand &operand : layer.operands) {
        if (operand.kind != Operand::Weights)
          continue;
        // `own` is sorted; an operand may be a part of a weight.
        size_t index = llvm::upper_bound(own, operand.offset,
                                         [](int64_t offset, const Weight &w) {
                                           return offset < w.offset;
                                         }) -
                       own.begin() - 1;
        operand.offset += moved[index] - own[index].offset;
      }
  }
}

} // namespace megcc
