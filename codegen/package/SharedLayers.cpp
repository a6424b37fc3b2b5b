//===- SharedLayers.cpp - Layers that threads share -----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The list of layers is a function of the layer's number and of a part of it:
//
//     static void mobilenet_layer(const struct mobilenet_call *call,
//         uint32_t layer, uint32_t part, uint32_t parts) {
//       unsigned char *const arena = call->arena;
//       const int32_t begin = mobilenet_unit(layer, part, parts);
//       const int32_t end = mobilenet_unit(layer, part + 1U, parts);
//
//       switch (layer) {
//       /* 3: /features/2/conv/1: GEMM 3136x24x96, tile 14x2x16; ... */
//       case 3:
//         gemm_f32_3136x24x96(ARENA(float, 0), ..., begin, end);
//         break;
//
// If layers run in steps, it is also a function of the step. Layers that take
// turns are one part, with the number of the last of them.
//
// With a pool each thread passes by all layers, taking parts that nobody has
// (run_pool.c.in); with the program's threads each layer is a call of
// parallel_for (run_user.c.in).
//
//===----------------------------------------------------------------------===//

#include "codegen/package/RunFunction.h"
#include "runtime-stubs/RuntimeStubs.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace megcc {

static auto isIn(Operand::Kind kind) {
  return [kind](const Operand &operand) { return operand.kind == kind; };
}

/// Whether threads may take units of `layer`.
static bool isShareable(const Layer &layer) {
  return layer.units && !layer.turn;
}

/// What all threads of one run see.
static void printCallStruct(const PackageDescription &package,
                            const Variant &variant, StringRef name,
                            raw_ostream &os) {
  os << "/* What the threads of a run share. */\n"
     << "struct " << name << "_call {\n";
  if (package.threads == ThreadsForm::User)
    os << "  uint32_t layer, parts" << (variant.hasSteps() ? ", step" : "")
       << ";\n";
  for (const ArenaRegion *region : usedRegions(package, variant))
    os << "  unsigned char *" << region->name << ";\n";
  if (uses(variant, isIn(Operand::Weights)))
    os << "  const unsigned char *weights;\n";
  for (const Port &port : package.inputs) {
    if (port.isCallers())
      os << "  const " << port.cType << " *" << port.parameter << ";\n";
    if (port.rows)
      os << "  " << package.name << '_' << port.rows->name << ' '
         << port.parameter << ";\n  void *" << port.rows->user << ";\n";
  }
  if (package.hasStreamedInputs())
    os << "  int *status;\n";
  for (const Port &port : package.outputs)
    if (!port.arenaOffset)
      os << "  " << port.cType << " *" << port.parameter << ";\n";
  os << "};\n\n";
}

/// Units and parts of each layer, and steps if there are any.
static void printSplits(const Variant &variant, StringRef name,
                        raw_ostream &os) {
  bool hasSteps = variant.hasSteps();
  const Layer onePart;
  std::vector<std::string> rows;
  for (const Layer &given : variant.layers) {
    const Layer &layer = given.turn ? onePart : given;
    std::string row =
        std::to_string(layer.units) + "U, " + std::to_string(layer.parts) + "U";
    if (hasSteps)
      row += ", " + std::to_string(layer.steps) + "U";
    rows.push_back("{" + row + "}");
  }
  os << "/* Of each layer: its units of work, "
     << (hasSteps ? "the most parts worth making,\n   and its steps, each of "
                    "which has these units. */\n"
                  : "and the most parts worth making. */\n")
     << fillLines(("static const uint32_t " + name + "_splits[" +
                   Twine(rows.size()) + "][" + (hasSteps ? "3" : "2") + "] = {")
                      .str(),
                  rows, ",", "};", "    ")
     << "\n\n"
     << "static uint32_t " << name
     << "_parts(uint32_t layer, uint32_t threads) {\n"
     << "  const uint32_t most = " << name << "_splits[layer][1];\n\n"
     << "  return most < threads ? most : threads;\n}\n\n";
  if (hasSteps)
    os << "/* What is one part has nobody to wait for. */\n"
       << "static uint32_t " << name
       << "_steps(uint32_t layer, uint32_t parts) {\n"
       << "  return parts > 1U ? " << name << "_splits[layer][2] : 1U;\n}\n\n";
  if (none_of(variant.layers, isShareable))
    return;
  os << "/* The first unit of a part. */\n"
     << "static int32_t " << name
     << "_unit(uint32_t layer, uint32_t part, uint32_t parts) {\n"
     << "  return (int32_t)((uint64_t)" << name
     << "_splits[layer][0] * part / parts);\n}\n\n";
}

/// Local names for the memory that `operands` mention.
static void printLocals(const PackageDescription &package,
                        ArrayRef<const Operand *> operands, raw_ostream &os) {
  auto mentions = [&](Operand::Kind kind, unsigned port) {
    return any_of(operands, [&](const Operand *operand) {
      return operand->kind == kind && operand->port == port;
    });
  };
  for (const ArenaRegion &region : package.regions)
    if (any_of(operands, [&](const Operand *operand) {
          return operand->kind == Operand::Arena &&
                 &package.regionAt(operand->offset) == &region;
        }))
      os << "  unsigned char *const " << region.name << " = call->"
         << region.name << ";\n";
  if (mentions(Operand::Weights, 0))
    os << "  const unsigned char *const weights = call->weights;\n";
  for (const auto &[i, port] : enumerate(package.inputs))
    if (mentions(Operand::Input, i))
      os << "  const " << port.cType << " *const " << port.parameter
         << " = call->" << port.parameter << ";\n";
  for (const auto &[i, port] : enumerate(package.outputs))
    if (mentions(Operand::Output, i))
      os << "  " << port.cType << " *const " << port.parameter << " = call->"
         << port.parameter << ";\n";
  if (operands.empty())
    os << "  (void)call;\n";
}

/// switch (layer) with the statements that `print` writes for each, and
/// `printTurns` for streams, of which it gets the first layer.
static void printSwitch(const Variant &variant, raw_ostream &os,
                        function_ref<void(const Layer &, size_t)> print,
                        function_ref<void(size_t)> printTurns) {
  os << "\n  switch (layer) {\n";
  for (size_t i = 0; i < variant.layers.size(); ++i) {
    if (!variant.layers[i].turn) {
      print(variant.layers[i], i);
      os << "    break;\n";
      continue;
    }
    if (printTurns) {
      os << "  case " << lastOfStream(variant, i) << ":\n";
      printTurns(i);
      os << "    break;\n";
    }
    i = lastOfStream(variant, i);
  }
  os << "  default:\n    break;\n  }\n}\n";
}

static void printLayer(const PackageDescription &package,
                       const Variant &variant, StringRef name,
                       raw_ostream &os) {
  bool hasSteps = variant.hasSteps();
  SmallVector<const Operand *> operands;
  for (const Layer &layer : variant.layers)
    for (const Operand &operand : layer.operands)
      operands.push_back(&operand);
  os << "static void " << name << "_layer(const struct " << name
     << "_call *call, uint32_t layer,\n    uint32_t part, uint32_t parts"
     << (hasSteps ? ", uint32_t step" : "") << ") {\n";
  printLocals(package, operands, os);
  if (any_of(variant.layers, isShareable))
    os << "  const int32_t begin = " << name << "_unit(layer, part, parts);\n"
       << "  const int32_t end = " << name
       << "_unit(layer, part + 1U, parts);\n";
  else
    os << "  (void)part;\n  (void)parts;\n";
  if (hasSteps)
    os << "  const int32_t first = (int32_t)step;\n"
       << "  const int32_t last = parts > 1U ? first + 1\n"
       << "                                  : (int32_t)" << name
       << "_splits[layer][2];\n";
  if (package.hasStreamedInputs())
    os << "\n  if (*call->status != 0)\n    return;\n";
  printSwitch(
      variant, os,
      [&](const Layer &layer, size_t i) {
        printLayerComment(package, layer, i, "  ", os);
        os << "  case " << i << ":\n";
        std::vector<std::string> arguments = callArguments(package, layer);
        if (layer.units) {
          arguments.push_back("begin");
          arguments.push_back("end");
          if (layer.steps > 1) {
            arguments.push_back("first");
            arguments.push_back("last");
          }
        }
        printCall(os, layer.kernel, arguments, "    ");
      },
      [&](size_t first) {
        printStream(package, variant, first, "    ", /*isShared=*/true, os);
      });
}

/// After a layer, on one thread.
static void printHook(const PackageDescription &package, const Variant &variant,
                      StringRef name, raw_ostream &os) {
  SmallVector<const Operand *> operands;
  for (const Layer &layer : variant.layers)
    for (const Operand &operand : layer.operands)
      if (operand.written && !layer.turn)
        operands.push_back(&operand);
  os << "\n#ifdef " << package.macro << "_LAYER_HOOK\n"
     << "static void " << name << "_hook(const struct " << name
     << "_call *call, uint32_t layer) {\n";
  printLocals(package, operands, os);
  printSwitch(
      variant, os,
      [&](const Layer &layer, size_t i) {
        os << "  case " << i << ":\n";
        printHookCalls(package, layer, i, "    ", os);
      },
      nullptr);
  os << "#endif\n\n";
}

static std::string printed(StringRef stub, const TemplateValues &values) {
  std::string text;
  raw_string_ostream os(text);
  printTemplate(os, runtimeStub(stub), values);
  return text;
}

void emitSharedLayers(const PackageDescription &package, const Variant &variant,
                      raw_ostream &os) {
  std::string name = package.name + variant.suffix;
  TemplateValues values = templateValues(package);
  values.emplace_back("variant", name);
  values.emplace_back("layers_count",
                      std::to_string(variant.layers.size()) + "U");
  if (variant.hasSteps())
    values.emplace_back("steps", "steps");
  bool hasPool = package.threads == ThreadsForm::Pool;
  os << '\n';
  if (hasPool)
    os << printed("package/pool_interface.h.in", values);
  printCallStruct(package, variant, name, os);
  printSplits(variant, name, os);
  printLayer(package, variant, name, os);
  printHook(package, variant, name, os);
  os << printed(hasPool ? "package/run_pool.c.in" : "package/run_user.c.in",
                values);
}

void printSharedRun(const PackageDescription &package, const Variant &variant,
                    raw_ostream &os) {
  std::string name = package.name + variant.suffix;
  bool hasPool = package.threads == ThreadsForm::Pool;
  os << "  struct " << name << "_call call;\n";
  if (package.hasStreamedInputs())
    os << "  int status = 0;\n\n  call.status = &status;\n";
  else
    os << '\n';
  for (const ArenaRegion *region : usedRegions(package, variant))
    os << "  call." << region->name << " = (unsigned char *)ctx->"
       << region->name << ";\n";
  if (uses(variant, isIn(Operand::Weights)))
    os << "  call.weights = (const unsigned char *)ctx->weights;\n";
  for (const auto *ports : {&package.inputs, &package.outputs})
    for (const Port &port : *ports)
      if (!port.arenaOffset)
        os << "  call." << port.parameter << " = " << port.parameter << ";\n";
  for (const Port &port : package.inputs)
    if (port.rows)
      os << "  call." << port.rows->user << " = " << port.rows->user << ";\n";
  if (hasPool)
    os << "  " << package.name << "_pool_run(ctx->pool, " << name
       << "_walk, &call);\n";
  else
    os << "  " << name << "_work(&call, ctx);\n";
}

void emitPool(const PackageDescription &package, raw_ostream &os) {
  TemplateValues values = templateValues(package);
  values.emplace_back("pool_interface",
                      printed("package/pool_interface.h.in", values));
  printTemplate(os, runtimeStub("package/pool.c.in"), values);
}

} // namespace megcc
