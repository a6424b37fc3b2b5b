//===- TestPasses.cpp - Registers the passes for the lit suite ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/lib/TestPasses.h"

void megcc::test::registerTestPasses() {
  registerTestNNAnswers();
  registerTestScalarBodies();
}
