//===- megcc.cpp - The command line ---------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/Commands.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

using namespace megcc;

static constexpr llvm::StringLiteral overview =
    "megcc turns a trained network into a C library.\n\n"
    "  megcc compile mobilenet.onnx -o mobilenet --target x86-64-v3\n"
    "  megcc verify mobilenet --data test_data_set_0\n"
    "  megcc bench mobilenet --profile\n"
    "  megcc inspect mobilenet.onnx\n"
    "  megcc targets\n\n"
    "`megcc COMMAND --help` lists a command's options.\n"
    "Exit codes: 0 done; 1 the input is at fault; 2 wrong usage; 3 megcc's own "
    "fault.\n";

/// LLVM registers hundreds of options of its own; they are not for users.
static void hideForeignOptions() {
  for (auto &entry : llvm::cl::getRegisteredOptions())
    if (entry.getKey() != "help" && entry.getKey() != "version")
      entry.getValue()->setHiddenFlag(llvm::cl::ReallyHidden);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  llvm::setBugReportMsg("megcc: error: this is megcc's own fault; please "
                        "report it with the model and the command\n");
  std::unique_ptr<Command> commands[] = {
      makeCompileCommand(), makeVerifyCommand(), makeBenchCommand(),
      makeInspectCommand(), makeTargetsCommand()};
  hideForeignOptions();
  llvm::cl::SetVersionPrinter(
      [](llvm::raw_ostream &os) { os << "megcc " MEGCC_VERSION "\n"; });
  if (!llvm::cl::ParseCommandLineOptions(argc, argv, overview, &llvm::errs()))
    return exitWrongUsage;
  for (const std::unique_ptr<Command> &command : commands)
    if (command->isChosen())
      return command->run();
  llvm::errs() << overview;
  return exitWrongUsage;
}
