//===- TestScalarBodies.cpp - Prints the bodies of elementwise operators --===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Replaces each function by one of scalars: every elementwise operator in it by
// the function of one element, named after the function that it stood in.
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/NN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Pass/Pass.h"
#include "test/lib/TestPasses.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

namespace {
class TestScalarBodies
    : public PassWrapper<TestScalarBodies, OperationPass<ModuleOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(TestScalarBodies)

  StringRef getArgument() const override { return "test-scalar-bodies"; }
  StringRef getDescription() const override {
    return "Print the scalar bodies of elementwise operators";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, math::MathDialect>();
  }
  void runOnOperation() override {
    // The functions made here are appended; they must not be visited again.
    for (auto function :
         llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      function.walk(
          [&](ElementwiseOpInterface op) { extract(function.getName(), op); });
      function.erase();
    }
  }

private:
  void extract(StringRef name, ElementwiseOpInterface op) {
    OpBuilder builder = OpBuilder::atBlockEnd(getOperation().getBody());
    Location loc = op.getLoc();
    auto scalarOf = [](Value value) {
      return getScalarType(tensorType(value).getElementType());
    };
    SmallVector<Type> types(llvm::map_range(op->getOperands(), scalarOf));
    auto function = builder.create<func::FuncOp>(
        loc, name, builder.getFunctionType(types, scalarOf(op->getResult(0))));
    builder.setInsertionPointToStart(function.addEntryBlock());
    Value result = op.buildScalar(builder, loc, function.getArguments());
    builder.create<func::ReturnOp>(loc, result);
  }
};
} // namespace

void megcc::test::registerTestScalarBodies() {
  PassRegistration<TestScalarBodies>();
}
