//===- GraphImporter.h - Walking graphs, functions, subgraphs ---*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A model is a graph that may call functions and contain subgraphs; all three
// are lists of nodes with named values. Each gets a Scope. Functions and
// subgraphs are built in place where they are used: nn has neither.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_IMPORT_ONNX_GRAPHIMPORTER_H
#define MEGCC_LIB_IMPORT_ONNX_GRAPHIMPORTER_H

#include "lib/Import/ONNX/ModelFile.h"
#include "lib/Import/ONNX/NodeContext.h"
#include "lib/Import/ONNX/ONNX.h"
#include "lib/Import/ONNX/TensorData.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace megcc {

/// The names that are visible in one list of nodes.
struct Scope {
  /// The graph around a subgraph, whose values it sees; null for the main graph
  /// and for functions, which see nothing outside.
  Scope *outer = nullptr;
  /// Starts the names of nodes: the call path.
  std::string prefix;
  /// Operator-set versions by domain.
  llvm::StringMap<int64_t> versions;
  llvm::StringMap<mlir::Value> values;
  llvm::StringMap<const onnx::TensorProto *> initializers;
  llvm::StringMap<const onnx::ValueInfoProto *> declared;
  /// What the caller of a function passed, and the defaults.
  llvm::StringMap<const onnx::AttributeProto *> attributes;
  /// Inputs of a function that its caller left out.
  llvm::StringSet<> absent;
  /// Names that live nodes or the graph's outputs read.
  llvm::StringSet<> used;

  bool isUsed(llvm::StringRef name) const {
    return !name.empty() && used.contains(name);
  }
  /// Follows a reference to an attribute of the enclosing function; null if
  /// the caller left that out.
  const onnx::AttributeProto *
  resolve(const onnx::AttributeProto &attribute) const;
  bool isAbsent(llvm::StringRef name) const;
  int64_t getVersion(llvm::StringRef domain) const;
};

struct OperatorEntry;

class GraphImporter {
public:
  GraphImporter(mlir::MLIRContext &context, ModelFile file,
                const ImportOptions &options);

  mlir::OwningOpRef<mlir::ModuleOp> importModel();

  mlir::OpBuilder &getBuilder() { return builder; }
  /// Reads a tensor of the model file.
  std::optional<TensorBytes> readConstant(const onnx::TensorProto &tensor,
                                          std::string &reason);
  mlir::RankedTensorType getDeclaredType(const Scope &scope,
                                         llvm::StringRef name) const;
  std::optional<llvm::SmallVector<mlir::Value>>
  importSubgraph(const onnx::GraphProto &graph, Scope &outer,
                 llvm::ArrayRef<mlir::Value> arguments, NodeContext &node,
                 const llvm::Twine &suffix);

private:
  using Nodes = google::protobuf::RepeatedPtrField<onnx::NodeProto>;

  mlir::InFlightDiagnostic error();

  // GraphInputs.cpp
  static std::string describeTypeProto(const onnx::TypeProto &type);
  mlir::LogicalResult bindDimensions(const onnx::GraphProto &graph);
  mlir::LogicalResult bindDimension(llvm::StringRef symbol, int64_t value,
                                    llvm::StringRef input);
  mlir::RankedTensorType getInputType(const onnx::ValueInfoProto &input);
  mlir::LogicalResult addInput(const onnx::ValueInfoProto &input,
                               const InputFormat *format, Scope &scope);
  mlir::LogicalResult checkOptions(const onnx::GraphProto &graph);

  // Functions.cpp
  mlir::LogicalResult callFunction(const onnx::FunctionProto &function,
                                   const onnx::NodeProto &node,
                                   NodeContext &call, Scope &scope);
  mlir::LogicalResult importCustomCall(llvm::StringRef callee,
                                       const onnx::NodeProto &node,
                                       const Scope &scope, NodeContext &call);

  // GraphImporter.cpp
  mlir::LogicalResult checkModel();
  mlir::LogicalResult addInitializers(const onnx::GraphProto &graph,
                                      Scope &scope);
  mlir::LogicalResult
  addSparseInitializer(const onnx::SparseTensorProto &sparse);
  mlir::LogicalResult importMainGraph(const onnx::GraphProto &graph);
  mlir::LogicalResult importNodes(const Nodes &nodes, Scope &scope,
                                  llvm::ArrayRef<llvm::StringRef> outputs);
  mlir::LogicalResult importNode(const onnx::NodeProto &node, unsigned index,
                                 Scope &scope);
  static std::string getNodeName(const onnx::NodeProto &node, unsigned index,
                                 const Scope &scope);
  std::string describeNode(const onnx::NodeProto &node, unsigned index,
                           const Scope &scope) const;
  mlir::LogicalResult checkArity(const OperatorEntry &entry, NodeContext &call);
  mlir::LogicalResult reportUnknown(const onnx::NodeProto &node,
                                    NodeContext &call);
  /// The value of a name; makes the constant of an initialiser on first use.
  /// Null if no such name is visible, or after an error.
  mlir::Value lookup(llvm::StringRef name, Scope &scope, Emitter &emitter);

  mlir::MLIRContext &context;
  ModelFile file;
  const ImportOptions &options;
  ExternalData external;
  mlir::OpBuilder builder;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;
  /// Symbolic dimensions with known values.
  llvm::StringMap<int64_t> symbols;
  llvm::StringMap<const onnx::FunctionProto *> functions;
  /// The functions that are being built in place, to refuse recursion.
  llvm::SmallVector<const onnx::FunctionProto *> callStack;
  /// Constants whose type in the file packs several integers into a byte.
  llvm::DenseSet<mlir::Value> packed;
  /// Nodes imported so far, functions' bodies counted each time.
  unsigned importedNodes = 0;
};

} // namespace megcc

#endif // MEGCC_LIB_IMPORT_ONNX_GRAPHIMPORTER_H
