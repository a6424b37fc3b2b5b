//===- Weights.cpp - The weight blob, packed as it is written -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A network's weights may be larger than memory allows twice, so they are
// packed block by block on their way to the file. A packing is an affine map
// from an index of the packed buffer to one of the source, zero where that lies
// outside; a map is compiled once per constant into a small postfix program,
// and of its results only those that use a dimension which has changed are
// computed again.
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Emitters.h"
#include "lib/Support/Constants.h"
#include "mlir/IR/AffineExprVisitor.h"
#include "runtime-stubs/RuntimeStubs.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace mlir;

namespace megcc {

namespace {

/// One result of a map as a postfix program.
class CompiledExpr {
public:
  explicit CompiledExpr(AffineExpr expr) { compile(expr); }

  /// The outermost dimension is 0; -1 for a constant.
  int innermostDim() const { return innermost; }

  int64_t evaluate(ArrayRef<int64_t> dims) {
    int64_t *top = stack.data();
    for (const Instruction &instruction : program) {
      switch (instruction.kind) {
      case AffineExprKind::Constant:
        *top++ = instruction.operand;
        continue;
      case AffineExprKind::DimId:
        *top++ = dims[instruction.operand];
        continue;
      default:
        break;
      }
      int64_t rhs = *--top;
      int64_t &lhs = top[-1];
      switch (instruction.kind) {
      case AffineExprKind::Add:
        lhs += rhs;
        break;
      case AffineExprKind::Mul:
        lhs *= rhs;
        break;
      case AffineExprKind::Mod:
        lhs = mod(lhs, rhs);
        break;
      case AffineExprKind::FloorDiv:
        lhs = divideFloorSigned(lhs, rhs);
        break;
      case AffineExprKind::CeilDiv:
        lhs = divideCeilSigned(lhs, rhs);
        break;
      default:
        llvm_unreachable("packing maps have no symbols");
      }
    }
    return stack.front();
  }

private:
  struct Instruction {
    AffineExprKind kind;
    int64_t operand = 0;
  };

  void compile(AffineExpr expr) {
    if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
      program.push_back({expr.getKind(), constant.getValue()});
    } else if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
      program.push_back({expr.getKind(), int64_t(dim.getPosition())});
      innermost = std::max(innermost, int(dim.getPosition()));
    } else {
      auto binary = cast<AffineBinaryOpExpr>(expr);
      compile(binary.getLHS());
      compile(binary.getRHS());
      program.push_back({expr.getKind()});
    }
    stack.resize(program.size());
  }

  SmallVector<Instruction> program;
  SmallVector<int64_t> stack;
  int innermost = -1;
};

/// Writes to a stream in blocks and knows how far it is.
class BlobWriter {
public:
  explicit BlobWriter(llvm::function_ref<void(ArrayRef<char>)> sink)
      : sink(sink) {}
  ~BlobWriter() { flush(); }

  void append(const char *data, size_t size) {
    if (block.size() + size > blockSize)
      flush();
    block.insert(block.end(), data, data + size);
    position += int64_t(size);
  }
  void zerosUpTo(int64_t offset) {
    static const char zeros[64] = {};
    while (position < offset)
      append(zeros, size_t(std::min<int64_t>(offset - position, 64)));
  }
  int64_t tell() const { return position; }

private:
  static constexpr size_t blockSize = 1 << 16;

  void flush() {
    sink(block);
    block.clear();
  }

  llvm::function_ref<void(ArrayRef<char>)> sink;
  std::vector<char> block;
  int64_t position = 0;
};

} // namespace

/// Writes one constant in its packed form.
static void packWeight(const Weight &weight, BlobWriter &out) {
  ConstantBytes bytes(weight.source);
  if (!weight.packing) {
    out.append(bytes.data(), bytes.size());
    return;
  }
  size_t size = size_t(getElementBytes(weight.type.getElementType()));
  ArrayRef<int64_t> source = weight.source.getShapedType().getShape();
  ArrayRef<int64_t> packed = weight.type.getShape();
  static const char zeros[16] = {};

  SmallVector<CompiledExpr> exprs;
  for (AffineExpr expr : weight.packing.getResults())
    exprs.emplace_back(expr);
  SmallVector<int64_t> index(packed.size(), 0), values(exprs.size(), 0);
  int changed = -1; // the outermost dimension that the last step changed
  for (int64_t n = weight.type.getNumElements(); n > 0; --n) {
    int64_t position = 0;
    bool inside = true;
    for (size_t i = 0; i < exprs.size(); ++i) {
      if (changed < 0 || exprs[i].innermostDim() >= changed)
        values[i] = exprs[i].evaluate(index);
      inside &= values[i] >= 0 && values[i] < source[i];
      position = position * source[i] + values[i];
    }
    out.append(inside ? bytes.data() + position * int64_t(size) : zeros, size);
    for (changed = int(packed.size()) - 1; changed >= 0; --changed) {
      if (++index[changed] < packed[changed])
        break;
      index[changed] = 0;
    }
  }
}

void packWeight(const Weight &weight,
                llvm::function_ref<void(ArrayRef<char>)> sink) {
  BlobWriter out(sink);
  packWeight(weight, out);
}

/// Sends the blob to `sink` in blocks of a multiple of 8 bytes but the last.
static void forEachBlock(const PackageDescription &package,
                         llvm::function_ref<void(ArrayRef<char>)> sink) {
  BlobWriter out(sink);
  for (const Weight &weight : package.weights) {
    out.zerosUpTo(weight.offset);
    packWeight(weight, out);
  }
  out.zerosUpTo(package.weightsBytes);
}

void emitWeightBytes(const PackageDescription &package, raw_ostream &os) {
  forEachBlock(package, [&](ArrayRef<char> block) {
    os.write(block.data(), block.size());
  });
}

/// 64-bit words of the blob; C has no empty arrays.
static int64_t wordCount(const PackageDescription &package) {
  return std::max<int64_t>(1, (package.weightsBytes + 7) / 8);
}

void emitWeightArray(const PackageDescription &package, raw_ostream &os) {
  os << "/* The weights of " << package.name
     << ", eight bytes to a number, for little-endian machines. */\n"
     << "#include <stdint.h>\n\n"
     << "extern const uint64_t " << package.name << "_weights["
     << wordCount(package) << "];\n"
     << "_Alignas(" << packageAlignment << ") const uint64_t " << package.name
     << "_weights[" << wordCount(package) << "] = {\n";
  uint64_t word = 0;
  int64_t count = 0;
  auto printWord = [&] {
    os << format_hex(word, 18) << (count % 32 == 0 ? ",\n" : ",");
    word = 0;
  };
  forEachBlock(package, [&](ArrayRef<char> block) {
    for (char byte : block) {
      word |= uint64_t(uint8_t(byte)) << (count % 8 * 8);
      if (++count % 8 == 0)
        printWord();
    }
  });
  if (count == 0 || count % 8 != 0)
    printWord();
  os << "};\n";
}

void emitWeightAssembly(const PackageDescription &package, raw_ostream &os) {
  printTemplate(os, runtimeStub("package/weights.S.in"),
                templateValues(package));
}

} // namespace megcc
