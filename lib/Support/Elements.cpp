//===- Elements.cpp - Element types in memory and in wide form ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every float type fits a double exactly and every integer an int64_t; the
// wide form is what constants are computed in. Only the way back rounds: once,
// to nearest even.
//
//===----------------------------------------------------------------------===//

#include "lib/Support/Constants.h"

#include "llvm/ADT/APFloat.h"

using namespace mlir;

//===----------------------------------------------------------------------===//
// Floats
//===----------------------------------------------------------------------===//

/// Widens the 16-bit pattern of an f16 or bf16 (or any other small float).
static double widen(const llvm::fltSemantics &semantics, uint64_t bits,
                    unsigned width) {
  llvm::APFloat value(semantics, llvm::APInt(width, bits));
  bool lossy;
  value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven,
                &lossy);
  return value.convertToDouble();
}

static uint64_t narrow(const llvm::fltSemantics &semantics, double value) {
  llvm::APFloat narrowed(value);
  bool lossy;
  narrowed.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &lossy);
  return narrowed.bitcastToAPInt().getZExtValue();
}

double megcc::roundToType(double value, Type type) {
  if (type.isF64())
    return value;
  if (type.isF32())
    return static_cast<float>(value);
  auto floatType = cast<FloatType>(type);
  const llvm::fltSemantics &semantics = floatType.getFloatSemantics();
  return widen(semantics, narrow(semantics, value), floatType.getWidth());
}

namespace {
/// An array whose start may be at any address.
template <typename T> struct Unaligned {
  static T load(const char *bytes, size_t i) {
    T value;
    std::memcpy(&value, bytes + i * sizeof(T), sizeof(T));
    return value;
  }
  static void store(char *bytes, size_t i, T value) {
    std::memcpy(bytes + i * sizeof(T), &value, sizeof(T));
  }
};
} // namespace

void megcc::loadFloats(Type type, const char *bytes, size_t count, double *to) {
  if (type.isF32()) {
    for (size_t i = 0; i < count; ++i)
      to[i] = Unaligned<float>::load(bytes, i);
    return;
  }
  if (type.isF64()) {
    std::memcpy(to, bytes, count * sizeof(double));
    return;
  }
  auto floatType = cast<FloatType>(type);
  unsigned width = floatType.getWidth();
  const llvm::fltSemantics &semantics = floatType.getFloatSemantics();
  for (size_t i = 0; i < count; ++i) {
    uint64_t bits = width == 8 ? Unaligned<uint8_t>::load(bytes, i)
                               : Unaligned<uint16_t>::load(bytes, i);
    to[i] = widen(semantics, bits, width);
  }
}

void megcc::storeFloats(Type type, const double *from, size_t count,
                        char *bytes) {
  if (type.isF32()) {
    for (size_t i = 0; i < count; ++i)
      Unaligned<float>::store(bytes, i, static_cast<float>(from[i]));
    return;
  }
  if (type.isF64()) {
    std::memcpy(bytes, from, count * sizeof(double));
    return;
  }
  auto floatType = cast<FloatType>(type);
  const llvm::fltSemantics &semantics = floatType.getFloatSemantics();
  for (size_t i = 0; i < count; ++i) {
    uint64_t bits = narrow(semantics, from[i]);
    if (floatType.getWidth() == 8)
      Unaligned<uint8_t>::store(bytes, i, bits);
    else
      Unaligned<uint16_t>::store(bytes, i, bits);
  }
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

int64_t megcc::wrapToType(int64_t value, Type type) {
  unsigned width = type.getIntOrFloatBitWidth();
  uint64_t bits = static_cast<uint64_t>(value) << (64 - width);
  if (width == 1 || type.isUnsignedInteger())
    return static_cast<int64_t>(bits >> (64 - width));
  return static_cast<int64_t>(bits) >> (64 - width);
}

void megcc::loadInts(Type type, const char *bytes, size_t count, int64_t *to) {
  for (size_t i = 0; i < count; ++i) {
    switch (getElementBytes(type)) {
    case 1:
      to[i] = wrapToType(Unaligned<uint8_t>::load(bytes, i), type);
      break;
    case 2:
      to[i] = wrapToType(Unaligned<uint16_t>::load(bytes, i), type);
      break;
    case 4:
      to[i] = wrapToType(Unaligned<uint32_t>::load(bytes, i), type);
      break;
    default:
      to[i] = Unaligned<int64_t>::load(bytes, i);
      break;
    }
  }
}

void megcc::storeInts(Type type, const int64_t *from, size_t count,
                      char *bytes) {
  for (size_t i = 0; i < count; ++i) {
    int64_t value = wrapToType(from[i], type);
    switch (getElementBytes(type)) {
    case 1:
      Unaligned<uint8_t>::store(bytes, i, value);
      break;
    case 2:
      Unaligned<uint16_t>::store(bytes, i, value);
      break;
    case 4:
      Unaligned<uint32_t>::store(bytes, i, value);
      break;
    default:
      Unaligned<int64_t>::store(bytes, i, value);
      break;
    }
  }
}
