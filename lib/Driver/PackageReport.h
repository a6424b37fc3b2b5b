//===- PackageReport.h - A package folder as it is told ---------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_DRIVER_PACKAGEREPORT_H
#define MEGCC_LIB_DRIVER_PACKAGEREPORT_H

#include "codegen/package/GraphOptions.h"
#include "megcc/Target.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace megcc {

/// What `verify` and `bench` need to know of a package.
struct PackageReport {
  struct Port {
    std::string name, parameter, type, cType;
    llvm::SmallVector<int64_t> shape;
    int64_t bytes = 0;
    /// Where in which memory it lies, if it is not the caller's.
    std::optional<int64_t> arenaOffset;
    std::string region = "arena";
    /// Of an input that is asked for row by row: row r has `bytes` at r * bytes
    /// of each plane.
    struct Rows {
      int64_t count = 0, planes = 0, bytes = 0;
    };
    std::optional<Rows> rows;
  };
  /// Where the rows are that a layer makes in its turns (codegen/package/
  /// TurnRows.h); `dims` are extents and strides.
  struct Turns {
    int64_t count = 0, firstRow = 0, rowStep = 0, rows = 0, places = 0,
            shift = 0, stride = 0, offset = 0, planes = 0, element = 0;
    std::vector<int64_t> dims;
  };
  struct Layer {
    std::vector<std::string> nodes;
    /// Whose result it leaves, if not its own nodes'.
    std::optional<std::vector<std::string>> resultOf;
    std::string kernel, algorithm;
    std::optional<Turns> turns;
    int64_t macs = 0;
    /// Of all buffers that it reads or writes, weights included.
    int64_t bytes = 0;
  };
  /// The network for one of the targets that `init` chooses among.
  struct Variant {
    Target target;
    /// What the operators were chosen with that layers are made of.
    GraphOptions graph;
    /// The package's number for it in config.level; 0 where there is no choice.
    unsigned level = 0;
    std::vector<Layer> layers;
    int64_t macs = 0;
  };

  std::string folder;
  std::string name;
  std::vector<std::string> files;
  std::vector<Port> inputs, outputs;
  /// The memories that the config names.
  std::vector<std::string> regions = {"arena"};
  std::vector<Variant> variants;
  bool hasWeightsFile = false;
  std::string threads = "none"; ///< none, pool or user
  std::string optimize = "speed", precision = "f32";
  int64_t arenaBytes = 0, weightsBytes = 0;

  /// The variants to run: the one for target `level`, or if that is empty, all
  /// that `init` could choose on this machine. A package for another machine is
  /// run as a whole.
  llvm::Expected<std::vector<Variant>>
  variantsToRun(llvm::StringRef level) const;
};

/// Reads `folder`/report.json.
llvm::Expected<PackageReport> readPackageReport(llvm::StringRef folder);

} // namespace megcc

#endif // MEGCC_LIB_DRIVER_PACKAGEREPORT_H
