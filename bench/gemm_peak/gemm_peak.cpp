//===- gemm_peak.cpp - How near the GEMM family comes to the peak ---------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds one kernel.gemm per shape, expands and prints it, has a C compiler
// translate it, runs it in this process and prints its GFLOP/s beside what a
// loop of nothing but multiply-adds reaches.
//
//   gemm_peak [--target x86-64-v4] [--tile 14x2] [--cc gcc] [--filter resnet]
//
//===----------------------------------------------------------------------===//

#include "codegen/c/CPrinter.h"
#include "codegen/kernels/GemmTile.h"
#include "codegen/kernels/KernelFamilies.h"
#include "dialects/Kernel/Kernel.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "passes/kernel/Passes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Program.h"

#include <algorithm>
#include <cmath>
#include <vector>

using namespace megcc;
namespace cl = llvm::cl;

static cl::opt<std::string> targetName("target", cl::desc("target name"),
                                       cl::init("native"));
static cl::opt<std::string> tileText("tile", cl::desc("rows x vectors"));
static cl::opt<std::string> compiler("cc", cl::desc("C compiler"),
                                     cl::init("gcc"));
static cl::opt<std::string> filter("filter", cl::desc("part of the name"));
static cl::opt<std::string> keep("keep", cl::desc("folder to leave the C in"));

namespace {

/// A convolution in blocks of channels; without stride, a product of row-major
/// matrices: `height` by `inputs`, times `inputs` by `outputs`.
struct Shape {
  const char *name;
  int64_t inputs, outputs, height, width, taps, stride;
  bool isMatrix() const { return stride == 0; }
  bool isFlat() const { return taps == 1 && stride <= 1; }
  int64_t inputHeight() const {
    return (height - 1) * std::max(stride, int64_t(1)) + taps;
  }
  int64_t inputWidth() const {
    return (width - 1) * std::max(stride, int64_t(1)) + taps;
  }
  double flops() const {
    return 2.0 * inputs * outputs * height * width * taps * taps;
  }
};

constexpr Shape shapes[] = {
    {"resnet50 64-256 1x1 56x56", 64, 256, 56, 56, 1, 1},
    {"resnet50 256-64 1x1 56x56", 256, 64, 56, 56, 1, 1},
    {"resnet50 128-512 1x1 28x28", 128, 512, 28, 28, 1, 1},
    {"resnet50 256-1024 1x1 14x14", 256, 1024, 14, 14, 1, 1},
    {"resnet50 1024-256 1x1 14x14", 1024, 256, 14, 14, 1, 1},
    {"resnet50 512-2048 1x1 7x7", 512, 2048, 7, 7, 1, 1},
    {"resnet50 64-64 3x3 56x56", 64, 64, 56, 56, 3, 1},
    {"resnet50 128-128 3x3 28x28", 128, 128, 28, 28, 3, 1},
    {"resnet50 256-256 3x3 14x14", 256, 256, 14, 14, 3, 1},
    {"resnet50 512-512 3x3 7x7", 512, 512, 7, 7, 3, 1},
    {"resnet50 128-128 3x3/2 28x28", 128, 128, 28, 28, 3, 2},
    {"mobilenet 32-16 1x1 112x112", 32, 16, 112, 112, 1, 1},
    {"mobilenet 96-24 1x1 56x56", 96, 32, 56, 56, 1, 1},
    {"mobilenet 192-64 1x1 14x14", 192, 64, 14, 14, 1, 1},
    {"mobilenet 160-960 1x1 7x7", 160, 960, 7, 7, 1, 1},
    {"mobilenet 320-1280 1x1 7x7", 320, 1280, 7, 7, 1, 1},
    {"matrix 256 x 256 x 256", 256, 256, 256, 1, 1, 0},
    {"matrix 512 x 512 x 512", 512, 512, 512, 1, 1, 0},
    {"matrix 1024 x 1024 x 1024", 1024, 1024, 1024, 1, 1, 0},
    {"vit 197 x 768 x 768", 768, 768, 197, 1, 1, 0},
    {"vit 197 x 768 x 3072", 768, 3072, 197, 1, 1, 0},
    {"vit 197 x 3072 x 768", 3072, 768, 197, 1, 1, 0},
    {"classifier 1 x 1280 x 1008", 1280, 1008, 1, 1, 1, 0},
};

/// One function `name` that computes `shape`, and the sizes of its buffers.
struct Kernel {
  Shape shape;
  std::string name;
  GemmTile tile;
  int64_t inputSize, weightSize, outputSize;
};

} // namespace

static std::string toMlir(const Kernel &kernel, int64_t lanes) {
  const Shape &s = kernel.shape;
  int64_t blocks = s.outputs / lanes, depth = s.inputs / lanes;
  std::string lhs, rhs, out, sizes, maps;
  if (s.isMatrix()) {
    lhs = llvm::formatv("memref<{0}x{1}xf32>", s.height, s.inputs);
    rhs = llvm::formatv("memref<{0}x{1}x{2}xf32>", blocks, s.inputs, lanes);
    out = llvm::formatv("memref<{0}x{1}xf32>", s.height, s.outputs);
    sizes = llvm::formatv("rows [{0}] columns {1} lanes {2} depth [{3}]",
                          s.height, s.outputs, lanes, s.inputs);
    maps = llvm::formatv("lhs_map = affine_map<(r, d) -> (r, d)>, "
                         "rhs_map = affine_map<(v, d) -> (v, d, 0)>, "
                         "out_map = affine_map<(r, v) -> (r, v * {0})>",
                         lanes);
  } else if (s.isFlat()) {
    int64_t pixels = s.height * s.width;
    lhs = llvm::formatv("memref<{0}x{1}x{2}xf32>", depth, pixels, lanes);
    rhs = llvm::formatv("memref<{0}x{1}x{2}xf32>", blocks, s.inputs, lanes);
    out = llvm::formatv("memref<{0}x{1}x{2}xf32>", blocks, pixels, lanes);
    sizes = llvm::formatv("rows [{0}] columns {1} lanes {2} depth [{3}]",
                          pixels, s.outputs, lanes, s.inputs);
    maps = llvm::formatv(
        "lhs_map = affine_map<(r, d) -> (d floordiv {0}, r, d mod {0})>, "
        "rhs_map = affine_map<(v, d) -> (v, d, 0)>, "
        "out_map = affine_map<(r, v) -> (v, r, 0)>",
        lanes);
  } else {
    lhs = llvm::formatv("memref<{0}x{1}x{2}x{3}xf32>", depth, s.inputHeight(),
                        s.inputWidth(), lanes);
    rhs = llvm::formatv("memref<{0}x{1}x{2}x{2}x{3}x{3}xf32>", blocks, depth,
                        s.taps, lanes);
    out = llvm::formatv("memref<{0}x{1}x{2}x{3}xf32>", blocks, s.height,
                        s.width, lanes);
    sizes = llvm::formatv(
        "rows [{0}, {1}] columns {2} lanes {3} depth [{4}, {5}, {5}, {3}]",
        s.height, s.width, s.outputs, lanes, depth, s.taps);
    maps = llvm::formatv(
        "lhs_map = affine_map<(y, x, c, i, j, l) -> "
        "(c, y * {0} + i, x * {0} + j, l)>, "
        "rhs_map = affine_map<(v, c, i, j, l) -> (v, c, i, j, l, 0)>, "
        "out_map = affine_map<(y, x, v) -> (v, y, x, 0)>",
        s.stride);
  }
  return llvm::formatv(
      "func.func @{0}(%x: {1}, %w: {2}, %y: {3}) {{\n"
      "  kernel.gemm \"gemm\" outer [] {4} ins(%x, %w : {1}, {2}) "
      "outs(%y : {3}) {{{5}, epilogue_maps = [], tile_rows = {6}, "
      "tile_vectors = {7}} epilogue {{\n"
      "  ^bb0(%acc: f32):\n    kernel.yield %acc : f32\n  }\n  return\n}\n",
      kernel.name, lhs, rhs, out, sizes, maps, kernel.tile.rows,
      kernel.tile.vectors);
}

static Kernel makeKernel(const Shape &shape, size_t index, const Target &target,
                         int64_t lanes) {
  Kernel kernel{shape,
                "gemm" + std::to_string(index),
                {},
                shape.inputs * shape.inputHeight() * shape.inputWidth(),
                shape.inputs * shape.outputs * shape.taps * shape.taps,
                shape.outputs * shape.height * shape.width};
  llvm::SmallVector<int64_t> rows{shape.height, shape.width};
  if (shape.isFlat())
    rows = {shape.height * shape.width};
  kernel.tile = chooseGemmTile(
      {rows, shape.outputs / lanes, shape.inputs * shape.taps * shape.taps},
      target);
  if (!tileText.empty()) {
    auto [rows, vectors] = llvm::StringRef(tileText).split('x');
    rows.getAsInteger(10, kernel.tile.rows);
    vectors.getAsInteger(10, kernel.tile.vectors);
  }
  return kernel;
}

/// The C of all kernels, as a package would hold it.
static bool writeKernels(llvm::ArrayRef<Kernel> kernels, int64_t lanes,
                         const Target &target, llvm::StringRef path) {
  mlir::DialectRegistry registry;
  registerKernelFamilies(registry);
  registry.insert<kernel::KernelDialect, mlir::func::FuncDialect>();
  mlir::MLIRContext context(registry);
  std::string text;
  for (const Kernel &kernel : kernels)
    text += toMlir(kernel, lanes);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  if (!module)
    return false;
  mlir::PassManager passes(&context);
  passes.addNestedPass<mlir::func::FuncOp>(
      kernel::createExpandKernels({targetName}));
  std::error_code error;
  llvm::raw_fd_ostream os(path, error);
  return !error && mlir::succeeded(passes.run(*module)) &&
         mlir::succeeded(printC(*module, target, {}, os));
}

/// Compiles `source` and the peak loop into a shared library.
static bool compile(llvm::StringRef source, llvm::StringRef library,
                    const Target &target) {
  auto program = llvm::sys::findProgramByName(compiler);
  if (!program)
    return false;
  int64_t bytes = std::max(16u, target.vectorBits / 8);
  std::string width = "-DVECTOR_BYTES=" + std::to_string(bytes);
  llvm::SmallVector<llvm::StringRef> flags;
  target.compilerFlags.split(flags, ' ', -1, /*KeepEmpty=*/false);
  std::string object = (library + ".peak.o").str();
  llvm::SmallVector<llvm::StringRef> peak{*program, "-O3", "-fPIC", width};
  peak.append(flags);
  peak.append({"-ffp-contract=fast", "-c", MEGCC_GEMM_PEAK_C, "-o", object});
  llvm::SmallVector<llvm::StringRef> all{*program, "-O2", "-fPIC", "-shared"};
  all.append(flags);
  all.append({source, object, "-o", library});
  return llvm::sys::ExecuteAndWait(*program, peak) == 0 &&
         llvm::sys::ExecuteAndWait(*program, all) == 0;
}

/// Best of several runs, in seconds.
static double timeKernel(const Kernel &kernel, void *function,
                         double (*seconds)()) {
  auto aligned = [](std::vector<float> &storage, int64_t size) {
    storage.assign(size + 16, 0.5f);
    auto address = reinterpret_cast<uintptr_t>(storage.data());
    return storage.data() + (64 - address % 64) % 64 / sizeof(float);
  };
  std::vector<float> x, w, y;
  float *input = aligned(x, kernel.inputSize);
  float *weights = aligned(w, kernel.weightSize);
  float *output = aligned(y, kernel.outputSize);
  auto run = reinterpret_cast<void (*)(const float *, const float *, float *)>(
      function);
  double best = 1e9, spent = 0;
  for (int i = 0; i < 20 || spent < 0.1; ++i) {
    double start = seconds();
    run(input, weights, output);
    double elapsed = seconds() - start;
    best = std::min(best, elapsed);
    spent += elapsed;
  }
  return best;
}

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv, "GEMM family against the peak\n");
  llvm::Expected<Target> target = lookupTarget(targetName);
  if (!target) {
    llvm::errs() << llvm::toString(target.takeError()) << '\n';
    return 2;
  }
  int64_t lanes = std::max(1u, target->vectorBits / 32);
  std::vector<Kernel> kernels;
  for (const Shape &shape : shapes)
    if (llvm::StringRef(shape.name).contains(filter))
      kernels.push_back(makeKernel(shape, kernels.size(), *target, lanes));

  llvm::SmallString<64> folder(keep);
  if (folder.empty())
    llvm::sys::fs::createUniqueDirectory("gemm_peak", folder);
  else
    llvm::sys::fs::create_directories(folder);
  std::string source = (folder + "/kernels.c").str(),
              library = (folder + "/kernels.so").str(), message;
  if (!writeKernels(kernels, lanes, *target, source) ||
      !compile(source, library, *target)) {
    llvm::errs() << "cannot build the kernels\n";
    return 1;
  }
  auto loaded =
      llvm::sys::DynamicLibrary::getPermanentLibrary(library.c_str(), &message);
  if (!loaded.isValid()) {
    llvm::errs() << message << '\n';
    return 1;
  }
  auto seconds =
      reinterpret_cast<double (*)()>(loaded.getAddressOfSymbol("seconds"));
  auto peak =
      reinterpret_cast<double (*)()>(loaded.getAddressOfSymbol("peak_flops"));

  double geomean = 0;
  for (const Kernel &kernel : kernels) {
    // The clock drifts: measure the peak again beside each kernel.
    double top = peak();
    double rate =
        kernel.shape.flops() /
        timeKernel(kernel, loaded.getAddressOfSymbol(kernel.name.c_str()),
                   seconds);
    geomean += std::log(rate / top);
    llvm::outs() << llvm::formatv(
        "{0,-30} tile {1,5}  {2,7:f1} of {3,7:f1} GFLOP/s  {4,5:f1} %\n",
        kernel.shape.name,
        std::to_string(kernel.tile.rows) + "x" +
            std::to_string(kernel.tile.vectors),
        rate / 1e9, top / 1e9, 100 * rate / top);
    llvm::outs().flush();
  }
  llvm::outs() << llvm::formatv("geometric mean {0:f1} %\n",
                                100 * std::exp(geomean / kernels.size()));
  if (keep.empty())
    llvm::sys::fs::remove_directories(folder);
  return 0;
}
