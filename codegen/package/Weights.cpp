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
// outside; filters for kernel.winograd are transformed as well. A map is
// compiled once per constant into a small postfix program, and of its results
// only those that use a dimension which has changed are computed again.
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Emitters.h"
#include "lib/Support/Constants.h"
#include "lib/Support/Winograd.h"
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

/// Walks the indices of a packed buffer in order and says where in the source
/// each lies.
class PackingWalk {
public:
  PackingWalk(AffineMap packing, ArrayRef<int64_t> packed,
              ArrayRef<int64_t> source)
      : packed(packed), source(source), index(packed.size(), 0),
        values(packing.getNumResults(), 0) {
    for (AffineExpr expr : packing.getResults())
      exprs.emplace_back(expr);
  }

  /// The position of the next index, -1 outside of the source.
  int64_t next() {
    int64_t position = 0;
    bool inside = true;
    for (size_t i = 0; i < exprs.size(); ++i) {
      if (changed < 0 || exprs[i].innermostDim() >= changed)
        values[i] = exprs[i].evaluate(index);
      inside &= values[i] >= 0 && values[i] < source[i];
      position = position * source[i] + values[i];
    }
    for (changed = int(packed.size()) - 1; changed >= 0; --changed) {
      if (++index[changed] < packed[changed])
        break;
      index[changed] = 0;
    }
    return inside ? position : -1;
  }

private:
  ArrayRef<int64_t> packed, source;
  SmallVector<CompiledExpr> exprs;
  SmallVector<int64_t> index, values;
  int changed = -1; // the outermost dimension that the last step changed
};

} // namespace

/// Writes the components of filters one after the other. The taps are brought
/// into the order of the packed buffer first, each of them for all filters, so
/// that a component is a sum of nine arrays.
static void packWinograd(const Weight &weight, BlobWriter &out) {
  ConstantBytes bytes(weight.source);
  Type type = weight.type.getElementType();
  size_t size = size_t(getElementBytes(type));
  Matrix transform = getWinogradFilterTransform(weight.winograd);
  size_t filters = size_t(weight.type.getNumElements() / transform.rows);

  // The first dimension, the component, does not matter to where taps lie.
  SmallVector<int64_t> extents(weight.type.getShape());
  extents[0] = 1;
  extents.append(2, kWinogradTaps);
  PackingWalk walk(weight.packing, extents,
                   weight.source.getShapedType().getShape());
  std::vector<double> taps(filters * size_t(transform.columns));
  for (size_t filter = 0; filter < filters; ++filter)
    for (size_t tap = 0; tap < size_t(transform.columns); ++tap)
      if (int64_t position = walk.next(); position >= 0)
        loadFloats(type, bytes.data() + position * int64_t(size), 1,
                   &taps[tap * filters + filter]);

  std::vector<double> sums(filters);
  std::vector<char> stored(filters * size);
  for (int64_t component = 0; component < transform.rows; ++component) {
    std::fill(sums.begin(), sums.end(), 0.0);
    for (int64_t tap = 0; tap < transform.columns; ++tap)
      if (double factor = transform.at(component, tap))
        for (size_t filter = 0; filter < filters; ++filter)
          sums[filter] += factor * taps[size_t(tap) * filters + filter];
    storeFloats(type, sums.data(), filters, stored.data());
    for (size_t filter = 0; filter < filters; ++filter)
      out.append(&stored[filter * size], size);
  }
}

/// Writes one constant in its packed form.
static void packWeight(const Weight &weight, BlobWriter &out) {
  if (weight.winograd)
    return packWinograd(weight, out);
  ConstantBytes bytes(weight.source);
  if (!weight.packing) {
    out.append(bytes.data(), bytes.size());
    return;
  }
  size_t size = size_t(getElementBytes(weight.type.getElementType()));
  PackingWalk walk(weight.packing, weight.type.getShape(),
                   weight.source.getShapedType().getShape());
  static const char zeros[16] = {};
  for (int64_t n = weight.type.getNumElements(); n > 0; --n) {
    int64_t position = walk.next();
    out.append(position < 0 ? zeros : bytes.data() + position * int64_t(size),
               size);
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
