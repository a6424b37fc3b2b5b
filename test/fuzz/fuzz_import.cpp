//===- fuzz_import.cpp - The importer on arbitrary bytes ------------------===//
//
// A libFuzzer target (scripts/fuzz builds and runs it). Inputs that begin with
// '<' are read as ONNX's text form, which mutations hurt less, so that more of
// them reach the operators; all others are protobuf.
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/ONNX.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"

using namespace megcc;

/// Types and large constants stay as long as a context does; a fresh one now
/// and then keeps memory bounded.
static std::unique_ptr<mlir::MLIRContext> &getContext() {
  static std::unique_ptr<mlir::MLIRContext> context;
  static unsigned uses = 0;
  if (uses++ % 512 == 0) {
    context = std::make_unique<mlir::MLIRContext>(
        mlir::MLIRContext::Threading::DISABLED);
    context->getDiagEngine().registerHandler([](mlir::Diagnostic &) {});
  }
  return context;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  mlir::MLIRContext &context = *getContext();
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  bool isText = bytes.starts_with("<");
  auto module =
      importONNXBuffer(context, isText ? "fuzz.onnxtext" : "fuzz.onnx", bytes);
  // What is imported must be valid.
  if (module && mlir::failed(mlir::verify(*module)))
    __builtin_trap();
  return 0;
}
