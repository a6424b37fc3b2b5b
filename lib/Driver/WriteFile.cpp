//===- WriteFile.cpp - A file, or the reason why not ----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/WriteFile.h"

using namespace llvm;

Error megcc::writeFile(const Twine &path,
                       function_ref<void(raw_ostream &)> print) {
  std::error_code ec;
  raw_fd_ostream os(path.str(), ec);
  if (!ec) {
    print(os);
    os.close();
    ec = os.error();
    os.clear_error();
  }
  if (ec)
    return createStringError(ec,
                             "cannot write '" + path + "': " + ec.message());
  return Error::success();
}
