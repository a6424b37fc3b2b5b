//===- PackageReport.cpp - A package folder as its report tells it --------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/PackageReport.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace megcc {

static bool fromJSON(const json::Value &value, PackageReport::Port::Rows &rows,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  return map && map.map("count", rows.count) &&
         map.map("planes", rows.planes) && map.map("bytes", rows.bytes);
}

static bool fromJSON(const json::Value &value, PackageReport::Port &port,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  std::vector<int64_t> shape;
  if (!map || !map.map("name", port.name) ||
      !map.map("parameter", port.parameter) || !map.map("type", port.type) ||
      !map.map("c_type", port.cType) || !map.map("shape", shape) ||
      !map.map("bytes", port.bytes) ||
      !map.mapOptional("arena_offset", port.arenaOffset) ||
      !map.mapOptional("region", port.region) ||
      !map.mapOptional("rows", port.rows))
    return false;
  port.shape.assign(shape.begin(), shape.end());
  return true;
}

namespace {
struct Operand {
  int64_t bytes = 0;
};

bool fromJSON(const json::Value &value, Operand &operand, json::Path path) {
  json::ObjectMapper map(value, path);
  return map && map.map("bytes", operand.bytes);
}
} // namespace

static bool fromJSON(const json::Value &value, PackageReport::Turns &turns,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  return map && map.map("count", turns.count) &&
         map.map("first_row", turns.firstRow) &&
         map.map("row_step", turns.rowStep) && map.map("rows", turns.rows) &&
         map.map("places", turns.places) && map.map("shift", turns.shift) &&
         map.map("stride", turns.stride) && map.map("offset", turns.offset) &&
         map.map("planes", turns.planes) && map.map("element", turns.element) &&
         map.map("dims", turns.dims);
}

static bool fromJSON(const json::Value &value, PackageReport::Layer &layer,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  std::vector<Operand> operands;
  if (!map || !map.map("nodes", layer.nodes) ||
      !map.map("kernel", layer.kernel) ||
      !map.map("algorithm", layer.algorithm) || !map.map("macs", layer.macs) ||
      !map.mapOptional("turns", layer.turns) ||
      !map.mapOptional("result_of", layer.resultOf) ||
      !map.map("operands", operands))
    return false;
  for (const Operand &operand : operands)
    layer.bytes += operand.bytes;
  return true;
}

namespace {
struct Patches {
  int64_t aim = 0, slack = 0;
  bool ioInArena = false;
};

bool fromJSON(const json::Value &value, Patches &patches, json::Path path) {
  json::ObjectMapper map(value, path);
  return map && map.map("aim", patches.aim) &&
         map.map("slack", patches.slack) &&
         map.map("io_in_arena", patches.ioInArena);
}
} // namespace

static bool fromJSON(const json::Value &value, GraphOptions &graph,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  std::optional<Patches> patches;
  if (!map || !map.map("saves_memory", graph.savesMemory) ||
      !map.map("takes_turns", graph.takesTurns) ||
      !map.mapOptional("algorithms", graph.algorithms) ||
      !map.mapOptional("patches", patches))
    return false;
  if (patches) {
    graph.patches = {patches->aim, patches->slack};
    graph.ioInArena = patches->ioInArena;
  }
  return true;
}

static bool fromJSON(const json::Value &value, PackageReport::Variant &variant,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  std::string target;
  if (!map || !map.map("target", target) ||
      !map.mapOptional("graph", variant.graph) ||
      !map.map("layers", variant.layers) || !map.map("macs", variant.macs))
    return false;
  Expected<Target> known = lookupTarget(target);
  if (!known) {
    consumeError(known.takeError());
    path.field("target").report("a target that this megcc does not know");
    return false;
  }
  variant.target = *known;
  return true;
}

namespace {
struct Region {
  std::string name;
};

bool fromJSON(const json::Value &value, Region &region, json::Path path) {
  json::ObjectMapper map(value, path);
  return map && map.map("name", region.name);
}
} // namespace

static bool fromJSON(const json::Value &value, PackageReport &report,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  std::string weights;
  std::optional<std::vector<Region>> regions;
  if (!map || !map.map("name", report.name) ||
      !map.map("files", report.files) || !map.map("inputs", report.inputs) ||
      !map.map("outputs", report.outputs) ||
      !map.map("arena_bytes", report.arenaBytes) ||
      !map.map("weights_bytes", report.weightsBytes) ||
      !map.map("weights", weights) || !map.map("regions", regions) ||
      !map.mapOptional("threads", report.threads) ||
      !map.mapOptional("optimize", report.optimize) ||
      !map.mapOptional("precision", report.precision))
    return false;
  if (value.getAsObject()->get("levels")) {
    if (!map.map("levels", report.variants))
      return false;
    for (auto [i, variant] : enumerate(report.variants))
      variant.level = i + 1;
  } else if (!fromJSON(value, report.variants.emplace_back(), path)) {
    return false;
  }
  if (regions) {
    report.regions.clear();
    for (const Region &region : *regions)
      report.regions.push_back(region.name);
  }
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
  json::Path::Root root("report.json");
  if (!fromJSON(*value, report, root))
    return createStringError("'" + file + "': " + toString(root.getError()));
  report.folder = folder.str();
  return report;
}

Expected<std::vector<PackageReport::Variant>>
PackageReport::variantsToRun(StringRef level) const {
  std::vector<Variant> chosen;
  for (const Variant &variant : variants)
    if (level.empty() ? variants.size() == 1 || runsOnHost(variant.target)
                      : variant.target.name == level)
      chosen.push_back(variant);
  if (!chosen.empty())
    return chosen;
  std::string names =
      join(map_range(variants, [](const Variant &v) { return v.target.name; }),
           ", ");
  if (level.empty())
    return createStringError("this machine has the instructions of none of " +
                             names);
  return createStringError("--level=" + level + ": the package is for " +
                           names);
}

} // namespace megcc
