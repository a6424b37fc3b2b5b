//===- Targets.cpp - megcc targets ----------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/Commands.h"
#include "megcc/Target.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace megcc {

namespace {
class TargetsCommand : public Command {
public:
  TargetsCommand() : Command("targets", "List the targets") {}

  int run() override {
    raw_ostream &os = outs();
    os << "name                    vector bits  registers  fma  description\n";
    for (const Target &target : allTargets()) {
      os << left_justify(target.name, 24);
      if (target.hasVectors())
        os << format("%11u  %9u", target.vectorBits, target.vectorRegisters);
      else
        os << "          -          -";
      os << "  " << (target.fma ? "yes" : "no ") << "  " << target.description
         << '\n';
    }
    return exitDone;
  }
};
} // namespace

std::unique_ptr<Command> makeTargetsCommand() {
  return std::make_unique<TargetsCommand>();
}

} // namespace megcc
