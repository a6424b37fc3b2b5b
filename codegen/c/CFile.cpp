//===- CFile.cpp - What a C file holds besides its functions --------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/c/CFile.h"
#include "codegen/c/CText.h"
#include "lib/Target/Intrinsics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace megcc;
using namespace mlir;
using llvm::formatv;

std::string CFile::typeName(Type type, bool isUnsigned) {
  auto vector = dyn_cast<VectorType>(type);
  if (!vector) {
    std::string name = cScalarType(type, indexBits);
    bool isInteger =
        isa<IndexType>(type) || (isa<IntegerType>(type) && !type.isInteger(1));
    return isUnsigned && isInteger ? "u" + name : name;
  }
  Type element = vector.getElementType();
  bool isHalf = element.isF16() || element.isBF16();
  std::string name =
      formatv("{0}x{1}", cTypeTag(element, indexBits, isUnsigned),
              vector.getNumElements());
  std::string scalar = cScalarType(element, indexBits);
  if (isUnsigned && !isa<FloatType>(element))
    scalar.insert(0, "u");
  unsigned bits = element.isIndex() ? indexBits
                  : isHalf          ? 16
                                    : element.getIntOrFloatBitWidth();
  vectorTypes[name] = {scalar, unsigned(vector.getNumElements()) * bits / 8};
  return name;
}

/// Loads from a pointer and moves it on. Of gcc the empty statement hides that
/// it moves by constants, and keeps it, which schedules before it allocates
/// registers, from loading what has none yet; a tuple's registers lie side by
/// side, for which clang would move others.
std::string CFile::nextHelper(VectorType type) {
  Type scalar = type.getElementType();
  RegisterTuple tuple = lookupTuple(target, type);
  int64_t count = type.getNumElements(), lanes = target.lanes(scalar);
  std::string name =
      formatv("next_{0}x{1}", cTypeTag(scalar, indexBits, false), count);
  std::string vector = tuple ? tuple.type.str() : typeName(type), parts, whole;
  if (tuple) {
    useIntrinsic();
    std::string one =
        vectorHelper("load", VectorType::get({lanes}, type.getElementType()));
    for (int64_t i = 0; i < count; i += lanes)
      parts += formatv("  v.val[{0}] = {1}(*p + {2});\n", i / lanes, one, i);
    whole = formatv("  v = {0}(*p);\n", tuple.load);
  } else {
    parts = whole = formatv("  v = {0}(*p);\n", vectorHelper("load", type));
  }
  helpers[name] = formatv(
      "static inline {0} {1}(const {2} **p) {{\n"
      "  {0} v;\n"
      "#if defined(__clang__)\n"
      "{3}"
      "#else\n"
      "  __asm__ __volatile__(\"\" : \"+r\"(*p)::\"memory\");\n"
      "{4}"
      "#endif\n"
      "  *p += {5};\n"
      "  return v;\n"
      "}\n",
      vector, name, cScalarType(scalar, indexBits), parts, whole, count);
  return name;
}

std::string CFile::vectorHelper(StringRef kind, VectorType type) {
  if (kind == "next")
    return nextHelper(type);
  std::string vector = typeName(type);
  std::string element = cScalarType(type.getElementType(), indexBits);
  std::string name = formatv("{0}_{1}", kind, vector);
  std::string &text = helpers[name];
  if (!text.empty())
    return name;

  std::string body;
  if (kind == "load") {
    text = formatv("static inline {0} {1}(const {2} *p) {{\n"
                   "  {0} v;\n"
                   "  memcpy(&v, p, sizeof v);\n"
                   "  return v;\n"
                   "}\n",
                   vector, name, element);
  } else if (kind == "store") {
    text = formatv("static inline void {1}({2} *p, {0} v) {{\n"
                   "  memcpy(p, &v, sizeof v);\n"
                   "}\n",
                   vector, name, element);
  } else if (kind == "splat") {
    SmallVector<StringRef> lanes(type.getNumElements(), "x");
    text = formatv("static inline {0} {1}({2} x) {{\n"
                   "  return ({0}){{{3}};\n"
                   "}\n",
                   vector, name, element, llvm::join(lanes, ", "));
  } else if (kind == "select") {
    unsigned bits = type.getElementType().isIndex()
                        ? indexBits
                        : type.getElementTypeBitWidth();
    std::string mask = typeName(VectorType::get(
        type.getShape(), IntegerType::get(type.getContext(), bits)));
    text = formatv("static inline {0} {1}({2} mask, {0} a, {0} b) {{\n"
                   "  return ({0})((mask & ({2})a) | (~mask & ({2})b));\n"
                   "}\n",
                   vector, name, mask);
  } else {
    llvm_unreachable("unknown kind of vector helper");
  }
  return name;
}

std::string CFile::bitsHelper(Type from, Type to) {
  std::string name =
      formatv("bits_{0}_to_{1}", cTypeTag(from, indexBits, false),
              cTypeTag(to, indexBits, false));
  helpers[name] =
      formatv("static inline {0} {1}({2} x) {{\n"
              "  {0} y;\n"
              "  memcpy(&y, &x, sizeof y);\n"
              "  return y;\n"
              "}\n",
              cScalarType(to, indexBits), name, cScalarType(from, indexBits));
  return name;
}

/// What keeps compilers from turning a*b+c into one rounding, so that results
/// are the same whatever compiler and flags are used.
static constexpr StringRef contractionOff =
    "#if defined(__clang__)\n"
    "#pragma STDC FP_CONTRACT OFF\n"
    "#elif defined(__GNUC__)\n"
    "#pragma GCC push_options\n"
    "#pragma GCC optimize(\"fp-contract=off\")\n"
    "#elif defined(_MSC_VER)\n"
    "#pragma fp_contract(off)\n"
    "#endif\n";

/// clang knows no attribute that switches NEON on for 32-bit ARM.
static bool clangTakesFeatures(const Target &target) {
  return target.architecture != Architecture::ARM;
}

void CFile::printHead(const CPrintOptions &options, raw_ostream &os) const {
  if (!options.banner.empty()) {
    os << "/*";
    SmallVector<StringRef> lines;
    StringRef(options.banner).split(lines, '\n');
    os << llvm::join(lines, "\n ") << " */\n";
  }
  os << contractionOff;
  if (!target.features.empty()) {
    if (clangTakesFeatures(target))
      os << formatv("#if defined(__clang__)\n"
                    "#pragma clang attribute push(__attribute__((target( \\\n"
                    "    \"{0}\"))), apply_to = function)\n"
                    "#elif defined(__GNUC__)\n",
                    target.features);
    else
      os << "#if defined(__GNUC__) && !defined(__clang__)\n";
    os << formatv("#pragma GCC target( \\\n"
                  "    \"{0}\")\n"
                  "#endif\n",
                  target.features);
  }
  os << "\n";
  for (const std::string &include : options.includes)
    os << "#include " << include << "\n";
  if (usesIntrinsics)
    os << "#include " << intrinsicsHeader(target) << "\n";
  os << "#include <stdbool.h>\n#include <stdint.h>\n";
  if (!helpers.empty())
    os << "#include <string.h>\n";
  os << "\n";
  printHelpers(os);
}

void CFile::printHelpers(raw_ostream &os) const {
  for (const auto &[name, type] : vectorTypes)
    os << formatv("typedef {0} {1} __attribute__((vector_size({2})));\n",
                  type.first, name, type.second);
  if (!vectorTypes.empty())
    os << "\n";
  for (const auto &[name, text] : helpers)
    os << text << "\n";
}

void CFile::printFoot(raw_ostream &os) const {
  os << "\n#if defined(__clang__)\n";
  if (!target.features.empty() && clangTakesFeatures(target))
    os << "#pragma clang attribute pop\n";
  else
    os << "#pragma STDC FP_CONTRACT DEFAULT\n";
  os << "#elif defined(__GNUC__)\n"
        "#pragma GCC pop_options\n"
        "#endif\n";
}
