//===- CheckData.cpp - A model's own test data ----------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ONNX keeps test_data_set_N/{input,output}_M.pb beside a test model. Reference
// evaluation of the imported module must give the same: importer and reference
// are judged together, with no code generation between.
//
//===----------------------------------------------------------------------===//

#include "CheckData.h"
#include "lib/Import/ONNX/ONNX.h"
#include "lib/Reference/Reference.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace megcc;

/// Reads PREFIX_0.pb and so on, as many as there are.
static SmallVector<HostTensor> readAll(MLIRContext &context, StringRef folder,
                                       StringRef prefix) {
  SmallVector<HostTensor> tensors;
  for (unsigned index = 0;; ++index) {
    SmallString<256> path(folder);
    llvm::sys::path::append(path, prefix + "_" + Twine(index) + ".pb");
    if (!llvm::sys::fs::exists(path))
      return tensors;
    auto tensor = readTensor(context, path);
    if (!tensor)
      return {};
    tensors.emplace_back(tensor->type, tensor->bytes);
  }
}

/// Empty if equal within ONNX's tolerance, else what differs most.
static std::string compare(const HostTensor &found,
                           const HostTensor &expected) {
  if (found.getType() != expected.getType()) {
    std::string text;
    llvm::raw_string_ostream(text)
        << "type " << found.getType() << ", expected " << expected.getType();
    return text;
  }
  bool isFloat = isa<FloatType>(found.getElementType());
  auto read = [&](const HostTensor &tensor) {
    if (isFloat)
      return tensor.read<double>();
    std::vector<int64_t> values = tensor.read<int64_t>();
    return std::vector<double>(values.begin(), values.end());
  };
  std::vector<double> a = read(found), b = read(expected);
  for (size_t i = 0; i < a.size(); ++i) {
    double tolerance = isFloat ? 1e-7 + 1e-3 * std::abs(b[i]) : 0;
    bool areEqual = a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i])) ||
                    std::abs(a[i] - b[i]) <= tolerance;
    if (!areEqual)
      return "element " + std::to_string(i) + " is " + std::to_string(a[i]) +
             ", expected " + std::to_string(b[i]);
  }
  return "";
}

/// Gives tensors the model's types where they have the same shape and size.
static bool adopt(MutableArrayRef<HostTensor> tensors, TypeRange types) {
  for (auto [tensor, type] : llvm::zip(tensors, types)) {
    auto wanted = cast<RankedTensorType>(type);
    if (tensor.getShape() != wanted.getShape() ||
        getTensorBytes(tensor.getType()) != getTensorBytes(wanted))
      return false;
    if (wanted.getElementType().isBF16())
      tensor = tensor.withType(wanted);
    if (tensor.getType() != wanted)
      return false;
  }
  return true;
}

/// Evaluates `main` on the inputs of the data set in `folder`; where that fails
/// `report` says why.
static FailureOr<SmallVector<HostTensor>>
evaluateDataSet(func::FuncOp main, StringRef folder, std::string &report) {
  SmallVector<HostTensor> inputs = readAll(*main.getContext(), folder, "input");
  // Data for inputs that are constants in the file are listed last. Numpy has
  // no bfloat16: such data come as integers of the same bits.
  size_t needed = main.getNumArguments();
  if (inputs.size() >= needed)
    inputs.truncate(needed);
  if (inputs.size() != needed || !adopt(inputs, main.getArgumentTypes())) {
    report = "the data don't fit the model";
    return failure();
  }
  FailureOr<SmallVector<HostTensor>> results = evaluateFunction(main, inputs);
  if (failed(results))
    report = "can't be evaluated";
  return results;
}

bool writeOutputs(ModuleOp module, StringRef modelPath, std::string &report) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  SmallString<256> folder(llvm::sys::path::parent_path(modelPath));
  llvm::sys::path::append(folder, "test_data_set_0");
  FailureOr<SmallVector<HostTensor>> results =
      evaluateDataSet(main, folder, report);
  if (failed(results))
    return false;
  for (auto [index, result] : llvm::enumerate(*results)) {
    SmallString<256> path(folder);
    llvm::sys::path::append(path, "output_" + Twine(index) + ".bin");
    std::error_code ec;
    llvm::raw_fd_ostream os(path, ec);
    if (ec) {
      report = ("cannot write '" + path + "': " + ec.message()).str();
      return false;
    }
    ArrayRef<char> bytes = result.bytes();
    os.write(bytes.data(), bytes.size());
  }
  report = "evaluated";
  return true;
}

bool checkData(ModuleOp module, StringRef modelPath, std::string &report) {
  MLIRContext &context = *module.getContext();
  auto main = module.lookupSymbol<func::FuncOp>("main");
  unsigned sets = 0;
  for (;; ++sets) {
    SmallString<256> folder(llvm::sys::path::parent_path(modelPath));
    llvm::sys::path::append(folder, "test_data_set_" + Twine(sets));
    if (!llvm::sys::fs::is_directory(folder))
      break;
    FailureOr<SmallVector<HostTensor>> results =
        evaluateDataSet(main, folder, report);
    if (failed(results))
      return false;
    SmallVector<HostTensor> outputs = readAll(context, folder, "output");
    if (outputs.size() != main.getNumResults() ||
        !adopt(outputs, main.getResultTypes())) {
      report = "the data don't fit the model";
      return false;
    }
    for (auto [index, result] : llvm::enumerate(*results)) {
      report = compare(result, outputs[index]);
      if (!report.empty()) {
        report = "output " + std::to_string(index) + ": " + report;
        return false;
      }
    }
  }
  report = sets ? "ok" : "no data";
  return sets != 0;
}
