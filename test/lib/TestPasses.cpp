//===- TestPasses.cpp - Registers the passes for the lit suite ------------===//

#include "test/lib/TestPasses.h"

void megcc::test::registerTestPasses() {
  registerTestNNAnswers();
  registerTestScalarBodies();
}
