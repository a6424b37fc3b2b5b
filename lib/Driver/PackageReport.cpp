//===- PackageReport.cpp - A package folder as its report tells it --------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/PackageReport.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace megcc {

static bool fromJSON(const json::Value &value, PackageReport::Port &port,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  std::vector<int64_t> shape;
  if (!map || !map.map("name", port.name) ||
      !map.map("parameter", port.parameter) || !map.map("type", port.type) ||
      !map.map("c_type", port.cType) || !map.map("shape", shape) ||
      !map.map("bytes", port.bytes))
    return false;
  port.shape.assign(shape.begin(), shape.end());
  return true;
}

static bool fromJSON(const json::Value &value, PackageReport::Layer &layer,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  return map && map.map("nodes", layer.nodes) &&
         map.map("kernel", layer.kernel) &&
         map.map("algorithm", layer.algorithm) && map.map("macs", layer.macs);
}

static bool fromJSON(const json::Value &value, PackageReport &report,
                     std::string &target, json::Path path) {
  json::ObjectMapper map(value, path);
  std::string weights;
  if (!map || !map.map("name", report.name) || !map.map("target", target) ||
      !map.map("files", report.files) || !map.map("inputs", report.inputs) ||
      !map.map("outputs", report.outputs) ||
      !map.map("layers", report.layers) ||
      !map.map("arena_bytes", report.arenaBytes) ||
      !map.map("weights_bytes", report.weightsBytes) ||
      !map.map("weights", weights) || !map.map("macs", report.macs))
    return false;
  report.hasWeightsFile = weights == "file" && report.weightsBytes != 0;
  return true;
}

Expected<PackageReport> readPackageReport(StringRef folder) {
  SmallString<256> file(folder);
  sys::path::append(file, "report.json");
  auto buffer = MemoryBuffer::getFile(file);
  if (!buffer)
    return createStringError("'" + folder +
                             "' is not a package: cannot read '" + file +
                             "': " + buffer.getError().message());
  Expected<json::Value> value = json::parse((*buffer)->getBuffer());
  if (!value)
    return createStringError("'" + file + "': " + toString(value.takeError()));
  PackageReport report;
  std::string target;
  json::Path::Root root("report.json");
  if (!fromJSON(*value, report, target, root))
    return createStringError("'" + file + "': " + toString(root.getError()));
  report.folder = folder.str();
  Expected<Target> known = lookupTarget(target);
  if (!known)
    return known.takeError();
  report.target = *known;
  return report;
}

} // namespace megcc
