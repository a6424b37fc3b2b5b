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

/// What a context holds for NAME_pool.c, which checks it: three words and a
/// half for each thread, and the rest.
constexpr int64_t poolBytes = 28 * maxThreads + 512;

/// As header.h.in declares it: NAME.c checks that.
int64_t PackageDescription::contextBytes() const {
  constexpr int64_t word = 8;
  int64_t words = 2; // version, weights
  words += regions.size();
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

/// The type of the function that gives rows of `port`.
static std::string rowType(const PackageDescription &package,
                           const Port &port) {
  return package.name + "_" + port.rows->name;
}

std::vector<std::string> portParameters(const PackageDescription &package) {
  std::vector<std::string> parameters;
  for (const auto *ports : {&package.inputs, &package.outputs})
    for (const Port &port : *ports) {
      if (port.rows) {
        parameters.push_back(rowType(package, port) + " " + port.parameter);
        parameters.push_back("void *" + port.rows->user);
      }
      if (port.isCallers())
        parameters.push_back((ports == &package.inputs ? "const " : "") +
                             port.cType + " " + port.parameter + "[" +
                             arrayExtent(port.shape) + "]");
    }
  return parameters;
}

std::vector<std::string> portArguments(const PackageDescription &package,
                                       StringRef first) {
  std::vector<std::string> arguments = {first.str()};
  for (const auto *ports : {&package.inputs, &package.outputs})
    for (const Port &port : *ports) {
      if (!port.arenaOffset)
        arguments.push_back(port.parameter);
      if (port.rows)
        arguments.push_back(port.rows->user);
    }
  return arguments;
}

std::string runPrototype(const PackageDescription &package) {
  std::vector<std::string> parameters = portParameters(package);
  parameters.insert(parameters.begin(), package.name + "_context *ctx");
  return fillLines("int " + package.name + "_run(", parameters, ",", ")",
                   "    ");
}

static std::string inferPrototype(const PackageDescription &package) {
  std::vector<std::string> parameters = portParameters(package);
  for (const ArenaRegion &region : package.regions)
    parameters.push_back("void *" + region.name);
  return fillLines("int " + package.name + "_infer(", parameters, ",", ")",
                   "    ");
}

/// The call of NAME_run at the end of NAME_infer.
static std::string runCall(const PackageDescription &package) {
  return fillLines("  return " + package.name + "_run(",
                   portArguments(package, "&ctx"), ",", ");", "      ");
}

/// Lines that a template ends itself.
static std::string withoutNewline(const std::string &lines) {
  return StringRef(lines).rtrim('\n').str();
}

/// NAME_FAST_BYTES and the like, where the user named memories.
static std::string regionSizes(const PackageDescription &package) {
  std::string text;
  for (const ArenaRegion &region : package.regions)
    if (package.hasRegions())
      text += "#define " + package.macro + "_" +
              StringRef(region.name).upper() + "_BYTES " +
              std::to_string(region.bytes) + "\n";
  return text;
}

/// The fields of the config that lend memories.
static std::string regionFields(const PackageDescription &package) {
  std::string text;
  for (const auto &[i, region] : enumerate(package.regions)) {
    std::string what = !package.hasRegions() ? "working memory"
                       : i == 0              ? "the fastest memory"
                                             : "slower memory";
    std::string macro = package.macro + "_" + StringRef(region.name).upper();
    // Comments stand in line with those of the other fields.
    auto add = [&](const std::string &field, const std::string &comment) {
      constexpr unsigned column = 24;
      text += field;
      text.append(field.size() < column ? column - field.size() : 1, ' ');
      text += "/* " + comment + " */\n";
    };
    add("  void *" + region.name + ";",
        what + ", aligned to " + package.macro + "_ARENA_ALIGNMENT" +
            (region.bytes == 0 ? "; may be NULL here" : ""));
    add("  size_t " + region.name + "_bytes;", "at least " + macro + "_BYTES");
  }
  return text;
}

static std::string regionPointers(const PackageDescription &package) {
  std::string text;
  for (const ArenaRegion &region : package.regions)
    text += "  void *" + region.name + ";\n";
  return text;
}

/// In NAME_init: what was lent.
static std::string regionChecks(const PackageDescription &package) {
  std::string text;
  for (const ArenaRegion &region : package.regions) {
    if (region.bytes == 0)
      continue;
    std::string field = "config->" + region.name;
    std::vector<std::string> tests = {
        field + " == NULL",
        field + "_bytes < " + package.macro + "_" +
            StringRef(region.name).upper() + "_BYTES",
        "(uintptr_t)" + field + " % " + package.macro +
            "_ARENA_ALIGNMENT != 0"};
    text += fillLines("  if (", tests, " ||", ")", "      ") + "\n    return " +
            package.macro + "_ERROR_ARENA;\n";
  }
  return text;
}

static std::string regionCopies(const PackageDescription &package) {
  std::string text;
  for (const ArenaRegion &region : package.regions)
    text += "  ctx->" + region.name + " = config->" + region.name + ";\n";
  return text;
}

/// In NAME_infer.
static std::string regionLoans(const PackageDescription &package) {
  std::string text;
  for (const ArenaRegion &region : package.regions)
    text += "  config." + region.name + " = " + region.name + ";\n  config." +
            region.name + "_bytes = " + package.macro + "_" +
            StringRef(region.name).upper() + "_BYTES;\n";
  return text;
}

/// In NAME_init: the weights that are read from faster memory.
static std::string preloads(const PackageDescription &package) {
  std::string text;
  for (const Preload &preload : package.preloads) {
    const ArenaRegion &region = package.regionAt(preload.arenaOffset);
    text += "  copy_bytes((unsigned char *)ctx->" + region.name + " + " +
            std::to_string(preload.arenaOffset - region.base) +
            ",\n             (const unsigned char *)ctx->weights + " +
            std::to_string(preload.weightsOffset) + ", " +
            std::to_string(preload.bytes) + "U);\n";
  }
  return text;
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
           << unsignedLiteral(*port.arenaOffset -
                              package.regionAt(*port.arenaOffset).base)
           << '\n';
      if (port.rows) {
        std::string row =
            package.macro + "_" + StringRef(port.rows->name).upper();
        os << "#define " << row << "_COUNT "
           << unsignedLiteral(port.rows->count) << "\n#define " << row
           << "_BYTES " << unsignedLiteral(port.rows->rowBytes()) << '\n';
      }
    }
  return text;
}

/// Which elements row r of a streamed input has: "input[:][:][r][:]".
static std::string rowText(const Port &port) {
  const PortRows &rows = *port.rows;
  if (!rows.dim)
    return std::to_string(rows.planes) + " times " +
           std::to_string(rows.bytes) + " bytes, from byte r * " +
           std::to_string(rows.bytes) + " of each " +
           std::to_string(rows.bytes * rows.count) + " on";
  std::string text = port.parameter;
  for (size_t i = 0; i < port.shape.size(); ++i)
    text += i == *rows.dim ? "[r]" : "[:]";
  return text;
}

/// The types of the functions that give rows of streamed inputs.
static std::string rowTypes(const PackageDescription &package) {
  std::string text;
  raw_string_ostream os(text);
  for (const Port &port : package.inputs) {
    if (!port.rows)
      continue;
    std::string row = package.macro + "_" + StringRef(port.rows->name).upper();
    printComment(os,
                 "Gives a row of " + port.parameter +
                     ", which is nowhere as a whole: writes the " + row +
                     "_BYTES of row r, " + rowText(port) + " as " +
                     shapeText(port.rows->shape) + ' ' + port.elementType +
                     ", to data. " + package.name +
                     "_run calls it, on its thread, once for each row from 0 "
                     "to " +
                     row +
                     "_COUNT - 1 in order, with the user that it was "
                     "given. Returns 0, or an error code of yours that ends "
                     "the run and that it returns: negative ones differ from "
                     "those above.",
                 "");
    os << fillLines("typedef int (*" + rowType(package, port) + ")(",
                    {"void *user", "uint32_t r", port.cType + " *data"}, ",",
                    ");", "    ")
       << "\n\n";
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
      if (port.rows)
        os << ", row by row";
      if (port.name != port.parameter)
        os << ", \"" << commentText(port.name) << "\" in the model";
      if (port.arenaOffset && package.hasRegions())
        os << ", in " << package.regionAt(*port.arenaOffset).name;
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

/// Each form of the config, which has fields of its own, has a version.
static unsigned configVersion(const PackageDescription &package) {
  constexpr unsigned forms = 16;
  unsigned threads = package.threads == ThreadsForm::Pool   ? 2
                     : package.threads == ThreadsForm::User ? 3
                                                            : 1;
  return threads + (package.hasRegions() ? forms * package.regions.size() : 0);
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
                            "lie in the arena, at the\n   offsets given" +
                                std::string(package.hasStreamedInputs()
                                                ? ", and rows of inputs"
                                                : "")
                          : "the arena, the caller's inputs and outputs, and "
                            "the context"},
      {"run_comment",
       package.ioInArena() && package.hasStreamedInputs()
           ? "Runs the network once, asking for the rows of inputs, and leaves "
             "the\n   outputs in their places in the arena."
       : package.ioInArena()
           ? "Runs the network once: takes the inputs from their places in the "
             "arena,\n   which it destroys, and leaves the outputs in theirs."
       : package.hasStreamedInputs()
           ? "Runs the network once. Outputs may not overlap inputs or each "
             "other; each\n   array is aligned to its type, no more. What a "
             "function for rows returns ends\n   the run unless it is 0."
           : "Runs the network once. Outputs may not overlap inputs or each "
             "other; each\n   array is aligned to its type, no more."},
      {"alignment", unsignedLiteral(packageAlignment)},
      {"weights_bytes", unsignedLiteral(package.weightsBytes)},
      {"stack_bytes", unsignedLiteral(package.stackBytes())},
      {"stack_users",
       package.customOperators.empty() && !package.hasStreamedInputs()
           ? ""
           : " besides your own functions"},
      {"port_sizes", portSizes(package)},
      {"port_comment", portComment(package)},
      {"region_sizes", withoutNewline(regionSizes(package))},
      {"region_fields", withoutNewline(regionFields(package))},
      {"region_pointers", withoutNewline(regionPointers(package))},
      {"region_checks", withoutNewline(regionChecks(package))},
      {"region_copies", withoutNewline(regionCopies(package))},
      {"region_loans", withoutNewline(regionLoans(package))},
      {"preloads", withoutNewline(preloads(package))},
      {"weights_comment", weightsComment},
      {"weights_bytes_comment", package.hasWeightsFile()
                                    ? package.macro + "_WEIGHTS_BYTES"
                                    : "not read"},
      {"row_types", rowTypes(package)},
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
      {"hook_calls",
       flag(!package.hasThreads() || any_of(package.variants,
                                            [](const Variant &variant) {
                                              return !variant.streams.empty();
                                            }))},
      {"pool", flag(hasPool)},
      {"user", flag(hasUser)},
      {"one_thread",
       package.hasThreads() ? ", on the calling\n   thread alone" : ""},
      // The config of each form has fields of its own.
      {"config_version", std::to_string(configVersion(package)) + "U"},
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
