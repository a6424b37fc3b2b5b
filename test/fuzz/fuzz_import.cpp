//===- fuzz_import.cpp - The importer and the nn level on any input -------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A libFuzzer target (scripts/fuzz builds and runs it). Inputs that begin with
// '<' are read as ONNX's text form, all others as protobuf. What is imported
// must be valid, and must pass the nn level's passes, as long as its tensors
// are small enough to compute with.
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/NN.h"
#include "lib/Import/ONNX/ONNX.h"
#include "lib/Import/ONNX/TextSyntax.h"
#include "lib/Support/Constants.h"
#include "passes/nn/Passes.h"
#include "test/fuzz/MutateModel.h"

#include "google/protobuf/stubs/logging.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"

using namespace megcc;

/// libFuzzer's own mutation of bytes.
extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

/// Types and large constants stay as long as a context does; a fresh one now
/// and then keeps memory bounded.
static mlir::MLIRContext &getContext() {
  static std::unique_ptr<mlir::MLIRContext> context;
  static unsigned uses = 0;
  if (uses++ % 512 == 0) {
    context = std::make_unique<mlir::MLIRContext>(
        mlir::MLIRContext::Threading::DISABLED);
    context->loadDialect<nn::NNDialect, mlir::func::FuncDialect>();
    context->getDiagEngine().registerHandler([](mlir::Diagnostic &) {});
  }
  return *context;
}

/// The passes compute with constants: a valid model whose tensors fill the
/// machine is no finding.
static bool isSmall(mlir::ModuleOp module) {
  int64_t operators = 0;
  bool isSmall = true;
  module.walk([&](mlir::Operation *op) {
    isSmall &= ++operators < 500;
    for (mlir::Type type : op->getResultTypes())
      if (auto tensor = mlir::dyn_cast<mlir::ShapedType>(type)) {
        for (int64_t extent : tensor.getShape())
          isSmall &= extent < (1 << 14);
        isSmall = isSmall && tensor.getNumElements() < (1 << 14);
      }
    if (auto cost = mlir::dyn_cast<nn::CostOpInterface>(op))
      isSmall = isSmall &&
                cost.getCost().macs + cost.getCost().operations < (1 << 18);
  });
  return isSmall;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  mlir::MLIRContext &context = getContext();
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  bool isText = bytes.starts_with("<");
  auto module = importONNXBuffer(
      context, isText ? "nowhere/fuzz.onnxtext" : "nowhere/fuzz.onnx", bytes);
  if (!module)
    return 0;
  if (mlir::failed(mlir::verify(*module)))
    __builtin_trap();
  if (!isSmall(*module))
    return 0;
  mlir::PassManager passes(&context);
  nn::buildNNPipeline(passes, "generic");
  if (mlir::failed(passes.run(*module)))
    __builtin_trap();
  return 0;
}

static bool parse(llvm::StringRef bytes, onnx::ModelProto &model) {
  google::protobuf::LogSilencer silencer;
  std::string error;
  return bytes.starts_with("<")
             ? parseTextSyntax(bytes, model, error)
             : model.ParseFromArray(bytes.data(), bytes.size());
}

/// Edits a model with parts of `donor` and writes it over `data`; bytes are
/// changed where that is impossible, and now and then.
static size_t mutate(uint8_t *data, size_t size, size_t maxSize,
                     llvm::StringRef donor, unsigned seed) {
  std::minstd_rand random(seed);
  onnx::ModelProto model, other;
  llvm::StringRef bytes(reinterpret_cast<char *>(data), size);
  if (random() % 16 == 0 || !parse(bytes, model) || !parse(donor, other))
    return LLVMFuzzerMutate(data, size, maxSize);
  for (unsigned edits = 1 + random() % 4; edits; --edits)
    mutateModel(model, other, random);
  std::string result;
  if (!model.SerializePartialToString(&result) || result.size() > maxSize)
    return LLVMFuzzerMutate(data, size, maxSize);
  std::copy(result.begin(), result.end(), data);
  return result.size();
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                          size_t maxSize, unsigned seed) {
  std::string self(reinterpret_cast<char *>(data), size);
  return mutate(data, size, maxSize, self, seed);
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t *first,
                                            size_t firstSize,
                                            const uint8_t *second,
                                            size_t secondSize, uint8_t *out,
                                            size_t maxSize, unsigned seed) {
  size_t size = std::min(firstSize, maxSize);
  std::copy(first, first + size, out);
  llvm::StringRef donor(reinterpret_cast<const char *>(second), secondSize);
  return mutate(out, size, maxSize, donor, seed);
}
