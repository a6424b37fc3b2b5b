//===- Certificate.cpp - certificate.json ---------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Why no access of a run leaves its buffer or meets bytes that are not its own,
// in a form that scripts/check_certificate.py verifies without megcc. For each
// instruction set: the buffers with where they lie and when they are alive; the
// calls in order, with what is proven of each argument (prove-bounds) and, in
// streams, the rows of each firing; and how few bytes an arena can have.
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Emitters.h"
#include "codegen/package/Lifetimes.h"
#include "lib/Support/Constants.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace megcc {

namespace {

class CertificateWriter {
public:
  CertificateWriter(const PackageDescription &package, const Variant &variant,
                    json::OStream &json)
      : package(package), variant(variant), json(json), steps(variant),
        lifetimes(findLifetimes(variant, steps)) {}

  void write() {
    json.attribute("target", variant.target.name);
    json.attribute("arena_bytes", variant.arenaBytes);
    if (package.hasRegions())
      json.attributeArray("regions", [&] {
        for (const ArenaRegion &region : package.regions)
          json.object([&] {
            json.attribute("name", region.name);
            json.attribute("base", region.base);
            json.attribute("bytes", region.bytes);
            json.attribute("capacity", *region.capacity);
          });
      });
    json.attribute("number_bytes", variant.numberBytes);
    json.attribute("stack_bytes", variant.stackBytes());
    json.attribute("steps", steps.end);
    json.attributeArray("buffers", [&] {
      for (size_t i = 0; i < variant.places.size(); ++i)
        writePlace(i);
      for (size_t i = 0; i < package.weights.size(); ++i)
        writeWeight(i);
    });
    json.attributeArray("streams", [&] {
      for (const Steps::Stream &stream : steps.streams)
        json.object([&] {
          json.attribute("first_call", stream.firstLayer);
          json.attribute("last_call", stream.lastLayer);
          json.attribute("ticks", stream.ticks);
          json.attribute("first_step", stream.firstStep);
        });
    });
    json.attributeArray("calls", [&] {
      for (size_t i = 0; i < variant.layers.size(); ++i)
        writeCall(i);
    });
    json.attributeObject("lower_bound", [&] { writeBound(); });
  }

private:
  /// Numbers on one line.
  void list(StringRef key, ArrayRef<int64_t> numbers) {
    json.attributeBegin(key);
    json.rawValue(text(numbers));
    json.attributeEnd();
  }
  static std::string text(ArrayRef<int64_t> numbers) {
    std::string line = "[";
    for (int64_t number : numbers)
      line += (line.size() > 1 ? ", " : "") + std::to_string(number);
    return line + "]";
  }

  static StringRef spaceOf(Operand::Kind kind) {
    switch (kind) {
    case Operand::Input:
      return "input";
    case Operand::Output:
      return "output";
    case Operand::Arena:
      return "arena";
    case Operand::Weights:
      return "weights";
    case Operand::Stack:
      return "stack";
    }
    llvm_unreachable("all kinds are listed");
  }

  std::string nameOf(unsigned number) const {
    const Place &place = variant.places[number];
    if (place.kind == Operand::Input || place.role == Place::InputPort)
      return package.inputs[place.port].name;
    if (place.kind == Operand::Output || place.role == Place::OutputPort)
      return package.outputs[place.port].name;
    if (place.role == Place::Preloaded)
      return "weight of " + firstUser(number);
    return firstUser(number);
  }

  std::string firstUser(unsigned number) const {
    for (const Layer &layer : variant.layers)
      for (const Operand &operand : layer.operands)
        if (operand.place == number)
          return join(layer.nodes, " + ");
    return "nothing";
  }

  void writePlace(unsigned number) {
    const Place &place = variant.places[number];
    constexpr int64_t stackAlignment = 16;
    json.object([&] {
      json.attribute("name", json::fixUTF8(nameOf(number)));
      json.attribute("space", spaceOf(place.kind));
      if (place.kind == Operand::Input || place.role == Place::InputPort)
        json.attribute("input", int64_t(place.port));
      if (place.kind == Operand::Output || place.role == Place::OutputPort)
        json.attribute("output", int64_t(place.port));
      if (place.role == Place::Preloaded)
        json.attribute("preloaded", true);
      json.attribute("offset", place.offset);
      json.attribute("bytes", place.bytes);
      json.attribute("alignment",
                     place.kind == Operand::Arena   ? packageAlignment
                     : place.kind == Operand::Stack ? stackAlignment
                                                    : int64_t(1));
      const PlaceLifetime &lifetime = lifetimes[number];
      json.attributeArray("alive", [&] {
        for (const AlivePart &part : lifetime.parts)
          json.rawValue(text({part.offset, part.bytes, part.first, part.last}));
      });
      if (lifetime.turns) {
        json.attribute("stream", int64_t(lifetime.turns->stream));
        list("turns", {lifetime.turns->first, lifetime.turns->last});
      }
    });
  }

  void writeWeight(unsigned number) {
    const Weight &weight = package.weights[number];
    json.object([&] {
      json.attribute("name", "weight " + std::to_string(number));
      json.attribute("space", "weights");
      json.attribute("offset", weight.offset);
      json.attribute("bytes", sizeOf(number));
      json.attribute("alignment", packageAlignment);
    });
  }

  int64_t sizeOf(unsigned number) const {
    const Weight &weight = package.weights[number];
    return weight.type.getNumElements() *
           getElementBytes(weight.type.getElementType());
  }

  /// The buffer's number in the certificate, and where in it `operand` begins.
  std::pair<int64_t, int64_t> locate(const Operand &operand) const {
    if (operand.place)
      return {*operand.place,
              operand.offset - variant.places[*operand.place].offset};
    // Weights are sorted by where they lie; an operand may be part of one.
    auto after = upper_bound(package.weights, operand.offset,
                             [](int64_t offset, const Weight &weight) {
                               return offset < weight.offset;
                             });
    size_t number = after - package.weights.begin() - 1;
    return {int64_t(variant.places.size() + number),
            operand.offset - package.weights[number].offset};
  }

  void writeCall(unsigned number) {
    const Layer &layer = variant.layers[number];
    json.object([&] {
      json.attribute("name", json::fixUTF8(join(layer.nodes, " + ")));
      json.attribute("kernel", layer.kernel);
      json.attribute("stack_bytes", layer.stackBytes);
      if (layer.isUsers)
        json.attribute("trusted", layer.request
                                      ? "the caller, who hands over rows"
                                      : "a function of the user's");
      if (layer.turn) {
        json.attribute("stream", int64_t(layer.turn->stream));
        json.attribute("start", layer.turn->start);
        json.attribute("period", layer.turn->period);
        json.attribute("count", layer.turn->count);
      } else {
        json.attribute("step", steps.stepOf[number]);
      }
      json.attributeArray("arguments", [&] {
        for (const Operand &operand : layer.operands)
          writeArgument(layer, operand);
      });
      if (layer.turn)
        json.attributeArray("rows", [&] {
          for (const RowAccess &access : layer.rows)
            writeRows(access);
        });
    });
  }

  static std::vector<int64_t> flatten(const ByteDims &dims) {
    std::vector<int64_t> flat;
    for (auto [extent, stride] : dims)
      flat.insert(flat.end(), {extent, stride});
    return flat;
  }

  void writeArgument(const Layer &layer, const Operand &operand) {
    auto [buffer, offset] = locate(operand);
    json.object([&, buffer = buffer, offset = offset] {
      json.attribute("buffer", buffer);
      json.attribute("offset", offset);
      json.attribute("bytes", operand.bytes);
      json.attribute("element", operand.elementBytes);
      list("dims", flatten(operand.dims));
      json.attribute("access", operand.written
                                   ? (operand.read ? "readwrite" : "write")
                                   : "read");
      auto range = [&](StringRef key, std::optional<ByteRange> bytes,
                       bool isDone) {
        if (layer.isUsers && isDone)
          bytes = {0, operand.bytes};
        if (bytes)
          list(key, {bytes->first, bytes->second});
      };
      range("reads", operand.bytesRead, operand.read);
      range("writes", operand.bytesWritten, operand.written);
    });
  }

  void writeRows(const RowAccess &access) {
    json.object([&] {
      json.attribute("argument", int64_t(access.operand));
      json.attribute("access", access.isWrite ? "write" : "read");
      if (access.isRing)
        json.attribute("ring", true);
      json.attribute("element", access.elementBytes);
      list("dims", flatten(access.dims));
      json.attributeArray("firings", [&] {
        for (const auto &firing : access.firings) {
          std::vector<int64_t> rows;
          for (const RowAccess::Row &row : firing)
            rows.insert(rows.end(), {row.number, row.offset});
          json.rawValue(text(rows));
        }
      });
    });
  }

  void writeBound() {
    LiveWitness witness = findLiveWitness(variant, steps, lifetimes);
    json.attribute("bytes", witness.bytes);
    if (witness.step)
      json.attribute("step", *witness.step);
    json.attributeArray("alive", [&] {
      for (auto [buffer, bytes] : witness.alive)
        json.rawValue(text({int64_t(buffer), bytes}));
    });
  }

  const PackageDescription &package;
  const Variant &variant;
  json::OStream &json;
  Steps steps;
  std::vector<PlaceLifetime> lifetimes;
};

} // namespace

void emitCertificate(const PackageDescription &package, raw_ostream &os) {
  json::OStream json(os, /*IndentSize=*/1);
  auto ports = [&](StringRef key, ArrayRef<Port> list) {
    json.attributeArray(key, [&] {
      for (const Port &port : list)
        json.object([&] {
          json.attribute("name", json::fixUTF8(port.name));
          json.attribute("bytes", port.bytes);
          json.attribute("in_arena", port.arenaOffset.has_value());
          if (port.rows)
            json.attribute("streamed", true);
        });
    });
  };
  json.object([&] {
    json.attribute("megcc", MEGCC_VERSION);
    json.attribute("version", 1);
    json.attribute("name", package.name);
    json.attribute("ram_bytes", package.ramBytes());
    json.attribute("arena_bytes", package.arenaBytes);
    json.attribute("io_bytes", package.ioBytes());
    json.attribute("context_bytes", package.contextBytes());
    json.attribute("weights_bytes", package.weightsBytes);
    json.attribute("stack_bytes", package.stackBytes());
    json.attribute("interface_stack_bytes", interfaceStackBytes);
    json.attribute("address_bytes", addressBytes);
    ports("inputs", package.inputs);
    ports("outputs", package.outputs);
    json.attributeArray("levels", [&] {
      for (const Variant &variant : package.variants)
        json.object([&] { CertificateWriter(package, variant, json).write(); });
    });
  });
  os << '\n';
}

} // namespace megcc
