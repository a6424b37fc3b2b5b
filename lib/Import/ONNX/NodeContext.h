//===- NodeContext.h - What an operator's import sees -----------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One ONNX node while it is imported: its inputs as nn values, its attributes,
// its outputs to be set, and all that Emitter builds. The function of an
// operator (see Registry.h) gets nothing else.
//
// Attributes are read with their defaults; one of the wrong kind is an error.
// One that nobody asked for is an error too: an attribute that is silently
// passed over could have changed the result.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_IMPORT_ONNX_NODECONTEXT_H
#define MEGCC_LIB_IMPORT_ONNX_NODECONTEXT_H

#include "lib/Import/ONNX/Emitter.h"
#include "lib/Import/ONNX/Schema.h"

#include "llvm/ADT/StringSet.h"

namespace megcc {

class GraphImporter;
struct Scope;

class NodeContext : public Emitter {
public:
  NodeContext(GraphImporter &importer, Scope &scope,
              const onnx::NodeProto &node, mlir::Location loc,
              std::string subject, int64_t version);

  /// The version of the operator set that the node is bound to.
  int64_t getVersion() const { return version; }
  llvm::StringRef getOperator() const { return node.op_type(); }

  //===--------------------------------------------------------------------===//
  // Inputs
  //===--------------------------------------------------------------------===//

  /// Inputs up to the last one present.
  unsigned getNumInputs() const { return static_cast<unsigned>(inputs.size()); }
  /// Null for an optional input that was left out.
  mlir::Value in(unsigned index) const {
    return index < inputs.size() ? inputs[index] : mlir::Value();
  }
  llvm::ArrayRef<mlir::Value> getInputs() const { return inputs; }
  llvm::StringRef getInputName(unsigned index) const {
    return node.input(static_cast<int>(index));
  }

  /// Elements of an input that must be known at compile time; reports an error
  /// that calls the input `role` if they aren't.
  std::optional<llvm::SmallVector<int64_t>> requireInts(unsigned index,
                                                        llvm::StringRef role);
  std::optional<llvm::SmallVector<double>> requireFloats(unsigned index,
                                                         llvm::StringRef role);
  /// Reports an error unless the input's rank lies in [low, high].
  bool requireRank(unsigned index, int64_t low, int64_t high = INT64_MAX);

  //===--------------------------------------------------------------------===//
  // Attributes
  //===--------------------------------------------------------------------===//

  bool hasAttr(llvm::StringRef name);
  int64_t intAttr(llvm::StringRef name, int64_t otherwise);
  bool flagAttr(llvm::StringRef name, bool otherwise) {
    return intAttr(name, otherwise) != 0;
  }
  double floatAttr(llvm::StringRef name, double otherwise);
  std::string stringAttr(llvm::StringRef name, llvm::StringRef otherwise);
  std::optional<llvm::SmallVector<int64_t>> intsAttr(llvm::StringRef name);
  std::optional<llvm::SmallVector<double>> floatsAttr(llvm::StringRef name);
  std::optional<std::vector<std::string>> stringsAttr(llvm::StringRef name);
  mlir::ElementsAttr tensorAttr(llvm::StringRef name);
  const onnx::GraphProto *graphAttr(llvm::StringRef name);
  /// A list of `count` integers, all `otherwise` where the attribute is absent.
  llvm::SmallVector<int64_t> intsAttr(llvm::StringRef name, size_t count,
                                      int64_t otherwise);
  /// An element type given as a TensorProto.DataType; null if absent.
  mlir::Type typeAttr(llvm::StringRef name);
  /// An axis counted from either end, brought into [0, rank).
  std::optional<int64_t> axisAttr(llvm::StringRef name, int64_t otherwise,
                                  int64_t rank);
  /// Brings axes into [0, rank); reports those outside and repeated ones.
  std::optional<llvm::SmallVector<int64_t>>
  normalizeAxes(llvm::ArrayRef<int64_t> axes, int64_t rank);
  /// Attributes that change nothing here.
  void ignoreAttrs(std::initializer_list<llvm::StringRef> names);
  /// Reports `attribute NAME: found FOUND, expected EXPECTED`.
  mlir::InFlightDiagnostic attrError(llvm::StringRef name,
                                     const llvm::Twine &found,
                                     const llvm::Twine &expected);

  //===--------------------------------------------------------------------===//
  // Outputs
  //===--------------------------------------------------------------------===//

  /// Whether the model uses this output.
  bool wants(unsigned index) const;
  void out(unsigned index, mlir::Value value);
  /// Sets the first output: the last line of most operators.
  mlir::LogicalResult result(mlir::Value value);
  /// The static type that the file declares for an output, if it does.
  mlir::RankedTensorType declared(unsigned index) const;
  unsigned getNumOutputs() const {
    return static_cast<unsigned>(node.output_size());
  }

  /// Imports a subgraph in place, its inputs bound to `arguments`; nothing
  /// after an error.
  std::optional<llvm::SmallVector<mlir::Value>>
  importSubgraph(const onnx::GraphProto &graph,
                 llvm::ArrayRef<mlir::Value> arguments,
                 const llvm::Twine &suffix);

  //===--------------------------------------------------------------------===//
  // For GraphImporter
  //===--------------------------------------------------------------------===//

  void setInputs(llvm::SmallVector<mlir::Value> values) {
    inputs = std::move(values);
  }
  llvm::ArrayRef<mlir::Value> getOutputs() const { return outputs; }
  /// Reports the first attribute that nobody read.
  mlir::LogicalResult checkAllAttributesRead();

private:
  const onnx::AttributeProto *find(llvm::StringRef name,
                                   onnx::AttributeProto::AttributeType type);

  GraphImporter &importer;
  Scope &scope;
  const onnx::NodeProto &node;
  int64_t version;
  llvm::SmallVector<mlir::Value> inputs, outputs;
  llvm::StringSet<> readAttributes;
};

} // namespace megcc

#endif // MEGCC_LIB_IMPORT_ONNX_NODECONTEXT_H
