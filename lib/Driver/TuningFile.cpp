//===- TuningFile.cpp - What was measured, to be committed ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/TuningFile.h"
#include "codegen/kernels/Choices.h"
#include "codegen/package/Package.h"
#include "dialects/Kernel/Kernel.h"
#include "lib/Driver/WriteFile.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace megcc {

/// A faster choice must gain more than this.
static constexpr double kLeastGain = 0.02;
static constexpr int64_t kVersion = 1;

size_t TunedLayer::best() const {
  size_t best = 0;
  for (size_t i = 1; i < nanoseconds.size(); ++i)
    if (nanoseconds[i] < nanoseconds[best] * (best == 0 ? 1 - kLeastGain : 1))
      best = i;
  return best;
}

std::vector<TunedLayer> findChoices(mlir::ModuleOp planned) {
  std::vector<TunedLayer> layers;
  StringMap<size_t> known;
  // Of a node in several regions, the largest.
  StringMap<int64_t> macsOf;
  auto add = [&](mlir::func::CallOp call, mlir::Location loc,
                 mlir::ArrayAttr choices, size_t &others) {
    std::vector<std::string> nodes = nodesOf(loc);
    if (nodes.empty())
      return;
    auto attr = call->getAttrOfType<mlir::IntegerAttr>(kernel::kMacsAttr);
    int64_t macs = attr ? attr.getInt() : 0;
    auto [place, isNew] = known.try_emplace(nodes.front(), layers.size());
    if (!isNew && macs <= macsOf[nodes.front()])
      return;
    macsOf[nodes.front()] = macs;
    TunedLayer layer;
    layer.node = nodes.front();
    layer.timedNode = nodesOf(call.getLoc()).front();
    layer.othersChoices = others;
    layer.kernel = call.getCallee().str();
    for (auto choice : choices.getAsRange<mlir::StringAttr>())
      layer.choices.push_back(choice.str());
    others += layer.choices.size() - 1;
    if (isNew)
      layers.push_back(std::move(layer));
    else
      layers[place->second] = std::move(layer);
  };
  planned.walk([&](mlir::func::CallOp call) {
    size_t others = 0;
    if (auto all = call->getAttrOfType<mlir::ArrayAttr>(kChoicesAttr))
      for (size_t i = 0; i + 1 < all.size(); i += 2)
        add(call, mlir::cast<mlir::LocationAttr>(all[i]),
            mlir::cast<mlir::ArrayAttr>(all[i + 1]), others);
  });
  return layers;
}

static bool fromJSON(const json::Value &value, TunedLayer &layer,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  if (!map || !map.map("node", layer.node) ||
      !map.map("kernel", layer.kernel) || !map.map("choices", layer.choices) ||
      !map.map("nanoseconds", layer.nanoseconds))
    return false;
  if (layer.choices.empty() ||
      layer.choices.size() != layer.nanoseconds.size()) {
    path.field("nanoseconds").report("expected one number per choice");
    return false;
  }
  return true;
}

static bool fromJSON(const json::Value &value, TuningFile &file,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  int64_t version = 0;
  if (!map || !map.map("version", version) || !map.map("target", file.target) ||
      !map.map("optimize", file.optimize) ||
      !map.map("precision", file.precision) || !map.map("layers", file.layers))
    return false;
  if (version != kVersion) {
    path.field("version").report("expected 1");
    return false;
  }
  return true;
}

Expected<TuningFile> TuningFile::read(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return createStringError("cannot read '" + path +
                             "': " + buffer.getError().message());
  Expected<json::Value> value = json::parse((*buffer)->getBuffer());
  if (!value)
    return createStringError(
        "'" + path + "' is no tuning file: " + toString(value.takeError()));
  TuningFile file;
  json::Path::Root root("tuning file");
  if (!fromJSON(*value, file, root))
    return createStringError("'" + path + "': " + toString(root.getError()));
  return file;
}

Error TuningFile::write(StringRef path) const {
  return writeFile(path, [&](raw_ostream &os) {
    json::OStream json(os, /*IndentSize=*/1);
    json.object([&] {
      json.attribute("megcc", MEGCC_VERSION);
      json.attribute("version", kVersion);
      json.attribute("target", target);
      json.attribute("optimize", optimize);
      json.attribute("precision", precision);
      json.attributeArray("layers", [&] {
        for (const TunedLayer &layer : layers)
          json.object([&] {
            json.attribute("node", json::fixUTF8(layer.node));
            json.attribute("kernel", layer.kernel);
            json.attributeArray("choices", [&] {
              for (const std::string &choice : layer.choices)
                json.value(choice);
            });
            json.attributeArray("nanoseconds", [&] {
              for (double ns : layer.nanoseconds)
                json.value(int64_t(ns));
            });
          });
      });
    });
    os << '\n';
  });
}

Error TuningFile::checkMatches(const TuningFile &expected,
                               StringRef path) const {
  auto refuse = [&](const Twine &why) {
    return createStringError("--tune: '" + path + "' " + why +
                             "; remove it to measure anew");
  };
  for (const auto &[found, wanted, what] :
       {std::tuple(target, expected.target, "target"),
        std::tuple(optimize, expected.optimize, "--optimize"),
        std::tuple(precision, expected.precision, "--precision")})
    if (found != wanted)
      return refuse(Twine("was measured for ") + what + " " + found + ", not " +
                    wanted);
  if (layers.size() != expected.layers.size())
    return refuse("has " + Twine(layers.size()) + " layers, the model has " +
                  Twine(expected.layers.size()) + " with choices");
  for (auto [found, wanted] : zip_equal(layers, expected.layers)) {
    if (found.node != wanted.node || found.kernel != wanted.kernel)
      return refuse("is of another model: found " + found.node + " as " +
                    found.kernel + ", expected " + wanted.node + " as " +
                    wanted.kernel);
    if (found.choices != wanted.choices)
      return refuse("is of another version of megcc: " + found.node + " has " +
                    "other choices now");
  }
  return Error::success();
}

} // namespace megcc
