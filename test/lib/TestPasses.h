//===- TestPasses.h - Passes for the lit suite ------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each makes visible, as remarks or as IR, what C++ code can ask an operator.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_TEST_LIB_TESTPASSES_H
#define MEGCC_TEST_LIB_TESTPASSES_H

namespace megcc::test {

/// Registers all of them.
void registerTestPasses();

void registerTestNNAnswers();
void registerTestScalarBodies();

} // namespace megcc::test

#endif // MEGCC_TEST_LIB_TESTPASSES_H
