//===- TestPasses.h - Passes for the lit suite ------------------*- C++ -*-===//
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
