//===- Header.cpp - NAME.h ------------------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The text is runtime-stubs/package/header.h.in; here are the parts that
// depend on the model's inputs and outputs.
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Emitters.h"
#include "runtime-stubs/RuntimeStubs.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace megcc {

/// What a context holds for NAME_pool.c, which checks it: three words for each
/// thread, and the rest.
constexpr int64_t poolBytes = 24 * maxThreads + 512;

/// As header.h.in declares it: NAME.c checks that.
int64_t PackageDescription::contextBytes() const {
  constexpr int64_t word = 8;
  int64_t words = 3; // version, arena, weights
  bool hasUser = threads == ThreadsForm::User;
  if (hasLevels() || hasUser)
    ++words; // level, number of threads
  if (hasUser)
    words += 2; // parallel_for, user
  return words * word + (threads == ThreadsForm::Pool ? poolBytes : 0);
}

/// 1605632U, as the preprocessor and MISRA C like it.
static std::string unsignedLiteral(int64_t value) {
  return std::to_string(value) + (value > UINT32_MAX ? "ULL" : "U");
}

std::vector<std::string> portParameters(const PackageDescription &package) {
  std::vector<std::string> parameters;
  if (package.ioInArena())
    return parameters;
  for (const auto *ports : {&package.inputs, &package.outputs})
    for (const Port &port : *ports)
      parameters.push_back((ports == &package.inputs ? "const " : "") +
                           port.cType + " " + port.parameter + "[" +
                           arrayExtent(port.shape) + "]");
  return parameters;
}

std::string runPrototype(const PackageDescription &package) {
  std::vector<std::string> parameters = portParameters(package);
  parameters.insert(parameters.begin(), package.name + "_context *ctx");
  return fillLines("int " + package.name + "_run(", parameters, ",", ")",
                   "    ");
}

static std::string inferPrototype(const PackageDescription &package) {
  std::vector<std::string> parameters = portParameters(package);
  parameters.push_back("void *arena");
  return fillLines("int " + package.name + "_infer(", parameters, ",", ")",
                   "    ");
}

/// The call of NAME_run at the end of NAME_infer.
static std::string runCall(const PackageDescription &package) {
  std::vector<std::string> arguments = {"&ctx"};
  if (package.ioInArena())
    return "  return " + package.name + "_run(&ctx);";
  for (const auto *ports : {&package.inputs, &package.outputs})
    for (const Port &port : *ports)
      arguments.push_back(port.parameter);
  return fillLines("  return " + package.name + "_run(", arguments, ",", ");",
                   "      ");
}

/// NAME_INPUT_BYTES and the like.
static std::string portSizes(const PackageDescription &package) {
  std::string text;
  raw_string_ostream os(text);
  for (const auto *ports : {&package.inputs, &package.outputs})
    for (const Port &port : *ports) {
      std::string name =
          package.macro + "_" + StringRef(port.parameter).upper();
      os << "#define " << name << "_BYTES " << unsignedLiteral(port.bytes)
         << '\n';
      if (port.arenaOffset)
        os << "#define " << name << "_OFFSET "
           << unsignedLiteral(*port.arenaOffset) << '\n';
    }
  return text;
}

/// One line per port: its name in the model, type and shape.
static std::string portComment(const PackageDescription &package) {
  std::string text;
  raw_string_ostream os(text);
  for (const auto *ports : {&package.inputs, &package.outputs})
    for (const Port &port : *ports) {
      if (!text.empty())
        os << '\n';
      os << (ports == &package.inputs ? "   in:  " : "   out: ")
         << port.parameter << ", " << port.elementType << ' '
         << shapeText(port.shape);
      if (port.name != port.parameter)
        os << ", \"" << commentText(port.name) << "\" in the model";
    }
  return text;
}

/// The enumerators of the variants; empty where there is one.
static std::string levels(const PackageDescription &package) {
  std::string text;
  if (!package.hasLevels())
    return text;
  for (auto [i, variant] : enumerate(package.variants))
    text +=
        ",\n  " + levelName(package, variant) + " = " + std::to_string(i + 1);
  return text;
}

/// Whether a processor of the architecture may lack instructions that `init`
/// can ask for.
static bool asksProcessor(const PackageDescription &package) {
  const Target &target = package.best().target;
  return target.architecture == Architecture::X86 ||
         target.hardwareCapabilities != 0;
}

/// The prototypes that the user implements.
static std::string customOperators(const PackageDescription &package) {
  std::string text;
  raw_string_ostream os(text);
  if (package.customOperators.empty())
    return text;
  os << "/* Operators of the model that the program supplies. */\n";
  for (const CustomOperator &op : package.customOperators)
    os << "/* " << commentText(op.comment) << " */\n"
       << fillLines("void " + op.function + "(", op.parameters, ",", ");",
                    "    ")
       << '\n';
  os << '\n';
  return text;
}

TemplateValues templateValues(const PackageDescription &package) {
  auto flag = [](bool value) { return std::string(value ? "1" : ""); };
  StringRef form = package.weightsForm == WeightsForm::File
                       ? "the bytes of "
                       : "not read: the weights are linked in";
  std::string weightsComment = form.str();
  if (package.weightsForm == WeightsForm::File)
    weightsComment += package.name + "_weights.bin, aligned like the arena";
  bool hasArena = package.arenaBytes != 0;
  bool hasPool = package.threads == ThreadsForm::Pool;
  bool hasUser = package.threads == ThreadsForm::User;
  return {
      {"name", package.name},
      {"NAME", package.macro},
      {"target", package.targetNames(", ")},
      // What a processor must have for any variant to run.
      {"needed", package.variants.front().target.name.str() +
                     (package.hasLevels() ? " or of config.level" : "")},
      {"levels", levels(package)},
      {"arena_bytes", std::to_string(package.arenaBytes)},
      {"context_bytes", std::to_string(package.contextBytes())},
      {"ram_bytes", std::to_string(package.ramBytes())},
      {"ram_comment", package.ioInArena()
                          ? "the arena and the context; inputs and outputs "
                            "lie in the arena, at the\n   offsets given"
                          : "the arena, the caller's inputs and outputs, and "
                            "the context"},
      {"run_comment",
       package.ioInArena()
           ? "Runs the network once: takes the inputs from their places in the "
             "arena,\n   which it destroys, and leaves the outputs in theirs."
           : "Runs the network once. Outputs may not overlap inputs or each "
             "other; each\n   array is aligned to its type, no more."},
      {"alignment", unsignedLiteral(packageAlignment)},
      {"weights_bytes", unsignedLiteral(package.weightsBytes)},
      {"stack_bytes", unsignedLiteral(package.stackBytes())},
      {"stack_users",
       package.customOperators.empty() ? "" : " besides your own operators"},
      {"port_sizes", portSizes(package)},
      {"port_comment", portComment(package)},
      {"no_arena", hasArena ? "" : "; may be NULL here"},
      {"weights_comment", weightsComment},
      {"weights_bytes_comment", package.hasWeightsFile()
                                    ? package.macro + "_WEIGHTS_BYTES"
                                    : "not read"},
      {"run_prototype", runPrototype(package)},
      {"infer_prototype", inferPrototype(package)},
      {"run_call", runCall(package)},
      {"custom_operators", customOperators(package)},
      {"asks_cpu", flag(!package.hasLevels() && asksProcessor(package))},
      {"infer", flag(!package.hasWeightsFile())},
      {"arena", flag(hasArena)},
      {"weights", flag(package.hasWeights())},
      {"weights_file", flag(package.hasWeightsFile())},
      {"weights_linked",
       flag(package.hasWeights() && !package.hasWeightsFile())},
      {"threads", flag(package.hasThreads())},
      {"pool", flag(hasPool)},
      {"user", flag(hasUser)},
      {"one_thread",
       package.hasThreads() ? ", on the calling\n   thread alone" : ""},
      // The config of each form has fields of its own.
      {"config_version", hasPool   ? "2U"
                         : hasUser ? "3U"
                                   : "1U"},
      {"max_threads", unsignedLiteral(maxThreads)},
      {"threads_error",
       hasPool ? "the number of threads is not allowed, or they do not start"
               : "the number of threads is not allowed, or needs parallel_for"},
      {"pool_words", unsignedLiteral(poolBytes / 8)},
      {"incbin", flag(package.hasWeights() &&
                      package.weightsForm == WeightsForm::Incbin)},
  };
}

void emitHeader(const PackageDescription &package, raw_ostream &os) {
  printTemplate(os, runtimeStub("package/header.h.in"),
                templateValues(package));
}

} // namespace megcc
