//===- Text.h - Names and comments that are safe in C and C++ ---*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_PACKAGE_TEXT_H
#define MEGCC_CODEGEN_PACKAGE_TEXT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include <string>

namespace llvm {
class raw_ostream;
}

namespace megcc {

/// `text` with everything that is not a letter, digit or underscore made an
/// underscore; never empty, never led by a digit, never a keyword of C or C++
/// nor a name that <stdint.h> or <stddef.h> declares.
std::string publicName(llvm::StringRef text);

/// The name of a package made from a model named `text`: a C identifier that
/// is also a file name.
std::string packageName(llvm::StringRef text);

/// True for a name that `publicName` would leave alone.
bool isPublicName(llvm::StringRef text);

/// Gives each name once: `x`, `x_2`, `x_3`. Names that differ in case alone are
/// one, since macros are made of them.
class UniqueNames {
public:
  explicit UniqueNames(llvm::ArrayRef<std::string> taken);
  std::string take(llvm::StringRef wanted);

private:
  llvm::StringSet<> taken;
};

/// `text` such that it may stand inside /* */: no comment marks, trigraphs,
/// line ends or unprintable bytes.
std::string commentText(llvm::StringRef text);

/// `text` as a C string literal, quotes included.
std::string stringLiteral(llvm::StringRef text);

/// "1 * 3 * 224 * 224"; "1" for a scalar or an empty tensor, which C has no
/// arrays for.
std::string arrayExtent(llvm::ArrayRef<int64_t> shape);

/// "1x3x224x224"; "scalar" without dimensions.
std::string shapeText(llvm::ArrayRef<int64_t> shape);

/// `first` and `parts` with `separator` between them, then `last`, broken after
/// separators into lines of at most 80 columns; lines after the first begin
/// with `indent`.
std::string fillLines(llvm::StringRef first, llvm::ArrayRef<std::string> parts,
                      llvm::StringRef separator, llvm::StringRef last,
                      llvm::StringRef indent);

/// Prints `text` with each @key@ replaced by its value. A line that begins with
/// @?key@ is kept only where the key has a non-empty value, one that begins
/// with @!key@ only where it has none.
void printTemplate(
    llvm::raw_ostream &os, llvm::StringRef text,
    llvm::ArrayRef<std::pair<llvm::StringRef, std::string>> values);

} // namespace megcc

#endif // MEGCC_CODEGEN_PACKAGE_TEXT_H
