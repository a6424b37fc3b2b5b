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
// layer leaves the result of one. Patches of an operator have its names: they
// correspond in the order in which they are, which is the one that they run in.
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
    bool isInOrder = variant.graph.patches.has_value();
    for (auto [i, layer] : enumerate(variant.layers)) {
      ArrayRef<std::string> nodes =
          layer.resultOf ? *layer.resultOf : layer.nodes;
      if (nodes.empty())
        continue;
      std::vector<size_t> &layers = layersOf[join(nodes, "\n")];
      if (!isInOrder)
        layers.clear();
      layers.push_back(i);
    }
    // A chain of kernels leaves what the last of them makes.
    StringMap<std::vector<size_t>> chains;
    for (auto [i, layer] : enumerate(variant.layers))
      for (size_t first = 1; first < layer.nodes.size(); ++first) {
        std::string nodes = join(drop_begin(layer.nodes, first), "\n");
        if (!layer.resultOf && !layersOf.contains(nodes))
          chains[nodes].push_back(i);
      }
    for (auto &[nodes, layers] : chains) {
      if (!isInOrder)
        layers.resize(1);
      layersOf[nodes] = std::move(layers);
    }
  }

  /// The operators to be compared come in the order of `main`.
  void count(mlir::func::FuncOp main) {
    main.walk([&](mlir::Operation *op) {
      if (op->getParentOp() == main)
        ++operators[keyOf(op)].count;
    });
  }

  void compare(mlir::Operation *op, ArrayRef<HostTensor> values) {
    auto layers = layersOf.find(keyOf(op));
    if (layers == layersOf.end())
      return;
    Operators &alike = operators[layers->first()];
    size_t number = alike.seen++;
    if (layers->second.size() == 1)
      number = 0;
    else if (layers->second.size() != alike.count)
      return;
    size_t layer = layers->second[number];
    // Of operators with the same nodes, as those that move a result, it leaves
    // that of one.
    SmallVector<LayerResult, 1> &known = results[layer];
    if (!known.empty() && all_of(known, [](const LayerResult &result) {
          return result.comparison.passed();
        }))
      return;
    known.clear();
    for (auto [k, value] : enumerate(values)) {
      auto buffer = MemoryBuffer::getFile(folder + "/layer_" + Twine(layer) +
                                          "_" + Twine(k) + ".bin");
      if (!buffer)
        return;
      std::vector<char> found =
          toRowMajor((*buffer)->getBuffer(), value.getType());
      if (found.empty())
        return;
      known.push_back({compareTensors(value.getElementType(), found,
                                      value.bytes(), value.size(), tolerance),
                       llvm::to_vector(value.getShape())});
    }
  }

  /// By layer, one entry per output; none where nothing was compared.
  ArrayRef<SmallVector<LayerResult, 1>> get() const { return results; }

private:
  /// Operators of the same nodes.
  struct Operators {
    size_t count = 0, seen = 0;
  };

  static std::string keyOf(mlir::Operation *op) {
    return join(nodesOf(op->getLoc()), "\n");
  }

  StringRef folder;
  const Tolerance &tolerance;
  /// Which layers leave the result of an operator of such nodes: one, or one
  /// for each of its patches.
  StringMap<std::vector<size_t>> layersOf;
  StringMap<Operators> operators;
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
    outs() << "; the others leave no whole tensor of the graph";
  outs() << '\n';
  return exitDone;
}

/// The options that the graph of the package depends on.
static CompileOptions getGraphOptions(const GraphOptions &graph) {
  CompileOptions options;
  options.memoryBudget = graph.savesMemory ? 1 : 0;
  if (graph.takesTurns)
    options.rowsBudget = 0;
  options.algorithms = graph.algorithms;
  if (graph.patches)
    options.patches =
        PatchAim{graph.patches->first, unsigned(graph.patches->second)};
  options.ioInArena = graph.ioInArena;
  return options;
}

ExitCode verifyLayers(const PackageReport::Variant &variant, StringRef model,
                      const ImportOptions &options,
                      ArrayRef<TensorLiteral> inputs, StringRef folder,
                      const Tolerance &tolerance) {
  std::unique_ptr<mlir::MLIRContext> context = createContext();
  DiagnosticPrinter diagnostics(*context);
  mlir::OwningOpRef<mlir::ModuleOp> module =
      importONNX(*context, model, options);
  if (!module || failed(compileModule(*module, variant.target, Level::NN,
                                      getGraphOptions(variant.graph))))
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
  comparer.count(main);
  auto compare = [&](mlir::Operation *op, ArrayRef<HostTensor> results) {
    comparer.compare(op, results);
  };
  if (failed(evaluateFunction(main, values, compare)))
    return diagnostics.exitCode();
  return printFirstWrong(variant, comparer);
}

} // namespace megcc
