//===- VerifyLayers.cpp - Which layer departs from the reference? ---------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The graph is taken after the nn passes: there, operators and layers
// correspond. An operator may have become several kernels (the last one leaves
// its result) or none (a reshape); of operators with the same node names the
// last counts.
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/VerifyLayers.h"
#include "codegen/package/Package.h"
#include "dialects/NN/NN.h"
#include "lib/Driver/Diagnostics.h"
#include "lib/Reference/Reference.h"
#include "megcc/Compiler.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace megcc {

/// A buffer of a tensor of `type` as its elements in row-major order; empty if
/// it has another size.
static std::vector<char> toRowMajor(StringRef buffer,
                                    mlir::RankedTensorType type) {
  int64_t size = getElementBytes(type.getElementType());
  if (int64_t(buffer.size()) != nn::physicalBytes(type))
    return {};
  std::optional<nn::BlockedLayout> layout = nn::getLayout(type);
  if (!layout)
    return std::vector<char>(buffer.begin(), buffer.end());

  ArrayRef<int64_t> shape = type.getShape();
  SmallVector<int64_t> physical = nn::physicalShape(type);
  SmallVector<int64_t> index(shape.size(), 0);
  std::vector<char> result;
  result.reserve(type.getNumElements() * size);
  for (int64_t n = type.getNumElements(); n > 0; --n) {
    int64_t position = 0;
    for (size_t i = 0; i < shape.size(); ++i) {
      bool blocked = int64_t(i) == layout->dim;
      position = position * physical[i] +
                 (blocked ? index[i] / layout->size : index[i]);
    }
    position = position * layout->size + index[layout->dim] % layout->size;
    const char *element = buffer.data() + position * size;
    result.insert(result.end(), element, element + size);
    for (size_t i = shape.size(); i-- > 0;) {
      if (++index[i] < shape[i])
        break;
      index[i] = 0;
    }
  }
  return result;
}

namespace {

/// What the comparison of one layer came to.
struct LayerResult {
  Comparison comparison;
  SmallVector<int64_t> shape;
};

/// Compares as the reference evaluates.
class LayerComparer {
public:
  LayerComparer(const PackageReport::Variant &variant, StringRef folder,
                const Tolerance &tolerance)
      : folder(folder), tolerance(tolerance), results(variant.layers.size()) {
    for (auto [i, layer] : enumerate(variant.layers))
      layerOf[join(layer.nodes, "\n")] = i;
    // A chain of kernels leaves what the last of them makes.
    for (auto [i, layer] : enumerate(variant.layers))
      for (size_t first = 1; first < layer.nodes.size(); ++first)
        layerOf.try_emplace(join(drop_begin(layer.nodes, first), "\n"), i);
  }

  void compare(mlir::Operation *op, ArrayRef<HostTensor> values) {
    auto layer = layerOf.find(join(nodesOf(op->getLoc()), "\n"));
    if (layer == layerOf.end())
      return;
    results[layer->second].clear();
    for (auto [k, value] : enumerate(values)) {
      auto buffer = MemoryBuffer::getFile(
          folder + "/layer_" + Twine(layer->second) + "_" + Twine(k) + ".bin");
      if (!buffer)
        return;
      std::vector<char> found =
          toRowMajor((*buffer)->getBuffer(), value.getType());
      if (found.empty())
        return;
      results[layer->second].push_back(
          {compareTensors(value.getElementType(), found, value.bytes(),
                          value.size(), tolerance),
           llvm::to_vector(value.getShape())});
    }
  }

  /// By layer, one entry per output; none where nothing was compared.
  ArrayRef<SmallVector<LayerResult, 1>> get() const { return results; }

private:
  StringRef folder;
  const Tolerance &tolerance;
  StringMap<size_t> layerOf;
  std::vector<SmallVector<LayerResult, 1>> results;
};

} // namespace

static ExitCode printFirstWrong(const PackageReport::Variant &variant,
                                const LayerComparer &comparer) {
  size_t compared = 0;
  for (auto [i, results] : enumerate(comparer.get())) {
    compared += !results.empty();
    for (const LayerResult &result : results) {
      if (result.comparison.passed())
        continue;
      const PackageReport::Layer &layer = variant.layers[i];
      outs() << "layer " << i << " (" << join(layer.nodes, " + ") << ": "
             << layer.algorithm
             << ") is the first that departs: " << result.comparison.wrong
             << " of " << result.comparison.elements
             << " elements wrong, worst at "
             << indexText(result.comparison.worst, result.shape) << ": found "
             << format("%.9g", result.comparison.found) << ", expected "
             << format("%.9g", result.comparison.expected) << '\n';
      return exitInputAtFault;
    }
  }
  outs() << "layers: " << compared << " of " << variant.layers.size()
         << " compared with the reference, all agree";
  if (compared < variant.layers.size())
    outs() << "; the others leave no whole tensor of the model's, as those do "
              "that take turns";
  outs() << '\n';
  return exitDone;
}

ExitCode verifyLayers(const PackageReport::Variant &variant, StringRef model,
                      const ImportOptions &options,
                      ArrayRef<TensorLiteral> inputs, StringRef folder,
                      const Tolerance &tolerance) {
  std::unique_ptr<mlir::MLIRContext> context = createContext();
  DiagnosticPrinter diagnostics(*context);
  mlir::OwningOpRef<mlir::ModuleOp> module =
      importONNX(*context, model, options);
  if (!module || failed(compileModule(*module, variant.target, Level::NN)))
    return diagnostics.exitCode();
  auto main = module->lookupSymbol<mlir::func::FuncOp>("main");
  SmallVector<HostTensor> values;
  for (auto [type, input] : zip(main.getArgumentTypes(), inputs)) {
    auto tensor = cast<mlir::RankedTensorType>(type);
    if (tensor.getShape() != input.type.getShape() ||
        getTensorBytes(tensor) != int64_t(input.bytes.size()))
      return ExitCode(complain("the model's inputs are not the package's: give "
                               "verify the options that compile was given",
                               exitInputAtFault));
    values.emplace_back(tensor, input.bytes);
  }
  LayerComparer comparer(variant, folder, tolerance);
  auto compare = [&](mlir::Operation *op, ArrayRef<HostTensor> results) {
    comparer.compare(op, results);
  };
  if (failed(evaluateFunction(main, values, compare)))
    return diagnostics.exitCode();
  return printFirstWrong(variant, comparer);
}

} // namespace megcc
