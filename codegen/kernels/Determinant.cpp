//===- Determinant.cpp - Loops of det -------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/ScalarMath.h"
#include "codegen/kernels/SimpleFamily.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

using Values = LoopBuilder::Values;

struct DetFamily : SimpleFamily<DetFamily, DetOp> {
  static void build(DetOp op, LoopBuilder &loops, const Target &) {
    Value x = op.getInputs()[0], y = op.getOutputs()[0];
    Value matrix = op.getOutputs()[1];
    int64_t n = shapeOf(matrix)[0];
    loops.forEach(shapeOf(x)[0], [&](AffineExpr number) {
      loops.forEach({n, n}, {}, [&](ArrayRef<AffineExpr> at, ValueRange) {
        loops.store(loops.load(x, {number, at[0], at[1]}), matrix, at);
        return Values();
      });
      Scalar one = Scalar(loops, loops.zero(elementOf(y))).same(1);
      Values det = loops.forEach(
          n, Values{one}, [&](AffineExpr column, ValueRange current) {
            return Values{Scalar(loops, current[0]) *
                          eliminate(loops, matrix, n, column)};
          });
      loops.store(det[0], y, {number});
    });
  }

private:
  /// Clears `column` below the diagonal. Returns the pivot, negated if two rows
  /// had to change places.
  static Scalar eliminate(LoopBuilder &loops, Value matrix, int64_t n,
                          AffineExpr column) {
    Scalar diagonal(loops, loops.index(column));
    auto element = [&](Scalar row, AffineExpr j) {
      return loadAt(loops, matrix, {row, loops.index(j)});
    };

    // The row with the largest element at or below the diagonal.
    Values pivot{loops.zero(elementOf(matrix)), diagonal};
    pivot = loops.forEach(n, pivot, [&](AffineExpr i, ValueRange known) {
      Scalar row(loops, loops.index(i));
      Scalar size = abs(Scalar(loops, loops.load(matrix, {i, column})));
      Scalar better = (row >= diagonal) & (size > Scalar(loops, known[0]));
      return Values{select(better, size, {loops, known[0]}),
                    select(better, row, {loops, known[1]})};
    });
    Scalar row = clamp({loops, pivot[1]}, 0, double(n - 1));
    loops.forEach(n, [&](AffineExpr j) {
      Scalar upper = element(diagonal, j), lower = element(row, j);
      storeAt(loops, lower, matrix, {diagonal, loops.index(j)});
      storeAt(loops, upper, matrix, {row, loops.index(j)});
    });

    Scalar value = element(diagonal, column);
    Scalar isZero = equal(value, value.same(0));
    Scalar divisor = select(isZero, value.same(1), value);
    loops.forEach(n, [&](AffineExpr i) {
      Scalar below(loops, loops.index(i));
      loops.branch(below > diagonal, {}, [&] {
        Scalar factor =
            Scalar(loops, loops.load(matrix, {i, column})) / divisor;
        loops.forEach(n, [&](AffineExpr j) {
          Scalar old(loops, loops.load(matrix, {i, j}));
          loops.store(old - factor * element(diagonal, j), matrix, {i, j});
        });
        return Values();
      });
    });
    return select(equal(row, diagonal), value, -value);
  }
};

} // namespace

void megcc::registerDetFamily(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    DetOp::attachInterface<DetFamily>(*context);
  });
}
