//===- Report.cpp - report.json -------------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The package for programs: what it takes, gives and costs. `version` grows
// when a field changes its meaning; new fields may come without. `verify`,
// `bench` and the output folder's own check read it too. The code's size is a
// C compiler's affair and so is not here.
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Emitters.h"
#include "codegen/package/TurnRows.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace megcc {

static void writePorts(json::OStream &json, const PackageDescription &package,
                       StringRef key, ArrayRef<Port> ports) {
  json.attributeArray(key, [&] {
    for (const Port &port : ports)
      json.object([&] {
        json.attribute("name", json::fixUTF8(port.name));
        json.attribute("parameter", port.parameter);
        json.attribute("type", port.elementType);
        json.attribute("c_type", port.cType);
        json.attributeArray("shape", [&] {
          for (int64_t extent : port.shape)
            json.value(extent);
        });
        json.attribute("bytes", port.bytes);
        if (port.arenaOffset) {
          const ArenaRegion &region = package.regionAt(*port.arenaOffset);
          if (package.hasRegions())
            json.attribute("region", region.name);
          json.attribute("arena_offset", *port.arenaOffset - region.base);
        }
        if (port.rows)
          json.attributeObject("rows", [&] {
            json.attribute("count", port.rows->count);
            json.attribute("planes", port.rows->planes);
            json.attribute("bytes", port.rows->bytes);
          });
      });
  });
}

static void writeOperand(json::OStream &json, const PackageDescription &package,
                         const Operand &operand) {
  json.object([&] {
    switch (operand.kind) {
    case Operand::Input:
      json.attribute("buffer", package.inputs[operand.port].parameter);
      break;
    case Operand::Output:
      json.attribute("buffer", package.outputs[operand.port].parameter);
      break;
    case Operand::Arena:
      json.attribute("buffer", package.regionAt(operand.offset).name);
      break;
    case Operand::Weights:
      json.attribute("buffer", "weights");
      break;
    case Operand::Stack:
      json.attribute("buffer", "stack");
      break;
    }
    json.attribute("offset", operand.offset);
    json.attribute("bytes", operand.bytes);
    json.attribute("c_type", operand.cType);
    json.attribute("written", operand.written);
  });
}

/// Where the rows are that a layer makes in its turns, on one line.
static void writeTurns(json::OStream &json, const TurnRows &rows) {
  json.attributeBegin("turns");
  json.rawValue([&](raw_ostream &os) {
    json::OStream line(os);
    line.object([&] {
      line.attribute("count", rows.turns);
      line.attribute("first_row", rows.first);
      line.attribute("row_step", rows.step);
      line.attribute("rows", rows.count);
      line.attribute("places", rows.places);
      line.attribute("shift", rows.shift);
      line.attribute("stride", rows.stride);
      line.attribute("offset", rows.offset);
      line.attribute("planes", rows.planes);
      line.attribute("element", rows.elementBytes);
      line.attributeArray("dims", [&] {
        for (auto [extent, stride] : rows.dims) {
          line.value(extent);
          line.value(stride);
        }
      });
    });
  });
  json.attributeEnd();
}

static void writeLayer(json::OStream &json, const PackageDescription &package,
                       const Variant &variant, size_t index) {
  const Layer &layer = variant.layers[index];
  json.object([&] {
    json.attribute("index", int64_t(index));
    json.attributeArray("nodes", [&] {
      for (const std::string &node : layer.nodes)
        json.value(json::fixUTF8(node));
    });
    json.attribute("kernel", layer.kernel);
    json.attribute("algorithm", json::fixUTF8(layer.description));
    if (!layer.reason.empty())
      json.attribute("reason", json::fixUTF8(layer.reason));
    json.attribute("macs", layer.macs);
    json.attribute("stack_bytes", layer.stackBytes);
    if (layer.isRepeated)
      json.attribute("repeated", true);
    if (package.hasThreads())
      json.attribute("parts", layer.parts);
    if (std::optional<TurnRows> rows = findTurnRows(variant, layer))
      writeTurns(json, *rows);
    if (layer.resultOf)
      json.attributeArray("result_of", [&] {
        for (const std::string &node : *layer.resultOf)
          json.value(json::fixUTF8(node));
      });
    json.attributeArray("operands", [&] {
      for (const Operand &operand : layer.operands)
        writeOperand(json, package, operand);
    });
  });
}

static void writeBuffers(json::OStream &json, const Variant &variant) {
  json.attributeArray("buffers", [&] {
    for (const Buffer &buffer : variant.buffers)
      json.object([&] {
        json.attribute("name", json::fixUTF8(buffer.name));
        json.attribute("offset", buffer.offset);
        json.attribute("bytes", buffer.bytes);
        json.attributeArray("parts", [&] {
          for (const Buffer::Part &part : buffer.parts)
            json.object([&] {
              json.attribute("offset", part.offset);
              json.attribute("bytes", part.bytes);
              json.attribute("first", part.first);
              json.attribute("last", part.last);
            });
        });
      });
  });
}

/// What the graph depends on, where that is not the usual.
static void writeGraph(json::OStream &json, const GraphOptions &graph) {
  if (graph.areUsual())
    return;
  json.attributeObject("graph", [&] {
    json.attribute("saves_memory", graph.savesMemory);
    json.attribute("takes_turns", graph.takesTurns);
    if (!graph.algorithms.empty())
      json.attributeArray("algorithms", [&] {
        for (const std::string &algorithm : graph.algorithms)
          json.value(json::fixUTF8(algorithm));
      });
    if (graph.patches)
      json.attributeObject("patches", [&] {
        json.attribute("aim", graph.patches->first);
        json.attribute("slack", graph.patches->second);
        json.attribute("io_in_arena", graph.ioInArena);
      });
  });
}

static void writeLayers(json::OStream &json, const PackageDescription &package,
                        const Variant &variant) {
  json.attribute("macs", variant.macs());
  if (!variant.layouts.empty())
    json.attribute("layouts", variant.layouts);
  json.attributeArray("plan", [&] {
    for (const std::string &decision : variant.decisions)
      json.value(json::fixUTF8(decision));
  });
  writeGraph(json, variant.graph);
  writeBuffers(json, variant);
  json.attributeArray("layers", [&] {
    for (size_t i = 0; i < variant.layers.size(); ++i)
      writeLayer(json, package, variant, i);
  });
}

/// What differs between the instruction sets among which `init` chooses.
static void writeLevels(json::OStream &json,
                        const PackageDescription &package) {
  json.attributeArray("levels", [&] {
    for (const Variant &variant : package.variants)
      json.object([&] {
        json.attribute("target", variant.target.name);
        json.attribute("arena_bytes", variant.arenaBytes);
        json.attribute("arena_lower_bound_bytes", variant.arenaLowerBound);
        json.attribute("weights_bytes", variant.weightsBytes);
        writeLayers(json, package, variant);
      });
  });
}

void emitReport(const PackageDescription &package, raw_ostream &os) {
  json::OStream json(os, /*IndentSize=*/2);
  json.object([&] {
    json.attribute("megcc", MEGCC_VERSION);
    json.attribute("version", 1);
    json.attribute("name", package.name);
    json.attribute("target", package.targetNames());
    json.attributeArray("files", [&] {
      for (const std::string &file : package.files())
        json.value(file);
    });
    writePorts(json, package, "inputs", package.inputs);
    writePorts(json, package, "outputs", package.outputs);
    json.attribute("ram_bytes", package.ramBytes());
    json.attribute("lower_bound_bytes", package.ramLowerBound());
    json.attribute("context_bytes", package.contextBytes());
    json.attribute("extra_macs", package.extraMacs());
    json.attribute("arena_bytes", package.arenaBytes);
    json.attribute("arena_lower_bound_bytes", package.arenaLowerBound);
    if (package.hasRegions())
      json.attributeArray("regions", [&] {
        for (const ArenaRegion &region : package.regions)
          json.object([&] {
            json.attribute("name", region.name);
            json.attribute("bytes", region.bytes);
            json.attribute("capacity", *region.capacity);
          });
      });
    json.attribute("stack_bytes", package.stackBytes());
    json.attribute("weights_bytes", package.weightsBytes);
    json.attribute("weights", package.weightsForm == WeightsForm::C ? "c"
                              : package.weightsForm == WeightsForm::File
                                  ? "file"
                                  : "incbin");
    json.attribute("optimize", package.small ? "size" : "speed");
    json.attribute("precision", package.precision);
    if (package.hasThreads())
      json.attribute("threads",
                     package.threads == ThreadsForm::Pool ? "pool" : "user");
    if (package.hasLevels())
      writeLevels(json, package);
    else
      writeLayers(json, package, package.best());
  });
  os << '\n';
}

} // namespace megcc
