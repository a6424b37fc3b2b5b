//===- TilePrinter.cpp - Matrix tiles as C statements ---------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The registers have numbers, which intrinsics take as they are: C has no
// variables of their kind that all compilers know.
//
//   {
//     static const uint8_t tiles[64] = {1, [16] = 64, ..., [48] = 16, ...};
//     __asm__ volatile("" ::: "memory");
//     _tile_loadconfig(tiles);
//     for (...) {
//       _tile_loadd(4, &x[...], 1536);
//       ...
//       _tile_dpbf16ps(0, 4, 6);
//     }
//     _tile_stored(0, &buffer1[0], 128);
//     _tile_release();
//     __asm__ volatile("" ::: "memory");
//   }
//
// gcc's intrinsics do not say that they read and write memory; the empty
// statements do. The 64 bytes are palette 1 of AMX: the bytes of a row of each
// register, 16 bits each, from byte 16 on, and its rows from byte 48 on.
//
//===----------------------------------------------------------------------===//

#include "codegen/c/CText.h"
#include "codegen/c/FunctionPrinter.h"
#include "dialects/Kernel/Kernel.h"
#include "lib/Target/Intrinsics.h"
#include "lib/Target/MatrixTiles.h"
#include "llvm/ADT/StringExtras.h"

using namespace megcc;
using namespace mlir;

LogicalResult FunctionPrinter::printTileStatement(Operation *op, StringRef name,
                                                  ArrayRef<std::string> texts) {
  StringRef spelling =
      lookupIntrinsic(file.target, name, Float32Type::get(op->getContext()));
  if (spelling.empty())
    return op->emitOpError("is no instruction of ") << file.target.name;
  line(spell(spelling, texts) + ";");
  return success();
}

std::string FunctionPrinter::tileStride(Value buffer, unsigned dim,
                                        int64_t step) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  // The verifier of the level below kernel has shown strides to be static.
  (void)getStridesAndOffset(type, strides, offset);
  return std::to_string(strides[dim] * step *
                        kernel::getBufferElementBytes(type));
}

LogicalResult FunctionPrinter::printTileSums(instructions::TileSumsOp op) {
  MatrixTiles tiles =
      findMatrixTiles(file.target, BFloat16Type::get(op.getContext()),
                      Float32Type::get(op.getContext()));
  int64_t columns = op.getVectors(), depth = op.getDepth();
  flushMemoryReaders();

  SmallVector<std::string> bytes, rows;
  auto shape = [&](int64_t number, int64_t height, int64_t width) {
    bytes.push_back(
        ("[" + Twine(16 + 2 * number) + "] = " + Twine(width)).str());
    rows.push_back(("[" + Twine(48 + number) + "] = " + Twine(height)).str());
  };
  for (auto [i, height] : llvm::enumerate(op.getRows()))
    for (int64_t j = 0; j < columns; ++j)
      shape(tiles.getSum(i, j, columns), height, 64);
  for (auto [i, height] : llvm::enumerate(op.getRows()))
    shape(tiles.getLhs(i), height, depth * 2);
  for (int64_t j = 0; j < columns; ++j)
    shape(tiles.getRhs(j), depth / 2, 64);

  CExpr place = subscript(op.getBuffer(), op.getIndices());
  std::string base = "&" + place.text,
              fence = "__asm__ volatile(\"\" ::: \"memory\");";
  line("{");
  ++indent;
  line("static const uint8_t tiles[64] = {1, " + llvm::join(bytes, ", ") + ",");
  line("                                  " + llvm::join(rows, ", ") + "};");
  line(fence);
  if (failed(printTileStatement(op, "isa.tile_config", {"tiles"})))
    return failure();
  if (failed(print(op.getBody().front())))
    return failure();
  std::string stride = tileStride(op.getBuffer(), 0, 1);
  auto type = cast<MemRefType>(op.getBuffer().getType());
  int64_t row = 0;
  for (auto [i, height] : llvm::enumerate(op.getRows())) {
    for (int64_t j = 0; j < columns; ++j) {
      int64_t distance = row * type.getDimSize(1) + j * tiles.columns;
      if (failed(printTileStatement(
              op, "isa.tile_store",
              {std::to_string(tiles.getSum(i, j, columns)),
               distance ? base + " + " + std::to_string(distance) : base,
               stride})))
        return failure();
    }
    row += height;
  }
  if (failed(printTileStatement(op, "isa.tile_release", {})))
    return failure();
  line(fence);
  --indent;
  line("}");
  return success();
}

LogicalResult FunctionPrinter::printTileLoad(instructions::TileLoadOp op) {
  return printTileStatement(
      op, "isa.tile_load",
      {std::to_string(op.getTile()),
       "&" + subscript(op.getBase(), op.getIndices()).text,
       tileStride(op.getBase(), op.getDim(), op.getStep())});
}

LogicalResult FunctionPrinter::printTileDot(instructions::TileDotOp op) {
  return printTileStatement(op, getTileDotName(op.getElement()),
                            {std::to_string(op.getSum()),
                             std::to_string(op.getLhs()),
                             std::to_string(op.getRhs())});
}
