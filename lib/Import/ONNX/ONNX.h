//===- ONNX.h - From an ONNX file to the nn dialect -------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The importer's public face. Everything that is peculiar to ONNX ends here:
// operator-set versions, automatic padding, optional inputs, functions,
// subgraphs, the encodings of tensors, shapes computed at run time.
//
// Whatever is wrong with the user's file is reported through MLIR's diagnostic
// engine as one error that names file, node, operator and attribute, with what
// was found and what was expected; then the result is null.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_IMPORT_ONNX_ONNX_H
#define MEGCC_LIB_IMPORT_ONNX_ONNX_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OwningOpRef.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace megcc {

/// The form in which the user holds a graph input, where it isn't the model's
/// own: an 8-bit image, say, in camera order, or one that never is in memory as
/// a whole. The conversion
/// `(x - mean) / std` becomes part of the graph.
struct InputFormat {
  enum class Element { U8, I8, F32 };
  enum class Layout { NCHW, NHWC };

  std::string name;
  Element element = Element::F32;
  Layout layout = Layout::NCHW;
  /// One value, one per channel, or none (0 and 1 are meant).
  std::vector<double> mean, std;
  /// The program hands the input over row by row, when it is asked to.
  bool streamed = false;
  /// Whether any other word was given: otherwise the form is the model's.
  bool converts = false;
};

/// Reads `NAME=u8,nhwc,mean=123.7,116.3,103.5,std=58.4,57.1,57.4` (numbers
/// after a number continue its list). On a mistake says in `error` which word
/// was found and what was expected.
std::optional<InputFormat> parseInputFormat(llvm::StringRef text,
                                            std::string &error);

struct ImportOptions {
  /// Whole shapes of graph inputs, by name; they win over the file's.
  std::map<std::string, std::vector<int64_t>> inputShapes;
  /// Values of symbolic dimensions, by symbol.
  std::map<std::string, int64_t> dims;
  std::vector<InputFormat> inputs;
  /// C functions that the user supplies, by operator (`domain::Name` or
  /// `Name`): such a node becomes an nn.custom_call.
  std::map<std::string, std::string> customOperators;
};

/// Reads `path` (protobuf; protobuf's text form where the name ends in
/// .textproto; ONNX's own text form where it ends in .onnxtext) and returns a
/// module with one function @main of nn operators.
mlir::OwningOpRef<mlir::ModuleOp> importONNX(mlir::MLIRContext &context,
                                             llvm::StringRef path,
                                             const ImportOptions &options = {});

/// Builds the module from a serialized model in memory, as the fuzzer does.
/// `path` stands for the file in messages; external data is sought beside it.
mlir::OwningOpRef<mlir::ModuleOp>
importONNXBuffer(mlir::MLIRContext &context, llvm::StringRef path,
                 llvm::StringRef buffer, const ImportOptions &options = {});

/// A tensor from a file of its own (ONNX's test data): little-endian bytes in
/// row-major order, one byte for a bool.
struct TensorLiteral {
  std::string name;
  mlir::RankedTensorType type;
  std::vector<char> bytes;
};

/// Reads a TensorProto (.pb) file; reports what is wrong with it at an unknown
/// location of `context`.
std::optional<TensorLiteral> readTensor(mlir::MLIRContext &context,
                                        llvm::StringRef path);

/// Prints the table of docs/supported-operators.md.
void listSupportedOperators(llvm::raw_ostream &os);

/// What `megcc inspect` says of one operator of a file.
struct OperatorUse {
  std::string domain, name;
  unsigned count = 0;
  bool supported = false;
};

/// Counts the operators of a file, functions' bodies included once; works on
/// files that can't be imported. Empty when the file can't be read at all.
std::vector<OperatorUse> listOperators(mlir::MLIRContext &context,
                                       llvm::StringRef path);

} // namespace megcc

#endif // MEGCC_LIB_IMPORT_ONNX_ONNX_H
