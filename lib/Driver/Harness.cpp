//===- Harness.cpp - Programs built around a package ----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/Harness.h"
#include "codegen/package/Emitters.h"
#include "codegen/package/Text.h"
#include "lib/Driver/WriteFile.h"
#include "runtime-stubs/RuntimeStubs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace megcc {

//===----------------------------------------------------------------------===//
// TemporaryFolder
//===----------------------------------------------------------------------===//

Expected<TemporaryFolder> TemporaryFolder::create() {
  SmallString<256> path;
  if (std::error_code ec = sys::fs::createUniqueDirectory("megcc", path))
    return createStringError(ec,
                             "cannot make a temporary folder: " + ec.message());
  return TemporaryFolder(std::string(path));
}

TemporaryFolder::~TemporaryFolder() {
  if (!folder.empty())
    sys::fs::remove_directories(folder);
}

std::string TemporaryFolder::file(const Twine &name) const {
  SmallString<256> path(folder);
  sys::path::append(path, name);
  return std::string(path);
}

//===----------------------------------------------------------------------===//
// Child processes
//===----------------------------------------------------------------------===//

/// Splits "ccache gcc" as an environment variable or a table spells it.
static std::vector<std::string> words(StringRef text) {
  SmallVector<StringRef> parts;
  text.split(parts, ' ', -1, /*KeepEmpty=*/false);
  return std::vector<std::string>(parts.begin(), parts.end());
}

/// What a compiler says first is what matters.
static std::string firstLines(StringRef text) {
  constexpr unsigned most = 20;
  StringRef rest = text;
  for (unsigned line = 0; line < most && !rest.empty(); ++line)
    rest = rest.split('\n').second;
  bool isWhole = rest.empty();
  text = text.drop_back(rest.size()).rtrim();
  return (text + (isWhole ? "" : "\n...")).str();
}

/// Runs `command`, whose first word is sought on PATH. Returns its standard
/// output; the error is what it printed on standard error.
static Expected<std::string> execute(ArrayRef<std::string> command,
                                     const TemporaryFolder &folder) {
  ErrorOr<std::string> program = sys::findProgramByName(command.front());
  if (!program)
    return createStringError(program.getError(),
                             "cannot find '" + command.front() + "' on PATH");
  SmallVector<StringRef> arguments(command.begin(), command.end());
  std::string out = folder.file("stdout"), err = folder.file("stderr");
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(out),
                                          StringRef(err)};
  std::string message;
  int code = sys::ExecuteAndWait(*program, arguments, std::nullopt, redirects,
                                 0, 0, &message);
  auto contents = [](StringRef file) {
    auto buffer = MemoryBuffer::getFile(file);
    return buffer ? (*buffer)->getBuffer().str() : std::string();
  };
  if (code == 0)
    return contents(out);
  message += contents(err);
  if (message.empty())
    message = "it ended with code " + std::to_string(code);
  return createStringError("'" + command.front() +
                           "' failed: " + firstLines(message));
}

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

/// True where this machine runs the target's programs itself.
static bool runsHere(const Target &target) {
#if defined(__x86_64__) || defined(_M_X64)
  return target.architecture == Architecture::Generic ||
         target.architecture == Architecture::X86;
#elif defined(__aarch64__) || defined(_M_ARM64)
  return target.architecture == Architecture::Generic ||
         target.architecture == Architecture::AArch64;
#else
  return target.architecture == Architecture::Generic;
#endif
}

/// The C compiler with its own arguments: the target's cross compiler, or CC,
/// or cc.
static Expected<std::vector<std::string>> compilerFor(const Target &target) {
  std::vector<std::string> compiler;
  if (!runsHere(target))
    compiler = words(target.crossCompiler);
  else if (std::optional<std::string> cc = sys::Process::GetEnv("CC"))
    compiler = words(*cc);
  if (compiler.empty())
    compiler = {"cc"};
  ErrorOr<std::string> program = sys::findProgramByName(compiler.front());
  if (!program || !sys::fs::can_execute(*program))
    return createStringError(
        "no C compiler for target " + target.name + ": '" + compiler.front() +
        "' is not there; install it" +
        (runsHere(target) ? " or name one in the environment variable CC"
                          : ""));
  return compiler;
}

/// The table of layers that take turns, each a struct turns of the adapter.
static std::string turnsTable(const PackageReport::Variant &variant) {
  std::string text;
  raw_string_ostream os(text);
  for (const auto &[i, layer] : enumerate(variant.layers)) {
    if (!layer.turns)
      continue;
    const PackageReport::Turns &turns = *layer.turns;
    os << "    {" << i;
    for (int64_t number :
         {turns.count, turns.firstRow, turns.rowStep, turns.rows, turns.places,
          turns.shift, turns.stride, turns.offset, turns.planes, turns.element,
          int64_t(turns.dims.size() / 2)})
      os << ", " << number;
    os << ", {";
    for (size_t dim = 0; dim + 1 < turns.dims.size(); dim += 2)
      os << '{' << turns.dims[dim] << ", " << turns.dims[dim + 1] << "}, ";
    os << "{0, 0}}},\n";
  }
  return text;
}

/// megcc_harness_model.h, through which a harness sees the package.
static std::string adapter(const PackageReport &report,
                           const PackageReport::Variant &variant,
                           unsigned threads) {
  auto sizes = [](ArrayRef<PackageReport::Port> ports) {
    std::string text;
    for (const PackageReport::Port &port : ports)
      text += std::to_string(port.bytes) + ", ";
    return text;
  };
  std::string fills, arguments, copiesIn, copiesOut, regions, loans, givers,
      checks;
  for (const auto &[i, region] : enumerate(report.regions)) {
    std::string macro = StringRef(report.name + "_" + region).upper();
    regions += macro + "_BYTES, ";
    loans += "    config->" + region + " = regions[" + std::to_string(i) +
             "];\n    config->" + region + "_bytes = " + macro + "_BYTES;\n";
  }
  for (const auto &[i, port] : enumerate(report.inputs)) {
    // Integers may be indices, for which only 0 is surely in range.
    bool isFloat = StringRef(port.type).contains('f');
    fills += isFloat ? "0x3F, " : "0, ";
    std::string number = std::to_string(i);
    if (port.rows) {
      givers += "ROW_GIVER(" + number + ", " + port.cType + ", " +
                std::to_string(port.rows->count) + ", " +
                std::to_string(port.rows->planes) + ", " +
                std::to_string(port.rows->bytes) + ")\n";
      arguments += ", give_row_" + number + ", in[" + number + "]";
      checks += "    CHECK_ROWS(" + number + ", " +
                std::to_string(port.rows->count) + ");\n";
      continue;
    }
    if (port.arenaOffset)
      copiesIn += "    memcpy((unsigned char *)ctx->" + port.region + " + " +
                  std::to_string(*port.arenaOffset) + ", in[" +
                  std::to_string(i) + "], " + std::to_string(port.bytes) +
                  ");\n";
    else
      arguments +=
          ", (const " + port.cType + " *)in[" + std::to_string(i) + "]";
  }
  for (const auto &[i, port] : enumerate(report.outputs))
    if (port.arenaOffset)
      copiesOut += "    memcpy(out[" + std::to_string(i) +
                   "], (unsigned char *)ctx->" + port.region + " + " +
                   std::to_string(*port.arenaOffset) + ", " +
                   std::to_string(port.bytes) + ");\n";
    else
      arguments += ", (" + port.cType + " *)out[" + std::to_string(i) + "]";

  // Functions of a harness that use the target's vectors switch them on as the
  // package's kernels do.
  size_t mostDims = 0;
  for (const PackageReport::Layer &layer : variant.layers)
    if (layer.turns)
      mostDims = std::max(mostDims, layer.turns->dims.size() / 2);

  std::string features = variant.target.features.str();
  if (!features.empty())
    features = "__attribute__((target(\"" + features + "\")))";

  std::string text;
  raw_string_ostream os(text);
  printTemplate(os, runtimeStub("harness/megcc_harness_model.h.in"),
                {{"name", report.name},
                 {"NAME", StringRef(report.name).upper()},
                 {"layers", std::to_string(variant.layers.size())},
                 {"dims", std::to_string(mostDims + 1)},
                 {"turns", turnsTable(variant)},
                 {"threads", std::to_string(threads)},
                 {"pool", report.threads == "pool" ? "1" : ""},
                 {"user", report.threads == "user" ? "1" : ""},
                 {"level", variant.level ? std::to_string(variant.level) : ""},
                 {"features", features},
                 {"vector_bits", std::to_string(variant.target.vectorBits)},
                 {"fma", variant.target.fma ? "1" : "0"},
                 {"l2_bytes", std::to_string(variant.target.l2Bytes)},
                 {"inputs", std::to_string(report.inputs.size())},
                 {"outputs", std::to_string(report.outputs.size())},
                 {"input_bytes", sizes(report.inputs)},
                 {"output_bytes", sizes(report.outputs)},
                 {"input_fills", fills},
                 {"regions", std::to_string(report.regions.size())},
                 {"region_bytes", regions},
                 {"region_loans", loans},
                 {"arguments", arguments},
                 {"givers", givers},
                 {"checks", checks},
                 {"copies_in", copiesIn},
                 {"copies_out", copiesOut}});
  return text;
}

static Error writeText(const Twine &path, StringRef text) {
  return writeFile(path, [&](raw_ostream &os) { os << text; });
}

/// Threads for a package that wants the program's: the pool that other packages
/// have, under the harness's name.
static Error writePool(const TemporaryFolder &folder) {
  PackageDescription description;
  description.name = "megcc_harness";
  description.macro = "MEGCC_HARNESS";
  description.variants.emplace_back();
  std::string source, interface;
  raw_string_ostream sourceStream(source), interfaceStream(interface);
  emitPool(description, sourceStream);
  printTemplate(interfaceStream, runtimeStub("package/pool_interface.h.in"),
                {{"name", description.name}});
  if (Error error = writeText(folder.file("megcc_harness_pool.c"), source))
    return error;
  return writeText(folder.file("megcc_harness_pool.h"), interface);
}

Error checkThreads(const PackageReport &report, unsigned threads) {
  if (threads == 0 || threads > maxThreads)
    return createStringError("--threads=" + Twine(threads) +
                             ": expected 1 to " + Twine(maxThreads));
  if (threads != 1 && report.threads == "none")
    return createStringError("--threads=" + Twine(threads) + ": '" +
                             report.folder +
                             "' was compiled with --threads none and runs on "
                             "one thread");
  return Error::success();
}

Expected<Harness> Harness::build(const PackageReport &report,
                                 const PackageReport::Variant &variant,
                                 StringRef kind, bool withLayers,
                                 unsigned threads, StringRef runner) {
  const Target &target = variant.target;
  Expected<std::vector<std::string>> compiler = compilerFor(target);
  if (!compiler)
    return compiler.takeError();
  Expected<TemporaryFolder> folder = TemporaryFolder::create();
  if (!folder)
    return folder.takeError();
  std::string source = (kind + ".c").str();
  for (StringRef stub :
       {StringRef("megcc_harness.h"), StringRef("megcc_harness_measure.h"),
        StringRef("megcc_harness_turns.h"), StringRef(source)})
    if (Error error = writeText(folder->file(stub),
                                runtimeStub(("harness/" + stub).str())))
      return error;
  if (Error error = writeText(folder->file("megcc_harness_model.h"),
                              adapter(report, variant, threads)))
    return error;
  if (report.threads == "user")
    if (Error error = writePool(*folder))
      return error;

  std::vector<std::string> command = *compiler;
  std::string program = folder->file("program");
  for (StringRef argument :
       {"-std=c11", report.optimize == "size" ? "-Os" : "-O2", "-w"})
    command.push_back(argument.str());
  // Where the sources switch instructions on themselves, the program comes as
  // far as init on any processor.
  if (target.features.empty() || target.architecture == Architecture::ARM)
    llvm::append_range(command, words(target.compilerFlags));
  command.push_back("-I" + folder->file());
  command.push_back("-I" + report.folder);
  if (withLayers) {
    command.push_back("-DMEGCC_HARNESS_HOOK");
    command.push_back("-D" + StringRef(report.name).upper() +
                      "_LAYER_HOOK=megcc_harness_layer");
  }
  command.push_back(folder->file(source));
  std::string weights;
  for (const std::string &file : report.files) {
    SmallString<256> path(report.folder);
    sys::path::append(path, file);
    StringRef extension = sys::path::extension(file);
    if (extension == ".c" || extension == ".S")
      command.push_back(std::string(path));
    else if (extension == ".bin" && report.hasWeightsFile)
      weights = std::string(path);
  }
  if (report.threads == "user")
    command.push_back(folder->file("megcc_harness_pool.c"));
  if (report.threads != "none")
    command.push_back("-pthread");
  command.push_back("-o");
  command.push_back(program);
  Expected<std::string> result = execute(command, *folder);
  if (!result)
    return result.takeError();

  Harness harness(std::move(*folder));
  if (!runner.empty())
    harness.command = words(runner);
  else if (!runsHere(target))
    harness.command = words(target.runner);
  harness.command.push_back(program);
  harness.command.push_back(weights);
  return harness;
}

Expected<std::string> Harness::run(ArrayRef<std::string> arguments) const {
  std::vector<std::string> whole = command;
  whole.insert(whole.end(), arguments.begin(), arguments.end());
  return execute(whole, folder);
}

} // namespace megcc
