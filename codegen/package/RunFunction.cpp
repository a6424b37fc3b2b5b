//===- RunFunction.cpp - The network as a list of layers ------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The function of the layers is the network as a list, one call per layer:
//
//     /* 3: /features/2/conv/1: GEMM 3136x24x96, tile 14x2x16; 7.2 M MACs;
//        arena 0+1204224 -> 1204224+301056 */
//     gemm_f32_3136x24x96(ARENA(float, 0), WEIGHTS(float, 45056),
//                         ARENA(float, 1204224));
//     MOBILENET_LAYER_HOOK(3, "/features/2/conv/1", ARENA(float, 1204224),
//                          301056);
//
// Layers that take turns are calls in a loop over ticks:
//
//     for (int32_t tick = 0; tick < 226; ++tick) {
//       /* 4: ... */
//       if (tick >= 3 && (tick - 3) % 2 == 0 && tick < 227) {
//         gemm_f32_112x24x96(..., (tick - 3) / 2);
//         MOBILENET_LAYER_HOOK(4, ..., 0);
//       }
//
//===----------------------------------------------------------------------===//

#include "codegen/package/RunFunction.h"
#include "runtime-stubs/RuntimeStubs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"

using namespace llvm;

namespace megcc {

/// "7.2 M".
static std::string humanCount(int64_t count) {
  std::string text;
  raw_string_ostream os(text);
  if (count >= 100000000)
    os << format("%.1f G", double(count) * 1e-9);
  else if (count >= 100000)
    os << format("%.1f M", double(count) * 1e-6);
  else
    os << count;
  return text;
}

static std::string joined(ArrayRef<std::string> parts, StringRef separator) {
  return llvm::join(parts, separator);
}

void printComment(raw_ostream &os, StringRef text, StringRef indent) {
  constexpr size_t width = 77;
  std::string line = (indent + "/*").str();
  SmallVector<StringRef> words;
  text.split(words, ' ', -1, /*KeepEmpty=*/false);
  for (StringRef word : words) {
    if (line.size() + 1 + word.size() > width &&
        line.size() > indent.size() + 3) {
      os << line << '\n';
      line = (indent + "  ").str();
    }
    (line += ' ') += word;
  }
  os << line << " */\n";
}

static std::string operandText(const PackageDescription &package,
                               const Operand &operand) {
  std::string view =
      "(" + operand.cType + ", " + std::to_string(operand.offset) + ")";
  switch (operand.kind) {
  case Operand::Arena: {
    const ArenaRegion &region = package.regionAt(operand.offset);
    return StringRef(region.name).upper() + "(" + operand.cType + ", " +
           std::to_string(operand.offset - region.base) + ")";
  }
  case Operand::Weights:
    return "WEIGHTS" + view;
  case Operand::Stack:
    return "NUMBER" + view;
  case Operand::Input:
  case Operand::Output:
    break;
  }
  bool isInput = operand.kind == Operand::Input;
  const Port &port =
      isInput ? package.inputs[operand.port] : package.outputs[operand.port];
  // The interface's type differs from the kernel's where C has no name for the
  // latter, and in signedness.
  if (port.cType == operand.cType && operand.offset == 0)
    return port.parameter;
  return std::string(isInput ? "INPUT(" : "OUTPUT(") + operand.cType + ", " +
         port.parameter + ", " + std::to_string(operand.offset) + ")";
}

/// "arena 0+1204224 -> 1204224+301056": what the layer reads and writes there.
/// With several memories their names stand before the numbers.
static std::string arenaText(const PackageDescription &package,
                             const Layer &layer) {
  std::string text;
  for (bool written : {false, true}) {
    bool first = true;
    for (const Operand &operand : layer.operands) {
      if (operand.kind != Operand::Arena || operand.written != written)
        continue;
      const ArenaRegion &region = package.regionAt(operand.offset);
      text += first ? (written ? " -> " : " ") : ", ";
      if (package.hasRegions())
        text += region.name + " ";
      text += std::to_string(operand.offset - region.base) + "+" +
              std::to_string(operand.bytes);
      first = false;
    }
  }
  if (text.empty())
    return text;
  return (package.hasRegions() ? ";" : "; arena") + text;
}

void printCall(raw_ostream &os, StringRef name, ArrayRef<std::string> arguments,
               StringRef indent) {
  os << fillLines((indent + name + "(").str(), arguments, ",", ");",
                  (indent + "    ").str())
     << '\n';
}

void printLayerComment(const PackageDescription &package, const Layer &layer,
                       size_t index, StringRef indent, raw_ostream &os) {
  std::string nodes = commentText(joined(layer.nodes, " + "));
  std::string comment = std::to_string(index) + ": " + nodes;
  if (!layer.description.empty())
    comment += ": " + commentText(layer.description);
  if (layer.macs)
    comment += "; " + humanCount(layer.macs) + " MACs";
  printComment(os, comment + arenaText(package, layer), indent);
}

/// "(tick - 3) / 2": which slice it is in this tick.
static std::string sliceText(const Turn &turn) {
  std::string slice = "tick";
  if (turn.start != 0)
    slice = "(tick - " + std::to_string(turn.start) + ")";
  return turn.period == 1 ? slice : slice + " / " + std::to_string(turn.period);
}

/// When that slice exists.
static std::string turnCondition(const Turn &turn) {
  std::vector<std::string> conditions;
  std::string start = std::to_string(turn.start);
  if (turn.start != 0)
    conditions.push_back("tick >= " + start);
  if (turn.period != 1)
    conditions.push_back((turn.start ? "(tick - " + start + ")" : "tick") +
                         " % " + std::to_string(turn.period) + " == 0");
  conditions.push_back("tick < " +
                       std::to_string(turn.start + turn.period * turn.count));
  return joined(conditions, " && ");
}

std::vector<std::string> callArguments(const PackageDescription &package,
                                       const Layer &layer) {
  std::vector<std::string> arguments;
  for (const Operand &operand : layer.operands)
    arguments.push_back(operandText(package, operand));
  arguments.insert(arguments.end(), layer.parameters.begin(),
                   layer.parameters.end());
  if (layer.turn)
    arguments.push_back(sliceText(*layer.turn));
  return arguments;
}

void printHookCalls(const PackageDescription &package, const Layer &layer,
                    size_t index, StringRef indent, raw_ostream &os) {
  for (const Operand &operand : layer.operands)
    if (operand.written)
      printCall(os, package.macro + "_LAYER_HOOK",
                {std::to_string(index),
                 stringLiteral(joined(layer.nodes, " + ")),
                 operandText(package, operand), std::to_string(operand.bytes)},
                indent);
}

bool uses(const Variant &variant, function_ref<bool(const Operand &)> matches) {
  return any_of(variant.layers, [&](const Layer &layer) {
    return any_of(layer.operands, matches);
  });
}

SmallVector<const ArenaRegion *> usedRegions(const PackageDescription &package,
                                             const Variant &variant) {
  SmallVector<const ArenaRegion *> used;
  for (const ArenaRegion &region : package.regions)
    if (uses(variant, [&](const Operand &operand) {
          return operand.kind == Operand::Arena &&
                 &package.regionAt(operand.offset) == &region;
        }))
      used.push_back(&region);
  return used;
}

/// The macros that make a typed pointer of a place. Through void: alignment is
/// the planner's promise.
static void printViews(const PackageDescription &package,
                       const Variant &variant, raw_ostream &os) {
  bool casts[5] = {};
  for (const Layer &layer : variant.layers)
    for (const Operand &operand : layer.operands)
      casts[operand.kind] |=
          operand.kind == Operand::Arena || operand.kind == Operand::Weights ||
          operand.kind == Operand::Stack ||
          operandText(package, operand).find('(') != std::string::npos;
  for (const ArenaRegion *region : usedRegions(package, variant))
    os << "#define " << StringRef(region->name).upper()
       << "(type, offset) ((type *)(void *)(" << region->name
       << " + (offset)))\n";
  if (casts[Operand::Stack])
    os << "#define NUMBER(type, offset) "
          "((type *)(void *)(numbers + (offset)))\n";
  if (casts[Operand::Weights])
    os << "#define WEIGHTS(type, offset) "
          "((const type *)(const void *)(weights + (offset)))\n";
  if (casts[Operand::Input])
    os << "#define INPUT(type, pointer, offset) \\\n"
          "    ((const type *)(const void *)"
          "((const unsigned char *)(pointer) + (offset)))\n";
  if (casts[Operand::Output])
    os << "#define OUTPUT(type, pointer, offset) \\\n"
          "    ((type *)(void *)((unsigned char *)(pointer) + (offset)))\n";
}

/// (void)x; for what no layer touches: compilers warn.
static void printUnused(const PackageDescription &package,
                        const Variant &variant, bool usesContext,
                        raw_ostream &os) {
  if (!usesContext)
    os << "  (void)ctx;\n";
  for (auto kind : {Operand::Input, Operand::Output})
    for (auto [i, port] :
         enumerate(kind == Operand::Input ? package.inputs : package.outputs))
      if (port.isCallers() &&
          !uses(variant, [&, i = i](const Operand &operand) {
            return operand.kind == kind && operand.port == i;
          }))
        os << "  (void)" << port.parameter << ";\n";
}

std::string layersPrototype(const PackageDescription &package,
                            const Variant &variant) {
  std::vector<std::string> parameters = portParameters(package);
  // A pool in the context is not constant.
  StringRef access = package.threads == ThreadsForm::Pool ? "" : "const ";
  parameters.insert(parameters.begin(),
                    (access + package.name + "_context *ctx").str());
  StringRef storage = package.hasLevels() ? "" : "static ";
  return fillLines((storage + (package.hasStreamedInputs() ? "int " : "void ") +
                    package.name + "_layers" + variant.suffix + "(")
                       .str(),
                   parameters, ",", ")", "    ");
}

/// Asks the caller for a row; what else than 0 it returns ends the run.
static void printRequest(const PackageDescription &package, const Layer &layer,
                         StringRef indent, bool isShared, raw_ostream &os) {
  const Port &port = package.inputs[layer.request->port];
  const Operand &ring = layer.operands.front();
  std::string slice = sliceText(*layer.turn);
  const ArenaRegion &region = package.regionAt(ring.offset);
  std::string place = std::to_string(ring.offset - region.base);
  if (layer.request->places > 1)
    place += " + " + slice + " % " + std::to_string(layer.request->places) +
             " * " + std::to_string(port.rows->rowBytes());
  std::string from = isShared ? "call->" : "";
  os << fillLines((indent + "const int status = " + from + port.parameter + "(")
                      .str(),
                  {from + port.rows->user, "(uint32_t)(" + slice + ")",
                   StringRef(region.name).upper() + "(" + port.cType + ", " +
                       place + ")"},
                  ",", ");", (indent + "    ").str())
     << '\n'
     << indent << "if (status != 0)";
  if (isShared)
    os << " {\n"
       << indent << "  *call->status = status;\n"
       << indent << "  return;\n"
       << indent << "}\n";
  else
    os << '\n' << indent << "  return status;\n";
}

size_t lastOfStream(const Variant &variant, size_t first) {
  size_t last = first;
  while (last + 1 < variant.layers.size() && variant.layers[last + 1].turn &&
         variant.layers[last + 1].turn->stream ==
             variant.layers[first].turn->stream)
    ++last;
  return last;
}

void printStream(const PackageDescription &package, const Variant &variant,
                 size_t first, StringRef indent, bool isShared,
                 raw_ostream &os) {
  size_t last = lastOfStream(variant, first);
  os << indent << "/* Layers " << first << " to " << last
     << " take turns, a few rows at a time. */\n"
     << indent << "for (int32_t tick = 0; tick < "
     << variant.streams[variant.layers[first].turn->stream] << "; ++tick) {\n";
  std::string inner = (indent + "    ").str();
  for (size_t i = first; i <= last; ++i) {
    const Layer &layer = variant.layers[i];
    if (i != first)
      os << '\n';
    printLayerComment(package, layer, i, (indent + "  ").str(), os);
    os << indent << "  if (" << turnCondition(*layer.turn) << ") {\n";
    if (layer.request) {
      printRequest(package, layer, inner, isShared, os);
    } else {
      std::vector<std::string> arguments = callArguments(package, layer);
      // All of its units.
      if (layer.units) {
        arguments.push_back("0");
        arguments.push_back(std::to_string(layer.units));
        if (layer.steps > 1) {
          arguments.push_back("0");
          arguments.push_back(std::to_string(layer.steps));
        }
      }
      printCall(os, layer.kernel, arguments, inner);
    }
    // There is no output as a whole to be compared.
    printCall(os, package.macro + "_LAYER_HOOK",
              {std::to_string(i), stringLiteral(joined(layer.nodes, " + ")),
               operandText(package, layer.operands.back()), "0"},
              inner);
    os << indent << "  }\n";
  }
  os << indent << "}\n";
}

/// The layers in order, on the calling thread.
static void printLayers(const PackageDescription &package,
                        const Variant &variant, raw_ostream &os) {
  auto isIn = [](Operand::Kind kind) {
    return [kind](const Operand &operand) { return operand.kind == kind; };
  };
  SmallVector<const ArenaRegion *> used = usedRegions(package, variant);
  bool usesWeights = uses(variant, isIn(Operand::Weights));
  for (const ArenaRegion *region : used)
    os << "  unsigned char *" << region->name << " = (unsigned char *)ctx->"
       << region->name << ";\n";
  if (usesWeights)
    os << "  const unsigned char *weights = "
          "(const unsigned char *)ctx->weights;\n";
  if (variant.numberBytes)
    os << "  /* Single numbers that layers leave each other. */\n"
          "  _Alignas(16) unsigned char numbers["
       << variant.numberBytes << "];\n";
  printUnused(package, variant, !used.empty() || usesWeights, os);
  for (size_t i = 0; i < variant.layers.size(); ++i) {
    const Layer &layer = variant.layers[i];
    os << '\n';
    if (layer.turn) {
      printStream(package, variant, i, "  ", /*isShared=*/false, os);
      i = lastOfStream(variant, i);
      continue;
    }
    printLayerComment(package, layer, i, "  ", os);
    printCall(os, layer.kernel, callArguments(package, layer), "  ");
    printHookCalls(package, layer, i, "  ", os);
  }
}

void emitLayers(const PackageDescription &package, const Variant &variant,
                raw_ostream &os) {
  printTemplate(os, runtimeStub("package/hook.c.in"), templateValues(package));
  printViews(package, variant, os);
  bool isShared = package.hasThreads() && !variant.layers.empty();
  if (isShared)
    emitSharedLayers(package, variant, os);

  // Other files see it under several levels: declared before it is defined.
  if (package.hasLevels())
    os << '\n' << layersPrototype(package, variant) << ";\n";
  os << '\n' << layersPrototype(package, variant) << " {\n";
  if (isShared)
    printSharedRun(package, variant, os);
  else
    printLayers(package, variant, os);
  if (package.hasStreamedInputs())
    os << "  return " << (isShared ? "status" : package.macro + "_OK") << ";\n";
  os << "}\n";
}

} // namespace megcc
