//===- Commands.h - megcc's subcommands -------------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A command owns its options (LLVM CommandLine's, members rather than
// globals) and runs with what they were set to.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_DRIVER_COMMANDS_H
#define MEGCC_LIB_DRIVER_COMMANDS_H

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace megcc {

/// What the process returns; part of the command line's contract.
enum ExitCode : int {
  exitDone = 0,
  exitInputAtFault = 1,
  exitWrongUsage = 2,
  exitOwnFault = 3
};

class Command {
public:
  Command(llvm::StringRef name, llvm::StringRef description)
      : subcommand(name, description) {}
  virtual ~Command() = default;
  Command(const Command &) = delete;

  /// Whether the command line names this command.
  bool isChosen() { return bool(subcommand); }
  /// Runs it and returns the exit code.
  virtual int run() = 0;

protected:
  llvm::cl::SubCommand subcommand;
};

std::unique_ptr<Command> makeCompileCommand();
std::unique_ptr<Command> makeVerifyCommand();
std::unique_ptr<Command> makeBenchCommand();
std::unique_ptr<Command> makeInspectCommand();
std::unique_ptr<Command> makeTargetsCommand();

/// Prints `megcc: error: message` and returns `code`.
int complain(const llvm::Twine &message, ExitCode code);
int complain(llvm::Error error, ExitCode code);

} // namespace megcc

#endif // MEGCC_LIB_DRIVER_COMMANDS_H
