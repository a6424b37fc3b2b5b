//===- TestNNAnswers.cpp - Prints the answers of nn operators -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For each operator with an attribute `test.box`, the offsets and then the
// sizes of a box of its first result (or of result `test.result`), remarks
// which boxes of its operands that box needs, what the operator costs and which
// operands it may overwrite.
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/NN.h"
#include "mlir/Pass/Pass.h"
#include "test/lib/TestPasses.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

namespace {
class TestNNAnswers : public PassWrapper<TestNNAnswers, OperationPass<>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(TestNNAnswers)

  StringRef getArgument() const override { return "test-nn-answers"; }
  StringRef getDescription() const override {
    return "Print what nn operators answer about regions, cost and in-place";
  }
  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      if (auto box = op->getAttrOfType<DenseI64ArrayAttr>("test.box"))
        report(op, box.asArrayRef());
    });
  }

private:
  static void report(Operation *op, ArrayRef<int64_t> numbers) {
    size_t rank = numbers.size() / 2;
    Box box{SmallVector<int64_t>(numbers.take_front(rank)),
            SmallVector<int64_t>(numbers.drop_front(rank))};
    unsigned result = 0;
    if (auto attr = op->getAttrOfType<IntegerAttr>("test.result"))
      result = attr.getInt();

    std::string text;
    llvm::raw_string_ostream stream(text);
    stream << "needs";
    auto map = cast<RegionMapOpInterface>(op);
    for (unsigned i = 0; i < op->getNumOperands(); ++i)
      print(stream, map.getOperandBox(i, result, box));

    Cost cost = cast<CostOpInterface>(op).getCost();
    stream << "; costs " << cost.macs << " macs, " << cost.operations
           << " operations, reads " << cost.bytesRead << ", writes "
           << cost.bytesWritten << "; may overwrite";
    auto inPlace = cast<InPlaceOpInterface>(op);
    for (unsigned i = 0; i < op->getNumOperands(); ++i)
      if (inPlace.mayReuse(i, result))
        stream << " " << i;
    op->emitRemark(text);
  }

  static void print(raw_ostream &stream, const Box &box) {
    stream << " [";
    for (int64_t i = 0; i < box.getRank(); ++i)
      stream << (i ? ", " : "") << box.offsets[i] << ":" << box.getEnd(i);
    stream << "]";
  }
};
} // namespace

void megcc::test::registerTestNNAnswers() { PassRegistration<TestNNAnswers>(); }
