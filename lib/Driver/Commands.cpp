//===- Commands.cpp - What megcc's subcommands share ----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/Commands.h"
#include "llvm/Support/raw_ostream.h"

namespace megcc {

int complain(const llvm::Twine &message, ExitCode code) {
  llvm::errs() << "megcc: error: " << message << '\n';
  return code;
}

int complain(llvm::Error error, ExitCode code) {
  return complain(llvm::toString(std::move(error)), code);
}

} // namespace megcc
