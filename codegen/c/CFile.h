//===- CFile.h - What a C file holds besides its functions ------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions are printed first and say on the way which vector types, helpers
// and headers they use; the frame around them is printed with exactly those.
//
//===----------------------------------------------------------------------===//
#ifndef MEGCC_CODEGEN_C_CFILE_H
#define MEGCC_CODEGEN_C_CFILE_H

#include "codegen/c/CPrinter.h"
#include <map>
#include <set>

namespace megcc {

class CFile {
public:
  CFile(const Target &target, unsigned indexBits)
      : target(target), indexBits(indexBits) {}

  const Target &target;
  const unsigned indexBits;

  /// The C type of a scalar or vector value; a vector's typedef is added.
  std::string typeName(mlir::Type type, bool isUnsigned = false);

  /// The name of a helper for vectors of type `type`, which is added. Kinds:
  ///   load    f32x16 load_f32x16(const float *p)
  ///   store   void store_f32x16(float *p, f32x16 v)
  ///   splat   f32x16 splat_f32x16(float x)
  ///   next    f32x16 next_f32x16(const float **p), or a tuple of registers:
  ///           loads what is there and moves on to what is behind it
  ///   select  f32x16 select_f32x16(i32x16 mask, f32x16 a, f32x16 b)
  std::string vectorHelper(llvm::StringRef kind, mlir::VectorType type);

  /// The name of the helper that reads a scalar's bits as another type of the
  /// same size, which is added: int32_t bits_f32_to_i32(float x).
  std::string bitsHelper(mlir::Type from, mlir::Type to);

  /// Notes that an intrinsic is used, so that its header is included.
  void useIntrinsic() { usesIntrinsics = true; }

  /// Everything before the first function, and after the last.
  void printHead(const CPrintOptions &options, llvm::raw_ostream &os) const;
  void printFoot(llvm::raw_ostream &os) const;

private:
  std::string nextHelper(mlir::VectorType type);
  void printHelpers(llvm::raw_ostream &os) const;

  /// Typedef name to element type and total bytes.
  std::map<std::string, std::pair<std::string, unsigned>> vectorTypes;
  /// Helper name to its text.
  std::map<std::string, std::string> helpers;
  bool usesIntrinsics = false;
};

} // namespace megcc

#endif // MEGCC_CODEGEN_C_CFILE_H
