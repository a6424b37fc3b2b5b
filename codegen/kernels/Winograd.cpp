//===- Winograd.cpp - Loops of kernel.winograd ----------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   for group of tiles
//     for tile of the group, for vector of channels
//       v[all components][tile, channels] = B d B'      d: (m+2)^2 inputs
//     z[component] = v[component] * filters[component]  a kernel.gemm
//     for tile of the group, for vector of columns
//       y[m^2 positions] = epilogue(A z[all components][tile, columns] A')
//
// A transform in two dimensions goes over rows into a buffer on the stack, then
// over its columns: no target has registers for (m+2)^2 vectors. Tiles that
// reach beyond the input read it through the same buffer, filled up with zeros;
// no padded copy is made.
//
//===----------------------------------------------------------------------===//

#include "lib/Support/Winograd.h"
#include "codegen/kernels/Epilogue.h"
#include "codegen/kernels/Gemm.h"
#include "codegen/kernels/KernelFamilies.h"
#include "codegen/kernels/SimpleFamily.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

using Values = LoopBuilder::Values;
using Exprs = SmallVector<AffineExpr>;

//===----------------------------------------------------------------------===//
// A small matrix times a vector of values
//===----------------------------------------------------------------------===//

/// Multiplies values by a constant matrix in few operations: rows, or columns,
/// that differ in signs only (those of points p and -p) share their sums.
class MatrixProduct {
public:
  MatrixProduct(LoopBuilder &loops, const Target &target)
      : loops(loops), target(target) {}

  Values apply(const Matrix &matrix, ValueRange in) {
    Values values(in);
    Matrix rest = matrix;
    for (int64_t c = 0; c + 1 < rest.columns; ++c)
      if (differInSigns([&](int64_t i) { return rest.at(i, c); },
                        [&](int64_t i) { return rest.at(i, c + 1); },
                        rest.rows))
        combineColumns(rest, values, c++);

    Values out;
    for (int64_t r = 0; r < rest.rows; ++r) {
      bool paired = r + 1 < rest.rows &&
                    differInSigns([&](int64_t i) { return rest.at(r, i); },
                                  [&](int64_t i) { return rest.at(r + 1, i); },
                                  rest.columns);
      if (!paired) {
        out.push_back(sum(rest, r, values, [](int64_t) { return true; }));
        continue;
      }
      auto alike = [&](int64_t c) {
        return rest.at(r, c) == rest.at(r + 1, c);
      };
      Value same = sum(rest, r, values, alike);
      Value opposite =
          sum(rest, r, values, [&](int64_t c) { return !alike(c); });
      out.push_back(add(same, opposite));
      out.push_back(subtract(same, opposite));
      ++r;
    }
    return out;
  }

private:
  using At = function_ref<double(int64_t)>;

  /// Whether two lists have the same magnitudes, and both equal and opposite
  /// signs among those that are not zero.
  static bool differInSigns(At a, At b, int64_t count) {
    bool same = false, opposite = false;
    for (int64_t i = 0; i < count; ++i) {
      if (std::abs(a(i)) != std::abs(b(i)))
        return false;
      same |= a(i) != 0 && a(i) == b(i);
      opposite |= a(i) != 0 && a(i) != b(i);
    }
    return same && opposite;
  }

  /// Values c and c + 1 become their sum and their difference.
  void combineColumns(Matrix &matrix, Values &values, int64_t c) {
    Value a = values[c], b = values[c + 1];
    values[c] = add(a, b);
    values[c + 1] = subtract(a, b);
    for (int64_t r = 0; r < matrix.rows; ++r) {
      double &sum = matrix.at(r, c), &difference = matrix.at(r, c + 1);
      difference = difference == sum ? 0 : std::exchange(sum, 0);
    }
  }

  /// The sum over those columns of row `row` that `holds` for; starts with one
  /// that needs no multiplication.
  Value sum(const Matrix &matrix, int64_t row, ArrayRef<Value> values,
            function_ref<bool(int64_t)> holds) {
    SmallVector<int64_t> columns;
    for (int64_t c = 0; c < matrix.columns; ++c)
      if (holds(c) && matrix.at(row, c) != 0)
        columns.push_back(c);
    llvm::stable_sort(columns, [&](int64_t a, int64_t b) {
      return (matrix.at(row, a) == 1) > (matrix.at(row, b) == 1);
    });
    Value total;
    for (int64_t c : columns) {
      double factor = matrix.at(row, c);
      if (!total)
        total = factor == 1 ? values[c] : multiply(factor, values[c]);
      else if (factor == 1)
        total = add(total, values[c]);
      else if (factor == -1)
        total = subtract(total, values[c]);
      else
        total = loops.multiplyAdd(constant(factor, values[c]), values[c], total,
                                  target.fma);
    }
    return total ? total : loops.zero(values.front().getType());
  }

  Value constant(double factor, Value like) {
    Type type = like.getType(), element = getElementTypeOrSelf(type);
    TypedAttr attr = loops.builder.getFloatAttr(element, factor);
    return loops.broadcast(loops.constant(attr), lanesOf(type));
  }
  Value multiply(double factor, Value value) {
    return loops.builder.create<arith::MulFOp>(loops.loc,
                                               constant(factor, value), value);
  }
  Value add(Value a, Value b) {
    return loops.builder.create<arith::AddFOp>(loops.loc, a, b);
  }
  Value subtract(Value a, Value b) {
    return loops.builder.create<arith::SubFOp>(loops.loc, a, b);
  }

  LoopBuilder &loops;
  const Target &target;
};

//===----------------------------------------------------------------------===//
// The family
//===----------------------------------------------------------------------===//

class WinogradExpander {
public:
  WinogradExpander(WinogradOp op, LoopBuilder &loops, const Target &target)
      : op(op), loops(loops), target(target),
        matrices(getWinogradMatrices(op.getTile())), product(loops, target),
        epilogue(op.getEpilogue().front(), op.getInputs().drop_front(2),
                 op.getEpilogueMaps(), op.getY(), op.getOutMap(),
                 /*vectorDim=*/1, op.getLanes(), target),
        m(op.getTile()), size(m + 2) {
    Type element = elementOf(op.getV());
    auto allocate = [&](ArrayRef<int64_t> shape) {
      return loops.builder.create<memref::AllocaOp>(
          op.getLoc(), MemRefType::get(shape, element));
    };
    int64_t lanes = std::max(op.getLanes(), op.getChannelLanes());
    patch = allocate({size, size, lanes});
    if (op.getLanes() > 1 && !epilogue.isVectorizable())
      vector = allocate({static_cast<int64_t>(op.getLanes())});
  }

  void expand() {
    int64_t tiles = getTiles();
    loops.forEach(llvm::divideCeil(op.getAllTiles(), tiles),
                  [&](AffineExpr group) {
                    forEachTile(group, [&] { transformInput(); });
                    multiply();
                    forEachTile(group, [&] { transformOutput(); });
                  });
  }

private:
  /// Where the first output of the current tile is.
  struct Position {
    AffineExpr image, y, x;
  };

  /// The last group may have fewer tiles.
  void forEachTile(AffineExpr group, function_ref<void()> body) {
    int64_t tiles = getTiles(), all = op.getAllTiles();
    loops.forEach(tiles, [&](AffineExpr index) {
      tile = index;
      auto locate = [&](AffineExpr number) {
        int64_t across = op.getTiles(1), perImage = op.getTiles(0) * across;
        // Computed once, so that it is seen which tiles are apart.
        auto digit = [&](AffineExpr expr, int64_t extent) {
          return loops.bind(loops.index(loops.space.simplify(expr)), extent);
        };
        position = {
            op.getImages() == 1
                ? constant(0)
                : digit(number.floorDiv(perImage), op.getImages()),
            digit((number % perImage).floorDiv(across), op.getTiles(0)) * m,
            digit(number % across, across) * m};
        body();
      };
      AffineExpr number = loops.space.simplify(group * tiles + index);
      bool never;
      Value exists = loops.inRange(number, all, never);
      if (!exists)
        return locate(number);
      loops.branch(exists, {}, [&] {
        locate(loops.bind(loops.index(number), all));
        return Values();
      });
    });
  }

  AffineExpr constant(int64_t value) { return loops.space.constant(value); }

  /// Whether v has the tiles of a vector of channels side by side.
  bool isBlocked() { return shapeOf(op.getV()).size() == 4; }
  int64_t getTiles() { return shapeOf(op.getV())[isBlocked() ? 2 : 1]; }

  void storeTransformed(Value value, AffineExpr component, AffineExpr c) {
    if (isBlocked())
      loops.store(value, op.getV(), {component, c, tile, constant(0)});
    else
      loops.store(value, op.getV(),
                  {component, tile, c * op.getChannelLanes()});
  }

  //===--------------------------------------------------------------------===//
  // Input
  //===--------------------------------------------------------------------===//

  void transformInput() {
    ArrayRef<int64_t> pads = op.getPads(), extents = op.getInSize();
    AffineExpr y = position.y - pads[0], x = position.x - pads[1];
    bool neverY, neverX;
    Value insideY = startsInside(position.y, 0, neverY);
    Value insideX = startsInside(position.x, 1, neverX);
    auto whole = [&] {
      // What the branch has compared is used as it is.
      AffineExpr fromY =
          loops.bind(loops.index(position.y), pads[0] + extents[0]);
      AffineExpr fromX =
          loops.bind(loops.index(position.x), pads[1] + extents[1]);
      transformPatches([&](AffineExpr c, AffineExpr row, int64_t column) {
        return loadInput(c, fromY - pads[0] + row, fromX - pads[1] + column);
      });
    };
    auto partial = [&] {
      transformPatches(
          [&](AffineExpr, AffineExpr row, int64_t column) {
            return loadPatch(row, constant(column), op.getChannelLanes());
          },
          [&](AffineExpr c) { fillPatch(c, y, x); });
    };
    if (neverY || neverX)
      partial();
    else if (Value inside = both(insideY, insideX))
      loops.choose(inside, whole, partial);
    else
      whole();
  }

  /// Whether a whole tile of inputs lies inside of them where its outputs start
  /// at `at`: null if it always does.
  Value startsInside(AffineExpr at, unsigned dim, bool &never) {
    Interval inside{op.getPads()[dim],
                    op.getPads()[dim] + op.getInSize()[dim] - size};
    Interval range = loops.space.bounds(at);
    never = inside.low > inside.high || range.high < inside.low ||
            range.low > inside.high;
    if (never || range.within(inside.low, inside.high))
      return Value();
    Value value = loops.index(at);
    auto compare = [&](arith::CmpIPredicate predicate, int64_t bound) {
      return loops.builder.create<arith::CmpIOp>(loops.loc, predicate, value,
                                                 loops.index(constant(bound)));
    };
    return both(compare(arith::CmpIPredicate::sge, inside.low),
                compare(arith::CmpIPredicate::sle, inside.high));
  }

  /// Both conditions, of which a null one always holds.
  Value both(Value a, Value b) {
    if (!a || !b)
      return a ? a : b;
    return loops.builder.create<arith::AndIOp>(loops.loc, a, b);
  }

  Value loadInput(AffineExpr c, AffineExpr y, AffineExpr x) {
    return loops.load(
        op.getX(),
        loops.space.apply(op.getInMap(), Exprs{position.image, c, y, x}),
        op.getChannelLanes());
  }

  Value loadPatch(AffineExpr row, AffineExpr column, int64_t lanes) {
    return loops.load(patch, {row, column, constant(0)}, lanes);
  }
  void storePatch(Value value, AffineExpr row, AffineExpr column) {
    loops.store(value, patch, {row, column, constant(0)});
  }

  /// The inputs from (y, x) on into the patch, zeros outside.
  void fillPatch(AffineExpr c, AffineExpr y, AffineExpr x) {
    Value zero =
        loops.zero(vectorOrScalar(elementOf(op.getX()), op.getChannelLanes()));
    loops.forEach({size, size}, {}, [&](ArrayRef<AffineExpr> at, ValueRange) {
      bool neverY, neverX;
      Value insideY = loops.inRange(y + at[0], op.getInSize()[0], neverY);
      Value insideX = loops.inRange(x + at[1], op.getInSize()[1], neverX);
      Value value = zero;
      if (!neverY && !neverX) {
        auto load = [&] { return Values{loadInput(c, y + at[0], x + at[1])}; };
        Value inside = insideY && insideX ? loops.builder.create<arith::AndIOp>(
                                                loops.loc, insideY, insideX)
                                          : (insideY ? insideY : insideX);
        value = inside ? loops.branch(inside, zero, load)[0] : load()[0];
      }
      storePatch(value, at[0], at[1]);
      return Values();
    });
  }

  /// Transforms what `element` gives for a vector of channels, a row and a
  /// column, after `prepare` has seen the vector of channels.
  void
  transformPatches(function_ref<Value(AffineExpr, AffineExpr, int64_t)> element,
                   function_ref<void(AffineExpr)> prepare = nullptr) {
    int64_t lanes = op.getChannelLanes();
    loops.forEach(op.getChannelVectors(), [&](AffineExpr c) {
      if (prepare)
        prepare(c);
      loops.forEach(size, [&](AffineExpr row) {
        Values in;
        for (int64_t column = 0; column < size; ++column)
          in.push_back(element(c, row, column));
        for (auto [column, value] :
             llvm::enumerate(product.apply(matrices.input, in)))
          storePatch(value, row, constant(column));
      });
      loops.forEach(size, [&](AffineExpr column) {
        Values in;
        for (int64_t row = 0; row < size; ++row)
          in.push_back(loadPatch(constant(row), column, lanes));
        for (auto [row, value] :
             llvm::enumerate(product.apply(matrices.input, in)))
          storeTransformed(value, column + row * size, c);
      });
    });
  }

  //===--------------------------------------------------------------------===//
  // Product and output
  //===--------------------------------------------------------------------===//

  /// Components are the outer dimension of a kernel.gemm.
  void multiply() {
    OpBuilder &builder = loops.builder;
    int64_t tiles = getTiles(), lanes = op.getLanes(),
            block = op.getChannelLanes();
    AffineExpr zero = constant(0), first = builder.getAffineDimExpr(0),
               second = builder.getAffineDimExpr(1),
               third = builder.getAffineDimExpr(2);
    auto map = [&](ArrayRef<AffineExpr> results) {
      return AffineMap::get(3, 0, results, builder.getContext());
    };
    SmallVector<AffineExpr> filter{first, second, third, zero};
    if (op.getPanels() > 1)
      filter = {first, second.floorDiv(op.getPanels()), third,
                second % op.getPanels(), zero};
    auto gemm = builder.create<GemmOp>(
        op.getLoc(), ValueRange{op.getV(), op.getFilters()},
        ValueRange{op.getZ()}, ArrayRef<int64_t>{size * size},
        ArrayRef<int64_t>{tiles}, op.getVectors() * lanes, lanes,
        ArrayRef<int64_t>{static_cast<int64_t>(op.getChannels())},
        isBlocked() ? map({first, third.floorDiv(block), second, third % block})
                    : map({first, second, third}),
        map(filter), map({first, second, third * lanes}),
        builder.getAffineMapArrayAttr({}), op.getTileRows(),
        op.getTileVectors(), /*lhs_unsigned=*/false,
        /*rhs_unsigned=*/false, "winograd", /*prologue_blocks=*/IntegerAttr(),
        /*prologue_maps=*/ArrayAttr(), /*diagonal=*/IntegerAttr(),
        /*index=*/Value());
    {
      OpBuilder::InsertionGuard guard(builder);
      Block *block = builder.createBlock(&gemm.getEpilogue(), {},
                                         elementOf(op.getZ()), op.getLoc());
      builder.create<YieldOp>(op.getLoc(), block->getArgument(0));
    }
    buildGemm(gemm, loops, target);
    gemm.erase();
  }

  void transformOutput() {
    int64_t lanes = op.getLanes();
    loops.forEach(op.getVectors(), [&](AffineExpr v) {
      loops.forEach(size, [&](AffineExpr column) {
        Values in;
        for (int64_t row = 0; row < size; ++row)
          in.push_back(loops.load(
              op.getZ(), {column + row * size, tile, v * lanes}, lanes));
        for (auto [row, value] :
             llvm::enumerate(product.apply(matrices.output, in)))
          storePatch(value, constant(row), column);
      });
      loops.forEach(m, [&](AffineExpr row) {
        whereInside(position.y + row, 0, [&] {
          Values in;
          for (int64_t column = 0; column < size; ++column)
            in.push_back(loadPatch(row, constant(column), lanes));
          for (auto [column, value] :
               llvm::enumerate(product.apply(matrices.output, in))) {
            AffineExpr x = position.x + column;
            whereInside(x, 1, [&, value = value] {
              store(value, {position.image, v, position.y + row, x});
            });
          }
        });
      });
    });
  }

  /// Runs `body` where `at` is inside the output along dimension `dim`.
  void whereInside(AffineExpr at, unsigned dim, function_ref<void()> body) {
    bool never;
    Value inside = loops.inRange(at, op.getOutSize()[dim], never);
    if (never)
      return;
    if (!inside)
      return body();
    loops.branch(inside, {}, [&] {
      body();
      return Values();
    });
  }

  void store(Value value, ArrayRef<AffineExpr> at) {
    if (!vector)
      return epilogue.storeVector(loops, value, at);
    loops.store(value, vector, {constant(0)});
    loops.forEach(op.getLanes(), [&](AffineExpr lane) {
      epilogue.storeLane(loops, loops.load(vector, {lane}), at, lane);
    });
  }

  WinogradOp op;
  LoopBuilder &loops;
  const Target &target;
  const WinogradMatrices &matrices;
  MatrixProduct product;
  Epilogue epilogue;
  /// Outputs and inputs of a tile along either dimension.
  int64_t m, size;
  /// On the stack: a tile, one vector of channels; a vector whose lanes are
  /// stored one by one.
  Value patch, vector;
  /// The current tile: its place in the group, and its outputs.
  AffineExpr tile;
  Position position;
};

struct WinogradFamily
    : KernelFamilyInterface::ExternalModel<WinogradFamily, WinogradOp> {
  LogicalResult expand(Operation *op, OpBuilder &builder,
                       const Target &target) const {
    LoopBuilder loops(builder, op->getLoc());
    WinogradExpander(cast<WinogradOp>(op), loops, target).expand();
    return success();
  }

  /// Those of the convolution that it is.
  int64_t getMacs(Operation *op) const {
    auto conv = cast<WinogradOp>(op);
    return getPositions(conv) * conv.getColumns() * conv.getChannels() *
           kWinogradTaps * kWinogradTaps;
  }

  std::string getKernelName(Operation *op) const {
    auto conv = cast<WinogradOp>(op);
    return getKernelStem("winograd_" + conv.getKind().str(), conv.getY(),
                         {getPositions(conv),
                          static_cast<int64_t>(conv.getColumns()),
                          static_cast<int64_t>(conv.getChannels())});
  }

  std::string describe(Operation *op, const Target &target) const {
    auto conv = cast<WinogradOp>(op);
    std::string text;
    llvm::raw_string_ostream os(text);
    ArrayRef<int64_t> v = shapeOf(conv.getV());
    os << "Winograd F(" << conv.getTile() << ",3), " << conv.getAllTiles()
       << " tiles by " << v[v.size() - 2] << ", tile " << conv.getTileRows()
       << 'x' << conv.getTileVectors() << 'x' << conv.getLanes();
    return text;
  }

  static int64_t getPositions(WinogradOp conv) {
    return conv.getImages() * conv.getOutSize()[0] * conv.getOutSize()[1];
  }
};

} // namespace

void megcc::registerWinogradFamily(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    WinogradOp::attachInterface<WinogradFamily>(*context);
  });
}
