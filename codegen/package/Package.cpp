//===- Package.cpp - Writes the files of a package ------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Package.h"
#include "codegen/c/StackBound.h"
#include "codegen/package/Emitters.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace megcc {

int64_t Variant::macs() const {
  int64_t sum = 0;
  for (const Layer &layer : layers)
    sum += layer.macs;
  return sum;
}

bool Variant::hasSteps() const {
  return any_of(layers, [](const Layer &layer) { return layer.steps > 1; });
}

const ArenaRegion &PackageDescription::regionAt(int64_t offset) const {
  auto after = llvm::upper_bound(
      regions, offset,
      [](int64_t offset, const ArenaRegion &r) { return offset < r.base; });
  return *std::prev(after);
}

int64_t Variant::stackBytes() const {
  int64_t largest = 0;
  for (const Layer &layer : layers)
    largest =
        std::max(largest, layer.stackBytes +
                              addressBytes * int64_t(layer.operands.size()));
  return interfaceStackBytes + largest + numberBytes;
}

int64_t PackageDescription::stackBytes() const {
  int64_t largest = 0;
  for (const Variant &variant : variants)
    largest = std::max(largest, variant.stackBytes());
  return largest;
}

int64_t PackageDescription::extraMacs() const {
  int64_t most = 0;
  for (const Variant &variant : variants) {
    int64_t sum = variant.haloMacs;
    for (const Layer &layer : variant.layers)
      sum += layer.isRepeated ? layer.macs : 0;
    most = std::max(most, sum);
  }
  return most;
}

std::string PackageDescription::targetNames(StringRef separator) const {
  auto names = map_range(
      variants, [](const Variant &variant) { return variant.target.name; });
  return join(names, separator);
}

std::vector<std::string> PackageDescription::files() const {
  std::vector<std::string> files = {name + ".h", name + ".c"};
  if (hasLevels())
    for (const Variant &variant : variants)
      files.push_back(name + variant.suffix + ".c");
  if (hasWeights() || weightsFormIsFixed) {
    if (weightsForm == WeightsForm::C)
      files.push_back(name + "_weights.c");
    if (weightsForm == WeightsForm::Incbin)
      files.push_back(name + "_weights.S");
    if (weightsForm != WeightsForm::C)
      files.push_back(name + "_weights.bin");
  }
  if (threads == ThreadsForm::Pool)
    files.push_back(name + "_pool.c");
  files.push_back("CMakeLists.txt");
  files.push_back("report.json");
  if (hasPage)
    files.push_back("report.html");
  if (hasCertificate)
    files.push_back("certificate.json");
  if (hasCurve)
    files.push_back("memory_curve.svg");
  return files;
}

/// The C file called `name`.
static void writeSource(const PackageDescription &package, StringRef name,
                        raw_ostream &os) {
  for (const Variant &variant : package.variants)
    if (name == package.name + variant.suffix + ".c")
      os << variant.source;
  if (package.hasLevels() && name == package.name + ".c")
    emitDispatcher(package, os);
}

Error writePackage(const PackageDescription &package, OutputFolder &folder,
                   StringRef subfolder) {
  for (const std::string &file : package.files()) {
    if (file == "memory_curve.svg")
      continue;
    auto write = [&](raw_ostream &os) {
      StringRef name = file;
      if (name == "CMakeLists.txt")
        emitCMakeLists(package, os);
      else if (name == "report.json")
        emitReport(package, os);
      else if (name == "report.html")
        emitReportPage(package, os);
      else if (name == "certificate.json")
        emitCertificate(package, os);
      else if (name.ends_with("_weights.bin"))
        emitWeightBytes(package, os);
      else if (name.ends_with("_weights.S"))
        emitWeightAssembly(package, os);
      else if (name.ends_with("_weights.c"))
        emitWeightArray(package, os);
      else if (name == package.name + "_pool.c")
        emitPool(package, os);
      else if (name.ends_with(".h"))
        emitHeader(package, os);
      else
        writeSource(package, name, os);
    };
    std::string path =
        subfolder.empty() ? file : (subfolder + "/" + file).str();
    if (Error error = folder.addFile(path, write))
      return error;
  }
  return Error::success();
}

} // namespace megcc
